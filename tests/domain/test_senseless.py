"""What nobody can mean when it is made; and what was once made stands all the same."""

from datetime import timedelta

import pytest

from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome
from leaddesk.domain.limit import senseless
from leaddesk.domain.operation import (
    Act,
    Answer,
    BookMeeting,
    Callback,
    LogCall,
    LogMeeting,
    Reject,
    ReturnToNurture,
    SetFact,
    Snooze,
)
from leaddesk.domain.words import CallOutcome, LeadState, RejectReason
from tests.domain.scene import NOW, POLICIES, POLICY, lead, operation, state

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

NEVER = [
    ("time-is-past", LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NOW - HOUR)),
    ("time-is-past", LogCall(lead="l", outcome=CallOutcome.NOT_NOW, until=NOW - 24 * HOUR)),
    ("time-is-past", Reject(lead="l", reason=RejectReason.TIMING, until=NOW - HOUR)),
    ("time-is-past", ReturnToNurture(lead="l", until=NOW - HOUR)),
    ("time-is-past", Snooze(lead="l", until=NOW - HOUR)),
    ("time-is-past", Callback(lead="l", at_time=NOW - HOUR)),
    ("meeting-is-past", BookMeeting(lead="l", starts=NOW - HOUR)),
    ("meeting-lies-ahead", LogMeeting(lead="l", held=NOW + HOUR)),
    ("fact-needs-date", SetFact(key="contract_ends", value="30.2.2026")),
    ("fact-needs-date", SetFact(key="contract_ends", value="2026-02-30")),
    ("fact-needs-date", SetFact(key="buying_window_start", value="9999-01")),
    ("question-unknown", Answer(lead="l", question="favourite-colour", value="blue")),
]

OFTEN: list[Act] = [
    LogMeeting(lead="l", held=NOW - 72 * HOUR),
    LogMeeting(lead="l", held=NOW + HOUR, took_place=False),
    LogMeeting(lead="l", held=NOW + MINUTE),
    BookMeeting(lead="l", starts=NOW - MINUTE),
    LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NOW - MINUTE),
    LogCall(lead="l", outcome=CallOutcome.REACHED),
    # What is typed at nine for nine is a moment late when it is made.
    Snooze(lead="l", until=NOW),
    Callback(lead="l", at_time=NOW - MINUTE),
    Callback(lead="l", at_time=None),
    *(
        SetFact(key="contract_ends", value=one)
        for one in ("2027-03-31", "2027-03", "2027", "toistaiseksi", "Q3/2027", "")
    ),
    SetFact(key="budget_cycle", value="30.2."),
    Answer(lead="l", question="bant.budget", value="yes"),
    *(Answer(lead="l", question=one.key, value="x") for one in POLICY.script),
]


@pytest.mark.parametrize(("reason", "act"), NEVER, ids=lambda one: one if isinstance(one, str) else one.kind)
def test_what_nobody_can_mean_has_a_reason(reason: str, act: Act) -> None:
    told = senseless(operation(act), POLICIES)
    assert told is not None and told.reason == reason


@pytest.mark.parametrize("act", OFTEN, ids=lambda one: one.kind)
def test_what_happens_every_day_is_let_through(act: Act) -> None:
    assert POLICY.script
    assert senseless(operation(act), POLICIES) is None


def test_an_unknown_question_is_told_with_those_there_are() -> None:
    told = senseless(operation(Answer(lead="l", question="colour", value="blue")), POLICIES)
    assert told is not None
    assert told.values["expected"] == [*(one.key for one in POLICY.script), "bant.budget", "bant.authority",
                                       "bant.need", "bant.timing"]  # fmt: skip


@pytest.mark.parametrize("act", [act for _, act in NEVER], ids=lambda one: one.kind)
def test_history_that_was_made_stands(act: Act) -> None:
    """Whatever its maker's clock said: a rebuild and the central never refuse for this."""
    assert isinstance(apply(operation(act), state(lead(LeadState.TAKEN, owner="rep")), POLICIES), Outcome)
