"""An import from the window: columns, trial, progress, stop, undo; the desk stays usable, nothing is written early."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.ui import tokens
from leaddesk.ui.import_wizard import COLUMNS, FILE, RESULT, RUN, TRIAL, ImportWizard
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead

_HEAD = "Yritys;Y-tunnus;Yhteyshenkilö;Puhelin;Sähköposti\n"


def a_file(folder: Path, rows: int, bad: int = 0) -> Path:
    """A file of companies as Excel writes it; the last ``bad`` rows have no number that is one."""
    path = folder / "liidit.csv"
    lines = [f"Yritys {n} Oy;;Henkilö {n};040 {1000000 + n};h{n}@yritys{n}.example\n" for n in range(rows)]
    lines += [f"Huono {n} Oy;;<b>X</b>;ei numeroa;\n" for n in range(bad)]
    path.write_bytes((_HEAD + "".join(lines)).encode("cp1252"))
    return path


def wizard_of(qtbot: QtBot, window: Window, path: Path) -> ImportWizard:
    """The wizard with a file looked into."""
    window._open("import", path)
    wizard = window._dialog
    assert isinstance(wizard, ImportWizard)
    qtbot.waitUntil(lambda: wizard.step() == COLUMNS)
    return wizard


def to_trial(qtbot: QtBot, wizard: ImportWizard) -> None:
    """On to the trial."""
    wizard.forward()
    qtbot.waitUntil(lambda: wizard.step() == TRIAL, timeout=20_000)


def texts_of(table: Any) -> list[str]:
    """The cells of a table."""
    return [table.item(row, side).text() for row in range(table.rowCount()) for side in range(table.columnCount())]


def test_a_file_is_tried_imported_and_taken_back(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(desk)
    wizard = wizard_of(qtbot, window, a_file(tmp_path, 5, bad=2))
    to_trial(qtbot, wizard)
    assert desk.order().ids == ()
    assert any("ei numeroa" in one for one in texts_of(wizard.trial_failures.table))
    table = wizard.trial_failures.table
    lines = table.rowHeight(0) // table.fontMetrics().height()
    assert table.rowHeight(0) - lines * table.fontMetrics().height() >= tokens.SMALL
    wizard.forward()
    qtbot.waitUntil(lambda: wizard.step() == RESULT, timeout=20_000)
    settle(qtbot, window)
    result = wizard.result_told
    assert result is not None
    assert (result.created, result.failed) == (5, 2)
    failed = Path(result.failed_file).read_text(encoding="utf-8-sig")
    assert "<b>X</b>" in failed and "ei numeroa" in failed
    assert len(desk.order().ids) == 5
    assert window.queue.model.leads() == 5
    wizard.undo.click()
    settle(qtbot, window)
    assert desk.order().ids == ()
    assert window.queue.model.leads() == 0
    assert not wizard.undo.isEnabled()
    wizard.forward()
    settle(qtbot, window)
    assert window._dialog is None


def test_an_import_can_be_stopped_and_what_is_done_stays(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(desk)
    wizard = wizard_of(qtbot, window, a_file(tmp_path, 1_700))
    to_trial(qtbot, wizard)
    seen: list[tuple[int, int]] = []

    def told(done: int, total: int) -> None:
        seen.append((done, total))
        wizard._stop.set()

    # On the worker, so that it stops between two batches whatever the GUI thread does.
    wizard._told.progressed.connect(told, Qt.ConnectionType.DirectConnection)
    wizard.forward()
    assert wizard.step() in (RUN, RESULT)
    qtbot.waitUntil(lambda: wizard.step() == RESULT, timeout=30_000)
    settle(qtbot, window)
    result = wizard.result_told
    assert result is not None and result.cancelled
    assert seen[0][1] == 1_700
    assert 0 < result.created < 1_700
    assert len(desk.order().ids) == result.created
    assert str(result.rows) in wizard.message().replace("\xa0", "")
    wizard.undo_import()
    settle(qtbot, window)
    assert desk.order().ids == ()
    wizard.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [("tyhja.csv", b""), ("rikki.xlsx", b"PK\x03\x04 ei ole"), ("kuva.csv", bytes(range(256)) * 40)],
)
def test_a_file_that_is_none_is_told_and_another_can_be_chosen(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, tmp_path: Path, name: str, content: bytes
) -> None:
    add_lead(desk)
    window = open_window(desk)
    path = tmp_path / name
    path.write_bytes(content)
    window._open("import", path)
    settle(qtbot, window)
    wizard = window._dialog
    assert isinstance(wizard, ImportWizard)
    if wizard.step() == COLUMNS:
        assert not wizard.next.isEnabled()
    else:
        assert wizard.step() == FILE
        assert name in wizard.message() and wizard.message().startswith("●")
        assert wizard.next.isEnabled()
    wizard.close()
    assert len(desk.order().ids) == 1


def test_closing_the_wizard_in_an_import_stops_it_first(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(desk)
    wizard = wizard_of(qtbot, window, a_file(tmp_path, 1_200))
    to_trial(qtbot, wizard)
    with qtbot.waitSignal(wizard.imported, timeout=30_000) as ended:
        wizard.forward()
        wizard.reject()
    settle(qtbot, window)
    assert ended.args is not None
    assert len(desk.order().ids) == ended.args[0].created
