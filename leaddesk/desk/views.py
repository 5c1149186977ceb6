"""The places of the top bar: promised callbacks, what waits for a date, booked meetings."""

from typing import TYPE_CHECKING

from leaddesk.desk.rows import QueueRow

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk


class Views:
    """Lists beside the queue, each in order of its own date."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def callbacks(self) -> list[QueueRow]:
        """My leads with a promised call."""
        return self._dated("callback_at")

    def waiting(self) -> list[QueueRow]:
        """My leads that are snoozed or nurtured until a date."""
        return self._dated("snoozed_until", "nurture_until")

    def meetings(self) -> list[QueueRow]:
        """My leads with a booked meeting."""
        return self._dated("meeting_at")

    def counts(self) -> dict[str, int]:
        """How many stand in each place: callbacks, waiting, meetings, escalations, attention."""
        store = self._desk.store
        me = store.me()
        mine = me.user.id if me else ""
        return {
            "callbacks": store.count_dated(mine, "callback_at"),
            "waiting": store.count_dated(mine, "snoozed_until", "nurture_until"),
            "meetings": store.count_dated(mine, "meeting_at"),
            "escalations": self._desk.escalations.count(),
            "attention": store.status().attention,
        }

    def _dated(self, *columns: str) -> list[QueueRow]:
        me = self._desk.store.me()
        return self._desk.rows(self._desk.store.dated(me.user.id, *columns)) if me else []
