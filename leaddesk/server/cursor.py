"""The cursor of a pull: where a desk stands in one history, in one scope. Opaque to the desk; checked, not trusted."""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Any

from leaddesk.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Cursor:
    """``seq`` is the last number seen and ``chain`` the history's chain there; ``scope`` names what was in sight.

    ``head`` and ``head_chain``: between two pages, where the feed stood then. Rows have moved from before ``seq`` up to
    there and were left out, so that much of the history must stand too; 0 at the end of a pull, where it is ``seq``.
    ``after``: a first download has told accounts, by id, up to this one, of ``rows`` rows in all; what has changed
    since it began, at ``seq``, is told once it has come to the last.
    """

    epoch: str
    seq: int
    chain: str
    scope: str
    head: int = 0
    head_chain: str = ""
    rows: int = 0
    after: str = ""


_FIELDS: tuple[Any, ...] = fields(Cursor)

#: What is between two fields, and how many of them say everything where a pull has come to its end.
_BETWEEN, _AT_REST = "~", 4


def scope_name(scopes: Iterable[str] | None) -> str:
    """A short name for a set of scopes."""
    told = "*" if scopes is None else "\n".join(sorted(scopes))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write(cursor: Cursor) -> str:
    """The cursor as text. It is part of every question, so it is short, and stands in an address as it is."""
    told = [str(one) for one in astuple(cursor)]
    return _BETWEEN.join(told if cursor.head or cursor.after else told[:_AT_REST])


def read(text: str) -> Cursor:
    """The cursor of a text. Raises ``BadInput("cursor-unreadable")``."""
    told = text.split(_BETWEEN, len(_FIELDS) - 1)
    if len(told) not in (_AT_REST, len(_FIELDS)):
        raise BadInput("cursor-unreadable")
    try:
        cursor = Cursor(*(one.type(value) for one, value in zip(_FIELDS, told, strict=False)))
    except ValueError as trouble:
        raise BadInput("cursor-unreadable") from trouble
    if not all(0 <= number < 2**62 for number in (cursor.seq, cursor.head, cursor.rows)):
        raise BadInput("cursor-unreadable")
    return cursor
