"""Portable SQL through SQLAlchemy Core; what differs between databases in a unit, the upsert, is here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

#: The most values one statement is given in a list.
_CHUNK = 400

#: The longest text, in characters, that stands in an index as it is: PostgreSQL takes 2,704 bytes for all of a key.
_LONGEST = 200


def short(text: str) -> str:
    """A text as an index of every database takes it: as it is, or a digest of a long one."""
    return text if len(text) <= _LONGEST else "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Values in lists short enough for one statement."""
    held = list(values)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or change those whose key is there."""
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    keys = [one.name for one in table.primary_key.columns]
    sets = {one.name: statement.excluded[one.name] for one in table.columns if one.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=sets), list(rows))
