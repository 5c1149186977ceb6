"""Objections: do not contact. Once set one wins over everything; a person's, a number's, or the whole company's."""

from dataclasses import replace
from itertools import chain

from leaddesk.domain.changes import Refused
from leaddesk.domain.operation import Objection, Operation, RevokeObjection
from leaddesk.domain.state import Lead, ObjectionMark, State
from leaddesk.domain.words import ObjectionScope


def objection_on(lead: Lead, state: State) -> ObjectionMark | None:
    """The objection that forbids contacting this lead, if there is one: the company's, the person's, or the number's.

    Only the lead's own person is looked at, so a state that holds no other will do.
    """
    account = state.account
    if account is None:
        return None
    person = state.persons.get(lead.person)
    number = (person.phone if person is not None else "") or account.phone
    of_account = (
        one
        for one in account.objections
        if one.scope is ObjectionScope.COMPANY or (one.scope is ObjectionScope.NUMBER and one.value == number)
    )
    return next(chain(of_account, person.objections if person is not None else ()), None)


def object_to(operation: Operation, act: Objection, state: State) -> State | Refused:
    """The state with the objection set on the person, the number or the company. Saying it again changes nothing."""
    account = state.account
    if account is None:
        return Refused("no-such-account", {"account": operation.account})
    lead = state.leads.get(act.lead)
    if act.lead and lead is None:
        return Refused("no-such-lead", {"lead": act.lead})
    if lead is not None and lead.erased_at is not None:
        return Refused("erased", {})
    person_id = act.person or (lead.person if lead is not None else "")
    person = state.persons.get(person_id)
    if act.person and person is None:
        return Refused("no-such-person", {"person": act.person})
    # A lead whose person is unnamed has only its company to protect.
    scope = act.scope if person is not None or act.scope is ObjectionScope.NUMBER else ObjectionScope.COMPANY
    number = (person.phone if person is not None else "") or account.phone
    if scope is ObjectionScope.NUMBER and not number:
        scope = ObjectionScope.PERSON if person is not None else ObjectionScope.COMPANY
    mark = ObjectionMark(
        id=operation.id,
        scope=scope,
        at=operation.at,
        by=operation.by,
        how=act.how,
        value=number if scope is ObjectionScope.NUMBER else "",
    )
    # A number is the account's: whoever else there has it is protected too. Its owner stays so under a new number.
    if scope is not ObjectionScope.PERSON:
        account = replace(account, objections=_with(account.objections, mark))
    if person is not None and scope is not ObjectionScope.COMPANY:
        person = replace(person, objections=_with(person.objections, mark))
        state = replace(state, persons={**state.persons, person.id: person})
    return replace(state, account=account)


def marks(state: State) -> frozenset[tuple[str, ObjectionMark]]:
    """Every objection in force, with the account or person it stands on."""
    owners = (*((state.account,) if state.account is not None else ()), *state.persons.values())
    return frozenset((owner.id, one) for owner in owners for one in owner.objections)


def _with(marks: tuple[ObjectionMark, ...], mark: ObjectionMark) -> tuple[ObjectionMark, ...]:
    said = any((one.scope, one.value) == (mark.scope, mark.value) for one in marks)
    return marks if said else (*marks, mark)


def revoke(act: RevokeObjection, state: State) -> State | Refused:
    """The state without the named objection. The reason is required; who may do this is the table of roles'
    business."""
    if not act.reason.strip():
        return Refused("revoke-needs-reason", {})
    if state.account is None:
        return Refused("no-such-objection", {"objection": act.objection})
    account = replace(state.account, objections=_without(state.account.objections, act.objection))
    persons = {
        key: replace(one, objections=_without(one.objections, act.objection)) if one.objections else one
        for key, one in state.persons.items()
    }
    after = replace(state, account=account, persons=persons)
    if after.account == state.account and after.persons == state.persons:
        return Refused("no-such-objection", {"objection": act.objection})
    return after


def _without(marks: tuple[ObjectionMark, ...], objection: str) -> tuple[ObjectionMark, ...]:
    return tuple(one for one in marks if one.id != objection)
