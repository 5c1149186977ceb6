"""A block: whole accounts as one JSON text, each with its rows by kind. What a first download is made of.

The central packs rows as they are in its books; a desk reads them into values, or as rows of the feed. What an account
and its history both tell stands close together, so that it is packed once: rows in the order of their kinds would take
half as many bytes again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import chain
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


class Whole(msgspec.Struct):
    """The rows of one account as values."""

    accounts: list[Account] = []
    persons: list[Person] = []
    leads: list[Lead] = []
    entries: list[Line] = []


class Filled:
    """The rows of a block as values."""

    def __init__(self, told: list[Whole]) -> None:
        self.accounts = list(chain.from_iterable(one.accounts for one in told))
        self.persons = list(chain.from_iterable(one.persons for one in told))
        self.leads = list(chain.from_iterable(one.leads for one in told))
        self.entries = list(chain.from_iterable(one.entries for one in told))


_wholes = msgspec.json.Decoder(list[Whole]).decode
_plain = msgspec.json.Decoder(list[dict[str, list[dict[str, Any]]]]).decode


def pack(  # Any: what JSON is made of
    bodies: Mapping[tuple[str, str], Any], homes: Mapping[tuple[str, str], str]
) -> bytes:
    """The bodies of rows, by (what, id), as a block; ``homes`` are their accounts."""
    made: dict[str, dict[str, list[Any]]] = {}
    for key, body in bodies.items():
        made.setdefault(homes[key], {}).setdefault(_KINDS[key[0]], []).append(body)
    return msgspec.json.encode([made[account] for account in sorted(made)])


def digest(data: bytes) -> str:
    """The SHA-256 of a block, as it travels."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> Filled:
    """The rows as values; fields this program does not know are let be. Raises ``BadInput("row-unreadable")``."""
    try:
        return Filled(_wholes(data))
    except msgspec.MsgspecError as trouble:
        raise BadInput("row-unreadable", what="block", why=str(trouble)[:300]) from trouble


def rows(data: bytes, seq: int = 0) -> list[FeedRow]:
    """The rows as the feed would tell them. Raises ``BadInput("row-unreadable")``."""
    try:
        return [
            FeedRow(what=what, id=_id(what, body), seq=seq, body=body)
            for told in _plain(data)
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
