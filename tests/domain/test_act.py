"""What each act does to the lead, the person and the account: before, act, and exactly what differs after."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome, Refused
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CompanyPart,
    CreateLead,
    HandOver,
    LogCall,
    LogMeeting,
    Lost,
    Note,
    PersonPart,
    Reject,
    ReturnToNurture,
    SetFact,
    SetStage,
    Snooze,
    Take,
    Won,
)
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import Attempt, BantMark, DayCount, Lead, Pause, State
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    LeadState,
    RejectReason,
    Source,
    Telephony,
)
from tests.domain.scene import ACCOUNT, DAY, HOUR, NOW, POLICIES, POLICY, done, lead, operation, refused, state

TODAY = date(2026, 11, 23).toordinal()
TAKEN, OFFERED, ACCEPTED = lead(LeadState.TAKEN), lead(LeadState.OFFERED), lead(LeadState.ACCEPTED)
PROMISED = replace(
    TAKEN, callback_at=NOW + DAY, snoozed_until=NOW + HOUR, pauses=(Pause(start=NOW - HOUR, until=NOW + DAY),)
)
CLOSED_PAUSE = (Pause(start=NOW - HOUR, until=NOW),)
MARK = BantMark(element=BantElement.NEED, value=BantValue.YES, at=NOW - DAY, by="phone", text="kasvaa")


def attempt(outcome: CallOutcome, telephony: Telephony = Telephony.UNKNOWN) -> Attempt:
    return Attempt(op="op-1", at=NOW, by="rep", outcome=outcome, telephony=telephony)


def mark(element: BantElement, value: BantValue, text: str = "") -> BantMark:
    return BantMark(element=element, value=value, at=NOW, by="rep", text=text)


def call(outcome: CallOutcome, **more: Any) -> LogCall:
    return LogCall(lead="l", outcome=outcome, **more)


CASES: list[tuple[str, Lead, Act, dict[str, object]]] = [
    ("take", OFFERED, Take(lead="l"), {"state": LeadState.TAKEN, "owner": "rep", "taken_at": NOW}),
    ("assign", TAKEN, Assign(lead="l", owner="rep2", reason="alue"), {"owner": "rep2"}),
    ("assign to nobody", TAKEN, Assign(lead="l", owner=""), {"owner": ""}),
    ("hand over", TAKEN, HandOver(lead="l", to="rep2"), {"owner": "rep2"}),
    (
        "reached: what was promised is done, the pause ends",
        PROMISED,
        call(CallOutcome.REACHED),
        {
            "attempts": (attempt(CallOutcome.REACHED),),
            "callback_at": None,
            "snoozed_until": None,
            "pauses": CLOSED_PAUSE,
        },
    ),
    (
        "what the telephone did is apart from what the talk led to",
        TAKEN,
        call(CallOutcome.WRONG_PERSON, telephony=Telephony.ANSWERED),
        {"attempts": (attempt(CallOutcome.WRONG_PERSON, Telephony.ANSWERED),)},
    ),
    (
        "no answer",
        TAKEN,
        call(CallOutcome.NO_ANSWER, telephony=Telephony.BUSY),
        {"attempts": (attempt(CallOutcome.NO_ANSWER, Telephony.BUSY),)},
    ),
    (
        "call back: the lead asked for a date, the clocks rest until then",
        TAKEN,
        call(CallOutcome.CALL_BACK, until=NOW + DAY),
        {
            "attempts": (attempt(CallOutcome.CALL_BACK),),
            "callback_at": NOW + DAY,
            "pauses": (Pause(start=NOW, until=NOW + DAY),),
        },
    ),
    (
        "call back on a lead that has no clocks pauses nothing",
        lead(owner="rep"),
        call(CallOutcome.CALL_BACK, until=NOW + DAY),
        {
            "attempts": (attempt(CallOutcome.CALL_BACK),),
            "callback_at": NOW + DAY,
            "state": LeadState.TAKEN,
            "taken_at": NOW,
        },
    ),
    (
        "a call logged after the promised time makes it due at once",
        TAKEN,
        call(CallOutcome.CALL_BACK, until=NOW - HOUR),
        {"attempts": (attempt(CallOutcome.CALL_BACK),), "callback_at": NOW - HOUR},
    ),
    (
        "not now",
        PROMISED,
        call(CallOutcome.NOT_NOW, until=NOW + 30 * DAY),
        {
            "attempts": (attempt(CallOutcome.NOT_NOW),),
            "state": LeadState.NURTURE,
            "nurture_until": NOW + 30 * DAY,
            "decided_at": NOW,
            "callback_at": None,
            "snoozed_until": None,
            "pauses": CLOSED_PAUSE,
        },
    ),
    (
        "not now, of a lead that is lost, stays lost",
        lead(LeadState.LOST),
        call(CallOutcome.NOT_NOW, until=NOW + DAY),
        {"attempts": (attempt(CallOutcome.NOT_NOW),)},
    ),
    (
        "not interested takes points",
        TAKEN,
        call(CallOutcome.NOT_INTERESTED, note="ei"),
        {
            "attempts": (attempt(CallOutcome.NOT_INTERESTED),),
            "tally": (DayCount(event="not-interested", day=TODAY, count=1),),
            "last_event": "not-interested",
            "last_event_at": NOW,
            "last_event_text": "ei",
        },
    ),
    (
        "book meeting: it is in the promise's place",
        PROMISED,
        BookMeeting(lead="l", starts=NOW + DAY, host="rep2"),
        {"meeting_at": NOW + DAY, "callback_at": None, "snoozed_until": None, "pauses": CLOSED_PAUSE},
    ),
    (
        "meeting held: also an attempt",
        replace(TAKEN, meeting_at=NOW - HOUR),
        LogMeeting(lead="l", held=NOW - HOUR),
        {"meeting_at": None, "met_at": NOW - HOUR, "attempts": (attempt(CallOutcome.REACHED),)},
    ),
    (
        "an earlier meeting told later does not move the latest",
        replace(TAKEN, met_at=NOW - HOUR),
        LogMeeting(lead="l", held=NOW - DAY),
        {"attempts": (attempt(CallOutcome.REACHED),)},
    ),
    (
        "meeting not held",
        replace(TAKEN, meeting_at=NOW - HOUR),
        LogMeeting(lead="l", held=NOW - HOUR, took_place=False),
        {"meeting_at": None},
    ),
    ("note", TAKEN, Note(lead="l", text="<b>x</b> 😀"), {}),
    (
        "BANT answer",
        replace(TAKEN, bant=(MARK,)),
        Answer(lead="l", question="bant.budget", value="no", text="jäissä"),
        {"bant": (mark(BantElement.BUDGET, BantValue.NO, "jäissä"), MARK)},
    ),
    (
        "BANT can become unknown again",
        replace(TAKEN, bant=(MARK,)),
        Answer(lead="l", question="bant.need", value="unknown"),
        {"bant": (mark(BantElement.NEED, BantValue.UNKNOWN),)},
    ),
    (
        "answer counts under its own event",
        TAKEN,
        Answer(lead="l", question="mood", value="unhappy"),
        {
            "answers": (("mood", "unhappy"),),
            "tally": (DayCount(event="answer.mood.unhappy", day=TODAY, count=1),),
        },
    ),
    (
        "a changed answer takes the old one's event away, and no other's",
        replace(
            TAKEN,
            answers=(("a", "old"), ("a.b", "c")),
            tally=(
                DayCount(event="answer.a.b.c", day=TODAY - 3, count=1),
                DayCount(event="answer.a.old", day=TODAY - 3, count=1),
            ),
        ),
        Answer(lead="l", question="a", value="new"),
        {
            "answers": (("a", "new"), ("a.b", "c")),
            "tally": (
                DayCount(event="answer.a.b.c", day=TODAY - 3, count=1),
                DayCount(event="answer.a.new", day=TODAY, count=1),
            ),
        },
    ),
    (
        "accept keeps a BANT snapshot: what is stated now over what was known",
        replace(TAKEN, bant=(MARK,)),
        Accept(lead="l", bant=((BantElement.BUDGET, BantValue.YES), (BantElement.TIMING, BantValue.UNKNOWN))),
        {
            "state": LeadState.ACCEPTED,
            "decided_at": NOW,
            "bant": (
                mark(BantElement.BUDGET, BantValue.YES),
                MARK,
                mark(BantElement.TIMING, BantValue.UNKNOWN),
            ),
        },
    ),
    (
        "nurture",
        PROMISED,
        ReturnToNurture(lead="l", until=NOW + 90 * DAY, programme="syksy"),
        {
            "state": LeadState.NURTURE,
            "nurture_until": NOW + 90 * DAY,
            "programme": "syksy",
            "decided_at": NOW,
            "callback_at": None,
            "snoozed_until": None,
            "pauses": CLOSED_PAUSE,
        },
    ),
    (
        "taking up a nurtured lead ends the programme",
        lead(LeadState.NURTURE, owner="rep2", nurture_until=NOW + DAY, programme="syksy"),
        Take(lead="l"),
        {"state": LeadState.TAKEN, "owner": "rep", "taken_at": NOW, "nurture_until": None, "programme": ""},
    ),
    ("snooze stops no clock", TAKEN, Snooze(lead="l", until=NOW + HOUR), {"snoozed_until": NOW + HOUR}),
    (
        "a promise",
        replace(TAKEN, snoozed_until=NOW + HOUR),
        Callback(lead="l", at_time=NOW + DAY),
        {"callback_at": NOW + DAY, "snoozed_until": None, "pauses": (Pause(start=NOW, until=NOW + DAY),)},
    ),
    (
        "a promise withdrawn",
        PROMISED,
        Callback(lead="l", at_time=None),
        {"callback_at": None, "snoozed_until": None, "pauses": CLOSED_PAUSE},
    ),
    (
        "a promise moved: the clocks go on resting",
        PROMISED,
        Callback(lead="l", at_time=NOW + 2 * DAY),
        {
            "callback_at": NOW + 2 * DAY,
            "snoozed_until": None,
            "pauses": (*CLOSED_PAUSE, Pause(start=NOW, until=NOW + 2 * DAY)),
        },
    ),
    (
        "won",
        replace(ACCEPTED, callback_at=NOW + DAY),
        Won(lead="l", value_eur=12_500),
        {"state": LeadState.WON, "closed_at": NOW, "value_eur": 12_500, "callback_at": None},
    ),
    ("lost", ACCEPTED, Lost(lead="l", reason="hinta"), {"state": LeadState.LOST, "closed_at": NOW}),
    ("stage", TAKEN, SetStage(lead="l", stage=BuyingStage.COMPARING), {"stage": BuyingStage.COMPARING}),
]


@pytest.mark.parametrize(("before", "act", "differs"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_what_an_act_does_to_the_lead(before: Lead, act: Act, differs: dict[str, object]) -> None:
    was = state(before, lead(id="other"))
    now = done(act, was)
    after = now.leads["l"]
    assert {one.name: getattr(after, one.name) for one in fields(Lead)} == {
        **{one.name: getattr(before, one.name) for one in fields(Lead)},
        **differs,
    }
    assert (now.account, now.persons, now.leads["other"]) == (was.account, was.persons, was.leads["other"])


@pytest.mark.parametrize("act", [one[2] for one in CASES], ids=[one[0] for one in CASES])
def test_what_changed_is_told(act: Act) -> None:
    before = state(next(one[1] for one in CASES if one[2] is act))
    outcome = apply(operation(act), before, POLICIES)
    assert isinstance(outcome, Outcome)
    assert outcome.changes.leads == (frozenset({"l"}) if outcome.state.leads != before.leads else frozenset())
    assert not outcome.changes.accounts and not outcome.changes.persons
    assert outcome.changes.queue == bool(outcome.changes.leads)


# --- reject ---------------------------------------------------------------------------------------------------------

ELEMENTS = {
    RejectReason.BUDGET: BantElement.BUDGET,
    RejectReason.AUTHORITY: BantElement.AUTHORITY,
    RejectReason.NEED: BantElement.NEED,
    RejectReason.TIMING: BantElement.TIMING,
}


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejection_has_a_reason_that_marketing_reads(reason: RejectReason) -> None:
    before = replace(PROMISED, meeting_at=NOW + DAY)
    if reason is RejectReason.NOT_REACHED:
        tries = tuple(Attempt(op=f"o{n}", at=NOW, by=f"u{n}", outcome=CallOutcome.NO_ANSWER) for n in range(5))
        before = replace(before, attempts=tries)
    act = Reject(lead="l", reason=reason, text="sanat", until=NOW + 90 * DAY)
    after = done(act, state(before)).leads["l"]
    element = ELEMENTS.get(reason)
    assert after.bant == ((mark(element, BantValue.NO, "sanat"),) if element else ())
    assert (after.state, after.reject_reason, after.reject_text) == (LeadState.REJECTED, reason, "sanat")
    assert (after.decided_at, after.closed_at, after.nurture_until) == (NOW, NOW, NOW + 90 * DAY)
    assert (after.callback_at, after.snoozed_until, after.meeting_at) == (None, None, None)
    assert after.pauses == CLOSED_PAUSE


@pytest.mark.parametrize("tried", range(5))
def test_not_reached_waits_for_as_many_attempts_as_agreed(tried: int) -> None:
    early = Attempt(op="before", at=NOW - DAY, by="u", outcome=CallOutcome.NO_ANSWER)
    tries = (early, *(Attempt(op=f"o{n}", at=NOW, by="u", outcome=CallOutcome.NO_ANSWER) for n in range(tried)))
    told = refused(Reject(lead="l", reason=RejectReason.NOT_REACHED), state(replace(PROMISED, attempts=tries)))
    assert (told.reason, told.values) == ("too-few-attempts", {"attempts": tried, "agreed": 5})


def test_only_a_reason_that_the_lead_s_own_version_lists() -> None:
    agreed = replace(POLICY.agreement, reasons=(RejectReason.NEED, RejectReason.OTHER))
    policies = Policies({1: POLICY, 2: replace(POLICY, version=2, agreement=agreed)})
    act = Reject(lead="l", reason=RejectReason.BUDGET)
    told = apply(operation(act), state(replace(TAKEN, policy=2)), policies)
    assert isinstance(told, Refused)
    assert (told.reason, told.values) == ("reason-not-agreed", {"reason": "budget", "expected": ["need", "other"]})
    assert isinstance(apply(operation(act), state(TAKEN), policies), Outcome)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_another_reason_needs_words(text: str) -> None:
    assert refused(Reject(lead="l", reason=RejectReason.OTHER, text=text), state(TAKEN)).reason == "other-needs-text"
    assert done(Reject(lead="l", reason=RejectReason.OTHER, text="muu"), state(TAKEN)).leads["l"].reject_text == "muu"


# --- a lead typed in ------------------------------------------------------------------------------------------------

COMPANY = CompanyPart(name="Uusi Oy", business_id="1234567-1", facts=(("employees", "40"),))
CONTACT = PersonPart(name="Aino Virtanen", phone="+358401234567")


def test_a_lead_typed_in_makes_the_account_the_person_and_the_lead() -> None:
    act = CreateLead(lead="l", person="p", company=COMPANY, contact=CONTACT, theme="huolto", channel="phone")
    after = done(act, State())
    assert after.account is not None
    assert (after.account.id, after.account.name, after.account.business_id) == ("a", "Uusi Oy", "1234567-1")
    assert {(one.key, one.value, one.source) for one in after.account.facts} == {
        ("name", "Uusi Oy", Source.SALES),
        ("business_id", "1234567-1", Source.SALES),
        ("employees", "40", Source.SALES),
    }
    assert (after.persons["p"].name, after.persons["p"].phone) == (CONTACT.name, CONTACT.phone)
    assert after.leads["l"] == Lead(
        id="l", account="a", person="p", theme="huolto", channel="phone", owner="rep", created_at=NOW, created_by="rep"
    )


def test_a_contact_request_typed_in_is_offered_at_once_and_counted() -> None:
    after = done(CreateLead(lead="l", lead_kind=LeadKind.HAND_RAISER, company=COMPANY), State()).leads["l"]
    assert (after.state, after.offered_at, after.owner) == (LeadState.OFFERED, NOW, "")
    assert after.tally == (DayCount(event="contact-request", day=TODAY, count=1),)


def test_what_marketing_verified_waits_for_an_offer() -> None:
    after = done(CreateLead(lead="l", lead_kind=LeadKind.VERIFIED, company=COMPANY), State()).leads["l"]
    assert (after.state, after.offered_at, after.owner) == (LeadState.NEW, None, "")


def test_a_contact_without_an_id_gets_one_that_follows_from_the_operation() -> None:
    act = CreateLead(lead="l", company=COMPANY, contact=CONTACT)
    first, again = done(act, State()), done(act, State())
    person = first.leads["l"].person
    assert first.persons[person].name == CONTACT.name
    assert again == first


def test_a_lead_on_a_known_account_keeps_what_is_known() -> None:
    before = state(TAKEN)
    after = done(CreateLead(lead="l2", person="p", theme="toinen"), before)
    assert (after.account, after.persons, after.leads["l"]) == (before.account, before.persons, TAKEN)
    assert after.leads["l2"].person == "p"


# --- facts that an answer or a person states ------------------------------------------------------------------------


def test_an_answer_becomes_the_fact_its_question_names() -> None:
    after = done(Answer(lead="l", question="contract_ends", value="2027-03"), state(TAKEN))
    assert after.account is not None
    (stated,) = after.account.facts
    assert (stated.key, stated.value, stated.source, stated.by, stated.at, stated.op) == (
        "contract_ends", "2027-03", Source.SALES, "rep", NOW, "op-1",
    )  # fmt: skip


def test_a_fact_says_when_it_was_filled_in() -> None:
    after = done(SetFact(key="employees", value="40", as_of=date(2026, 1, 31)), state())
    assert after.account is not None
    assert after.account.facts[0].at == datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_fact_of_a_person_leaves_the_account() -> None:
    after = done(SetFact(key="title", value="Ostaja", person="p"), state())
    assert (after.account, after.persons["p"].title) == (ACCOUNT, "Ostaja")


# --- refusals -------------------------------------------------------------------------------------------------------

REFUSALS: list[tuple[str, Act]] = [
    ("no-such-lead", Take(lead="gone")),
    ("no-such-lead", LogCall(lead="gone", outcome=CallOutcome.REACHED)),
    ("no-such-lead", Note(lead="gone", text="x")),
    ("no-such-lead", Answer(lead="gone", question="bant.need", value="yes")),
    ("no-such-lead", SetStage(lead="gone", stage=BuyingStage.NEED)),
    ("no-such-lead", Accept(lead="")),
    ("no-such-lead", CreateLead(lead="", company=COMPANY)),
    ("lead-exists", CreateLead(lead="l", company=COMPANY)),
    ("no-such-person", CreateLead(lead="l2", person="gone")),
    ("no-such-person", SetFact(key="title", value="x", person="gone")),
    ("fact-needs-key", SetFact(key="  ", value="x")),
    ("account-needs-name", SetFact(key="name", value=" ")),
    ("call-back-needs-time", LogCall(lead="l", outcome=CallOutcome.CALL_BACK)),
    ("note-needs-text", Note(lead="l", text=" \n ")),
    ("answer-needs-question", Answer(lead="l", question=" ", value="x")),
    ("bant-value", Answer(lead="l", question="bant.need", value="maybe")),
    ("bant-element", Answer(lead="l", question="bant.mood", value="yes")),
    ("hand-over-needs-user", HandOver(lead="l", to="")),
]


@pytest.mark.parametrize(("reason", "act"), REFUSALS, ids=[f"{reason}-{act.kind}" for reason, act in REFUSALS])
def test_what_cannot_be_is_refused_with_the_reason(reason: str, act: Act) -> None:
    assert refused(act, state(TAKEN)).reason == reason


def test_an_account_that_is_not_there_takes_nothing() -> None:
    assert refused(SetFact(key="employees", value="1"), State()).reason == "no-such-account"
    assert refused(CreateLead(lead="l"), State()).reason == "account-needs-name"
    assert refused(CreateLead(lead="l", company=CompanyPart(phone="+358401")), State()).reason == "account-needs-name"
    assert done(CreateLead(lead="l", company=CompanyPart(business_id="1234567-1")), State()).account is not None


def test_attempts_stand_in_the_order_of_their_instants() -> None:
    first = done(call(CallOutcome.REACHED), state(TAKEN), at=NOW)
    late = done(call(CallOutcome.NO_ANSWER), first, at=NOW - HOUR).leads["l"]
    assert [one.outcome for one in late.attempts] == [CallOutcome.NO_ANSWER, CallOutcome.REACHED]
