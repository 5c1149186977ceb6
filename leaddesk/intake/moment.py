"""Dates and times as files hold them: ISO 8601, Finnish 24.11.2026 klo 9.30, Excel's day numbers, seconds since 1970.

A date without clock time is noon of that day in the file's zone: it falls on the right day everywhere near.
"""

import contextlib
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from leaddesk.domain.errors import BadInput
from leaddesk.domain.fact import FIRST_YEAR, LAST_YEAR, is_loose
from leaddesk.intake.text import short

_EXPECTED = "2026-11-24"
_RANGE = f"{FIRST_YEAR}-{LAST_YEAR}"
_CLOCK = (
    r"(?:[T\s,]+(?:klo|kl\.?|at)?\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]m)?\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$"
)
_ISO = re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK, re.IGNORECASE)
_COMPACT = re.compile(
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    r"(?P<part>\d{0})(?P<half>\b)?(?P<offset>Z|[+-]\d{4})?)?$"
)
_FINNISH = re.compile(
    r"^(?:(?:ma|ti|ke|to|pe|la|su)\.?\s+)?(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})" + _CLOCK,
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?P<first>\d{1,2})[-/](?P<second_>\d{1,2})[-/](?P<year>\d{4}|\d{2})" + _CLOCK, re.IGNORECASE)
_SERIAL = re.compile(r"^(?P<days>\d{5})(?:[.,](?P<rest>\d{1,12}))?$")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_MONTH = re.compile(r"^(?:(?P<year>\d{4})[-/](?P<month>\d{1,2})|(?P<month2>\d{1,2})[./](?P<year2>\d{4}))$")


@lru_cache(maxsize=4096)
def read_instant(text: str, zone: str = "Europe/Helsinki", order: str = "") -> datetime:
    """The UTC instant a cell means; times without an offset are wall time in ``zone``.

    ``order`` ("dmy", "mdy" or "ymd") settles 03/04/26, which is refused as ambiguous without it. Raises ``BadInput``:
    date-unreadable, date-ambiguous, date-out-of-range (outside 1900-2099).
    """
    told = text.strip()
    if _EPOCH.match(told):
        return datetime.fromtimestamp(int(told) / (1000 if len(told) == 13 else 1), UTC)
    if serial := _SERIAL.match(told):
        return _serial(serial, zone, text)
    found = _ISO.match(told) or _FINNISH.match(told) or _COMPACT.match(told)
    if found is not None:
        return _instant(found, _day(found["year"], found["month"], found["day"], text), zone, text)
    other = _OTHER.match(told)
    if other is None:
        if re.match(r"^\D{0,3}\d{1,2}[./-]\d{1,2}[./-]\d{5,}|^\d{5,}-\d{1,2}-\d{1,2}", told):
            raise BadInput("date-out-of-range", value=short(text), expected=_RANGE)
        raise BadInput("date-unreadable", value=short(text), expected=_EXPECTED)
    return _instant(other, _settled(other, order, text), zone, text)


def read_day(text: str, order: str = "") -> date:
    """The day a cell means, in its own zone. Raises as ``read_instant``."""
    return read_instant(text, "UTC", order).date()


def readings(text: str) -> dict[str, date]:
    """The day by each order in which a date like 03/04/26 can be read; empty where the text is no such date."""
    found = _OTHER.match(text.strip())
    if found is None:
        return {}
    first, second, third = found["first"], found["second_"], found["year"]
    ways = {"dmy": (third, second, first), "mdy": (third, first, second)}
    if len(third) == 2:
        ways["ymd"] = (first, second, third)
    made = {}
    for order, (year, month, day) in ways.items():
        with contextlib.suppress(BadInput):
            made[order] = _day(year, month, day, text)
    return made


def read_month(text: str) -> str:
    """``2027-03`` of a cell that names a month only, as 3/2027 and 2027-3; "" where it does not."""
    found = _MONTH.match(text.strip())
    if found is None:
        return ""
    year, month = int(found["year"] or found["year2"]), int(found["month"] or found["month2"])
    if not 1 <= month <= 12:
        return ""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput("date-out-of-range", value=short(text), expected=_RANGE)
    return f"{year:04d}-{month:02d}"


def read_fact_day(text: str, order: str = "") -> str:
    """A date that is a fact: ISO where it is a day or a month; a year and words ("toistaiseksi") as they are. Raises as
    ``read_instant``."""
    if month := read_month(text):
        return month
    return text if is_loose(text) else read_day(text, order).isoformat()


def _settled(found: re.Match[str], order: str, text: str) -> date:
    """The day of a date with slashes or hyphens, whose order of day, month (and two-digit year) must be known."""
    first, second, year = found["first"], found["second_"], found["year"]
    if order == "ymd" and len(year) == 2:
        return _day(first, second, year, text)
    if order == "dmy" or (len(year) == 4 and int(first) > 12) or (len(year) == 4 and first.zfill(2) == second.zfill(2)):
        return _day(year, second, first, text)
    if order == "mdy" or (len(year) == 4 and int(second) > 12):
        return _day(year, first, second, text)
    raise BadInput("date-ambiguous", value=short(text), expected=_EXPECTED)


def _day(year: str, month: str, day: str, text: str) -> date:
    number = int(year)
    if len(year) <= 2:
        number += 2000 if number < 70 else 1900
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise BadInput("date-out-of-range", value=short(text), expected=_RANGE)
    try:
        return date(number, int(month), int(day))
    except ValueError as trouble:
        raise BadInput("date-unreadable", value=short(text), expected=_EXPECTED) from trouble


def _instant(found: re.Match[str], day: date, zone: str, text: str) -> datetime:
    if found["hour"] is None:
        return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    try:
        part = int((found["part"] or "0").ljust(6, "0")[:6])
        moment = time(hour % 24 if hour == 24 else hour, int(found["minute"]), int(found["second"] or 0), part)
        wall = datetime.combine(day, moment) + timedelta(days=hour == 24)
        return wall.replace(tzinfo=_zone(found["offset"], zone)).astimezone(UTC)
    except (ValueError, OverflowError) as trouble:
        raise BadInput("date-unreadable", value=short(text), expected=_EXPECTED) from trouble


def _zone(offset: str | None, zone: str) -> ZoneInfo | timezone:
    if not offset:
        return ZoneInfo(zone)
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if offset[0] == "-" else away)


def _serial(found: re.Match[str], zone: str, text: str) -> datetime:
    """Excel's day number (1900 system, whose day 60 never was): only from 1954 on, so that five other digits are no
    date.
    """
    days = int(found["days"])
    if not 20_000 <= days < 73_051:
        raise BadInput("date-unreadable", value=short(text), expected=_EXPECTED)
    day = date(1899, 12, 30) + timedelta(days=days)
    if not found["rest"]:
        return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    seconds = round(float(f"0.{found['rest']}") * 86_400)
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
