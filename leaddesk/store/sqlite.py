"""SQLite files through ``sqlcipher3``, keyed on the desk, unkeyed on the central: connections and errors.

Errors of the driver are translated here, once.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, cast

import sqlcipher3.dbapi2 as driver

from leaddesk.domain.errors import StoreTrouble

#: Seconds a writer waits for another.
BUSY_SECONDS = 15

_HEADER = b"SQLite format 3\x00"


class Cursor(Protocol):
    """The rows of one statement."""

    rowcount: int

    def fetchone(self) -> Any: ...  # Any: a tuple of the driver, or None

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection of the driver, which has no types of its own."""

    in_transaction: bool

    def execute(self, sql: str, values: Sequence[Any] = ...) -> Cursor: ...

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> Cursor: ...

    def close(self) -> None: ...


def connect(path: Path, key: str | None) -> Connection:
    """A connection to a SQLite file: WAL, foreign keys, synchronous FULL; with ``key`` (64 hex digits) encrypted.

    Raises ``StoreTrouble``: "store-wrong-key", "store-not-encrypted", "store-read-only", "store-damaged", "disk-full",
    "sqlite-too-old".
    """
    if key is not None and not re.fullmatch(r"[0-9a-f]{64}", key):
        raise StoreTrouble("key-file-damaged", path=str(path))
    _check_version()
    with told(path):
        never_over_a_log(path)
        connection: Connection = driver.connect(
            str(path), check_same_thread=False, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            if key is not None:
                connection.execute("PRAGMA cipher_log_level=NONE")
                connection.execute(f"PRAGMA key=\"x'{key}'\"")
                connection.execute("PRAGMA cipher_memory_security=OFF")
            else:
                # What is deleted or written over in a plain file can be read in it for as long as nothing comes there.
                connection.execute("PRAGMA secure_delete=ON")
            _first_read(connection, path, key)
            connection.execute("PRAGMA cache_size=-32768")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
        except BaseException:
            connection.close()
            raise
    return connection


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, where there is none; SQLite gives its side files the same mode.

    Made before SQLite opens it: the umask belongs to the whole process, and a mode set afterwards leaves a moment open.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def copy(connection: Connection, target: Path) -> None:
    """A copy of the file as it is at this moment, keyed as it is, for its owner alone. Nothing is left at ``target``
    where it fails."""
    try:
        make_private(target)
        connection.execute("VACUUM INTO ?", (str(target),))
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Translate the driver's errors into ``StoreTrouble``; what is not about the file goes through as it is."""
    try:
        yield
    except (driver.Error, OSError) as trouble:
        key = trouble_of(trouble)
        if key is None:
            raise
        if key == "disk-trouble" and path is not None and _is_full(path.parent):
            key = "disk-full"
        raise StoreTrouble(key, **({"path": str(path)} if path is not None else {})) from trouble


def _is_full(folder: Path) -> bool:
    """Whether nothing can be written for want of space, which SQLite tells of its side files as any failed write."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False


#: Bytes without which SQLite cannot make its side files.
_LEAST_FREE = 64 * 1024

_ERRNO = {
    errno.ENOSPC: "disk-full", errno.EDQUOT: "disk-full", errno.EIO: "disk-trouble",
    errno.EROFS: "store-read-only", errno.EACCES: "store-read-only", errno.EPERM: "store-read-only",
}  # fmt: skip

_NAMES = (
    ("SQLITE_NOTADB", "store-wrong-key"),
    ("SQLITE_FULL", "disk-full"),
    ("SQLITE_READONLY", "store-read-only"),
    ("SQLITE_CANTOPEN", "store-read-only"),
    ("SQLITE_BUSY", "store-busy"),
    ("SQLITE_PROTOCOL", "store-busy"),
    ("SQLITE_CORRUPT", "store-damaged"),
    ("SQLITE_IOERR", "disk-trouble"),
)


def trouble_of(trouble: object) -> str | None:
    """The key of a ``StoreTrouble`` for an error of the driver or the system; None where it is not about the file."""
    if isinstance(trouble, OSError):
        return _ERRNO.get(trouble.errno or 0)
    name = str(getattr(trouble, "sqlite_errorname", ""))
    return next((key for start, key in _NAMES if name.startswith(start)), None)


def _check_version() -> None:
    """Refuse a SQLite with the WAL-reset defect (fixed in 3.51.3, and in the lines 3.50.7 and 3.44.6)."""
    version = tuple(int(part) for part in cast(str, driver.sqlite_version).split("."))
    if version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45):
        return
    raise StoreTrouble("sqlite-too-old", version=driver.sqlite_version)


def never_over_a_log(path: Path) -> None:
    """SQLite throws the log of an empty or missing file away, and with it all that was not yet in the file itself.

    Raises ``StoreTrouble("store-damaged")``.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size and not (path.exists() and path.stat().st_size):
        raise StoreTrouble("store-damaged", path=str(path))


def _first_read(connection: Connection, path: Path, key: str | None) -> None:
    """A wrong key shows at the first read. Only then is the file itself looked at, to tell a plain one: closing it
    again would drop the locks of other connections of this process."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError as trouble:
        if key is None or trouble_of(trouble) != "store-wrong-key":
            raise
        with path.open("rb") as file:
            if file.read(len(_HEADER)) != _HEADER:
                raise
        raise StoreTrouble("store-not-encrypted", path=str(path)) from trouble
