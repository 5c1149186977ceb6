"""``CentralStore``: the central's database behind one door. Units are opened here; what is done in them is ``Book`` and
``people``.

A write unit is a function, so that it can be run again where the database gave it up for the sake of another.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.central.tables import HEAD
from leaddesk.store.engine import open_url, read_unit, write_unit
from leaddesk.store.migrate import migrate
from leaddesk.store.sqlite import BUSY_SECONDS

Result = TypeVar("Result")

#: An open unit, for ``Book`` and ``people``.
Unit: TypeAlias = Connection

#: How often a write unit is begun at most.
TRIES = 8

#: Seconds of the longest pause before the second try; each later one may be twice as long.
_PAUSE = 0.01

#: SQLSTATE where two make the tables of an empty database at once.
_DUPLICATE_TABLE = "42P07"


class CentralStore:
    """The database of a central, at any SQLAlchemy URL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> "CentralStore":
        """Open, make or bring up to date. Raises ``StoreTrouble``; a database from a newer LeadDesk is left alone."""
        engine = open_url(url)
        try:
            path = Path(url.removeprefix("sqlite:///")) if engine.dialect.name == "sqlite" else None
            _again(lambda: migrate(engine, "central", HEAD, keep_copy=path))
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def write(self, work: Callable[[Unit], Result]) -> Result:
        """Do ``work`` in one transaction that writes.

        It is done again from its beginning, a bounded number of times, where the database could not let it go through
        beside others, so it changes nothing but the database. Raises ``StoreTrouble("store-busy")`` in the end.
        """

        def unit() -> Result:
            with write_unit(self.engine) as connection:
                return work(connection)

        return _again(unit)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """One transaction that only reads."""
        with read_unit(self.engine) as connection:
            yield connection

    def tidy(self) -> None:
        """Leave nothing in SQLite's log of what has been written over, as far as nobody is reading it."""
        if self.one_writer:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def one_writer(self) -> bool:
        """Whether one database thread per process is best (SQLite)."""
        return self.engine.dialect.name == "sqlite"


def _again(unit: Callable[[], Result]) -> Result:
    """Run a unit until it goes through, for as long as a writer waits for another at all. Pauses are drawn, so that
    two that stood in each other's way do not meet again."""
    end = time.monotonic() + BUSY_SECONDS
    for tried in range(1, TRIES):
        try:
            return unit()
        except (StoreTrouble, DBAPIError) as trouble:
            if not _passes(trouble) or time.monotonic() > end:
                raise
        time.sleep(random.uniform(0, _PAUSE * 2**tried))  # noqa: S311 (no secret)
    return unit()


def _passes(trouble: StoreTrouble | DBAPIError) -> bool:
    """Whether the unit may go through when it is run again: others were in its way, or have made what it was making,
    which it then finds."""
    if isinstance(trouble, StoreTrouble):
        return trouble.key == "store-busy"
    return isinstance(trouble, IntegrityError) or getattr(trouble.orig, "sqlstate", "") == _DUPLICATE_TABLE
