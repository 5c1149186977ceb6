"""What each act does to the account it is about: one function per act, and the table of them.

A rule gets the operation, its act, the state and the policies, and gives the new state or says why not. Whether the
lead may move at all is asked of the one table in ``domain.lead``.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from leaddesk.domain import bant, clock, fact, imports, privacy, score, sla
from leaddesk.domain.changes import Refused
from leaddesk.domain.ids import derived_id
from leaddesk.domain.lead import OPEN, offered, offered_by_rule, step, with_attempt
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CreateLead,
    HandOver,
    LogCall,
    LogMeeting,
    Lost,
    Note,
    Objection,
    Offer,
    Operation,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    SetFact,
    SetStage,
    Snooze,
    Take,
    Won,
)
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import Attempt, Lead, Pause, State
from leaddesk.domain.words import BantElement, BantValue, CallOutcome, LeadKind, LeadState, RejectReason, Source

Rule = Callable[[Operation, Any, State, Policies], State | Refused]  # Any: each rule names its own act


def _lead(act: Act, state: State) -> Lead | Refused:
    lead = state.leads.get(getattr(act, "lead", ""))
    if lead is None:
        return Refused("no-such-lead", {"lead": getattr(act, "lead", "")})
    return lead if lead.erased_at is None else Refused("erased", {})


def _with(state: State, lead: Lead) -> State:
    return replace(state, leads={**state.leads, lead.id: lead})


def _moved(operation: Operation, act: Act, state: State) -> Lead | Refused:
    lead = _lead(act, state)
    return lead if isinstance(lead, Refused) else step(lead, operation)


def _create_lead(operation: Operation, act: CreateLead, state: State, policies: Policies) -> State | Refused:
    if not act.lead:
        return Refused("no-such-lead", {"lead": act.lead})
    if act.lead in state.leads:
        return Refused("lead-exists", {"lead": act.lead})
    if act.person and act.contact is None and act.person not in state.persons:
        return Refused("no-such-person", {"person": act.person})
    if state.account is None and (act.company is None or not (act.company.name or act.company.business_id).strip()):
        return Refused("account-needs-name", {})
    policy = policies.at(operation.policy)
    person = act.person
    if act.company is not None:
        state = imports.with_company(operation, act.company, act.source, "", "", state, policy)
    if act.contact is not None:
        person = person or derived_id(operation.id, operation.ordinal, "person")
        state = imports.with_person(operation, person, act.contact, act.source, "", "", state, policy)
    lead = Lead(
        id=act.lead,
        account=operation.account,
        person=person,
        kind=act.lead_kind,
        theme=act.theme,
        channel=act.channel,
        policy=operation.policy,
        created_at=operation.at,
        created_by=operation.by,
    )
    if act.lead_kind is LeadKind.HAND_RAISER:
        # It asked to be contacted: there is nothing to wait for before sales may work it.
        lead = offered_by_rule(lead, state, operation.at, operation.policy)
        lead = _counted(lead, "contact-request", operation.at, policies, operation.policy)
    elif act.lead_kind is LeadKind.OUTBOUND and act.source is Source.SALES:
        lead = replace(lead, owner=operation.by)
    return _with(state, lead)


def _counted(lead: Lead, event: str, at: datetime, policies: Policies, version: int, text: str = "") -> Lead:
    day = clock.local_day(at, policies.at(version).calendar.zone)
    lead = replace(lead, tally=score.count(lead.tally, event, day))
    if lead.last_event_at is None or at >= lead.last_event_at:
        lead = replace(lead, last_event=event, last_event_at=at, last_event_text=text[:500])
    return lead


def _set_fact(operation: Operation, act: SetFact, state: State, policies: Policies) -> State | Refused:
    if state.account is None:
        return Refused("no-such-account", {"account": operation.account})
    if not act.key.strip():
        return Refused("fact-needs-key", {})
    if act.key == "name" and not act.person and not act.value.strip():
        return Refused("account-needs-name", {})
    card = policies.at(operation.policy).scorecard
    if not act.person:
        return replace(state, account=fact.stated(state.account, operation, act, card))
    person = state.persons.get(act.person)
    if person is None:
        return Refused("no-such-person", {"person": act.person})
    return replace(state, persons={**state.persons, person.id: fact.stated(person, operation, act, card)})


def _offer(operation: Operation, act: Offer, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    if privacy.objection_on(lead, state) is not None:
        return Refused("objection", {"lead": lead.id})
    return _with(state, offered(lead, operation.at, operation.policy, act.owner))


def _take(operation: Operation, act: Take, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    if privacy.objection_on(lead, state) is not None:
        return Refused("objection", {"lead": lead.id})
    return _with(state, lead)


def _assign(operation: Operation, act: Assign, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    return lead if isinstance(lead, Refused) else _with(state, replace(lead, owner=act.owner))


def _hand_over(operation: Operation, act: HandOver, state: State, policies: Policies) -> State | Refused:
    if not act.to:
        return Refused("hand-over-needs-user", {})
    lead = _moved(operation, act, state)
    return lead if isinstance(lead, Refused) else _with(state, replace(lead, owner=act.to))


def _log_call(operation: Operation, act: LogCall, state: State, policies: Policies) -> State | Refused:
    if act.outcome is CallOutcome.CALL_BACK and act.until is None:
        return Refused("call-back-needs-time", {})
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    at = operation.at
    attempt = Attempt(op=operation.id, at=at, by=operation.by, outcome=act.outcome, telephony=act.telephony)
    if privacy.objection_on(lead, state) is not None:
        # What was done is kept; it leads to nothing more, neither work on the lead nor another call.
        return _with(state, replace(with_attempt(state.leads[lead.id], attempt), callback_at=None))
    lead = replace(with_attempt(lead, attempt), callback_at=None, snoozed_until=None, pauses=_closed(lead.pauses, at))
    if act.outcome is CallOutcome.CALL_BACK:
        lead = _promised(lead, act.until, at, policies)
    elif act.outcome is CallOutcome.NOT_NOW and lead.state in OPEN:
        lead = _nurtured(lead, at, act.until, lead.programme)
    elif act.outcome is CallOutcome.NOT_INTERESTED:
        lead = _counted(lead, "not-interested", at, policies, operation.policy, act.note)
    return _with(state, lead)


def _promised(lead: Lead, when: datetime | None, at: datetime, policies: Policies) -> Lead:
    """A call promised for ``when``: the lead asked for a date, so the clocks rest until then, if the agreement says
    so."""
    pausing = "call-back" in policies.at(lead.policy).agreement.pausing
    pauses = _closed(lead.pauses, at)
    if pausing and when is not None and when > at and lead.offered_at is not None:
        pauses = (*pauses, Pause(start=at, until=when))
    return replace(lead, callback_at=when, snoozed_until=None, pauses=pauses)


def _closed(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """The pauses with any that still runs at ``at`` ended there."""
    return tuple(
        replace(one, until=at) if one.start < at and (one.until is None or one.until > at) else one
        for one in pauses
        if one.start < at
    )


def _book_meeting(operation: Operation, act: BookMeeting, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    if privacy.objection_on(lead, state) is not None:
        return Refused("objection", {"lead": lead.id})
    pauses = _closed(lead.pauses, operation.at)
    return _with(state, replace(lead, meeting_at=act.starts, callback_at=None, snoozed_until=None, pauses=pauses))


def _log_meeting(operation: Operation, act: LogMeeting, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    lead = replace(lead, meeting_at=None, snoozed_until=None)
    if act.took_place:
        attempt = Attempt(op=operation.id, at=operation.at, by=operation.by, outcome=CallOutcome.REACHED)
        met = act.held if lead.met_at is None else max(lead.met_at, act.held)
        lead = with_attempt(replace(lead, met_at=met), attempt)
    return _with(state, lead)


def _note(operation: Operation, act: Note, state: State, policies: Policies) -> State | Refused:
    if not act.text.strip():
        return Refused("note-needs-text", {})
    lead = _lead(act, state)
    return lead if isinstance(lead, Refused) else state


def _answer(operation: Operation, act: Answer, state: State, policies: Policies) -> State | Refused:
    lead = _lead(act, state)
    if isinstance(lead, Refused):
        return lead
    if not act.question.strip():
        return Refused("answer-needs-question", {})
    policy = policies.at(operation.policy)
    element = bant.QUESTIONS.get(act.question)
    if element is not None:
        try:
            value = BantValue(act.value)
        except ValueError:
            return Refused("bant-value", {"value": act.value, "expected": [one.value for one in BantValue]})
        stated = [(element, value)]
        return _with(
            state, replace(lead, bant=bant.mark(lead.bant, stated, operation.at, operation.by, act.text[:500]))
        )
    if act.question.startswith("bant."):
        return Refused("bant-element", {"question": act.question, "expected": sorted(bant.QUESTIONS)})
    lead = _answered(lead, act, operation, policies)
    question = next((one for one in policy.script if one.key == act.question), None)
    key = question.fact if question is not None else ""
    if key and state.account is not None:
        stated_fact = SetFact(key=key, value=act.value if not act.text else act.text)
        state = replace(state, account=fact.stated(state.account, operation, stated_fact, policy.scorecard))
    return _with(state, lead)


def _answered(lead: Lead, act: Answer, operation: Operation, policies: Policies) -> Lead:
    """The lead with the answer, counted under its own event once; a changed answer takes the old event away."""
    day = clock.local_day(operation.at, policies.at(operation.policy).calendar.zone)
    answers = dict(lead.answers)
    tally = lead.tally
    if act.question in answers:
        before = _event(act.question, answers[act.question])
        tally = tuple(one for one in tally if one.event != before)
    answers[act.question] = act.value
    tally = score.count(tally, _event(act.question, act.value), day)
    return replace(lead, answers=tuple(sorted(answers.items())), tally=tally)


def _event(question: str, value: str) -> str:
    return f"answer.{question}.{value[:60]}"


def _accept(operation: Operation, act: Accept, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    if privacy.objection_on(lead, state) is not None:
        return Refused("objection", {"lead": lead.id})
    marks = bant.mark(lead.bant, act.bant, operation.at, operation.by)
    return _with(state, replace(lead, decided_at=operation.at, bant=marks, reject_reason=None, reject_text=""))


def _reject(operation: Operation, act: Reject, state: State, policies: Policies) -> State | Refused:
    if act.reason is RejectReason.OTHER and not act.text.strip():
        return Refused("other-needs-text", {})
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    refused = sla.not_agreed(act.reason, lead, policies.at(lead.policy).agreement)
    if refused is not None:
        return refused
    element: BantElement | None = bant.ELEMENT_OF.get(act.reason)
    marks = lead.bant
    if element is not None:
        marks = bant.mark(marks, [(element, BantValue.NO)], operation.at, operation.by, act.text[:500])
    return _with(
        state,
        replace(
            lead,
            decided_at=operation.at,
            closed_at=operation.at,
            reject_reason=act.reason,
            reject_text=act.text,
            bant=marks,
            callback_at=None,
            snoozed_until=None,
            meeting_at=None,
            nurture_until=act.until,
            pauses=_closed(lead.pauses, operation.at),
        ),
    )


def _nurtured(lead: Lead, at: datetime, until: datetime | None, programme: str) -> Lead:
    return replace(
        lead,
        state=LeadState.NURTURE,
        nurture_until=until,
        programme=programme,
        decided_at=at,
        callback_at=None,
        snoozed_until=None,
        pauses=_closed(lead.pauses, at),
    )


def _return_to_nurture(operation: Operation, act: ReturnToNurture, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    return _with(state, _nurtured(lead, operation.at, act.until, act.programme))


def _snooze(operation: Operation, act: Snooze, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    return _with(state, replace(lead, snoozed_until=act.until))


def _callback(operation: Operation, act: Callback, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    if privacy.objection_on(lead, state) is not None:
        return Refused("objection", {"lead": lead.id})
    return _with(state, _promised(lead, act.at_time, operation.at, policies))


def _won(operation: Operation, act: Won, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    return _with(state, replace(lead, closed_at=operation.at, value_eur=act.value_eur, callback_at=None))


def _lost(operation: Operation, act: Lost, state: State, policies: Policies) -> State | Refused:
    lead = _moved(operation, act, state)
    if isinstance(lead, Refused):
        return lead
    return _with(state, replace(lead, closed_at=operation.at, callback_at=None))


def _set_stage(operation: Operation, act: SetStage, state: State, policies: Policies) -> State | Refused:
    lead = _lead(act, state)
    return lead if isinstance(lead, Refused) else _with(state, replace(lead, stage=act.stage))


def _objection(operation: Operation, act: Objection, state: State, policies: Policies) -> State | Refused:
    return privacy.object_to(operation, act, state)


def _revoke_objection(operation: Operation, act: RevokeObjection, state: State, policies: Policies) -> State | Refused:
    return privacy.revoke(act, state)


#: The rule of each act that is about one account and is not made while applying.
RULES: dict[type, Rule] = cast(
    dict[type, Rule],
    {
        CreateLead: _create_lead,
        SetFact: _set_fact,
        Offer: _offer,
        Take: _take,
        Assign: _assign,
        HandOver: _hand_over,
        LogCall: _log_call,
        BookMeeting: _book_meeting,
        LogMeeting: _log_meeting,
        Note: _note,
        Answer: _answer,
        Accept: _accept,
        Reject: _reject,
        ReturnToNurture: _return_to_nurture,
        Snooze: _snooze,
        Callback: _callback,
        Won: _won,
        Lost: _lost,
        SetStage: _set_stage,
        Objection: _objection,
        RevokeObjection: _revoke_objection,
    },
)
