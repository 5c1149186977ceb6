"""The queue: every lane by a case, its order and reason, and until when a place holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.clock import local_midnight
from leaddesk.domain.policy import Policies
from leaddesk.domain.queue import CALLBACK_LEAD
from leaddesk.domain.standing import Standing, segment, standing
from leaddesk.domain.state import Account, Attempt, DayCount, Fact, Lead, tellings_of
from leaddesk.domain.words import CallOutcome, Lane, LeadKind, LeadState, Segment, Source
from tests.domain.histories import STEPS, Step
from tests.domain.scene import ACCOUNT, DAY, HOUR, MINUTE, NOW, PERSON, POLICIES, POLICY, Scene, lead, with_policy

TODAY = date(2026, 11, 23).toordinal()
MIDNIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)
HAND_RAISER, VERIFIED = LeadKind.HAND_RAISER, LeadKind.VERIFIED


def account(tier: str = "", created: datetime = NOW - 40 * DAY, **facts: str) -> Account:
    told = tuple(Fact(key=key, value=value, source=Source.SALES, at=NOW) for key, value in facts.items())
    return replace(ACCOUNT, tier=tier, created_at=created, told=tellings_of(told))


FIT = account(industry="16101", revenue_eur="60000000")


def counts(*events: tuple[str, int]) -> tuple[DayCount, ...]:
    """How often, today."""
    return tuple(DayCount(event=event, day=TODAY, count=count) for event, count in sorted(events))


READY = counts(("contact-request", 1), ("guide-download", 1))
TRIED = (Attempt(op="o", at=NOW - 3 * DAY, by="rep", outcome=CallOutcome.NO_ANSWER),)
REACHED = (Attempt(op="o", at=NOW - HOUR, by="rep", outcome=CallOutcome.REACHED),)


def place(held: Lead, company: Account = ACCOUNT, now: datetime = NOW, policies: Policies = POLICIES) -> Standing:
    return standing(held, company, PERSON, policies, now)


# --- lanes ----------------------------------------------------------------------------------------------------------

LANES: list[tuple[str, Lead, Account, Lane, str, Mapping[str, object]]] = [
    (
        "a promise for now",
        lead(LeadState.TAKEN, callback_at=NOW + 10 * MINUTE, attempts=TRIED),
        ACCOUNT,
        Lane.CALLBACK,
        "why-callback",
        {"at": NOW + 10 * MINUTE, "by": "rep"},
    ),
    (
        "a contact request",
        lead(LeadState.OFFERED, HAND_RAISER, last_event_text="Soittakaa", channel="chat", theme="huolto"),
        ACCOUNT,
        Lane.HAND_RAISER,
        "why-hand-raiser",
        {"at": NOW - HOUR, "text": "Soittakaa", "channel": "chat", "theme": "huolto"},
    ),
    (
        "a contact request that was reached is a decision pending",
        lead(LeadState.TAKEN, HAND_RAISER, attempts=REACHED),
        ACCOUNT,
        Lane.SLA,
        "why-sla-decision",
        {"event": "", "at": NOW - HOUR, "theme": "", "score": 0, "attempts": 1},
    ),
    (
        "an offer not taken",
        lead(LeadState.OFFERED, VERIFIED, theme="huolto"),
        ACCOUNT,
        Lane.SLA,
        "why-sla-take-into-work",
        {"event": "", "at": NOW - HOUR, "theme": "huolto", "score": 0, "attempts": 0},
    ),
    (
        "accepted, not yet called",
        lead(LeadState.ACCEPTED, VERIFIED),
        ACCOUNT,
        Lane.SLA,
        "why-sla-first-attempt",
        {"event": "", "at": NOW - HOUR, "theme": "", "score": 0, "attempts": 0},
    ),
    (
        "the second attempt",
        lead(LeadState.TAKEN, offered_at=NOW - 4 * DAY, attempts=TRIED),
        ACCOUNT,
        Lane.ATTEMPT,
        "why-attempt",
        {"n": 2, "of": 5, "at": NOW - 3 * DAY},
    ),
    (
        "a meeting to record",
        lead(LeadState.ACCEPTED, meeting_at=NOW - HOUR),
        ACCOUNT,
        Lane.ATTEMPT,
        "why-meeting-held",
        {"at": NOW - HOUR},
    ),
    (
        "back from nurture",
        lead(LeadState.NURTURE, nurture_until=NOW),
        ACCOUNT,
        Lane.ATTEMPT,
        "why-nurture-over",
        {"at": NOW},
    ),
    (
        "accepted, without a next step",
        lead(LeadState.ACCEPTED, attempts=REACHED),
        ACCOUNT,
        Lane.ATTEMPT,
        "why-no-next-step",
        {"at": NOW - HOUR},
    ),
    ("an A account", lead(), account("A"), Lane.MEET_EARLY, "why-meet-early", {"days": 40}),
    (
        "an A account whatever the points",
        lead(kind=VERIFIED),
        account("A"),
        Lane.MEET_EARLY,
        "why-meet-early",
        {"days": 40},
    ),
    (
        "a silent one of good grade",
        replace(lead(), tally=counts(("touch-out", 3)), person="p"),
        account(industry="16101", revenue_eur="200000000"),
        Lane.SILENT,
        "why-silent",
        {"touches": 3, "days": 30, "grade": "B"},
    ),
    (
        "sales-ready",
        lead(tally=READY, last_event="guide-download", last_event_at=NOW),
        FIT,
        Lane.SALES_READY,
        "why-sales-ready",
        {"score": 60, "threshold": 60, "event": "guide-download", "at": NOW},
    ),
    (
        "a buying window",
        lead(),
        account(contract_ends="2026-12-20"),
        Lane.WINDOW,
        "why-window",
        {"fact": "contract_ends", "value": "2026-12-20"},
    ),
    (
        "something happened at the company",
        lead(tally=counts(("trigger", 1))),
        ACCOUNT,
        Lane.WINDOW,
        "why-trigger",
        {"event": "trigger"},
    ),
    (
        "one's own, to decide",
        lead(LeadState.TAKEN, attempts=REACHED),
        ACCOUNT,
        Lane.REST,
        "why-yours-to-decide",
        {"score": 0},
    ),
    (
        "the rest by points",
        lead(tally=counts(("site-visit", 1)), last_event="site-visit", last_event_at=NOW),
        ACCOUNT,
        Lane.REST,
        "why-rest-score",
        {"score": 5, "event": "site-visit", "at": NOW},
    ),
    ("the rest by grade", lead(), ACCOUNT, Lane.REST, "why-rest-fit", {"grade": "D"}),
    ("rejected", lead(LeadState.REJECTED), ACCOUNT, Lane.OUT, "out-rejected", {}),
    ("won", lead(LeadState.WON), ACCOUNT, Lane.OUT, "out-won", {}),
    ("lost", lead(LeadState.LOST), ACCOUNT, Lane.OUT, "out-lost", {}),
    (
        "in nurture",
        lead(LeadState.NURTURE, nurture_until=NOW + DAY),
        ACCOUNT,
        Lane.OUT,
        "out-nurture",
        {"at": NOW + DAY},
    ),
    ("in nurture for good", lead(LeadState.NURTURE), account("A"), Lane.OUT, "out-nurture", {"at": None}),
    (
        "snoozed",
        lead(LeadState.OFFERED, HAND_RAISER, snoozed_until=NOW + HOUR),
        ACCOUNT,
        Lane.OUT,
        "out-snoozed",
        {"at": NOW + HOUR},
    ),
    (
        "a promise for later",
        lead(LeadState.TAKEN, callback_at=NOW + HOUR),
        ACCOUNT,
        Lane.OUT,
        "out-callback-later",
        {"at": NOW + HOUR},
    ),
    (
        "a meeting to come",
        lead(LeadState.TAKEN, meeting_at=NOW + DAY),
        ACCOUNT,
        Lane.OUT,
        "out-meeting-booked",
        {"at": NOW + DAY},
    ),
    ("still with marketing", lead(kind=VERIFIED, tally=READY[:1]), FIT, Lane.OUT, "out-with-marketing", {}),
    (
        "not of the target group",
        lead(tally=counts(("contact-request", 500))),
        account(industry="68202"),
        Lane.OUT,
        "out-not-target",
        {},
    ),
    (
        "not of the target group, tier A or not",
        lead(kind=VERIFIED),
        account("A", industry="68202"),
        Lane.OUT,
        "out-not-target",
        {},
    ),
    (
        "too early to try again",
        lead(
            LeadState.TAKEN,
            offered_at=NOW - 4 * DAY,
            attempts=(replace(TRIED[0], at=NOW - HOUR),),
        ),
        ACCOUNT,
        Lane.OUT,
        "out-next-attempt-later",
        # Another weekday, another hour than an hour ago.
        {"at": datetime(2026, 11, 24, 6, tzinfo=UTC)},
    ),
]


@pytest.mark.parametrize(
    ("held", "company", "lane", "reason", "values"), [one[1:] for one in LANES], ids=[one[0] for one in LANES]
)
def test_the_lane_and_the_reason(
    held: Lead, company: Account, lane: Lane, reason: str, values: Mapping[str, object]
) -> None:
    found = place(held, company)
    assert (found.lane, found.reason, dict(found.values)) == (lane, reason, values)


def test_every_lane_has_a_case() -> None:
    assert {one[3] for one in LANES} == set(Lane)


# --- order ----------------------------------------------------------------------------------------------------------

ORDERS: list[tuple[str, list[tuple[Lead, Account]]]] = [
    (
        "by deadline",
        [(lead(LeadState.OFFERED, HAND_RAISER, offered_at=NOW - n * HOUR), ACCOUNT) for n in (3, 2, 1)],
    ),
    ("by time left", [(lead(LeadState.OFFERED, VERIFIED, offered_at=NOW - n * HOUR), ACCOUNT) for n in (3, 2, 1)]),
    ("by promise", [(lead(LeadState.TAKEN, callback_at=NOW + n * MINUTE), ACCOUNT) for n in (-5, 1, 9)]),
    ("who waits longest", [(lead(), account("A", NOW - n * DAY)) for n in (90, 40, 1)]),
    (
        "by expected value",
        [
            (lead(tally=counts(("contact-request", 1), ("guide-download", 2))), FIT),
            (lead(tally=READY), FIT),
            (lead(tally=READY), account(industry="16101", revenue_eur="1")),
        ],
    ),
    ("the window that opens first", [(lead(), account(contract_ends=f"2026-12-{n}")) for n in (10, 15, 20)]),
    ("by points, then by fit", [(lead(tally=counts(("site-visit", 2))), ACCOUNT), (lead(), FIT), (lead(), ACCOUNT)]),
]


@pytest.mark.parametrize("leads", [one[1] for one in ORDERS], ids=[one[0] for one in ORDERS])
def test_the_order_inside_a_lane(leads: list[tuple[Lead, Account]]) -> None:
    found = [place(*one) for one in leads]
    assert len({one.lane for one in found}) == 1
    keys = [one.key for one in found]
    assert keys == sorted(set(keys))


def test_lanes_and_their_order_are_policy() -> None:
    held, company = lead(LeadState.OFFERED, HAND_RAISER), account("A")
    _, policies = with_policy(lanes=(Lane.MEET_EARLY, Lane.HAND_RAISER))
    assert place(held, company).lane is Lane.HAND_RAISER
    assert place(held, company, policies=policies).lane is Lane.MEET_EARLY
    found = place(lead(), policies=policies)
    assert (found.lane, found.reason) == (Lane.OUT, "out-no-lane")


def test_a_lane_shows_the_running_countdown() -> None:
    found = place(lead(LeadState.OFFERED, HAND_RAISER))
    assert (found.due, found.warn_at) == (NOW, NOW - 15 * MINUTE)
    called = place(lead(LeadState.TAKEN, callback_at=NOW))
    assert (called.due, called.clock, called.warn_at) == (NOW, None, NOW - CALLBACK_LEAD)


# --- until when -----------------------------------------------------------------------------------------------------

UNTIL: list[tuple[str, Lead, Account, datetime | None]] = [
    ("nothing is known to come", lead(), ACCOUNT, None),
    ("a promise", lead(LeadState.TAKEN, callback_at=NOW + HOUR), ACCOUNT, NOW + HOUR - CALLBACK_LEAD),
    ("a snooze", lead(snoozed_until=NOW + HOUR), ACCOUNT, NOW + HOUR),
    ("nurture", lead(LeadState.NURTURE, nurture_until=NOW + DAY), ACCOUNT, NOW + DAY),
    ("a meeting", lead(LeadState.TAKEN, meeting_at=NOW + HOUR), ACCOUNT, NOW + HOUR),
    ("points decay at local midnight", lead(tally=counts(("site-visit", 1))), ACCOUNT, MIDNIGHT),
    ("also those of a closed lead", lead(LeadState.WON, tally=counts(("site-visit", 1))), ACCOUNT, MIDNIGHT),
    (
        "a window opens at local midnight",
        lead(),
        account(contract_ends="2027-01-15"),
        datetime(2026, 12, 15, 22, tzinfo=UTC),
    ),
    (
        "a window closes when its day is over",
        lead(),
        account(contract_ends="2026-12-20"),
        datetime(2026, 12, 20, 22, tzinfo=UTC),
    ),
    (
        "a window that opens in summer time",
        lead(),
        account(contract_ends="2027-07-15"),
        datetime(2027, 6, 14, 21, tzinfo=UTC),
    ),
    (
        "the earlier of two windows",
        lead(),
        account(contract_ends="2027-06-01", budget_cycle="2027-01-15"),
        datetime(2026, 12, 15, 22, tzinfo=UTC),
    ),
    ("a window that is past", lead(), account(contract_ends="2026-11-22"), None),
    (
        "a window at the end of time",
        lead(),
        account(contract_ends="9999-12-31"),
        datetime(9999, 11, 30, 22, tzinfo=UTC),
    ),
    ("days without a meeting are counted at midnight", lead(), account("A"), MIDNIGHT),
]


@pytest.mark.parametrize(("held", "company", "until"), [one[1:] for one in UNTIL], ids=[one[0] for one in UNTIL])
def test_until_when_a_place_holds(held: Lead, company: Account, until: datetime | None) -> None:
    assert place(held, company).until == until


def test_an_a_account_met_comes_back_after_the_agreed_days() -> None:
    """Met on Monday, every 30 local days: back on the 30th day from its first minute."""
    _, policies = with_policy(meet_early_days=30)
    met = lead(met_at=NOW)
    back = local_midnight(TODAY + 30, "Europe/Helsinki")
    found = place(met, account("A"), NOW + HOUR, policies)
    assert (found.lane, found.until) == (Lane.REST, back)
    later = place(met, account("A"), back, policies)
    assert (later.lane, later.values) == (Lane.MEET_EARLY, {"days": 30})
    assert place(met, account("A"), back, POLICIES).lane is Lane.REST


def test_the_day_is_the_calendars_not_that_of_utc() -> None:
    """At 23:30 in UTC it is tomorrow in Helsinki and still yesterday in New York."""
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    _, there = with_policy(calendar=replace(POLICY.calendar, zone="America/New_York"))
    closing = account(contract_ends="2026-11-23")
    assert place(lead(), closing, late).lane is Lane.REST
    assert place(lead(), closing, late, there).lane is Lane.WINDOW


@given(STEPS, st.integers(0, 60 * 1440), st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_a_place_changes_only_at_a_known_instant(steps: list[Step], minutes: int, shares: list[float]) -> None:
    scene = Scene()
    for by, act, after in steps:
        scene.do(act, by, timedelta(minutes=after))
    now = scene.at + timedelta(minutes=minutes)
    for held in scene.now.leads.values():
        company, person = scene.now.account, scene.now.persons.get(held.person)
        assert company is not None
        at = now
        for _ in range(4):
            found = standing(held, company, person, POLICIES, at)
            end = found.until or at + 2000 * DAY
            assert end > at
            for then in (end - timedelta(microseconds=1), *(at + (end - at) * one for one in shares)):
                if at <= then < end:
                    again = standing(held, company, person, POLICIES, then)
                    assert replace(again, until=None) == replace(found, until=None)
                    assert again.until == found.until
            if found.until is None or found.until > NOW + 3000 * DAY:
                break
            at = found.until


# --- the gate and the segment ---------------------------------------------------------------------------------------

GATE = [
    ("both keys", FIT, READY, True),
    ("not the points", FIT, READY[:1], False),
    ("not the group", account(industry="68202"), counts(("contact-request", 99), ("guide-download", 99)), False),
    (
        "500 points outside the group",
        account(industry="97"),
        counts(*((one.event, 99) for one in POLICY.scorecard.rules if one.points > 0)),
        False,
    ),
    ("a group nobody knows yet", ACCOUNT, READY, True),
    ("tier A does not make points", replace(FIT, tier="A"), READY[:1], False),
]


@pytest.mark.parametrize(("company", "tally", "mql"), [one[1:] for one in GATE], ids=[one[0] for one in GATE])
def test_the_two_keys(company: Account, tally: tuple[DayCount, ...], mql: bool) -> None:
    assert place(lead(tally=tally), company).mql is mql


@pytest.mark.parametrize("was", LeadState)
@pytest.mark.parametrize("kind", LeadKind)
@pytest.mark.parametrize(("points", "mql"), [(0, False), (20, False), (19, False), (60, True)])
def test_every_lead_is_in_exactly_one_segment(was: LeadState, kind: LeadKind, points: int, mql: bool) -> None:
    found = segment(lead(was, kind), points, mql, POLICY)
    worked = was in (LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED)
    if worked or (was is LeadState.NEW and (mql or kind is HAND_RAISER)):
        assert found is Segment.SALES_READY
    elif was in (LeadState.WON, LeadState.LOST) or points < 20:
        assert found is Segment.STEADY
    else:
        assert found is Segment.MARKETING_READY


def test_a_lead_is_judged_by_the_version_it_was_offered_under() -> None:
    newer = replace(POLICY, version=2, scorecard=replace(POLICY.scorecard, sales_ready=1))
    both = Policies({1: POLICY, 2: newer})
    held = lead(tally=counts(("site-visit", 1)))
    assert not standing(held, FIT, PERSON, both, NOW).mql
    assert standing(replace(held, policy=2), FIT, PERSON, both, NOW).mql


def test_silence_is_counted_in_local_days() -> None:
    """A visit 30 days ago is still a reaction, tomorrow no more; the touches are of the last days."""
    touched = DayCount(event="touch-out", day=TODAY - 1, count=3)
    visited = DayCount(event="site-visit", day=TODAY - 30, count=1)
    held = lead(tally=(visited, touched))
    assert place(held, FIT, MIDNIGHT - MINUTE).lane is Lane.REST
    assert place(held, FIT, MIDNIGHT).lane is Lane.SILENT
    assert place(held, FIT, MIDNIGHT + 30 * DAY).lane is Lane.REST


@pytest.mark.parametrize(
    ("before", "event", "lane"),
    [
        (HOUR, "guide-download", Lane.SALES_READY),
        (-HOUR, "guide-download", Lane.OUT),
        (HOUR, "touch-out", Lane.OUT),
    ],
)
def test_a_lead_nurtured_without_a_date_returns_with_behaviour_that_makes_it_ready(
    before: timedelta, event: str, lane: Lane
) -> None:
    held = lead(LeadState.NURTURE, tally=READY, decided_at=NOW - before, last_event=event, last_event_at=NOW)
    assert place(held, FIT).lane is lane
    dated = replace(held, nurture_until=NOW + DAY)
    assert place(dated, FIT).lane is Lane.OUT
