"""A local store in a real, keyed file, and somebody who acts in it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leaddesk.store import migrate as migrating
from leaddesk.store.local import file as local_file
from leaddesk.store.local.store import LocalStore
from leaddesk.store.local.tables import HEAD
from tests.store.hands import KEY, Central, Hands

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store lies, in a folder of its own."""
    (tmp_path / "profile").mkdir()
    return tmp_path / "profile" / "leaddesk.db"


@pytest.fixture
def store(path: Path) -> Iterator[LocalStore]:
    """An empty store."""
    held = LocalStore.open(path, KEY)
    yield held
    held.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[LocalStore]:
    """Another empty store, to compare with."""
    held = LocalStore.open(tmp_path / "other.db", KEY)
    yield held
    held.close()


@pytest.fixture
def hands(store: LocalStore) -> Hands:
    """Somebody at the desk of ``store``."""
    return Hands(store)


@pytest.fixture
def central() -> Central:
    """An empty central."""
    return Central()


_NEXT = """
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    op.execute("ALTER TABLE drafts ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
    {more}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Called, makes this program one with a migration more, which also does the line it is given."""

    def make(more: str) -> None:
        program = tmp_path / "program"
        shutil.copytree(ROOT / "migrations", program / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(migrating, "data_dir", lambda: program)
        monkeypatch.setattr(local_file, "HEAD", "next")
        (program / "migrations" / "local" / "versions" / "next.py").write_text(_NEXT.format(head=HEAD, more=more))

    return make
