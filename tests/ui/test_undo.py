"""Undo from the window: it says what it took back, and asks before an import or an act of another day."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.operation import CompanyPart, ImportRows, LeadPart, Note, Objection, PersonPart, Row
from leaddesk.domain.words import ObjectionScope
from leaddesk.pages.words import Words
from leaddesk.ui.undo_dialog import UndoDialog
from leaddesk.ui.undoing import undoable
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import StillClock, add_lead
from tests.ui.test_window import Key, press, three


def import_some(desk: Desk, rows: int, parts: int = 1) -> None:
    """An import of ``parts`` operations of ``rows`` rows each."""
    import_id = desk.ids.new()
    for part in range(parts):
        made = tuple(
            Row(
                number=2 + part * rows + n,
                company=CompanyPart(external_id=f"c{part}-{n}", name=f"Tuotu {part} {n} Oy"),
                person=PersonPart(external_id=f"p{part}-{n}", name="Aino Salo", phone=f"+3584012{part:02}{n:03}"),
                lead=LeadPart(external_id=f"c{part}-{n}"),
            )
            for n in range(rows)
        )
        done = desk.perform(ImportRows(import_id=import_id, file="messut.csv", source_name="messut", rows=made), "")
        assert not done.refused


def asked(window: Window) -> UndoDialog | None:
    """The question that stands open."""
    return next((one for one in window.findChildren(UndoDialog) if one.isVisible()), None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Note undone: Hämeen Konepaja Oy"),
        ("fi", "Kumottu: Muistiinpano, Hämeen Konepaja Oy"),
        ("sv", "Ångrat: Anteckning, Hämeen Konepaja Oy"),
    ],
)
def test_the_notice_names_act_and_company(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str, text: str
) -> None:
    lead = add_lead(desk)
    desk.do(Note(lead=lead, text="Ei ehdi"))
    window = open_window(desk, language)
    press(qtbot, window, Key.Key_U)
    assert window.bar.notice.text() == text
    assert [one for one in desk.card(lead).timeline if one.note == "Ei ehdi" and not one.undone] == []


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Key.Key_U, Qt.KeyboardModifier.NoModifier), (Key.Key_Z, Qt.KeyboardModifier.ControlModifier)],
)
def test_an_import_is_undone_only_when_it_is_meant(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, key: Key, modifier: Qt.KeyboardModifier
) -> None:
    add_lead(desk)
    import_some(desk, 2, parts=5)
    window = open_window(desk)
    before = desk.order().ids
    assert len(before) == 11
    press(qtbot, window, key, modifier)
    dialog = asked(window)
    assert dialog is not None
    told = " ".join(one.text() for one in dialog.findChildren(type(window.bar.notice)))
    assert "messut.csv" in told and "10 rows" in told
    dialog.reject()
    settle(qtbot, window)
    assert desk.order().ids == before
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(qtbot, window, key, modifier)
    dialog = asked(window)
    assert dialog is not None
    dialog.accept()
    settle(qtbot, window)
    assert len(desk.order().ids) == 1
    assert window.bar.notice.text().startswith("Import undone: 10 rows")


def test_an_act_of_an_earlier_day_is_asked_about(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    lead = add_lead(desk)
    desk.do(Note(lead=lead, text="Eilinen"))
    assert isinstance(desk.clock, StillClock)
    desk.clock.pass_by(hours=12)
    window = open_window(desk)
    press(qtbot, window, Key.Key_U)
    dialog = asked(window)
    assert dialog is not None
    told = " ".join(one.text() for one in dialog.findChildren(type(window.bar.notice)))
    assert "Note: Hämeen Konepaja Oy, yesterday 13:00" in told.replace("13.00", "13:00")
    dialog.reject()
    settle(qtbot, window)
    assert any(one.note == "Eilinen" and not one.undone for one in desk.card(lead).timeline)


def test_what_a_sync_made_the_latest_meanwhile_is_not_undone_in_its_place(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow
) -> None:
    lead = add_lead(desk)
    desk.do(Note(lead=lead, text="Vanhempi"))
    import_some(desk, 1)
    window = open_window(desk)
    press(qtbot, window, Key.Key_U)
    dialog = asked(window)
    assert dialog is not None
    desk.undo()
    dialog.accept()
    settle(qtbot, window)
    assert any(one.note == "Vanhempi" and not one.undone for one in desk.card(lead).timeline)
    assert window.bar.notice.text() == "There is nothing to undo."


def test_undo_is_offered_while_there_is_something_to_undo(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window(desk)
    assert not window.bar.undo.isVisible()
    lead = three(desk)[0]
    window.queue.refresh()
    settle(qtbot, window)
    press(qtbot, window, Key.Key_5)
    assert window.bar.undo.isVisible()
    desk.do(Objection(lead=lead, scope=ObjectionScope.PERSON))
    window._count()
    settle(qtbot, window)
    assert not window.bar.undo.isVisible()


def test_what_an_undo_has_undone_is_passed_over(desk: Desk) -> None:
    lead = add_lead(desk)
    for text in ("Yksi", "Kaksi", "Kolme"):
        desk.do(Note(lead=lead, text=text))
    desk.undo()
    desk.undo()
    found = undoable(desk)
    assert found is not None and (found.kind, found.lead, found.company) == ("note", lead, "Hämeen Konepaja Oy")
    desk.undo()
    found = undoable(desk)
    assert found is not None and found.kind == "create-lead"
    desk.undo()
    assert undoable(desk) is None


def test_a_made_lead_that_is_undone_leaves_no_trouble(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk, "Ensimmäinen Oy")
    add_lead(desk, "Toinen Oy")
    window = open_window(desk)
    press(qtbot, window, Key.Key_U)
    assert window.bar.notice.text() == "New lead undone: Toinen Oy"
    card = window.card.card()
    assert card is not None and card.row.account == "Ensimmäinen Oy"


def test_a_day_is_the_reader_s_own(desk: Desk) -> None:
    add_lead(desk)
    found = undoable(desk)
    assert found is not None
    now = found.at.replace(hour=22, minute=30)
    assert found.must_be_asked(Words("en", "Europe/Helsinki"), now)
    assert not found.must_be_asked(Words("en", "UTC"), now)
