"""A calendar of working hours from a TOML file, its public holidays written out as dates.

::

    zone = "Europe/Helsinki"
    holidays = "FI"                     # optional: a country, "DE-BY" with its part
    name = "Office"                     # optional

    [week]
    mon = ["08:00-11:30", "12:00-16:00"]  # "00:00-24:00" is a whole day; a day left out is closed

    [dates]
    "2026-12-23" = ["08:00-12:00"]
    "2026-12-24" = []
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from leaddesk.domain.clock import WEEKDAYS, Calendar, Windows, check_windows, zone_of
from leaddesk.domain.errors import BadInput

#: The largest calendar file that is read, in bytes: every date of a century.
SIZE_LIMIT = 2_000_000

_PARTS = ("zone", "name", "holidays", "week", "dates")
_HOURS = re.compile(r"\s*(\d{1,2})[:.]([0-5]\d)\s*[-–]\s*(\d{1,2})[:.]([0-5]\d)\s*")
_COUNTRY = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z0-9]{1,4}))?")


def read_file(path: Path, years: Iterable[int]) -> Calendar:
    """The calendar of a file, with the public holidays of these years. Raises ``BadInput`` naming the part that is
    wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as trouble:
        why = getattr(trouble, "strerror", None) or str(trouble)
        raise BadInput("file-not-usable", file=str(path), why=why) from trouble
    if len(data) > SIZE_LIMIT:
        raise BadInput("calendar-unreadable", why=f"> {SIZE_LIMIT} bytes")
    return read(data, years)


def read(data: bytes, years: Iterable[int]) -> Calendar:
    """The calendar of the bytes of a file; as ``read_file``."""
    try:
        told = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as trouble:
        raise BadInput("calendar-unreadable", why=str(trouble)) from trouble
    return of(told, years)


def of(told: Mapping[str, Any], years: Iterable[int]) -> Calendar:  # Any: TOML values
    """The calendar that a table tells; as ``read_file``."""
    for part in told:
        if part not in _PARTS:
            raise BadInput("calendar-part-unknown", part=part, expected=", ".join(_PARTS))
    zone = _text(told, "zone")
    if not zone:
        raise BadInput("calendar-needs-zone")
    zone_of(zone)
    week = _table(told, "week")
    dates: dict[date, Windows] = dict.fromkeys(holidays(_text(told, "holidays"), years), ())
    dates.update((_date(day), _windows(day, hours)) for day, hours in _table(told, "dates").items())
    return Calendar(zone, of_week(week), dates, _text(told, "name"))


def of_week(told: Mapping[str, Any]) -> tuple[Windows, ...]:  # Any: TOML values
    """Seven days of hours, Monday first; a day left out is closed. Raises ``BadInput``."""
    for day in told:
        if day not in WEEKDAYS:
            raise BadInput("calendar-part-unknown", part=f"week.{day}", expected=", ".join(WEEKDAYS))
    return tuple(_windows(day, told.get(day, [])) for day in WEEKDAYS)


def holidays(country: str, years: Iterable[int]) -> tuple[date, ...]:
    """The public holidays of a country, "" none, in these years. Raises ``BadInput("holidays-unknown")``."""
    if not country:
        return ()
    found = _COUNTRY.fullmatch(country)
    if found is None:
        raise BadInput("holidays-unknown", country=country[:60])
    from holidays import country_holidays  # a third of a second, and few need it

    wanted = [year for year in years if date.min.year <= year <= date.max.year]
    try:
        days = country_holidays(found[1].upper(), found[2] and found[2].upper(), years=wanted, expand=False)
    except NotImplementedError as trouble:
        raise BadInput("holidays-unknown", country=country) from trouble
    return tuple(sorted(days))


def _text(told: Mapping[str, Any], part: str) -> str:
    value = told.get(part, "")
    if not isinstance(value, str):
        raise BadInput("calendar-part-unreadable", part=part, given=str(value)[:60])
    return value.strip()


def _table(told: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    value = told.get(part, {})
    if not isinstance(value, dict):
        raise BadInput("calendar-part-unreadable", part=part, given=str(value)[:60])
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as trouble:
        raise BadInput("calendar-date-unreadable", given=text[:60]) from trouble


def _windows(day: str, told: object) -> Windows:
    """The windows of a day in order. Raises ``BadInput`` for what is no list of hours, reversed, overlapping or outside
    the day."""
    if not isinstance(told, list):
        raise BadInput("calendar-hours-unreadable", day=day, given=str(told)[:60])
    made = []
    for one in told:
        hours = _HOURS.fullmatch(one) if isinstance(one, str) else None
        if hours is None:
            raise BadInput("calendar-hours-unreadable", day=day, given=str(one)[:60])
        first, first_minute, last, last_minute = map(int, hours.groups())
        made.append((first * 60 + first_minute, last * 60 + last_minute))
    # One that is reversed stands where it begins: it is told of as itself, not as overlapping.
    windows = tuple(sorted(made))
    check_windows(day, windows)
    return windows
