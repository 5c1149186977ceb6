"""Reads cards for the window: the one chosen, and the next one ahead, so that a decision is followed by it at once."""

from PySide6.QtCore import QObject, Signal

from leaddesk.desk.rows import Card
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.queue_pane import QueuePane


class Reading(QObject):
    """``came(Card)``: the card of the chosen lead; ``failed(LeadDeskError)``: it could not be read; ``none()``: no lead
    is chosen; ``following(str)``: the company that comes next, "" none.
    """

    came = Signal(object)
    failed = Signal(object)
    none = Signal()
    following = Signal(str)

    def __init__(self, bridge: Bridge, queue: QueuePane, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._queue = bridge, queue
        self._ahead: Card | None = None

    def show(self, lead: str) -> None:
        """Bring the card of a lead, from what was read ahead where it is that one."""
        ahead, self._ahead = self._ahead, None
        if not lead:
            self.none.emit()
        elif ahead is not None and ahead.row.id == lead:
            self.came.emit(ahead)
        else:
            self.read(lead)

    def read(self, lead: str) -> None:
        """Read the card of a lead anew; what comes when another is chosen is dropped."""
        desk, queue = self._bridge.desk, self._queue

        def failed(trouble: LeadDeskError) -> None:
            if queue.current() == lead:
                self.failed.emit(trouble)

        def come(card: Card) -> None:
            if queue.current() == card.row.id:
                self.came.emit(card)

        self._bridge.ask(lambda: desk.card(lead), come, failed, receiver=self)

    def read_ahead(self) -> None:
        """Have the next card ready."""
        lead = self._queue.after(self._queue.current())
        self.following.emit(self._queue.name_of(lead))
        desk = self._bridge.desk
        if lead and (self._ahead is None or self._ahead.row.id != lead):
            self._bridge.ask(lambda: desk.card(lead), self._keep, lambda _: None, receiver=self)

    def forget(self, changes: Changes | None = None, acted: str = "") -> None:
        """Let go of what was read ahead; with ``changes`` only where they, or the act on ``acted``, touch it."""
        row = self._ahead.row if self._ahead is not None else None
        if changes is None or (
            row is not None and (row.id in changes.leads or row.account_id in changes.accounts or row.id == acted)
        ):
            self._ahead = None

    def _keep(self, card: Card) -> None:
        if self._queue.after(self._queue.current()) == card.row.id:
            self._ahead = card
            self.following.emit(card.row.account)
