"""``CentralStore``: the central's database behind one door. Units are opened here; what is done in them is ``Book`` and
``people``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from leaddesk.store.central.tables import HEAD
from leaddesk.store.engine import open_url, read_unit, write_unit
from leaddesk.store.migrate import migrate


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
            migrate(engine, "central", HEAD, keep_copy=path)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes."""
        with write_unit(self.engine) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with read_unit(self.engine) as connection:
            yield connection

    @property
    def one_writer(self) -> bool:
        """Whether one database thread per process is best (SQLite)."""
        return self.engine.dialect.name == "sqlite"
