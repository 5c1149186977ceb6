"""Engagement points: exact whole-number arithmetic from counts per event and local day, and the ledger that sums to it.

Decay goes by age in whole local days through fixed integer factors, so that every machine has the same number whatever
the order of arrival, and a score changes only at local midnight and at events.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from leaddesk.domain.policy import Rule, Scorecard
from leaddesk.domain.state import DayCount

#: One whole point in the fixed-point arithmetic.
UNIT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One row of the ledger: ``kind`` is "sum" (what the rule gives), "cap" or "decay" (what they take away).

    ``rule`` is the event's name; ``count`` how many counted; first and last local day as ordinals.
    """

    rule: str
    kind: str
    count: int
    first_day: int
    last_day: int
    points: int


def count(tally: tuple[DayCount, ...], event: str, day: int, times: int = 1) -> tuple[DayCount, ...]:
    """The tally with ``times`` more (or fewer) of an event on a day; sorted by (event, day), zeros left out."""
    held = {(one.event, one.day): one.count for one in tally}
    held[event, day] = held.get((event, day), 0) + times
    return tuple(
        DayCount(event=name, day=when, count=number) for (name, when), number in sorted(held.items()) if number
    )


@lru_cache(maxsize=256)
def factors(half_life: int) -> tuple[int, ...]:
    """Decay factors by age in days, in units, down to the first zero. Made by integer square roots alone.

    2^(-d/h) = product of roots of two: the h-th part is found as an integer by bisection on its h-th power.
    """
    if half_life <= 0:
        return (UNIT,)
    # The largest whole number r (in a fine unit) whose half_life-th power does not exceed one half: bisection, exact.
    fine = 1 << 64
    low, high = 0, fine
    while high - low > 1:
        middle = (low + high) // 2
        power = _power(middle, half_life, fine)
        if power * 2 <= fine:
            low = middle
        else:
            high = middle
    row: list[int] = []
    value = fine
    while value * UNIT // fine > 0 and len(row) < 20_000:
        row.append((value * UNIT + fine // 2) // fine)
        value = value * low // fine
    return tuple(row)


def _power(base: int, exponent: int, unit: int) -> int:
    result, factor = unit, base
    while exponent:
        if exponent & 1:
            result = result * factor // unit
        factor = factor * factor // unit
        exponent >>= 1
    return result


def score(tally: tuple[DayCount, ...], card: Scorecard, today: int) -> int:
    """The lead's engagement points on local day ``today``: the sum of its ledger."""
    return sum(row.points for row in ledger(tally, card, today)) if tally else 0


def ledger(tally: tuple[DayCount, ...], card: Scorecard, today: int) -> tuple[LedgerRow, ...]:
    """Every row the score is made of, in the scorecard's order; they sum to the score, to the point."""
    by_event: dict[str, list[DayCount]] = {}
    for one in tally:
        by_event.setdefault(one.event, []).append(one)
    rows: list[LedgerRow] = []
    for rule in card.rules:
        days = by_event.get(rule.event)
        if days:
            rows.extend(_rule_rows(rule, days, today))
    return tuple(rows)


def _rule_rows(rule: Rule, days: list[DayCount], today: int) -> Iterable[LedgerRow]:
    counted = _counted(rule, days)
    total = sum(number for _, number in counted)
    if total == 0:
        return []
    first, last = counted[0][0], counted[-1][0]

    def row(kind: str, points: int) -> LedgerRow:
        return LedgerRow(rule=rule.event, kind=kind, count=total, first_day=first, last_day=last, points=points)

    gross = total * rule.points
    table = factors(rule.half_life)
    if rule.half_life > 0:
        units = 0
        for day, number in counted:
            age = max(0, today - day)
            units += number * (table[age] if age < len(table) else 0)
        decayed = _rounded(units * rule.points)
    else:
        decayed = gross
    capped = _capped(decayed, rule.cap)
    rows = [row("sum", gross)]
    if decayed != gross:
        rows.append(row("decay", decayed - gross))
    if capped != decayed:
        rows.append(row("cap", capped - decayed))
    return rows


def _counted(rule: Rule, days: list[DayCount]) -> list[tuple[int, int]]:
    if rule.per == "once":
        return [(min(one.day for one in days), 1)] if any(one.count > 0 for one in days) else []
    if rule.per == "day":
        return sorted((one.day, 1) for one in days if one.count > 0)
    return sorted((one.day, one.count) for one in days if one.count > 0)


def _capped(points: int, cap: int) -> int:
    return points if not cap else max(-cap, min(cap, points))


def _rounded(units: int) -> int:
    """Units as whole points, halves away from zero."""
    sign = -1 if units < 0 else 1
    return sign * ((abs(units) * 2 + UNIT) // (2 * UNIT))
