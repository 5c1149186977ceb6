"""Sync as the window runs it: on its time, soon after an act, or when asked for. Being offline is a state, no error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from leaddesk.desk.rows import RecountResult, Status, SyncResult
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError, Refusal
from leaddesk.ui.bridge import Bridge

#: How long acts are held before they are sent, milliseconds, so that an undo need not travel.
HELD = 8000


class Syncing(QObject):
    """Sends and fetches.

    ``came(SyncResult, Changes)``: one sync is done; ``ended()``: it failed; ``stated(Status)``: the state to show now;
    ``sign_in_wanted()``; ``failed(LeadDeskError)``: one that was asked for, or that a person must hear of.
    """

    came = Signal(object, object)
    ended = Signal()
    stated = Signal(object)
    sign_in_wanted = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, status: Callable[[], Status | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._bridge, self._status = bridge, status
        self._tried: datetime | None = None
        self.running = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.run)

    def run(self, asked: bool = False) -> None:
        """Send and fetch, where the desk has a central. ``asked``: by the user, who hears how it went."""
        status = self._status()
        if self.running or status is None:
            return
        if not status.signed_in or not status.central:
            if asked:
                self.sign_in_wanted.emit()
            return
        self.running = True
        self._tried = self._bridge.now()
        self._soon.stop()
        self.stated.emit(replace(status, syncing=True))
        desk, bridge = self._bridge.desk, self._bridge

        def failed(trouble: LeadDeskError) -> None:
            self.running = False
            self.ended.emit()
            if trouble.key == "pull-removes-much":
                self._ask_removal(trouble, self.run)
            elif asked or (isinstance(trouble, Refusal) and trouble.key != "sync-runs-already"):
                self.failed.emit(trouble)

        bridge.ask_network(lambda: desk.sync(cancelled=bridge.is_closed), self._done, failed, receiver=self)

    def soon(self) -> None:
        """Send in a while what was just done."""
        status = self._status()
        if status is not None and status.central and not self._soon.isActive():
            self._soon.start(HELD)

    def at_once(self) -> None:
        """Send as soon as what is being done is on disk."""
        self._soon.start(0)

    def stop(self) -> None:
        """Send nothing more by itself."""
        self._soon.stop()

    def tick(self, now: datetime) -> None:
        """Sync where it is time."""
        if self._tried is None or now - self._tried >= timedelta(minutes=self._bridge.settings.sync_minutes):
            self.run()

    def _done(self, both: tuple[SyncResult, Changes]) -> None:
        self.running = False
        self.came.emit(*both)
        if both[0].pushed == both[0].pulled == 0:
            # Nothing else to do: a part of what is here is compared with the central.
            self._recount()

    def _recount(self) -> None:
        desk = self._bridge.desk

        def failed(trouble: LeadDeskError) -> None:
            # Else another time: the next sync tells of a central that is not there.
            if trouble.key == "pull-removes-much":
                self._ask_removal(trouble, self._recount)

        self._bridge.ask_network(lambda: desk.recount(whole=False), self._recounted, failed, receiver=self)

    def _recounted(self, both: tuple[RecountResult, Changes]) -> None:
        if both[1]:
            self._bridge.changed.emit(both[1])

    def _ask_removal(self, trouble: LeadDeskError, again: Callable[[], None]) -> None:
        """Ask whether much may be taken away; then what was stopped is done again."""
        words = self._bridge.words
        parent = self._window
        box = QMessageBox(QMessageBox.Icon.Question, words.title(trouble), words.error(trouble), parent=parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.addButton(words.say("Let them be removed"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(words.say("Keep them for now"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        desk = self._bridge.desk
        box.accepted.connect(lambda: self._bridge.ask(desk.allow_removal, lambda _: again(), receiver=self))
        box.open()
