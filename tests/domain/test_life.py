"""The life of a lead: every act in every state, who may, and which clocks it starts and stops."""

import pytest

from leaddesk.domain import lead as life
from leaddesk.domain import sla
from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome
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
    Lost,
    Note,
    Offer,
    Reject,
    ReturnToNurture,
    SetStage,
    Snooze,
    Take,
    Won,
)
from leaddesk.domain.words import BuyingStage, CallOutcome, Clock, LeadKind, LeadState, RejectReason
from tests.domain.scene import DAY, HOUR, NOW, POLICIES, POLICY, done, lead, operation, refused, state

ACTS: dict[str, Act] = {
    one.kind: one
    for one in (
        Offer(lead="l"),
        Take(lead="l"),
        Assign(lead="l", owner="rep2"),
        HandOver(lead="l", to="rep2"),
        LogCall(lead="l", outcome=CallOutcome.REACHED),
        BookMeeting(lead="l", starts=NOW + DAY),
        LogMeeting(lead="l", held=NOW - HOUR),
        Accept(lead="l"),
        Reject(lead="l", reason=RejectReason.NEED),
        ReturnToNurture(lead="l", until=NOW + DAY),
        Snooze(lead="l", until=NOW + DAY),
        Callback(lead="l", at_time=NOW + DAY),
        Won(lead="l"),
        Lost(lead="l"),
        Note(lead="l", text="x"),
        Answer(lead="l", question="bant.need", value="yes"),
        SetStage(lead="l", stage=BuyingStage.NEED),
    )
}

ORDER = "new offered taken accepted nurture rejected won lost".split()

#: For each act the state that follows in each state of ORDER; a dot where the act cannot come.
TABLE = {
    "offer":             "offered  .        .        .        offered  offered  offered offered",
    "take":              "taken    taken    .        .        taken    .        .       .",
    "assign":            "new      offered  taken    accepted nurture  .        .       .",
    "hand-over":         ".        taken    taken    accepted .        .        .       .",
    "log-call":          "taken    taken    taken    accepted taken    rejected won     lost",
    "book-meeting":      "taken    taken    taken    accepted taken    .        .       .",
    "log-meeting":       "taken    taken    taken    accepted taken    rejected won     lost",
    "accept":            "accepted accepted accepted .        .        .        .       .",
    "reject":            "rejected rejected rejected rejected .        .        .       .",
    "return-to-nurture": "nurture  nurture  nurture  nurture  .        .        .       .",
    "snooze":            "new      offered  taken    accepted nurture  .        .       .",
    "callback":          "new      offered  taken    accepted nurture  .        .       .",
    "won":               ".        .        .        won      .        .        .       .",
    "lost":              ".        .        .        lost     .        .        .       .",
    "note":              "new      offered  taken    accepted nurture  rejected won     lost",
    "answer":            "new      offered  taken    accepted nurture  rejected won     lost",
    "set-stage":         "new      offered  taken    accepted nurture  rejected won     lost",
}  # fmt: skip

CELLS = [(act, was, now) for act, row in TABLE.items() for was, now in zip(ORDER, row.split(), strict=True)]


@pytest.mark.parametrize(("act", "was", "now"), CELLS, ids=[f"{act}-{was}" for act, was, _ in CELLS])
def test_every_act_in_every_state(act: str, was: str, now: str) -> None:
    before = state(lead(LeadState(was)))
    if now == ".":
        why = refused(ACTS[act], before)
        assert why.reason in ("not-in-this-state", "already-accepted", "already-rejected", "already-taken")
        assert why.values["state"] == was
    else:
        assert done(ACTS[act], before).leads["l"].state.value == now


def test_the_table_knows_every_act_that_moves_a_lead() -> None:
    assert set(life.STEPS) <= set(TABLE)
    assert {LeadState(one) for one in ORDER} == set(LeadState)


@pytest.mark.parametrize(
    ("act", "was", "reason"),
    [
        ("accept", "accepted", "already-accepted"),
        ("take", "accepted", "already-accepted"),
        ("take", "taken", "already-taken"),
        ("accept", "rejected", "already-rejected"),
        ("reject", "rejected", "already-rejected"),
        ("won", "taken", "not-in-this-state"),
        ("won", "won", "not-in-this-state"),
    ],
)
def test_a_refusal_says_what_was_before(act: str, was: str, reason: str) -> None:
    why = refused(ACTS[act], state(lead(LeadState(was))))
    assert why.reason == reason
    assert why.values["owner"] == "rep"


# --- who ------------------------------------------------------------------------------------------------------------

OWNED = ["take", "hand-over", "accept", "reject", "return-to-nurture"]


@pytest.mark.parametrize("act", OWNED)
def test_what_somebody_else_was_offered_is_his(act: str) -> None:
    before = state(lead(LeadState.OFFERED, owner="rep2"))
    assert refused(ACTS[act], before).reason == "owned-by-other"
    assert refused(ACTS[act], before).values["owner"] == "rep2"


@pytest.mark.parametrize("act", ["won", "lost", "reject", "hand-over"])
def test_what_somebody_else_accepted_is_his(act: str) -> None:
    assert refused(ACTS[act], state(lead(LeadState.ACCEPTED)), by="rep2").reason == "owned-by-other"


@pytest.mark.parametrize("act", ["log-call", "book-meeting", "log-meeting", "note", "answer", "snooze", "callback"])
@pytest.mark.parametrize("was", ["offered", "taken", "accepted"])
def test_capture_on_somebody_elses_lead_leaves_it_his(act: str, was: str) -> None:
    after = done(ACTS[act], state(lead(LeadState(was), owner="rep2")), by="phone").leads["l"]
    assert after.owner == "rep2"


@pytest.mark.parametrize("act", ["take", "accept"])
@pytest.mark.parametrize("was", ["new", "nurture"])
def test_who_claims_a_lead_nobody_works_has_it(act: str, was: str) -> None:
    before = state(lead(LeadState(was), owner="rep2"))
    if (act, was) == ("accept", "nurture"):
        assert refused(ACTS[act], before).reason == "not-in-this-state"
    else:
        assert done(ACTS[act], before).leads["l"].owner == "rep"


def test_a_lead_that_is_taken_on_the_way_was_taken_then() -> None:
    after = done(ACTS["accept"], state(lead(LeadState.OFFERED))).leads["l"]
    assert (after.taken_at, after.decided_at, after.owner) == (NOW, NOW, "rep")


@pytest.mark.parametrize("act", ["take", "accept", "reject", "return-to-nurture"])
def test_marketing_has_to_offer_what_it_verified(act: str) -> None:
    before = state(lead(LeadState.NEW, LeadKind.VERIFIED))
    assert refused(ACTS[act], before).reason == "not-offered"


@pytest.mark.parametrize("act", ["log-call", "book-meeting"])
def test_a_call_on_a_lead_marketing_has_not_offered_takes_nothing(act: str) -> None:
    assert done(ACTS[act], state(lead(LeadState.NEW, LeadKind.VERIFIED))).leads["l"].state is LeadState.NEW


# --- clocks ---------------------------------------------------------------------------------------------------------

RUNNING = {
    "offer": {Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION},
    "take": {Clock.FIRST_ATTEMPT, Clock.DECISION},
    "assign": {Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION},
    "hand-over": {Clock.FIRST_ATTEMPT, Clock.DECISION},
    "log-call": {Clock.DECISION},
    "book-meeting": {Clock.FIRST_ATTEMPT, Clock.DECISION},
    "log-meeting": {Clock.DECISION},
    "accept": {Clock.FIRST_ATTEMPT},
    "reject": set(),
    "return-to-nurture": set(),
    "snooze": {Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION},
    "note": {Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION},
}


@pytest.mark.parametrize("act", RUNNING)
def test_which_clocks_run_after(act: str) -> None:
    was = LeadState.NEW if act == "offer" else LeadState.OFFERED
    before = state(lead(was, LeadKind.HAND_RAISER))
    after = done(ACTS[act], before).leads["l"]
    assert {one.clock for one in sla.running(after, POLICY)} == RUNNING[act]


@pytest.mark.parametrize("act", [one for one in RUNNING if one in life.STEPS])
def test_the_table_of_the_lead_says_so_too(act: str) -> None:
    """The clocks of ``STEPS``, asked of what in fact runs."""
    rule = life.STEPS[act]
    every = {Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION}
    assert every - set(rule.stops) - ({Clock.TAKE} if rule.takes else set()) == RUNNING[act]
    assert rule.starts <= RUNNING[act]


def test_an_offer_begins_anew_and_pins_the_policy() -> None:
    before = state(lead(LeadState.REJECTED, reject_reason=RejectReason.NEED, reject_text="x", nurture_until=NOW))
    outcome = apply(operation(Offer(lead="l", owner="rep2"), by="marketer", policy=7), before, POLICIES)
    assert isinstance(outcome, Outcome)
    after = outcome.state.leads["l"]
    assert (after.state, after.offered_at, after.policy, after.owner) == (LeadState.OFFERED, NOW, 7, "rep2")
    assert (after.taken_at, after.decided_at, after.reject_reason, after.reject_text) == (None, None, None, "")
    assert after.nurture_until is None
