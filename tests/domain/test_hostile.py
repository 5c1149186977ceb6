"""Values nobody should send: each is refused with a key and its values, nothing is raised, nothing changes."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome, Refused
from leaddesk.domain.operation import (
    HISTORY_ACTS,
    Accept,
    Act,
    ActivityPart,
    Answer,
    BookMeeting,
    Callback,
    CompanyPart,
    CreateLead,
    EventPart,
    ImportRow,
    LeadPart,
    LogCall,
    LogMeeting,
    Note,
    Objection,
    PublishPolicy,
    Reject,
    ReturnToNurture,
    RevokeObjection,
    Row,
    SetFact,
    SignAgreement,
    Snooze,
    Take,
    Undo,
)
from leaddesk.domain.standing import standing
from leaddesk.domain.state import State
from leaddesk.domain.words import BuyingStage, CallOutcome, LeadState, Party, RejectReason, Source, Verdict
from leaddesk.domain.workset import Workset
from tests.domain.scene import DAY, NOW, POLICIES, done, lead, operation, refused, state

LONG = "x" * 100_001
NAIVE = datetime(2026, 12, 1, 9, 0)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)


def imported(**parts: Any) -> ImportRow:
    row = Row(number=2, company=CompanyPart(external_id="c", name="K Oy"), **parts)
    return ImportRow(import_id="i", file="f", source_name="s", source=Source.PURCHASED, row=row)


HOSTILE: list[tuple[str, Act]] = [
    ("time-without-zone", Snooze(lead="l", until=NAIVE)),
    ("time-without-zone", Callback(lead="l", at_time=NAIVE)),
    ("time-without-zone", BookMeeting(lead="l", starts=NAIVE)),
    ("time-without-zone", LogMeeting(lead="l", held=NAIVE)),
    ("time-without-zone", LogCall(lead="l", outcome=CallOutcome.CALL_BACK, until=NAIVE)),
    ("time-without-zone", imported(event=EventPart(event="site-visit", at=NAIVE))),
    ("time-without-zone", imported(activity=ActivityPart(activity="call", at=NAIVE))),
    ("time-without-zone", imported(lead=LeadPart(created_at=NAIVE))),
    ("time-out-of-range", Snooze(lead="l", until=LAST)),
    ("time-out-of-range", LogMeeting(lead="l", held=FIRST)),
    ("time-out-of-range", SetFact(key="employees", value="1", as_of=date(9999, 12, 31))),
    ("time-out-of-range", imported(event=EventPart(event="site-visit", at=LAST))),
    ("time-out-of-range", imported(lead=LeadPart(created_at=FIRST))),
    ("time-too-far", Snooze(lead="l", until=NOW + 3661 * DAY)),
    ("time-too-far", Callback(lead="l", at_time=datetime(9998, 1, 1, tzinfo=UTC))),
    ("time-too-far", BookMeeting(lead="l", starts=NOW + 4000 * DAY)),
    ("time-too-far", ReturnToNurture(lead="l", until=NOW + 4000 * DAY)),
    ("time-too-far", Reject(lead="l", reason=RejectReason.TIMING, until=NOW + 4000 * DAY)),
    ("time-too-far", LogCall(lead="l", outcome=CallOutcome.NOT_NOW, until=NOW + 4000 * DAY)),
    ("text-too-long", Note(lead="l", text=LONG)),
    ("text-too-long", Answer(lead="l", question="q", value=LONG)),
    ("text-too-long", Reject(lead="l", reason=RejectReason.OTHER, text=LONG)),
    ("text-too-long", SetFact(key=LONG, value="x")),
    ("text-too-long", CreateLead(lead="l2", company=CompanyPart(facts=(("employees", LONG),)))),
    ("text-too-long", imported(event=EventPart(event="site-visit", at=NOW, text=LONG))),
    ("text-unfit", Note(lead="l", text="a\x00b")),
    ("text-unfit", Note(lead="l", text="a\ud800b")),
    ("text-unfit", SetFact(key="phone", value="\udcff", person="p")),
    ("not-an-operation", PublishPolicy(version=1, document="{}")),
    ("not-an-operation", SignAgreement(version=1, party=Party.SALES)),
]


@pytest.mark.parametrize(
    ("reason", "act"), HOSTILE, ids=[f"{n}-{one[0]}-{one[1].kind}" for n, one in enumerate(HOSTILE)]
)
def test_it_is_refused_in_words(reason: str, act: Act) -> None:
    assert refused(act, state(lead(LeadState.TAKEN))).reason == reason


@pytest.mark.parametrize("at", [NAIVE, LAST, FIRST])
def test_an_operation_of_no_possible_time_is_refused(at: datetime) -> None:
    assert refused(Take(lead="l"), state(lead()), at=at).reason in ("time-without-zone", "time-out-of-range")


def test_the_most_that_fits_is_taken() -> None:
    after = done(Reject(lead="l", reason=RejectReason.OTHER, text=LONG[1:]), state(lead(LeadState.TAKEN)))
    assert after.leads["l"].reject_text == LONG[1:]
    assert done(Snooze(lead="l", until=NOW + 3660 * DAY), state(lead())).leads["l"].snoozed_until is not None


@pytest.mark.parametrize("text", ["<b>x</b>", "=cmd|' /C calc'!A0", "😀", "أهلا", "a\nb\tc", "'; DROP TABLE leads; --"])
def test_text_is_text(text: str) -> None:
    after = done(SetFact(key="name", value=text), state())
    assert after.account is not None and after.account.name == text


def test_a_second_accept_of_the_same_lead_says_when_and_whose() -> None:
    once = done(Accept(lead="l"), state(lead(LeadState.TAKEN)))
    for by in ("rep", "rep2"):
        why = refused(Accept(lead="l"), once, by=by, at=NOW + DAY)
        assert (why.reason, why.values["owner"], why.values["at"]) == ("already-accepted", "rep", NOW)


def _bare(kind: str) -> Act:
    """An act of a kind with nothing sensible in it."""
    values: dict[str, Any] = {
        "lead": "gone", "person": "gone", "objection": "gone", "operation": "gone", "import_id": "gone", "ordinal": 0,
        "outcome": CallOutcome.REACHED, "reason": RejectReason.NEED, "stage": BuyingStage.NEED, "source": Source.SALES,
        "starts": NOW + DAY, "held": NOW, "until": NOW + DAY, "at_time": None, "text": "x", "to": "u", "owner": "u",
        "ground": "",
        "question": "bant.need", "key": "employees", "value": "yes", "file": "", "source_name": "", "rows": (),
        "row": Row(number=1), "version": 9, "document": "{", "party": Party.SALES,
    }  # fmt: skip
    made = HISTORY_ACTS[kind]
    return made(**{one.name: values[one.name] for one in fields(made) if one.name in values})


@pytest.mark.parametrize("kind", HISTORY_ACTS)
@pytest.mark.parametrize("before", [State(), State(history=()), state()], ids=["no account", "empty past", "no leads"])
def test_any_act_on_what_is_gone_is_refused_in_words(kind: str, before: State) -> None:
    outcome = apply(operation(_bare(kind)), before, POLICIES)
    if isinstance(outcome, Outcome):
        # What names no lead can stand without one.
        assert kind in ("set-fact", "import-row") and before.account is not None
    else:
        assert outcome.reason


@pytest.mark.parametrize("kind", [one for one in HISTORY_ACTS if one not in ("import-row", "undo-row")])
def test_a_batch_takes_any_act_without_raising(kind: str) -> None:
    work = Workset(POLICIES, {"a": State(history=())})
    done = work.run(operation(_bare(kind)))
    assert done.verdict in (Verdict.REFUSED, Verdict.APPLIED)
    assert done.reason
    assert done.verdict is Verdict.APPLIED or work.policies is POLICIES


ANY_TEXT = st.text(max_size=30)
ANY_TIME = st.one_of(st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.timezones()))


@given(
    st.one_of(
        st.builds(Note, lead=ANY_TEXT, text=ANY_TEXT),
        st.builds(SetFact, key=ANY_TEXT, value=ANY_TEXT, was=ANY_TEXT, as_of=st.one_of(st.none(), st.dates())),
        st.builds(Answer, lead=st.just("l"), question=ANY_TEXT, value=ANY_TEXT, text=ANY_TEXT),
        st.builds(Snooze, lead=st.just("l"), until=ANY_TIME),
        st.builds(Callback, lead=st.just("l"), at_time=ANY_TIME),
        st.builds(BookMeeting, lead=st.just("l"), starts=ANY_TIME, host=ANY_TEXT),
        st.builds(LogMeeting, lead=st.just("l"), held=ANY_TIME),
        st.builds(LogCall, lead=st.just("l"), outcome=st.sampled_from(CallOutcome), until=ANY_TIME, note=ANY_TEXT),
        st.builds(ReturnToNurture, lead=st.just("l"), until=ANY_TIME, programme=ANY_TEXT),
        st.builds(Objection, lead=ANY_TEXT, person=ANY_TEXT, how=ANY_TEXT),
        st.builds(RevokeObjection, objection=ANY_TEXT, reason=ANY_TEXT),
        st.builds(Undo, operation=ANY_TEXT),
        st.builds(
            lambda key, value: SetFact(key=key, value=value),
            st.sampled_from(["contract_ends", "revenue_eur", "industry", "tier", "legal_form", "phone"]),
            st.one_of(ANY_TEXT, st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True)),
        ),
        st.builds(lambda name, at: imported(event=EventPart(event=name, at=at)), ANY_TEXT, ANY_TIME),
    ),
    ANY_TIME,
)
def test_whatever_it_is_there_is_an_answer_and_the_queue_can_show_it(act: Act, at: datetime) -> None:
    before = state(lead(LeadState.TAKEN))
    for when in (NOW, at):
        outcome = apply(operation(act, at=when), before, POLICIES)
        if isinstance(outcome, Refused):
            assert outcome.reason
            continue
        assert outcome.state.account is not None
        for held in outcome.state.leads.values():
            for now in (NOW, NOW + timedelta(days=4000)):
                found = standing(held, outcome.state.account, None, POLICIES, now)
                assert found.reason and (found.until is None or found.until > now)
