"""The program started on a profile, as a process of its own: milliseconds until its queue can be read, and its memory.

Run as a program itself (``python -m tests.bench.start``), it opens the window on the profile that ``LEADDESK_HOME``
names, offscreen, says when rows of the queue have been painted, and ends.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from leaddesk.config.folders import HOME, Profile
from leaddesk.config.key import PASSPHRASE
from tests.bench.past import PASSWORD, ROOT

_PAINTED = "painted"


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from the start of the process until the queue can be read, and the most memory it took, MB."""

    ms: float
    mb: float


def commands(profile: Profile) -> Start:
    """``leaddesk queue --limit 50``: until its last line."""
    return _run(profile, [sys.executable, "-m", "leaddesk", "queue", "--limit", "50"], "")


def window(profile: Profile) -> Start:
    """The window: until its queue is painted with rows."""
    return _run(profile, [sys.executable, "-m", "tests.bench.start"], _PAINTED)


def alone() -> Start:
    """Python alone, which nothing can undercut."""
    return _run(Profile(Path()), [sys.executable, "-c", "print()"], "")


def _run(profile: Profile, line: list[str], word: str) -> Start:
    env = {**os.environ, HOME: str(profile.path), PASSPHRASE: PASSWORD, "QT_QPA_PLATFORM": "offscreen"}
    start = time.perf_counter()
    with subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        if word:
            while word not in (said := child.stdout.readline()):
                if not said:
                    break
            taken = time.perf_counter() - start
        child.stdout.read()
        if not word:
            taken = time.perf_counter() - start
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(line)} ended with {child.returncode}")
    return Start(taken * 1000, used.ru_maxrss / 1024)


def _watch() -> int:
    """Open the window, and close it once it has painted rows."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    from leaddesk.ui.app import application, run
    from leaddesk.ui.queue_view import QueueView

    app = application()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            view = watched.parent()
            if event.type() is QEvent.Type.Paint and isinstance(view, QueueView) and watched is view.viewport():
                index = view.indexAt(view.viewport().rect().center())
                if index.isValid() and index.data():
                    app.removeEventFilter(self)
                    # The event is painted when this timer fires.
                    QTimer.singleShot(0, painted)
            return False

    def painted() -> None:
        print(_PAINTED, flush=True)
        app.closeAllWindows()
        app.quit()

    watch = Watch()
    app.installEventFilter(watch)
    return run(Profile.default())


if __name__ == "__main__":
    sys.exit(_watch())
