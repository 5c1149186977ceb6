"""What the central does by its clock: each step once, whatever happens between two rounds, told to whom it is for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from leaddesk.domain import operation as op
from leaddesk.domain.escalation import Escalation, Step
from leaddesk.domain.handover import Met, met
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.words import CallOutcome, Clock, LeadKind, Verdict
from leaddesk.server.scheduler import rebuild, tick
from leaddesk.store.central import people
from leaddesk.store.central import tables as t
from leaddesk.store.central.book import Book
from leaddesk.wire.message import Push
from tests.server.hands import Device
from tests.support import LiveCentral


@pytest.fixture
def still(tmp_path: Path, kind: str) -> Iterator[LiveCentral]:
    """A central that does not listen: rounds come when the test says so."""
    central = LiveCentral(tmp_path, kind=kind)
    yield central
    central.close()


def _rounds(central: LiveCentral) -> None:
    while tick(central.store, central.clock.now()):
        pass


def _tenant(central: LiveCentral) -> str:
    with central.store.read() as unit:
        return people.tenant_named(unit, "")[0]


def _raised(central: LiveCentral, lead: str) -> list[Escalation]:
    with central.store.read() as unit:
        return Book(unit, _tenant(central)).handovers.raised_of([lead])


def _row(central: LiveCentral, lead: str):  # type: ignore[no-untyped-def]
    with central.store.read() as unit:
        (row,) = Book(unit, _tenant(central)).handovers.of(t.handovers.c.lead, [lead]).values()
        return row


def _steps(central: LiveCentral, lead: str, clock: Clock = Clock.TAKE) -> list[Step]:
    return [one.step for one in _raised(central, lead) if one.clock is clock]


def test_each_step_is_raised_at_its_instant_and_once(still: LiveCentral) -> None:
    lead, _ = Device(still, "rep").lead()
    _rounds(still)
    assert _raised(still, lead) == []
    still.clock.step(minutes=44)
    _rounds(still)
    assert _raised(still, lead) == []
    still.clock.step(minutes=1)
    _rounds(still)
    (warning,) = _raised(still, lead)
    assert warning.step is Step.WARNING and warning.at == warning.raised_at == still.clock.now()
    still.clock.step(minutes=15)
    for _ in range(3):
        _rounds(still)
    assert sorted(_steps(still, lead)) == [Step.BREACH, Step.MANAGER, Step.WARNING]


def test_a_restart_neither_loses_nor_doubles_a_step(still: LiveCentral) -> None:
    lead, _ = Device(still, "rep").lead()
    still.clock.step(minutes=50)
    _rounds(still)
    before = _raised(still, lead)
    still.restore(still.copy())
    still.clock.step(days=3)
    _rounds(still)
    after = _raised(still, lead)
    assert before == after[: len(before)] and len({one.key for one in after}) == len(after)
    # What came while nothing ran is raised all the same, at the instant it was due.
    due = next(one for one in after if (one.clock, one.step) == (Clock.TAKE, Step.BREACH))
    assert due.at == due.due < due.raised_at == still.clock.now()
    assert set(_steps(still, lead)) == set(Step)


def test_two_servers_over_one_database_raise_it_once(still: LiveCentral) -> None:
    manager, lead = Device(still, "manager"), Device(still, "rep").lead()[0]
    manager.pull()
    still.clock.step(minutes=61)
    with still.store.read() as unit:
        seen = Book(unit, _tenant(still)).handovers.waiting(still.clock.now(), 10)
    _rounds(still)
    assert [one.lead for one in seen] == [lead]
    # The other has found the row waiting, too, and comes second.
    still.store.write(lambda unit: Book(unit, _tenant(still)).handovers.set_next(seen[0], still.clock.now()))
    _rounds(still)
    notices = [row for row in manager.pull() if row.what == "escalation"]
    assert len(notices) == len({row.id for row in notices}) == 3


def test_who_is_told_and_what(still: LiveCentral) -> None:
    rep, other, manager = Device(still, "rep"), Device(still, "rep2"), Device(still, "manager")
    lead, account = rep.lead()
    rep.do(op.Take(lead=lead), account)
    for one in (rep, other, manager):
        one.pull()
    still.clock.step(minutes=121)
    _rounds(still)
    told = {row.body["step"]: row.body for row in rep.pull() if row.what == "escalation" and row.body}
    assert set(told) == {"warning", "breach"} and told["breach"]["clock"] == "first-attempt"
    assert told["breach"]["to"] == [rep.user.id] and told["breach"]["lead"] == lead
    assert not [row for row in other.pull() if row.what == "escalation"]
    assert {row.body["step"] for row in manager.pull() if row.body and manager.user.id in row.body.get("to", ())} == {
        "manager"
    }


def test_what_is_stopped_in_time_is_not_raised(still: LiveCentral) -> None:
    rep = Device(still, "rep")
    lead, account = rep.lead()
    rep.do(op.Take(lead=lead), account)
    rep.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED), account)
    still.clock.step(minutes=200)
    _rounds(still)
    assert _raised(still, lead) == []
    still.clock.step(days=5)
    _rounds(still)
    assert {one.clock for one in _raised(still, lead)} == {Clock.DECISION}


@pytest.mark.parametrize(("off", "expected"), [(0, Met.TOLD_LATE), (119, Met.TOLD_LATE), (-181, Met.FLAGGED)])
def test_an_act_in_time_that_comes_late_keeps_the_breach_in_sight(still: LiveCentral, off: int, expected: Met) -> None:
    rep = Device(still, "rep")
    lead, account = rep.lead()
    still.clock.step(minutes=30)
    take = rep.operation(op.Take(lead=lead), account)
    still.clock.step(minutes=60)
    _rounds(still)
    assert Step.BREACH in _steps(still, lead) and met(_row(still, lead), Clock.TAKE, still.clock.now()) is Met.OVERDUE
    push = Push(device=rep.device, clock=still.clock.now() + timedelta(seconds=off), operations=(pack_operation(take),))
    for _ in range(2):
        assert rep.authority.push(push).verdicts[0].verdict is Verdict.APPLIED
        assert met(_row(still, lead), Clock.TAKE, still.clock.now()) is expected
    assert Step.BREACH in _steps(still, lead)


def test_how_long_the_delivery_took_says_nothing_of_the_clock(still: LiveCentral) -> None:
    rep = Device(still, "rep")
    lead, account = rep.lead()
    take, sent = rep.operation(op.Take(lead=lead), account), still.clock.now()
    still.clock.step(minutes=90)
    rep.authority.push(Push(device=rep.device, clock=sent, operations=(pack_operation(take),)), arrived=sent)
    assert met(_row(still, lead), Clock.TAKE, still.clock.now()) is Met.TOLD_LATE


def test_an_undone_offer_has_no_row(still: LiveCentral) -> None:
    marketer, rep = Device(still, "marketer"), Device(still, "rep")
    lead, account = rep.lead(LeadKind.OUTBOUND)
    offer = marketer.operation(op.Offer(lead=lead), account)
    marketer.push(offer)
    assert _row(still, lead).kind is LeadKind.OUTBOUND
    assert marketer.do(op.Undo(operation=offer.id), account).verdict is Verdict.APPLIED
    with still.store.read() as unit:
        assert Book(unit, _tenant(still)).handovers.of(t.handovers.c.lead, [lead]) == {}


def test_what_was_done_before_there_were_rows_is_followed(still: LiveCentral) -> None:
    rep = Device(still, "rep")
    leads = [rep.lead() for _ in range(3)]
    rep.do(op.Take(lead=leads[0][0]), leads[0][1])
    rows = [_row(still, lead) for lead, _ in leads]
    with still.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM handovers"))
        connection.execute(text("INSERT INTO behind (tenant) SELECT id FROM tenants"))
    still.clock.step(minutes=61)
    _rounds(still)
    assert [_row(still, lead) for lead, _ in leads] == rows
    assert _steps(still, leads[1][0]) and not _steps(still, leads[0][0])
    assert rebuild(still.store, _tenant(still)) == 0


def test_while_it_serves_the_rounds_come_by_themselves(central: LiveCentral, rep: Device) -> None:
    lead, _ = rep.lead()
    central.clock.step(minutes=61)
    for _ in range(100):
        if len(_steps(central, lead)) == 3:
            break
        central._thread.join(0.1)  # type: ignore[union-attr]
    assert len(_steps(central, lead)) == 3
