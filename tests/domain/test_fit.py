"""The grade from account and role, and the target-group test: what is unknown never fails it."""

from dataclasses import replace
from itertools import product

import pytest

from leaddesk.domain.fit import fit
from leaddesk.domain.state import Account, Fact, Person, tellings_of
from leaddesk.domain.words import Grade, Source
from tests.domain.scene import ACCOUNT, NOW, PERSON, POLICY

CARD = POLICY.scorecard


def account(name: str = "Kuusikon Saha Oy", **facts: str) -> Account:
    told = tuple(Fact(key=key, value=value, source=Source.PURCHASED, at=NOW) for key, value in facts.items())
    return replace(ACCOUNT, name=name, told=tellings_of(told))


def person(role: str) -> Person:
    return replace(PERSON, role=role)


GRADES = [
    ("nothing known", account(), None, Grade.D, 0, []),
    (
        "a large sawmill's decision maker",
        account(revenue_eur="60000000", industry="16101"),
        "decision-maker",
        Grade.A,
        76,
        [30, 34, 12],
    ),
    ("a small one's", account(revenue_eur="1000000", industry="16101"), "decision-maker", Grade.B, 50, [4, 34, 12]),
    ("size by staff where revenue is unknown", account(employees="200"), None, Grade.C, 30, [30]),
    ("revenue goes before staff", account(revenue_eur="1999999", employees="900"), None, Grade.D, 4, [4]),
    ("a band begins at its floor", account(revenue_eur="2000000"), None, Grade.C, 10, [10]),
    ("spaces and a comma", account(revenue_eur="2 000\u00a0000,50"), None, Grade.C, 10, [10]),
    ("a role nobody listed counts as unknown", account(), "astronaut", Grade.D, 0, [0]),
    ("an industry nobody listed has no row", account(industry="01110"), None, Grade.D, 0, []),
    ("the longest code wins", account(industry="68201"), None, Grade.D, 2, [2]),
]


@pytest.mark.parametrize(
    ("company", "role", "grade", "points", "rows"), [one[1:] for one in GRADES], ids=[one[0] for one in GRADES]
)
def test_the_grade(company: Account, role: str | None, grade: Grade, points: int, rows: list[int]) -> None:
    found = fit(company, person(role) if role is not None else None, CARD)
    assert (found.grade, found.points, [one[2] for one in found.rows]) == (grade, points, rows)


def test_every_row_says_why() -> None:
    found = fit(account(revenue_eur="60000000", industry="16101"), person("champion"), CARD)
    assert [(key, dict(values)) for key, values, _ in found.rows] == [
        ("fit-size-revenue", {"value": "60000000"}),
        ("fit-role", {"role": "champion"}),
        ("fit-industry", {"industry": "16101", "code": "16"}),
    ]


TARGETS = [
    ("nothing known", account(), None, "target-unknown"),
    ("an industry", account(industry="16101"), True, "target-passes"),
    ("revenue", account(revenue_eur="1"), True, "target-passes"),
    ("staff", account(employees="1"), True, "target-passes"),
    (
        "a fact that was taken back is unknown",
        account(industry="", revenue_eur=" ", employees=""),
        None,
        "target-unknown",
    ),
    ("a fact about something else", account(website="x"), None, "target-unknown"),
    ("an excluded industry", account(industry="68202"), False, "target-excluded-industry"),
    ("an industry that only begins like one", account(industry="6820"), True, "target-passes"),
    ("a housing company by its form", account(legal_form="Asunto-osakeyhtiö"), False, "target-housing-company"),
    ("by its name", account("Asunto Oy Kuusikko", industry="16101"), False, "target-housing-company"),
    ("by its short name", account("As Oy Kuusikko"), False, "target-housing-company"),
    ("in Swedish", account("Bostads Ab Granen"), False, "target-housing-company"),
    ("a name that only sounds like one", account("Kasoy Oy"), None, "target-unknown"),
]


@pytest.mark.parametrize(("company", "target", "reason"), [one[1:] for one in TARGETS], ids=[one[0] for one in TARGETS])
def test_the_target_group(company: Account, target: bool | None, reason: str) -> None:
    found = fit(company, None, CARD)
    assert (found.target, found.target_reason) == (target, reason)


def test_no_missing_fact_fails_the_test() -> None:
    """Whatever part of a passing account is known, it passes or is unknown."""
    known = {"industry": "16101", "revenue_eur": "5000000", "employees": "40", "legal_form": "Osakeyhtiö"}
    for chosen in product((False, True), repeat=len(known)):
        facts = {key: value for (key, value), use in zip(known.items(), chosen, strict=True) if use}
        assert fit(account(**facts), None, CARD).target is not False


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-inf", "1e99", "9" * 400, "١٢", "-5", "1_000", "😀"])
def test_a_number_that_is_none_breaks_nothing(value: str) -> None:
    assert fit(account(revenue_eur=value, employees=value, industry=value), None, CARD).grade in Grade
