"""What the window never does: tick twice, wait, or reach past its desk."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import leaddesk.ui
from leaddesk.desk.desk import Desk
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead

FILES = sorted(Path(leaddesk.ui.__file__).parent.glob("*.py"))

#: What would wait on the GUI thread, or nest its event loop. ``app`` settles a picture, and ends the program.
_WAITING = {"exec", "processEvents", "waitForFinished", "sleep", "result"}
_MAY = {("app.py", "exec"), ("app.py", "processEvents"), ("app.py", "result"), ("bridge.py", "result")}


def called(file: Path) -> list[str]:
    """The names of the methods and functions a file calls."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.append(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_timer_rings_once_and_nothing_waits(file: Path) -> None:
    names = called(file)
    assert names.count("QTimer") <= names.count("setSingleShot")
    assert "startTimer" not in names and "QBasicTimer" not in names
    waiting = {(file.name, name) for name in names if name in _WAITING}
    assert waiting - _MAY == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_colours_and_sizes_are_written_in_tokens_alone(file: Path) -> None:
    if file.name == "tokens.py":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    colours = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("#")
        and len(node.value) in (4, 7)
    ]  # fmt: skip
    assert colours == []


def test_one_timer_runs_while_nothing_happens(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    window.bar._stands.stop()
    running = [one for one in window.findChildren(QTimer) if one.isActive()]
    assert running == [window.ticker._timer]
    window.live.begin(dialling=False)
    settle(qtbot, window)
    assert [one for one in window.findChildren(QTimer) if one.isActive()] == [window.ticker._timer]


def test_a_closed_window_has_no_timer_running(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    qtbot.keyClicks(window.card.note, "kesken")
    window.bar.tell("x")
    window.close()
    window.bridge.close()
    window.bar._stands.stop()
    app = QApplication.instance()
    assert app is not None
    left = [one for one in (*window.findChildren(QTimer), *QObject.findChildren(app, QTimer)) if one.isActive()]
    assert left == []
