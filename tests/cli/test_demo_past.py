"""The past of the demonstration at any time of day and year: every lane has a lead, and nothing lies in the future."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from leaddesk.config.port import Ids
from leaddesk.demo.past import Past
from leaddesk.domain.changes import Done
from leaddesk.domain.clock import zone_of
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.operation import Act, ImportRows, Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.standing import Standing, standing
from leaddesk.domain.state import State
from leaddesk.domain.words import Lane, LeadState, Verdict
from leaddesk.domain.workset import Workset
from tests.support import SteppedClock, live_central, open_desk

REP = "aino"
POLICIES = Policies({1: default_policy()})

#: Weeks by their Monday, UTC, and every how many hours they are looked at: an ordinary one, Christmas, New Year,
#: Easter with the change to summer time, Midsummer, the change to winter time.
WEEKS = (
    ("2026-11-23", 1), ("2026-12-21", 1), ("2026-12-28", 5), ("2027-03-22", 5), ("2027-06-21", 5), ("2027-10-25", 5),
)  # fmt: skip


class _Row:
    def __init__(self, lead: str) -> None:
        self.id = lead


class Room:
    """What ``Past`` needs of desks, over the domain alone: one state that all of them see at once."""

    def __init__(self) -> None:
        self.ids = Ids()
        self.work = Workset(POLICIES, {})
        self.past: Past | None = None
        self.instants: list[datetime] = []

    def do(self, act: Act) -> None:
        lead = getattr(act, "lead", "")
        account = next(one for one, state in self.work.states.items() if lead in state.leads)
        done = self.perform(act, account)
        assert done.verdict is not Verdict.REFUSED, (done.reason, act)

    def perform(self, act: Act, account: str) -> Done:
        assert self.past is not None
        at = self.past.clock.now()
        self.instants.append(at)
        if isinstance(act, ImportRows):
            self.instants += [row.event.at for row in act.rows if row.event is not None]
        return self.work.run(Operation(id=self.ids.new(), act=act, account=account, at=at, by=REP, device="d"))

    def search(self, text: str, limit: int) -> list[_Row]:
        found = (state for state in self.work.states.values() if state.account and state.account.business_id == text)
        return [_Row(lead) for state in found for lead in state.leads][:limit]


def past(now: datetime, leads: int = 25) -> Room:
    """Everything that happened before ``now``."""
    room = Room()
    room.past = Past(REP, leads, lambda: now)
    room.past.marketing(room)  # type: ignore[arg-type]
    room.past.calling(room)  # type: ignore[arg-type]
    room.past.selling(room)  # type: ignore[arg-type]
    return room


def stand(state: State, now: datetime) -> Iterator[Standing]:
    """Where each lead of an account stands for the salesperson."""
    assert state.account is not None
    for lead in state.leads.values():
        if lead.owner in ("", REP):
            yield standing(lead, state.account, state.persons.get(lead.person), POLICIES, now)


@pytest.mark.parametrize(("monday", "step"), WEEKS)
def test_every_lane_has_a_lead_at_any_hour_of_a_week(monday: str, step: int) -> None:
    first = datetime.fromisoformat(monday).replace(tzinfo=UTC)
    for hour in range(0, 168, step):
        now = first + timedelta(hours=hour, minutes=17)
        room = past(now)
        # The desk opens some seconds after the past was made.
        shown = now + timedelta(seconds=20)
        found = [one for state in room.work.states.values() for one in stand(state, shown)]
        lanes = Counter(one.lane for one in found)
        assert not [lane for lane in Lane if lane is not Lane.OUT and not lanes[lane]], (now, lanes)
        assert max(room.instants) <= now
        due = {lane: [one.due for one in found if one.lane is lane and one.due] for lane in Lane}
        assert all(at > shown for at in due[Lane.HAND_RAISER] + due[Lane.CALLBACK]) and max(due[Lane.SLA]) > shown, now
        states = {lead.state for state in room.work.states.values() for lead in state.leads.values()}
        assert {LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED, LeadState.REJECTED, LeadState.NURTURE} <= states


def test_what_lies_more_than_a_day_back_was_done_in_working_hours() -> None:
    now = datetime(2026, 12, 27, 1, 30, tzinfo=UTC)
    calendar = default_policy().calendar
    room = past(now)
    earlier = sorted(at for at in room.instants if now - at > timedelta(days=1))
    assert len(earlier) > 40
    for at in earlier:
        local = at.astimezone(zone_of(calendar.zone))
        assert calendar.windows(local.date()) and 8 <= local.hour < 17, local
    assert room.instants[0] == earlier[0]


@pytest.mark.parametrize("now", ["2026-12-25T02:10", "2026-11-29T23:50", "2026-11-30T05:59"])
def test_a_real_desk_shows_every_lane(tmp_path_factory: pytest.TempPathFactory, now: str) -> None:
    """The same through stores and sync: Christmas night, Sunday night, a minute before Monday's opening."""
    clock = SteppedClock(datetime.fromisoformat(now).replace(tzinfo=UTC))
    with live_central(tmp_path_factory.mktemp("central"), clock) as central:
        made = Past(central.users["rep"].id, 40, clock.now)
        for login, act in (("marketer", made.marketing), ("phone", made.calling), ("rep", made.selling)):
            with open_desk(tmp_path_factory.mktemp(login), made.clock, central, login) as desk:  # type: ignore[arg-type]
                desk.sync()
                act(desk)
                done, _ = desk.sync()
                assert (done.refused, done.waiting) == (0, 0)
                counts = {one.lane: one.count for one in desk.order().lanes}
    assert set(counts) == set(Lane) - {Lane.OUT}
