"""Fit: the grade A-D from account facts and the person's role, before any behaviour; and the target-group test.

Every point of fit has a row that says why. An unknown fact never fails the target-group test, only a contrary one does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from leaddesk.domain.policy import Scorecard
from leaddesk.domain.state import Account, Fact, Person, Telling
from leaddesk.domain.words import Grade

#: Names that only housing companies bear (Finnish and Swedish).
_HOUSING_NAMES = re.compile(
    r" (?:as oy|as\. oy|asunto oy|asunto-oy|asunto-osakeyhtiö|bostads ab|bostadsaktiebolaget|asoy) "
)
_HOUSING_FORMS = ("asunto-osakeyhtiö", "housing company", "bostadsaktiebolag")


@dataclass(frozen=True, slots=True)
class Fit:
    """The grade with its points and rows (message key, values, points); the target-group test with its reason.

    ``target`` False: a contrary fact; True: known facts pass; None: nothing is known yet.
    """

    grade: Grade
    points: int
    rows: tuple[tuple[str, Mapping[str, object], int], ...]
    target: bool | None
    target_reason: str = ""
    target_values: Mapping[str, object] = field(default_factory=dict)


def shown(facts: tuple[Fact, ...], card: Scorecard) -> dict[str, tuple[Fact, tuple[Fact, ...]]]:
    """By key: the fact that stands (highest trust, then the latest in the order given), and the others, newest
    first."""
    best: dict[str, int] = {}
    trust = card.trust
    for index, one in enumerate(facts):
        held = best.get(one.key)
        if held is None or trust.get(one.source, 0) >= trust.get(facts[held].source, 0):
            best[one.key] = index
    return {
        key: (
            facts[index],
            tuple(one for place, one in reversed(tuple(enumerate(facts))) if one.key == key and place != index)
            if len(facts) > len(best)
            else (),
        )
        for key, index in best.items()
    }


def stands(told: tuple[Telling, ...], card: Scorecard) -> dict[str, str]:
    """By key: the value that stands, as ``shown`` has it."""
    values: dict[str, str] = {}
    if len(told) == 1:
        values.update(told[0].values)
        return values
    trusted: dict[str, int] = {}
    for one in told:
        trust = card.trust.get(one.source, 0)
        for key, value in one.values:
            if trust >= trusted.get(key, trust):
                trusted[key] = trust
                values[key] = value
    return values


def fit(account: Account, person: Person | None, card: Scorecard) -> Fit:
    """How well the account and the person's role fit, by the scorecard's tables."""
    # A value that was taken back is as unknown as one that never was.
    facts = {key: value for key, value in stands(account.told, card).items() if value.strip()}
    rows: list[tuple[str, Mapping[str, object], int]] = []
    band, size_row = _size(facts, card)
    size_points = card.size_points[band] if band is not None else 0
    if size_row is not None:
        rows.append((size_row, {"value": facts["revenue_eur" if "revenue" in size_row else "employees"]}, size_points))
    role = person.role if person is not None and person.role else ""
    if role:
        points = card.role_points.get(role, card.role_points.get("unknown", 0))
        rows.append(("fit-role", {"role": role}, points))
    industry = facts.get("industry", "")
    code = _longest(industry, card.industry_points)
    if code:
        named = facts.get("industry_text") or industry
        rows.append(("fit-industry", {"industry": named, "code": code}, card.industry_points[code]))
    total = sum(points for _, _, points in rows)
    grade = next((one for one, floor in card.grades if total >= floor), Grade.D)
    target, reason, values = _target(account.name, facts, card)
    return Fit(grade, total, tuple(rows), target, reason, values)


def _size(facts: Mapping[str, str], card: Scorecard) -> tuple[int | None, str | None]:
    for key, bands, row in (
        ("revenue_eur", card.revenue_bands, "fit-size-revenue"),
        ("employees", card.employee_bands, "fit-size-employees"),
    ):
        number = number_of(facts.get(key, ""))
        if number is not None:
            return sum(1 for floor in bands if number >= floor), row
    return None, None


@lru_cache(maxsize=4096)
def number_of(text: str) -> float | None:
    """The number that a fact tells; None for what is none."""
    try:
        number = float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return number if number == number and abs(number) < 1e15 else None


def _longest(code: str, table: Mapping[str, int]) -> str:
    for length in range(min(5, len(code)), 1, -1):
        if code[:length] in table:
            return code[:length]
    return ""


def _target(name: str, facts: Mapping[str, str], card: Scorecard) -> tuple[bool | None, str, Mapping[str, object]]:
    industry = facts.get("industry", "")
    for code in card.excluded_industries:
        if industry.startswith(code):
            return False, "target-excluded-industry", {"industry": industry, "text": facts.get("industry_text", "")}
    form = facts.get("legal_form", "").strip().lower()
    if form in _HOUSING_FORMS or _HOUSING_NAMES.search(f" {name.lower()} "):
        return False, "target-housing-company", {"name": name}
    if industry or "revenue_eur" in facts or "employees" in facts:
        return True, "target-passes", {}
    return None, "target-unknown", {}
