"""The local file's own upgrade: a copy is kept first, a file from a newer LeadDesk is left alone."""

from pathlib import Path

from leaddesk.store.local.tables import HEAD
from leaddesk.store.sqlite import SqliteFile


def bring_up_to_date(file: SqliteFile, path: Path, key: str) -> None:
    """Make or upgrade the local tables. Raises ``StoreTrouble``."""
    with file.read() as connection:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        if made and connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,):
            return
    # Only a new or an older file needs these, and they cost start time.
    from leaddesk.store.engine import open_sqlite
    from leaddesk.store.migrate import migrate

    engine = open_sqlite(path, key)
    try:
        migrate(engine, "local", HEAD, keep_copy=path)
    finally:
        engine.dispose()
