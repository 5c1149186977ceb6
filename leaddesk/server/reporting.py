"""The page for both sides, counted over what the central holds, and made into a file for those without a desk."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from leaddesk.domain.errors import BadInput
from leaddesk.domain.report import PERIODS, WHOLE, Counted, Report, count, periods
from leaddesk.pages.paper import Opened, paper
from leaddesk.pages.words import Words
from leaddesk.server import admin
from leaddesk.store.central import people
from leaddesk.store.central.book import Book
from leaddesk.store.columns import instant, micros

#: The most leads that one figure opens to: at a desk, and on paper.
LEADS, ON_PAPER = 500, 50


def counted(book: Book, now: datetime, back: int = 0, figure: str = "") -> tuple[Report, tuple[str, ...]]:
    """The page of a period so many ago, ``WHOLE`` for the last twelve, and the leads that one of its figures counts,
    the latest offered first, each once, at most ``LEADS``. Raises ``BadInput("period-unknown")``."""
    found = _count(book, now, back, LEADS if figure else 0, figure)
    leads = dict.fromkeys(lead for _, lead, _ in found.behind.get(figure, ()))
    return found.report, tuple(leads)


def page(url: str, tenant: str, now: datetime, back: int, words: Callable[[Callable[[str], str]], Words]) -> str:
    """The page as HTML. ``words`` are made of a way from users' ids to their names. Raises ``StoreTrouble``,
    ``BadInput``."""
    with closing(admin.existing(url)) as store, store.read() as connection:
        one, organisation = people.tenant_named(connection, tenant)
        book = Book(connection, one)
        names = {user.id: user.name or user.login for user in book.users().values()}
        found = _count(book, now, back, ON_PAPER)
        who = book.handovers.who({lead for offers in found.behind.values() for _, lead, _ in offers})
    leads = {
        figure: [Opened(*who.get(lead, ("", "")), owner, instant(at)) for at, lead, owner in offers]
        for figure, offers in found.behind.items()
    }
    name_of = lambda user: names.get(user, "")  # noqa: E731
    return paper(found.report, words(name_of), name_of, organisation, leads)


def _count(book: Book, now: datetime, back: int, each: int, only: str = "") -> Counted:
    if back != WHOLE and not 0 <= back < PERIODS:
        raise BadInput("period-unknown", given=back, expected=f"0-{PERIODS - 1}, {WHOLE}")
    policies = book.policies()
    spans = periods(now, policies)
    lines = book.handovers.lines(spans[0][0], spans[-1][1])
    return count(lines, spans, micros, now, policies, back, each, only)
