"""A person is erased from the window: by whom, what is asked, and what of it goes out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.operation import Erase, HandOver, Note, Take
from leaddesk.domain.words import LeadKind, Role
from leaddesk.ui.erase_dialog import EraseDialog
from leaddesk.ui.keys_sheet import KeysSheet
from leaddesk.ui.palette import Palette
from leaddesk.ui.window import Window
from tests.support import LiveCentral, live_central, open_desk
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead, as_role, make_desk


def sent(desk: Desk) -> None:
    """As if the central had made the rows that are here."""
    with desk.store._file.write() as connection:
        connection.execute("DELETE FROM shadow")


def shown_commands(window: Window) -> list[set[str]]:
    """Every command as the menu, the palette and the sheet of keys list them."""
    window.run("menu")
    menu = next(one for one in window.findChildren(QMenu) if one.isVisible())
    inner = {action.objectName() for one in menu.findChildren(QMenu) for action in one.actions()}
    menu.close()
    window.run("palette")
    palette = window._dialog
    assert isinstance(palette, Palette)
    listed = {one.action for one in palette.entries()}
    palette.done(0)
    window.run("keys")
    sheet = window._dialog
    assert isinstance(sheet, KeysSheet)
    rows = set(sheet.rows)
    sheet.done(0)
    return [inner, listed, rows]


def question(window: Window) -> EraseDialog:
    """The question, asked."""
    window.run("erase")
    dialog = window._dialog
    assert isinstance(dialog, EraseDialog) and dialog.isVisible(), window.bar.notice.text()
    return dialog


def erasures(desk: Desk) -> list[Erase]:
    """Those that this desk has done."""
    return [one.act for one, _ in desk.store.own_latest(99) if isinstance(one.act, Erase)]


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_whoever_may_not_erase_sees_nothing_of_it(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, role: Role
) -> None:
    desk = make_desk(tmp_path / "desk")
    lead = add_lead(desk)
    sent(as_role(desk, role))
    window = open_window(desk)
    assert [names & {"erase"} for names in shown_commands(window)] == [set()] * 3
    settle(qtbot, window)
    window.run("erase")
    settle(qtbot, window)
    assert window._dialog is None and erasures(desk) == [] and desk.card(lead).row.person
    desk.close()


def test_an_administrator_is_asked_first(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    lead = add_lead(desk)
    sent(desk)
    window = open_window(desk)
    assert [names & {"erase"} for names in shown_commands(window)] == [{"erase"}] * 3
    assert not window.commands.actions["erase"].shortcuts()
    settle(qtbot, window)
    dialog = question(window)
    told = " ".join(one.text() for one in dialog.findChildren(type(window.bar.notice)))
    assert "Hämeen Konepaja Oy" in told and "Riikka Rantala" in told and "This cannot be undone." in told
    for ground in ("", "   "):
        dialog.ground.setText(ground)
        qtbot.keyClick(dialog.ground, Qt.Key.Key_Return)
        dialog.accept()
        assert dialog.isVisible() and not dialog.decide.isEnabled()
    dialog.ground.setText("")
    dialog.leave.click()
    settle(qtbot, window)
    assert not erasures(desk) and desk.card(lead).row.person == "Riikka Rantala"


def test_what_cannot_be_erased_is_said_and_not_asked(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    window.run("erase")
    settle(qtbot, window)
    assert window._dialog is None and "Sync first" in window.bar.notice.text()
    sent(desk)
    window.show_lead(add_lead(desk, "Vaihde Oy", person=""))
    settle(qtbot, window)
    window.run("erase")
    settle(qtbot, window)
    assert window._dialog is None and "no person to erase" in window.bar.notice.text()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[LiveCentral]:
    with live_central(tmp_path) as made:
        yield made


def test_who_is_erased_is_gone_from_the_card_and_at_the_central(
    qtbot: QtBot, tmp_path: Path, central: LiveCentral, open_window: OpenWindow
) -> None:
    with open_desk(tmp_path / "boss", central.clock, central, "boss") as desk:
        lead = add_lead(desk, kind=LeadKind.OUTBOUND)
        desk.do(Note(lead=lead, text="Rantala lomalla"))
        desk.sync()
        window = open_window(desk)
        window.show_lead(lead)
        settle(qtbot, window)
        window.card.note.setPlainText("Rantala kesken")
        dialog = question(window)
        dialog.ground.setText(" Pyysi itse ")
        qtbot.keyClick(dialog.ground, Qt.Key.Key_Return)

        def told() -> None:
            settle(qtbot, window)
            assert [(row["verdict"], row["act"]) for row in central.operations()][-1] == ("applied", "erase")
            assert desk.store.status().waiting == 0 and not window.syncing.running

        qtbot.waitUntil(told, timeout=20_000)
        assert [one.ground for one in erasures(desk)] == ["Pyysi itse"]
        card = window.card.card()
        assert card is not None and card.row.id == lead and card.row.person == "" and card.phone == ""
        assert not any(one.enabled for one in card.acts)
        # What was being typed about the person is gone, and nothing more can be.
        note = window.card.note
        assert not note.isEnabled() and note.toPlainText() == ""
        assert "has been erased" in note.placeholderText()
        assert not window.acts.tiles.isEnabled()
        for key in ("note", "bant-need", "call"):
            window.bar.tell("")
            window.run(key)
            assert "has been erased" in window.bar.notice.text(), key
        assert not any(one.isVisible() and one.isEnabled() for one in window.acts.buttons.values())
        assert b"Rantala" not in central.contents() and not desk.drafts.load(lead)
        other = add_lead(desk, "Toinen Oy", "Kaisa Kollega", "+358401112223")
        window.queue.refresh()
        window.show_lead(other)
        settle(qtbot, window)
        assert note.isEnabled() and note.placeholderText().startswith("Write a note")


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_a_lead_is_handed_over_where_the_rules_let_it(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, role: Role
) -> None:
    desk = make_desk(tmp_path / "desk")
    mine, theirs = add_lead(desk, "Oma Oy"), add_lead(desk, "Toisen Oy")
    for lead in (mine, theirs):
        desk.do(Take(lead=lead))
    desk.do(HandOver(lead=theirs, to="u-eero"))
    as_role(desk, role)
    window = open_window(desk)
    button = window.acts.buttons["hand-over"]
    for lead, given in ((mine, True), (theirs, role is Role.MANAGER)):
        window.show_lead(lead)
        settle(qtbot, window)
        assert (button.isVisible(), button.isEnabled()) == (given, given)
        window.run("hand-over")
        settle(qtbot, window)
        assert (window._dialog is not None) == given
        if window._dialog is not None:
            window._dialog.done(0)
            settle(qtbot, window)
    if role is Role.REP:
        assert "Somebody else works this lead" in window.bar.notice.text()
    desk.close()
