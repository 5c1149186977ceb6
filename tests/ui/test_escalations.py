"""Late, or soon: a place of the window, and what is told of it while one works."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.ui.queue_pane import ESCALATIONS, QUEUE
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import NOW
from tests.ui.full_desk import make_full_desk, raise_all


@pytest.fixture
def full(tmp_path: Path) -> Desk:
    desk = make_full_desk(tmp_path / "full")
    assert raise_all(desk) > 3
    return desk


def test_the_place_counts_and_says_why_and_the_queue_has_its_own_reasons_again(
    qtbot: QtBot, full: Desk, open_window: OpenWindow
) -> None:
    window = open_window(full, "fi")
    before = {one: window.queue.model.row_for(one).reason.key for one in full.order().ids[:5]}  # type: ignore[union-attr]
    leads = full.escalations.count()
    assert window.top.count(ESCALATIONS) == leads > 1
    window.run("go-escalations")
    settle(qtbot, window)
    assert window.queue.model.leads() == leads
    shown = [window.queue.model.row_for(row.id) for row in full.escalations.rows()]
    assert all(one is not None and one.reason.key.startswith("escalation-") for one in shown)
    window.run("go-queue")
    settle(qtbot, window)
    after = {one: window.queue.model.row_for(one) for one in before}
    assert {one: row.reason.key for one, row in after.items() if row is not None} == before


def test_it_is_told_once_in_a_group(qtbot: QtBot, full: Desk, open_window: OpenWindow) -> None:
    leads = full.escalations.count()
    window = open_window(full, "en")
    told: list[str] = []
    window.announcing.told.connect(told.append)
    for _ in range(2):
        window.announcing.look()
        settle(qtbot, window)
    assert len(told) == 1 and told[0].startswith(f"● {leads} promises are late, or soon: ")
    assert window.bar.notice.text() == told[0]


def test_in_a_call_it_waits_for_the_end(qtbot: QtBot, full: Desk, open_window: OpenWindow) -> None:
    window = open_window(full, "en")
    told: list[str] = []
    window.announcing.told.connect(told.append)
    window.live.begin(dialling=False)
    settle(qtbot, window)
    window._tick(NOW.replace(second=0))
    window.announcing.look()
    settle(qtbot, window)
    assert told == []
    window.live.leave()
    settle(qtbot, window)
    assert len(told) == 1


@pytest.mark.parametrize(("wanted", "shown"), [(True, 1), (False, 0)])
def test_the_desktop_is_told_where_the_window_is_not_in_front(
    qtbot: QtBot, full: Desk, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, wanted: bool, shown: int
) -> None:
    window = open_window(full, "en", notifications=wanted)
    said: list[str] = []
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, *rest: said.append(title))
    window.announcing.look()
    settle(qtbot, window)
    assert len(said) == shown
    window.announcing.wanted.emit()
    settle(qtbot, window)
    assert window.queue.place() == ESCALATIONS != QUEUE
