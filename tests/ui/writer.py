"""A process that types a note in a window and is then killed: ``python -m tests.ui.writer FOLDER``."""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"


def main(folder: Path) -> None:
    """Type two pieces, with a pause between them that is as long as a draft waits for; say so, and go on living."""
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest

    from leaddesk.desk.worker import DeskWorkers
    from leaddesk.ui import app as program
    from leaddesk.ui import theme
    from leaddesk.ui.bridge import Bridge
    from leaddesk.ui.window import Window
    from tests.ui.dialog_support import add_lead, make_desk

    app = program.application()
    desk = make_desk(folder)
    lead = add_lead(desk)
    workers = DeskWorkers()
    start = workers.database(program.read_start, desk).result()
    theme.apply(app, "light")
    window = Window(Bridge(desk, workers, start.settings, start.names), start.layout, start.status)
    asked = desk.drafts.save

    def saved(of: str, text: str) -> None:
        asked(of, text)
        print(f"{lead} {text}", flush=True)

    desk.drafts.save = saved  # type: ignore[method-assign]

    def type_() -> None:
        window.card.note.setFocus()
        QTest.keyClicks(window.card.note, "Kaksi linjaa, sopimus 3/27")

    window.ready.connect(type_)
    window.show()
    QTimer.singleShot(60_000, app.quit)
    app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
