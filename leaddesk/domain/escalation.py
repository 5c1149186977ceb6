"""Who is told, step by step, that a promise is about to be broken, or has been.

Each step of each clock of an offer comes once: a warning, the breach, the breach to the manager, and after a while the
proposal that somebody else takes the lead. It is raised at its instant and reaches a person within working time only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leaddesk.domain import sla
from leaddesk.domain.clock import Due, deadline, opening
from leaddesk.domain.handover import Handover
from leaddesk.domain.policy import Policy
from leaddesk.domain.record import User
from leaddesk.domain.state import Lead, State
from leaddesk.domain.words import Clock, Role


class Step(StrEnum):
    """How far a broken promise has gone."""

    WARNING = "warning"
    BREACH = "breach"
    MANAGER = "manager"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One step of one clock. ``n`` tells attempts apart, 0 for the other clocks; ``at`` is its instant, ``raised_at``
    when the central noticed; ``to`` are ids of users, ``deliver_at`` the instant from which they are told."""

    lead: str
    offered_at: datetime
    clock: Clock
    n: int = 0
    step: Step
    account: str
    due: datetime
    at: datetime
    raised_at: datetime
    owner: str = ""
    policy: int = 1
    to: tuple[str, ...] = ()
    deliver_at: datetime | None = None

    @property
    def key(self) -> tuple[str, datetime, Clock, int, Step]:
        """What comes only once."""
        return self.lead, self.offered_at, self.clock, self.n, self.step

    @property
    def name(self) -> str:
        """The same as one text, by which a desk knows it."""
        return f"{self.lead}:{self.offered_at:%Y%m%dT%H%M%S%f}:{self.clock}:{self.n}:{self.step}"


@dataclass(frozen=True, slots=True)
class _Coming:
    """A step that is reached at an instant unless the clock is stopped before."""

    clock: Clock
    n: int
    step: Step
    due: datetime
    at: datetime


def coming(lead: Lead, state: State, policy: Policy) -> Iterator[_Coming]:
    """Every step of the clocks that run, reached or still to come."""
    clocks = [(one, 0) for one in sla.running(lead, policy, state.account)]
    following = sla.next_attempt(lead, policy)
    if following is not None:
        clocks.append((following[0], sla.attempts_since_offer(lead) + 1))
    for one, n in clocks:
        if one.due is None:
            continue
        later = deadline(one.due, policy.agreement.reassign, policy.calendar)
        yield _Coming(one.clock, n, Step.WARNING, one.due, one.warn_at or one.due)
        yield _Coming(one.clock, n, Step.BREACH, one.due, one.due)
        yield _Coming(one.clock, n, Step.MANAGER, one.due, one.due)
        if isinstance(later, Due):
            yield _Coming(one.clock, n, Step.PROPOSAL, one.due, later.at)


def stands(one: Escalation, lead: Lead, state: State, policy: Policy, now: datetime) -> bool:
    """Whether a step that was raised is still so: the same offer, its clock still running, its instant reached."""
    key = (one.clock, one.n, one.step)
    return lead.offered_at == one.offered_at and any(
        (step.clock, step.n, step.step) == key and step.at <= now for step in coming(lead, state, policy)
    )


def next_at(lead: Lead, state: State, policy: Policy, after: datetime | None = None) -> datetime | None:
    """When the next step of a lead is reached, of those after an instant; None where none is."""
    if lead.erased_at is not None:
        return None
    return min((one.at for one in coming(lead, state, policy) if after is None or one.at > after), default=None)


def raised(
    row: Handover, lead: Lead, state: State, policy: Policy, users: Mapping[str, User], now: datetime
) -> Iterator[Escalation]:
    """The steps that are reached at ``now``, whether or not they have been raised before."""
    for one in coming(lead, state, policy):
        if one.at > now:
            continue
        yield Escalation(
            lead=row.lead,
            offered_at=row.offered_at,
            clock=one.clock,
            n=one.n,
            step=one.step,
            account=row.account,
            due=one.due,
            at=one.at,
            raised_at=now,
            owner=lead.owner,
            policy=row.policy,
            to=recipients(one.step, lead, state, policy, users.values()),
            deliver_at=opening(now, policy.calendar),
        )


def recipients(step: Step, lead: Lead, state: State, policy: Policy, users: Iterable[User]) -> tuple[str, ...]:
    """The ids of the users whom a step is for: the owner, then who distributes leads, then the managers of the team."""
    active = [one for one in users if one.active]
    managers = [one for one in active if one.role is Role.MANAGER]
    team = state.account.team if state.account is not None else ""
    own = [one for one in managers if team in one.teams or not one.teams] or managers
    if step in (Step.WARNING, Step.BREACH):
        owner = [one for one in active if one.id == lead.owner]
        distributor = [one for one in active if one.login == policy.agreement.distributor]
        own = owner or distributor or own
    return tuple(sorted(one.id for one in own))
