"""The closed vocabularies: every value a lead, a person's act or a fact may take.

Values are what stands in files, on the wire and on the command line; sentences for them live in ``pages``.
"""

from enum import IntEnum, StrEnum


class LeadKind(StrEnum):
    """How the lead came to be; a hand-raiser has the strictest SLA."""

    HAND_RAISER = "hand-raiser"
    VERIFIED = "marketing-verified"
    OUTBOUND = "outbound"


class LeadState(StrEnum):
    """Where the lead is in its life (not the buying stage)."""

    NEW = "new"
    OFFERED = "offered"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NURTURE = "nurture"
    WON = "won"
    LOST = "lost"


class Segment(StrEnum):
    """Which follow-up a lead belongs to; every lead is in exactly one."""

    STEADY = "steady-state"
    MARKETING_READY = "marketing-ready"
    SALES_READY = "sales-ready"


class BuyingStage(StrEnum):
    """Where the customer is on the way from no need to decision. None of them means "discard"."""

    NO_NEED = "no-need"
    NEED = "need"
    EXPLORING = "exploring"
    COMPARING = "comparing"
    DECIDING = "deciding"


class CallOutcome(StrEnum):
    """What a call led to, as the caller judges it; apart from what the telephone did."""

    REACHED = "reached"
    CALL_BACK = "call-back"
    NO_ANSWER = "no-answer"
    NOT_NOW = "not-now"
    NOT_INTERESTED = "not-interested"
    WRONG_PERSON = "wrong-person"


class Telephony(StrEnum):
    """What the telephone did; apart from what the talk led to."""

    UNKNOWN = "unknown"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    INVALID = "invalid-number"


class RejectReason(StrEnum):
    """Why sales rejects: a BANT element, or one of the reasons that say what was wrong with the lead."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMING = "timing"
    BAD_DATA = "bad-data"
    DUPLICATE = "duplicate"
    NOT_TARGET = "not-target"
    NOT_REACHED = "not-reached"
    OTHER = "other"


class BantElement(StrEnum):
    """The four things a buyer must have."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMING = "timing"


class BantValue(StrEnum):
    """What is known of one BANT element."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


class Source(StrEnum):
    """Where a fact comes from. Trust per source is policy."""

    PURCHASED = "purchased"
    SALES = "sales"
    SELF_TOLD = "self-told"
    BEHAVIOUR = "behaviour"


class Grade(StrEnum):
    """Fit of account facts and role, before any behaviour."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Lane(IntEnum):
    """A part of the queue with its own reason to be early, in default order. OUT is not in the queue."""

    OUT = 0
    CALLBACK = 1
    HAND_RAISER = 2
    SLA = 3
    ATTEMPT = 4
    MEET_EARLY = 5
    SILENT = 6
    SALES_READY = 7
    WINDOW = 8
    REST = 9


class Clock(StrEnum):
    """The clocks of a lead."""

    TAKE = "take-into-work"
    FIRST_ATTEMPT = "first-attempt"
    NEXT_ATTEMPT = "next-attempt"
    DECISION = "decision"


class Role(StrEnum):
    """What a user is."""

    REP = "rep"
    TELEMARKETER = "telemarketer"
    MANAGER = "manager"
    MARKETER = "marketer"
    ADMIN = "admin"


class Party(StrEnum):
    """Who signs the agreement."""

    SALES = "sales"
    MARKETING = "marketing"


class Period(StrEnum):
    """How long a promise of so many leads counts."""

    MONTH = "month"
    QUARTER = "quarter"


class Verdict(StrEnum):
    """What the central decided on one operation; exactly one each, kept for ever."""

    APPLIED = "applied"
    MERGED = "merged"
    KEPT_BOTH = "kept-both"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class ObjectionScope(StrEnum):
    """Whom a do-not-contact covers."""

    PERSON = "person"
    NUMBER = "number"
    COMPANY = "company"
