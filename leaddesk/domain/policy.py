"""The policy document both sides agreed: agreement, scorecard, calendar, lanes, script. Versioned, immutable once
published."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leaddesk.domain.clock import Calendar
from leaddesk.domain.words import Grade, Lane, LeadKind, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """SLA targets of one lead kind, minutes of business time; 0 is no SLA."""

    take: int = 0
    first_attempt: int = 0
    decision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What sales promised: targets per kind, how many attempts and how far apart (minutes of business time)."""

    targets: Mapping[LeadKind, Targets]
    attempts: int = 5
    min_gap: int = 240
    latest: int = 960
    pausing: tuple[str, ...] = ("call-back",)


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for one kind of event. ``half_life`` whole days, 0 none; ``cap`` for the rule's sum, 0 none; ``per``
    "every", "day" or "once"."""

    event: str
    points: int
    half_life: int = 0
    cap: int = 0
    per: str = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Rules, thresholds and the fit tables.

    ``size_points`` by band (1 smallest), ``role_points`` by buying role, ``industry_points`` by two-digit TOL code; a
    grade is the first of ``grades`` whose floor the fit points reach. ``excluded_industries`` fail the target group.
    """

    rules: tuple[Rule, ...]
    sales_ready: int
    marketing_ready: int
    revenue_bands: tuple[int, ...]
    employee_bands: tuple[int, ...]
    size_points: tuple[int, ...]
    role_points: Mapping[str, int]
    industry_points: Mapping[str, int]
    grades: tuple[tuple[Grade, int], ...]
    excluded_industries: tuple[str, ...]
    trust: Mapping[Source, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Silent priority leads: grade at least ``grade``, at least ``touches`` within ``days``, no reaction."""

    grade: Grade = Grade.B
    touches: int = 3
    days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A script question whose answer becomes a fact and perhaps points (by event ``answer.<key>.<choice>``)."""

    key: str
    text: Mapping[str, str]
    choices: tuple[str, ...] = ()
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One published version of everything sales and marketing agreed."""

    version: int
    agreement: Agreement
    scorecard: Scorecard
    calendar: Calendar
    silence: Silence = Silence()
    lanes: tuple[Lane, ...] = tuple(lane for lane in Lane if lane is not Lane.OUT)
    meet_early_days: int = 0
    window_days: int = 30
    script: tuple[Question, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """Every published version by number; ``current`` is in force."""

    versions: Mapping[int, Policy] = field(default_factory=dict)
    current: int = 1

    def at(self, version: int) -> Policy:
        """The version asked for, or the one in force where it is not known here (an older desk, a newer operation)."""
        return self.versions.get(version) or self.versions[self.current]

    @property
    def now(self) -> Policy:
        """The version in force."""
        return self.versions[self.current]
