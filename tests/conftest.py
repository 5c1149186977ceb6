"""What every test stands on: no home, keyring, screen or time zone of this machine, and no thread left behind.

The variables are set when this file is read, before any test module and before Qt, so that child processes started by
a test inherit them too. The hypothesis profile is ``ci`` where ``CI`` is set, else ``dev``; ``HYPOTHESIS_PROFILE``
names another.
"""

import atexit
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_HOME = Path(tempfile.mkdtemp(prefix="leaddesk-tests-"))
_NUMBER = count(1)

#: Seconds that a thread of a test may take to end after the test.
_PATIENCE = 10


def _isolate() -> None:
    atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
    folders = {
        "HOME": "", "USERPROFILE": "", "APPDATA": "roaming", "LOCALAPPDATA": "local", "XDG_DATA_HOME": "share",
        "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run",
    }  # fmt: skip
    for name, folder in folders.items():
        (_HOME / folder).mkdir(mode=0o700, exist_ok=True)
        os.environ[name] = str(_HOME / folder)
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name in ("LEADDESK_PASSPHRASE", "LANGUAGE", "WAYLAND_DISPLAY", "DISPLAY"):
            del os.environ[name]
    os.environ.update(
        LEADDESK_HOME=str(_HOME / "profile"),
        # Refuses everything; also in child processes. The bus address leads nowhere, should anybody ask it directly.
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        DBUS_SESSION_BUS_ADDRESS=f"unix:path={_HOME / 'run' / 'no-bus'}",
        QT_QPA_PLATFORM="offscreen",
        LC_ALL="C.UTF-8",
        # Two or three hours from UTC: whoever mixes up local time and UTC is found out.
        TZ="Europe/Helsinki",
    )
    if hasattr(time, "tzset"):
        time.tzset()


_isolate()

settings.register_profile("dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", parent=settings.get_profile("dev"), max_examples=200, derandomize=True, database=None, print_blob=True
)
settings.register_profile("deep", parent=settings.get_profile("dev"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(autouse=True)
def _own_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a profile folder of its own; it exists once somebody makes it."""
    monkeypatch.setenv("LEADDESK_HOME", str(_HOME / f"profile-{next(_NUMBER)}"))


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """A thread that a test has started and not ended fails that test."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + _PATIENCE
    left = []
    for thread in threading.enumerate():
        if thread in before or isinstance(thread, threading._DummyThread):
            continue
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            left.append(thread.name)
    assert not left, f"threads left behind: {', '.join(left)}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the central's database: a test that asks for it runs over each."""
    told: str = request.param
    return told


@pytest.fixture
def memory_keyring() -> Iterator["KeyringBackend"]:
    """A working keyring for this test and this process, in memory: ``kept`` maps (service, name) to secrets."""
    import keyring
    from keyring.backend import KeyringBackend

    class MemoryKeyring(KeyringBackend):
        priority = 1

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.kept: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)
