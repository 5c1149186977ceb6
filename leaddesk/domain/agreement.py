"""The service level agreement: what sales and marketing have promised each other, and from when it binds.

A version of the policy whose terms (agreement and calendar) differ from those in force is a draft until both parties
have signed it. It is in force from the beginning of a local day, the later of its effective date and the day after the
second signature, so no day has two. A version that changes nothing of the terms needs no signature: it is in force as
soon as it is published. Every version judges the leads offered under it for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from leaddesk.domain import clock
from leaddesk.domain.changes import Refused
from leaddesk.domain.words import BuyingStage, LeadKind, Party, Period, RejectReason

if TYPE_CHECKING:
    from leaddesk.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """SLA targets of leads of one kind, or of one kind and tier: minutes of business time; 0 is no SLA."""

    take: int = 0
    first_attempt: int = 0
    decision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a lead is: beside the target group, which the scorecard tells, the least size of the company (``employees``,
    ``revenue`` in euros; 0: any), which roles in buying decide, which buying stages and themes count (none: any), and
    from how many ``points`` it is ready for sales; a contact request is ready by itself."""

    employees: int = 0
    revenue: int = 0
    roles: tuple[str, ...] = ()
    stages: tuple[BuyingStage, ...] = ()
    themes: tuple[str, ...] = ()
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What marketing promised: so many conforming leads in each period; 0: no such promise."""

    leads: int = 0
    period: Period = Period.MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Whose a buying stage is, and what is done in it, by language. None of them is for throwing away."""

    owner: Party
    action: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A rule of distribution: the leads of some ``places`` (municipalities by name, beginnings of postcodes),
    ``industries`` (beginnings of TOL codes) and ``kinds`` (none: any) go by turns ``to`` users, by their user names, of
    whom none carries more than ``capacity`` open leads (0: any number)."""

    to: tuple[str, ...]
    places: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    kinds: tuple[LeadKind, ...] = ()
    capacity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was promised. Durations are minutes of business time.

    ``targets`` by kind, ``tiers`` by kind and tier where a tier has its own; ``attempts`` before a lead may be given up
    as not reached, with ``min_gap`` and ``latest`` between two; ``grace`` the least that is left where a tier changes
    midway; ``reassign`` how long after a breach another owner is proposed; ``stalled`` after how long without a move a
    lead in work is shown as such, 0 never; ``skew`` how far a device's clock may be off for an act to count by it (real
    minutes); ``pausing`` for what the clocks rest; ``calling`` when may be called,
    seven days of windows, () as the calendar; ``distribution`` rules by which the central gives leads to owners, the
    first that takes a lead decides; ``distributor`` the user name of who distributes the rest; ``effective`` the first
    local day, None: as soon as both have signed.
    """

    targets: Mapping[LeadKind, Targets]
    tiers: Mapping[tuple[LeadKind, str], Targets] = field(default_factory=dict)
    definition: Definition = Definition()
    reasons: tuple[RejectReason, ...] = tuple(RejectReason)
    attempts: int = 5
    min_gap: int = 240
    latest: int = 960
    grace: int = 30
    reassign: int = 120
    stalled: int = 4800
    skew: int = 2
    pausing: tuple[str, ...] = ("call-back",)
    calling: tuple[clock.Windows, ...] = ()
    volume: Volume = Volume()
    stages: Mapping[BuyingStage, Step] = field(default_factory=dict)
    distribution: tuple[Share, ...] = ()
    distributor: str = ""
    effective: date | None = None

    def targets_of(self, kind: LeadKind, tier: str) -> Targets | None:
        """The targets of a lead of a kind at an account of a tier; None where the kind has no SLA."""
        return self.tiers.get((kind, tier)) or self.targets.get(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One party's word."""

    party: Party
    by: str
    at: datetime


def same_terms(one: "Policy", other: "Policy") -> bool:
    """Whether two versions promise the same."""
    return (one.agreement, one.calendar) == (other.agreement, other.calendar)


def in_force_from(versions: Mapping[int, "Policy"]) -> dict[int, datetime | None]:
    """From when each version is in force: None for the first, which was there before anybody signed. A draft has no
    place here."""
    found: dict[int, datetime | None] = {}
    base: Policy | None = None
    for number in sorted(versions):
        policy = versions[number]
        if base is None:
            found[number] = None
        elif same_terms(policy, base):
            since = found[base.version]
            found[number] = max((one for one in (since, policy.published) if one is not None), default=None)
        else:
            signed = binding_from(policy)
            if signed is None:
                continue
            found[number] = signed
        base = policy
    return found


def binding_from(policy: "Policy") -> datetime | None:
    """From when a draft binds: the beginning of a local day; None before both parties have signed."""
    if {one.party for one in policy.signed} != set(Party):
        return None
    zone = policy.calendar.zone
    day = max(clock.local_day(one.at, zone) for one in policy.signed) + 1
    if policy.agreement.effective is not None:
        day = max(day, policy.agreement.effective.toordinal())
    return clock.local_midnight(day, zone)


def unfit(policy: "Policy", versions: Mapping[int, "Policy"], at: datetime) -> Refused | None:
    """Why a version may not follow those that are there, before anybody signs it; None where it may."""
    since = in_force_from(versions)
    newest = versions[max(since)]
    if same_terms(policy, newest):
        return None
    begun = since[newest.version]
    if begun is not None and begun > at:
        # Both have signed the one before, and it is still to come.
        return Refused("agreement-pending", {"version": newest.version, "at": begun})
    zone = policy.calendar.zone
    effective = policy.agreement.effective
    if effective is not None and effective.toordinal() < clock.local_day(at, zone):
        return Refused("agreement-in-the-past", {"day": effective})
    if not any(windows for windows in (*policy.calendar.week, *policy.calendar.dates.values())):
        return Refused("calendar-no-hours", {})
    return None


def unsignable(versions: Mapping[int, "Policy"], number: int, party: Party) -> Refused | None:
    """Why a party may not sign a version now; None where it may."""
    policy = versions.get(number)
    if policy is None:
        return Refused("agreement-unknown", {"version": number})
    if number != max(versions):
        return Refused("agreement-superseded", {"version": number, "newest": max(versions)})
    told = next((one for one in policy.signed if one.party is party), None)
    if told is not None:
        return Refused("agreement-signed", {"version": number, "party": party.value, "by": told.by, "at": told.at})
    earlier = [versions[one] for one in in_force_from(versions) if one != number]
    if earlier and same_terms(policy, max(earlier, key=lambda one: one.version)):
        return Refused("agreement-unchanged", {"version": number})
    return None
