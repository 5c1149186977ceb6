"""Every dialog from its key to the disk: what is typed in it is what the store holds, over a real desk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.operation import Accept, Note, Take
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import BantElement, BantValue, LeadState, RejectReason, Verdict
from leaddesk.ui.actions import BY_KEY
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import NOW, add_lead, latest

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def opened(qtbot: QtBot, window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> Any:
    """The dialog that a key brings up; Any, since each has fields of its own."""
    # Without a window manager nobody gives the keyboard back to the window when a dialog has closed.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.queue.view, key, modifier or Qt.KeyboardModifier.NoModifier)
    settle(qtbot, window)
    dialog = window._dialog
    assert isinstance(dialog, QDialog) and dialog.isVisible(), window.bar.notice.text()
    return dialog


def two(desk: Desk) -> tuple[str, str]:
    """Two leads in queue order."""
    for name in ("Hämeen Konepaja Oy", "Nordlund Industri Ab"):
        add_lead(desk, name)
    first, second = desk.order().ids
    return first, second


def test_accept_states_bant_by_its_keys(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, second = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_A)
    qtbot.keyClick(dialog, Key.Key_1, CTRL)
    for _ in range(2):
        qtbot.keyClick(dialog, Key.Key_3, CTRL)
    dialog.text.setFocus()
    qtbot.keyClicks(dialog.text, "Sovittu <b>jatko</b>")
    qtbot.keyClick(dialog.text, Key.Key_Return, CTRL)
    settle(qtbot, window)
    act = latest(desk)
    assert isinstance(act, Accept)
    assert dict(act.bant) == {BantElement.BUDGET: BantValue.YES, BantElement.NEED: BantValue.NO}
    card = desk.card(first)
    assert card.row.state is LeadState.ACCEPTED
    assert {one.element: one.value for one in card.bant} == dict(act.bant)
    assert window.queue.current() == second


@pytest.mark.parametrize("reason", list(RejectReason))
def test_reject_by_the_digit_of_its_reason(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, reason: RejectReason
) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_R)
    assert not dialog.decide.isEnabled() and "reason" in dialog.why_not()
    qtbot.keyClick(dialog, Key(Key.Key_1 + dialog._reasons.index(reason)))
    assert dialog.reason() is reason
    if reason is RejectReason.NOT_REACHED:
        # Nobody has tried yet.
        assert not dialog.decide.isEnabled() and "So far 0 attempts" in dialog.why_not()
        return
    if reason is RejectReason.OTHER:
        assert not dialog.decide.isEnabled()
        dialog.accept()
        assert dialog.isVisible() and desk.card(first).row.state is LeadState.OFFERED
        qtbot.keyClicks(dialog.text, "Konkurssissa")
    dialog.accept()
    settle(qtbot, window)
    card = desk.card(first)
    assert (card.row.state, card.reject_reason) == (LeadState.REJECTED, reason)


def test_a_wrong_time_may_name_the_day_to_return(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_R)
    qtbot.keyClick(dialog, Key.Key_4)
    assert dialog.when.isVisible()
    qtbot.keyClick(dialog, Key.Key_1, ALT)
    dialog.accept()
    settle(qtbot, window)
    act = latest(desk)
    assert act.kind == "reject" and getattr(act, "until", None) == datetime(2026, 12, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "phrase", "at"),
    [
        ("fi", "huomenna 14.30", datetime(2026, 11, 25, 12, 30, tzinfo=UTC)),
        ("fi", "ma 9", datetime(2026, 11, 30, 7, 0, tzinfo=UTC)),
        ("fi", "2 viikon päästä 10", datetime(2026, 12, 8, 8, 0, tzinfo=UTC)),
        ("sv", "i morgon 10", datetime(2026, 11, 25, 8, 0, tzinfo=UTC)),
        # As the button of that name has it.
        ("fi", "huomenna aamulla", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("sv", "i morgon bitti", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("en", "tomorrow morning", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("en", "in 2 weeks 9", datetime(2026, 12, 8, 7, 0, tzinfo=UTC)),
        ("en", "6.12. 9", datetime(2026, 12, 6, 7, 0, tzinfo=UTC)),
    ],
)
def test_later_is_typed_as_it_is_said(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str, phrase: str, at: datetime
) -> None:
    first, second = two(desk)
    window = open_window(desk, language=language)
    dialog = opened(qtbot, window, Key.Key_H)
    assert QApplication.focusWidget() is dialog.when.line
    dialog.when.line.insert(phrase)
    assert dialog.when.instant() == at
    qtbot.keyClick(dialog.when.line, Key.Key_Return)
    settle(qtbot, window)
    assert desk.card(first).snoozed_until == at
    assert window.queue.current() == second
    assert [row.id for row in desk.views.waiting()] == [first]


def test_a_time_that_is_not_understood_decides_nothing(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_H)
    qtbot.keyClicks(dialog.when.line, "kohta puoliin")
    qtbot.keyClick(dialog.when.line, Key.Key_Return)
    assert dialog.isVisible() and not dialog.decide.isEnabled()
    assert desk.card(first).snoozed_until is None
    dialog.when.line.setText("6.12. 9")
    assert dialog.when.warning() != ""
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_a_meeting_is_booked(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_M)
    qtbot.keyClicks(dialog.when.line, "tomorrow 9")
    dialog.place.setText("Teams")
    dialog.accept()
    settle(qtbot, window)
    assert desk.card(first).meeting_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    window.run("go-meetings")
    settle(qtbot, window)
    assert window.queue.model.leads() == 1


def test_a_call_is_promised_and_the_promise_withdrawn(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_C)
    qtbot.keyClicks(dialog.when.line, "tomorrow 9")
    dialog.accept()
    settle(qtbot, window)
    assert desk.card(first).callback_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    window.show_lead(first)
    settle(qtbot, window)
    dialog = opened(qtbot, window, Key.Key_C)
    dialog.withdraw.click()
    settle(qtbot, window)
    assert desk.card(first).callback_at is None


def test_do_not_contact_takes_two_keys_and_is_sent_at_once(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    sent: list[int] = []
    monkeypatch.setattr(window.syncing, "at_once", lambda: sent.append(1))
    window.acting.urgent.connect(window.syncing.at_once)
    dialog = opened(qtbot, window, Key.Key_D)
    qtbot.keyClick(QApplication.focusWidget() or dialog, Key.Key_Return)
    settle(qtbot, window)
    assert desk.card(first).objection
    assert sent
    window.run("undo")
    settle(qtbot, window)
    assert desk.card(first).objection


def test_won_lost_nurture_and_hand_over(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    leads = [add_lead(desk, name) for name in ("Yksi Oy", "Kaksi Oy", "Kolme Oy", "Neljä Oy")]
    for lead in leads:
        desk.do(Take(lead=lead))
    for lead in leads[:2]:
        desk.do(Accept(lead=lead))
    window = open_window(desk)

    def through(lead: str, key: Qt.Key, fill: Callable[[Any], None]) -> None:
        window.show_lead(lead)
        settle(qtbot, window)
        dialog = opened(qtbot, window, key)
        fill(dialog)
        dialog.accept()
        settle(qtbot, window)

    through(leads[0], Key.Key_W, lambda one: one.value.setText("12 500") if hasattr(one, "value") else None)
    through(leads[1], Key.Key_L, lambda one: one.why.setCurrentText("Price"))
    through(leads[2], Key.Key_B, lambda one: one.when.line.setText("in 2 weeks 9"))
    through(leads[3], Key.Key_V, lambda one: one.users.setCurrentRow(0))
    assert [desk.card(lead).row.state for lead in leads[:3]] == [LeadState.WON, LeadState.LOST, LeadState.NURTURE]
    assert desk.card(leads[3]).row.owner_name == "Eero Virtanen"


def test_a_key_held_down_does_not_decide_in_a_dialog(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_A)
    for key, text in ((Key.Key_Return, "\r"), (Key.Key_Enter, "\r")):
        for target in (dialog, dialog.decide):
            held = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, True, 1)
            QApplication.sendEvent(target, held)
    settle(qtbot, window)
    assert dialog.isVisible()
    assert desk.card(first).row.state is LeadState.OFFERED
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_leaving_typed_text_takes_esc_twice(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_A)
    qtbot.keyClicks(dialog.text, "kesken")
    qtbot.keyClick(dialog.text, Key.Key_Escape)
    assert dialog.isVisible()
    qtbot.keyClick(dialog.text, Key.Key_Escape)
    settle(qtbot, window)
    assert window._dialog is None


def test_a_refused_act_is_said_and_changes_nothing(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    first, _ = two(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_A)
    desk.do(Accept(lead=first))
    dialog.accept()
    settle(qtbot, window)
    assert "already" in window.bar.notice.text() or "accepted" in window.bar.notice.text()
    assert not window.acting._busy


def test_a_new_lead_is_typed_and_shown(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window(desk)
    dialog = opened(qtbot, window, Key.Key_N, CTRL)
    for field, text in (("company", "Tuore Oy"), ("person", "Kai Uusi"), ("phone", "040 123 4567")):
        dialog.fields[field].setText(text)
    qtbot.waitUntil(lambda: not dialog._pause.isActive())
    settle(qtbot, window)
    dialog.accept()
    settle(qtbot, window)
    card = window.card.card()
    assert card is not None
    assert (card.row.account, card.row.person, card.phone) == ("Tuore Oy", "Kai Uusi", "+358401234567")


def test_what_needs_attention_can_be_opened_retried_and_let_go(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow
) -> None:
    first, second = two(desk)
    refused = [desk.do(Note(lead=lead, text=f"teksti {lead[-4:]}"))[0].op for lead in (first, second)]
    for operation in refused:
        desk.store.record_verdicts([VerdictRow(id=operation, verdict=Verdict.REFUSED, reason="no-such-lead")], NOW)
    window = open_window(desk)
    assert window.top.count("attention") == 2
    assert "2" in window.bar.sync.text()
    window.run("go-attention")
    settle(qtbot, window)
    dialog: Any = window._dialog
    assert dialog.list.count() == 2
    dialog.retry()
    settle(qtbot, window)
    assert dialog.list.count() == 1
    dialog.dismiss()
    assert dialog.list.count() == 1
    wanted = dialog.row().lead
    window.show_lead(first if wanted == second else second)
    settle(qtbot, window)
    dialog.go.click()
    settle(qtbot, window)
    card = window.card.card()
    assert window.queue.current() == wanted and card is not None and card.row.id == wanted
    window.run("go-attention")
    settle(qtbot, window)
    dialog = window._dialog
    dialog.dismiss()
    dialog.dismiss()
    settle(qtbot, window)
    assert desk.attention.list() == []
    assert window.top.count("attention") == 0
    assert not dialog.again.isVisible()
    dialog.close()


def test_the_sync_is_said_in_words(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    two(desk)
    store = desk.store
    store.set_meta("central", "http://127.0.0.1:9")
    store.set_meta("token", "t")
    store.set_meta("last_sync", NOW.isoformat())
    window = open_window(desk)
    waiting = store.status().waiting
    assert f"{waiting} waiting to be sent" in window.bar.sync.text()
    store.set_meta("offline_since", (NOW - timedelta(hours=2)).isoformat())
    window._count()
    settle(qtbot, window)
    assert window.bar.sync.text().startswith("No connection since 11.00")
    assert window.bar.sync.accessibleName() == window.bar.sync.text()
    window.syncing.run(asked=True)
    settle(qtbot, window)
    assert "could not be reached" in window.bar.notice.text()
    assert QApplication.activeModalWidget() is None


def test_settings_hold_at_once_and_after_closing(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    two(desk)
    window = open_window(desk)
    window.run("settings")
    settle(qtbot, window)
    dialog: Any = window._dialog
    dialog.letters.setChecked(False)
    dialog.density.setCurrentIndex(dialog.density.findData("dense"))
    dialog.density.activated.emit(dialog.density.currentIndex())
    settle(qtbot, window)
    dialog.accept()
    assert (desk.settings.all().single_letter_keys, desk.settings.all().density) == (False, "dense")
    assert not window.commands.actions["accept"].shortcuts()
    assert BY_KEY["accept"].keys == ("A",)


def test_how_a_number_is_dialled_is_chosen_by_name_or_typed(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    two(desk)
    window = open_window(desk)
    window.run("settings")
    settle(qtbot, window)
    dialog: Any = window._dialog
    shown = [dialog.dialer.itemText(n) for n in range(dialog.dialer.count())]
    assert dialog.dialer.currentText() == "Telephone program"
    assert not any("{" in one for one in shown)
    dialog.dialer.setCurrentText("Microsoft Teams")
    dialog.dialer.activated.emit(dialog.dialer.currentIndex())
    settle(qtbot, window)
    assert desk.settings.all().dialer == "msteams:/l/call/0/0?users=4:{e164}"
    dialog.dialer.setCurrentText("oma:{e164}")
    dialog.dialer.lineEdit().editingFinished.emit()
    settle(qtbot, window)
    assert desk.settings.all().dialer == "oma:{e164}"
    dialog.dialer.setCurrentText("oma")
    dialog.dialer.lineEdit().editingFinished.emit()
    settle(qtbot, window)
    assert desk.settings.all().dialer == "oma:{e164}" and dialog.message.isVisible()
    dialog.zone.setCurrentText("As the computer")
    dialog.zone.activated.emit(dialog.zone.currentIndex())
    settle(qtbot, window)
    assert desk.settings.all().zone == ""
    dialog.accept()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_sheet_of_keys_is_as_high_as_its_rows(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str
) -> None:
    two(desk)
    window = open_window(desk, language, (1366, 768))
    window.run("keys")
    settle(qtbot, window)
    dialog: Any = window._dialog
    assert dialog._scroll.verticalScrollBar().maximum() == 0
    assert dialog.height() <= 768
    dialog.accept()
