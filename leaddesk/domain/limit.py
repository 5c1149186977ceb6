"""What no operation may carry, whatever it is: a time without a zone or out of range, a text too long or that is none.

Asked before any rule, so that no rule, store or screen meets such a value.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from leaddesk.domain.changes import Refused
from leaddesk.domain.operation import Operation

#: The longest text one field may hold, in characters.
TEXT_LIMIT = 100_000

#: Years that can be shown in every zone; and how far ahead a promise, a meeting or a return may lie.
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
_YEARS_AHEAD = 10

#: Fields of an act that hold a time to come.
_AHEAD = ("until", "at_time", "starts")


def unfit(operation: Operation) -> Refused | None:
    """Why the operation cannot be taken as it stands, or None."""
    for value in (operation.at, *_values(operation.act)):
        refused = _unfit(value)
        if refused is not None:
            return refused
    for name in _AHEAD:
        when = getattr(operation.act, name, None)
        if when is not None and when - operation.at > timedelta(days=_YEARS_AHEAD * 366):
            return Refused("time-too-far", {"until": when, "years": _YEARS_AHEAD})
    return None


def _values(value: object) -> Iterator[object]:
    """Every text and time in an act and its parts."""
    if isinstance(value, str | date):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _values(one)
    elif hasattr(value, "__dataclass_fields__"):
        for name in _names(cast(Any, type(value))):
            yield from _values(getattr(value, name))


@lru_cache(maxsize=64)
def _names(kind: Any) -> tuple[str, ...]:  # Any: a dataclass
    return tuple(one.name for one in fields(kind))


def _unfit(value: object) -> Refused | None:
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value and len(value) <= TEXT_LIMIT:
            return None
        if len(value) > TEXT_LIMIT:
            return Refused("text-too-long", {"limit": TEXT_LIMIT})
        if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
            return Refused("text-unfit", {})
    elif isinstance(value, date):
        if isinstance(value, datetime) and value.utcoffset() is None:
            return Refused("time-without-zone", {"time": value.isoformat()})
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            return Refused("time-out-of-range", {"time": value.isoformat()})
    return None
