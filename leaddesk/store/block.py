"""A block: whole accounts as one JSON text, their rows by kind. What a first download is made of.

The central packs rows as they are in its books; a desk reads them into values, or as rows of the feed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from leaddesk.domain.errors import BadInput
from leaddesk.domain.record import FeedRow
from leaddesk.domain.state import Account, Lead, Person

#: The kinds of rows in the order in which they are told, and what they are called in a block.
_KINDS = {"account": "accounts", "person": "persons", "lead": "leads", "entry": "entries"}


class Line(msgspec.Struct):
    """A line of history as it travels; its operation is kept as it came."""

    operation: msgspec.Raw
    position: int
    undone_by: str = ""


class Filled(msgspec.Struct):
    """The rows of a block as values."""

    accounts: list[Account] = []
    persons: list[Person] = []
    leads: list[Lead] = []
    entries: list[Line] = []

    def count(self) -> int:
        """How many rows there are."""
        return len(self.accounts) + len(self.persons) + len(self.leads) + len(self.entries)


_filled = msgspec.json.Decoder(Filled).decode
_plain = msgspec.json.Decoder(dict[str, list[dict[str, Any]]]).decode


def pack(bodies: Mapping[tuple[str, str], Any]) -> bytes:  # Any: what JSON is made of
    """The bodies of rows, by (what, id), as a block."""
    made: dict[str, list[Any]] = {name: [] for name in _KINDS.values()}
    for (what, _), body in bodies.items():
        made[_KINDS[what]].append(body)
    return msgspec.json.encode(made)


def digest(data: bytes) -> str:
    """The SHA-256 of a block, as it travels."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> Filled:
    """The rows as values; fields this program does not know are let be. Raises ``BadInput("row-unreadable")``."""
    try:
        return _filled(data)
    except msgspec.MsgspecError as trouble:
        raise BadInput("row-unreadable", what="block", why=str(trouble)[:300]) from trouble


def rows(data: bytes, seq: int = 0) -> list[FeedRow]:
    """The rows as the feed would tell them. Raises ``BadInput("row-unreadable")``."""
    try:
        told = _plain(data)
        return [
            FeedRow(what=what, id=_id(what, body), seq=seq, body=body)
            for what, name in _KINDS.items()
            for body in told.get(name, ())
        ]
    except (msgspec.MsgspecError, KeyError, TypeError) as trouble:
        raise BadInput("row-unreadable", what="block", why=str(trouble)[:300]) from trouble


def ids(filled: Filled) -> Iterable[tuple[str, str]]:
    """What each row but a line is and its id."""
    yield from (("account", one.id) for one in filled.accounts)
    yield from (("person", one.id) for one in filled.persons)
    yield from (("lead", one.id) for one in filled.leads)


def _id(what: str, body: Mapping[str, Any]) -> str:
    if what != "entry":
        return str(body["id"])
    operation = body["operation"]
    return f"{operation['id']}:{operation.get('ordinal', 0)}"
