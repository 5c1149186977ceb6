"""What the desk shows, as frozen values. Sentences are not made here: a ``Phrase`` is a message key with its values.

Instants are UTC; the reader's zone and language are the business of ``pages``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leaddesk.domain.state import BantMark
from leaddesk.domain.words import (
    BuyingStage,
    Clock,
    Grade,
    Lane,
    LeadKind,
    LeadState,
    RejectReason,
    Role,
    Segment,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to be: the key of a message and the values that fill it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One lead in the queue: two lines on screen.

    ``due`` is the instant its countdown runs to (None: no clock); ``clock`` which clock that is; ``warn_at`` when the
    countdown turns to "soon"; ``pending``: something on it has not reached the central yet.
    """

    id: str
    account_id: str
    account: str
    person: str
    lane: Lane
    reason: Phrase
    due: datetime | None
    clock: Clock | None
    warn_at: datetime | None
    score: int
    grade: Grade
    kind: LeadKind
    state: LeadState
    owner: str
    owner_name: str
    tier: str
    person_id: str = ""
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One attribute on the card. ``value`` is what stands; ``others`` what other sources say instead; ``ask``: unknown
    and worth asking."""

    key: str
    value: str
    source: Phrase
    others: tuple[tuple[str, Phrase], ...] = ()
    ask: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One row of the ledger; the rows of a card sum to its score."""

    text: Phrase
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRow:
    """One reason of the grade, with its fit points."""

    text: Phrase
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One of the four criteria of a lead; ``met`` None while it is not known."""

    name: str
    met: bool | None
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One line of the timeline. ``kind`` is behaviour, sales, decision or system (colours the dot). ``note`` is plain
    text."""

    at: datetime
    kind: str
    text: Phrase
    note: str = ""
    by: str = ""
    operation: str = ""
    undone: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What can be done now: ``key`` as in ``ui.actions``; ``consequence`` what follows; disabled with ``why`` not."""

    key: str
    enabled: bool
    consequence: Phrase | None = None
    why: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything the card shows of one lead."""

    row: QueueRow
    title: str
    phone: str
    email: str
    place: str
    industry: str
    why_now: tuple[Phrase, ...]
    say: Phrase | None
    facts: tuple[FactRow, ...]
    points: tuple[PointRow, ...]
    fit: tuple[FitRow, ...]
    threshold: int
    target: bool | None
    target_why: Phrase | None
    mql: bool
    segment: Segment
    stage: BuyingStage | None
    bant: tuple[BantMark, ...]
    timeline: tuple[TimelineRow, ...]
    acts: tuple[Act, ...]
    attempts: int
    attempts_promised: int
    next_attempt: datetime | None
    reasons: tuple[RejectReason, ...]
    criteria: tuple[CriterionRow, ...]
    callback_at: datetime | None
    meeting_at: datetime | None
    snoozed_until: datetime | None
    reject_reason: RejectReason | None
    objection: bool
    source: Phrase | None
    policy: int
    draft: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneCount:
    """How many leads a lane holds."""

    lane: Lane
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOrder:
    """Every id of the queue in order (lane by lane), the counts per lane, and when to ask again at the latest."""

    ids: tuple[str, ...]
    lanes: tuple[LaneCount, ...]
    next_change: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where this desk stands with the central. ``waiting`` operations not sent, ``held`` of them behind one that the
    central could not judge; ``attention`` that need a person."""

    signed_in: bool
    online: bool
    syncing: bool
    waiting: int
    attention: int
    last_sync: datetime | None
    offline_since: datetime | None
    user: str = ""
    role: Role | None = None
    central: str = ""
    profile: str = ""
    key_kept: str = ""
    skew_seconds: float = 0.0
    trouble: Phrase | None = None
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRow:
    """An operation the central refused or could not judge, with its data intact; ``held`` later ones of its account
    are not sent before somebody has dealt with it."""

    id: str
    kind: str
    lead: str
    account: str
    at: datetime
    reason: Phrase
    text: str = ""
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActResult:
    """What an act did: printed by the commands as {"op", "lead", "state"}."""

    op: str
    lead: str
    state: LeadState | None
    notice: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one sync did; ``held`` as in ``Status``."""

    pushed: int
    pulled: int
    refused: int
    waiting: int
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountResult:
    """How many accounts were compared with the central, and how many differed and were mended; ``whole``: all were."""

    compared: int
    mended: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """A file as it was read, before anything is written: columns with guesses, samples, and what would fail.

    ``failed`` holds the first of the ``failures``; ``source_name`` what the import would be kept under.
    """

    file: str
    format: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    mapping: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    rows: int
    good: int
    failed: tuple["FailedRow", ...]
    failures: int = 0
    warnings: tuple[Phrase, ...] = ()
    source_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """A row that could not be taken: its line, the column, the reason, and its cells as they were."""

    number: int
    column: str
    reason: Phrase
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did. ``failed_file`` holds the failed rows with their reasons, "" when there were none;
    ``columns`` are the file's headings, each with the field it was read as, "" where it was left out."""

    import_id: str
    rows: int
    created: int
    updated: int
    unchanged: int
    failed: int
    failed_file: str = ""
    cancelled: bool = False
    failures: tuple[FailedRow, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
