"""A check of everything the central holds: that no lead falls between sales and marketing."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from leaddesk.domain.between import Gap, gaps, moved_at
from leaddesk.server import admin
from leaddesk.store.central import people
from leaddesk.store.central.book import Book

#: Accounts that are looked at together.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that lacks something."""

    lead: str
    gap: Gap
    moved_at: datetime


def between(url: str, tenant: str, now: datetime) -> tuple[list[Found], int]:
    """What each lead lacks, by account; and how many leads there are. Raises ``StoreTrouble``, ``BadInput``."""
    found: list[Found] = []
    seen, after = 0, ""
    with closing(admin.existing(url)) as store, store.read() as connection:
        one, _ = people.tenant_named(connection, tenant)
        book = Book(connection, one)
        policies, users = book.policies(), book.users()
        while accounts := book.accounts(after, _AT_ONCE):
            for state in book.states(accounts).values():
                for lead in state.leads.values():
                    seen += 1
                    if state.account is not None:
                        lacks = gaps(lead, state.account, state.persons.get(lead.person), policies, users, now)
                        found += (Found(lead.id, gap, moved_at(lead)) for gap in lacks)
            after = accounts[-1]
    return found, seen
