"""The page for both sides in the window: the same figures as on paper, each opening to its leads in the list."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import Unreachable
from leaddesk.domain.report import WHOLE, Report, count, periods
from leaddesk.domain.words import Role
from leaddesk.pages.report import sections
from leaddesk.ui.actions import offered
from leaddesk.ui.button import NumberButton
from leaddesk.ui.queue_pane import FOUND
from leaddesk.ui.report_dialog import ReportDialog
from leaddesk.ui.window import Window
from tests.domain.lines import made
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import NOW, add_lead, as_role

LINES = made(600, NOW)


@pytest.fixture
def asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A manager's desk whose central counts made-up lines."""
    manager = as_role(desk, Role.MANAGER)
    policies = manager.store.policies()

    def ask(back: int = 0) -> Report:
        return count(LINES, periods(NOW, policies), lambda at: at, NOW, policies, back).report

    monkeypatch.setattr(manager.reports, "ask", ask)
    return manager


def opened(qtbot: QtBot, window: Window) -> ReportDialog:
    window.run("report")
    settle(qtbot, window)
    dialog = window._dialog
    assert isinstance(dialog, ReportDialog)
    return dialog


def test_it_shows_what_the_page_says(qtbot: QtBot, asked: Desk, open_window: OpenWindow) -> None:
    window = open_window(asked, "fi")
    dialog = opened(qtbot, window)
    found = asked.reports.ask()
    shown = {one.objectName(): one.text() for one in dialog.findChildren(NumberButton)}
    told = {
        cell.figure: cell.text
        for section in sections(found, window.bridge.words, lambda user: user)
        for _, cells in section.rows
        for cell in cells
        if cell.figure
    }
    assert shown == told and len(shown) > 25
    dialog.period.setCurrentIndex(dialog.period.findData(WHOLE))
    settle(qtbot, window)
    whole = asked.reports.ask(WHOLE)
    texts = {one.objectName(): one.text() for one in dialog.findChildren(NumberButton)}
    assert texts["offered"] == window.bridge.words.number(whole.of("offered")) != shown["offered"]
    assert dialog.title.text().startswith("1.12.2025")


def test_a_number_opens_to_its_leads_in_the_list(
    qtbot: QtBot, asked: Desk, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = [add_lead(asked, f"Yritys {n} Oy") for n in range(3)]
    told: list[tuple[int, str]] = []

    def of(back: int, figure: str) -> list[str]:
        told.append((back, figure))
        return [leads[2], "not-here", leads[0]]

    monkeypatch.setattr(asked.reports, "leads", of)
    window = open_window(asked, "en")
    dialog = opened(qtbot, window)
    button = next(one for one in dialog.findChildren(NumberButton) if one.objectName() == "conforming")
    button.click()
    settle(qtbot, window)
    assert told == [(0, "conforming")]
    assert window.queue.place() == FOUND and not dialog.isVisible()
    assert [window.queue.model.id_at(row) for row in range(2)] == [leads[2], leads[0]]
    assert window.queue._title.text().startswith("Conforming · ")
    window.run("go-queue")
    settle(qtbot, window)
    assert window.queue.model.leads() == 3


def _unreachable(*_: object) -> Report:
    raise Unreachable("central-not-reached", url="http://127.0.0.1:1")


@pytest.mark.parametrize("kept", [True, False])
def test_without_a_connection_it_shows_what_was_told_and_as_of_when(
    qtbot: QtBot, asked: Desk, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    found = asked.reports.ask()
    ask: Callable[[int], Report | None] = lambda back: found if kept else None  # noqa: E731
    monkeypatch.setattr(asked.reports, "kept", ask)
    monkeypatch.setattr(asked.reports, "ask", _unreachable)
    window = open_window(asked, "en")
    dialog = opened(qtbot, window)
    assert dialog.message.text().startswith("● ") and ("As of today 13.00" in dialog.message.text()) == kept
    assert bool(dialog.findChildren(NumberButton)) == kept
    assert all(one.isEnabled() for one in dialog.findChildren(QPushButton))


def test_it_is_there_for_those_alone_who_may_read_it() -> None:
    for role in Role:
        there = "report" in {one.key for one in offered(role)}
        assert there == (role in (Role.MANAGER, Role.MARKETER, Role.ADMIN))
