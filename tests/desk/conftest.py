"""A central and desks for each test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import LiveCentral, live_central


@pytest.fixture
def central(tmp_path: Path) -> Iterator[LiveCentral]:
    with live_central(tmp_path) as running:
        yield running
