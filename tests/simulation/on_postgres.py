"""The same schedules with the central's books in PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Engine, insert, select

from leaddesk.store.central.store import CentralStore
from leaddesk.store.central.tables import metadata
from leaddesk.store.engine import open_url
from tests import postgres
from tests.simulation.play import LATER, Outcome, Play, ended, length, opened
from tests.simulation.world import Copy, Files, Office, in_memory, quick


@cache
def _name() -> str:
    """The database of this process, with its tables."""
    name = postgres.server().make()
    CentralStore.open(postgres.server().url(name)).close()
    return name


class Database(Files):
    """The books as rows of a database. What a schedule begins with comes from a file."""

    def __init__(self) -> None:
        super().__init__("moved", in_memory())

    def bytes(self) -> Any:  # Any: the rows of each table, where a file has its bytes
        """The rows, as a kill at this moment leaves them."""
        return postgres.server().read(_name())

    def put(self, held: Copy | Mapping[str, bytes]) -> None:
        """Begin a life with these rows, or with those of a file."""
        if isinstance(held, Mapping):
            postgres.server().write(_name(), held)
            return
        super().put(held)
        file, here = open_url(f"sqlite:///{self.path}"), open_url(postgres.server().url(_name()))
        with file.connect() as source, here.begin() as target:
            for table in metadata.sorted_tables:
                target.execute(table.delete())
                if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                    target.execute(insert(table), rows)
        file.dispose()
        here.dispose()


class PostgresOffice(Office):
    """The central on PostgreSQL."""

    def files(self) -> Files:
        """A database."""
        return Database()

    def engine(self) -> Engine:
        """The way to the database."""
        return open_url(postgres.server().url(_name()))


class PostgresPlay(Play):
    """A schedule whose central keeps its books in PostgreSQL."""

    office_kind = PostgresOffice


def play_on_postgres(seed: int, actions: int = 0) -> Outcome:
    """Play one schedule."""
    begun = opened(seed >= LATER)
    with quick():
        return ended(PostgresPlay(seed, actions or length(seed), begun))
