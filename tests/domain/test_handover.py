"""The row of an offer: what it begins with, what becomes of it, and how each promise was kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leaddesk.domain import operation as op
from leaddesk.domain.escalation import Step, coming, next_at, raised, recipients
from leaddesk.domain.handover import BROKEN, KEPT, Handover, Met, begun, followed, handovers, met, told
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import User
from leaddesk.domain.state import State
from leaddesk.domain.words import CallOutcome, Clock, LeadKind, LeadState, RejectReason, Role
from tests.domain.scene import DAY, HOUR, MINUTE, NOW, PERSON, POLICIES, POLICY, Scene, lead, state

#: The shipped targets of a contact request: 60, 120 and 960 minutes of business time from Monday 11:00.
TAKE_DUE, FIRST_DUE = NOW + HOUR, NOW + 2 * HOUR
DECISION_DUE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def scene() -> Scene:
    """A contact request at NOW."""
    here = Scene(at=NOW - MINUTE)
    act = op.CreateLead(
        lead="l", lead_kind=LeadKind.HAND_RAISER, theme="huolto", company=op.CompanyPart(name="Kuusikon Saha Oy"),
        person="p", contact=op.PersonPart(name="Aino Virtanen", role="decision-maker"),
    )  # fmt: skip
    here.do(act)
    return here


def row_of(here: Scene) -> Handover:
    """The only row its history leads to."""
    (row,) = handovers(here.now.history or (), POLICIES).values()
    return row


def test_a_row_begins_with_what_is_known_at_the_offer() -> None:
    here = scene()
    row = row_of(here)
    assert (row.lead, row.offered_at, row.kind, row.policy) == ("l", NOW, LeadKind.HAND_RAISER, 1)
    assert (row.take_due, row.first_due, row.decision_due) == (TAKE_DUE, FIRST_DUE, DECISION_DUE)
    assert not row.conforms and row.failed == () and row.unknown == ("target-group", "stage")
    here.do(op.SetFact(key="industry", value="25620"))
    here.do(op.SetFact(person="p", key="role", value="end-user"))
    later = row_of(here)
    # What is found out afterwards makes no lead of what was none.
    assert not later.conforms and later.unknown == row.unknown and (row.decider, later.decider) == (True, False)


def test_what_is_done_with_the_lead_is_followed() -> None:
    here = scene()
    here.do(op.LogCall(lead="l", outcome=CallOutcome.NO_ANSWER), after=30 * MINUTE)
    row = row_of(here)
    assert row.taken_at == row.first_at == NOW + 30 * MINUTE and row.owner == "rep" and row.attempts == 1
    assert (row.reached, row.met_at, row.decided_at, row.ended_at) == (False, None, None, None)
    here.do(op.LogCall(lead="l", outcome=CallOutcome.REACHED), after=HOUR)
    here.do(op.Reject(lead="l", reason=RejectReason.BUDGET), after=HOUR)
    row = row_of(here)
    assert (row.reached, row.attempts, row.state, row.reason) == (True, 2, LeadState.REJECTED, RejectReason.BUDGET)
    assert row.decided_at == row.ended_at == NOW + 150 * MINUTE
    assert [met(row, one, here.at) for one in (Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION)] == [Met.IN_TIME] * 3


def test_each_offer_has_a_row_and_the_one_before_keeps_how_it_ended() -> None:
    here = scene()
    here.do(op.Reject(lead="l", reason=RejectReason.NEED), after=5 * HOUR)
    here.do(op.Offer(lead="l"), by="marketer", after=DAY)
    here.do(op.Take(lead="l"), after=MINUTE)
    rows = handovers(here.now.history or (), POLICIES)
    first, second = (rows[key] for key in sorted(rows))
    assert (first.state, first.reason, first.taken_at) == (LeadState.REJECTED, RejectReason.NEED, NOW + 5 * HOUR)
    assert met(first, Clock.TAKE, here.at) is Met.LATE and met(second, Clock.TAKE, here.at) is Met.IN_TIME
    assert (second.state, second.reason, second.decided_at) == (LeadState.TAKEN, None, None)


@pytest.mark.parametrize(
    ("done", "ended", "now", "expected"),
    [
        (None, None, TAKE_DUE, Met.RUNNING),
        (None, None, TAKE_DUE + timedelta(microseconds=1), Met.OVERDUE),
        (TAKE_DUE, None, TAKE_DUE + DAY, Met.IN_TIME),
        (TAKE_DUE + timedelta(microseconds=1), None, TAKE_DUE + DAY, Met.LATE),
        (None, TAKE_DUE, TAKE_DUE + DAY, Met.NONE),
        (None, TAKE_DUE + MINUTE, TAKE_DUE + DAY, Met.LATE),
    ],
)
def test_how_a_promise_was_kept(done: datetime | None, ended: datetime | None, now: datetime, expected: Met) -> None:
    row = replace(row_of(scene()), taken_at=done, ended_at=ended)
    assert met(row, Clock.TAKE, now) is expected
    assert met(replace(row, take_due=None), Clock.TAKE, now) is Met.NONE
    assert not KEPT & BROKEN


@pytest.mark.parametrize(
    ("skew", "expected"),
    [
        (timedelta(0), Met.TOLD_LATE),
        (timedelta(minutes=2), Met.TOLD_LATE),
        (timedelta(minutes=-2), Met.TOLD_LATE),
        (timedelta(minutes=2, seconds=1), Met.FLAGGED),
        (timedelta(minutes=-3), Met.FLAGGED),
        (None, Met.FLAGGED),
    ],
)
def test_what_was_done_in_time_and_told_late(skew: timedelta | None, expected: Met) -> None:
    before = row_of(scene())
    after = replace(before, taken_at=TAKE_DUE - MINUTE)
    limit = timedelta(minutes=2)
    row = told(after, before, TAKE_DUE + 3 * DAY, skew, limit)
    assert met(row, Clock.TAKE, TAKE_DUE + 3 * DAY) is expected
    assert (expected in KEPT) is (skew is not None and abs(skew) <= limit)
    # Once it is known, nothing that comes later says otherwise.
    assert told(row, row, TAKE_DUE + 9 * DAY, timedelta(0), limit) == row
    # Told in time it is what it is, whatever clock the device has.
    assert met(told(after, before, TAKE_DUE, None, limit), Clock.TAKE, TAKE_DUE + DAY) is Met.IN_TIME
    # Done late it is late, whoever tells it when.
    late = replace(before, taken_at=TAKE_DUE + MINUTE)
    assert met(told(late, before, TAKE_DUE + DAY, skew, limit), Clock.TAKE, TAKE_DUE + DAY) is Met.LATE


def test_a_rest_moves_what_still_runs_and_nothing_that_has_stopped() -> None:
    here = scene()
    promised = NOW + 3 * HOUR
    here.do(op.LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=promised), after=90 * MINUTE)
    row = row_of(here)
    assert (row.take_due, row.first_due) == (TAKE_DUE, FIRST_DUE)
    assert row.decision_due == DECISION_DUE + 90 * MINUTE
    assert met(row, Clock.TAKE, here.at) is Met.LATE and met(row, Clock.FIRST_ATTEMPT, here.at) is Met.IN_TIME


def test_attempts_that_came_later_than_agreed_are_counted() -> None:
    here = scene()
    for wait in (10 * MINUTE, DAY, 5 * DAY, HOUR):
        here.do(op.LogCall(lead="l", outcome=CallOutcome.NO_ANSWER), after=wait)
    assert row_of(here).gaps_late == 1


def test_somebody_erased_is_not_worked_any_more() -> None:
    here = scene()
    here.do(op.Erase(person="p", ground="pyysi", leads=("l",)), by="boss", after=MINUTE)
    row = row_of(here)
    assert row.ended_at == here.at and met(row, Clock.TAKE, here.at + DAY) is Met.NONE
    assert next_at(here.now.leads["l"], here.now, POLICY) is None


def test_the_same_rows_whether_seen_at_once_or_one_by_one() -> None:
    here = scene()
    here.do(op.Take(lead="l"))
    was = row_of(here)
    here.do(op.Accept(lead="l"))
    assert followed(was, here.now.leads["l"], here.now, POLICY) == row_of(here)
    assert begun(here.now.leads["l"], here.now, POLICY).decided_at == here.at


# --- escalation -------------------------------------------------------------------------------------------------------

USERS = {
    one.id: one
    for one in (
        User(id="rep", login="rep", name="Reijo", role=Role.REP),
        User(id="gone", login="gone", name="Ex", role=Role.REP, active=False),
        User(id="boss-n", login="boss-n", name="Pohjoisen", role=Role.MANAGER, teams=("north",)),
        User(id="boss-s", login="boss-s", name="Etelän", role=Role.MANAGER, teams=("south",)),
        User(id="dealer", login="dealer", name="Jakaja", role=Role.MARKETER),
    )
}
OFFERED = lead(LeadState.OFFERED, kind=LeadKind.HAND_RAISER, offered_at=NOW, owner="")
POLICIES_DEALT = Policies({1: replace(POLICY, agreement=replace(POLICY.agreement, distributor="dealer"))})


def team(name: str) -> State:
    """The account of a team."""
    made = state(OFFERED, persons=[PERSON])
    assert made.account is not None
    return replace(made, account=replace(made.account, team=name))


def test_every_step_has_its_instant() -> None:
    found = {(one.clock, one.step): one.at for one in coming(OFFERED, team(""), POLICY)}
    assert found[Clock.TAKE, Step.WARNING] == NOW + 45 * MINUTE
    assert found[Clock.TAKE, Step.BREACH] == found[Clock.TAKE, Step.MANAGER] == TAKE_DUE
    assert found[Clock.TAKE, Step.PROPOSAL] == TAKE_DUE + 2 * HOUR
    assert next_at(OFFERED, team(""), POLICY) == NOW + 45 * MINUTE
    assert next_at(OFFERED, team(""), POLICY, NOW + 45 * MINUTE) == TAKE_DUE
    taken = replace(OFFERED, state=LeadState.TAKEN, taken_at=NOW + MINUTE, owner="rep")
    assert not any(one.clock is Clock.TAKE for one in coming(taken, team(""), POLICY))


def test_the_next_attempt_has_steps_of_its_own() -> None:
    here = scene()
    here.do(op.LogCall(lead="l", outcome=CallOutcome.NO_ANSWER))
    steps = [one for one in coming(here.now.leads["l"], here.now, POLICY) if one.clock is Clock.NEXT_ATTEMPT]
    assert [one.n for one in steps] == [2] * 4


def test_who_is_told() -> None:
    owned = replace(OFFERED, owner="rep")
    users = list(USERS.values())
    for step in (Step.WARNING, Step.BREACH):
        assert recipients(step, owned, team("north"), POLICY, users) == ("rep",)
        assert recipients(step, OFFERED, team("north"), POLICIES_DEALT.at(1), users) == ("dealer",)
        # Nobody has it, nobody distributes, or its owner has left.
        for one in (OFFERED, replace(OFFERED, owner="gone")):
            assert recipients(step, one, team("north"), POLICY, users) == ("boss-n",)
    for step in (Step.MANAGER, Step.PROPOSAL):
        assert recipients(step, owned, team("south"), POLICY, users) == ("boss-s",)
        assert recipients(step, owned, team("west"), POLICY, users) == ("boss-n", "boss-s")


def test_a_step_reaches_nobody_outside_working_time() -> None:
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    row = begun(OFFERED, team("north"), POLICY)
    reached = list(raised(row, OFFERED, team("north"), POLICY, USERS, evening))
    assert {one.step for one in reached} == set(Step) and all(one.at <= evening == one.raised_at for one in reached)
    assert {one.deliver_at for one in reached} == {datetime(2026, 11, 24, 6, 0, tzinfo=UTC)}
    at_work = NOW + 50 * MINUTE
    assert [(one.step, one.deliver_at) for one in raised(row, OFFERED, team(""), POLICY, USERS, at_work)] == [
        (Step.WARNING, at_work)
    ]
    assert len({one.name for one in reached}) == len({one.key for one in reached}) == len(reached)
