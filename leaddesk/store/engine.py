"""Engines and units of work. SQLite on both ends goes through ``sqlcipher3``: keyed on the desk, unkeyed on the central.

A write unit begins immediately (a deferred read that turns into a write fails under load however long the timeout); a read
unit begins plain. Errors of the driver are translated here, once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from leaddesk.domain.errors import StoreTrouble

#: Seconds a writer waits for another.
BUSY_SECONDS = 15

_HEADER = b"SQLite format 3\x00"


def open_sqlite(path: Path, key: str | None) -> Engine:
    """An engine over a SQLite file: WAL, foreign keys, synchronous FULL; with ``key`` (64 hex digits) encrypted.

    Raises ``StoreTrouble``: "store-wrong-key", "store-not-encrypted", "store-read-only", "disk-full", "sqlite-too-old".
    """
    if key is not None and not re.fullmatch(r"[0-9a-f]{64}", key):
        raise StoreTrouble("key-file-damaged", path=str(path))
    _check_version()
    _check_header(path, key)

    def connect() -> Any:  # Any: the driver has no types
        connection = driver.connect(str(path), check_same_thread=False, timeout=BUSY_SECONDS, isolation_level=None)
        if key is not None:
            connection.execute("PRAGMA cipher_log_level=NONE")
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
            connection.execute("PRAGMA cipher_memory_security=OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, module=driver, poolclass=QueuePool, pool_size=4)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    with told(path):
        engine.connect().close()
    return engine


def open_url(url: str) -> Engine:
    """An engine for any SQLAlchemy URL; ``sqlite:///FILE`` goes through the same driver as the desk, unkeyed."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return open_sqlite(path, None)
    if "://" not in url:
        return open_url("sqlite:///" + url)
    try:
        engine = create_engine(url, isolation_level="READ COMMITTED")
        engine.connect().close()
    except (SQLAlchemyError, ImportError) as trouble:
        raise StoreTrouble("database-not-reached", why=type(trouble).__name__) from trouble
    return engine


@contextmanager
def write_unit(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; committed at the end, rolled back on any error."""
    with told(None), engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def read_unit(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads: one moment of the file."""
    with told(None), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Translate the driver's errors into ``StoreTrouble``; anything that is not about the file goes through as it is."""
    where = {"path": str(path)} if path is not None else {}
    try:
        yield
    except DBAPIError as trouble:
        key = _key_of(trouble.orig)
        if key is None:
            raise
        raise StoreTrouble(key, **where) from trouble
    except driver.Error as trouble:
        key = _key_of(trouble)
        if key is None:
            raise
        raise StoreTrouble(key, **where) from trouble
    except OSError as trouble:
        key = {28: "disk-full", 30: "store-read-only", 13: "store-read-only"}.get(trouble.errno or 0)
        if key is None:
            raise
        raise StoreTrouble(key, **where) from trouble


def _key_of(trouble: object) -> str | None:
    name = str(getattr(trouble, "sqlite_errorname", ""))
    text = str(trouble)
    for start, key in (
        ("SQLITE_NOTADB", "store-wrong-key"),
        ("SQLITE_FULL", "disk-full"),
        ("SQLITE_READONLY", "store-read-only"),
        ("SQLITE_CANTOPEN", "store-read-only"),
        ("SQLITE_BUSY", "store-busy"),
        ("SQLITE_CORRUPT", "store-damaged"),
        ("SQLITE_IOERR", "disk-trouble"),
    ):
        if name.startswith(start):
            return key
    for part, key in (
        ("file is not a database", "store-wrong-key"),
        ("database or disk is full", "disk-full"),
        ("readonly database", "store-read-only"),
        ("unable to open", "store-read-only"),
        ("database is locked", "store-busy"),
        ("malformed", "store-damaged"),
        ("disk I/O error", "disk-trouble"),
    ):
        if part in text:
            return key
    return None


def _check_version() -> None:
    """Refuse a SQLite with the WAL-reset defect (fixed in 3.51.3, and in the lines 3.50.7 and 3.44.6)."""
    version = tuple(int(part) for part in driver.sqlite_version.split("."))
    if version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45):
        return
    raise StoreTrouble("sqlite-too-old", version=driver.sqlite_version)


def _check_header(path: Path, key: str | None) -> None:
    """Tell a plain file from a keyed one before anything touches it: neither is opened as the other."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError:
        return
    except OSError as trouble:
        raise StoreTrouble("store-read-only", path=str(path)) from trouble
    if not head:
        return
    if key is not None and head == _HEADER:
        raise StoreTrouble("store-not-encrypted", path=str(path))
    if key is None and head != _HEADER:
        raise StoreTrouble("store-wrong-key", path=str(path))
