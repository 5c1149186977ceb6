"""What the local store hands out: frozen values made of domain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from leaddesk.domain.standing import Standing
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import Clock, Grade, Lane, Segment
from leaddesk.store.columns import instant, micros
from leaddesk.wire.message import Entry


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead with its account, its person and where it stands. ``pending``: something on it has not reached the central."""

    lead: Lead
    account: Account
    person: Person | None
    standing: Standing
    pending: bool


@dataclass(frozen=True, slots=True)
class LeadCard:
    """One lead with its account's whole state and history (newest first); ``pending`` operation ids."""

    row: LeadRow
    state: State
    entries: tuple[Entry, ...]
    pending: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeptOperation:
    """An operation of the outbox that needs a person, as it was born."""

    id: str
    account: str
    at: datetime
    body: Mapping[str, Any]
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many operations wait to be sent, and how many need attention."""

    waiting: int
    attention: int


def standing_values(one: Standing) -> tuple[Any, ...]:
    """A standing as the values of its columns, in the order of ``tables.STANDING``."""
    return (
        int(one.lane),
        one.key,
        None if one.until is None else micros(one.until),
        one.score,
        one.grade.value,
        one.mql,
        one.target,
        one.segment.value,
        None if one.due is None else micros(one.due),
        None if one.clock is None else one.clock.value,
        None if one.warn_at is None else micros(one.warn_at),
        one.reason,
        msgspec.json.encode(one.values).decode() if one.values else "{}",
    )


_LANES = {int(lane): lane for lane in Lane}
_GRADES = {grade.value: grade for grade in Grade}
_SEGMENTS = {one.value: one for one in Segment}
_CLOCKS = {one.value: one for one in Clock}


def standing_of(row: Any, start: int) -> Standing:  # Any: a row of the driver
    """The standing held by the columns of a row from ``start`` on."""
    lane, key, until, score, grade, mql, target, segment, due, clock, warn_at, reason, values = row[start : start + 13]
    return Standing(
        lane=_LANES[lane],
        key=key,
        until=None if until is None else instant(until),
        score=score,
        grade=_GRADES[grade],
        mql=bool(mql),
        target=None if target is None else bool(target),
        segment=_SEGMENTS[segment],
        due=None if due is None else instant(due),
        clock=None if clock is None else _CLOCKS[clock],
        warn_at=None if warn_at is None else instant(warn_at),
        reason=reason,
        values={} if values == "{}" else msgspec.json.decode(values),
    )
