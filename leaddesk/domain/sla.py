"""Which clock of a lead runs now and when it is due, from its history and the agreement it was offered under."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from leaddesk.domain.agreement import Agreement
from leaddesk.domain.changes import Refused
from leaddesk.domain.clock import Due, NoHours, deadline
from leaddesk.domain.policy import Policy
from leaddesk.domain.state import Account, Lead
from leaddesk.domain.words import CallOutcome, Clock, LeadState, RejectReason

_WORKED = frozenset({LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED})
_NOT_REACHED = frozenset({CallOutcome.NO_ANSWER})

#: The share of the target that is left when a countdown turns to "soon".
_SOON_SHARE = 4


@dataclass(frozen=True, slots=True)
class Countdown:
    """A running clock. ``due`` None while it is paused, or where the calendar has ``no_hours``: a set-up error;
    ``warn_at`` when it turns to "soon"."""

    clock: Clock
    start: datetime
    due: datetime | None
    warn_at: datetime | None
    no_hours: bool = False


def attempts_since_offer(lead: Lead) -> int:
    """How many logged human tries there have been since the lead was offered (or ever, if it never was)."""
    since = lead.offered_at
    return sum(1 for one in lead.attempts if since is None or one.at >= since)


def not_agreed(reason: RejectReason, lead: Lead, agreement: Agreement) -> Refused | None:
    """Why a lead may not be rejected for a reason: the agreement does not list it, or it has not been tried as often as
    agreed; None where it may. Whoever tried counts."""
    if reason not in agreement.reasons:
        agreed = [one.value for one in agreement.reasons]
        return Refused("reason-not-agreed", {"reason": reason.value, "expected": agreed})
    tried = attempts_since_offer(lead)
    if reason is RejectReason.NOT_REACHED and tried < agreement.attempts:
        return Refused("too-few-attempts", {"attempts": tried, "agreed": agreement.attempts})
    return None


def running(lead: Lead, policy: Policy, account: Account | None = None) -> tuple[Countdown, ...]:
    """The SLA clocks that run, the earliest due first. Empty where there is no SLA: not offered, decided, or no
    target. The lead's ``account`` may have a tier with targets of its own."""
    if lead.offered_at is None or lead.state not in _WORKED:
        return ()
    wanted = set()
    if lead.state is LeadState.OFFERED:
        wanted.add(Clock.TAKE)
    if attempts_since_offer(lead) == 0:
        wanted.add(Clock.FIRST_ATTEMPT)
    if lead.state in (LeadState.OFFERED, LeadState.TAKEN):
        wanted.add(Clock.DECISION)
    clocks = promised(lead, policy, account, wanted)
    return tuple(sorted(clocks, key=lambda one: (one.due is None, one.due or one.start)))


def promised(
    lead: Lead, policy: Policy, account: Account | None, wanted: Collection[Clock] = tuple(Clock)
) -> tuple[Countdown, ...]:
    """What was promised of a lead at its offer, stopped or not: each of the clocks ``wanted`` that has a target.

    Where the tier changed after the offer, the time used counts, and no clock is due before the change plus the agreed
    grace.
    """
    agreement = policy.agreement
    targets = agreement.targets_of(lead.kind, account.tier if account is not None else "")
    if targets is None or lead.offered_at is None:
        return ()
    changed = _tier_changed(lead, account) if account is not None and agreement.tiers else None
    clocks = []
    for clock, minutes in (
        (Clock.TAKE, targets.take),
        (Clock.FIRST_ATTEMPT, targets.first_attempt),
        (Clock.DECISION, targets.decision),
    ):
        countdown = _countdown(clock, lead.offered_at, minutes, lead, policy) if clock in wanted else None
        if countdown is not None:
            clocks.append(_with_grace(countdown, lead, policy, changed) if changed is not None else countdown)
    return tuple(clocks)


def _tier_changed(lead: Lead, account: Account) -> datetime | None:
    """When the account came to its tier, if that was after the lead was offered."""
    assert lead.offered_at is not None
    at = max((one.at for one in account.facts if one.key == "tier"), default=None)
    return at if at is not None and at > lead.offered_at else None


def _with_grace(countdown: Countdown, lead: Lead, policy: Policy, changed: datetime) -> Countdown:
    grace = deadline(changed, policy.agreement.grace, policy.calendar, lead.pauses)
    if countdown.due is None or not isinstance(grace, Due) or grace.at <= countdown.due:
        return countdown
    return Countdown(countdown.clock, countdown.start, grace.at, changed)


def next_attempt(lead: Lead, policy: Policy) -> tuple[Countdown, datetime] | None:
    """The next attempt after one that did not reach: its countdown, and the instant before which it is too early.

    None where the last attempt reached, none was made, or as many as agreed have been made.
    """
    agreement = policy.agreement
    if lead.state not in _WORKED or not 0 < attempts_since_offer(lead) < agreement.attempts:
        return None
    if lead.attempts[-1].outcome not in _NOT_REACHED:
        return None
    last = lead.attempts[-1].at
    early = deadline(last, agreement.min_gap, policy.calendar)
    late = deadline(last, agreement.latest, policy.calendar)
    if not isinstance(early, Due):
        return None
    due = late.at if isinstance(late, Due) else early.at
    return Countdown(Clock.NEXT_ATTEMPT, last, due, early.at + (due - early.at) * 3 / _SOON_SHARE), early.at


def _countdown(clock: Clock, start: datetime, minutes: int, lead: Lead, policy: Policy) -> Countdown | None:
    if minutes <= 0:
        return None
    result = deadline(start, minutes, policy.calendar, lead.pauses)
    if not isinstance(result, Due):
        return Countdown(clock, start, None, None, isinstance(result, NoHours))
    left = deadline(start, max(1, minutes - minutes // _SOON_SHARE), policy.calendar, lead.pauses)
    warn = left.at if isinstance(left, Due) else result.at - timedelta(minutes=minutes / _SOON_SHARE)
    return Countdown(clock, start, result.at, warn)
