"""Real and synthetic files from end to end: every row is taken, and the rows of one export find each other."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from leaddesk.domain.defaults import default_policy
from leaddesk.domain.fit import fit
from leaddesk.domain.operation import CompanyPart, Row
from leaddesk.domain.state import Account, Fact, tellings_of
from leaddesk.domain.words import LeadKind, Source
from leaddesk.intake import mapping
from leaddesk.intake.file import open_table
from leaddesk.intake.mapping import FileKind
from leaddesk.intake.rows import read_rows

AT = datetime(2026, 11, 24, tzinfo=UTC)


def rows(path: Path, kind: FileKind) -> list[Row]:
    """Every row of a file, all of them taken, with guessed columns; in the file's own count."""
    table = open_table(path)
    fields = mapping.guess(table.columns, table.samples())
    mapping.check(table.columns, fields)
    assert mapping.guess_kind(fields) is kind
    found = list(read_rows(table, fields))
    failed = [one for one in found if not isinstance(one, Row)]
    assert not failed, failed[:3]
    with path.open(encoding="utf-8", newline="") as file:
        assert len(found) == sum(1 for _ in csv.DictReader(file)) == table.total
    return [one for one in found if isinstance(one, Row)]


def account(part: CompanyPart) -> Account:
    """An account with what the row tells."""
    facts = tuple(
        Fact(key=key, value=value, source=Source.PURCHASED, at=AT, by="", vendor="", op="") for key, value in part.facts
    )
    return Account(id="x", name=part.name, created_at=AT, told=tellings_of(facts))


def companies(found: list[Row]) -> list[CompanyPart]:
    """The companies of rows that all tell of one."""
    assert all(one.company is not None for one in found)
    return [one.company for one in found if one.company is not None]


def is_housing(part: CompanyPart) -> bool:
    """Whether the company is outside the target group."""
    return fit(account(part), None, default_policy().scorecard).target is False


def test_every_finnish_company_is_taken(data: Path) -> None:
    path = data / "finnish_companies" / "tampere_companies.csv"
    found = companies(rows(path, FileKind.COMPANIES))
    assert len({one.business_id for one in found}) == len(found)
    assert all(one.name or one.business_id for one in found)
    with path.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert [one.business_id for one in found] == [one["businessId"] for one in told]
    assert [one.name for one in found] == [" ".join(one["name"].split()) for one in told]
    housing = [one for one, row in zip(found, told, strict=True) if row["mainBusinessLineType"] == "68202"]
    assert housing and all(map(is_housing, housing))
    sold = ("28", "46", "62")
    others = [one for one, row in zip(found, told, strict=True) if row["mainBusinessLineType"][:2] in sold]
    assert others and not any(map(is_housing, others))


def test_company_forms_get_their_finnish_names(data: Path) -> None:
    found = companies(rows(data / "finnish_companies" / "tampere_companies_form_sample.csv", FileKind.COMPANIES))
    forms = Counter(dict(one.facts).get("legal_form") for one in found)
    assert forms["osakeyhtiö"] and forms["asunto-osakeyhtiö"]
    housing = [one for one in found if dict(one.facts).get("legal_form") == "asunto-osakeyhtiö"]
    assert all(map(is_housing, housing))


def test_the_rows_of_one_export_find_each_other(data: Path) -> None:
    folder = data / "leadforge_synthetic"
    accounts = {one.external_id for one in companies(rows(folder / "accounts.csv", FileKind.COMPANIES))}
    contacts = rows(folder / "contacts.csv", FileKind.CONTACTS)
    leads = rows(folder / "leads.csv", FileKind.LEADS)
    assert {one.external_id for one in companies(contacts)} <= accounts
    people = {one.person.external_id for one in contacts if one.person is not None}
    assert {one.person.external_id for one in leads if one.person is not None} <= people and people
    assert {one.external_id for one in companies(leads)} <= accounts
    known = {one.lead.external_id for one in leads if one.lead is not None}
    assert known and "" not in known
    for name, kind in (
        ("touches.csv", FileKind.EVENTS),
        ("sessions.csv", FileKind.EVENTS),
        ("sales_activities.csv", FileKind.ACTIVITIES),
    ):
        found = rows(folder / name, kind)
        assert {one.lead.external_id for one in found if one.lead is not None} <= known
        assert all(one.lead is not None and (one.event is not None or one.activity is not None) for one in found)
        happened = [one.event or one.activity for one in found]
        assert all(one is not None and one.external_id for one in happened)


def test_what_the_rows_mean_is_kept(data: Path) -> None:
    folder = data / "leadforge_synthetic"
    contacts = rows(folder / "contacts.csv", FileKind.CONTACTS)
    assert len({one.person.role for one in contacts if one.person is not None}) >= 3
    kinds = {one.lead.lead_kind for one in rows(folder / "leads.csv", FileKind.LEADS) if one.lead is not None}
    assert kinds <= set(LeadKind) and LeadKind.OUTBOUND in kinds
    events = Counter(one.event.event for one in rows(folder / "touches.csv", FileKind.EVENTS) if one.event is not None)
    assert events["touch-out"] and events["email-click"] and events["inbound-call"]
    visits = {one.event.event for one in rows(folder / "sessions.csv", FileKind.EVENTS) if one.event is not None}
    assert visits == {"price-page", "demo-page", "site-visit"}
    done = rows(folder / "sales_activities.csv", FileKind.ACTIVITIES)
    outcomes = {one.activity.outcome for one in done if one.activity is not None}
    assert outcomes == {"reached", "demo-completed", "no-answer", "meeting-set"}
    assert all(one.activity is not None and one.activity.at.year >= 2020 for one in done)
