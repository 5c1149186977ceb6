"""Deadlines in business time: one pure function of (start, target, calendar, pauses), the same on desk and central.

Instants are UTC. A calendar is local wall time in a named zone: a UTC minute is open when its local wall time lies in a
window of its local date, so an edge in the spring gap moves to the change and a repeated autumn hour counts twice.
Windows are half-open. Elapsed time is counted on the UTC line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leaddesk.domain.errors import BadInput
from leaddesk.domain.state import Pause

Window = tuple[int, int]
Windows = tuple[Window, ...]

#: How days of the week are named in files, Monday first.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND, _SECOND = timedelta(microseconds=1), timedelta(seconds=1)
_MINUTE = 60_000_000

#: How far ahead a deadline is looked for; past it the calendar is a set-up error.
HORIZON_YEARS = 5
_HORIZON = HORIZON_YEARS * 366 * _DAY * _MINUTE


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours: ``week`` holds seven days (Monday first) of windows in minutes from midnight; ``dates`` override
    weekdays."""

    zone: str
    week: tuple[Windows, ...]
    dates: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    name: str = ""

    def check(self) -> None:
        """Raise ``BadInput`` in plain words for a zone that does not exist, and for windows reversed, overlapping or
        past 24:00."""
        zone_of(self.zone)
        if len(self.week) != 7:
            raise BadInput("calendar-needs-seven-days", days=len(self.week))
        for label, windows in [*zip(WEEKDAYS, self.week, strict=True), *self.dates.items()]:
            check_windows(str(label), windows)

    def windows(self, day: date) -> Windows:
        """The windows of one local date."""
        return self.dates[day] if day in self.dates else self.week[day.weekday()]


def check_windows(day: str, windows: Windows) -> None:
    """Raise ``BadInput`` for windows that are reversed, overlap, or lie outside a day of 00:00 to 24:00; ``day`` is the
    name of theirs."""
    last = 0
    for start, end in windows:
        told = {"day": day, "hours": f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"}
        if not (0 <= start <= _DAY and 0 <= end <= _DAY):
            raise BadInput("calendar-window-outside-day", **told)
        if end <= start:
            raise BadInput("calendar-window-reversed", **told)
        if start < last:
            raise BadInput("calendar-windows-overlap", **told)
        last = end


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """No due instant while a pause is open."""


@dataclass(frozen=True, slots=True)
class NoSla:
    """No target: a legal state."""


@dataclass(frozen=True, slots=True)
class NoHours:
    """The calendar has no (or not enough) hours within the horizon: a set-up error."""


Deadline = Due | Paused | NoSla | NoHours


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone by IANA name. Raises ``BadInput``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as trouble:
        raise BadInput("zone-unknown", zone=name) from trouble


def local_day(instant: datetime, zone: str) -> int:
    """The local date of an instant, as a proleptic ordinal."""
    return instant.astimezone(zone_of(zone)).toordinal()


def local_midnight(day: int, zone: str) -> datetime:
    """The instant at which a local date (proleptic ordinal) begins, UTC; in the spring gap that is the change."""
    at = date.fromordinal(day)
    return datetime(at.year, at.month, at.day, tzinfo=zone_of(zone)).astimezone(UTC)


def next_midnight(instant: datetime, zone: str) -> datetime:
    """The next instant at which the local date changes, UTC."""
    return local_midnight(local_day(instant, zone) + 1, zone)


def opening(at: datetime, calendar: Calendar) -> datetime | None:
    """The first open instant from ``at`` on: that one where it is open itself; None within the horizon."""
    found = _line(calendar).run(_micros(at), 1)
    return None if found is None else _EPOCH + timedelta(microseconds=found - 1)


def deadline(start: datetime, minutes: int | None, calendar: Calendar, pauses: tuple[Pause, ...] = ()) -> Deadline:
    """When ``minutes`` of open time from ``start`` have passed, pauses not counted. Exact to the microsecond.

    A target that exactly fills a day is due at closing. 0 or None is ``NoSla``; an open pause gives ``Paused``; a
    calendar without enough hours within five years gives ``NoHours``. Always ends.
    """
    if not minutes or minutes < 0:
        return NoSla()
    if any(one.until is None for one in pauses):
        return Paused()
    line = _line(calendar)
    left = minutes * _MINUTE
    at = _micros(start)
    for rest_start, rest_end in _merged(pauses, at):
        available = line.between(at, min(rest_start, at + _HORIZON))
        if available >= left or rest_start > at + _HORIZON:
            break
        left -= available
        at = rest_end
    found = line.run(at, left)
    return NoHours() if found is None else Due(_EPOCH + timedelta(microseconds=found))


def _merged(pauses: tuple[Pause, ...], start: int) -> list[tuple[int, int]]:
    """What the pauses cover after ``start``: disjoint stretches in order."""
    spans = sorted((max(_micros(one.start), start), _micros(one.until)) for one in pauses if one.until is not None)
    merged: list[tuple[int, int]] = []
    for begin, end in spans:
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


# --- the line: open intervals of a calendar on the UTC axis, a year at a time, with running totals ----------------
#
# Instants and lengths are whole microseconds: a sum of floats would differ between two ways of counting the same time.


class _Year:
    """The open intervals of one local year, and the open time before each."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, calendar: Calendar, year: int) -> None:
        place = zone_of(calendar.zone)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        self.total = 0
        days = map(date.fromordinal, range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))
        # Sorted over the whole year: where clocks go back past midnight, two dates take turns.
        for start, end in sorted(one for day in days for one in _open(day, calendar.windows(day), place)):
            if self.ends and self.ends[-1] == start:
                self.ends[-1] = end
            else:
                self.starts.append(start)
                self.ends.append(end)
                self.before.append(self.total)
            self.total += end - start

    def passed(self, at: int) -> int:
        """Open time of the year before an instant."""
        index = bisect_right(self.starts, at) - 1
        return self.before[index] + min(at, self.ends[index]) - self.starts[index] if index >= 0 else 0


class _Line:
    """Questions over the years of one calendar; years are made when first asked for."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._years: dict[int, _Year] = {}

    def run(self, at: int, need: int) -> int | None:
        """The instant at which ``need`` open time from ``at`` is spent; None where that is past the horizon."""
        first = self._number(at)
        for number in range(first, min(first + 5, _LAST_YEAR) + 1):
            year = self._year(number)
            spent = year.passed(at)
            if year.total - spent < need:
                need -= year.total - spent
                continue
            goal = spent + need
            # The last interval that begins before the goal holds it: exactly filling a day is due at closing.
            index = bisect_left(year.before, goal) - 1
            due = year.starts[index] + goal - year.before[index]
            return due if due <= at + _HORIZON else None
        return None

    def between(self, start: int, end: int) -> int:
        """Open time between two instants."""
        years = map(self._year, range(self._number(start), self._number(end) + 1))
        return sum(year.passed(end) - year.passed(start) for year in years)

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = _Year(self._calendar, number)
        return self._years[number]

    def _number(self, at: int) -> int:
        """The local year of an instant, within the years whose every day has a UTC instant on both sides."""
        if not _FIRST <= at <= _LAST:
            return 2 if at < _FIRST else _LAST_YEAR
        return (_EPOCH + timedelta(microseconds=at)).astimezone(zone_of(self._calendar.zone)).year


@lru_cache(maxsize=32)
def _line_of(zone: str, week: tuple[Windows, ...], dates: tuple[tuple[date, Windows], ...]) -> _Line:
    return _Line(Calendar(zone, week, dict(dates)))


_lines: dict[int, tuple[Calendar, _Line]] = {}


def _line(calendar: Calendar) -> _Line:
    """The line of a calendar; equal calendars share one. Looked up by identity first, for speed."""
    held = _lines.get(id(calendar))
    if held is not None and held[0] is calendar:
        return held[1]
    line = _line_of(calendar.zone, calendar.week, tuple(sorted(calendar.dates.items())))
    if len(_lines) > 64:
        _lines.clear()
    _lines[id(calendar)] = (calendar, line)
    return line


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


#: The instants whose local year is asked for; those beyond count as in the nearest year that is.
_LAST_YEAR = 9998
_FIRST, _LAST = _micros(datetime(2, 1, 3, tzinfo=UTC)), _micros(datetime(_LAST_YEAR, 12, 29, tzinfo=UTC))


def _open(day: date, windows: Windows, place: ZoneInfo) -> list[tuple[int, int]]:
    """The open UTC intervals of one local date: for each stretch of constant offset, windows shifted by it."""
    if not windows:
        return []
    midnight = _midnight(day)
    intervals = []
    for begin, end, offset in _stretches(day, place):
        for start_minute, end_minute in windows:
            start = max(begin, midnight + start_minute * 60 - offset)
            stop = min(end, midnight + end_minute * 60 - offset)
            if stop > start:
                intervals.append((start * 1_000_000, stop * 1_000_000))
    return intervals


def _midnight(day: date) -> int:
    """Midnight of a date in UTC, seconds."""
    return (day.toordinal() - _EPOCH.toordinal()) * 86400


def _stretches(day: date, place: ZoneInfo) -> list[tuple[int, int, int]]:
    """(begin, end, UTC offset) in seconds of every stretch of one offset whose local date is ``day``."""
    midnight = _midnight(day)
    # Every instant whose local date is this one lies within 26 hours of UTC midnight on either side.
    first, last = midnight - 26 * 3600, midnight + 50 * 3600
    stretches = []
    begin, offset = first, _offset(first, place)
    probe = first
    while probe < last:
        after = min(probe + 6 * 3600, last)
        if _offset(after, place) != offset:
            low, high = probe, after
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(middle, place) == offset:
                    low = middle
                else:
                    high = middle
            stretches.append((begin, high, offset))
            begin, offset = high, _offset(high, place)
            probe = high
            continue
        probe = after
    stretches.append((begin, last, offset))
    found = []
    for start, end, shift in stretches:
        start = max(start, midnight - shift)
        end = min(end, midnight + 86400 - shift)
        if end > start:
            found.append((start, end, shift))
    return found


def _offset(seconds: int, place: ZoneInfo) -> int:
    at = _EPOCH + timedelta(seconds=seconds)
    shift = at.astimezone(place).utcoffset()
    return int(shift / _SECOND) if shift is not None else 0
