"""What the local store hands out: frozen values made of domain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from leaddesk.domain.record import Entry
from leaddesk.domain.standing import Standing
from leaddesk.domain.state import State
from leaddesk.domain.words import Clock, Grade, Lane, LeadKind, LeadState, Segment
from leaddesk.store.columns import instant, micros


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as a list shows it, and no more. ``reason`` is a message key, ``values`` fill it; ``pending``: something
    on its account has not come back from the central."""

    id: str
    account: str
    account_name: str
    tier: str
    person: str
    person_name: str
    owner: str
    kind: LeadKind
    state: LeadState
    lane: Lane
    score: int
    grade: Grade
    due: datetime | None
    clock: Clock | None
    warn_at: datetime | None
    reason: str
    values: Mapping[str, object]
    pending: bool


@dataclass(frozen=True, slots=True)
class LeadCard:
    """One lead with its account's whole state and history (newest first); ``pending`` operation ids."""

    row: LeadRow
    mql: bool
    segment: Segment
    state: State
    entries: tuple[Entry, ...]
    pending: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeptOperation:
    """An operation of the outbox that needs a person, as it was born, and how many of its account it holds back."""

    id: str
    account: str
    at: datetime
    body: Mapping[str, Any]
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    held: int = 0


@dataclass(frozen=True, slots=True)
class KeptImport:
    """An import of this device, all its parts together; ``stands``: something of it has not been taken back."""

    id: str
    file: str
    at: datetime
    rows: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many operations wait to be sent, and how many need attention; ``held`` of the waiting stand behind one that
    the central could not judge, on the same account."""

    waiting: int
    attention: int
    held: int = 0


def standing_values(one: Standing) -> tuple[Any, ...]:
    """A standing as the values of its columns, in the order of ``tables.STANDING``."""
    return (
        int(one.lane),
        one.key,
        None if one.until is None else micros(one.until),
        None if one.moves is None else micros(one.moves),
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


#: The columns ``lead_row`` reads, over the tables leads ``l``, accounts ``a`` and persons ``p``.
LEAD_ROW = (
    "l.id, l.account, a.name, a.tier, l.person, p.name, l.owner, l.kind, l.state, l.lane, l.score, l.grade, l.due, "
    "l.clock, l.warn_at, l.reason, l.reason_values"
)

_KINDS = {one.value: one for one in LeadKind}
_STATES = {one.value: one for one in LeadState}
_LANES = {int(one): one for one in Lane}
_GRADES = {one.value: one for one in Grade}
_CLOCKS = {one.value: one for one in Clock}
SEGMENTS = {one.value: one for one in Segment}
_VALUES = msgspec.json.Decoder(dict[str, Any]).decode


def lead_row(row: Any) -> LeadRow:  # Any: a row of the driver
    """The row held by the columns of ``LEAD_ROW`` and, after them, whether anything is pending."""
    due, clock, warn_at, reason, values, pending = row[12:]
    return LeadRow(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        row[5] or "",
        row[6],
        _KINDS[row[7]],
        _STATES[row[8]],
        _LANES[row[9]],
        row[10],
        _GRADES[row[11]],
        None if due is None else instant(due),
        None if clock is None else _CLOCKS[clock],
        None if warn_at is None else instant(warn_at),
        reason,
        {} if values == "{}" else _VALUES(values),
        bool(pending),
    )
