"""Bringing a database to the revision this program works with, by Alembic, imported only when there is work."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from leaddesk.config.folders import data_dir
from leaddesk.domain.errors import StoreTrouble
from leaddesk.store import sqlite
from leaddesk.store.engine import read_unit, told

#: What the name of a copy kept before an upgrade has in it.
_COPY = "before-upgrade-"


def revision_of(engine: Engine) -> str | None:
    """The revision a database is at: None for an empty one, "" for one that no migration has made."""
    with told(None), engine.connect() as connection:
        names = inspect(connection).get_table_names()
    if not names:
        return None
    if "alembic_version" not in names:
        return ""
    with read_unit(engine) as connection:
        row = connection.execute(text("SELECT version_num FROM alembic_version")).fetchone()
    return str(row[0]) if row is not None else ""


def migrate(engine: Engine, drawer: str, head: str, keep_copy: Path | None = None) -> None:
    """Bring the database to ``head``. ``keep_copy``: a SQLite file that is copied first, beside itself.

    Raises ``StoreTrouble("store-newer")`` for a revision this program does not know, and leaves the database alone;
    ``StoreTrouble("store-foreign")`` for a database that is not LeadDesk's.
    """
    revision = revision_of(engine)
    if revision == head:
        return
    if revision == "":
        raise StoreTrouble("store-foreign")
    import alembic.command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(data_dir() / "migrations" / drawer).replace("%", "%%"))
    if revision is not None:
        known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
        if revision not in known:
            raise StoreTrouble("store-newer", revision=revision)
        if keep_copy is not None:
            _copy(engine, keep_copy, revision)
    with told(keep_copy), engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, head)


def copies(path: Path) -> list[Path]:
    """The copies of a file that were kept before it was upgraded."""
    start, end = f"{path.stem}.{_COPY}", path.suffix
    return [one for one in path.parent.iterdir() if one.name.startswith(start) and one.name.endswith(end)]


def _copy(engine: Engine, path: Path, revision: str) -> None:
    """A copy of the file as it is now, keyed as it is, beside it."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    target = path.with_name(f"{path.stem}.{_COPY}{revision}-{moment}{path.suffix}")
    raw = engine.raw_connection()
    try:
        assert raw.driver_connection is not None
        with told(path):
            sqlite.copy(raw.driver_connection, target)
    finally:
        raw.close()
