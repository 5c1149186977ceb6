"""One central for the tests of a module, and profiles that are signed in to it and hold a small file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.hands import COMPANIES, ServedCentral, Shell, served


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedCentral]:
    """A central that listens."""
    with served(tmp_path_factory.mktemp("central")) as one:
        yield one


@pytest.fixture(scope="module")
def filled(central: ServedCentral, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A profile that is signed in and has imported and synced a small file. Left as it is: ``shell`` is a copy."""
    one = Shell(tmp_path_factory.mktemp("filled") / "profile")
    signed = one.login(central.url)
    assert signed.code == 0, signed
    assert one.ask("import", str(COMPANIES))["failed"] == 0
    assert one.ask("sync")["waiting"] == 0
    return one


@pytest.fixture
def shell(filled: Shell, tmp_path: Path) -> Shell:
    """A profile that is signed in and full, for this test alone."""
    shutil.copytree(filled.home, tmp_path / "profile")
    return Shell(tmp_path / "profile")


@pytest.fixture
def fresh(tmp_path: Path) -> Shell:
    """A profile that nobody has used."""
    return Shell(tmp_path / "fresh")
