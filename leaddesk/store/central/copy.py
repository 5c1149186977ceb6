"""Everything a central keeps as one stream of rows, the same for every database, and back.

The stream: a heading (form, revision, columns by table), one JSON line a row, a last line with the number of rows and
the SHA-256 of all before it. Who reads it has read it whole, or is told that it is not.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, delete, insert, select

from leaddesk.domain.errors import BadInput
from leaddesk.store.central import erasing, people
from leaddesk.store.central import tables as t
from leaddesk.store.central.book import Book
from leaddesk.store.central.feed import Feed

FORM = "leaddesk-central-1"

#: Rows by table: the table's name, and values by column.
Rows: TypeAlias = Iterator[tuple[str, dict[str, Any]]]

#: Who may come in. A restore does not turn these back where the database still has them.
_DOORS = (t.users.name, t.devices.name)

#: What reading something else, or half of it, may raise.
_DAMAGE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError, OSError, EOFError, zlib.error)

#: Rows written at once.
_PORTION = 500


def lines(connection: Connection) -> Iterator[bytes]:
    """The whole database as it is at this moment, line by line."""
    digest = hashlib.sha256()

    def line(value: object) -> bytes:
        made = msgspec.json.encode(value) + b"\n"
        digest.update(made)
        return made

    yield line({"form": FORM, "revision": t.HEAD, "tables": _columns()})
    number = 0
    for name, table in t.metadata.tables.items():
        result = connection.execution_options(yield_per=_PORTION).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        for row in result:
            yield line([str(name), *row])
            number += 1
    yield msgspec.json.encode({"rows": number, "sha256": digest.hexdigest()}) + b"\n"


def read(source: Iterable[bytes]) -> Rows:
    """The rows of a stream by table. Raises ``BadInput``: "backup-damaged", also after the last row where less or other
    was read than had been written; "backup-of-another-version"."""
    digest = hashlib.sha256()
    columns: dict[str, list[str]] = {}
    number, last = 0, None
    try:
        for line in source:
            if last is not None:
                raise ValueError("more after the end")
            told = msgspec.json.decode(line)
            if isinstance(told, dict) and "sha256" in told:
                last = told
                continue
            digest.update(line)
            if isinstance(told, dict):
                if told["form"] != FORM or told["revision"] != t.HEAD or told["tables"] != _columns():
                    raise BadInput("backup-of-another-version", found=str(told.get("revision"))[:40], expected=t.HEAD)
                columns = told["tables"]
            else:
                number += 1
                yield told[0], dict(zip(columns[told[0]], told[1:], strict=True))
        if last is None or (last["rows"], last["sha256"]) != (number, digest.hexdigest()):
            raise ValueError("not whole")
    except _DAMAGE as trouble:
        raise BadInput("backup-damaged", why=str(trouble)[:100]) from trouble


def replace(connection: Connection, rows: Rows, epoch: Callable[[], str]) -> int:
    """Put the rows in the place of everything in the database; how many there were. Each organisation begins a new
    epoch, so that its desks send again what the rows may not hold.

    Who may come in stays as it is for organisations that the database still has; of others every device is signed out.
    Who was erased in them is erased again.
    """
    known = {one for one, _ in people.tenants(connection)}
    for tenant in sorted(known):
        # Whoever is writing ends first.
        Feed(connection, tenant).lock()
    journals = {tenant: erasing.journal(connection, tenant) for tenant in sorted(known)}
    for name, table in t.metadata.tables.items():
        if name not in _DOORS:
            connection.execute(delete(table))
    number, at = 0, ""
    portion: list[dict[str, Any]] = []

    def write() -> None:
        if portion:
            connection.execute(insert(t.metadata.tables[at]), portion)
            portion.clear()

    for name, values in rows:
        number += 1
        if name in _DOORS and values["tenant"] in known:
            continue
        if name == t.devices.name:
            values["revoked"] = True
        if name != at or len(portion) == _PORTION:
            write()
            at = name
        portion.append(values)
    write()
    for tenant, _ in people.tenants(connection):
        people.begin_epoch(connection, tenant, epoch())
        book = Book(connection, tenant)
        book.feed.lock()
        for user in people.users_of(connection, tenant):
            book.show_user(user.id)
        if tenant in journals:
            book.erase_again(journals[tenant])
        book.feed.close()
    return number


def _columns() -> dict[str, list[str]]:
    return {str(name): [str(one.name) for one in table.columns] for name, table in t.metadata.tables.items()}
