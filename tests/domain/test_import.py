"""What imported rows do to accounts, and how an import is undone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leaddesk.domain.changes import Done
from leaddesk.domain.operation import (
    Accept,
    Act,
    ActivityPart,
    CompanyPart,
    EventPart,
    ImportRow,
    ImportRows,
    LeadPart,
    Note,
    Objection,
    Operation,
    PersonPart,
    Row,
    SetFact,
    Take,
    Undo,
    UndoImport,
)
from leaddesk.domain.state import DayCount, Lead, State
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, ObjectionScope, Source, Verdict
from leaddesk.domain.workset import Workset, needs
from tests.domain.scene import DAY, NOW, POLICIES


class Central:
    """One tenant in memory, from its first operation on."""

    def __init__(self) -> None:
        self.work = Workset(POLICIES, {})
        self.number = 0

    def run(self, act: Act, account: str = "", by: str = "rep") -> Done:
        self.number += 1
        at = NOW + self.number * (DAY / 1440)
        name = f"{self.number:08}-op"
        return self.work.run(Operation(id=name, act=act, account=account, at=at, by=by, device="d", n=self.number))

    def load(self, *rows: Row, source: str = "crm", import_id: str = "i1", by: str = "rep") -> dict[str, object]:
        done = self.run(ImportRows(import_id=import_id, file="f.csv", source_name=source, rows=rows), by=by)
        assert done.verdict is Verdict.APPLIED
        return dict(done.values)

    @property
    def states(self) -> list[State]:
        return [one for one in self.work.states.values() if one.account is not None]

    def lead(self) -> Lead:
        (found,) = [lead for state in self.states for lead in state.leads.values()]
        return found


COMPANY = CompanyPart(external_id="c1", name="Kuusikon Saha Oy", business_id="1234567-1", facts=(("employees", "40"),))
PERSON = PersonPart(external_id="p1", name="Aino Virtanen", email="aino@example.invalid", phone="+358401234567")
LATE = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # half past midnight on Monday in Helsinki
MONDAY = datetime(2026, 11, 23).toordinal()


def row(number: int = 2, **parts: object) -> Row:
    return Row(number=number, **parts)  # type: ignore[arg-type]


def test_a_company_alone_makes_a_lead_without_a_person() -> None:
    central = Central()
    assert central.load(row(company=COMPANY)) == {"created": 1, "updated": 0, "unchanged": 0, "failed": 0}
    (state,) = central.states
    assert state.account is not None and state.persons == {}
    assert {(one.key, one.value, one.source, one.vendor) for one in state.account.facts} == {
        ("name", "Kuusikon Saha Oy", Source.PURCHASED, "f.csv"),
        ("business_id", "1234567-1", Source.PURCHASED, "f.csv"),
        ("employees", "40", Source.PURCHASED, "f.csv"),
    }
    lead = central.lead()
    assert (lead.kind, lead.state, lead.person, lead.owner) == (LeadKind.OUTBOUND, LeadState.NEW, "", "")


def test_an_unnamed_lead_that_was_taken_meanwhile_is_still_the_rows_own() -> None:
    central = Central()
    told = row(company=COMPANY, lead=LeadPart(theme="Kunnossapito"))
    central.load(told)
    central.run(Take(lead=central.lead().id), central.lead().account)
    assert central.load(told, import_id="i2")["unchanged"] == 1
    assert central.lead().state is LeadState.TAKEN


def test_a_list_that_comes_every_month_says_a_fact_once() -> None:
    central = Central()
    for month in ("i1", "i2"):
        act = ImportRows(import_id=month, file=f"{month}.csv", source_name="crm", rows=(row(company=COMPANY),))
        central.run(act)
    (state,) = central.states
    assert state.account is not None and len(state.account.facts) == 3


def test_the_person_of_a_later_row_is_the_unnamed_leads() -> None:
    central = Central()
    central.load(row(company=COMPANY))
    assert central.load(row(company=CompanyPart(external_id="c1"), person=PERSON))["updated"] == 1
    (state,) = central.states
    (person,) = state.persons.values()
    assert central.lead().person == person.id


def test_a_row_seen_before_changes_nothing() -> None:
    central = Central()
    rows = (row(2, company=COMPANY, person=PERSON), row(3, company=COMPANY, person=PERSON))
    assert central.load(*rows) == {"created": 1, "updated": 0, "unchanged": 1, "failed": 0}
    before = dict(central.work.states)
    assert central.load(*rows, import_id="i2")["unchanged"] == 2
    assert central.work.states == before


@pytest.mark.parametrize(
    "again",
    [
        row(company=CompanyPart(external_id="c1", name="Uusi nimi Oy")),
        row(company=CompanyPart(name="Uusi nimi Oy", business_id="1234567-1")),
        row(person=PersonPart(email="AINO@example.invalid", title="Johtaja")),
        row(person=PersonPart(phone="+358401234567", title="Johtaja")),
    ],
    ids=["the source's id", "Y-tunnus", "e-mail", "phone"],
)
def test_a_row_is_matched(again: Row) -> None:
    central = Central()
    central.load(row(company=COMPANY, person=PERSON))
    assert central.load(again, import_id="i2") == {"created": 0, "updated": 1, "unchanged": 0, "failed": 0}
    assert len(central.states) == 1


def test_what_sales_said_is_not_overwritten_by_a_list() -> None:
    central = Central()
    central.load(row(company=COMPANY))
    (account,) = central.work.states
    central.run(SetFact(key="name", value="Kuusikko Oy"), account)
    central.load(row(company=replace(COMPANY, name="KUUSIKON SAHA OY")), import_id="i2")
    (state,) = central.states
    assert state.account is not None and state.account.name == "Kuusikko Oy"
    assert [one.value for one in state.account.facts if one.key == "name"] == [
        "Kuusikon Saha Oy", "Kuusikko Oy", "KUUSIKON SAHA OY",
    ]  # fmt: skip


def test_a_row_about_nobody_known_says_so() -> None:
    central = Central()
    done = central.run(
        ImportRows(
            import_id="i",
            file="f",
            source_name="crm",
            rows=(
                row(2, company=CompanyPart(external_id="gone")),
                row(3, event=EventPart(event="site-visit", at=NOW), lead=LeadPart(external_id="gone")),
                row(4, company=COMPANY, person=PersonPart(external_id="gone")),
                row(5, company=replace(COMPANY, external_id="c2", business_id=""), person=PERSON),
            ),
        )
    )
    assert done.values["failed"] == 3
    assert [(one.reason, one.values["row"], one.values["reference"]) for _, one in done.refused] == [
        ("row-unknown-company", 2, "gone"),
        ("row-unknown-lead", 3, "gone"),
        ("row-unknown-person", 4, "gone"),
    ]


# --- behaviour and old activities -----------------------------------------------------------------------------------


def event(name: str, at: datetime = NOW - DAY, external_id: str = "") -> Row:
    part = EventPart(event=name, at=at, text="hinnasto", external_id=external_id)
    return row(company=CompanyPart(external_id="c1"), event=part)


def did(activity: str, at: datetime = LATE, outcome: str = "") -> Row:
    part = ActivityPart(activity=activity, at=at, outcome=outcome)
    return row(company=CompanyPart(external_id="c1"), activity=part)


def test_behaviour_counts_on_its_local_day() -> None:
    central = Central()
    central.load(row(company=COMPANY), event("site-visit", LATE))
    lead = central.lead()
    assert lead.tally == (DayCount(event="site-visit", day=MONDAY, count=1),)
    assert (lead.last_event, lead.last_event_at, lead.last_event_text) == ("site-visit", LATE, "hinnasto")


def test_behaviour_with_an_id_counts_once() -> None:
    central = Central()
    central.load(row(company=COMPANY), event("site-visit", external_id="e1"), event("site-visit", external_id="e1"))
    central.load(event("site-visit", external_id="e1"), import_id="i2")
    assert [one.count for one in central.lead().tally] == [1]


def test_what_we_sent_is_no_behaviour_of_theirs() -> None:
    central = Central()
    central.load(row(company=COMPANY), event("touch-out"))
    assert (central.lead().last_event, len(central.lead().tally)) == ("", 1)


ACTIVITIES = [("email", "sales-email"), ("meeting", "meeting"), ("demo", "meeting")]


@pytest.mark.parametrize(("activity", "counted"), ACTIVITIES)
def test_an_old_activity_counts_on_its_local_day(activity: str, counted: str) -> None:
    central = Central()
    central.load(row(company=COMPANY), did(activity))
    lead = central.lead()
    assert lead.tally == (DayCount(event=counted, day=MONDAY, count=1),)
    assert lead.met_at == (LATE if counted == "meeting" else None)


def test_no_old_meeting_is_lost_though_a_later_one_is_known() -> None:
    central = Central()
    central.load(row(company=COMPANY), did("meeting", NOW - DAY))
    assert central.load(did("meeting", NOW - 9 * DAY), import_id="i2")["updated"] == 1
    assert central.lead().met_at == NOW - DAY


@pytest.mark.parametrize(
    ("outcome", "reached"), [("reached", True), ("meeting-set", True), ("no-answer", False), ("", False)]
)
def test_an_old_call_is_an_attempt(outcome: str, reached: bool) -> None:
    central = Central()
    central.load(row(company=COMPANY), did("call", NOW - DAY, outcome), did("call", NOW - 2 * DAY, "no-answer"))
    attempts = central.lead().attempts
    assert [one.at for one in attempts] == [NOW - 2 * DAY, NOW - DAY]
    assert attempts[1].outcome is (CallOutcome.REACHED if reached else CallOutcome.NO_ANSWER)


# --- the transfer point ---------------------------------------------------------------------------------------------


def test_an_imported_contact_request_is_offered_at_once() -> None:
    central = Central()
    central.load(row(company=COMPANY, lead=LeadPart(external_id="l1", lead_kind=LeadKind.HAND_RAISER)))
    lead = central.lead()
    assert (lead.state, lead.offered_at) == (LeadState.OFFERED, NOW + DAY / 1440)


def test_what_marketing_verified_is_offered_when_it_holds_both_keys() -> None:
    central = Central()
    verified = row(company=COMPANY, lead=LeadPart(external_id="l1", lead_kind=LeadKind.VERIFIED))
    central.load(verified, event("contact-request"))
    assert central.lead().state is LeadState.NEW
    central.load(event("guide-download"), event("site-visit"), import_id="i2")
    lead = central.lead()
    assert (lead.state, lead.offered_at, lead.policy) == (LeadState.OFFERED, NOW + 2 * DAY / 1440, 1)


def test_no_points_make_up_for_the_wrong_group() -> None:
    housing = replace(COMPANY, name="As Oy Kuusikko")
    central = Central()
    central.load(row(company=housing, lead=LeadPart(external_id="l1", lead_kind=LeadKind.VERIFIED)))
    central.load(*(event(one) for one in ("contact-request", "trial-request", "guide-download") for _ in range(9)))
    assert central.lead().state is LeadState.NEW


@pytest.mark.parametrize("kind", [LeadKind.HAND_RAISER, LeadKind.VERIFIED])
def test_nothing_is_offered_under_an_objection(kind: LeadKind) -> None:
    central = Central()
    central.load(row(company=COMPANY))
    (account,) = central.work.states
    central.run(Objection(scope=ObjectionScope.COMPANY), account)
    lead = row(company=CompanyPart(external_id="c1"), lead=LeadPart(external_id="l1", lead_kind=kind))
    central.load(lead, event("contact-request"), event("guide-download"), import_id="i2")
    assert (central.lead().kind, central.lead().state) == (kind, LeadState.NEW)


# --- undo -----------------------------------------------------------------------------------------------------------


def loaded() -> Central:
    central = Central()
    rows = [
        row(n, company=CompanyPart(external_id=f"c{n}", name=f"Yritys {n} Oy"), person=PersonPart(name=f"Henkilö {n}"))
        for n in range(2, 5)
    ]
    central.load(*rows, row(5, company=CompanyPart(external_id="c2"), event=EventPart(event="site-visit", at=NOW)))
    return central


def test_an_import_is_undone_in_one_act() -> None:
    central = loaded()
    done = central.run(UndoImport(import_id="i1"))
    assert (done.verdict, done.values) == (Verdict.APPLIED, {"undone": 4, "kept": 0})
    assert central.states == []
    assert central.run(UndoImport(import_id="i1")).reason == "nothing-to-undo"


def test_what_somebody_built_upon_stays_and_is_counted() -> None:
    central = loaded()
    state = next(one for one in central.states if one.account is not None and one.account.name == "Yritys 3 Oy")
    assert state.account is not None
    (lead,) = state.leads
    central.run(Accept(lead=lead), state.account.id, by="rep2")
    done = central.run(UndoImport(import_id="i1"))
    assert done.values == {"undone": 3, "kept": 1}
    assert [one.reason for _, one in done.refused] == ["undo-depends"]
    (left,) = central.states
    assert left.leads[lead].state is LeadState.ACCEPTED


def test_an_import_of_another_user_is_not_undone() -> None:
    central = loaded()
    before = dict(central.work.states)
    done = central.run(UndoImport(import_id="i1"), by="rep2")
    assert (done.verdict, done.reason, done.values["by"]) == (Verdict.REFUSED, "not-yours-to-undo", "rep")
    assert central.work.states == before


def test_an_import_undone_in_the_batch_it_is_in_needs_every_history() -> None:
    rows = ImportRows(import_id="i1", file="f", source_name="crm", rows=(row(company=COMPANY),))
    made = Operation(id="op-1", act=rows, account="", at=NOW, by="rep", device="d")
    undone = replace(made, id="op-2", act=UndoImport(import_id="i1"))
    assert (needs([made]).whole, needs([undone]).whole, needs([made, undone]).whole) == (False, False, True)
    assert needs([made, undone]).imports == {"i1"}
    work = Workset(POLICIES, {})
    assert [work.run(one).values.get("undone") for one in (made, undone)] == [None, 1]


def test_an_unknown_import_has_nothing_to_undo() -> None:
    assert loaded().run(UndoImport(import_id="gone")).reason == "nothing-to-undo"


def test_an_act_without_an_account_is_refused() -> None:
    assert Central().run(Note(lead="l", text="x")).reason == "operation-names-no-account"


def test_rows_undone_together_leave_what_rows_undone_one_by_one_leave() -> None:
    together, apart = loaded(), loaded()
    (account, *_) = [one.account.id for one in together.states if one.account and one.account.name == "Yritys 2 Oy"]
    for central in (together, apart):
        central.run(SetFact(key="employees", value="40"), account)
        central.load(row(company=CompanyPart(external_id="c2", facts=(("industry", "16101"),))), import_id="i2")
        central.load(row(company=CompanyPart(external_id="c2", facts=(("revenue_eur", "1"),))), import_id="i2")
    together.run(UndoImport(import_id="i2"))
    history = apart.work.states[account].history
    assert history is not None
    for one in history[:1:-1]:
        if isinstance(one.act, ImportRow) and one.act.import_id == "i2":
            assert apart.run(Undo(operation=one.id), account).verdict is Verdict.APPLIED
    left, other = (replace(one.work.states[account], history=None) for one in (together, apart))
    assert left == other
    assert left.account is not None and {one.key for one in left.account.facts} == {"name", "employees"}


@pytest.mark.parametrize(
    ("name", "email", "companies"),
    [("Theta Oy", "", 2), ("Kuusikon Puutavara Oy", "", 1), ("", "", 1), ("Theta Oy", "aino@example.invalid", 2)],
)
def test_a_shared_telephone_or_address_makes_two_companies_not_one(name: str, email: str, companies: int) -> None:
    central = Central()
    known = replace(COMPANY, external_id="")
    central.load(row(company=known, person=PERSON))
    other = PersonPart(name="Kuudes Mies", phone=PERSON.phone, email=email)
    central.load(row(company=CompanyPart(name=name) if name else None, person=other), import_id="i2")
    names = {one.account.business_id: one.account.name for one in central.states if one.account is not None}
    assert len(names) == companies
    if companies == 2:
        assert names["1234567-1"] == "Kuusikon Saha Oy"


def test_a_person_known_by_the_sources_own_id_brings_the_companys_new_name() -> None:
    central = Central()
    central.load(row(company=replace(COMPANY, external_id=""), person=PERSON))
    central.load(row(company=CompanyPart(name="Theta Oy"), person=PERSON), import_id="i2")
    assert [one.account.name for one in central.states if one.account is not None] == ["Theta Oy"]
