"""The start: something is painted before the store is opened, and troubles of opening are said with a way on."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from leaddesk.config.folders import Profile
from leaddesk.config.port import SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import StoreTrouble
from leaddesk.pages.words import Words
from leaddesk.ui import app as program
from leaddesk.ui import theme
from leaddesk.ui.sign_in import PassphraseDialog
from tests.ui.dialog_support import add_lead, make_desk


class Door:
    """A store that opens when it is let."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked = threading.Event()
        self.let = threading.Event()
        self.troubles: list[StoreTrouble] = []
        self.threads: list[threading.Thread] = []

    def open(self, *_: object) -> Desk:
        """As ``Desk.open``."""
        self.threads.append(threading.current_thread())
        self.asked.set()
        assert self.let.wait(20)
        if self.troubles:
            raise self.troubles.pop()
        return self.desk


@pytest.fixture
def opening(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Door, program._Opening]]:
    """The start of the program behind a door, its event loop being the test's."""
    theme.apply(qapp, "light")
    desk = make_desk(tmp_path / "desk")
    add_lead(desk)
    door = Door(desk)
    monkeypatch.setattr(Desk, "open", door.open)
    profile = Profile(tmp_path / "desk")
    made = program._Opening(qapp, profile, "en", Words("en", "", SystemClock().now))
    made._told.resize(1200, 800)
    made._told.show()
    yield door, made
    door.let.set()
    if made._window is not None:
        made._window.close()
    made._end()
    made._told.deleteLater()
    if made._desk is None:
        desk.close()


def test_a_window_is_painted_before_the_store_opens(qtbot: QtBot, opening: tuple[Door, program._Opening]) -> None:
    door, made = opening
    with qtbot.waitExposed(made._told):
        made._open()
    assert door.asked.wait(20)
    assert made._window is None
    assert made._told.isVisible()
    assert len({made._told.grab().toImage().pixel(x, 390) for x in range(400, 800)}) > 1
    door.let.set()
    qtbot.waitUntil(lambda: made._window is not None)
    window = made._window
    assert window is not None
    with qtbot.waitSignal(window.ready):
        pass
    assert not made._told.isVisible()
    assert window.queue.model.leads() == 1
    assert QApplication.focusWidget() in (window.queue.view, None)
    assert all(one is not threading.main_thread() for one in door.threads)


def test_a_trouble_of_opening_is_said_and_can_be_tried_again(
    qtbot: QtBot, opening: tuple[Door, program._Opening]
) -> None:
    door, made = opening
    door.troubles = [StoreTrouble("store-damaged", path="<b>x</b>")]
    door.let.set()
    made._open()
    qtbot.waitUntil(lambda: made._told.findChild(QMessageBox) is not None)
    box = made._told.findChild(QMessageBox)
    assert box.text() and box.informativeText()
    box.accept()
    qtbot.waitUntil(lambda: made._window is not None)


def test_a_wrong_passphrase_is_asked_for_again(qtbot: QtBot, opening: tuple[Door, program._Opening]) -> None:
    door, made = opening
    door.troubles = [StoreTrouble("wrong-passphrase"), StoreTrouble("passphrase-needed", variable="X")]
    door.let.set()
    made._open()
    for expected in ("", "wrong"):
        qtbot.waitUntil(lambda: made._told.findChild(PassphraseDialog) is not None)
        dialog = made._told.findChild(PassphraseDialog)
        said = " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert expected in said
        dialog.first.setText("jokin pitkä lause")
        dialog.accept()
        dialog.setParent(None)
    qtbot.waitUntil(lambda: made._window is not None)
