"""Deadlines in business time: one pure function of (start, target, calendar, pauses), the same on desk and central.

Instants are UTC. A calendar is local wall time in a named zone: a UTC minute is open when its local wall time lies in a
window of its local date, so an edge in the spring gap moves to the change and a repeated autumn hour counts twice.
Windows are half-open. Elapsed time is counted on the UTC line.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leaddesk.domain.errors import BadInput
from leaddesk.domain.state import Pause

Window = tuple[int, int]
Windows = tuple[Window, ...]

#: How far ahead a deadline is looked for; past it the calendar is a set-up error (days).
HORIZON_DAYS = 5 * 366

_DAY = 24 * 60
_SECOND = timedelta(seconds=1)


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
        for label, windows in [*enumerate(self.week), *self.dates.items()]:
            last = 0
            for start, end in windows:
                if not (0 <= start < _DAY and 0 < end <= _DAY):
                    raise BadInput("calendar-window-outside-day", day=str(label), start=start, end=end)
                if end <= start:
                    raise BadInput("calendar-window-reversed", day=str(label), start=start, end=end)
                if start < last:
                    raise BadInput("calendar-windows-overlap", day=str(label), start=start, end=end)
                last = end

    def windows(self, day: date) -> Windows:
        """The windows of one local date."""
        return self.dates[day] if day in self.dates else self.week[day.weekday()]


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


def next_midnight(instant: datetime, zone: str) -> datetime:
    """The next instant at which the local date changes, UTC."""
    place = zone_of(zone)
    tomorrow = instant.astimezone(place).date() + timedelta(days=1)
    return _day_bounds(tomorrow, place)[0]


def deadline(start: datetime, minutes: float | None, calendar: Calendar, pauses: tuple[Pause, ...] = ()) -> Deadline:
    """When ``minutes`` of open time from ``start`` have passed, pauses not counted.

    A target that exactly fills a day is due at closing. 0 or None is ``NoSla``; an open pause gives ``Paused``; a
    calendar without enough hours within five years gives ``NoHours``. Always ends.
    """
    if not minutes or minutes < 0:
        return NoSla()
    if any(one.until is None for one in pauses):
        return Paused()
    line = _line(calendar)
    rests = _merged(pauses, start)
    left = timedelta(minutes=minutes)
    at = start
    for rest_start, rest_end in rests:
        found, left = line.run(at, left, rest_start)
        if found is not None:
            return Due(found)
        at = max(at, rest_end)
    found, _ = line.run(at, left, None)
    return NoHours() if found is None else Due(found)


def business_minutes(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Open minutes between two instants; 0 where ``end`` is not later."""
    if end <= start:
        return 0.0
    return _line(calendar).between(start, end).total_seconds() / 60


def _merged(pauses: tuple[Pause, ...], start: datetime) -> list[tuple[datetime, datetime]]:
    spans = sorted((max(one.start, start), one.until) for one in pauses if one.until is not None and one.until > start)
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


# --- the line: open intervals of a calendar on the UTC axis, a year at a time, with running totals ----------------


class _Year:
    """The open intervals of one local year: UTC seconds, and the open seconds before each."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, calendar: Calendar, year: int) -> None:
        place = zone_of(calendar.zone)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        total = 0
        day = date(year, 1, 1)
        last = date(year, 12, 31).toordinal()
        for ordinal in range(day.toordinal(), last + 1):
            day = date.fromordinal(ordinal)
            windows = calendar.windows(day)
            if not windows:
                continue
            for start, end in _open(day, windows, place):
                if self.ends and self.ends[-1] == start:
                    self.ends[-1] = end
                    total += end - start
                    continue
                self.starts.append(start)
                self.ends.append(end)
                self.before.append(total)
                total += end - start
        self.total = total


class _Line:
    """Questions over the years of one calendar; years are made when first asked for."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._years: dict[int, _Year] = {}

    def year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = _Year(self._calendar, number)
        return self._years[number]

    def run(self, start: datetime, need: timedelta, stop: datetime | None) -> tuple[datetime | None, timedelta]:
        """Spend ``need`` open time from ``start``: the instant it is spent, or (None, what is left) at ``stop`` or the
        horizon."""
        if stop is not None:
            available = self.between(start, stop)
            if available < need:
                return None, need - available
        micro = start.microsecond
        at = int((start - _EPOCH) // _SECOND)
        left = need / _SECOND
        horizon = at + HORIZON_DAYS * 86400
        first = _year_of(start, self._calendar.zone)
        for number in range(first, first + 7):
            if number > 9998:
                break
            year = self.year(number)
            if not year.starts:
                continue
            index = bisect_right(year.ends, at)
            if index == len(year.starts):
                continue
            spent = year.before[index] + max(0, at - year.starts[index])
            inside = micro / 1e6 if at >= year.starts[index] else 0.0
            if year.total - spent - inside < left:
                left -= year.total - spent - inside
                micro = 0
                continue
            goal = spent + inside + left
            target = _position(year, goal)
            # The last interval that begins before the goal holds it: exactly filling a day is due at closing.
            due = year.starts[target] + (goal - year.before[target])
            if due > horizon:
                return None, timedelta(0)
            return _EPOCH + timedelta(seconds=due), timedelta(0)
        return None, timedelta(seconds=left)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two instants."""
        if end <= start:
            return timedelta(0)
        zone = self._calendar.zone
        total = 0.0
        for number in range(_year_of(start, zone), min(_year_of(end, zone), 9998) + 1):
            year = self.year(number)
            total += _passed(year, end) - _passed(year, start)
        return timedelta(seconds=total)


def _position(year: _Year, goal: float) -> int:
    low, high = 0, len(year.before)
    while low < high:
        middle = (low + high) // 2
        if year.before[middle] < goal:
            low = middle + 1
        else:
            high = middle
    return low - 1


def _passed(year: _Year, at: datetime) -> float:
    """Open seconds of the year before an instant."""
    seconds = (at - _EPOCH) / _SECOND
    index = bisect_right(year.starts, seconds) - 1
    if index < 0:
        return 0.0
    return year.before[index] + min(seconds, year.ends[index]) - year.starts[index]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def _year_of(instant: datetime, zone: str) -> int:
    try:
        return instant.astimezone(zone_of(zone)).year
    except OverflowError:
        return instant.year


@lru_cache(maxsize=4096)
def _day_bounds(day: date, place: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC instants at which a local date begins and ends."""
    begin = datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=place).astimezone(UTC)
    return begin, end


def _open(day: date, windows: Windows, place: ZoneInfo) -> list[tuple[int, int]]:
    """The open UTC intervals (whole seconds) of one local date: for each stretch of constant offset, windows shifted by
    it."""
    midnight = int((datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // _SECOND)
    intervals: list[tuple[int, int]] = []
    for begin, end, offset in _stretches(day, place):
        for start_minute, end_minute in windows:
            start = max(begin, midnight + start_minute * 60 - offset)
            stop = min(end, midnight + end_minute * 60 - offset)
            if stop > start:
                intervals.append((start, stop))
    intervals.sort()
    return intervals


def _stretches(day: date, place: ZoneInfo) -> list[tuple[int, int, int]]:
    """(begin, end, UTC offset) in seconds of every stretch of one offset whose local date is ``day``."""
    midnight = int((datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // _SECOND)
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
