"""A local store in a real, keyed file, and somebody who acts in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from leaddesk.store.local.store import LocalStore
from tests.store.hands import KEY, Central, Hands


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
