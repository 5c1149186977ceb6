"""For tests of the business: one account and what is done to it, operation by operation, with its history."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome, Refused
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.operation import Act, CompanyPart, CreateLead, Operation, PersonPart
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import LeadKind, LeadState

#: Monday 23 November 2026, 11:00 in Helsinki.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

POLICY = default_policy()
POLICIES = Policies({1: POLICY})

ACCOUNT = Account(id="a", name="Kuusikon Saha Oy", created_at=NOW - DAY)
PERSON = Person(id="p", account="a", name="Aino Virtanen", phone="+358401234567", created_at=NOW - DAY)


def lead(state: LeadState = LeadState.NEW, kind: LeadKind = LeadKind.OUTBOUND, **fields: object) -> Lead:
    """A lead as it is in a state: offered an hour ago, taken by "rep" half an hour ago."""
    held: dict[str, object] = {}
    if state not in (LeadState.NEW, LeadState.NURTURE):
        held["offered_at"] = NOW - HOUR
    if state not in (LeadState.NEW, LeadState.NURTURE, LeadState.OFFERED):
        held |= {"owner": "rep", "taken_at": NOW - HOUR / 2}
    if state in (LeadState.ACCEPTED, LeadState.REJECTED, LeadState.WON, LeadState.LOST):
        held["decided_at"] = NOW - 10 * MINUTE
    given = {"id": "l", "account": "a", "person": "p", "created_at": NOW - DAY, **held, **fields}
    return Lead(state=state, kind=kind, **given)  # type: ignore[arg-type]


def state(*leads: Lead, account: Account = ACCOUNT, persons: Iterable[Person] = (PERSON,)) -> State:
    """The account with leads."""
    return State(account, {one.id: one for one in persons}, {one.id: one for one in leads})


def operation(act: Act, by: str = "rep", at: datetime = NOW, name: str = "op-1", policy: int = 1) -> Operation:
    """An act as somebody's operation on the account."""
    return Operation(id=name, act=act, account="a", at=at, by=by, device=f"desk-{by}", policy=policy)


def done(act: Act, before: State, by: str = "rep", at: datetime = NOW, policies: Policies = POLICIES) -> State:
    """The state after an act that must be possible."""
    outcome = apply(operation(act, by, at), before, policies)
    assert isinstance(outcome, Outcome), outcome
    return outcome.state


def refused(act: Act, before: State, by: str = "rep", at: datetime = NOW) -> Refused:
    """Why an act that must not be possible is not."""
    outcome = apply(operation(act, by, at), before, POLICIES)
    assert isinstance(outcome, Refused), outcome
    return outcome


def with_policy(**fields: object) -> tuple[Policy, Policies]:
    """The shipped policy, changed."""
    made = replace(POLICY, **fields)  # type: ignore[arg-type]
    return made, Policies({1: made})


@dataclass
class Scene:
    """An account from its first operation on. Every act is a minute after the one before."""

    at: datetime = NOW
    now: State = field(default_factory=lambda: State(history=()))
    number: int = 0

    def do(self, act: Act, by: str = "rep", after: timedelta = MINUTE) -> Outcome | Refused:
        """One act; its place in the history is taken if it stands."""
        self.number += 1
        self.at += after
        made = operation(act, by, self.at, f"op-{self.number:04}")
        outcome = apply(made, self.now, POLICIES)
        if isinstance(outcome, Outcome):
            # As the stores keep it: an undo stands in the history too.
            self.now = replace(outcome.state, history=(*(outcome.state.history or ()), made))
        return outcome

    def must(self, act: Act, by: str = "rep", after: timedelta = MINUTE) -> str:
        """One act that must be possible; its operation's id."""
        outcome = self.do(act, by, after)
        assert isinstance(outcome, Outcome), outcome
        return f"op-{self.number:04}"

    def begin(self, kind: LeadKind = LeadKind.OUTBOUND, by: str = "rep") -> str:
        """A lead "l" of a person "p"."""
        return self.must(
            CreateLead(
                lead="l",
                person="p",
                lead_kind=kind,
                company=CompanyPart(name="Kuusikon Saha Oy"),
                contact=PersonPart(name="Aino Virtanen", phone="+358401234567"),
            ),
            by,
        )

    @property
    def lead(self) -> Lead:
        """The lead as it stands."""
        return self.now.leads["l"]

    @property
    def known(self) -> State:
        """What is known, without the history."""
        return replace(self.now, history=None)
