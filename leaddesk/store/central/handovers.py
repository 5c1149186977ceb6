"""The rows of handed-over leads inside a unit, and the steps of escalation that were raised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from leaddesk.domain import escalation
from leaddesk.domain.changes import Done
from leaddesk.domain.escalation import Escalation
from leaddesk.domain.handover import Follow, Handover, Key, followed_through, told, touched
from leaddesk.domain.operation import Operation
from leaddesk.domain.plain import pack
from leaddesk.domain.policy import Policies
from leaddesk.domain.report import Line
from leaddesk.domain.state import State
from leaddesk.store.central import tables as t
from leaddesk.store.central.sql import chunks, upsert
from leaddesk.store.columns import micros


class Handovers:
    """The rows of one tenant over one open connection."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    # --- following --------------------------------------------------------------------------------------------------

    def follow(
        self,
        done: Sequence[Done],
        after: Mapping[str, State],
        policies: Policies,
        now: datetime,
        skew: timedelta | None,
    ) -> None:
        """What an applied batch did to the rows. ``skew``: how far the clock of the device that told it is off."""
        outcomes = [pair for one in done for pair in one.applied]
        undone = {operation.account for operation, outcome in outcomes if outcome.undone}
        seen = [
            (outcome.state, offered)
            for operation, outcome in outcomes
            if operation.account not in undone and (offered := _offered(outcome.state, touched(outcome)))
        ]
        if not seen and not undone:
            return
        before = self.of(t.handovers.c.lead, {lead for _, leads in seen for lead in leads})
        follow = Follow(before, policies)
        for state, leads in seen:
            follow.see(state, leads)
        follow.end()
        for key in follow.changed:
            row = follow.rows[key]
            limit = timedelta(minutes=policies.at(row.policy).agreement.skew)
            follow.rows[key] = told(row, before.get(key), now, skew, limit)
        self._keep(follow, policies)
        for account in sorted(undone):
            self.again(account, after.get(account, State()).history or (), policies)

    def again(self, account: str, history: Sequence[Operation], policies: Policies) -> int:
        """Make the rows of an account anew from its standing history; how many were otherwise. How late the central was
        told stands as it is known."""
        before = self.of(t.handovers.c.account, [account])
        follow = followed_through(history, policies)
        for key, row in follow.rows.items():
            if key in before:
                follow.rows[key] = replace(row, told_late=before[key].told_late, flagged=before[key].flagged)
        follow.changed = {key for key, row in follow.rows.items() if row != before.get(key)}
        self._keep(follow, policies)
        gone = [key for key in before if key not in follow.rows]
        held = t.handovers.c
        for lead, at in gone:
            here = (held.tenant == self._tenant, held.lead == lead, held.offered_at == micros(at))
            self._connection.execute(delete(t.handovers).where(*here))
        return len(follow.changed) + len(gone)

    def _keep(self, follow: Follow, policies: Policies) -> None:
        current = dict(follow.latest.values())
        rows = []
        for key in sorted(follow.changed):
            state = current.get(key)
            coming = None
            if state is not None:
                lead = state.leads[key[0]]
                coming = escalation.next_at(lead, state, policies.at(lead.policy))
            rows.append(self._row(follow.rows[key], coming))
        upsert(self._connection, t.handovers, rows)

    def _row(self, row: Handover, coming: datetime | None) -> dict[str, Any]:
        at = micros(coming) if coming is not None else None
        return {"tenant": self._tenant, **t.HANDOVER.values(row), "next_at": at}

    def of(self, column: Any, values: Iterable[str]) -> dict[Key, Handover]:  # Any: a column
        """The rows with one of these values in a column."""
        columns = [t.handovers.c[name] for name in t.HANDOVER.names]
        found: dict[Key, Handover] = {}
        for part in chunks(sorted(set(values))):
            query = select(*columns).where(t.handovers.c.tenant == self._tenant, column.in_(part))
            for row in self._connection.execute(query):
                made: Handover = t.HANDOVER.value(row)
                found[made.key] = made
        return found

    # --- counting ---------------------------------------------------------------------------------------------------

    def lines(self, start: datetime, end: datetime) -> Iterator[Line]:
        """What is counted of every offer in a stretch of time, as it comes; instants are whole microseconds."""
        held = t.handovers.c
        query = select(*(held[name] for name in Line._fields)).where(
            held.tenant == self._tenant, held.offered_at >= micros(start), held.offered_at < micros(end)
        )
        return map(Line._make, self._connection.execute(query))

    def who(self, leads: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The names of the company and the person of leads."""
        found: dict[str, tuple[str, str]] = {}
        for part in chunks(sorted(leads)):
            query = (
                select(t.leads.c.id, t.accounts.c.name, t.persons.c.name)
                .join(t.accounts, (t.accounts.c.tenant == t.leads.c.tenant) & (t.accounts.c.id == t.leads.c.account))
                .outerjoin(t.persons, (t.persons.c.tenant == t.leads.c.tenant) & (t.persons.c.id == t.leads.c.person))
                .where(t.leads.c.tenant == self._tenant, t.leads.c.id.in_(part))
            )
            for lead, account, person in self._connection.execute(query):
                found[str(lead)] = (str(account), str(person or ""))
        return found

    # --- what was done before there were rows ------------------------------------------------------------------------

    def behind(self) -> bool:
        """Whether the rows do not hold yet what was done before there were any."""
        query = select(t.behind.c.tenant).where(t.behind.c.tenant == self._tenant)
        return self._connection.execute(query).first() is not None

    def caught_up(self) -> None:
        """The rows hold everything."""
        self._connection.execute(delete(t.behind).where(t.behind.c.tenant == self._tenant))

    def offered_accounts(self, after: str, limit: int) -> list[str]:
        """The next accounts, by id, that have a lead which is or was offered as far as its row or these tell."""
        found: set[str] = set()
        for table in (t.leads.c, t.handovers.c):
            query = select(table.account).where(
                table.tenant == self._tenant, table.account > after, table.offered_at.is_not(None)
            )
            found.update(self._connection.execute(query.distinct().order_by(table.account).limit(limit)).scalars())
        return sorted(found)[:limit]

    # --- escalation -------------------------------------------------------------------------------------------------

    def waiting(self, now: datetime, limit: int) -> list[Handover]:
        """Rows of which a step is reached at ``now``, the earliest first."""
        held = t.handovers.c
        columns = [held[name] for name in t.HANDOVER.names]
        query = select(*columns).where(held.tenant == self._tenant, held.next_at <= micros(now))
        return [t.HANDOVER.value(row) for row in self._connection.execute(query.order_by(held.next_at).limit(limit))]

    def next_at(self) -> int | None:
        """When the next step of any row is reached, in microseconds; None where none is."""
        held = t.handovers.c
        query = select(held.next_at).where(held.tenant == self._tenant, held.next_at.is_not(None))
        found = self._connection.execute(query.order_by(held.next_at).limit(1)).scalar()
        return None if found is None else int(found)

    def set_next(self, row: Handover, coming: datetime | None) -> None:
        """When the next step of a row is reached."""
        held = t.handovers.c
        self._connection.execute(
            update(t.handovers)
            .where(held.tenant == self._tenant, held.lead == row.lead, held.offered_at == micros(row.offered_at))
            .values(next_at=micros(coming) if coming is not None else None)
        )

    def raise_new(self, reached: Sequence[Escalation]) -> list[Escalation]:
        """Keep those that were not raised before; which they are."""
        known = {one.key for one in self.raised_of({one.lead for one in reached})}
        fresh = [one for one in reached if one.key not in known]
        upsert(self._connection, t.escalations, [{"tenant": self._tenant, **t.ESCALATION.values(one)} for one in fresh])
        return fresh

    def told_as_rows(self, ids: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
        """Steps by the ids that they go by in the feed, packed for the wire."""
        wanted = set(ids)
        leads = {one.rsplit(":", 4)[0] for one in wanted}
        found = {one.name: one for one in self.raised_of(leads)} if leads else {}
        return {("escalation", one): pack(found[one]) for one in wanted & found.keys()}

    def raised_of(self, leads: Iterable[str]) -> list[Escalation]:
        """Every step that was raised of these leads, in the order of their instants."""
        held = t.escalations.c
        columns = [held[name] for name in t.ESCALATION.names]
        found: list[Escalation] = []
        for part in chunks(sorted(set(leads))):
            query = select(*columns).where(held.tenant == self._tenant, held.lead.in_(part))
            found += [t.ESCALATION.value(row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda one: (one.at, one.lead, one.clock, one.n, one.step))


def _offered(state: State, leads: Iterable[str]) -> list[str]:
    return [one for one in leads if one in state.leads and state.leads[one].offered_at is not None]
