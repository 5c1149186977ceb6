"""Backups of the central and their restoration, over any database: a file that was read again before it counts.

A backup holds what the database holds, personal data and the hashes of passwords too: it is readable by its owner
alone. A restore is one transaction; what was there is kept as a backup beside the one restored.
"""

import gzip
import os
from contextlib import closing
from datetime import datetime
from pathlib import Path

from leaddesk.config.port import Ids
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.server.admin import existing
from leaddesk.store.central import copy, people
from leaddesk.store.central.store import CentralStore


def backup(url: str, path: Path) -> int:
    """Write everything to a file and read it again; how many rows it holds. Only then it has its name.

    Raises ``StoreTrouble``; ``BadInput``: "file-not-usable", "backup-damaged"; ``Refusal("file-exists")``.
    """
    with closing(existing(url)) as store:
        return _write(store, path)


def restore(url: str, path: Path, now: datetime) -> tuple[int, Path | None]:
    """Put a backup in the place of what a database holds, made where there is none. How many rows; and where what was
    there is kept now, None where there was nothing.

    Every desk then sends again what it was ever acknowledged, each operation counted once. Raises ``BadInput``:
    "file-not-usable", "backup-damaged", "backup-of-another-version"; ``StoreTrouble``. Nothing has changed then.
    """
    for _ in _read(path):
        pass
    ids = Ids()
    with closing(CentralStore.open(url)) as store:
        kept = _keep(store, path, now)
        return store.write(lambda connection: copy.replace(connection, _read(path), ids.new)), kept


def _keep(store: CentralStore, beside: Path, now: datetime) -> Path | None:
    """What the database holds now, as a backup of its own."""
    with store.read() as connection:
        if not people.tenants(connection):
            return None
    kept = beside.with_name(f"before-restore-{now:%Y%m%dT%H%M%S}.leaddesk-backup")
    _write(store, kept)
    return kept


def _write(store: CentralStore, path: Path) -> int:
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
            number = sum(1 for _ in _read(part))
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as trouble:
        raise BadInput("file-not-usable", file=str(path), why=trouble.strerror or "") from trouble
    return number


def _read(path: Path) -> copy.Rows:
    try:
        file = path.open("rb")
    except OSError as trouble:
        raise BadInput("file-not-usable", file=str(path), why=trouble.strerror or "") from trouble
    with file, gzip.GzipFile(fileobj=file, mode="rb") as packed:
        yield from copy.read(packed)
