"""Every command can be reached by keyboard, palette, menu and key sheet; letters are dead in text; speed is safe."""

import random
import string
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.ui.actions import ACTIONS, CALL, TRIAGE, is_letter
from leaddesk.ui.keys_sheet import KeysSheet
from leaddesk.ui.palette import Palette
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead
from tests.ui.test_window import calls

#: Commands that are their own way in, so that the palette need not list them.
_ITSELF = {"palette"}


def wanted_by(window: Window) -> list[str]:
    """Every command that is asked for from now on."""
    asked: list[str] = []
    window.commands.wanted.connect(asked.append)
    return asked


@pytest.mark.parametrize("mode", [TRIAGE, CALL])
@pytest.mark.parametrize("letters", [True, False])
def test_every_command_is_in_menu_palette_and_key_sheet(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, mode: str, letters: bool
) -> None:
    add_lead(desk)
    window = open_window(desk, single_letter_keys=letters)
    if mode == CALL:
        window.live.begin(dialling=False)
        settle(qtbot, window)
    commands = {one.key for one in ACTIONS if mode in one.modes}
    menu = QMenu(window)
    window.commands.fill(menu, window.role())
    in_menu = {action.objectName() for inner in menu.findChildren(QMenu) for action in inner.actions()}
    assert commands <= in_menu
    palette = Palette(window.bridge, window, mode, window.is_possible, role=window.role())
    qtbot.addWidget(palette)
    assert commands - _ITSELF <= {one.action for one in palette.entries() if one.action}
    sheet = KeysSheet(window.bridge, window, mode, window.role())
    qtbot.addWidget(sheet)
    assert commands == set(sheet.rows)
    for one in ACTIONS:
        action = window.commands.actions[one.key]
        if one.key not in commands:
            assert not action.isEnabled()
            continue
        keys = {key.toString(QKeySequence.SequenceFormat.PortableText) for key in action.shortcuts()}
        usable = {key for key in one.keys if not is_letter(key) or (letters and mode == TRIAGE)}
        assert keys == {QKeySequence(key).toString() for key in usable}


def test_every_key_of_triage_asks_for_its_command(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    for one in ACTIONS:
        if TRIAGE not in one.modes:
            continue
        for key in one.keys:
            asked: list[str] = []
            window.commands.wanted.disconnect()
            window.commands.wanted.connect(asked.append)
            window.queue.view.setFocus()
            sequence = QKeySequence(key)
            for place in range(sequence.count()):
                combination = sequence[place]
                qtbot.keyClick(window.queue.view, combination.key(), combination.keyboardModifiers())
            assert asked == [one.key], key


@pytest.mark.parametrize("where", ["note", "search", "detail"])
def test_no_letter_does_anything_in_a_text_field(qtbot: QtBot, desk: Desk, open_window: OpenWindow, where: str) -> None:
    lead = add_lead(desk)
    window = open_window(desk)
    if where == "detail":
        window.live.begin(dialling=False)
        settle(qtbot, window)
    field: QLineEdit | QPlainTextEdit = {
        "note": window.card.note, "search": window.top.search, "detail": window.live.centre.detail
    }[where]  # fmt: skip
    field.setFocus()
    asked = wanted_by(window)
    chance = random.Random(7)
    letters = string.ascii_letters + string.digits + string.punctuation + " "
    for letter in chance.choices(letters, k=600):
        qtbot.keyClicks(field, letter)
    assert asked == []
    text = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
    assert len(text) >= 600
    assert QApplication.focusWidget() is field
    assert calls(desk, lead) == []


def test_keys_faster_than_the_card_decide_once_each(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    leads = [add_lead(desk, f"Yritys {number} Oy") for number in range(12)]
    window = open_window(desk)
    painted: list[str] = []
    for _ in range(60):
        current = window.queue.current()
        if window.card.painted() == current:
            painted.append(current)
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_5, Qt.KeyboardModifier.NoModifier, "5", True, 1)
        QApplication.sendEvent(window.queue.view, held)
        qtbot.keyClick(window.queue.view, Qt.Key.Key_5)
    settle(qtbot, window)
    logged = {lead: len(calls(desk, lead)) for lead in leads}
    assert sum(logged.values()) >= 1
    assert all(logged[lead] <= painted.count(lead) for lead in leads)
    before = sum(logged.values())
    for _ in range(before):
        window.run("undo")
        settle(qtbot, window)
    assert sum(len(calls(desk, lead)) for lead in leads) == 0


def test_tab_goes_round_and_out_of_every_pane(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    window.queue.view.setFocus()
    seen: list[QWidget] = []
    for _ in range(80):
        here: Any = QApplication.focusWidget()
        assert here is not None
        if seen and here is seen[0]:
            break
        seen.append(here)
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is seen[0]
    for one in (window.top.search, window.card.note, window.acts.buttons["call"], window.acts.buttons["accept"]):
        assert one in seen
    assert all(one.isVisible() for one in seen)
