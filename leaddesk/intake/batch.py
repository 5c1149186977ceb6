"""Rows in portions that fit in one operation on the wire: at most 500, and not too many bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from leaddesk.domain.operation import ActivityPart, CompanyPart, EventPart, LeadPart, PersonPart, Row

_ROOM = 40


def batches(rows: Iterable[Row], max_rows: int = 500, max_bytes: int = 900_000) -> Iterator[tuple[Row, ...]]:
    """The rows in order, in tuples of at most ``max_rows`` and about ``max_bytes`` of JSON; one big row goes alone."""
    held: list[Row] = []
    size = 0
    for row in rows:
        weight = weigh(row)
        if held and (len(held) == max_rows or size + weight > max_bytes):
            yield tuple(held)
            held, size = [], 0
        held.append(row)
        size += weight
    if held:
        yield tuple(held)


def weigh(row: Row) -> int:
    """About how many bytes the row takes as JSON, rather too many than too few."""
    return _ROOM + sum(
        _part(part) for part in (row.company, row.person, row.lead, row.event, row.activity) if part is not None
    )


def _part(part: CompanyPart | PersonPart | LeadPart | EventPart | ActivityPart) -> int:
    size = _ROOM
    for name in _NAMES[type(part)]:
        value = getattr(part, name)
        if not value:
            continue
        size += len(name) + 6
        if isinstance(value, str):
            size += _text(value)
        elif isinstance(value, tuple):
            size += sum(_text(key) + _text(text) + 6 for key, text in value)
        else:
            size += _ROOM
    return size


def _text(text: str) -> int:
    """Quotation marks, backslashes, line ends and tabs take two bytes in JSON; letters beyond ASCII up to four in
    UTF-8.
    """
    if text.isascii():
        return len(text) + text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    return (
        len(text.encode("utf-8", "replace")) + text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    )


_NAMES = {
    kind: tuple(one.name for one in fields(kind))
    for kind in (CompanyPart, PersonPart, LeadPart, EventPart, ActivityPart)
}
