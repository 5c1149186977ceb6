"""A central and desks for each test of the sync."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from tests.support import LiveCentral, live_central, open_desk


@pytest.fixture
def central(tmp_path: Path, kind: str) -> Iterator[LiveCentral]:
    with live_central(tmp_path, kind=kind) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, central: LiveCentral) -> Iterator[Desk]:
    """The desk of a rep, signed in."""
    with open_desk(tmp_path / "desk", central.clock, central) as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path, central: LiveCentral) -> Iterator[Desk]:
    """The desk of a second rep, signed in."""
    with open_desk(tmp_path / "other", central.clock, central, "rep2") as opened:
        yield opened
