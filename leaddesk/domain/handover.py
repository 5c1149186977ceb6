"""What became of each lead that was handed to sales: one row for every offer. Both sides' figures count these rows.

A row begins at the offer with what was known then, and follows what is done with the lead until it is offered again. It
is derived: the same history gives the same rows, but for ``told_late`` and ``flagged``, which tell when the central
heard of what was done.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from leaddesk.domain import sla
from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome
from leaddesk.domain.clock import Due, deadline
from leaddesk.domain.criteria import conforms, criteria
from leaddesk.domain.fit import fit
from leaddesk.domain.operation import Operation, Undo, UndoRow
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.state import Lead, State
from leaddesk.domain.words import CallOutcome, Clock, LeadKind, LeadState, RejectReason

#: The clocks of an offer, in the order in which they end.
CLOCKS = (Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION)

#: How somebody was talked to.
_TALKED = frozenset({CallOutcome.REACHED, CallOutcome.NOT_INTERESTED, CallOutcome.NOT_NOW, CallOutcome.CALL_BACK})

_WORKED = frozenset({LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED})

#: (lead, when it was offered) of a row.
Key = tuple[str, datetime]


class Met(StrEnum):
    """How a promise was kept."""

    IN_TIME = "in-time"
    LATE = "late"
    TOLD_LATE = "told-late"
    FLAGGED = "flagged"
    RUNNING = "running"
    OVERDUE = "overdue"
    NONE = "none"


#: What counts as kept, and what as broken; the rest is not counted yet, or never.
KEPT = frozenset({Met.IN_TIME, Met.TOLD_LATE})
BROKEN = frozenset({Met.LATE, Met.FLAGGED, Met.OVERDUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One offer of one lead.

    ``failed`` and ``unknown`` name the criteria that were not met, or not known, at the offer; none of both:
    ``conforms``. Each clock has its due instant (None: no target, or paused) and when it was stopped; ``ended_at`` is
    when nobody worked the lead any more. ``gaps_late`` counts next attempts later than agreed. ``told_late``: clocks
    stopped in time of which the central heard too late; ``flagged``: those by a device's clock that was too far off,
    which do not count as kept.
    """

    lead: str
    offered_at: datetime
    account: str
    policy: int
    kind: LeadKind
    tier: str = ""
    owner: str = ""
    conforms: bool = False
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    take_due: datetime | None = None
    taken_at: datetime | None = None
    first_due: datetime | None = None
    first_at: datetime | None = None
    decision_due: datetime | None = None
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    gaps_late: int = 0
    reached: bool = False
    decider: bool = False
    met_at: datetime | None = None
    state: LeadState = LeadState.OFFERED
    reason: RejectReason | None = None
    told_late: tuple[Clock, ...] = ()
    flagged: tuple[Clock, ...] = ()

    @property
    def key(self) -> Key:
        """What the row goes by."""
        return self.lead, self.offered_at

    def due(self, clock: Clock) -> datetime | None:
        """When a clock of the offer is due."""
        return {Clock.TAKE: self.take_due, Clock.FIRST_ATTEMPT: self.first_due}.get(clock, self.decision_due)

    def done(self, clock: Clock) -> datetime | None:
        """When a clock of the offer was stopped."""
        return {Clock.TAKE: self.taken_at, Clock.FIRST_ATTEMPT: self.first_at}.get(clock, self.decided_at)


def met(row: Handover, clock: Clock, now: datetime) -> Met:
    """How one promise of an offer was kept, as of an instant."""
    return kept(
        row.due(clock),
        row.done(clock),
        row.ended_at,
        now,
        told_late=clock in row.told_late,
        flagged=clock in row.flagged,
    )


def kept(due: Any, done: Any, ended_at: Any, now: Any, *, told_late: bool, flagged: bool) -> Met:  # Any: see below
    """How a promise was kept: when it was due, done and given up, None for never. Instants are whatever can be
    compared, all of one kind."""
    if due is None:
        return Met.NONE
    if done is not None:
        if done > due:
            return Met.LATE
        if flagged:
            return Met.FLAGGED
        return Met.TOLD_LATE if told_late else Met.IN_TIME
    if ended_at is not None:
        # It was given up before this was due: nothing was broken.
        return Met.NONE if ended_at <= due else Met.LATE
    return Met.OVERDUE if due < now else Met.RUNNING


# --- from states ------------------------------------------------------------------------------------------------------


def begun(lead: Lead, state: State, policy: Policy) -> Handover:
    """The row of a lead that has just been offered, in the state that the offer led to."""
    assert lead.offered_at is not None and state.account is not None
    person = state.persons.get(lead.person)
    found = criteria(lead, state.account, person, policy, fit(state.account, person, policy.scorecard))
    row = Handover(
        lead=lead.id,
        offered_at=lead.offered_at,
        account=lead.account,
        policy=lead.policy,
        kind=lead.kind,
        conforms=conforms(found),
        failed=tuple(one.name for one in found if one.met is False),
        unknown=tuple(one.name for one in found if one.met is None),
    )
    return followed(row, lead, state, policy)


def followed(row: Handover, lead: Lead, state: State, policy: Policy) -> Handover:
    """The row with what has been done with the lead since it was offered."""
    since = [one for one in lead.attempts if one.at >= row.offered_at]
    first_at = since[0].at if since else None
    ended_at = None if lead.state in _WORKED and lead.erased_at is None else lead.erased_at or lead.decided_at
    stops = {Clock.TAKE: lead.taken_at, Clock.FIRST_ATTEMPT: first_at, Clock.DECISION: lead.decided_at}
    dues = {clock: _due(clock, stops[clock], lead, state, policy) for clock in CLOCKS}
    person = state.persons.get(lead.person)
    roles = policy.agreement.definition.roles or ("decision-maker", "economic-buyer")
    return replace(
        row,
        tier=state.account.tier if state.account is not None else row.tier,
        owner=lead.owner,
        take_due=dues[Clock.TAKE],
        taken_at=lead.taken_at,
        first_due=dues[Clock.FIRST_ATTEMPT],
        first_at=first_at,
        decision_due=dues[Clock.DECISION],
        decided_at=lead.decided_at,
        ended_at=ended_at,
        attempts=len(since),
        gaps_late=_gaps_late(lead, row.offered_at, policy),
        reached=any(one.outcome in _TALKED for one in since),
        decider=person.role in roles if person is not None else row.decider and lead.erased_at is not None,
        met_at=lead.met_at if lead.met_at is not None and lead.met_at >= row.offered_at else None,
        state=lead.state,
        reason=lead.reject_reason,
    )


def _due(clock: Clock, done: datetime | None, lead: Lead, state: State, policy: Policy) -> datetime | None:
    """When a clock is, or was, due: a rest that began after it had stopped moves nothing."""
    if done is not None and lead.pauses:
        lead = replace(lead, pauses=tuple(one for one in lead.pauses if one.start < done))
    return next((one.due for one in sla.promised(lead, policy, state.account, (clock,))), None)


def _gaps_late(lead: Lead, since: datetime, policy: Policy) -> int:
    """How many attempts came later than agreed after one that did not reach."""
    late = 0
    tried = [one for one in lead.attempts if one.at >= since][: policy.agreement.attempts]
    for before, after in zip(tried, tried[1:], strict=False):
        due = deadline(before.at, policy.agreement.latest, policy.calendar)
        late += before.outcome not in _TALKED and isinstance(due, Due) and after.at > due.at
    return late


def told(
    row: Handover, before: Handover | None, received: datetime, skew: timedelta | None, limit: timedelta
) -> Handover:
    """The row with the clocks marked of which the central hears now, too late, that they were stopped in time.

    ``skew`` is how far the clock of the device is off that tells it, None where nobody knows: what is known too late by
    a clock off further than ``limit`` does not count as kept, and what delivery took is nothing to do with it.
    """
    late, flagged = set(row.told_late), set(row.flagged)
    for clock in CLOCKS:
        due, done = row.due(clock), row.done(clock)
        if done is None or due is None:
            late.discard(clock)
            flagged.discard(clock)
        elif (before is None or before.done(clock) != done) and done <= due < received:
            trusted = skew is not None and abs(skew) <= limit
            (late if trusted else flagged).add(clock)
            (flagged if trusted else late).discard(clock)
    return replace(
        row,
        told_late=tuple(one for one in CLOCKS if one in late),
        flagged=tuple(one for one in CLOCKS if one in flagged),
    )


class Follow:
    """The rows of some leads while operations pass by. ``rows`` are known beforehand, ``changed`` since; ``latest``
    tells the row of each lead that was seen and the state it is in."""

    def __init__(self, rows: Mapping[Key, Handover], policies: Policies) -> None:
        self.rows = dict(rows)
        self.changed: set[Key] = set()
        self._policies = policies
        self.latest: dict[str, tuple[Key, State]] = {}

    def see(self, state: State, leads: Iterable[str]) -> None:
        """The state that an operation has led to, and which leads it may have moved."""
        for one in leads:
            lead = state.leads.get(one)
            if lead is None or lead.offered_at is None or state.account is None:
                continue
            key = (lead.id, lead.offered_at)
            seen = self.latest.get(one)
            if seen is not None and seen[0] != key:
                self._follow(*seen)
            if key not in self.rows:
                self.rows[key] = begun(lead, state, self._policies.at(lead.policy))
                self.changed.add(key)
            self.latest[one] = (key, state)

    def end(self) -> None:
        """Everything has been seen."""
        for key, state in self.latest.values():
            self._follow(key, state)

    def _follow(self, key: Key, state: State) -> None:
        lead = state.leads[key[0]]
        row = followed(self.rows[key], lead, state, self._policies.at(lead.policy))
        if row != self.rows[key]:
            self.rows[key] = row
            self.changed.add(key)


def handovers(history: Iterable[Operation], policies: Policies) -> dict[Key, Handover]:
    """Every row that the standing operations of an account lead to, without what is known of their delivery."""
    return followed_through(history, policies).rows


def followed_through(history: Iterable[Operation], policies: Policies) -> Follow:
    """The same, with the state at the end."""
    follow, state = Follow({}, policies), State()
    for operation in history:
        if isinstance(operation.act, Undo | UndoRow):
            continue
        outcome = apply(operation, state, policies)
        if isinstance(outcome, Outcome):
            state = outcome.state
            follow.see(state, touched(outcome))
    follow.end()
    return follow


def touched(outcome: Outcome) -> Iterator[str]:
    """The leads whose rows an outcome may change: its own, and all of an account that changed."""
    if outcome.changes.accounts or outcome.changes.persons:
        yield from outcome.state.leads
    else:
        yield from outcome.changes.leads
