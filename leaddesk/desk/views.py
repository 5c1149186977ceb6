"""The places of the top bar: promised callbacks, what waits for a date, booked meetings."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from leaddesk.desk.rows import Phrase, QueueRow
from leaddesk.domain.between import gaps, moved_at

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

    def between(self) -> list[QueueRow]:
        """Leads that may fall between: what each lacks is its reason; longest unmoved first."""
        desk = self._desk
        policies, users, now, me = desk.store.policies(), dict(desk.store.users()), desk.clock.now(), desk.store.me()
        if me is not None:
            # Known before the first pull has told of anybody.
            users.setdefault(me.user.id, me.user)
        found: dict[str, tuple[datetime, Phrase]] = {}
        for state in desk.store.perhaps_between().values():
            for lead in state.leads.values():
                if state.account is None:
                    continue
                lacks = gaps(lead, state.account, state.persons.get(lead.person), policies, users, now)
                if lacks:
                    values = {"at": moved_at(lead), "owner": lead.owner}
                    found[lead.id] = (moved_at(lead), Phrase(f"gap-{lacks[0]}", values))
        order = sorted(found, key=lambda one: (found[one][0], one))
        return [replace(row, reason=found[row.id][1]) for row in desk.rows(order)]

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
