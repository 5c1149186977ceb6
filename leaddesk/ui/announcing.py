"""Tells of promises about to be broken, or broken, where the user is: beside the work, or on the desktop while the
window is behind another. Grouped, each once, and nothing during a call."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from leaddesk.desk.rows import QueueRow
from leaddesk.domain.errors import LeadDeskError
from leaddesk.ui import icons
from leaddesk.ui.bridge import Bridge

#: How many companies are named; the rest is a number.
_NAMED = 2


class Announcing(QObject):
    """``told(text)``: to be said in the window. ``wanted()``: the user has answered on the desktop."""

    told = Signal(str)
    wanted = Signal()

    def __init__(self, bridge: Bridge, in_call: Callable[[], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge, self._in_call, self._window = bridge, in_call, parent
        self._tray: QSystemTrayIcon | None = None

    def look(self) -> None:
        """Ask what the user has not been told of yet, and tell it. In a call it waits for the end."""
        if not self._in_call():
            self._bridge.ask(self._bridge.desk.escalations.announce, self._tell, self._failed, receiver=self)

    def _tell(self, rows: list[QueueRow]) -> None:
        if not rows:
            return
        words = self._bridge.words
        title = words.plural("{n} promise is late, or soon", "{n} promises are late, or soon", len(rows))
        named = [f"{row.account} · {words.phrase(row.reason)}" for row in rows[:_NAMED]]
        self.told.emit(f"● {title}: {named[0]}")
        if self._bridge.settings.notifications and not self._window.isActiveWindow():
            self._on_desktop(title, "\n".join(named + (["…"] if len(rows) > _NAMED else [])))

    def _on_desktop(self, title: str, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icons.window_icon(), self)
            self._tray.setToolTip("LeadDesk")
            self._tray.messageClicked.connect(self.wanted)
            self._tray.activated.connect(lambda _: self.wanted.emit())
        self._tray.show()
        self._tray.showMessage(title, text, icons.window_icon())

    def _failed(self, trouble: LeadDeskError) -> None:
        """It is asked for again in a minute; whoever works at a store in trouble is told of that by his own acts."""
