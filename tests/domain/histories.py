"""Random histories of one account: what several users do to a few leads, possible or not."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from leaddesk.domain.operation import (
    Accept,
    Act,
    ActivityPart,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    CompanyPart,
    CreateLead,
    Erase,
    EventPart,
    HandOver,
    ImportRow,
    LeadPart,
    LogCall,
    LogMeeting,
    Lost,
    Note,
    Objection,
    Offer,
    PersonPart,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    Row,
    SetFact,
    SetStage,
    Snooze,
    Take,
    Undo,
    Won,
)
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    ObjectionScope,
    RejectReason,
    Source,
    Telephony,
)
from tests.domain.scene import NOW

USERS = ["rep", "rep2", "phone", "marketer", "manager"]
LEADS = ["l", "l2", "l3"]
PERSONS = ["p", "p2"]
COMPANY = CompanyPart(name="Kuusikon Saha Oy", phone="+358201234567")
NUMBERS = ["+358401111111", "+358402222222", "+358201234567", ""]

#: The first lead is there from the beginning; the others when somebody has made them.
_lead = st.sampled_from(["l", "l", *LEADS])
_text = st.sampled_from(["", "x", "soitetaan syksyllä", "<b>😀</b>"])
_user = st.sampled_from(USERS)


def times(least: int = -3 * 1440, most: int = 120 * 1440) -> st.SearchStrategy[datetime]:
    """Instants around the history, to the minute: some past, most to come."""
    return st.integers(least, most).map(lambda minutes: NOW + timedelta(minutes=minutes))


_bant = st.lists(st.tuples(st.sampled_from(BantElement), st.sampled_from(BantValue)), max_size=2).map(tuple)
_fact = st.one_of(
    st.tuples(st.just("tier"), st.sampled_from(["A", "B", ""])),
    st.tuples(st.just("employees"), st.sampled_from(["4", "40", "400", "x", ""])),
    st.tuples(st.just("industry"), st.sampled_from(["16101", "68202", ""])),
    st.tuples(
        st.just("contract_ends"), st.sampled_from(["2026-11", "2026-12-24", "2027", "2027-02", "9999-12-31", "x"])
    ),
    st.tuples(st.just("phone"), st.sampled_from(NUMBERS)),
)
_event = st.sampled_from(
    ["contact-request", "guide-download", "site-visit", "touch-out", "unsubscribe", "trigger", "not-interested"]
)


@st.composite
def rows(draw: st.DrawFn) -> ImportRow:
    """One imported row on this account."""
    part = draw(st.sampled_from(["company", "person", "lead", "event", "activity"]))
    row = Row(
        number=2,
        company=CompanyPart(external_id="c", name=draw(st.sampled_from(["Kuusikon Saha Oy", "As Oy Kuusikko", "KSO"]))),
        person=PersonPart(name="Aino", phone=draw(st.sampled_from(NUMBERS))) if part == "person" else None,
        lead=LeadPart(external_id="x", lead_kind=draw(st.sampled_from([None, *LeadKind]))) if part == "lead" else None,
        event=EventPart(event=draw(_event), at=draw(times(-60 * 1440, 0))) if part == "event" else None,
        activity=ActivityPart(
            activity=draw(st.sampled_from(["call", "meeting", "email"])),
            at=draw(times(-60 * 1440, 0)),
            outcome=draw(st.sampled_from(["reached", "no-answer"])),
        )
        if part == "activity"
        else None,
    )
    person = draw(st.sampled_from(PERSONS)) if part == "person" else ""
    return ImportRow(
        import_id="i", file="f", source_name="s", source=Source.PURCHASED, row=row, person=person, lead=draw(_lead)
    )


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(
        CreateLead,
        lead=_lead,
        person=st.sampled_from(["", *PERSONS]),
        lead_kind=st.sampled_from(LeadKind),
        company=st.sampled_from([None, COMPANY]),
        contact=st.sampled_from([None, PersonPart(name="Onni", phone=NUMBERS[0])]),
    ),
    rows(),
    st.builds(
        lambda fact, person: SetFact(key=fact[0], value=fact[1], person=person), _fact, st.sampled_from(["", "p"])
    ),
    st.builds(Offer, lead=_lead, owner=st.sampled_from(["", "rep2"])),
    st.builds(Take, lead=_lead),
    st.builds(Assign, lead=_lead, owner=_user),
    st.builds(HandOver, lead=_lead, to=_user),
    st.builds(
        LogCall,
        lead=_lead,
        outcome=st.sampled_from(CallOutcome),
        telephony=st.sampled_from(Telephony),
        note=_text,
        until=st.one_of(st.none(), times()),
    ),
    st.builds(BookMeeting, lead=_lead, starts=times()),
    st.builds(LogMeeting, lead=_lead, held=times(most=0), took_place=st.booleans()),
    st.builds(Note, lead=_lead, text=_text),
    st.builds(
        Answer,
        lead=_lead,
        question=st.sampled_from(["bant.need", "contract_ends", "supplier_satisfaction", "mood"]),
        value=st.sampled_from(["yes", "unhappy", "2027-01", "happy"]),
    ),
    st.builds(Accept, lead=_lead, bant=_bant),
    st.builds(Reject, lead=_lead, reason=st.sampled_from(RejectReason), text=_text),
    st.builds(ReturnToNurture, lead=_lead, until=st.one_of(st.none(), times())),
    st.builds(Snooze, lead=_lead, until=times()),
    st.builds(Callback, lead=_lead, at_time=st.one_of(st.none(), times())),
    st.builds(Won, lead=_lead),
    st.builds(Lost, lead=_lead),
    st.builds(SetStage, lead=_lead, stage=st.sampled_from(BuyingStage)),
    st.builds(Objection, lead=st.sampled_from(["", *LEADS]), scope=st.sampled_from(ObjectionScope)),
    st.builds(Erase, person=st.sampled_from(PERSONS), ground=st.just("pyysi")),
    st.builds(RevokeObjection, objection=st.integers(1, 12).map("op-{:04}".format), reason=_text),
)

#: One step: who, what, and minutes since the step before.
Step = tuple[str, Act, int]

_minutes = st.integers(0, 3 * 1440)
_undo = st.builds(Undo, operation=st.integers(1, 12).map("op-{:04}".format))

#: Every history begins with the account being there.
BEGIN: list[Step] = [
    ("rep", CreateLead(lead="l", person="p", company=COMPANY, contact=PersonPart(name="Aino", phone=NUMBERS[0])), 0)
]
STEPS = st.lists(st.tuples(_user, ACTS, _minutes), min_size=6, max_size=25).map(BEGIN.__add__)
STEPS_WITH_UNDO = st.lists(st.tuples(_user, st.one_of(ACTS, ACTS, ACTS, _undo), _minutes), min_size=6, max_size=25).map(
    BEGIN.__add__
)
