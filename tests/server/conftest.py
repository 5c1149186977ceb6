"""A central of its own for each test of the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.hands import Device
from tests.support import LiveCentral, live_central


@pytest.fixture
def central(tmp_path: Path, kind: str) -> Iterator[LiveCentral]:
    with live_central(tmp_path, kind=kind) as running:
        yield running


@pytest.fixture
def rep(central: LiveCentral) -> Device:
    return Device(central, "rep")


@pytest.fixture
def rep2(central: LiveCentral) -> Device:
    return Device(central, "rep2")
