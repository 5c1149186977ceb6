"""What one imported row does to an account: facts by source, the person it names, a lead to work, behaviour, old
activities.

A better fact is never overwritten: every value stays listed with its source. A row seen before changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from leaddesk.domain import clock, fact, score
from leaddesk.domain.changes import Refused
from leaddesk.domain.fit import fit
from leaddesk.domain.ids import derived_id
from leaddesk.domain.lead import OPEN, offered_by_rule, with_attempt
from leaddesk.domain.operation import ActivityPart, CompanyPart, ImportRow, Operation, PersonPart
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.state import Account, Attempt, Fact, Lead, Person, Ref, State
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, Source, Telephony


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The state after a row and what the row was: "row-created", "row-updated" or "row-unchanged"."""

    state: State
    notice: str


def apply_row(operation: Operation, act: ImportRow, state: State, policies: Policies) -> RowOutcome | Refused:
    """One row on the account it was matched to (or makes). Refused where it refers to something nobody has imported."""
    row = act.row
    policy = policies.at(operation.policy)
    before = state
    if row.company is not None:
        if state.account is None and not (row.company.name or row.company.business_id):
            return Refused("row-unknown-company", {"row": row.number, "reference": row.company.external_id})
        state = with_company(operation, row.company, act.source, act.source_name, act.file, state, policy)
    if state.account is None:
        if row.lead is not None and row.lead.external_id:
            return Refused("row-unknown-lead", {"row": row.number, "reference": row.lead.external_id})
        one = row.person
        reference = one.external_id or one.email or one.phone if one is not None else ""
        return Refused("row-unknown-person", {"row": row.number, "reference": reference})
    if row.person is not None and act.person:
        if act.person not in state.persons and not _tells(row.person):
            return Refused("row-unknown-person", {"row": row.number, "reference": row.person.external_id})
        state = with_person(operation, act.person, row.person, act.source, act.source_name, act.file, state, policy)
    if row.event is not None or row.activity is not None:
        moved = _happened(operation, act, state, policy)
    else:
        moved = _with_lead(operation, act, state)
    if isinstance(moved, Refused):
        return moved
    if before.account is None:
        return RowOutcome(moved, "row-created")
    same = before.account == moved.account and before.persons == moved.persons and before.leads == moved.leads
    return RowOutcome(before if same else moved, "row-unchanged" if same else "row-updated")


def with_company(
    operation: Operation, part: CompanyPart, source: Source, source_name: str, vendor: str, state: State, policy: Policy
) -> State:
    """The state with what ``part`` tells of the company; made where it is new. ``vendor`` is the file or seller
    shown."""
    account = state.account
    if account is None:
        # A company of which only the Y-tunnus is known goes by that until somebody states its name.
        account = Account(id=operation.account, name=part.business_id, created_at=operation.at)
    told = {
        "name": part.name, "business_id": part.business_id, "tier": part.tier, "phone": part.phone, "email": part.email,
    }  # fmt: skip
    stated = _facts(operation, told, part.facts, source, vendor)
    account = fact.with_facts(account, stated, policy.scorecard)
    account = replace(account, refs=_with_ref(account.refs, source_name, part.external_id))
    return replace(state, account=account)


def with_person(
    operation: Operation,
    person_id: str,
    part: PersonPart,
    source: Source,
    source_name: str,
    vendor: str,
    state: State,
    policy: Policy,
) -> State:
    """The state with what ``part`` tells of the person; made where new."""
    person = state.persons.get(person_id)
    if person is None:
        person = Person(id=person_id, account=operation.account, created_at=operation.at)
    told = {"name": part.name, "title": part.title, "role": part.role, "phone": part.phone, "email": part.email}
    person = fact.with_facts(person, _facts(operation, told, part.facts, source, vendor), policy.scorecard)
    person = replace(person, refs=_with_ref(person.refs, source_name, part.external_id))
    return replace(state, persons={**state.persons, person_id: person})


def _tells(part: PersonPart) -> bool:
    return bool(part.name or part.title or part.phone or part.email or part.role or part.facts)


def _facts(
    operation: Operation, told: dict[str, str], facts: tuple[tuple[str, str], ...], source: Source, vendor: str
) -> list[Fact]:
    return [
        Fact(key=key, value=value, source=source, at=operation.at, by=operation.by, vendor=vendor, op=operation.id)
        for key, value in (*told.items(), *facts)
        if value
    ]


def _with_ref(refs: tuple[Ref, ...], source: str, external_id: str) -> tuple[Ref, ...]:
    if not external_id:
        return refs
    ref = Ref(source=source, id=external_id)
    return refs if ref in refs else (*refs, ref)


def _with_lead(operation: Operation, act: ImportRow, state: State) -> State:
    """The lead this row is about: the one it was matched to, the person's, the account's unnamed one, or a new one."""
    part = act.row.lead
    if act.row.person is None and part is None and state.leads:
        return state
    lead = _lead_of(act, state)
    if lead is None:
        kind = (part.lead_kind if part is not None else None) or LeadKind.OUTBOUND
        lead = Lead(
            id=act.lead or derived_id(operation.id, operation.ordinal, "lead"),
            account=operation.account,
            person=act.person,
            kind=kind,
            policy=operation.policy,
            created_at=(part.created_at if part is not None else None) or operation.at,
            created_by=operation.by,
        )
        if kind is LeadKind.HAND_RAISER:
            lead = offered_by_rule(lead, state, operation.at, operation.policy)
    elif not lead.person and act.person:
        lead = replace(lead, person=act.person)
    if part is not None:
        lead = replace(
            lead,
            theme=part.theme or lead.theme,
            channel=part.channel or lead.channel,
            refs=_with_ref(lead.refs, act.source_name, part.external_id),
        )
        if part.lead_kind is not None and lead.state is LeadState.NEW:
            lead = replace(lead, kind=part.lead_kind)
            if part.lead_kind is LeadKind.HAND_RAISER:
                lead = offered_by_rule(lead, state, operation.at, operation.policy)
    return replace(state, leads={**state.leads, lead.id: lead})


def _lead_of(act: ImportRow, state: State) -> Lead | None:
    if act.lead and act.lead in state.leads:
        return state.leads[act.lead]
    part = act.row.lead
    named = part is not None and bool(part.external_id)
    for lead in state.leads.values():
        spoken_for = named and any(ref.source == act.source_name for ref in lead.refs)
        if not spoken_for and act.person and lead.person == act.person:
            return lead
    for lead in state.leads.values():
        spoken_for = named and any(ref.source == act.source_name for ref in lead.refs)
        if not spoken_for and not lead.person and lead.state in OPEN:
            return lead
    return None


def _happened(operation: Operation, act: ImportRow, state: State, policy: Policy) -> State | Refused:
    """A behaviour event or an old activity, on the lead it names or the account's (or person's) first."""
    lead = state.leads.get(act.lead) or next(
        (one for one in state.leads.values() if one.erased_at is None and (not act.person or one.person == act.person)),
        None,
    )
    if lead is None:
        reference = act.row.lead.external_id if act.row.lead is not None else ""
        return Refused("row-unknown-lead", {"row": act.row.number, "reference": reference})
    event, activity = act.row.event, act.row.activity
    if event is not None:
        day = clock.local_day(event.at, policy.calendar.zone)
        lead = replace(lead, tally=score.count(lead.tally, event.event, day))
        if event.event != "touch-out" and (lead.last_event_at is None or event.at >= lead.last_event_at):
            lead = replace(lead, last_event=event.event, last_event_at=event.at, last_event_text=event.text[:500])
        if lead.kind is LeadKind.VERIFIED and lead.state is LeadState.NEW and gate(lead, state, policy, operation.at):
            # The agreed transfer point: both keys are held, so the lead is offered by rule at this instant.
            lead = offered_by_rule(lead, state, operation.at, policy.version)
    if activity is not None:
        lead = _did(operation, activity, lead, policy)
    return replace(state, leads={**state.leads, lead.id: lead})


def gate(lead: Lead, state: State, policy: Policy, now: datetime) -> bool:
    """The two-key gate at ``now``: the target-group test passed and the sales-ready threshold reached."""
    if state.account is None:
        return False
    card = policy.scorecard
    fits = fit(state.account, state.persons.get(lead.person), card)
    today = clock.local_day(now, policy.calendar.zone)
    return fits.target is not False and score.score(lead.tally, card, today) >= card.sales_ready


def _did(operation: Operation, activity: ActivityPart, lead: Lead, policy: Policy) -> Lead:
    if activity.activity == "call":
        reached = activity.outcome in ("reached", "meeting-set", "demo-completed")
        attempt = Attempt(
            op=f"{operation.id}:{operation.ordinal}",
            at=activity.at,
            by=operation.by,
            outcome=CallOutcome.REACHED if reached else CallOutcome.NO_ANSWER,
            telephony=Telephony.ANSWERED if reached else Telephony.UNANSWERED,
        )
        return with_attempt(lead, attempt)
    # A meeting or an e-mail is not an attempt, but it is history: its day is counted, so that no row is lost.
    met = activity.activity in ("meeting", "demo")
    day = clock.local_day(activity.at, policy.calendar.zone)
    lead = replace(lead, tally=score.count(lead.tally, "meeting" if met else "sales-email", day))
    return replace(lead, met_at=max(lead.met_at or activity.at, activity.at)) if met else lead
