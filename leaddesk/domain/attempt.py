"""When the next attempt is best made after one that did not reach (SLA rule 9).

Not before the agreed gap, not after the latest time, never outside calling hours; at another hour and on another
weekday than before, where there is such a time. The same history gives the same answer everywhere.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from leaddesk.domain import clock, sla
from leaddesk.domain.clock import Calendar, Windows
from leaddesk.domain.policy import Policy
from leaddesk.domain.state import Lead

#: Times that are looked at: more full hours than any two attempts have between them.
_MOST = 500

_HOUR = timedelta(hours=1)


def proposed(lead: Lead, policy: Policy) -> datetime | None:
    """The instant proposed for the next attempt; None where none is to come (``sla.next_attempt``)."""
    upcoming = sla.next_attempt(lead, policy)
    if upcoming is None:
        return None
    countdown, early = upcoming
    calling = _calling(policy)
    zone = clock.zone_of(policy.calendar.zone)
    since = lead.offered_at
    before = [one.at.astimezone(zone) for one in lead.attempts if since is None or one.at >= since]
    hours, weekdays = {one.hour for one in before}, {one.weekday() for one in before}

    def alike(at: datetime) -> tuple[int, bool, datetime]:
        local = at.astimezone(zone)
        same_hour, same_day = local.hour in hours, local.weekday() in weekdays
        return same_hour + same_day, same_hour, at

    times = list(_times(early, countdown.due or early, calling))
    # Where nobody may be called before it is too late, as soon as it may be.
    return min(times, key=alike) if times else clock.opening(early, calling) or early


def _times(early: datetime, latest: datetime, calling: Calendar) -> Iterator[datetime]:
    """The first time and every full hour within calling hours, from one instant to another."""
    zone = clock.zone_of(calling.zone)
    at = clock.opening(early, calling)
    for _ in range(_MOST):
        if at is None or at > latest:
            return
        yield at
        local = at.astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        at = clock.opening(at - past + _HOUR, calling)


def _calling(policy: Policy) -> Calendar:
    """When may be called: the hours agreed for it, on days on which somebody works."""
    week, calendar = policy.agreement.calling, policy.calendar
    if not week:
        return calendar
    return _within(calendar.zone, week, tuple(sorted(calendar.dates.items())))


@lru_cache(maxsize=16)
def _within(zone: str, calling: tuple[Windows, ...], dates: tuple[tuple[date, Windows], ...]) -> Calendar:
    return Calendar(zone, calling, {day: _both(calling[day.weekday()], windows) for day, windows in dates})


def _both(one: Windows, other: Windows) -> Windows:
    """What lies in a window of each."""
    shared = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((start, end) for start, end in shared if start < end))
