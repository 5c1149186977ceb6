"""The keyed file: SQLAlchemy keeps its connections, statements go to the driver as they are written.

Measured with 20,000 leads: statements through SQLAlchemy too would cost an act 0.4 ms and make the order of the queue
four times slower.
"""

import os
import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.engine import open_sqlite, plain_unit, told
from leaddesk.store.local.tables import HEAD
from leaddesk.store.sqlite import BUSY_SECONDS, Connection, never_over_a_log


class KeyedFile:
    """One keyed SQLite file. Units may be opened on any thread; writers take turns."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._engine = open_sqlite(path, key)
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads: one moment of the file. Raises ``StoreTrouble``."""
        with plain_unit(self._engine, self._path, writes=False) as connection:
            yield connection

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes; committed at the end, rolled back on any error. What is not ``lasting`` may be
        lost where the power fails: it is not waited for. Raises ``StoreTrouble``."""
        # SQLite lets writers wait by sleeping; threads of one process can do better.
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreTrouble("store-busy", path=str(self._path))
        try:
            with plain_unit(self._engine, self._path, True, lasting) as connection:
                yield connection
        finally:
            self._writing.release()

    def bring_up_to_date(self) -> None:
        """Make or upgrade the tables, a copy kept first; a file from a newer LeadDesk is left alone.

        Raises ``StoreTrouble``.
        """
        with self.read() as connection:
            made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            if made and connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,):
                return
        # Only a new or an older file needs it, and it costs start time.
        from leaddesk.store.migrate import migrate

        migrate(self._engine, "local", HEAD, keep_copy=self._path)

    def close(self) -> None:
        """Close every connection; one still in a unit is closed at its end."""
        self._engine.dispose()


def make(path: Path, key: str) -> None:
    """A new keyed file with its tables, where there is none: whole under its name or not at all.

    So a file of no bytes is never a new one, but one that has lost what it held: it is left alone. Raises
    ``StoreTrouble``.
    """
    with told(path):
        if path.exists():
            if not path.stat().st_size:
                raise StoreTrouble("store-damaged", path=str(path))
            return
        never_over_a_log(path)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            file = KeyedFile(part, key)
            try:
                file.bring_up_to_date()
            finally:
                file.close()
            _put(part, path)
        finally:
            for end in ("", "-wal", "-shm"):
                part.with_name(part.name + end).unlink(missing_ok=True)


def _put(part: Path, path: Path) -> None:
    """Give the file its name, unless another process was quicker."""
    try:
        if sys.platform == "win32":
            part.rename(path)
        else:
            os.link(part, path)
    except FileExistsError:
        return
    except OSError:
        # A file system without links.
        part.rename(path)
