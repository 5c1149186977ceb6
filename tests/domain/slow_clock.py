"""A second way to count business time, minute by minute, sharing nothing with ``domain.clock`` but the calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leaddesk.domain.clock import Calendar
from leaddesk.domain.state import Pause

MINUTE = timedelta(minutes=1)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Rule 1, word for word: whether the wall time of this UTC minute lies in a window of its local date."""
    local = at.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in calendar.windows(local.date()))


def is_paused(at: datetime, pauses: tuple[Pause, ...]) -> bool:
    """Whether one of the pauses covers this minute."""
    return any(one.until is not None and one.start <= at < one.until for one in pauses)


def count(start: datetime, minutes: int, calendar: Calendar, pauses: tuple[Pause, ...], days: int) -> datetime | None:
    """The instant at whose arrival ``minutes`` open minutes have been counted; None where ``days`` do not suffice.

    Whole minutes only: ``start`` and the pauses' ends are on the minute.
    """
    at = start.astimezone(UTC)
    end = at + timedelta(days=days)
    while at < end:
        if is_open(at, calendar) and not is_paused(at, pauses):
            minutes -= 1
            if minutes == 0:
                return at + MINUTE
        at += MINUTE
    return None
