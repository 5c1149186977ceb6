"""The program started on a profile, as a process of its own: milliseconds until its queue can be read, and its memory
(Linux, which tells it).

``watch`` runs in such a process: it opens the window on the profile that ``LEADDESK_HOME`` names, offscreen, says when
rows of the queue have been painted, and ends.
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

_ENDS = "most memory "

#: Said by each process after its work; the peak is that of this program, not of the one that started it.
_TELL = f"""
import pathlib
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
print({_ENDS!r} + next((one.split()[1] for one in lines if one.startswith("VmHWM")), "nan"), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from the start of the process until the queue can be read, and the most memory it took, MB."""

    ms: float
    mb: float


def commands(profile: Profile) -> Start:
    """``leaddesk queue --limit 50``: until its last line."""
    return _run(profile, "from leaddesk.__main__ import main\nassert main(['queue', '--limit', '50']) == 0")


def window(profile: Profile) -> Start:
    """The window: until its queue is painted with rows."""
    return _run(profile, "from tests.bench.start import watch\nassert watch() == 0")


def alone() -> Start:
    """Python that says one word, which nothing can undercut."""
    return _run(Profile(Path()), "print('word', flush=True)")


def _run(profile: Profile, work: str) -> Start:
    env = {**os.environ, HOME: str(profile.path), PASSPHRASE: PASSWORD, "QT_QPA_PLATFORM": "offscreen"}
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", work + _TELL], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        taken, told = 0.0, ""
        for line in child.stdout:
            if line.startswith(_ENDS):
                told = line.removeprefix(_ENDS)
            else:
                taken = time.perf_counter() - start
    if child.returncode or not taken:
        raise RuntimeError(f"nothing was read of: {work}")
    return Start(taken * 1000, float(told) / 1024)


def watch() -> int:
    """Open the window, and close it once it has painted rows. Gives its exit code."""
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
                    # Rows are known, and painted when this timer fires.
                    QTimer.singleShot(0, painted)
            return False

    def painted() -> None:
        print("painted", flush=True)
        app.closeAllWindows()
        app.quit()

    watcher = Watch()
    app.installEventFilter(watcher)
    return run(Profile.default())
