"""Nothing falls between: no lead is ever without an owner, a next step or a segment; stalled ones are found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from leaddesk.domain.between import NEVER, Gap, gaps, moved_at
from leaddesk.domain.distribution import choose
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import User
from leaddesk.domain.state import Account, Attempt, Lead
from leaddesk.domain.words import CallOutcome, Lane, LeadKind, LeadState, Role, Telephony
from tests.domain.histories import STEPS_WITH_UNDO, USERS, Step
from tests.domain.scene import DAY, HOUR, NOW, POLICIES, POLICY
from tests.domain.test_laws import played

ACCOUNT = Account(id="a", name="Kuusikon Saha Oy", created_at=NOW)
PEOPLE = {one: User(id=one, login=one, name=one, role=Role.MANAGER if one == "manager" else Role.REP) for one in USERS}


def lead(state: LeadState, **rest: Any) -> Lead:
    values = {"kind": LeadKind.OUTBOUND, "owner": "rep", "offered_at": NOW, "taken_at": NOW, **rest}
    return Lead(id="l", account="a", person="", state=state, created_at=NOW, **values)


def lacks(
    one: Lead, after: timedelta = HOUR, users: dict[str, User] = PEOPLE, policies: Policies = POLICIES
) -> set[Gap]:
    return set(gaps(one, ACCOUNT, None, policies, users, NOW + after))


@pytest.mark.parametrize("state", [LeadState.TAKEN, LeadState.ACCEPTED])
def test_in_work_it_needs_an_owner_who_is_there(state: LeadState) -> None:
    assert lacks(lead(state)) == set()
    assert lacks(lead(state, owner="")) == {Gap.OWNER}
    assert lacks(lead(state), users={**PEOPLE, "rep": replace(PEOPLE["rep"], active=False)}) == {Gap.OWNER}
    assert lacks(lead(state, owner="stranger")) == {Gap.OWNER}


def test_one_of_nobody_that_is_not_in_work_is_everybodys() -> None:
    for state in (LeadState.NEW, LeadState.OFFERED, LeadState.NURTURE):
        assert lacks(lead(state, owner="")) == set()


def test_one_that_no_lane_takes_has_no_next_step() -> None:
    bare = Policies({1: replace(POLICY, lanes=(Lane.CALLBACK,))})
    assert lacks(lead(LeadState.TAKEN), policies=bare) == {Gap.STEP}
    promised = lead(LeadState.TAKEN, callback_at=NOW + DAY)
    assert lacks(promised, policies=bare) == set()


@pytest.mark.parametrize("state", [LeadState.WON, LeadState.LOST, LeadState.REJECTED])
def test_what_is_closed_lacks_nothing(state: LeadState) -> None:
    assert lacks(lead(state, owner="")) == set()


def test_one_that_nobody_moves_is_stalled() -> None:
    one = lead(LeadState.ACCEPTED, decided_at=NOW)
    assert lacks(one, 9 * DAY) == set()
    assert lacks(one, 21 * DAY) == {Gap.STALLED}
    tried = replace(
        one,
        attempts=(
            Attempt(op="o", at=NOW + 15 * DAY, by="rep", outcome=CallOutcome.REACHED, telephony=Telephony.UNKNOWN),
        ),
    )
    assert moved_at(tried) == NOW + 15 * DAY and lacks(tried, 21 * DAY) == set()
    assert lacks(replace(one, meeting_at=NOW + 30 * DAY), 21 * DAY) == set()
    never = Policies({1: replace(POLICY, agreement=replace(POLICY.agreement, stalled=0))})
    assert lacks(one, 100 * DAY, policies=never) == set()


@given(STEPS_WITH_UNDO)
def test_nothing_falls_between_after_any_history(steps: list[Step]) -> None:
    state = played(steps).known
    if state.account is None:
        return
    for after in (timedelta(0), 400 * DAY):
        now = NOW + after
        for one in state.leads.values():
            person = state.persons.get(one.person)
            found = set(gaps(one, state.account, person, POLICIES, PEOPLE, now)) & NEVER
            if found == {Gap.OWNER}:
                # The central gives it to somebody in its next round.
                choice = choose(one, state.account, POLICY, PEOPLE.values(), (), {}, {})
                assert choice is not None and choice.owner
                given_ = replace(one, owner=choice.owner)
                found = set(gaps(given_, state.account, person, POLICIES, PEOPLE, now)) & NEVER
            assert found == set(), (one, found)
