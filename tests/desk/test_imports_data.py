"""Real and synthetic files through a keyed store: every row taken once, joined by the source's own ids, sorted by the
target-group test.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain.state import DayCount, Lead
from leaddesk.domain.words import LeadKind, Source
from tests.desk.imported import counts, leads, lone_desk, states

SAMPLE = Path(__file__).resolve().parents[1] / "data"

#: Out of the target group by the default scorecard: housing, associations, households.
HOUSING, EXCLUDED = "68202", ("68202", "94", "97", "98", "99")

#: How housing companies are named whose line of business says something else, or nothing.
HOUSING_NAME = re.compile(r"\b(as\.? oy|asunto oy|asunto-osakeyhtiö|bostads ab)\b", re.IGNORECASE)

#: What the full file holds (data/README.md), so that a smaller one does not pass for it.
COMPANIES, HOUSING_COMPANIES = 19_670, 4_710


#: The files of the export; each refers to those before it.
ORDER = ("accounts", "contacts", "leads", "touches", "sessions", "sales_activities")


@pytest.fixture(params=["sample", "full"])
def data(request: pytest.FixtureRequest) -> Path:
    """The folder of data files: the sample that is here, and the full one where it is told."""
    if request.param == "sample":
        return SAMPLE
    told = os.environ.get("LEADDESK_DATA")
    if not told:
        pytest.skip("LEADDESK_DATA is not set")
    return Path(told)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with lone_desk(tmp_path / "desk") as one:
        yield one


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file, as the standard library reads them."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marks(by_id: dict[str, Lead]) -> Iterator[tuple[str, DayCount]]:
    """What happened on each day, by the lead's own id."""
    return ((one, mark) for one, lead in by_id.items() for mark in lead.tally)


def test_finnish_companies_become_facts_and_housing_companies_stay_out_of_the_queue(
    desk: Desk, data: Path, tmp_path: Path
) -> None:
    folder = data / "finnish_companies"
    told = read(folder / "tampere_companies.csv")
    housing = {row["businessId"] for row in told if row["mainBusinessLineType"] == HOUSING}
    if data != SAMPLE:
        assert (len(told), len(housing)) == (COMPANIES, HOUSING_COMPANIES)
    failed = tmp_path / "failed.csv"
    result, _ = desk.imports.run(folder / "tampere_companies.csv", failed_path=failed)
    assert counts(result) == (len(told), 0, 0, 0)
    assert desk.store.status().waiting == -(-len(told) // 500)
    held = {one.account.business_id: one for one in states(desk).values() if one.account is not None}
    assert held.keys() == {row["businessId"] for row in told}
    for row in told:
        account = held[row["businessId"]].account
        assert account is not None and account.name == (" ".join(row["name"].split()) or row["businessId"])
        assert {one.source for one in account.facts} == {Source.PURCHASED}
        facts = {one.key: one.value for one in account.facts}
        code = row["mainBusinessLineType"]
        assert facts.get("industry", "") == (code if code.strip("0") else "")
    queued = {one.account_id for one in desk.rows(desk.order().ids)}
    shown = {bid for bid, one in held.items() if one.account is not None and one.account.id in queued}
    assert not shown & housing
    assert not any(HOUSING_NAME.search(row["name"]) for row in told if row["businessId"] in shown)
    others = {
        row["businessId"]
        for row in told
        if not row["mainBusinessLineType"].startswith(EXCLUDED) and not HOUSING_NAME.search(row["name"])
    }
    assert others <= shown and others
    kept_out = next(iter(held[next(iter(housing))].leads))
    card = desk.card(kept_out)
    assert card.target is False and card.target_why is not None and card.target_why.key == "target-excluded-industry"

    forms = read(folder / "tampere_companies_form_sample.csv")
    known = [row for row in forms if row["businessId"] in held]
    result, _ = desk.imports.run(folder / "tampere_companies_form_sample.csv", failed_path=failed)
    assert counts(result) == (len(forms) - len(known), len(known), 0, 0) and known
    for row in known:
        account = desk.store.state(desk.store.account_with(row["businessId"])).account
        assert account is not None
        facts = {one.key: one.value for one in account.facts}
        assert facts["registered"] == row["registrationDate"] and facts["legal_form"]
    result, _ = desk.imports.run(folder / "tampere_companies.csv", failed_path=failed)
    assert counts(result)[0] == counts(result)[1] == counts(result)[3] == 0


def test_the_files_of_one_export_are_joined_by_their_own_ids(desk: Desk, data: Path, tmp_path: Path) -> None:
    folder = data / "leadforge_synthetic"
    files = {one: read(folder / f"{one}.csv") for one in ORDER}
    for name, told in files.items():
        result, _ = desk.imports.run(folder / f"{name}.csv", failed_path=tmp_path / "failed.csv")
        assert result.failed == 0 and result.rows == len(told), result.failures[:3]
        assert result.created == (len(told) if name == "accounts" else 0)
    held = states(desk)
    assert len(held) == len(files["accounts"])
    assert sum(len(one.persons) for one in held.values()) == len(files["contacts"])
    by_id = {ref.id: lead for lead in leads(desk) for ref in lead.refs}
    assert by_id.keys() == {row["lead_id"] for row in files["leads"]}
    person_of = {ref.id: person.id for one in held.values() for person in one.persons.values() for ref in person.refs}
    account_of = {ref.id: one.account.id for one in held.values() if one.account for ref in one.account.refs}
    for row in files["leads"]:
        lead = by_id[row["lead_id"]]
        assert (lead.person, lead.account) == (person_of[row["contact_id"]], account_of[row["account_id"]])
        assert lead.kind is (LeadKind.VERIFIED if row["lead_source"] == "inbound_marketing" else LeadKind.OUTBOUND)

    calls, days = Counter[str](), Counter[tuple[str, str, int]]()
    for row in files["sales_activities"]:
        if row["activity_type"] == "call":
            calls[row["lead_id"]] += 1
        elif row["activity_type"] == "email":
            days[row["lead_id"], "sales-email", date.fromisoformat(row["activity_timestamp"]).toordinal()] += 1
    assert calls == {one: len(lead.attempts) for one, lead in by_id.items() if lead.attempts}
    mails = {(one, mark.event, mark.day): mark.count for one, mark in marks(by_id) if mark.event == "sales-email"}
    assert mails == days
    happened = sum(mark.count for _, mark in marks(by_id) if mark.event not in ("sales-email", "meeting"))
    assert happened == len(files["touches"]) + len(files["sessions"])
    for row in chain(files["touches"], files["sessions"]):
        day = date.fromisoformat(row.get("touch_timestamp") or row["session_timestamp"]).toordinal()
        assert any(mark.day == day for mark in by_id[row["lead_id"]].tally)

    if data == SAMPLE:
        for name, told in files.items():
            result, changes = desk.imports.run(folder / f"{name}.csv", failed_path=tmp_path / "failed.csv")
            assert counts(result) == (0, 0, len(told), 0) and not changes.leads
        assert states(desk) == held
