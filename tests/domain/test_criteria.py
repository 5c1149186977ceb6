"""The four criteria of a lead: met, not met, or not known; and the targets of a tier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leaddesk.domain import sla
from leaddesk.domain.agreement import Definition, Targets
from leaddesk.domain.criteria import conforms, criteria
from leaddesk.domain.fit import fit
from leaddesk.domain.policy import Policy
from leaddesk.domain.sla import Countdown
from leaddesk.domain.state import Account, Fact, Lead, Person, tellings_of
from leaddesk.domain.words import BuyingStage, Clock, LeadKind, LeadState, Source
from tests.domain.scene import ACCOUNT, HOUR, MINUTE, NOW, PERSON, POLICY, lead

DEFINED = replace(
    POLICY,
    agreement=replace(
        POLICY.agreement,
        definition=Definition(
            employees=10,
            revenue=2_000_000,
            roles=("decision-maker", "economic-buyer"),
            stages=(BuyingStage.EXPLORING, BuyingStage.COMPARING),
            themes=("Huolto", "energia"),
        ),
    ),
)
GOOD = {"employees": "40", "revenue_eur": "5000000", "industry": "25620"}
LEAD = lead(LeadState.OFFERED, stage=BuyingStage.EXPLORING, theme=" HUOLTO ")
BOSS = replace(PERSON, role="decision-maker")


def account(facts: dict[str, str], at: datetime = NOW, **more: str) -> Account:
    told = tellings_of(Fact(key=key, value=value, source=Source.PURCHASED, at=at) for key, value in facts.items())
    return replace(ACCOUNT, told=told, **more)  # type: ignore[arg-type]


def met(
    policy: Policy, held: Lead = LEAD, of: Account | None = None, person: Person | None = BOSS
) -> list[bool | None]:
    company = of or account(GOOD)
    found = criteria(held, company, person, policy, fit(company, person, policy.scorecard))
    assert [one.name for one in found] == ["target-group", "decision-maker", "stage", "theme"]
    assert all(one.why for one in found) and conforms(found) is all(one.met is True for one in found)
    return [one.met for one in found]


def test_a_lead_that_passes_all_four() -> None:
    assert met(DEFINED) == [True] * 4


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({**GOOD, "employees": "9"}, False),
        ({**GOOD, "revenue_eur": "1 999 999"}, False),
        ({**GOOD, "industry": "68202"}, False),
        # What is not known fails nothing, and passes nothing either.
        ({"revenue_eur": "5000000", "industry": "25620"}, None),
        ({"employees": "many", "revenue_eur": "5000000"}, None),
        ({}, None),
        # One that is known to be too small is too small, whatever else is not known.
        ({"employees": "3"}, False),
    ],
)
def test_the_target_group(facts: dict[str, str], expected: bool | None) -> None:
    assert met(DEFINED, of=account(facts))[0] is expected


@pytest.mark.parametrize(
    ("person", "expected"),
    [(replace(PERSON, role="end-user"), False), (PERSON, None), (replace(PERSON, role="unknown"), None), (None, None)],
)
def test_the_decision_maker(person: Person | None, expected: bool | None) -> None:
    assert met(DEFINED, person=person)[1] is expected


def test_the_stage_and_the_theme() -> None:
    assert met(DEFINED, replace(LEAD, stage=BuyingStage.NO_NEED, theme="siivous"))[2:] == [False, False]
    assert met(DEFINED, replace(LEAD, stage=None, theme=" "))[2:] == [None, None]


def test_where_nothing_is_defined_what_is_known_passes() -> None:
    assert met(POLICY, replace(LEAD, stage=BuyingStage.NO_NEED, theme="siivous")) == [True] * 4
    assert met(POLICY, replace(LEAD, stage=None, theme=""), person=None)[1:] == [None] * 3


# --- targets of a tier ------------------------------------------------------------------------------------------------

TIERED = replace(
    POLICY,
    agreement=replace(POLICY.agreement, tiers={(LeadKind.HAND_RAISER, "A"): Targets(take=20, decision=60)}, grace=30),
)
#: Offered on Monday at 11.00 in Helsinki.
OFFERED = lead(LeadState.OFFERED, LeadKind.HAND_RAISER, offered_at=NOW)


def test_a_tier_has_its_own_targets() -> None:
    found = sla.running(OFFERED, TIERED, account({}, tier="A"))
    assert [(one.clock, one.due) for one in found] == [
        (Clock.TAKE, NOW + 20 * MINUTE),
        (Clock.DECISION, NOW + HOUR),
    ]
    assert sla.running(OFFERED, TIERED, account({}, tier="B")) == sla.running(OFFERED, TIERED)


@pytest.mark.parametrize(
    ("after", "take", "decision"),
    [
        # Ten minutes are used: 20 from the offer would leave ten, less than the grace of 30.
        (10, 40, 60),
        (50, 80, 80),
        # Long past both: half an hour from the change.
        (120, 150, 150),
    ],
)
def test_where_the_tier_changes_midway_the_time_used_counts_and_the_grace_is_left(
    after: int, take: int, decision: int
) -> None:
    changed = NOW + after * MINUTE
    found = {one.clock: one for one in sla.running(OFFERED, TIERED, account({"tier": "A"}, at=changed, tier="A"))}
    assert found[Clock.TAKE].due == NOW + take * MINUTE
    assert found[Clock.DECISION].due == NOW + decision * MINUTE
    assert all(one.warn_at is not None and one.warn_at <= (one.due or NOW) for one in found.values())


def test_the_grace_is_business_time_and_the_night_costs_nothing() -> None:
    # Five minutes to closing on Monday: the rest of the grace comes on Tuesday morning.
    changed = datetime(2026, 11, 23, 13, 55, tzinfo=UTC)
    held = replace(OFFERED, offered_at=NOW)
    (take, _) = sla.running(held, TIERED, account({"tier": "A"}, at=changed, tier="A"))
    due = datetime(2026, 11, 24, 6, 25, tzinfo=UTC)
    assert take == Countdown(Clock.TAKE, NOW, due, changed)


def test_a_tier_that_was_there_at_the_offer_has_no_grace() -> None:
    told = account({"tier": "A"}, at=NOW - timedelta(days=3), tier="A")
    assert sla.running(OFFERED, TIERED, told)[0].due == NOW + 20 * MINUTE
