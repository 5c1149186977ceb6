"""What no operation may carry, whatever it is: a time without a zone or out of range, a text too long or that is none.

Asked before any rule, so that no rule, store or screen meets such a value. ``senseless`` is asked besides where an act
is made.
"""

from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from leaddesk.domain import bant, fact
from leaddesk.domain.changes import Refused
from leaddesk.domain.operation import Answer, BookMeeting, LogMeeting, Operation, SetFact
from leaddesk.domain.policy import Policies

#: The longest text one field may hold, in characters.
TEXT_LIMIT = 100_000

#: Years that can be shown in every zone; and how far ahead a promise, a meeting or a return may lie.
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
_YEARS_AHEAD = 10

#: Fields of an act that hold a time to come.
_AHEAD = ("until", "at_time", "starts")

#: What lies less than this behind, or ahead, is now: nobody fills in a form to the minute.
_ABOUT_NOW = timedelta(minutes=10)


def unfit(operation: Operation) -> Refused | None:
    """Why the operation cannot be taken as it stands, or None."""
    refused = _unfit(operation.at) or _unfit(operation.act)
    if refused is not None:
        return refused
    for name in _AHEAD:
        when = getattr(operation.act, name, None)
        if when is not None and when - operation.at > timedelta(days=_YEARS_AHEAD * 366):
            return Refused("time-too-far", {"until": when, "years": _YEARS_AHEAD})
    return None


def senseless(operation: Operation, policies: Policies) -> Refused | None:
    """Why nobody can mean the act at the instant it is made, or None: a promise for a time that has passed, a meeting
    held that lies ahead, an answer to no question.

    Asked at the desk where an act is made, and nowhere else: what was once done stands, on every machine.
    """
    act, now = operation.act, operation.at
    if isinstance(act, LogMeeting) and act.took_place and act.held > now + _ABOUT_NOW:
        return Refused("meeting-lies-ahead", {"until": act.held})
    if isinstance(act, BookMeeting) and act.starts < now - _ABOUT_NOW:
        return Refused("meeting-is-past", {"until": act.starts})
    for name in _AHEAD:
        when = getattr(act, name, None)
        if when is not None and when < now - _ABOUT_NOW:
            return Refused("time-is-past", {"until": when})
    if isinstance(act, SetFact) and not fact.may_hold(act.key, act.value):
        return Refused("fact-needs-date", {"fact": act.key, "value": act.value})
    if isinstance(act, Answer) and act.question.strip() and not act.question.startswith("bant."):
        script = [one.key for one in policies.at(operation.policy).script]
        if act.question not in script:
            return Refused("question-unknown", {"question": act.question, "expected": [*script, *bant.QUESTIONS]})
    return None


def _unfit(value: Any) -> Refused | None:  # Any: an act, its parts and whatever they hold
    if isinstance(value, str):
        return _unfit_text(value)
    if isinstance(value, date):
        return _unfit_time(value)
    kind: Any = type(value)
    parts = value if kind is tuple else (getattr(value, name) for name in _names(kind))
    for part in parts:
        # Most fields of most acts are empty: they are passed by quickly.
        refused = _unfit(part) if part else None
        if refused is not None:
            return refused
    return None


@lru_cache(maxsize=64)
def _names(kind: Any) -> tuple[str, ...]:  # Any: a dataclass, or any other type, which has no parts
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()


def _unfit_text(value: str) -> Refused | None:
    if len(value) > TEXT_LIMIT:
        return Refused("text-too-long", {"limit": TEXT_LIMIT})
    if "\x00" in value or (not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value)):
        return Refused("text-unfit", {})
    return None


def _unfit_time(value: date) -> Refused | None:
    if isinstance(value, datetime) and value.utcoffset() is None:
        return Refused("time-without-zone", {"time": value.isoformat()})
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return Refused("time-out-of-range", {"time": value.isoformat()})
    return None
