"""The card of one lead, from its state, standing and history. Every number opens to the rows it is made of."""

from collections.abc import Mapping
from datetime import datetime

from leaddesk.desk.listing import name_of, queue_row
from leaddesk.desk.rows import Act, Card, CriterionRow, FactRow, FitRow, Phrase, PointRow
from leaddesk.desk.timeline import timeline
from leaddesk.domain import attempt, clock, operation, score, sla
from leaddesk.domain.changes import Refused
from leaddesk.domain.criteria import criteria
from leaddesk.domain.errors import Refusal
from leaddesk.domain.fact import CONTACT
from leaddesk.domain.fit import Fit, fit, shown, stands
from leaddesk.domain.lead import OPEN, step
from leaddesk.domain.operation import Operation
from leaddesk.domain.policy import Policy
from leaddesk.domain.privacy import objection_on
from leaddesk.domain.record import User
from leaddesk.domain.role import given, may
from leaddesk.domain.state import Account, Fact, Lead, Person, State
from leaddesk.domain.words import CallOutcome, Clock, RejectReason, Role
from leaddesk.store.local.store import LocalStore

#: Facts in the order the card shows them; the rest follow by name.
_ORDER = (
    "current_supplier", "supplier_satisfaction", "contract_ends", "decision_maker", "revenue_eur", "employees", "role",
    "title", "industry_text", "industry", "legal_form", "business_id", "municipality", "postcode", "website",
)  # fmt: skip

#: Facts worth asking for when nobody knows them yet.
_ASK = ("current_supplier", "contract_ends", "decision_maker")

#: Shown in the card's head, not among the facts.
_HEAD = frozenset({"name", "phone", "email", "tier", "team"})

_ACTS: tuple[tuple[str, type[operation.Act]], ...] = (
    ("call", operation.LogCall),
    ("accept", operation.Accept),
    ("reject", operation.Reject),
    ("snooze", operation.Snooze),
    ("callback", operation.Callback),
    ("meeting", operation.BookMeeting),
    ("note", operation.Note),
    ("answer", operation.Answer),
    ("take", operation.Take),
    ("nurture", operation.ReturnToNurture),
    ("won", operation.Won),
    ("lost", operation.Lost),
    ("offer", operation.Offer),
    (operation.HandOver.kind, operation.HandOver),
    ("object", operation.Objection),
    ("erase", operation.Erase),
)


def build_card(store: LocalStore, lead_id: str, now: datetime) -> Card:
    """Everything the card shows of one lead. Raises ``Refusal("no-such-lead")``."""
    found = store.card(lead_id)
    if found is None:
        raise Refusal("no-such-lead", lead=lead_id)
    row, state = found.row, found.state
    lead, account, person = state.leads[lead_id], state.account, state.persons.get(row.person)
    if account is None:
        raise Refusal("no-such-lead", lead=lead_id)
    policies, users = store.policies(), store.users()
    policy = policies.at(lead.policy)
    card = policy.scorecard
    fits = fit(account, person, card)
    session = store.me()
    me = users.get(session.user.id, session.user) if session is not None else None
    standing = stands(account.told, card)
    return Card(
        row=queue_row(row, users),
        title=person.title if person is not None else "",
        phone=(person.phone if person is not None else "") or account.phone,
        email=(person.email if person is not None else "") or account.email,
        place=standing.get("municipality") or standing.get("region", ""),
        industry=standing.get("industry_text", ""),
        why_now=(Phrase(row.reason, row.values), *_last_behaviour(lead, row.reason)),
        say=_say(lead),
        facts=_facts(account, person, policy, users),
        points=_points(lead, policy, now),
        fit=tuple(FitRow(text=Phrase(key, values), points=points) for key, values, points in fits.rows),
        threshold=card.sales_ready,
        target=fits.target,
        target_why=_target(fits),
        mql=found.mql,
        segment=found.segment,
        stage=lead.stage,
        bant=lead.bant,
        timeline=timeline(found.entries, found.pending, users),
        acts=_acts(store, lead, state, policy, me, now),
        attempts=sla.attempts_since_offer(lead),
        attempts_promised=policy.agreement.attempts,
        next_attempt=attempt.proposed(lead, policy),
        reasons=policy.agreement.reasons,
        criteria=tuple(
            CriterionRow(name=one.name, met=one.met, why=Phrase(one.why, one.values))
            for one in criteria(lead, account, person, policy, fits)
        ),
        callback_at=lead.callback_at,
        meeting_at=lead.meeting_at,
        snoozed_until=lead.snoozed_until,
        reject_reason=lead.reject_reason,
        objection=objection_on(lead, state) is not None,
        source=_source(person or account, users),
        policy=lead.policy,
        draft=store.draft(lead_id),
    )


def _last_behaviour(lead: Lead, reason: str) -> tuple[Phrase, ...]:
    if not lead.last_event or reason in ("why-hand-raiser", "out-erased"):
        return ()
    return (Phrase("did-last", {"event": lead.last_event, "at": lead.last_event_at, "text": lead.last_event_text}),)


def _say(lead: Lead) -> Phrase | None:
    """What to open with, from the lead's own behaviour; None where it has shown nothing yet, or nobody is there."""
    if lead.erased_at is not None:
        return None
    if lead.last_event == "contact-request" and lead.last_event_text:
        return Phrase("say-contact-request", {"text": lead.last_event_text})
    if lead.theme and lead.last_event:
        return Phrase("say-theme", {"theme": lead.theme})
    if lead.attempts and lead.attempts[-1].outcome is CallOutcome.CALL_BACK:
        return Phrase("say-callback", {"at": lead.attempts[-1].at})
    if lead.last_event:
        return Phrase("say-event", {"event": lead.last_event})
    return None


def fact_source(fact: Fact, users: Mapping[str, User]) -> Phrase:
    """Where a fact comes from, as a sentence to be: source, who, when."""
    who = fact.vendor if fact.vendor else name_of(fact.by, users)
    return Phrase(f"source-{fact.source.value}", {"by": who, "at": fact.at})


def _source(subject: Account | Person, users: Mapping[str, User]) -> Phrase | None:
    return fact_source(subject.facts[0], users) if subject.told else None


def _facts(account: Account, person: Person | None, policy: Policy, users: Mapping[str, User]) -> tuple[FactRow, ...]:
    rows: dict[str, FactRow] = {}
    for subject in (account, person):
        if subject is None:
            continue
        hidden = _HEAD & set(CONTACT[type(subject)])
        for key, (fact, others) in shown(subject.facts, policy.scorecard).items():
            if key in hidden or not fact.value:
                continue
            rows[key] = FactRow(
                key=key,
                value=fact.value,
                source=fact_source(fact, users),
                others=tuple((one.value, fact_source(one, users)) for one in others if one.value != fact.value),
                person=person.id if subject is person and person is not None else "",
            )
    for key in _ASK:
        if key not in rows:
            rows[key] = FactRow(key=key, value="", source=Phrase("fact-unknown"), ask=True)
    place = {key: index for index, key in enumerate(_ORDER)}
    return tuple(sorted(rows.values(), key=lambda one: (place.get(one.key, len(place)), one.key)))


def _points(lead: Lead, policy: Policy, now: datetime) -> tuple[PointRow, ...]:
    today = clock.local_day(now, policy.calendar.zone)
    return tuple(
        PointRow(
            text=Phrase(
                f"points-{row.kind}",
                {"event": row.rule, "count": row.count, "first_day": row.first_day, "last_day": row.last_day},
            ),
            points=row.points,
        )
        for row in score.ledger(lead.tally, policy.scorecard, today)
    )


def _target(fits: Fit) -> Phrase | None:
    return Phrase(fits.target_reason, fits.target_values) if fits.target_reason else None


def no_erasure(store: LocalStore, lead: Lead, state: State) -> Refused | None:
    """Why the lead's person cannot be erased at this desk now, whoever asks; None where the person can."""
    if lead.person not in state.persons:
        return Refused("erased" if lead.erased_at is not None else "nobody-to-erase", {"lead": lead.id})
    return Refused("erase-after-sync", {"lead": lead.id}) if store.is_unsent(lead.person) else None


def _acts(
    store: LocalStore, lead: Lead, state: State, policy: Policy, me: User | None, now: datetime
) -> tuple[Act, ...]:
    """What may be done now: asked of the same table of the life of a lead that ``apply`` obeys."""
    role = me.role if me is not None else Role.REP
    by = me.id if me is not None else ""
    objection = objection_on(lead, state)
    acts = []
    for key, kind in _ACTS:
        act, why = _trial(kind, lead, now), None
        if isinstance(act, operation.HandOver):
            act = given(act, role, lead.owner, by)
        if not may(role, act.kind):
            why = Phrase("role-may-not", {"role": role.value})
        elif lead.erased_at is not None:
            why = Phrase("erased")
        elif objection is not None and key in ("call", "accept", "take", "offer", "callback", "meeting"):
            why = Phrase("objection", {"lead": lead.id})
        else:
            trial = Operation(id="", act=act, account=lead.account, at=now, by=by, device="")
            refused = no_erasure(store, lead, state) if key == "erase" else step(lead, trial)
            if isinstance(refused, Refused):
                why = Phrase(refused.reason, refused.values)
            elif key == "object" and objection is not None:
                why = Phrase("objection-already", {})
        acts.append(
            Act(key=key, enabled=why is None, consequence=_consequence(key, lead, state.account, policy, now), why=why)
        )
    return tuple(acts)


def _trial(kind: type, lead: Lead, now: datetime) -> operation.Act:
    filled: dict[type, operation.Act] = {
        operation.LogCall: operation.LogCall(lead=lead.id, outcome=CallOutcome.REACHED),
        operation.Reject: operation.Reject(lead=lead.id, reason=RejectReason.NEED),
        operation.Snooze: operation.Snooze(lead=lead.id, until=now),
        operation.Callback: operation.Callback(lead=lead.id, at_time=None),
        operation.BookMeeting: operation.BookMeeting(lead=lead.id, starts=now),
        operation.Note: operation.Note(lead=lead.id, text=""),
        operation.Answer: operation.Answer(lead=lead.id, question="", value=""),
        operation.HandOver: operation.HandOver(lead=lead.id, to=""),
        operation.Erase: operation.Erase(person=lead.person, ground=""),
    }
    made: operation.Act = filled[kind] if kind in filled else kind(lead=lead.id)
    return made


def _consequence(key: str, lead: Lead, account: Account | None, policy: Policy, now: datetime) -> Phrase | None:
    if key == "accept":
        for one in sla.running(lead, policy, account):
            if one.clock is Clock.FIRST_ATTEMPT and one.due is not None:
                return Phrase("consequence-accept-attempt", {"at": one.due})
        return Phrase("consequence-accept")
    if key == "snooze":
        again = attempt.proposed(lead, policy)
        if again is not None and again > now:
            return Phrase("consequence-snooze", {"at": again})
        opens = clock.deadline(now, policy.agreement.min_gap, policy.calendar)
        return Phrase("consequence-snooze", {"at": opens.at}) if isinstance(opens, clock.Due) else None
    if key in ("call", "reject", "object", "meeting", "take", "nurture") and lead.state in OPEN:
        return Phrase(f"consequence-{key}")
    return None
