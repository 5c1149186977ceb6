"""A real window over a real keyed store, on Qt's offscreen screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from leaddesk.desk.desk import Desk, directly
from leaddesk.desk.worker import DeskWorkers
from leaddesk.ui import theme
from leaddesk.ui.app import read_start
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.window import Window
from tests.ui.dialog_support import make_desk

OpenWindow = Callable[..., Window]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A signed-in desk with nothing in it."""
    made = make_desk(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenWindow]:
    """Opens the window of a desk and waits until its first card is read: ``open_window(desk, language="en", ...)``.

    Settings are given by name. ``close_window(window)`` ends one as its user would.
    """
    opened: list[Window] = []

    def made(desk: Desk, language: str = "en", size: tuple[int, int] = (1440, 900), **settings: object) -> Window:
        workers = DeskWorkers()
        start = workers.database(read_start, desk).result()
        chosen = replace(start.settings, language=language, zone="Europe/Helsinki", **{"theme": "light", **settings})
        theme.apply(qapp, chosen.theme, chosen.density)
        window = Window(Bridge(desk, workers, chosen, start.names), start.layout, start.status)
        opened.append(window)
        window.resize(*size)
        with qtbot.waitSignal(window.ready):
            window.show()
        window.activateWindow()
        qtbot.waitActive(window).__enter__()
        settle(qtbot, window)
        return window

    yield made
    for window in opened:
        if isValid(window):
            drop_window(qtbot, window)


def settle(qtbot: QtBot, window: Window) -> None:
    """Until nothing is on its way and what came is painted."""
    qtbot.waitUntil(window.bridge.is_idle)
    QApplication.processEvents()
    qtbot.waitUntil(window.bridge.is_idle)
    QApplication.processEvents()


def drop_window(qtbot: QtBot, window: Window) -> None:
    """Close it and let it go, so that the next one does not share the application with it."""
    if not window.bridge.is_closed():
        close_window(qtbot, window)
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def close_window(qtbot: QtBot, window: Window) -> None:
    """Close it as its user would, and wait for what it still has to write."""
    window.close()
    window.bridge.close()
    window.bridge.desk.lane = directly
    QApplication.processEvents()
