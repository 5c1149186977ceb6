"""An objection wins over everything: whom it covers, what it forbids, and how it is lifted."""

from dataclasses import replace

import pytest

from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    BookMeeting,
    Callback,
    CreateLead,
    LogCall,
    Note,
    Objection,
    Offer,
    Reject,
    RevokeObjection,
    SetFact,
    Take,
)
from leaddesk.domain.privacy import objection_on
from leaddesk.domain.standing import standing
from leaddesk.domain.state import ObjectionMark, State
from leaddesk.domain.words import CallOutcome, Lane, LeadKind, LeadState, ObjectionScope
from tests.domain.scene import ACCOUNT, DAY, NOW, PERSON, POLICIES, done, lead, refused, state

OTHER = replace(PERSON, id="p2", name="Onni Niemi", phone="+358407654321")
SAME_NUMBER = replace(PERSON, id="p3", name="Vaihde")
UNNAMED = lead(id="unnamed", person="")
SWITCHBOARD = replace(ACCOUNT, phone="+358201234567")


def leads() -> State:
    """Leads of a person, of another, of one with the first one's number, and one whose person is unnamed."""
    persons = (PERSON, OTHER, SAME_NUMBER)
    return state(
        lead(), lead(id="l2", person="p2"), lead(id="l3", person="p3"), UNNAMED, account=SWITCHBOARD, persons=persons
    )


COVERS: list[tuple[str, Objection, set[str]]] = [
    ("a person", Objection(lead="l"), {"l"}),
    ("a person by name", Objection(person="p2"), {"l2"}),
    ("a number: whoever has it", Objection(lead="l", scope=ObjectionScope.NUMBER), {"l", "l3"}),
    ("the company: everybody", Objection(lead="l", scope=ObjectionScope.COMPANY), {"l", "l2", "l3", "unnamed"}),
    ("an unnamed person: the company", Objection(lead="unnamed"), {"l", "l2", "l3", "unnamed"}),
    ("the switchboard", Objection(lead="unnamed", scope=ObjectionScope.NUMBER), {"unnamed"}),
    ("nobody named: the company", Objection(), {"l", "l2", "l3", "unnamed"}),
]


@pytest.mark.parametrize(("act", "covered"), [one[1:] for one in COVERS], ids=[one[0] for one in COVERS])
def test_whom_it_covers(act: Objection, covered: set[str]) -> None:
    after = done(act, leads())
    assert {one.id for one in after.leads.values() if objection_on(one, after) is not None} == covered
    assert after.account is not None
    for one in after.leads.values():
        # The queue sees it too, with nothing but the lead's own person at hand.
        place = standing(one, after.account, after.persons.get(one.person), POLICIES, NOW)
        assert (place.reason == "out-objection") == (one.id in covered)
        assert (place.lane is Lane.OUT) == (one.id in covered)


def test_it_keeps_who_said_it_when_and_how() -> None:
    after = done(Objection(lead="l", how="puhelimessa"), leads(), by="phone")
    assert after.persons["p"].objections == (
        ObjectionMark(id="op-1", scope=ObjectionScope.PERSON, at=NOW, by="phone", how="puhelimessa"),
    )


@pytest.mark.parametrize("outcome", [CallOutcome.REACHED, CallOutcome.CALL_BACK, CallOutcome.NOT_NOW])
def test_a_call_all_the_same_is_kept_and_leads_to_nothing(outcome: CallOutcome) -> None:
    before = done(Objection(lead="l"), state(lead(owner="")))
    after = done(LogCall(lead="l", outcome=outcome, until=NOW + DAY), before)
    was, now = before.leads["l"], after.leads["l"]
    assert (now.state, now.owner, now.callback_at, now.nurture_until) == (was.state, was.owner, None, None)
    assert [one.outcome for one in now.attempts] == [outcome]


def test_said_again_it_changes_nothing() -> None:
    first = done(Objection(lead="l"), leads())
    assert done(Objection(person="p"), first) == first


def test_a_new_number_does_not_lift_the_old_ones_objection() -> None:
    after = done(Objection(lead="l", scope=ObjectionScope.NUMBER), leads())
    after = done(SetFact(key="phone", value="+358405555555", person="p"), after)
    assert objection_on(after.leads["l"], after) is not None


FORBIDDEN: list[tuple[LeadState, Act]] = [
    (LeadState.NEW, Offer(lead="l")),
    (LeadState.OFFERED, Take(lead="l")),
    (LeadState.TAKEN, Accept(lead="l")),
    (LeadState.ACCEPTED, BookMeeting(lead="l", starts=NOW + DAY)),
    (LeadState.TAKEN, Callback(lead="l", at_time=NOW + DAY)),
]


@pytest.mark.parametrize(("was", "act"), FORBIDDEN, ids=[act.kind for _, act in FORBIDDEN])
def test_what_leads_to_contact_is_refused(was: LeadState, act: Act) -> None:
    before = state(lead(was))
    done(act, before)
    assert refused(act, done(Objection(lead="l"), before)).reason == "objection"


@pytest.mark.parametrize(
    "act",
    [
        Note(lead="l", text="x"),
        Answer(lead="l", question="bant.need", value="no"),
        LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NOW + DAY),
        Reject(lead="l", reason="need"),  # type: ignore[arg-type]
    ],
    ids=["note", "answer", "call", "reject"],
)
def test_what_happened_is_kept_and_lifts_nothing(act: Act) -> None:
    """A call that was made was made; no outcome of it overrides the objection."""
    after = done(act, done(Objection(lead="l"), state(lead(LeadState.TAKEN))))
    assert objection_on(after.leads["l"], after) is not None
    assert standing(after.leads["l"], ACCOUNT, after.persons["p"], POLICIES, NOW + 9 * DAY).lane is Lane.OUT


def test_a_contact_request_of_one_who_objected_starts_no_clock() -> None:
    before = done(Objection(lead="l"), state(lead()))
    after = done(CreateLead(lead="l2", person="p", lead_kind=LeadKind.HAND_RAISER), before)
    assert (after.leads["l2"].state, after.leads["l2"].offered_at) == (LeadState.NEW, None)


# --- revocation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ObjectionScope)
def test_it_is_lifted_wholly_with_a_reason(scope: ObjectionScope) -> None:
    before = leads()
    after = done(Objection(lead="l", scope=scope), before)
    lifted = done(RevokeObjection(objection="op-1", reason="pyysi kirjallisesti"), after, by="manager")
    assert lifted == before


@pytest.mark.parametrize("reason", ["", " \t"])
def test_it_is_not_lifted_without_a_reason(reason: str) -> None:
    before = done(Objection(lead="l"), leads())
    assert refused(RevokeObjection(objection="op-1", reason=reason), before).reason == "revoke-needs-reason"


def test_one_lifted_leaves_the_others() -> None:
    before = done(Objection(lead="l2"), leads())
    company = ObjectionMark(id="x", scope=ObjectionScope.COMPANY, at=NOW, by="")
    before = replace(before, account=replace(SWITCHBOARD, objections=(company,)))
    after = done(RevokeObjection(objection="x", reason="y"), before)
    assert {one.id for one in after.leads.values() if objection_on(one, after)} == {"l2"}


REFUSED: list[tuple[str, Act, State]] = [
    ("no-such-objection", RevokeObjection(objection="gone", reason="x"), leads()),
    ("no-such-objection", RevokeObjection(objection="gone", reason="x"), State()),
    ("no-such-account", Objection(), State()),
    ("no-such-lead", Objection(lead="gone"), leads()),
    ("no-such-person", Objection(person="gone"), leads()),
]


@pytest.mark.parametrize(("reason", "act", "before"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_there_is_refused(reason: str, act: Act, before: State) -> None:
    assert refused(act, before).reason == reason
