"""In which order a file writes day, month and year, where a date like 03/04/26 alone does not say."""

from collections.abc import Iterable, Sequence

from leaddesk.intake.file import Remark, Table
from leaddesk.intake.moment import read_day, readings
from leaddesk.intake.text import clean, legible

#: The fields whose cells are dates.
_DATES = frozenset(("event_at", "activity_at", "created", "registered", "contract_ends"))

#: A column holds few years and many days: the order with so many times fewer years is meant.
_FEWER, _ENOUGH = 4, 8


def date_order(table: Table, mapping: Sequence[str]) -> tuple[str, Remark | None]:
    """The one order (dmy, mdy, ymd) in which every date of the file can be read, with what to tell of it; "" where
    there is none to settle, or more than one.
    """
    places = [place for place, key in enumerate(mapping) if key in _DATES]
    if not places:
        return "", None
    first, cells = "", set()
    for _, row, problem in table.rows():
        if problem is None:
            for place in places:
                cell = clean(legible(row[place]))
                first = first or (cell if readings(cell) else "")
                cells.add(cell)
    order = settled(cells)
    if not order:
        return "", None
    return order, Remark("file-date-order", {"value": first, "expected": read_day(first, order).isoformat()})


def settled(cells: Iterable[str]) -> str:
    """The order in which all of the cells that leave it open can be read; "" where none or several fit."""
    years: dict[str, set[int]] | None = None
    for cell in cells:
        if not (found := readings(cell)):
            continue
        if years is None:
            years = {order: set() for order in found}
        years = {order: {*seen, found[order].year} for order, seen in years.items() if order in found}
    if not years:
        return ""
    least = min(years, key=lambda order: len(years[order]))
    enough = max(_ENOUGH, _FEWER * len(years[least]))
    return least if all(order == least or len(seen) >= enough for order, seen in years.items()) else ""
