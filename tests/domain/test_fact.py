"""Facts with sources: which stands, which stay listed, and what is said when two people changed one."""

from datetime import timedelta
from itertools import permutations

import pytest

from leaddesk.domain import fact
from leaddesk.domain.apply import apply
from leaddesk.domain.changes import Outcome
from leaddesk.domain.fit import shown
from leaddesk.domain.operation import SetFact
from leaddesk.domain.state import Fact
from leaddesk.domain.words import Source, Verdict
from tests.domain.scene import ACCOUNT, NOW, PERSON, POLICIES, POLICY, done, operation, state

CARD = POLICY.scorecard


def told(value: str, source: Source, key: str = "employees", days: int = 0, vendor: str = "") -> Fact:
    return Fact(
        key=key, value=value, source=source, at=NOW + timedelta(days=days), by="u", vendor=vendor, op=f"o{value}"
    )


STANDS: list[tuple[str, list[Fact], str, list[str]]] = [
    ("one", [told("1", Source.PURCHASED)], "1", []),
    ("higher trust over later", [told("1", Source.SALES), told("2", Source.PURCHASED, days=9)], "1", ["2"]),
    ("later of equal trust", [told("1", Source.SALES), told("2", Source.SALES)], "2", ["1"]),
    (
        "the central's order, not the date filled in",
        [told("1", Source.SALES, days=9), told("2", Source.SALES)],
        "2",
        ["1"],
    ),
    (
        "self-told is trusted least",
        [told("1", Source.BEHAVIOUR), told("2", Source.SELF_TOLD), told("3", Source.PURCHASED)],
        "3",
        ["2", "1"],
    ),
]


@pytest.mark.parametrize(("facts", "stands", "others"), [one[1:] for one in STANDS], ids=[one[0] for one in STANDS])
def test_which_stands_and_which_stay_listed(facts: list[Fact], stands: str, others: list[str]) -> None:
    account = fact.with_facts(ACCOUNT, facts, CARD)
    found, rest = shown(account.facts, CARD)["employees"]
    assert (found.value, [one.value for one in rest]) == (stands, others)
    assert fact.value_of(account, "employees", CARD) == stands


def test_of_different_trust_the_order_of_arrival_does_not_matter() -> None:
    every = [told("1", Source.SALES), told("2", Source.PURCHASED), told("3", Source.SELF_TOLD)]
    assert {fact.value_of(fact.with_facts(ACCOUNT, one, CARD), "employees", CARD) for one in permutations(every)} == {
        "1"
    }


def test_the_same_said_again_by_its_source_keeps_the_first_date() -> None:
    once = fact.with_facts(ACCOUNT, [told("1", Source.PURCHASED)], CARD)
    assert fact.with_facts(once, [told("1", Source.PURCHASED, days=9)], CARD) is once
    changed = fact.with_facts(once, [told("2", Source.PURCHASED), told("1", Source.PURCHASED, days=9)], CARD)
    assert [one.value for one in changed.facts] == ["1", "2", "1"]


def test_a_contact_field_is_what_stands() -> None:
    account = fact.with_facts(ACCOUNT, [told("Uusi Oy", Source.PURCHASED, "name")], CARD)
    assert account.name == "Uusi Oy"
    account = fact.with_facts(account, [told("Oma Oy", Source.SALES, "name")], CARD)
    account = fact.with_facts(account, [told("Uusin Oy", Source.PURCHASED, "name")], CARD)
    assert account.name == "Oma Oy"
    person = fact.with_facts(PERSON, [told("+358405555555", Source.SALES, "phone")], CARD)
    assert (person.phone, person.name) == ("+358405555555", PERSON.name)


def test_a_field_that_is_no_contact_field_touches_no_column() -> None:
    account = fact.with_facts(ACCOUNT, [told("x", Source.SALES, "created_at"), told("y", Source.SALES, "id")], CARD)
    assert (account.id, account.created_at) == (ACCOUNT.id, ACCOUNT.created_at)


def test_a_row_keeps_the_latest_of_one_source_and_all_sources() -> None:
    many = [told(str(n), Source.SALES) for n in range(20)] + [told("v", Source.PURCHASED, vendor="lista.csv")]
    account = fact.with_facts(ACCOUNT, many, CARD)
    assert [one.value for one in account.facts] == ["15", "16", "17", "18", "19", "v"]
    assert fact.value_of(account, "employees", CARD) == "19"


MERGES = [
    ("seen as it was", "+358401234567", "+358405555555", Verdict.APPLIED, ""),
    ("somebody changed it meanwhile", "+358400000000", "+358405555555", Verdict.MERGED, "fact-merged"),
    ("somebody changed it to the same", "+358400000000", "+358401234567", Verdict.APPLIED, ""),
]


@pytest.mark.parametrize(("was", "value", "verdict", "notice"), [one[1:] for one in MERGES], ids=[m[0] for m in MERGES])
def test_three_way(was: str, value: str, verdict: Verdict, notice: str) -> None:
    outcome = apply(operation(SetFact(key="phone", value=value, was=was, person="p")), state(), POLICIES)
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.notice) == (verdict, notice)
    assert outcome.state.persons["p"].phone == value


def test_what_was_written_over_stays_listed_for_restoring() -> None:
    first = done(SetFact(key="phone", value="+358401111111", was="+358401234567", person="p"), state(), by="rep")
    both = done(SetFact(key="phone", value="+358402222222", was="+358401234567", person="p"), first, by="rep2")
    found, rest = shown(both.persons["p"].facts, CARD)["phone"]
    assert (found.value, found.by, [(one.value, one.by) for one in rest]) == (
        "+358402222222", "rep2", [("+358401111111", "rep")],
    )  # fmt: skip
