"""SQLAlchemy engines and units of work, for the central's databases, the desk's keyed file and migrations.

On SQLite a write unit begins immediately (a deferred read that turns into a write fails under load however long the
timeout), a read unit begins plain (an immediate reader blocks every writer). PostgreSQL's ways are in ``postgres``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store import postgres, sqlite


def open_sqlite(path: Path, key: str | None) -> Engine:
    """An engine over a SQLite file, opened as ``sqlite.connect`` does. Raises what it raises."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite.connect(path, key),
        module=driver,
        poolclass=QueuePool,
        pool_size=4,
        hide_parameters=True,
    )

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
            sqlite.make_private(path)
        return open_sqlite(path, None)
    if "://" not in url:
        return open_url("sqlite:///" + url)
    try:
        return postgres.open_postgres(url)
    except (SQLAlchemyError, ImportError, ValueError) as trouble:
        cause = trouble.orig if isinstance(trouble, DBAPIError) else trouble
        raise StoreTrouble("database-not-reached", why=str(cause).partition("\n")[0][:300]) from trouble


@contextmanager
def write_unit(engine: Engine, path: Path | None = None) -> Iterator[Connection]:
    """One transaction that writes; committed at the end, rolled back on any error. ``path`` is named in troubles."""
    with told(path), engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def read_unit(engine: Engine, path: Path | None = None) -> Iterator[Connection]:
    """One transaction that only reads: one moment of the database."""
    with told(path), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(**postgres.READS)
        with connection.begin():
            yield connection


@contextmanager
def plain_unit(engine: Engine, path: Path, writes: bool, lasting: bool = True) -> Iterator[sqlite.Connection]:
    """As ``write_unit`` or ``read_unit`` for statements that go to SQLite's driver as they are: a connection of the
    pool and nothing else of SQLAlchemy, whose own transaction takes longer than most of what is done in one here.

    What is written without ``lasting`` may be lost where the power fails soon after, and only then.
    """
    with told(path):
        held = engine.raw_connection()
        try:
            connection = cast(sqlite.Connection, held.driver_connection)
            if not lasting:
                connection.execute("PRAGMA synchronous=NORMAL")
            try:
                connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if not lasting:
                    connection.execute("PRAGMA synchronous=FULL")
        finally:
            held.close()


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """``sqlite.told``, also for errors that SQLAlchemy has wrapped, and for those of PostgreSQL."""
    with sqlite.told(path):
        try:
            yield
        except DBAPIError as trouble:
            cause = trouble.orig
            if cause is not None and sqlite.trouble_of(cause) is not None:
                raise cause from trouble
            key = "database-not-reached" if trouble.connection_invalidated else postgres.trouble_of(cause)
            if key is None:
                raise
            raise StoreTrouble(key, why=str(cause).partition("\n")[0][:300]) from trouble
