"""Which clock of a lead runs, since when, when it is due and when it turns to soon."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leaddesk.domain import sla
from leaddesk.domain.agreement import Agreement, Targets
from leaddesk.domain.clock import Calendar
from leaddesk.domain.operation import Callback, LogCall, Offer, Reject
from leaddesk.domain.sla import Countdown
from leaddesk.domain.standing import standing
from leaddesk.domain.state import Attempt, Lead
from leaddesk.domain.words import CallOutcome, Clock, Lane, LeadKind, LeadState, RejectReason
from tests.domain.scene import ACCOUNT, HOUR, MINUTE, NOW, PERSON, POLICIES, POLICY, done, lead, state, with_policy

#: Offered on Monday at 11:00 in Helsinki.
OFFERED = lead(LeadState.OFFERED, LeadKind.HAND_RAISER, offered_at=NOW)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in Helsinki, standard time."""
    return datetime(2026, 11, day, hour - 2, minute, tzinfo=UTC)


def tried(*times: datetime, outcome: CallOutcome = CallOutcome.NO_ANSWER, held: Lead = OFFERED) -> Lead:
    attempts = tuple(Attempt(op=f"o{n}", at=one, by="rep", outcome=outcome) for n, one in enumerate(times))
    return replace(held, state=LeadState.TAKEN, owner="rep", attempts=attempts)


def test_a_contact_request_has_three_clocks_the_earliest_due_first() -> None:
    assert sla.running(OFFERED, POLICY) == (
        Countdown(Clock.TAKE, NOW, at(23, 12), at(23, 11, 45)),
        Countdown(Clock.FIRST_ATTEMPT, NOW, at(23, 13), at(23, 12, 30)),
        Countdown(Clock.DECISION, NOW, at(25, 11), at(24, 15)),
    )


@pytest.mark.parametrize("was", [LeadState.NEW, LeadState.NURTURE, LeadState.REJECTED, LeadState.WON, LeadState.LOST])
def test_none_runs_where_nobody_has_to_act(was: LeadState) -> None:
    assert sla.running(replace(OFFERED, state=was), POLICY) == ()


def test_an_outbound_lead_has_no_sla_and_that_is_legal() -> None:
    assert sla.running(replace(OFFERED, kind=LeadKind.OUTBOUND), POLICY) == ()


def test_a_kind_the_agreement_does_not_name_has_none() -> None:
    policy, _ = with_policy(agreement=Agreement(targets={}))
    assert sla.running(OFFERED, policy) == ()


def test_a_target_of_nothing_is_no_clock() -> None:
    policy, _ = with_policy(agreement=Agreement(targets={LeadKind.HAND_RAISER: Targets(decision=60)}))
    assert [one.clock for one in sla.running(OFFERED, policy)] == [Clock.DECISION]


def test_a_note_of_an_attempt_before_the_offer_stops_nothing() -> None:
    before = tried(NOW - HOUR)
    assert Clock.FIRST_ATTEMPT in {one.clock for one in sla.running(before, POLICY)}
    assert sla.attempts_since_offer(before) == 0


def test_a_promise_pauses_and_the_night_of_it_costs_nothing() -> None:
    """Taken and called at 11:10; the lead asked for tomorrow at 10: the decision moves by the open hours between."""
    before = state(tried(NOW + 10 * MINUTE))
    after = done(Callback(lead="l", at_time=at(24, 10)), before, at=NOW + 10 * MINUTE).leads["l"]
    (decision,) = sla.running(after, POLICY)
    assert (decision.clock, decision.due) == (Clock.DECISION, at(26, 9, 50))


def test_the_pause_ends_when_they_talk_earlier() -> None:
    promised = done(Callback(lead="l", at_time=at(25, 10)), state(tried(NOW)), at=NOW)
    talked = done(LogCall(lead="l", outcome=CallOutcome.REACHED), promised, at=NOW + HOUR).leads["l"]
    assert sla.running(talked, POLICY)[0].due == at(25, 12)


def test_only_what_the_agreement_lists_pauses() -> None:
    _, policies = with_policy(agreement=replace(POLICY.agreement, pausing=()))
    after = done(Callback(lead="l", at_time=at(25, 10)), state(tried(NOW)), at=NOW, policies=policies)
    assert after.leads["l"].pauses == ()


def test_handing_over_keeps_the_clocks() -> None:
    assert sla.running(replace(OFFERED, owner="rep2"), POLICY) == sla.running(OFFERED, POLICY)


def test_a_calendar_without_hours_is_shown_as_a_set_up_error() -> None:
    policy, policies = with_policy(calendar=Calendar("Europe/Helsinki", ((),) * 7))
    verified = replace(OFFERED, kind=LeadKind.VERIFIED)
    assert all(one.no_hours and one.due is None and one.warn_at is None for one in sla.running(verified, policy))
    place = standing(verified, ACCOUNT, PERSON, policies, NOW)
    assert (place.lane, place.reason, place.due) == (Lane.SLA, "why-no-hours", None)


# --- the next attempt -----------------------------------------------------------------------------------------------


def test_the_next_attempt_has_a_least_and_a_latest_time() -> None:
    """Four open hours after Monday 11:10, at the earliest; two working days at the latest."""
    found = sla.next_attempt(tried(at(23, 11, 10)), POLICY)
    assert found is not None
    countdown, early = found
    assert (early, countdown.due, countdown.start) == (at(23, 15, 10), at(25, 11, 10), at(23, 11, 10))
    assert early < countdown.warn_at < countdown.due  # type: ignore[operator]


@pytest.mark.parametrize("outcome", [one for one in CallOutcome if one is not CallOutcome.NO_ANSWER])
def test_who_was_reached_is_not_tried_again(outcome: CallOutcome) -> None:
    assert sla.next_attempt(tried(NOW, outcome=outcome), POLICY) is None


def test_as_many_as_agreed_and_no_more() -> None:
    times = [NOW + n * HOUR for n in range(5)]
    assert sla.next_attempt(tried(*times[:4]), POLICY) is not None
    assert sla.next_attempt(tried(*times), POLICY) is None


def test_a_lead_offered_again_begins_anew() -> None:
    """Tried in vain, rejected, offered again: the first attempt is due, not the second too early."""
    before = done(Reject(lead="l", reason=RejectReason.BUDGET), state(tried(NOW)), at=NOW + MINUTE)
    after = done(Offer(lead="l"), before, by="marketer", at=NOW + HOUR).leads["l"]
    assert sla.next_attempt(after, POLICY) is None
    assert standing(after, ACCOUNT, PERSON, POLICIES, NOW + HOUR).lane is Lane.HAND_RAISER


def test_without_hours_there_is_no_next_attempt() -> None:
    policy, _ = with_policy(calendar=Calendar("Europe/Helsinki", ((),) * 7))
    assert sla.next_attempt(tried(NOW), policy) is None
