"""No file is opened by a SQLite that may lose what its log holds (the WAL-reset defect)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store import sqlite
from leaddesk.store.central.store import CentralStore
from leaddesk.store.local.store import LocalStore
from tests.store.hands import KEY, bytes_of

OPENS: dict[str, Callable[[Path], LocalStore | CentralStore]] = {
    "desk": lambda path: LocalStore.open(path, KEY),
    "central": lambda path: CentralStore.open(f"sqlite:///{path}"),
}

SOUND = ("3.44.6", "3.44.9", "3.50.7", "3.50.11", "3.51.3", "3.51.10", "3.53.4", "4.0.0")
DEFECTIVE = ("3.40.1", "3.44.5", "3.45.0", "3.49.2", "3.50.0", "3.50.6", "3.51.0", "3.51.2")


@pytest.mark.parametrize("version", SOUND)
@pytest.mark.parametrize("end", OPENS)
def test_a_sound_one_is_taken(path: Path, monkeypatch: pytest.MonkeyPatch, end: str, version: str) -> None:
    monkeypatch.setattr(sqlite.driver, "sqlite_version", version)
    OPENS[end](path).close()


@pytest.mark.parametrize("version", DEFECTIVE)
@pytest.mark.parametrize("end", OPENS)
def test_a_defective_one_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, end: str, version: str) -> None:
    OPENS[end](path).close()
    before = bytes_of(path.parent)
    monkeypatch.setattr(sqlite.driver, "sqlite_version", version)
    with pytest.raises(StoreTrouble) as caught:
        OPENS[end](path)
    assert (caught.value.key, dict(caught.value.values)) == ("sqlite-too-old", {"version": version})
    assert bytes_of(path.parent) == before
