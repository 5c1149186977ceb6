"""Much is taken away only once the user has said so, whoever finds that it is to go: a pull, or the recount."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.ui.window import Window
from tests.support import live_central, open_desk
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead


def leads(desk: Desk) -> list[str]:
    """Every lead that the desk holds."""
    with desk.store._file.read() as connection:
        return [one for (one,) in connection.execute("SELECT id FROM leads ORDER BY id")]


def haunt(desk: Desk) -> None:
    """A company and its lead that the central has never had."""
    with desk.store._file.write() as connection:
        for table in ("accounts", "leads"):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "no"]
            told = ["'ghost-' || " + one if one in ("id", "account") else one for one in names]
            connection.execute(f"INSERT INTO {table} ({','.join(names)}) SELECT {','.join(told)} FROM {table}")


def questions(window: Window) -> list[QMessageBox]:
    """Those that stand open."""
    return [one for one in window.findChildren(QMessageBox) if one.isVisible()]


def test_a_recount_that_would_take_much_away_asks_as_a_pull_does(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaddesk.store.local.pulling.REMOVES_MOST", 0)
    with live_central(tmp_path) as central, open_desk(tmp_path / "rep", central.clock, central) as desk:
        lead = add_lead(desk)
        desk.sync()
        desk.sync()
        haunt(desk)
        assert len(leads(desk)) == 2
        window = open_window(desk)

        def asked() -> QMessageBox:
            qtbot.waitUntil(lambda: not window.syncing.running)
            window.syncing.run()
            qtbot.waitUntil(lambda: bool(questions(window)), timeout=20_000)
            (box,) = questions(window)
            return box

        box = asked()
        roles = {box.buttonRole(one) for one in box.buttons()}
        assert roles == {QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.RejectRole}
        box.reject()
        settle(qtbot, window)
        assert len(leads(desk)) == 2
        asked().accept()
        qtbot.waitUntil(lambda: leads(desk) == [lead], timeout=20_000)
        qtbot.waitUntil(window.bridge.is_idle, timeout=20_000)
        # Asked and allowed this once.
        assert desk.store.meta("removal_allowed") == ""
        window.syncing.run()
        qtbot.waitUntil(window.bridge.is_idle, timeout=20_000)
        assert questions(window) == []
