"""Points: the shipped scorecard, and a ledger that sums to the number shown, exactly and in any order."""

from dataclasses import replace
from decimal import Decimal, getcontext
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain import score
from leaddesk.domain.policy import Rule
from leaddesk.domain.state import DayCount
from tests.domain.scene import POLICY

CARD = POLICY.scorecard
DAY = 739_943

EVENTS = [one.event for one in CARD.rules]


def tally(*events: tuple[str, int]) -> tuple[DayCount, ...]:
    """Events with the days they happened on, counted one by one."""
    return reduce(lambda held, one: score.count(held, *one), events, ())


def rows(card_rules: list[Rule], *events: tuple[str, int], today: int = DAY) -> list[tuple[str, str, int]]:
    made = replace(CARD, rules=tuple(card_rules))
    return [(one.rule, one.kind, one.points) for one in score.ledger(tally(*events), made, today)]


# --- the shipped card -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "points"),
    [("guide-download", 20), ("site-visit", 5), ("email-open", 1), ("unsubscribe", -20), ("not-interested", -20)],
)
def test_the_shipped_points(event: str, points: int) -> None:
    assert score.score(tally((event, DAY)), CARD, DAY) == points


def test_what_no_rule_names_gives_nothing() -> None:
    assert score.ledger(tally(("touch-out", DAY), ("x", DAY)), CARD, DAY) == ()
    assert score.score((), CARD, DAY) == 0


# --- rules ----------------------------------------------------------------------------------------------------------

RULE = Rule("visit", 5)
CASES = [
    ("every time", RULE, [0, 0, 1], DAY, [("sum", 15)]),
    ("once a day", replace(RULE, per="day"), [0, 0, 1], DAY, [("sum", 10)]),
    ("once", replace(RULE, per="once"), [0, 0, 1], DAY, [("sum", 5)]),
    ("a cap is a row", replace(RULE, cap=12), [0, 0, 0], DAY, [("sum", 15), ("cap", -3)]),
    ("a cap just reached is none", replace(RULE, cap=15), [0, 0, 0], DAY, [("sum", 15)]),
    ("a cap holds below zero", replace(RULE, points=-5, cap=12), [0, 0, 0], DAY, [("sum", -15), ("cap", 3)]),
    ("decay is a row", replace(RULE, points=20, half_life=10), [0], DAY + 10, [("sum", 20), ("decay", -10)]),
    ("decay of a negative rule", replace(RULE, points=-20, half_life=10), [0], DAY + 10, [("sum", -20), ("decay", 10)]),
    ("half points round away from zero", replace(RULE, half_life=1), [0], DAY + 1, [("sum", 5), ("decay", -2)]),
    ("half points below zero too", replace(RULE, points=-5, half_life=1), [0], DAY + 1, [("sum", -5), ("decay", 2)]),
    ("all of it", replace(RULE, half_life=1), [0], DAY + 99, [("sum", 5), ("decay", -5)]),
    (
        "decay first, then the cap",
        replace(RULE, points=20, half_life=10, cap=15),
        [0, 0],
        DAY + 10,
        [("sum", 40), ("decay", -20), ("cap", -5)],
    ),
    ("each by its own age", replace(RULE, points=20, half_life=10), [0, 10], DAY + 10, [("sum", 40), ("decay", -10)]),
    ("a day to come is young", replace(RULE, half_life=10), [5], DAY, [("sum", 5)]),
    (
        "once decays from the first",
        replace(RULE, points=20, per="once", half_life=10),
        [0, 10],
        DAY + 10,
        [("sum", 20), ("decay", -10)],
    ),
]


@pytest.mark.parametrize(("rule", "days", "today", "expected"), [one[1:] for one in CASES], ids=[c[0] for c in CASES])
def test_a_rule(rule: Rule, days: list[int], today: int, expected: list[tuple[str, int]]) -> None:
    found = rows([rule], *(("visit", DAY + one) for one in days), today=today)
    assert found == [("visit", kind, points) for kind, points in expected]


def test_a_row_says_how_often_and_when() -> None:
    (row,) = score.ledger(tally(("x", DAY - 3), ("x", DAY), ("x", DAY)), replace(CARD, rules=(Rule("x", 2),)), DAY)
    assert (row.count, row.first_day, row.last_day) == (3, DAY - 3, DAY)


# --- decay ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half_life", [1, 2, 7, 30, 60, 90, 180, 365, 3650])
def test_factors_are_those_of_the_formula_to_one_unit(half_life: int) -> None:
    getcontext().prec = 50
    table = score.factors(half_life)
    assert table[0] == score.UNIT
    assert abs(table[half_life] * 2 - score.UNIT) <= 2
    assert all(later <= earlier for earlier, later in zip(table, table[1:], strict=False))
    for age in {1, half_life // 2, half_life, half_life + 1, min(5 * half_life, len(table) - 1)}:
        exact = Decimal(score.UNIT) * Decimal(2) ** (Decimal(-age) / Decimal(half_life))
        assert abs(table[age] - exact) <= 1


def test_factors_are_whole_numbers_written_down() -> None:
    """The same on every machine: a changed way of reckoning must not change them."""
    assert score.factors(30)[:4] == (1048576, 1024626, 1001224, 978356)
    assert score.factors(0) == (score.UNIT,)


# --- laws -----------------------------------------------------------------------------------------------------------

HAPPENED = st.lists(st.tuples(st.sampled_from([*EVENTS, "x"]), st.integers(DAY - 400, DAY + 2)), max_size=40)


@given(HAPPENED, st.integers(DAY - 10, DAY + 400))
def test_the_rows_sum_to_the_score_in_whole_points(events: list[tuple[str, int]], today: int) -> None:
    held = tally(*events)
    ledger = score.ledger(held, CARD, today)
    assert sum(one.points for one in ledger) == score.score(held, CARD, today)
    assert all(type(one.points) is int for one in ledger)
    by_rule = {rule.event: rule for rule in CARD.rules}
    for event in {one.rule for one in ledger}:
        rule, mine = by_rule[event], [one for one in ledger if one.rule == event]
        assert [one.kind for one in mine] == [
            kind for kind in ("sum", "decay", "cap") if kind in {m.kind for m in mine}
        ]
        total = sum(one.points for one in mine)
        assert 0 <= total * (1 if rule.points > 0 else -1) <= (rule.cap or abs(mine[0].points))


@given(HAPPENED, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(events: list[tuple[str, int]], chance: object) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tally(*shuffled) == tally(*events)


@given(HAPPENED)
def test_what_is_counted_and_taken_away_was_never_there(events: list[tuple[str, int]]) -> None:
    held = tally(*events)
    more = score.count(held, "x", DAY - 999, 3)
    assert score.count(more, "x", DAY - 999, -3) == held
    assert list(held) == sorted(held, key=lambda one: (one.event, one.day))


@given(HAPPENED)
def test_a_score_without_events_only_comes_nearer_to_what_does_not_decay(events: list[tuple[str, int]]) -> None:
    """Positive and negative rules apart: each fades, none flips."""
    for rule in CARD.rules:
        held = tally(*(one for one in events if one[0] == rule.event))
        one = [abs(score.score(held, CARD, DAY + 3 + days)) for days in (0, 1, 30, 400)]
        assert one == sorted(one, reverse=True)
