"""What is known: an account with its persons and leads, as frozen values. ``State`` is what one operation is applied
to.

These are the rows both ends keep and the wire carries. Everything here follows from the account's operations; nothing
here depends on the present moment (that is ``standing.Standing``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from leaddesk.domain.operation import Operation
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    LeadState,
    ObjectionScope,
    RejectReason,
    Source,
    Telephony,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One attribute value with where it came from. ``at`` is when it was filled in; ``op`` the operation that brought
    it."""

    key: str
    value: str
    source: Source
    at: datetime
    by: str = ""
    vendor: str = ""
    op: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one operation told of a row: its facts, (key, value) each, with what they share said once."""

    source: Source
    at: datetime
    by: str = ""
    vendor: str = ""
    op: str = ""
    values: tuple[tuple[str, str], ...] = ()


def facts_of(told: tuple[Telling, ...]) -> tuple[Fact, ...]:
    """The facts of tellings, each by itself, in their order."""
    return tuple(
        Fact(key=key, value=value, source=one.source, at=one.at, by=one.by, vendor=one.vendor, op=one.op)
        for one in told
        for key, value in one.values
    )


def tellings_of(facts: Iterable[Fact]) -> tuple[Telling, ...]:
    """Facts as tellings, in their order: neighbours from one operation, source and instant stand together."""
    made: list[Telling] = []
    for (source, at, by, vendor, op), some in groupby(
        facts, lambda one: (one.source, one.at, one.by, one.vendor, one.op)
    ):
        values = tuple((one.key, one.value) for one in some)
        made.append(Telling(source=source, at=at, by=by, vendor=vendor, op=op, values=values))
    return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """The id something has in an outside source."""

    source: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionMark:
    """A do-not-contact in force. ``id`` is the operation that set it; ``value`` the E.164 number for scope number."""

    id: str
    scope: ObjectionScope
    at: datetime
    by: str
    how: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company. ``team`` "" is seen by the whole tenant. Contact fields are current; ``told`` holds every value with
    source."""

    id: str
    name: str
    business_id: str = ""
    tier: str = ""
    team: str = ""
    phone: str = ""
    email: str = ""
    created_at: datetime
    told: tuple[Telling, ...] = ()
    refs: tuple[Ref, ...] = ()
    objections: tuple[ObjectionMark, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every value with source, oldest first."""
        return facts_of(self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at an account. ``role`` is the role in buying."""

    id: str
    account: str
    name: str = ""
    title: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    created_at: datetime
    told: tuple[Telling, ...] = ()
    refs: tuple[Ref, ...] = ()
    objections: tuple[ObjectionMark, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every value with source, oldest first."""
        return facts_of(self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A logged human try to reach the lead."""

    op: str
    at: datetime
    by: str
    outcome: CallOutcome
    telephony: Telephony = Telephony.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class BantMark:
    """One BANT element as evidence: what, who said it, when, in which words."""

    element: BantElement
    value: BantValue
    at: datetime
    by: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch in which the SLA clocks rest; ``until`` None while it is open."""

    start: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How many times ``event`` happened on local ``day`` (proleptic ordinal). All that scoring needs of the raw
    events."""

    event: str
    day: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A person at an account (or the account, its person still unnamed), with a theme, that sales may work.

    ``policy`` is the version pinned when the lead was offered (before that: created under). ``person`` "" is unnamed.
    ``tally`` is sorted by (event, day). From ``erased_at`` on its person is erased, and nobody works it.
    """

    id: str
    account: str
    person: str = ""
    kind: LeadKind = LeadKind.OUTBOUND
    state: LeadState = LeadState.NEW
    theme: str = ""
    channel: str = ""
    stage: BuyingStage | None = None
    owner: str = ""
    policy: int = 1
    created_at: datetime
    created_by: str = ""
    offered_at: datetime | None = None
    taken_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    reject_reason: RejectReason | None = None
    reject_text: str = ""
    callback_at: datetime | None = None
    snoozed_until: datetime | None = None
    nurture_until: datetime | None = None
    programme: str = ""
    meeting_at: datetime | None = None
    met_at: datetime | None = None
    value_eur: int | None = None
    last_event: str = ""
    last_event_at: datetime | None = None
    last_event_text: str = ""
    attempts: tuple[Attempt, ...] = ()
    bant: tuple[BantMark, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    pauses: tuple[Pause, ...] = ()
    tally: tuple[DayCount, ...] = ()
    refs: tuple[Ref, ...] = ()
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One account with its persons and leads; an account that is None does not exist (yet, or any more).

    ``history`` is every operation that stands (not undone), in the central's order; loaded only where ``apply`` needs
    it.
    """

    account: Account | None = None
    persons: Mapping[str, Person] = field(default_factory=dict)
    leads: Mapping[str, Lead] = field(default_factory=dict)
    history: tuple[Operation, ...] | None = None
