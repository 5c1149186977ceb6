"""An operation is a value: one thing a person did at a desk, with the id it was born with.

Each kind of operation is one frozen dataclass here (an *act*); ``Operation`` is the envelope they travel in. The rules
that say what an act does are in ``domain.rule``. Times are UTC instants; ids are UUIDv7 text. A person's act names
exactly one account; an import names none, its rows do.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    ObjectionScope,
    Party,
    RejectReason,
    Source,
    Telephony,
)

# --- parts: what an outside row or a person tells of a company, a person, a lead, an event -------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPart:
    """What a row tells of a company. ``external_id`` is the source's own id; with nothing else set it is a reference.

    ``facts`` are (fact key, value) pairs, values already normalised by ``intake``.
    """

    external_id: str = ""
    name: str = ""
    business_id: str = ""
    tier: str = ""
    phone: str = ""
    email: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPart:
    """What a row tells of a person. Phone is E.164, e-mail lower case."""

    external_id: str = ""
    name: str = ""
    title: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPart:
    """What a row tells of a lead. ``lead_kind`` None leaves an existing lead as it is and makes a new one outbound."""

    external_id: str = ""
    lead_kind: LeadKind | None = None
    theme: str = ""
    channel: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """One behaviour of the lead: a visit, a download, a contact request. ``event`` is a key of the scorecard's
    vocabulary."""

    external_id: str = ""
    event: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPart:
    """One thing somebody in sales did before LeadDesk: a call, a meeting, an e-mail, with its outcome in words of
    ours."""

    external_id: str = ""
    activity: str
    at: datetime
    outcome: str = ""
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of an imported file, mapped to values. ``number`` is its line for people (the header is line 1)."""

    number: int
    company: CompanyPart | None = None
    person: PersonPart | None = None
    lead: LeadPart | None = None
    event: EventPart | None = None
    activity: ActivityPart | None = None


# --- acts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLead:
    """A lead typed in by hand. ``company`` and ``contact`` make the account and the person when their ids are new."""

    kind: ClassVar[str] = "create-lead"
    lead: str
    person: str = ""
    lead_kind: LeadKind = LeadKind.OUTBOUND
    theme: str = ""
    channel: str = ""
    company: CompanyPart | None = None
    contact: PersonPart | None = None
    source: Source = Source.SALES


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRows:
    """At most 500 rows of one file under one import id. Applied row by row, as ``ImportRow``."""

    kind: ClassVar[str] = "import-rows"
    import_id: str
    file: str
    source_name: str
    source: Source = Source.PURCHASED
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One row of an import once it is known which account, person and lead it means. Never sent on its own."""

    kind: ClassVar[str] = "import-row"
    import_id: str
    file: str
    source_name: str
    source: Source
    row: Row
    person: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFact:
    """One attribute of the account or of ``person``, with its source. ``was`` is the value the writer saw (three-way
    merge)."""

    kind: ClassVar[str] = "set-fact"
    key: str
    value: str
    was: str = ""
    person: str = ""
    lead: str = ""
    source: Source = Source.SALES
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The agreed transfer: starts the SLA clocks and pins the policy version."""

    kind: ClassVar[str] = "offer"
    lead: str
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """The acting user takes the lead into work."""

    kind: ClassVar[str] = "take"
    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Names the lead's owner, with the reason for the assignment."""

    kind: ClassVar[str] = "assign"
    lead: str
    owner: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCall:
    """A call that was made. ``until`` is the promised time (call-back) or the day to return (not-now)."""

    kind: ClassVar[str] = "log-call"
    lead: str
    outcome: CallOutcome
    telephony: Telephony = Telephony.UNKNOWN
    note: str = ""
    seconds: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMeeting:
    """A meeting agreed for ``starts``, perhaps for another user (``host``)."""

    kind: ClassVar[str] = "book-meeting"
    lead: str
    starts: datetime
    host: str = ""
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeeting:
    """A meeting that was held (or not) at ``held``."""

    kind: ClassVar[str] = "log-meeting"
    lead: str
    held: datetime
    took_place: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Free text on the lead. Never merged, never lost, plain text on every screen."""

    kind: ClassVar[str] = "note"
    lead: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to a script question, or to a BANT element (question = "bant.budget" and so on, value
    unknown/yes/no)."""

    kind: ClassVar[str] = "answer"
    lead: str
    question: str
    value: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Sales confirms the lead: SQL. ``bant`` holds the elements the acting user states now."""

    kind: ClassVar[str] = "accept"
    lead: str
    bant: tuple[tuple[BantElement, BantValue], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Sales rejects the lead with a reason marketing reads. "other" needs ``text``; "timing" may carry ``until``."""

    kind: ClassVar[str] = "reject"
    lead: str
    reason: RejectReason
    text: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToNurture:
    """Not now: back to marketing until ``until``, optionally into a named programme."""

    kind: ClassVar[str] = "return-to-nurture"
    lead: str
    until: datetime | None = None
    programme: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """The owner gives the lead to a named user."""

    kind: ClassVar[str] = "hand-over"
    lead: str
    to: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Out of the queue until ``until``. Stops no clock."""

    kind: ClassVar[str] = "snooze"
    lead: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A promise to call at ``at_time``; None withdraws it."""

    kind: ClassVar[str] = "callback"
    lead: str
    at_time: datetime | None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """The lead became a sale."""

    kind: ClassVar[str] = "won"
    lead: str
    value_eur: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The accepted lead did not become a sale."""

    kind: ClassVar[str] = "lost"
    lead: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStage:
    """Where the customer is in buying, as sales sees it, with the evidence."""

    kind: ClassVar[str] = "set-stage"
    lead: str
    stage: BuyingStage
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Do not contact. Wins over everything; has no undo, only a revocation."""

    kind: ClassVar[str] = "objection"
    lead: str = ""
    person: str = ""
    scope: ObjectionScope = ObjectionScope.PERSON
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeObjection:
    """Lifts an objection (given by its operation id); a privileged role, with the reason."""

    kind: ClassVar[str] = "revoke-objection"
    objection: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Takes everything that tells who ``person`` is out of the account and its history, for ever; ``ground`` says at
    whose wish or by which rule.

    What she is known by where nobody knows her: ``leads`` hers, ``objected`` whether she had said that nobody shall
    contact her, ``keys`` match keys as hashes under a secret of the central, which adds them.
    """

    kind: ClassVar[str] = "erase"
    person: str
    ground: str
    leads: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    objected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Compensates one earlier operation on the same account."""

    kind: ClassVar[str] = "undo"
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoImport:
    """Compensates every row of one import; rows that somebody has since built upon stay, and are counted."""

    kind: ClassVar[str] = "undo-import"
    import_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRow:
    """One row of an undone import, on one account. Never sent on its own."""

    kind: ClassVar[str] = "undo-row"
    operation: str
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An act in a history that this program is too old to read: of a kind, or in words, that only a newer one knows.

    It stands as it came; what it led to is told by the rows. Made while reading, never sent.
    """

    kind: ClassVar[str] = "unread"
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """A new, immutable version of the policy document (JSON text as ``domain.policy`` reads it)."""

    kind: ClassVar[str] = "publish-policy"
    version: int
    document: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement:
    """One party's signature under the agreement of a version of the policy."""

    kind: ClassVar[str] = "sign-agreement"
    version: int
    party: Party


Act = (
    CreateLead | ImportRows | ImportRow | SetFact | Offer | Take | Assign | LogCall | BookMeeting | LogMeeting | Note
    | Answer | Accept | Reject | ReturnToNurture | HandOver | Snooze | Callback | Won | Lost | SetStage | Objection
    | RevokeObjection | Erase | Undo | UndoImport | UndoRow | PublishPolicy | SignAgreement
    | Unread
)  # fmt: skip

#: Acts a desk may send, by kind. ``import-row`` and ``undo-row`` are made while applying and never travel alone.
ACTS: dict[str, type[Act]] = {
    act.kind: act
    for act in (
        CreateLead, ImportRows, SetFact, Offer, Take, Assign, LogCall, BookMeeting, LogMeeting, Note, Answer, Accept,
        Reject, ReturnToNurture, HandOver, Snooze, Callback, Won, Lost, SetStage, Objection, RevokeObjection, Erase,
        Undo, UndoImport, PublishPolicy, SignAgreement,
    )
}  # fmt: skip

#: Every kind that can stand in an account's history.
HISTORY_ACTS: dict[str, type[Act]] = {**ACTS, ImportRow.kind: ImportRow, UndoRow.kind: UndoRow}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The envelope of an act.

    ``id`` UUIDv7 given at birth; ``at`` the person's instant (UTC, device clock); ``by`` user id; ``device`` device id;
    ``n`` counts per device without gaps, for audit only; ``policy`` the version it was made under; ``account`` the one
    account it is about ("" for imports and policies); ``ordinal`` the row within an import, else 0.
    """

    id: str
    act: Act
    account: str
    at: datetime
    by: str
    device: str
    n: int = 0
    policy: int = 1
    ordinal: int = 0

    @property
    def kind(self) -> str:
        """The act's kind, as it stands on the wire and in tables."""
        return self.act.kind
