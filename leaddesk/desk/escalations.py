"""Promises that are about to be broken, or are, as the central has told this user: which of them still stand."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from leaddesk.desk.rows import Phrase, QueueRow
from leaddesk.domain.clock import opening
from leaddesk.domain.escalation import Escalation, Step, stands

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk

_GRAVITY = {one: place for place, one in enumerate(Step)}


class Escalations:
    """What needs to be known before it is too late, and what is too late."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def rows(self) -> list[QueueRow]:
        """One row a lead, its gravest step for a reason, the gravest first and then the earliest due."""
        standing = self._standing(self._desk.clock.now())
        return self._rows([one for one, _ in standing])

    def count(self) -> int:
        """How many leads there are."""
        return len({one.lead for one, _ in self._standing(self._desk.clock.now())})

    def announce(self) -> list[QueueRow]:
        """Those that the user has not been told of; from now on, he has. Nothing outside working time: it keeps."""
        desk, now = self._desk, self._desk.clock.now()
        fresh = [one for one, told in self._standing(now) if not told]
        if not fresh or opening(now, desk.store.policies().in_force(now).calendar) != now:
            return []
        desk.store.mark_told([one.name for one in fresh])
        return self._rows(fresh)

    def _standing(self, now: datetime) -> list[tuple[Escalation, bool]]:
        store, me = self._desk.store, self._desk.store.me()
        if me is None:
            return []
        due = [(one, told) for one, told in store.escalations(now) if me.user.id in one.to]
        if not due:
            return []
        states, policies = store.states({one.account for one, _ in due}), store.policies()
        found = []
        for one, told in due:
            state = states[one.account]
            lead = state.leads.get(one.lead)
            if lead is not None and stands(one, lead, state, policies.at(lead.policy), now):
                found.append((one, told))
        return found

    def _rows(self, steps: list[Escalation]) -> list[QueueRow]:
        gravest: dict[str, Escalation] = {}
        for one in sorted(steps, key=lambda one: (-_GRAVITY[one.step], one.due, one.lead)):
            gravest.setdefault(one.lead, one)
        return [
            replace(row, reason=_reason(one), due=one.due, clock=one.clock, warn_at=min(one.at, one.due))
            for row in self._desk.rows(list(gravest))
            for one in (gravest[row.id],)
        ]


def _reason(one: Escalation) -> Phrase:
    return Phrase(f"escalation-{one.step}", {"clock": one.clock, "owner": one.owner, "due": one.due})
