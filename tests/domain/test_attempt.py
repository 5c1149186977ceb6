"""The next attempt that is proposed: another weekday and hour, within calling hours, not too early, not too late."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain import sla
from leaddesk.domain.attempt import proposed
from leaddesk.domain.clock import Calendar, Windows, opening
from leaddesk.domain.policy import Policy
from leaddesk.domain.state import Attempt, Lead
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState
from tests.domain.scene import NOW, POLICY

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE: tuple[Windows, ...] = (((480, 960),),) * 5 + ((), ())


def policy(calling: tuple[Windows, ...] = (), dates: dict[date, Windows] | None = None, **terms: Any) -> Policy:
    agreement = replace(POLICY.agreement, **{"min_gap": 240, "latest": 960, "calling": calling, **terms})
    return replace(POLICY, agreement=agreement, calendar=Calendar("Europe/Helsinki", OFFICE, dates or {}))


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HELSINKI)


def tried(*at: datetime, outcome: CallOutcome = CallOutcome.NO_ANSWER, by: str = "rep") -> Lead:
    attempts = tuple(Attempt(op=f"o{n}", at=one, by=by, outcome=outcome) for n, one in enumerate(at))
    return Lead(
        id="l", account="a", person="", kind=LeadKind.HAND_RAISER, state=LeadState.TAKEN, created_at=NOW,
        offered_at=min(at) - timedelta(minutes=1), attempts=attempts, owner="rep",
    )  # fmt: skip


def at(lead: Lead, terms: Policy) -> str:
    found = proposed(lead, terms)
    return "" if found is None else f"{found.astimezone(HELSINKI):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # Monday at 10: the gap of four hours ends at 14, the latest is Wednesday at 10.
        ([local(23, 10)], "Tue 24 08:00"),
        ([local(23, 8, 15)], "Tue 24 09:00"),
        # Tried on Monday at 8 and on Tuesday at 9: Wednesday, at neither hour.
        ([local(23, 8), local(24, 9)], "Wed 25 10:00"),
        # Friday afternoon: the gap ends on Monday, another weekday, another hour.
        ([local(27, 15)], "Mon 30 11:00"),
    ],
)
def test_another_weekday_and_another_hour(before: list[datetime], expected: str) -> None:
    assert at(tried(*before), policy()) == expected


def test_never_outside_calling_hours() -> None:
    mornings: tuple[Windows, ...] = (((540, 690),),) * 5 + ((), ())
    assert at(tried(local(23, 10)), policy(mornings)) == "Tue 24 09:00"
    # The afternoons alone, and the first is a holiday.
    afternoons: tuple[Windows, ...] = (((780, 960),),) * 5 + ((), ())
    assert at(tried(local(23, 10)), policy(afternoons, {date(2026, 11, 24): ()})) == "Wed 25 13:00"
    # A short day ends calling, too.
    assert at(tried(local(23, 14, 30)), policy(afternoons, {date(2026, 11, 24): ((480, 840),)})) == "Tue 24 13:00"


def test_where_nobody_may_be_called_before_it_is_too_late_as_soon_as_it_may_be() -> None:
    fridays: tuple[Windows, ...] = ((), (), (), (), ((540, 600),), (), ())
    assert at(tried(local(23, 10)), policy(fridays)) == "Fri 27 09:00"
    never: tuple[Windows, ...] = ((),) * 7
    lead = tried(local(23, 10))
    upcoming = sla.next_attempt(lead, policy(never))
    assert upcoming is not None and proposed(lead, policy(never)) == upcoming[1]


def test_none_where_none_is_to_come() -> None:
    assert proposed(tried(local(23, 10), outcome=CallOutcome.REACHED), policy()) is None
    five = [local(day, 10) for day in (9, 11, 13, 17, 19)]
    assert proposed(tried(*five), policy()) is None and proposed(tried(*five[:4]), policy()) is not None


def test_whoever_tried_counts() -> None:
    lead = tried(local(23, 10), by="rep")
    both = replace(lead, attempts=(*lead.attempts, *tried(local(24, 9), by="phone").attempts))
    assert sla.attempts_since_offer(both) == 2
    found = proposed(both, policy())
    assert found is not None and found.astimezone(HELSINKI).weekday() not in (0, 1)


@given(
    st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from([(), ((540, 690),), ((600, 660), (780, 900)), ((0, 1440),)]), min_size=7, max_size=7),
    st.integers(0, 600),
    st.integers(60, 3000),
)
def test_it_is_within_calling_hours_and_between_the_two_limits_where_that_can_be(
    minutes: list[int], week: list[Windows], gap: int, latest: int
) -> None:
    lead = tried(*(local(1, 9) + timedelta(minutes=one) for one in sorted(minutes)))
    terms = policy(tuple(week), min_gap=max(1, gap), latest=max(gap, latest))
    upcoming, found = sla.next_attempt(lead, terms), proposed(lead, terms)
    assert (upcoming is None) == (found is None)
    if upcoming is None or found is None:
        return
    assert found >= upcoming[1]
    calling = Calendar("Europe/Helsinki", tuple(week), {})
    if any(week):
        assert opening(found, calling) == found
    first = opening(upcoming[1], calling)
    assert upcoming[0].due is not None
    if first is not None and first <= upcoming[0].due:
        assert found <= upcoming[0].due
