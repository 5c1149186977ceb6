"""Where things lie: the profile's folder and files, and what ships with the program."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from leaddesk.domain.errors import Refusal, StoreTrouble

#: Names the profile folder.
HOME = "LEADDESK_HOME"

#: Seconds to wait for another process that is making the profile's key.
_PATIENCE = 15


class Profile:
    """One user's folder: the keyed store, its wrapped key, logs and exports."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def default(cls) -> "Profile":
        """The profile named by ``LEADDESK_HOME``, else the user's data folder."""
        named = os.environ.get(HOME)
        return cls(Path(named).expanduser() if named else Path(platformdirs.user_data_dir("LeadDesk", "LeadDesk")))

    @property
    def store_path(self) -> Path:
        """The keyed store."""
        return self.path / "leaddesk.db"

    def make(self) -> None:
        """Make the folder, readable by its owner alone. Raises ``StoreTrouble``."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as trouble:
            raise StoreTrouble("profile-not-usable", path=str(self.path), why=trouble.strerror or "") from trouble

    @contextmanager
    def sync_lock(self) -> Iterator[None]:
        """One sync at a time per profile, window or headless; freed by the system when the process ends.

        Raises ``Refusal("sync-runs-already")``.
        """
        self.make()
        try:
            handle = open(self.path / "sync.lock", "a+b")
        except OSError as trouble:
            raise StoreTrouble("store-read-only", path=str(self.path)) from trouble
        try:
            try:
                _lock(handle.fileno())
            except OSError as trouble:
                raise Refusal("sync-runs-already") from trouble
            yield
        finally:
            handle.close()

    @contextmanager
    def key_lock(self) -> Iterator[None]:
        """One key is made at a time per profile; waits for another process to end that. Raises ``StoreTrouble``."""
        end = time.monotonic() + _PATIENCE
        try:
            handle = open(self.path / "key.lock", "a+b")
        except OSError as trouble:
            raise StoreTrouble("store-read-only", path=str(self.path)) from trouble
        with handle:
            while True:
                try:
                    _lock(handle.fileno())
                    break
                except OSError as trouble:
                    if time.monotonic() > end:
                        raise StoreTrouble("store-busy", path=str(self.path)) from trouble
                    time.sleep(0.05)
            yield


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def data_dir() -> Path:
    """The folder that holds ``migrations`` and ``resources``: beside a frozen program, in the wheel, or the
    checkout."""
    package = Path(__file__).resolve().parent.parent
    for place in (Path(getattr(sys, "_MEIPASS", package / "_bundled")), package / "_bundled", package.parent):
        if (place / "migrations").is_dir():
            return place
    raise StoreTrouble("program-incomplete", path=str(package))
