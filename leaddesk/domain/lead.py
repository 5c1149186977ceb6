"""The life of a lead: one table of which act may come in which state, what state follows, and which clocks start or
stop.

::

    new -> offered -> taken -> accepted (SQL) -> won | lost
    new -> taken directly, where sales found the lead itself (outbound) or takes up a nurtured one
    from offered, taken, accepted: rejected | nurture;  from nurture, rejected, lost, won: offered again

An act that presupposes a taken lead takes it on the way, where it may be taken (*implied take*).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from leaddesk.domain import privacy
from leaddesk.domain.changes import Refused
from leaddesk.domain.operation import (
    Accept,
    Assign,
    BookMeeting,
    Callback,
    HandOver,
    LogCall,
    LogMeeting,
    Lost,
    Offer,
    Operation,
    Reject,
    ReturnToNurture,
    Snooze,
    Take,
    Won,
)
from leaddesk.domain.state import Attempt, Lead, State
from leaddesk.domain.words import Clock, LeadKind, LeadState

_NEW, _OFFERED, _TAKEN, _ACCEPTED = LeadState.NEW, LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED
_NURTURE, _REJECTED, _WON, _LOST = LeadState.NURTURE, LeadState.REJECTED, LeadState.WON, LeadState.LOST

#: States in which somebody still works the lead.
OPEN = frozenset({_NEW, _OFFERED, _TAKEN, _ACCEPTED, _NURTURE})


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: states the act may come in, the state that follows (None: unchanged), clocks started and
    stopped.

    ``takes``: a lead that may be taken is taken on the way. ``owned``: refused on a lead somebody else owns.
    """

    states: frozenset[LeadState]
    to: LeadState | None = None
    starts: frozenset[Clock] = frozenset()
    stops: frozenset[Clock] = frozenset()
    takes: bool = False
    owned: bool = False


_ALL_CLOCKS = frozenset({Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION})

#: Which act may come when. Acts not listed (notes, answers, facts) may come in any state and move nothing.
STEPS: Mapping[str, Step] = {
    Offer.kind: Step(frozenset({_NEW, _NURTURE, _REJECTED, _LOST, _WON}), _OFFERED, starts=_ALL_CLOCKS),
    Take.kind: Step(
        frozenset({_NEW, _OFFERED, _NURTURE}), _TAKEN, stops=frozenset({Clock.TAKE}), takes=True, owned=True
    ),
    Assign.kind: Step(OPEN),
    HandOver.kind: Step(frozenset({_OFFERED, _TAKEN, _ACCEPTED}), takes=True, owned=True),
    LogCall.kind: Step(
        frozenset(LeadState), stops=frozenset({Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.NEXT_ATTEMPT}), takes=True
    ),
    BookMeeting.kind: Step(OPEN, stops=frozenset({Clock.TAKE}), takes=True),
    LogMeeting.kind: Step(frozenset(LeadState), stops=frozenset({Clock.TAKE, Clock.FIRST_ATTEMPT}), takes=True),
    Accept.kind: Step(
        frozenset({_NEW, _OFFERED, _TAKEN}),
        _ACCEPTED,
        stops=frozenset({Clock.TAKE, Clock.DECISION}),
        takes=True,
        owned=True,
    ),
    Reject.kind: Step(
        frozenset({_NEW, _OFFERED, _TAKEN, _ACCEPTED}), _REJECTED, stops=_ALL_CLOCKS, takes=True, owned=True
    ),
    ReturnToNurture.kind: Step(
        frozenset({_NEW, _OFFERED, _TAKEN, _ACCEPTED}), _NURTURE, stops=_ALL_CLOCKS, takes=True, owned=True
    ),
    Snooze.kind: Step(OPEN),
    Callback.kind: Step(OPEN),
    Won.kind: Step(frozenset({_ACCEPTED}), _WON, owned=True),
    Lost.kind: Step(frozenset({_ACCEPTED}), _LOST, owned=True),
}


def may_be_taken(lead: Lead) -> bool:
    """Whether anybody in sales may claim the lead: offered, nurtured, or new unless marketing has still to offer it."""
    return lead.state in (_OFFERED, _NURTURE) or (lead.state is _NEW and lead.kind is not LeadKind.VERIFIED)


def offered(lead: Lead, at: datetime, policy: int, owner: str = "") -> Lead:
    """The lead at the agreed transfer point: clocks start anew, the policy version is pinned."""
    return replace(
        lead,
        state=_OFFERED,
        offered_at=at,
        policy=policy,
        owner=owner,
        taken_at=None,
        decided_at=None,
        closed_at=None,
        reject_reason=None,
        reject_text="",
        callback_at=None,
        snoozed_until=None,
        nurture_until=None,
        programme="",
        pauses=(),
    )


def offered_by_rule(lead: Lead, state: State, at: datetime, policy: int) -> Lead:
    """The lead offered because it asked to be contacted or came through the gate; as it was under an objection."""
    return lead if privacy.objection_on(lead, state) is not None else offered(lead, at, policy, lead.owner)


def with_attempt(lead: Lead, attempt: Attempt) -> Lead:
    """The lead with one more attempt, in the order of their instants, whatever the order they arrive in."""
    return replace(lead, attempts=tuple(sorted((*lead.attempts, attempt), key=lambda one: (one.at, one.op))))


def taken(lead: Lead, owner: str, at: datetime) -> Lead:
    """The lead in work with ``owner``."""
    return replace(lead, state=_TAKEN, owner=owner, taken_at=at, snoozed_until=None, nurture_until=None, programme="")


def step(lead: Lead, operation: Operation) -> Lead | Refused:
    """The lead moved as the table says, or why not. Fields of the act itself are set by ``apply``."""
    rule = STEPS.get(operation.kind)
    if rule is None:
        return lead
    by = operation.by
    if lead.state not in rule.states:
        return refused_in_state(lead, operation.kind)
    if rule.owned and lead.owner not in ("", by) and lead.state in (_OFFERED, _TAKEN, _ACCEPTED):
        return Refused("owned-by-other", {"owner": lead.owner, "state": lead.state.value})
    if rule.takes and lead.state in (_NEW, _OFFERED, _NURTURE):
        if may_be_taken(lead):
            # Who takes or accepts a lead that nobody works has it; a call on somebody's leaves it with him.
            lead = taken(lead, by if rule.to in (_TAKEN, _ACCEPTED) else lead.owner or by, operation.at)
        elif rule.owned:
            return Refused("not-offered", {"kind": lead.kind.value})
    if rule.to is not None and lead.state is not rule.to:
        lead = replace(lead, state=rule.to)
    return lead


def refused_in_state(lead: Lead, kind: str) -> Refused:
    """Why an act cannot come now, by the state the lead is in."""
    values = {"state": lead.state.value, "act": kind, "owner": lead.owner}
    if lead.state is _ACCEPTED and kind in (Accept.kind, Take.kind):
        return Refused("already-accepted", {**values, "at": lead.decided_at})
    if lead.state is _REJECTED and kind in (Accept.kind, Reject.kind):
        return Refused("already-rejected", {**values, "at": lead.decided_at})
    if lead.state is _TAKEN and kind == Take.kind:
        return Refused("already-taken", {**values, "at": lead.taken_at})
    return Refused("not-in-this-state", values)
