"""The queue as it is read: in order of lanes, mine and nobody's, moving on as time does."""

from datetime import UTC, datetime, timedelta

import pytest

from leaddesk.domain.clock import next_midnight
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.operation import (
    Accept,
    Assign,
    BookMeeting,
    Callback,
    LogCall,
    Objection,
    Reject,
    ReturnToNurture,
    SetFact,
    Snooze,
)  # fmt: skip
from leaddesk.domain.standing import standing
from leaddesk.domain.words import CallOutcome, Lane, LeadKind, RejectReason, Verdict
from leaddesk.store.local import queue
from leaddesk.store.local.store import LocalStore
from tests.store.hands import NOW, Hands


def test_lanes_come_in_order_with_their_counts(store: LocalStore, hands: Hands) -> None:
    rest = hands.lead("Rest Oy")
    raised = hands.lead("Raised Oy", kind=LeadKind.HAND_RAISER)
    early = hands.lead("Early Oy")
    hands.do(SetFact(key="tier", value="A"), early.account)
    call = hands.lead("Call Oy")
    hands.do(Callback(lead=call.lead, at_time=NOW + timedelta(minutes=5)))
    ids, lanes, _ = store.order("me", (), hands.at)
    assert ids == [call.lead, raised.lead, early.lead, rest.lead]
    assert lanes == [(Lane.CALLBACK, 1), (Lane.HAND_RAISER, 1), (Lane.MEET_EARLY, 1), (Lane.REST, 1)]
    assert [one.lane for one in store.rows(ids)] == [lane for lane, _ in lanes]


def test_the_order_is_that_of_the_domain(store: LocalStore, hands: Hands) -> None:
    for number in range(30):
        made = hands.lead(f"Yritys {number} Oy", kind=list(LeadKind)[number % 3])
        if number % 4 == 0:
            hands.do(LogCall(lead=made.lead, outcome=CallOutcome.NO_ANSWER))
        if number % 5 == 0:
            hands.do(SetFact(key="employees", value=str(number * 10)), made.account)
    ids, _, _ = store.order("me", (), hands.at)
    policies = store.policies()
    places = []
    for row in store.rows(ids):
        state = store.state(row.account)
        assert state.account is not None
        lead = state.leads[row.id]
        place = standing(lead, state.account, state.persons.get(lead.person), policies, hands.at)
        assert (row.lane, row.score, row.grade, row.due, row.clock, row.reason) == (
            place.lane, place.score, place.grade, place.due, place.clock, place.reason,
        )  # fmt: skip
        places.append((place.lane, place.key, row.id))
    assert places == sorted(places)


def test_i_see_my_leads_and_nobodys(store: LocalStore, hands: Hands) -> None:
    mine, free, theirs = (hands.lead(f"{name} Oy") for name in ("Mine", "Free", "Theirs"))
    hands.do(Assign(lead=free.lead, owner=""))
    assert hands.do(Assign(lead=theirs.lead, owner="liisa")).verdict is Verdict.APPLIED
    assert set(store.order("me", (), hands.at)[0]) == {mine.lead, free.lead}
    assert set(store.order("liisa", (), hands.at)[0]) == {free.lead, theirs.lead}


@pytest.mark.parametrize("back", ["snooze", "callback", "nurture", "meeting"])
def test_what_is_put_off_comes_back_at_its_instant_and_not_before(store: LocalStore, hands: Hands, back: str) -> None:
    made, then = hands.lead(), datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    lead = made.lead
    act = {
        "snooze": Snooze(lead=lead, until=then),
        "callback": Callback(lead=lead, at_time=then + timedelta(minutes=15)),
        "nurture": ReturnToNurture(lead=lead, until=then),
        "meeting": BookMeeting(lead=lead, starts=then),
    }[back]
    if back == "nurture":
        hands.do(Accept(lead=lead))
    assert hands.do(act).verdict is Verdict.APPLIED  # type: ignore[arg-type]
    ids, _, change = store.order("me", (), hands.at)
    assert (ids, change) == ([], then)
    assert store.order("me", (), then - timedelta(seconds=1))[0] == []
    ids, _, change = store.order("me", (), then)
    assert ids == [lead]
    assert change is None or change > then


def test_a_score_decays_at_local_midnight(store: LocalStore, hands: Hands) -> None:
    made = hands.lead(kind=LeadKind.HAND_RAISER)
    score = store.rows([made.lead])[0].score
    midnight = next_midnight(hands.at, default_policy().calendar.zone)
    assert store.order("me", (), hands.at)[2] is not None
    store.order("me", (), midnight - timedelta(seconds=1))
    assert store.rows([made.lead])[0].score == score
    store.order("me", (), midnight + timedelta(days=30))
    assert store.rows([made.lead])[0].score < score


def test_a_morning_does_not_wait_for_every_score_but_for_what_is_due(
    store: LocalStore, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [hands.lead(f"Y {number} Oy", kind=LeadKind.HAND_RAISER) for number in range(4)]
    hands.do(SetFact(key="employees", value="9"), made[0].account)
    called = hands.lead("Myöhemmin Oy", kind=LeadKind.HAND_RAISER)
    then = NOW + timedelta(days=40)
    hands.do(Callback(lead=called.lead, at_time=then))
    store.refresh(hands.at)
    before = {one.id: one.score for one in store.rows([one.lead for one in (*made, called)])}
    assert min(before.values()) > 0
    monkeypatch.setattr(queue, "SLICE", 1)
    left = 5
    while left:
        ids, _, change = store.order("me", (), then)
        # The promised call stands first from the first asking on, whoever's turn it is to fade.
        assert ids[0] == called.lead and len(ids) == 5
        faded = [one for one in store.rows(ids) if one.score < before[one.id]]
        assert 5 - left <= len(faded) <= 6 - left + 1
        left = 5 - len(faded)
        assert (change == then + queue.SOON) is bool(left)
    places = store.rows(ids)
    store.refresh(then)
    assert store.rows(ids) == places


def test_asking_again_costs_nothing_and_changes_nothing(store: LocalStore, hands: Hands) -> None:
    for number in range(5):
        hands.do(Snooze(lead=hands.lead(f"Y {number} Oy").lead, until=NOW + timedelta(hours=number + 1)))
    later = NOW + timedelta(hours=3)
    assert store.refresh(later) == 3
    assert store.refresh(later) == 0


def test_objection_and_rejection_leave_the_queue(store: LocalStore, hands: Hands) -> None:
    one, two = hands.lead("Yksi Oy"), hands.lead("Kaksi Oy")
    hands.do(Objection(lead=one.lead))
    hands.do(Reject(lead=two.lead, reason=RejectReason.NEED))
    assert store.order("me", (), hands.at)[:2] == ([], [])
    assert [row.reason for row in store.rows([one.lead, two.lead])] == ["out-objection", "out-rejected"]


def test_a_page_is_in_the_order_asked_without_what_is_gone(store: LocalStore, hands: Hands) -> None:
    made = [hands.lead(f"Y {number} Oy").lead for number in range(5)]
    asked = [made[3], "gone", made[0], made[4]]
    assert [one.id for one in store.rows(asked)] == [made[3], made[0], made[4]]
    assert store.rows([]) == []
    assert len(store.rows(made * 200)) == 1_000


def test_a_card_shows_what_is_about_the_lead_or_its_company(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    sibling = hands.lead(account=made.account, name="Toinen Henkilö")
    call = hands.do(LogCall(lead=made.lead, outcome=CallOutcome.REACHED)).operation.id
    hands.do(LogCall(lead=sibling.lead, outcome=CallOutcome.REACHED))
    fact = hands.do(SetFact(key="employees", value="12"), made.account).operation.id
    card = store.card(made.lead)
    assert card is not None
    assert [one.operation.id for one in card.entries][:2] == [fact, call]
    assert len(card.entries) == 3
    assert set(card.state.leads) == {made.lead, sibling.lead}
    assert store.card("no-such-lead") is None


def test_dated_places(store: LocalStore, hands: Hands) -> None:
    late, soon, theirs = (hands.lead(f"{name} Oy") for name in ("Late", "Soon", "Theirs"))
    hands.do(Callback(lead=late.lead, at_time=NOW + timedelta(days=2)))
    hands.do(Callback(lead=soon.lead, at_time=NOW + timedelta(days=1)))
    hands.do(Callback(lead=theirs.lead, at_time=NOW + timedelta(days=1)))
    hands.do(Assign(lead=theirs.lead, owner="liisa"))
    assert store.dated("me", "callback_at") == [soon.lead, late.lead]
    assert store.count_dated("me", "callback_at") == 2
    assert store.count_dated("me", "snoozed_until", "nurture_until") == 0
    hands.do(Snooze(lead=soon.lead, until=NOW + timedelta(days=3)))
    hands.do(Accept(lead=late.lead))
    hands.do(ReturnToNurture(lead=late.lead, until=NOW + timedelta(days=2)))
    # A lead with both dates stands once, at the earlier.
    hands.do(Snooze(lead=late.lead, until=NOW + timedelta(days=9)))
    assert store.dated("me", "snoozed_until", "nurture_until") == [late.lead, soon.lead]
    assert store.count_dated("me", "snoozed_until", "nurture_until") == 2
    with pytest.raises(ValueError, match="owner"):
        store.dated("me", "owner")


def test_a_lead_is_found_by_a_part_of_its_id(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    assert store.find_lead(made.lead) == [made.lead]
    assert store.find_lead(made.lead[-6:]) == [made.lead]
    assert store.find_lead(made.lead[:13]) == [made.lead]
    for bad in ("", "xyz", "%%%%", "____", "' OR 1"):
        assert store.find_lead(bad) == []
    assert (store.account_of(made.lead), store.account_of("x")) == (made.account, "")
    assert store.account_name(made.account) == "Kuusikon Saha Oy"
