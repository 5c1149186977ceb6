"""The local file's own upgrade: a copy is kept first, a file from a newer LeadDesk is left alone."""

from pathlib import Path

from sqlalchemy import Engine

from leaddesk.store.local.tables import HEAD
from leaddesk.store.migrate import migrate


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Make or upgrade the local tables. Raises ``StoreTrouble``."""
    migrate(engine, "local", HEAD, keep_copy=path)
