"""``apply``: what one operation does to one account. The only door to the rules; desk and central both run it.

Pure: the same operation on the same state under the same policies has the same outcome on every machine. ``now`` is the
operation's own instant. ``fold`` applies a whole history, so that a rebuild, and an undo, need no second set of rules.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from leaddesk.domain import erasure, fact, imports, privacy
from leaddesk.domain.changes import Changes, Outcome, Refused
from leaddesk.domain.limit import unfit
from leaddesk.domain.operation import (
    Erase,
    ImportRow,
    LogCall,
    Objection,
    Operation,
    PublishPolicy,
    RevokeObjection,
    SetFact,
    SignAgreement,
    Undo,
    UndoImport,
    UndoRow,
)
from leaddesk.domain.policy import Policies
from leaddesk.domain.rule import RULES
from leaddesk.domain.state import State
from leaddesk.domain.words import LeadState, Verdict

#: What no undo reaches: an objection is revoked, an undo is done again by hand, a policy is followed by the next, what
#: is erased is gone.
NOT_UNDOABLE = frozenset(
    {
        Objection.kind,
        RevokeObjection.kind,
        Erase.kind,
        Undo.kind,
        UndoRow.kind,
        UndoImport.kind,
        PublishPolicy.kind,
        SignAgreement.kind,
    }
)


def apply(operation: Operation, state: State, policies: Policies) -> Outcome | Refused:
    """What the operation does to the state of the account it names, or why it may not.

    An undo or an erasure needs ``state.history``. Never raises for a business reason.
    """
    refused = unfit(operation)
    if refused is not None:
        return refused
    binding = policies.binding(operation.policy, operation.at)
    if binding != operation.policy:
        operation = replace(operation, policy=binding)
    act = operation.act
    if isinstance(act, Undo):
        return _undo(operation, act.operation, 0, state, policies)
    if isinstance(act, UndoRow):
        return _undo(operation, act.operation, act.ordinal, state, policies)
    if isinstance(act, Erase):
        return _erase(operation, act, state, policies)
    if isinstance(act, ImportRow):
        after_row = imports.apply_row(operation, act, state, policies)
        return (
            after_row if isinstance(after_row, Refused) else _outcome(state, after_row.state, notice=after_row.notice)
        )
    rule = RULES.get(type(act))
    if rule is None:
        return Refused("not-an-operation", {"kind": operation.kind})
    after = rule(operation, act, state, policies)
    if isinstance(after, Refused):
        return after
    verdict = Verdict.APPLIED
    notice = ""
    if isinstance(act, SetFact) and fact.overwrote(act, state):
        verdict, notice = Verdict.MERGED, "fact-merged"
    elif isinstance(act, LogCall) and _objected(act.lead, after):
        notice = "objection-stands"
    elif isinstance(act, Objection) and privacy.marks(after) == privacy.marks(state):
        notice = "objection-known"
    return _outcome(state, after, verdict, notice)


def _objected(lead: str, state: State) -> bool:
    return lead in state.leads and privacy.objection_on(state.leads[lead], state) is not None


def fold(operations: Iterable[Operation], policies: Policies) -> State | tuple[Operation, Refused]:
    """The state that a history of standing operations leads to; or the first that is refused, and why.

    An undo among them has done its work: what it compensated does not stand.
    """
    state = State()
    for operation in operations:
        if isinstance(operation.act, Undo | UndoRow):
            continue
        outcome = apply(operation, state, policies)
        if isinstance(outcome, Refused):
            return operation, outcome
        state = outcome.state
    return state


def difference(before: State, after: State) -> Changes:
    """Which rows differ between two states of one account."""
    persons = _changed(before.persons, after.persons)
    leads = _changed(before.leads, after.leads)
    accounts: frozenset[str] = frozenset()
    if before.account != after.account:
        accounts = frozenset(one.id for one in (before.account, after.account) if one is not None)
    return Changes(accounts, persons, leads, queue=bool(accounts or persons or leads))


def _changed(before: Any, after: Any) -> frozenset[str]:  # Any: mappings of persons or of leads
    if before is after:
        return frozenset()
    return frozenset(key for key in {**before, **after} if before.get(key) != after.get(key))


def _outcome(before: State, after: State, verdict: Verdict = Verdict.APPLIED, notice: str = "") -> Outcome:
    return Outcome(after, difference(before, after), verdict, notice=notice)


# --- erasure --------------------------------------------------------------------------------------------------------


def _erase(operation: Operation, act: Erase, state: State, policies: Policies) -> Outcome | Refused:
    """What the account's history leads to without what tells of the person, and then without her. Somebody who is not
    there is erased all the same: what brings her may still come."""
    if not act.ground.strip():
        return Refused("erase-needs-ground", {})
    if not act.person:
        return Refused("no-such-person", {"person": act.person})
    if act.person not in state.persons:
        return Outcome(state, Changes(), notice="person-erased")
    left, history = state, state.history
    if history is not None:
        trace = erasure.Trace.of(act.person, state, history)
        history = tuple(erasure.redacted(one, trace, policies) for one in history)
        left = State()
        for one in history:
            if not isinstance(one.act, Undo | UndoRow):
                left = _after(one, left, policies)
    after = replace(erasure.strip(left, act.person, operation.at), history=history)
    return _outcome(state, after, notice="person-erased")


# --- undo ---------------------------------------------------------------------------------------------------------


def _undo(operation: Operation, target: str, ordinal: int, state: State, policies: Policies) -> Outcome | Refused:
    history = state.history or ()
    undone = next((one for one in history if (one.id, one.ordinal) == (target, ordinal)), None)
    if undone is None:
        return Refused("nothing-to-undo", {"operation": target})
    if undone.kind in NOT_UNDOABLE:
        return Refused("cannot-be-undone", {"act": undone.kind})
    if undone.by != operation.by:
        return Refused("not-yours-to-undo", {"by": undone.by, "act": undone.kind})
    after = without([undone], history, policies)
    if isinstance(after, Operation):
        return Refused("undo-depends", {"act": after.kind, "by": after.by, "at": after.at})
    return Outcome(after, difference(state, after), undone=((target, ordinal),), notice="undone")


def without(undone: Collection[Operation], history: tuple[Operation, ...], policies: Policies) -> State | Operation:
    """The state, with its history, that is left without some operations of one user; or the first later operation that
    depends on one of them.

    One depends on them that would be refused without, that is somebody else's and would lead its lead elsewhere, that
    is an objection and would protect less, or that has erased whom they speak of.
    """
    gone = {(one.id, one.ordinal) for one in undone}
    by = {one.by for one in undone}
    first = next(index for index, one in enumerate(history) if (one.id, one.ordinal) in gone)
    left = fold(history[:first], policies)
    if not isinstance(left, State):
        return left[0]
    held, kept = left, list(history[:first])
    for one in history[first:]:
        if isinstance(one.act, Undo | UndoRow):
            kept.append(one)
            continue
        if isinstance(one.act, Erase) and any(_speaks_of(other, one.act.person, held) for other in undone):
            return one
        stands = _after(one, held, policies)
        if (one.id, one.ordinal) not in gone:
            outcome = apply(one, left, policies)
            if isinstance(outcome, Refused):
                return one
            if one.by not in by and _led(one, held, stands) != _led(one, left, outcome.state):
                return one
            if isinstance(one.act, Objection) and privacy.marks(stands) - privacy.marks(outcome.state):
                return one
            left = outcome.state
            kept.append(one)
        held = stands
    return replace(left, history=tuple(kept))


def _after(operation: Operation, state: State, policies: Policies) -> State:
    outcome = apply(operation, state, policies)
    return state if isinstance(outcome, Refused) else outcome.state


def _speaks_of(operation: Operation, person: str, state: State) -> bool:
    named = state.leads.get(str(getattr(operation.act, "lead", "")))
    return person in (getattr(operation.act, "person", ""), named.person if named is not None else "")


def _led(operation: Operation, before: State, after: State) -> tuple[LeadState, str] | None:
    """Where an operation led its lead: its new state and owner; None where both are as they were."""
    name = str(getattr(operation.act, "lead", ""))
    was, now = before.leads.get(name), after.leads.get(name)
    if now is None or (was is not None and (was.state, was.owner) == (now.state, now.owner)):
        return None
    return now.state, now.owner
