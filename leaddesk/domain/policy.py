"""The policy document both sides agreed: agreement, scorecard, calendar, lanes, script. Versioned, immutable once
published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from leaddesk.domain.agreement import Agreement, Signature, in_force_from
from leaddesk.domain.clock import Calendar
from leaddesk.domain.words import Grade, Lane, Source


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
    """One version of everything sales and marketing agreed. ``published`` is when; ``signed`` who put his name to its
    agreement."""

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
    published: datetime | None = None
    signed: tuple[Signature, ...] = ()


@dataclass(frozen=True)
class Policies:
    """Every version by number, drafts too."""

    versions: Mapping[int, Policy] = field(default_factory=dict)

    @cached_property
    def since(self) -> dict[int, datetime | None]:
        """From when each version is in force, None from the beginning; without drafts."""
        return in_force_from(self.versions)

    def in_force(self, at: datetime) -> Policy:
        """The version in force at an instant."""
        return self.versions[max(one for one, since in self.since.items() if since is None or since <= at)]

    def at(self, version: int) -> Policy:
        """The version asked for, or the newest in force where it is not known here (an older desk, a newer
        operation)."""
        return self.versions.get(version) or self.versions[max(self.since)]

    def binding(self, version: int, at: datetime) -> int:
        """The version that judges what is done under one at an instant: that one, unless it is a draft, or still to
        come. One that is not known here is taken as told."""
        if version not in self.versions:
            return version
        if version in self.since and ((since := self.since[version]) is None or since <= at):
            return version
        return self.in_force(at).version
