"""Backups of the central and their restoration, over any database: a file that was read again before it counts.

A backup holds what the database holds, personal data and the hashes of passwords too: it is readable by its owner
alone. A restore is one transaction; what was there is kept as a backup beside the one restored.

What two backups on end hold is declared durable: desks forget that they have sent it. So the latest backup or the one
before it is restored without loss, since desks send what came after again; of an older one ``restore`` says that it may
lack what no desk can send.
"""

import gzip
import os
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leaddesk.config.port import Ids
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.server.admin import existing
from leaddesk.store.central import copy, people
from leaddesk.store.central import tables as t
from leaddesk.store.central.feed import Feed
from leaddesk.store.central.store import CentralStore, Unit


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: how many rows; where what was there is kept now, None where there was nothing; ``lacking``:
    the books as they were held, durably, what this backup does not, and desks may have forgotten it."""

    rows: int
    kept: Path | None
    lacking: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A point in the books of an organisation."""

    tenant: str
    seq: int
    chain: str


def backup(url: str, path: Path) -> int:
    """Write everything to a file and read it again; how many rows it holds. Only then it has its name, and the books
    know of it.

    Raises ``StoreTrouble``; ``BadInput``: "file-not-usable", "backup-damaged"; ``Refusal("file-exists")``. Nothing is
    declared durable then.
    """
    with closing(existing(url)) as store:
        number, places = _write(store, path)
        store.write(lambda connection: _declare(connection, places))
        return number


def restore(url: str, path: Path, now: datetime) -> Restored:
    """Put a backup in the place of what a database holds, made where there is none.

    Every desk then sends again what it was acknowledged and has not been told to be durable, each operation counted
    once. Raises ``BadInput``: "file-not-usable", "backup-damaged", "backup-of-another-version"; ``StoreTrouble``.
    Nothing has changed then.
    """
    for _ in _read(path):
        pass
    ids = Ids()
    with closing(CentralStore.open(url)) as store:
        kept = _keep(store, path, now)

        def put(connection: Unit) -> tuple[int, bool]:
            declared = _durable(connection)
            missed = set(declared)
            number = copy.replace(connection, _noting(_read(path), missed), ids.new)
            # Desks have been told so, which the backup may be too old to know.
            for place in declared - missed:
                feed = Feed(connection, place.tenant)
                feed.lock()
                feed.declare(place.seq)
                feed.close()
            return number, bool(missed)

        number, lacking = store.write(put)
        return Restored(number, kept, lacking)


def _declare(connection: Unit, places: list[_Place]) -> None:
    """Note a checked backup in the books it was made of; not in those that were restored to something else since."""
    known = {one for one, _ in people.tenants(connection)}
    for place in places:
        if place.tenant in known:
            feed = Feed(connection, place.tenant)
            feed.lock()
            if feed.chain_at(place.seq) == place.chain:
                feed.keep(place.seq)
                feed.close()


def _durable(connection: Unit) -> set[_Place]:
    """How far the books are declared durable."""
    feeds = {one: Feed(connection, one) for one, _ in people.tenants(connection)}
    return {
        _Place(one, feed.durable(), feed.chain_at(feed.durable()) or "")
        for one, feed in feeds.items()
        if feed.durable()
    }


def _noting(rows: copy.Rows, missed: set[_Place]) -> copy.Rows:
    """The rows; of ``missed`` remain the places that are not among them."""
    for name, values in rows:
        if name == t.chain.name:
            missed.discard(_Place(values["tenant"], values["seq"], values["chain"]))
        yield name, values


def _keep(store: CentralStore, beside: Path, now: datetime) -> Path | None:
    """What the database holds now, as a backup of its own."""
    with store.read() as connection:
        if not people.tenants(connection):
            return None
    kept = beside.with_name(f"before-restore-{now:%Y%m%dT%H%M%S%f}.leaddesk-backup")
    _write(store, kept)
    return kept


def _write(store: CentralStore, path: Path) -> tuple[int, list[_Place]]:
    """A backup: how many rows it holds, and the places the books had come to, as they were read in it."""
    if path.exists():
        raise Refusal("file-exists", file=str(path))
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed, store.read() as connection:
                    packed.writelines(copy.lines(connection))
                file.flush()
                os.fsync(file.fileno())
            number, places = 0, []
            for name, values in _read(part):
                number += 1
                if name == t.counter.name:
                    places.append(_Place(values["tenant"], values["seq"], values["chain"]))
            part.rename(path)
            _sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as trouble:
        raise BadInput("file-not-usable", file=str(path), why=trouble.strerror or "") from trouble
    return number, places


def _sync_folder(folder: Path) -> None:
    """A file's name is on disk too."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> copy.Rows:
    try:
        file = path.open("rb")
    except OSError as trouble:
        raise BadInput("file-not-usable", file=str(path), why=trouble.strerror or "") from trouble
    with file, gzip.GzipFile(fileobj=file, mode="rb") as packed:
        yield from copy.read(packed)
