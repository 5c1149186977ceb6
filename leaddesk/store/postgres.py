"""PostgreSQL through ``psycopg``, which only a central has: how its connections begin, and its errors by SQLSTATE.

A write unit is READ COMMITTED and takes its tenant's counter row first; a read unit is one moment of the database, as
on SQLite.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.sqlite import BUSY_SECONDS

#: What a read unit asks of its connection.
READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def open_postgres(url: str) -> Engine:
    """An engine over a database that keeps text as UTF-8. Raises ``StoreTrouble("database-not-reached")``, errors of
    SQLAlchemy, ``ImportError`` where the driver is not installed."""
    engine = create_engine(url, isolation_level="READ COMMITTED", hide_parameters=True, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def begin(connection: Any, _: object) -> None:  # Any: a connection of the driver
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.commit()

    with engine.connect() as connection:
        encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    if encoding != "UTF8":
        engine.dispose()
        raise StoreTrouble("database-not-reached", why=f"server_encoding {encoding}, not UTF8")
    return engine


#: What a ``StoreTrouble`` is called, by how SQLSTATE begins (PostgreSQL's manual, appendix A).
_STATES = (
    ("40001", "store-busy"),  # serialization failure
    ("40P01", "store-busy"),  # deadlock
    ("55P03", "store-busy"),  # a lock not had in time
    ("57014", "store-busy"),  # a statement not done in time
    ("25006", "store-read-only"),
    ("53100", "disk-full"),
    ("53", "database-not-reached"),  # no memory or connections left
    ("08", "database-not-reached"),
    ("57P", "database-not-reached"),  # shutting down or starting
    ("58", "disk-trouble"),
    ("XX001", "store-damaged"),
    ("XX002", "store-damaged"),
)


def trouble_of(trouble: object) -> str | None:
    """The key of a ``StoreTrouble`` for an error of the driver; None where it is not about the database."""
    state = str(getattr(trouble, "sqlstate", None) or "")
    return next((key for start, key in _STATES if state.startswith(start)), None)
