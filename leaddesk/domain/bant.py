"""BANT as evidence: each element unknown, yes or no, with who said it, when, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from leaddesk.domain.state import BantMark
from leaddesk.domain.words import BantElement, BantValue, RejectReason

#: Question keys of answers that are BANT elements.
QUESTIONS = {f"bant.{element.value}": element for element in BantElement}

#: Which BANT element a reject reason speaks of; the others say what was wrong with the lead itself.
ELEMENT_OF = {
    RejectReason.BUDGET: BantElement.BUDGET,
    RejectReason.AUTHORITY: BantElement.AUTHORITY,
    RejectReason.NEED: BantElement.NEED,
    RejectReason.TIMING: BantElement.TIMING,
}


def mark(
    marks: tuple[BantMark, ...], stated: Iterable[tuple[BantElement, BantValue]], at: datetime, by: str, text: str = ""
) -> tuple[BantMark, ...]:
    """The marks with the newly stated elements in place of the old ones, in the fixed order of the elements."""
    held = {one.element: one for one in marks}
    for element, value in stated:
        held[element] = BantMark(element=element, value=value, at=at, by=by, text=text)
    return tuple(held[element] for element in BantElement if element in held)


def value_of(marks: tuple[BantMark, ...], element: BantElement) -> BantValue:
    """What is known of one element."""
    return next((one.value for one in marks if one.element is element), BantValue.UNKNOWN)
