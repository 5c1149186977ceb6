"""The view is the last server row with pending operations on top, whatever the order of acts, verdicts and pulls."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    CompanyPart,
    EventPart,
    ImportRows,
    LeadPart,
    LogCall,
    Note,
    Objection,
    Operation,
    PersonPart,
    Reject,
    Row,
    SetFact,
    Snooze,
    Take,
    Undo,
    UndoImport,
)
from leaddesk.domain.plain import pack
from leaddesk.domain.record import FeedRow, VerdictRow
from leaddesk.domain.state import Account, Lead
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, RejectReason, Verdict
from leaddesk.store.local.store import LocalStore
from tests.store.hands import NOW, Central, Hands, Made, as_told, view_of


def _sync(store: LocalStore, central: Central, after: int = 0) -> int:
    """Push and pull, as the cycle does; the head reached."""
    while store.outbox():
        verdicts = central.push(store)
        store.record_verdicts(verdicts, NOW)
        if all(one.verdict is Verdict.REFUSED for one in verdicts):
            break
    store.record_pull(central.news(after), str(central.head), True, NOW)
    return central.head


def _elsewhere(central: Central, act: Act, account: str, by: str = "somebody") -> VerdictRow:
    """An operation of another desk that has reached the central."""
    at = NOW + timedelta(minutes=5)
    return central.take(
        Operation(id=f"else-{central.head}-{act.kind}", act=act, account=account, at=at, by=by, device="d-2")
    )


def _refused(operation: str, reason: str = "no", **values: str) -> VerdictRow:
    return VerdictRow(id=operation, verdict=Verdict.REFUSED, reason=reason, values=values)


def _gone(central: Central, made: Made) -> list[FeedRow]:
    """An account leaves the desk's sight."""
    return [
        central.forget("lead", made.lead),
        central.forget("person", made.person),
        central.forget("account", made.account),
    ]


@pytest.fixture
def known(store: LocalStore, hands: Hands, central: Central) -> Made:
    """A lead that the central and the desk both have, with nothing pending."""
    made = hands.lead(business_id="0100990-4", phone="+358401234567", email="aino@example.invalid")
    _sync(store, central)
    with store._file.read() as connection:
        assert connection.execute("SELECT count(*) FROM shadow").fetchone() == (0,)
    return made


def test_a_pull_never_overwrites_an_edit(store: LocalStore, hands: Hands, central: Central, known: Made) -> None:
    hands.do(SetFact(key="current_supplier", value="Oma Oy", lead=known.lead), known.account)
    hands.do(Take(lead=known.lead))
    _elsewhere(central, SetFact(key="employees", value="40"), known.account)
    store.record_pull(central.news(1), "2", True, NOW)
    state = store.state(known.account)
    assert state.account is not None
    facts = {one.key: one.value for one in state.account.facts}
    assert (facts["current_supplier"], facts["employees"]) == ("Oma Oy", "40")
    assert state.leads[known.lead].state is LeadState.TAKEN
    assert store.status().waiting == 2


def test_a_refused_operation_is_undone_exactly(store: LocalStore, hands: Hands, central: Central, known: Made) -> None:
    before = view_of(store)
    done = hands.do(Accept(lead=known.lead, note="hyvä liidi"))
    assert view_of(store) != before
    store.record_verdicts([_refused(done.operation.id, "already-accepted", owner="liisa")], NOW)
    assert view_of(store) == before
    (kept,) = store.attention()
    assert (kept.id, kept.reason, kept.values["owner"]) == (done.operation.id, "already-accepted", "liisa")
    assert kept.body["act"]["note"] == "hyvä liidi"
    assert store.search("hyvä", 5) == []


def test_what_was_done_after_a_refused_operation_stays(
    store: LocalStore, hands: Hands, central: Central, known: Made
) -> None:
    refused = hands.do(SetFact(key="current_supplier", value="Väärä Oy"), known.account)
    hands.do(LogCall(lead=known.lead, outcome=CallOutcome.REACHED))
    store.record_verdicts([VerdictRow(id=refused.operation.id, verdict=Verdict.REFUSED, reason="x")], NOW)
    state = store.state(known.account)
    assert state.account is not None
    assert "current_supplier" not in {one.key for one in state.account.facts}
    assert len(state.leads[known.lead].attempts) == 1
    assert store.rows([known.lead])[0].pending


def test_a_verdict_that_comes_twice_changes_nothing_more(
    store: LocalStore, hands: Hands, central: Central, known: Made
) -> None:
    done = hands.do(Take(lead=known.lead))
    good = VerdictRow(id=done.operation.id, verdict=Verdict.APPLIED, seq=2)
    store.record_verdicts([good], NOW)
    before = view_of(store)
    store.record_verdicts([replace(good, verdict=Verdict.REFUSED), _refused("no-such")], NOW)
    assert view_of(store) == before
    assert store.attention() == []


def test_an_applied_operation_stays_on_top_until_its_rows_come(
    store: LocalStore, hands: Hands, central: Central, known: Made, other: LocalStore
) -> None:
    hands.do(LogCall(lead=known.lead, outcome=CallOutcome.NO_ANSWER))
    verdicts = central.push(store)
    store.record_verdicts(verdicts, NOW)
    assert store.status().waiting == 0
    assert len(store.state(known.account).leads[known.lead].attempts) == 1
    store.record_pull(central.news(1), "2", True, NOW)
    assert len(store.state(known.account).leads[known.lead].attempts) == 1
    assert not store.rows([known.lead])[0].pending
    other.record_pull(central.news(), "2", True, NOW)
    assert view_of(store) == view_of(other)


def test_a_page_that_ends_between_a_row_and_its_line_doubles_nothing(
    store: LocalStore, hands: Hands, central: Central, known: Made, other: LocalStore
) -> None:
    hands.do(LogCall(lead=known.lead, outcome=CallOutcome.NO_ANSWER))
    store.record_verdicts(central.push(store), NOW)
    for row in central.news(1):
        store.record_pull([row], "between", False, NOW)
        assert len(store.state(known.account).leads[known.lead].attempts) == 1
    store.record_pull([], "2", True, NOW)
    other.record_pull(central.news(), "2", True, NOW)
    assert view_of(store) == view_of(other)


def test_a_pending_operation_that_cannot_stand_now_comes_back_when_it_can(
    store: LocalStore, hands: Hands, central: Central, known: Made
) -> None:
    hands.do(Accept(lead=known.lead))
    _elsewhere(central, Reject(lead=known.lead, reason=RejectReason.NEED), known.account)
    store.record_pull(central.news(1), "2", True, NOW)
    assert store.state(known.account).leads[known.lead].state is LeadState.REJECTED
    assert store.status().waiting == 1
    told = as_told(central, "lead", known.lead)
    assert isinstance(told, Lead)
    again = replace(told, state=LeadState.OFFERED)
    store.record_pull([FeedRow(what="lead", id=known.lead, seq=3, body=pack(again))], "3", True, NOW)
    assert store.state(known.account).leads[known.lead].state is LeadState.ACCEPTED


def test_a_pending_undo_survives_a_pull_and_is_undone_by_a_refusal(
    store: LocalStore, hands: Hands, central: Central, known: Made
) -> None:
    taken = hands.do(Take(lead=known.lead))
    head = _sync(store, central, 1)
    before = view_of(store)
    undo = hands.do(Undo(operation=taken.operation.id), known.account)
    assert store.state(known.account).leads[known.lead].state is LeadState.NEW
    _elsewhere(central, SetFact(key="website", value="example.invalid"), known.account)
    store.record_pull(central.news(head), "x", True, NOW)
    assert store.state(known.account).leads[known.lead].state is LeadState.NEW
    store.record_verdicts([VerdictRow(id=undo.operation.id, verdict=Verdict.REFUSED, reason="undo-depends")], NOW)
    state = store.state(known.account)
    assert state.leads[known.lead].state is LeadState.TAKEN
    card = store.card(known.lead)
    assert card is not None and not any(one.undone_by for one in card.entries)
    assert view_of(store)["leads"] == before["leads"]


def _rows(many: int, event: bool = True, first: int = 0) -> tuple[Row, ...]:
    """A lead with its company and person in a row, and, in a row after it, something the lead did."""
    rows: list[Row] = []
    for number in range(first, first + many):
        company = CompanyPart(external_id=f"c{number}", name=f"Yritys {number} Oy")
        person = PersonPart(external_id=f"p{number}", name=f"Henkilö {number}", email=f"h{number}@example.invalid")
        lead = LeadPart(external_id=f"l{number}", lead_kind=LeadKind.OUTBOUND)
        rows.append(Row(number=len(rows) + 2, company=company, person=person, lead=lead))
        if event:
            did = EventPart(external_id=f"e{number}", event="site-visit", at=NOW)
            rows.append(Row(number=len(rows) + 2, lead=LeadPart(external_id=f"l{number}"), event=did))
    return tuple(rows)


def test_a_refused_import_goes_whole(store: LocalStore, hands: Hands, known: Made) -> None:
    before = view_of(store)
    done = hands.do(ImportRows(import_id="i", file="f.csv", source_name="s", rows=_rows(30)))
    assert len(store.order("me", (), NOW)[0]) > 1
    store.record_verdicts([VerdictRow(id=done.operation.id, verdict=Verdict.REFUSED, reason="role-may-not")], NOW)
    assert view_of(store) == before


def test_an_import_converges_and_an_event_counts_once(
    store: LocalStore, hands: Hands, central: Central, other: LocalStore
) -> None:
    hands.do(ImportRows(import_id="i", file="f.csv", source_name="s", rows=_rows(30)))
    again = hands.do(ImportRows(import_id="i2", file="f.csv", source_name="s", rows=_rows(30)))
    assert again.values["unchanged"] == 60
    _sync(store, central)
    other.record_pull(central.news(), "x", True, NOW)
    assert view_of(store) == view_of(other)
    assert {one.tally[0].count for one in _leads(store)} == {1}


def _leads(store: LocalStore) -> list[Lead]:
    with store._file.read() as connection:
        accounts = [row[0] for row in connection.execute("SELECT id FROM accounts")]
    return [lead for one in accounts for lead in store.state(one).leads.values()]


def test_only_undone_rows_of_an_import_may_be_imported_again(store: LocalStore, hands: Hands) -> None:
    hands.do(ImportRows(import_id="i", file="f.csv", source_name="s", rows=_rows(10)))
    worked = next(one for one in _leads(store) if one.refs[0].id == "l3")
    hands.do(Accept(lead=worked.id))
    undone = hands.do(UndoImport(import_id="i"))
    assert undone.values == {"undone": 19, "kept": 1}
    again = hands.do(ImportRows(import_id="i2", file="f.csv", source_name="s", rows=_rows(10)))
    # The kept lead is there; its event had been taken back and counts anew.
    assert (again.values["created"], again.values["updated"], again.values["unchanged"]) == (9, 10, 1)
    assert {one.tally[0].count for one in _leads(store)} == {1}


def test_a_refused_undo_of_an_import_makes_its_events_known_again(store: LocalStore, hands: Hands) -> None:
    hands.do(ImportRows(import_id="i", file="f.csv", source_name="s", rows=_rows(10)))
    before = view_of(store)
    undone = hands.do(UndoImport(import_id="i"))
    assert not _leads(store)
    store.record_verdicts([VerdictRow(id=undone.operation.id, verdict=Verdict.QUARANTINED, reason="unreadable")], NOW)
    assert view_of(store) == before
    assert len(store.attention()) == 1


# --- what is gone ---------------------------------------------------------------------------------------------------


def test_an_account_that_leaves_takes_its_past_along(
    store: LocalStore, hands: Hands, central: Central, known: Made, other: LocalStore
) -> None:
    hands.do(Note(lead=known.lead, text="salainen sana"))
    head = _sync(store, central, 1)
    store.record_pull(_gone(central, known), "x", True, NOW)
    assert head and view_of(store) == view_of(other)
    assert store.card(known.lead) is None
    assert store.search("salainen", 5) == []


def test_work_on_an_account_that_leaves_stays_in_the_outbox(
    store: LocalStore, hands: Hands, central: Central, known: Made
) -> None:
    done = hands.do(Note(lead=known.lead, text="en ehtinyt lähettää"))
    store.record_pull(_gone(central, known), "x", True, NOW)
    assert store.rows([known.lead]) == []
    assert [one["id"] for one in store.outbox()] == [done.operation.id]
    store.record_verdicts([_refused(done.operation.id, "account-not-in-sight")], NOW)
    assert [one.body["act"]["text"] for one in store.attention()] == ["en ehtinyt lähettää"]
    assert view_of(store)["history"] == []


def test_a_pull_that_takes_much_away_stops_and_asks(store: LocalStore, hands: Hands, central: Central) -> None:
    for number in range(6):
        rows = _rows(100, event=False, first=100 * number)
        hands.do(ImportRows(import_id=f"i{number}", file="f", source_name="s", rows=rows))
    _sync(store, central)
    leads = [one.id for one in _leads(store)]
    assert len(leads) > 500
    before = store.cursor()
    with pytest.raises(Refusal) as caught:
        store.record_pull([central.forget("lead", one, "deleted") for one in leads[:80]], "much", True, NOW)
    assert (caught.value.key, caught.value.values["removed"]) == ("pull-removes-much", 80)
    assert (store.cursor(), len(_leads(store))) == (before, len(leads))
    # In small pages it is as much.
    with pytest.raises(Refusal):
        for one in leads[:80]:
            store.record_pull([central.forget("lead", one, "deleted")], "some", False, NOW)
    assert len(_leads(store)) >= len(leads) * 0.9
    store.set_meta("removal_allowed", "1")
    store.record_pull([central.forget("lead", one, "deleted") for one in leads[:80]], "allowed", True, NOW)
    assert len(_leads(store)) == len(leads) - 80


def test_leads_that_go_into_other_people_s_sight_go_unasked(store: LocalStore, hands: Hands, central: Central) -> None:
    for number in range(2):
        rows = _rows(100, event=False, first=100 * number)
        hands.do(ImportRows(import_id=f"i{number}", file="f", source_name="s", rows=rows))
    _sync(store, central)
    leads = [one.id for one in _leads(store)]
    store.record_pull([central.forget("lead", one, "evicted") for one in leads[:90]], "moved", True, NOW)
    assert len(_leads(store)) == len(leads) - 90


def test_a_pull_afresh_removes_what_is_no_longer_shown_and_keeps_pending_work(
    store: LocalStore, hands: Hands, central: Central, other: LocalStore
) -> None:
    stays, leaves, edited = hands.lead("Jää Oy"), hands.lead("Lähtee Oy"), hands.lead("Muokattu Oy")
    hands.do(Note(lead=leaves.lead, text="vanha sana"))
    _sync(store, central)
    made = hands.lead("Uusi Oy", "Uusi Henkilö")
    hands.do(Take(lead=stays.lead))
    hands.do(Take(lead=edited.lead))
    waiting = store.outbox()
    told = [row for row in central.news() if stays.account in str(row)]
    store.begin_afresh()
    assert store.cursor() == ""
    assert store.rows([leaves.lead])
    half = len(told) // 2
    store.record_pull(told[:half], "1", False, NOW)
    store.record_pull(told[half:], "2", True, NOW)
    assert store.outbox() == waiting
    here = store.rows([stays.lead, leaves.lead, edited.lead, made.lead])
    assert {one.account_name for one in here} == {"Jää Oy", "Uusi Oy"}
    assert store.state(stays.account).leads[stays.lead].state is LeadState.TAKEN
    assert store.search("vanha", 5) == [] and store.search("Lähtee", 5) == []
    # The next pull is an ordinary one again.
    store.record_pull([], "3", True, NOW)
    assert store.rows([stays.lead])
    store.record_verdicts([VerdictRow(id=one["id"], verdict=Verdict.REFUSED, reason="no") for one in waiting], NOW)
    other.record_pull(told, "2", True, NOW)
    assert view_of(store) == view_of(other)


# --- the cursor -----------------------------------------------------------------------------------------------------


def test_rows_and_cursor_are_one_transaction(store: LocalStore, hands: Hands, central: Central, known: Made) -> None:
    before, cursor = view_of(store), store.cursor()
    account = as_told(central, "account", known.account)
    assert isinstance(account, Account)
    good = FeedRow(what="account", id=known.account, seq=9, body=pack(replace(account, name="Uusi nimi Oy")))
    bad = FeedRow(what="lead", id=known.lead, seq=10, body={"id": known.lead, "state": "no such state"})
    with pytest.raises(BadInput):
        store.record_pull([good, bad], "10", True, NOW)
    assert (view_of(store), store.cursor()) == (before, cursor)
    store.record_pull([good], "9", True, NOW)
    assert (store.rows([known.lead])[0].account_name, store.cursor()) == ("Uusi nimi Oy", "9")


def test_fields_a_newer_central_adds_are_kept_in_the_history(store: LocalStore, known: Made, central: Central) -> None:
    row = next(row for row in central.news() if row.what == "entry")
    assert row.body is not None
    body = {**row.body, "operation": {**row.body["operation"], "mood": "sunny"}}
    store.record_pull([replace(row, body=body)], "x", True, NOW)
    with store._file.read() as connection:
        assert '"mood":"sunny"' in connection.execute("SELECT body FROM history").fetchone()[0]
    assert store.card(known.lead) is not None


# --- anything, in any order -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_in_whatever_order_the_view_converges(
    store: LocalStore, central: Central, other: LocalStore, seed: int
) -> None:
    chance = random.Random(seed)
    hands = Hands(store)
    made = [hands.lead(f"Yritys {number} Oy") for number in range(3)]
    at = 0

    def act() -> Act:
        lead = chance.choice(made).lead
        acts: list[Act] = [
            Note(lead=lead, text=f"muistiinpano {chance.random()}"),
            LogCall(lead=lead, outcome=chance.choice(list(CallOutcome)), until=NOW + timedelta(days=2)),
            Take(lead=lead),
            Accept(lead=lead),
            Reject(lead=lead, reason=RejectReason.TIMING),
            Snooze(lead=lead, until=NOW + timedelta(days=1)),
            Answer(lead=lead, question="bant.need", value=chance.choice(["yes", "no"])),
            SetFact(key=chance.choice(["employees", "name", "phone"]), value=str(chance.randrange(99))),
            Objection(lead=lead),
        ]
        return chance.choice(acts)

    for step in range(60):
        what = chance.random()
        if what < 0.5:
            one = act()
            hands.do(one, next((m.account for m in made if m.lead == getattr(one, "lead", "")), made[0].account))
        elif what < 0.6 and (latest := store.own_latest(1)):
            hands.do(Undo(operation=latest[0][0].id), latest[0][1])
        elif what < 0.75:
            one = act()
            account = next((m.account for m in made if m.lead == getattr(one, "lead", "")), made[0].account)
            then = NOW + timedelta(minutes=step)
            central.take(Operation(id=f"else-{step}", act=one, account=account, at=then, by="x", device="d-2"))
        elif what < 0.87:
            verdicts = central.push(store)
            # The answer may be lost on the way: then the same verdicts come again.
            if chance.random() < 0.8:
                store.record_verdicts(verdicts, NOW)
            else:
                store.record_verdicts(verdicts, NOW)
                store.record_verdicts(verdicts, NOW)
            for one_ in store.attention():
                store.dismiss(one_.id)
        else:
            news = central.news(at)
            cut = chance.randrange(len(news) + 1)
            store.record_pull(news[:cut], "cut", False, NOW)
            store.record_pull(news[cut:], str(central.head), True, NOW)
            at = central.head
    while store.outbox():
        store.record_verdicts(central.push(store), NOW)
        for one_ in store.attention():
            store.dismiss(one_.id)
    store.record_pull(central.news(at), "end", True, NOW)
    other.record_pull(central.news(), "end", True, NOW)
    for table, rows in view_of(other).items():
        assert sorted(view_of(store)[table], key=str) == sorted(rows, key=str), table
    store.check()
