"""An undo restores exactly, or is refused with the reason."""

from dataclasses import replace

import pytest

from leaddesk.domain.apply import apply, fold
from leaddesk.domain.changes import Outcome, Refused
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    Assign,
    BookMeeting,
    Callback,
    HandOver,
    LogCall,
    LogMeeting,
    Note,
    Objection,
    Offer,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    SetFact,
    SetStage,
    Snooze,
    Take,
    Undo,
)
from leaddesk.domain.state import State
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    LeadState,
    ObjectionScope,
    RejectReason,
)
from tests.domain.scene import DAY, HOUR, NOW, POLICIES, Scene, operation


def begun(kind: LeadKind = LeadKind.HAND_RAISER) -> Scene:
    scene = Scene()
    scene.begin(kind, by="marketer")
    return scene


def why(outcome: Outcome | Refused) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


ACTS: list[Act] = [
    Take(lead="l"),
    Assign(lead="l", owner="rep2"),
    HandOver(lead="l", to="rep2"),
    LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NOW + DAY),
    LogCall(lead="l", outcome=CallOutcome.NOT_INTERESTED),
    LogCall(lead="l", outcome=CallOutcome.NOT_NOW, until=NOW + DAY),
    BookMeeting(lead="l", starts=NOW + DAY),
    LogMeeting(lead="l", held=NOW),
    Note(lead="l", text="x"),
    Answer(lead="l", question="bant.need", value="yes"),
    Answer(lead="l", question="contract_ends", value="2027-03"),
    Accept(lead="l", bant=((BantElement.NEED, BantValue.YES),)),
    Reject(lead="l", reason=RejectReason.BUDGET),
    ReturnToNurture(lead="l", until=NOW + DAY),
    Snooze(lead="l", until=NOW + DAY),
    Callback(lead="l", at_time=NOW + DAY),
    SetStage(lead="l", stage=BuyingStage.NEED),
    SetFact(key="employees", value="40"),
    SetFact(key="phone", value="+358409999999", person="p"),
]


@pytest.mark.parametrize("act", ACTS, ids=[f"{n}-{one.kind}" for n, one in enumerate(ACTS)])
def test_the_latest_act_is_undone_exactly(act: Act) -> None:
    scene = begun()
    before = scene.known
    outcome = scene.do(Undo(operation=scene.must(act)))
    assert isinstance(outcome, Outcome)
    assert scene.known == before
    assert (outcome.notice, outcome.undone) == ("undone", (("op-0002", 0),))
    # The leads it names are those that another screen must read again.
    assert bool(outcome.changes) == (not isinstance(act, Note))


def test_the_first_act_is_undone_to_nothing() -> None:
    scene = Scene()
    scene.must(Undo(operation=scene.begin()))
    assert scene.known == State()


def test_one_after_the_other_back_to_the_beginning() -> None:
    """An undo stands in the history like any act; the next one is not in its way."""
    scene = begun()
    seen, made = [scene.known], []
    for act in (Take(lead="l"), LogCall(lead="l", outcome=CallOutcome.NO_ANSWER), Accept(lead="l")):
        made.append(scene.must(act))
        seen.append(scene.known)
    for one in reversed(made):
        seen.pop()
        scene.must(Undo(operation=one))
        assert scene.known == seen[-1]


def test_what_is_between_stays() -> None:
    scene = begun()
    scene.must(Take(lead="l"))
    call = scene.must(LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NOW + 2 * HOUR))
    scene.must(Answer(lead="l", question="bant.need", value="yes"), by="phone")
    scene.must(Undo(operation=call))
    assert (scene.lead.attempts, scene.lead.callback_at, scene.lead.pauses) == ((), None, ())
    assert [one.by for one in scene.lead.bant] == ["phone"]
    assert scene.lead.state is LeadState.TAKEN


def test_undone_is_undone_once() -> None:
    scene = begun()
    taken = scene.must(Take(lead="l"))
    scene.must(Undo(operation=taken))
    assert why(scene.do(Undo(operation=taken))) == "nothing-to-undo"
    assert why(scene.do(Undo(operation="op-0003"))) == "cannot-be-undone"
    assert why(scene.do(Undo(operation="gone"))) == "nothing-to-undo"


def test_only_ones_own_act_can_be_undone() -> None:
    scene = begun()
    taken = scene.must(Take(lead="l"))
    outcome = scene.do(Undo(operation=taken), by="rep2")
    assert why(outcome) == "not-yours-to-undo"


def test_without_its_history_nothing_is_undone() -> None:
    outcome = apply(operation(Undo(operation="op-0001")), begun().known, POLICIES)
    assert why(outcome) == "nothing-to-undo"


DEPENDS: list[tuple[str, list[tuple[Act, str]]]] = [
    ("refused without it, somebody else's", [(Offer(lead="l"), "rep"), (Accept(lead="l"), "rep2")]),
    ("refused without it, one's own", [(Offer(lead="l"), "rep"), (Accept(lead="l"), "rep")]),
    (
        "the call would have taken the lead from nobody",
        [(Take(lead="l"), "rep"), (LogCall(lead="l", outcome=CallOutcome.NO_ANSWER), "phone")],
    ),
    (
        "the meeting would have taken it",
        [(HandOver(lead="l", to="rep2"), "rep"), (BookMeeting(lead="l", starts=NOW + DAY), "phone")],
    ),
]


@pytest.mark.parametrize("acts", [one[1] for one in DEPENDS], ids=[one[0] for one in DEPENDS])
def test_what_something_depends_on_is_not_undone(acts: list[tuple[Act, str]]) -> None:
    scene = begun(LeadKind.VERIFIED)
    if not isinstance(acts[0][0], Offer):
        scene.must(Offer(lead="l"), by="marketer")
    undone = scene.must(acts[0][0], by=acts[0][1])
    scene.must(acts[1][0], by=acts[1][1])
    before = scene.now
    outcome = scene.do(Undo(operation=undone), by=acts[0][1])
    assert isinstance(outcome, Refused)
    assert outcome.reason == "undo-depends"
    assert (outcome.values["act"], outcome.values["by"]) == (acts[1][0].kind, acts[1][1])
    assert scene.now == before


def test_ones_own_later_act_finds_its_own_way() -> None:
    """The rep took the lead and called; without the first step the call takes the lead on the way."""
    scene = begun()
    taken = scene.must(Take(lead="l"))
    scene.must(LogCall(lead="l", outcome=CallOutcome.NO_ANSWER))
    scene.must(Undo(operation=taken))
    assert (scene.lead.state, scene.lead.owner) == (LeadState.TAKEN, "rep")
    assert scene.lead.taken_at == scene.lead.attempts[0].at


def test_after_the_later_one_is_undone_the_earlier_can_be() -> None:
    scene = begun()
    taken = scene.must(Take(lead="l"))
    call = scene.must(LogCall(lead="l", outcome=CallOutcome.NO_ANSWER), by="phone")
    assert why(scene.do(Undo(operation=taken))) == "undo-depends"
    scene.must(Undo(operation=call), by="phone")
    scene.must(Undo(operation=taken))
    assert scene.lead.state is LeadState.OFFERED


# --- objections -----------------------------------------------------------------------------------------------------


def test_an_objection_has_no_undo() -> None:
    scene = begun()
    objection = scene.must(Objection(lead="l"))
    assert why(scene.do(Undo(operation=objection))) == "cannot-be-undone"
    revoked = scene.must(RevokeObjection(objection=objection, reason="pyysi itse"), by="manager")
    assert why(scene.do(Undo(operation=revoked), by="manager")) == "cannot-be-undone"


def test_no_undo_makes_an_objection_protect_less() -> None:
    """The number was told after the objection's number came to be known: undoing that would free the number."""
    scene = begun()
    told = scene.must(SetFact(key="phone", value="+358409999999", person="p"))
    scene.must(Objection(lead="l", scope=ObjectionScope.NUMBER))
    outcome = scene.do(Undo(operation=told))
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.values["act"]) == ("undo-depends", "objection")


def test_an_undo_beside_an_objection_leaves_it() -> None:
    scene = begun()
    note = scene.must(Answer(lead="l", question="bant.need", value="yes"))
    scene.must(Objection(lead="l"))
    scene.must(Undo(operation=note))
    assert len(scene.now.persons["p"].objections) == 1


# --- rebuild --------------------------------------------------------------------------------------------------------


def test_a_history_with_undos_folds_to_the_same() -> None:
    scene = begun()
    taken = scene.must(Take(lead="l"))
    scene.must(Note(lead="l", text="x"))
    scene.must(Undo(operation=taken))
    scene.must(Accept(lead="l"))
    assert scene.now.history is not None
    assert fold(scene.now.history, POLICIES) == scene.known


def test_a_history_that_cannot_be_names_where_it_breaks() -> None:
    scene = begun()
    accepted = replace(operation(Accept(lead="gone")), id="bad")
    assert scene.now.history is not None
    broken = fold((*scene.now.history, accepted), POLICIES)
    assert isinstance(broken, tuple)
    assert (broken[0], broken[1].reason) == (accepted, "no-such-lead")
