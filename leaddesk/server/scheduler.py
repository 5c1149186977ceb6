"""What the central does by itself, by its clock: it raises the steps of escalation that are reached, each once, and
gives leads that nobody has to owners, as the agreement says.

Nothing is remembered between two rounds but what the database holds, so a restart, or a second server over the same
database, neither loses nor doubles one.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import anyio

from leaddesk.config.port import Ids
from leaddesk.domain import escalation
from leaddesk.server import distributing
from leaddesk.store.central import people
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.store.columns import micros

#: Seconds between two rounds.
PAUSE = 1.0

#: Rows, and accounts, that one unit takes on: pushes wait no longer than for these.
_AT_ONCE = 200

_LOG = logging.getLogger("leaddesk.server")


async def rounds(
    work: Callable[[Callable[[], Any]], Awaitable[Any]], store: CentralStore, now: Callable[[], datetime], ids: Ids
) -> None:
    """Round after round, for ever; ``work`` does one on the database's thread. A fault of one round ends no other."""
    while True:
        try:
            while await work(partial(tick, store, now(), ids)):
                pass
        except Exception:
            _LOG.exception("a fault in a round of the scheduler")
        await anyio.sleep(PAUSE)


def tick(store: CentralStore, now: datetime, ids: Ids | None = None) -> bool:
    """A bounded part of what is to be done at ``now``; whether there may be more."""
    more = False
    with store.read() as connection:
        tenants = [one for one, _ in people.tenants(connection)]
    for tenant in tenants:
        with store.read() as connection:
            rows = Book(connection, tenant).handovers
            behind, coming = rows.behind(), rows.next_at()
        if behind:
            rebuild(store, tenant)
            more = True
        elif coming is not None and coming <= micros(now):
            more |= store.write(partial(_raise, tenant=tenant, now=now))
        with store.read() as connection:
            waits = bool(distributing.choices(connection, tenant, now))
        if waits:
            more |= store.write(partial(distributing.give, tenant=tenant, now=now, ids=ids or Ids())) > 0
    return more


def _raise(connection: Unit, tenant: str, now: datetime) -> bool:
    book = Book(connection, tenant)
    book.feed.lock()
    rows = book.handovers.waiting(now, _AT_ONCE)
    states, policies, users = book.states(one.account for one in rows), book.policies(), book.users()
    zone = policies.in_force(now).calendar.zone
    absent = distributing.away(connection, tenant, now, zone)
    # What is for somebody who is away is told to who stands in.
    there = {one: user for one, user in users.items() if one not in absent}
    reached: list[escalation.Escalation] = []
    for row in rows:
        state = states[row.account]
        lead = state.leads.get(row.lead)
        if lead is None or lead.offered_at != row.offered_at:
            book.handovers.set_next(row, None)
            continue
        policy = policies.at(lead.policy)
        reached += escalation.raised(row, lead, state, policy, there, now)
        book.handovers.set_next(row, escalation.next_at(lead, state, policy, now))
    for one in book.handovers.raise_new(reached):
        for user in one.to:
            book.feed.number(f"user:{user}", ("escalation", one.name), "")
    book.feed.close()
    return len(rows) == _AT_ONCE


def rebuild(store: CentralStore, tenant: str) -> int:
    """Make the rows of an organisation anew from its history; how many were otherwise."""
    changed, after = 0, ""
    while True:
        with store.read() as connection:
            accounts = Book(connection, tenant).handovers.offered_accounts(after, _AT_ONCE)
        if not accounts:
            break
        changed += store.write(partial(_again, tenant=tenant, accounts=accounts))
        after = accounts[-1]
    store.write(lambda connection: Book(connection, tenant).handovers.caught_up())
    return changed


def _again(connection: Unit, tenant: str, accounts: list[str]) -> int:
    book = Book(connection, tenant)
    book.feed.lock()
    policies, changed = book.policies(), 0
    histories = book.histories(accounts)
    for account in accounts:
        changed += book.handovers.again(account, histories[account], policies)
    book.feed.close()
    return changed
