"""The window, used by its keys: what is done is on disk, the next lead follows, nothing typed is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.changes import Changes
from leaddesk.domain.operation import Answer, Callback, Note
from leaddesk.domain.words import CallOutcome, LeadState, Telephony
from leaddesk.store.local.store import LocalStore
from leaddesk.ui.act_dialogs import AcceptDialog, NewLeadDialog, RejectDialog
from leaddesk.ui.button import Button
from leaddesk.ui.import_wizard import ImportWizard
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, close_window, settle
from tests.ui.dialog_support import add_lead, make_desk

Key = Qt.Key


def press(
    qtbot: QtBot, window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """A key pressed where the keyboard is, and everything that follows."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)
    settle(qtbot, window)


def three(desk: Desk) -> list[str]:
    """Three leads; their ids in queue order."""
    for name in ("Hämeen Konepaja Oy", "Nordlund Industri Ab", "Åbo Fastighetsservice Ab"):
        add_lead(desk, name)
    return list(desk.order().ids)


def calls(desk: Desk, lead: str) -> list[tuple[str, str]]:
    """What the timeline says of calls: outcome and telephony."""
    rows = [one for one in desk.card(lead).timeline if one.text.key.startswith("did-call") and not one.undone]
    return [(str(one.text.values["outcome"]), str(one.text.values["telephony"])) for one in rows]


def test_an_outcome_key_is_on_disk_and_the_next_lead_follows(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    assert window.queue.current() == first
    press(qtbot, window, Key.Key_5)
    assert window.queue.current() == second
    assert window.card.card() is not None and window.card.card().row.id == second
    close_window(qtbot, window)
    desk.close()
    again = LocalStore.open(desk.profile.store_path, "5a" * 32)
    kinds = [operation.kind for operation, _ in again.own_latest(1)]
    again.close()
    assert kinds == ["log-call"]


def test_accepting_asks_then_moves_on(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    qtbot.keyClick(window.queue.view, Key.Key_A)
    dialog = window.findChild(AcceptDialog)
    assert dialog is not None
    dialog.accept()
    settle(qtbot, window)
    assert desk.card(first).row.state is LeadState.ACCEPTED
    assert window.queue.current() == second


def test_undo_brings_the_lead_back(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_5)
    assert calls(desk, first) == [("not-interested", "answered")]
    press(qtbot, window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert calls(desk, first) == []
    assert window.queue.current() == first
    assert window.bar.notice.text() == "Phone call undone: Hämeen Konepaja Oy"
    assert second in desk.order().ids


def test_a_key_held_down_decides_once(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_5)
    for _ in range(5):
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_5, Qt.KeyboardModifier.NoModifier, "5", True, 1)
        QApplication.sendEvent(window.queue.view, held)
    settle(qtbot, window)
    assert sum(len(calls(desk, lead)) for lead in (*desk.order().ids, *window_ids(desk))) <= 1


def window_ids(desk: Desk) -> list[str]:
    """Leads that are out of the queue by now."""
    found = [row.id for row in desk.search("oy") + desk.search("ab")]
    return [one for one in dict.fromkeys(found) if one not in desk.order().ids]


def test_a_key_before_the_card_was_painted_decides_nothing(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    window.run("outcome-not-interested")
    window.run("outcome-not-interested")
    settle(qtbot, window)
    assert calls(desk, second) == []
    assert len(calls(desk, first)) == 1


def test_letters_write_in_a_text_field(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    window.card.note.setFocus()
    qtbot.keyClicks(window.card.note, "5 ardh kj")
    settle(qtbot, window)
    assert window.card.note.toPlainText() == "5 ardh kj"
    assert window.queue.current() == first
    assert calls(desk, first) == []
    assert window.findChild(RejectDialog) is None


def test_letters_can_be_switched_off(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk, single_letter_keys=False)
    press(qtbot, window, Key.Key_5)
    press(qtbot, window, Key.Key_J)
    assert window.queue.current() == first
    assert calls(desk, first) == []


def test_a_draft_survives_closing(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    qtbot.keyClicks(window.card.note, "Kaksi linjaa, <b>ei</b> lihavaa")
    close_window(qtbot, window)
    again = open_window(desk)
    assert again.queue.current() == first
    assert again.card.note.toPlainText() == "Kaksi linjaa, <b>ei</b> lihavaa"


def test_a_draft_is_on_disk_after_a_pause(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    qtbot.keyClicks(window.card.note, "kesken jossain")
    qtbot.waitUntil(lambda: desk.drafts.load(first) == "kesken jossain")


def test_a_draft_stays_with_its_lead(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    qtbot.keyClicks(window.card.note, "vain talle")
    window.queue.view.setFocus()
    press(qtbot, window, Key.Key_J)
    assert window.card.note.toPlainText() == ""
    press(qtbot, window, Key.Key_K)
    assert window.queue.current() == first
    assert window.card.note.toPlainText() == "vain talle"


def test_a_saved_note_is_on_the_card_and_no_draft(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_N)
    assert QApplication.focusWidget() is window.card.note
    qtbot.keyClicks(window.card.note, "Soittaa itse")
    press(qtbot, window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.card.note.toPlainText() == ""
    assert desk.drafts.load(first) == ""
    assert [one.note for one in desk.card(first).timeline][0] == "Soittaa itse"
    assert any("Soittaa itse" in label.text() for label in window.card.findChildren(QLabel))


def test_markup_is_shown_as_text(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    lead = add_lead(desk, "<b>Lihava</b> Oy", "<i>Kalle</i>")
    desk.do(Note(lead=lead, text="<script>alert(1)</script> <img src=x>"))
    window = open_window(desk)
    labels = window.findChildren(QLabel)
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in labels)
    shown = [one.text() for one in labels if one.isVisible()]
    assert "<b>Lihava</b> Oy" in shown
    assert any("<script>alert(1)</script>" in one for one in shown)
    assert window.queue.model.index(1).data(Qt.ItemDataRole.DisplayRole) == "<b>Lihava</b> Oy"
    for widget in window.findChildren(QWidget):
        assert "<b>" not in widget.toolTip() and "<script>" not in widget.toolTip()


def test_the_store_is_never_asked_on_the_gui_thread(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(tmp_path / "watched")
    lead, *_ = three(desk)
    desk.do(Callback(lead=lead, at_time=desk.clock.now() + timedelta(hours=1)))
    window = open_window(desk)
    asked: list[str] = []

    def watched(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                asked.append(name)
            return method(*args, **named)

        return call

    for name in dir(LocalStore):
        if not name.startswith("_") and callable(getattr(LocalStore, name)):
            monkeypatch.setattr(desk.store, name, watched(name, getattr(desk.store, name)))
    for key in (Key.Key_J, Key.Key_K, Key.Key_5, Key.Key_U, Key.Key_T):
        press(qtbot, window, key)
    for place in ("callbacks", "waiting", "meetings", "queue"):
        window.run(f"go-{place}")
        settle(qtbot, window)
    window.top.search.setText("nord")
    window.top.search.textEdited.emit("nord")
    qtbot.waitUntil(lambda: window.queue.model.leads() == 1)
    window.run("go-queue")
    settle(qtbot, window)
    press(qtbot, window, Key.Key_Space)
    qtbot.keyClicks(window.card.note, "puhelussa")
    window.live.centre.choose(0)
    press(qtbot, window, Key.Key_F4)
    press(qtbot, window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    window.bridge.choose("language", "sv")
    settle(qtbot, window)
    window.ticker.tick()
    settle(qtbot, window)
    assert asked == []
    close_window(qtbot, window)
    desk.close()


def test_search_shows_what_is_found_and_goes_back(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_Slash)
    assert QApplication.focusWidget() is window.top.search
    qtbot.keyClicks(window.top.search, "nordlund")
    qtbot.waitUntil(lambda: window.queue.model.leads() == 1)
    settle(qtbot, window)
    assert window.queue.model.index(0).data() == "Nordlund Industri Ab"
    qtbot.keyClicks(window.top.search, "xyz")
    qtbot.waitUntil(lambda: "Nothing found" in window.queue.message.text())
    qtbot.keyClick(window.top.search, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.queue.model.leads() == 3)
    assert window.queue.place() == "queue"


def test_the_window_speaks_the_language_chosen(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    three(desk)
    window = open_window(desk, language="en")
    assert window.acts.buttons["accept"].text() == "Accept…"
    assert window.top.places["queue"].text() == "Queue"
    window.bar.tell("Note saved")
    window.bridge.choose("language", "fi")
    settle(qtbot, window)
    assert window.bar.notice.text() == ""
    words = window.bridge.words
    assert words.language == "fi"
    for key in ("accept", "reject"):
        assert window.acts.buttons[key].text() == words.say({"accept": "Accept…", "reject": "Reject…"}[key])
    told = str(window.queue.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole))
    assert told.startswith("Hämeen Konepaja Oy, Riikka Rantala, Yhteydenottopyynnöt, Ota työn alle: 1 h")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_everything_that_takes_the_keyboard_has_a_name(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str
) -> None:
    three(desk)
    window = open_window(desk, language=language)
    for mode in ("triage", "call"):
        if mode == "call":
            window.live.begin(dialling=False)
            settle(qtbot, window)
        nameless = [
            type(one).__name__
            for one in window.findChildren(QWidget)
            if one.isVisible()
            and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not (one.accessibleName() or getattr(one, "text", str)())
        ]
        assert nameless == []


def test_a_call_is_logged_with_telephony_apart_from_outcome(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    assert QApplication.focusWidget() is window.card.note
    qtbot.keyClicks(window.card.note, "Vastaaja otti, 2 linjaa")
    window.live.centre.choose(0)
    window.live.outcomes.said.emit(Telephony.VOICEMAIL)
    press(qtbot, window, Key.Key_F4)
    assert window.live.outcomes.outcomes[CallOutcome.NO_ANSWER].isChecked()
    press(qtbot, window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.live.call is None and window.mode == "triage"
    assert calls(desk, first) == [("no-answer", "voicemail")]
    rows = desk.card(first).timeline
    assert "Vastaaja otti, 2 linjaa" in [one.note for one in rows]
    assert ("current_supplier", "competitor") in [
        (one.text.values.get("question"), one.text.values.get("value")) for one in rows if one.text.key == "did-answer"
    ]
    assert window.queue.current() == second
    assert desk.drafts.load(first) == ""


def test_leaving_a_call_keeps_the_note_as_a_draft(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    qtbot.keyClicks(window.card.note, "kesken")
    press(qtbot, window, Key.Key_Escape)
    assert window.live.call is None
    assert window.queue.current() == first
    assert window.card.note.toPlainText() == "kesken"
    assert window.card.note.isVisible()
    assert desk.drafts.load(first) == "kesken"
    assert calls(desk, first) == []


def test_saving_a_call_asks_for_the_outcome_first(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    press(qtbot, window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.live.call is not None
    assert calls(desk, first) == []
    assert "outcome" in window.bar.notice.text()


def test_what_arrives_in_a_call_waits(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    before = list(desk.order().ids)
    new = add_lead(desk, "Tulija Oy")
    for _ in range(100):
        window.syncing.came.emit(nothing_synced(), Changes(leads=frozenset({new}), queue=True))
        assert QApplication.focusWidget() is window.card.note
    settle(qtbot, window)
    assert window.queue.model.leads() == len(before)
    assert QApplication.activeModalWidget() is None
    assert window.card.card() is not None and window.card.card().row.id == first
    press(qtbot, window, Key.Key_Escape)
    assert window.queue._pill.isVisible()
    window.queue.take_held()
    assert window.queue.model.leads() == len(before) + 1
    assert window.queue.current() == first


def nothing_synced() -> Any:
    """A sync that sent and fetched nothing."""
    from leaddesk.desk.rows import SyncResult

    return SyncResult(pushed=0, pulled=0, refused=0, waiting=0)


def test_bant_is_stated_by_its_tile(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    from leaddesk.domain.words import BantElement, BantValue

    first, *_ = three(desk)
    window = open_window(desk)
    window.acts.tiles.state(BantElement.NEED, BantValue.YES)
    settle(qtbot, window)
    assert {one.element: one.value for one in desk.card(first).bant} == {BantElement.NEED: BantValue.YES}
    tile = window.acts.tiles.tiles[BantElement.NEED]
    assert tile.shown() == "Yes"
    assert "Riikka Salonen" in tile.accessibleDescription()


def test_a_dropped_file_opens_the_import(qtbot: QtBot, desk: Desk, open_window: OpenWindow, tmp_path: Path) -> None:
    from PySide6.QtCore import QMimeData, QPointF, QUrl
    from PySide6.QtGui import QDropEvent

    window = open_window(desk)
    file = tmp_path / "liidit.csv"
    file.write_text("Yritys;Puhelin\nKoe Oy;040 1234567\n", encoding="utf-8")
    told = QMimeData()
    told.setUrls([QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, told, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    wizard = window.findChild(ImportWizard)
    assert wizard is not None
    settle(qtbot, window)
    wizard.close()


def test_an_empty_queue_says_what_to_do(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window(desk)
    assert "The queue is empty" in window.queue.message.text()
    assert window.queue.message.isVisible()
    assert "No lead chosen" in window.card.message.text()
    assert not any(one.isVisible() for one in window.acts.findChildren(Button))


def test_an_empty_queue_offers_what_brings_leads(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window(desk)
    offers = window.queue.message.offers
    assert [offers[key].text() for key in ("import", "new-lead", "sync")] == ["Import a file…", "New lead…", "Sync now"]
    assert [offers[key]._key for key in ("import", "new-lead", "sync")] == ["Ctrl O", "Ctrl N", "Ctrl R"]
    for key, kind in (("import", ImportWizard), ("new-lead", NewLeadDialog)):
        qtbot.mouseClick(offers[key], Qt.MouseButton.LeftButton)
        settle(qtbot, window)
        dialog = window.findChild(kind)
        assert dialog is not None and dialog.isVisible()
        dialog.close()
        settle(qtbot, window)
    with qtbot.waitSignal(window.syncing.sign_in_wanted):
        qtbot.mouseClick(offers["sync"], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    window.run("go-waiting")
    settle(qtbot, window)
    assert window.queue.message.isVisible() and not any(one.isVisible() for one in offers.values())
    add_lead(desk)
    window.run("go-queue")
    settle(qtbot, window)
    assert window.queue.view.isVisible() and not any(one.isVisible() for one in offers.values())


def test_a_failed_read_is_said_and_can_be_tried_again(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leaddesk.domain.errors import StoreTrouble

    three(desk)
    window = open_window(desk)

    def broken(now: object = None) -> Any:
        raise StoreTrouble("store-damaged", path="x")

    monkeypatch.setattr(desk, "order", broken)
    window.queue.refresh()
    settle(qtbot, window)
    assert window.queue.message.isVisible()
    assert "Try again" in [one.text() for one in window.queue.message.findChildren(type(window.queue._pill))]
    monkeypatch.undo()
    window.queue.message.again.emit()
    settle(qtbot, window)
    assert window.queue.view.isVisible()


def test_the_columns_are_remembered(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    three(desk)
    window = open_window(desk)
    window.columns.setSizes([420, 700, 320])
    sizes = window.columns.sizes()
    close_window(qtbot, window)
    assert open_window(desk).columns.sizes() == sizes


def test_every_command_is_in_the_menu(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    from PySide6.QtWidgets import QMenu

    from leaddesk.ui.actions import ACTIONS, TRIAGE

    window = open_window(desk)
    menu = QMenu(window)
    window.commands.fill(menu, window.role())
    listed = {action.objectName() for inner in menu.findChildren(QMenu) for action in inner.actions()}
    assert listed >= {one.key for one in ACTIONS if TRIAGE in one.modes}


def test_no_two_commands_of_a_mode_share_a_key() -> None:
    from leaddesk.ui.actions import ACTIONS, CALL, TRIAGE

    for mode in (TRIAGE, CALL):
        keys = [key for one in ACTIONS if mode in one.modes for key in one.keys]
        assert len(keys) == len(set(keys))
        assert not [key for key in keys if "Ctrl+Alt" in key]


def test_an_answer_stated_and_left_is_kept(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, *_ = three(desk)
    window = open_window(desk)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    press(qtbot, window, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    press(qtbot, window, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    told = [one.text.values for one in desk.card(first).timeline if one.text.key == "did-answer"]
    assert [(one["question"], one["value"]) for one in told] == [("current_supplier", "own-staff")]
    assert Answer.kind == "answer"


def test_a_call_is_found_again_after_a_crash(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second, _ = three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_J)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    began = window.live.call.began if window.live.call is not None else None
    qtbot.keyClicks(window.card.note, "puhelu katkesi")
    qtbot.waitUntil(lambda: desk.drafts.load(second) == "puhelu katkesi")
    kept = desk.store.meta("call")
    assert kept
    window.bridge.close()
    again = open_window(desk)
    assert again.queue.current() == first
    again.resume_call(kept)
    settle(qtbot, again)
    assert again.live.call is not None
    assert (again.live.call.lead, again.live.call.began) == (second, began)
    assert again.card.note.toPlainText() == "puhelu katkesi"
    press(qtbot, again, Key.Key_Escape)
    assert desk.store.meta("call") == ""


def test_in_a_call_the_bar_says_what_is_true_there(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    three(desk)
    window = open_window(desk)
    press(qtbot, window, Key.Key_J)
    assert (window.bar.undo._key, window.bar.keys._key) == ("U", "?")
    assert window.bar.following.text().startswith("Next: ")
    press(qtbot, window, Key.Key_Space)
    assert window.mode == "call"
    assert (window.bar.undo._key, window.bar.keys._key) == ("", "F1")
    card = window.card.card()
    assert card is not None and card.row.due is not None
    left = window.bridge.words.countdown(card.row.due, window.bridge.now(), True)
    assert left in window.bar.following.text() and window.bar.following.text().startswith("○")
    desk.clock.pass_by(minutes=7)  # type: ignore[attr-defined]
    window.ticker.tick()
    later = window.bridge.words.countdown(card.row.due, window.bridge.now(), True)
    assert later != left and later in window.bar.following.text()
    press(qtbot, window, Key.Key_Escape)
    assert window.bar.following.text().startswith("Next: ")
    assert window.bar.keys._key == "?"
