"""Figures of deadlines, clocks and the page for both sides.

    python -m tests.bench.sla                  100,000 leads, 20,000 deadlines
    python -m tests.bench.sla --leads 2000     fewer

Deadlines are counted on one core, beside an empty loop over the same questions and a count minute by minute (peers
count by the second); clocks of open leads beside reading their rows; the page beside reading its rows. A ratio belongs
to one run; milliseconds alone say little of another machine.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from leaddesk.config.port import Ids
from leaddesk.domain import sla
from leaddesk.domain.clock import Calendar, deadline
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.handover import Handover
from leaddesk.domain.policy import Policy
from leaddesk.domain.record import User
from leaddesk.domain.report import WHOLE
from leaddesk.domain.state import Account, Attempt, Lead, Pause
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, RejectReason, Role
from leaddesk.server import reporting
from leaddesk.store.central import people
from leaddesk.store.central import tables as t
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.store.columns import ACCOUNT, LEAD

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TENANT = "tenant"

#: Targets of a working day: half an hour to a week of business time.
_TARGETS = (30, 60, 120, 240, 480, 960, 2400)

Asked = tuple[datetime, int, tuple[Pause, ...]]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sla", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--leads", type=int, default=100_000, metavar="N", help="how many leads (100000)")
    parser.add_argument("--deadlines", type=int, default=20_000, metavar="N", help="how many deadlines (20000)")
    parser.add_argument("--turns", type=int, default=5, metavar="N", help="turns of each, the best is told (5)")
    told = parser.parse_args(argv)
    print("\n".join(deadlines(told.deadlines, told.turns)))
    with tempfile.TemporaryDirectory() as folder:
        store = CentralStore.open(f"sqlite:///{Path(folder) / 'central.db'}")
        try:
            store.write(lambda unit: fill(unit, told.leads))
            print("\n".join(clocks(store, told.leads, told.turns)))
            print("\n".join(page(store, told.turns)))
        finally:
            store.close()
    return 0


# --- deadlines --------------------------------------------------------------------------------------------------------


def deadlines(number: int, turns: int) -> list[str]:
    """How many in a second; what a long target costs; beside an empty loop and a count by the minute."""
    calendar = default_policy().calendar
    asked = questions(number)
    ours = best(turns, lambda: [deadline(start, minutes, calendar, pauses) for start, minutes, pauses in asked])
    empty = best(turns, lambda: [_nothing(start, minutes, calendar, pauses) for start, minutes, pauses in asked])
    few = asked[: max(1, number // 500)]
    by_minute = best(1, lambda: [counted(start, minutes, calendar, pauses) for start, minutes, pauses in few])
    short = best(turns, lambda: [deadline(start, 8 * 60, calendar) for start, _, _ in asked])
    long = best(turns, lambda: [deadline(start, 2000 * 60, calendar) for start, _, _ in asked])
    slower = by_minute / len(few) / (ours / number)
    return [
        f"deadlines: {number / ours:,.0f} a second; {ours / empty:.1f} x an empty loop",
        f"a count of the same by the minute takes {slower:.0f} x as long",
        f"a target of 2,000 hours: {long / short:.2f} x one of 8",
    ]


def questions(number: int, seed: int = 1) -> list[Asked]:
    """Starts over three years, targets of realistic length, some with pauses."""
    chance = random.Random(seed)
    asked = []
    for _ in range(number):
        start = NOW + timedelta(minutes=chance.randrange(3 * 365 * 24 * 60), seconds=chance.randrange(60))
        pauses = []
        at = start
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            at += timedelta(minutes=chance.randrange(1, 2000))
            end = at + timedelta(minutes=chance.randrange(1, 4000))
            pauses.append(Pause(start=at, until=end))
            at = end
        asked.append((start, chance.choice(_TARGETS), tuple(pauses)))
    return asked


def counted(start: datetime, minutes: int, calendar: Calendar, pauses: tuple[Pause, ...]) -> datetime:
    """The same by looking at each minute: is its local time in a window of its local date?"""
    zone, at, left = ZoneInfo(calendar.zone), start, minutes
    while left:
        local = at.astimezone(zone)
        windows = calendar.dates.get(local.date(), calendar.week[local.weekday()])
        now = local.hour * 60 + local.minute
        rests = any(one.start <= at and (one.until is None or at < one.until) for one in pauses)
        if not rests and any(begin <= now < end for begin, end in windows):
            left -= 1
        at += timedelta(minutes=1)
    return at


def _nothing(start: datetime, minutes: int, calendar: Calendar, pauses: tuple[Pause, ...]) -> datetime:
    del minutes, calendar, pauses
    return start


# --- clocks -----------------------------------------------------------------------------------------------------------


def clocks(store: CentralStore, number: int, turns: int) -> list[str]:
    """All clocks of a tenth, a half and all of the open leads, beside reading their rows: linear, or not."""
    policy, lines, first = default_policy(), [], 0.0
    account = Account(id="a", name="Kuusikon Saha Oy", created_at=NOW)
    with store.read() as unit:
        for part in (number // 10, number // 2, number):
            query = select(*(t.leads.c[name] for name in LEAD.names)).where(t.leads.c.tenant == TENANT).limit(part)
            reading = best(turns, partial(_rows, unit, query))
            leads = [LEAD.value(row) for row in _rows(unit, query)]
            took = best(turns, partial(_run, leads, policy, account))
            first = first or took / part
            lines.append(
                f"clocks of {part:,} open leads: {took * 1000:,.0f} ms, {took / reading:.1f} x reading their rows; "
                f"{took / part / first:.2f} x the first for each"
            )
    return lines


def _rows(unit: Unit, query: Any) -> list[Any]:  # Any: SQL and its rows
    return list(unit.execute(query).all())


def _run(leads: list[Lead], policy: Policy, account: Account) -> None:
    for one in leads:
        sla.running(one, policy, account)


# --- the page ---------------------------------------------------------------------------------------------------------


def page(store: CentralStore, turns: int) -> list[str]:
    """The page of a month and of a year, beside reading the rows of that year."""
    with store.read() as unit:
        book = Book(unit, TENANT)
        found, _ = reporting.counted(book, NOW, WHOLE)
        reading = best(turns, lambda: sum(1 for _ in book.handovers.lines(found.start, found.end)))
        month = best(turns, lambda: reporting.counted(book, NOW))
        year = best(turns, lambda: reporting.counted(book, NOW, WHOLE))
        figure = best(turns, lambda: reporting.counted(book, NOW, WHOLE, "broken:decision"))
    offers = found.of("offered")
    return [
        f"the page of {offers:,} offers of a year: {year:.2f} s, {year / reading:.1f} x reading their rows",
        f"the page of this month: {month:.2f} s; with the leads of a figure of the year: {figure:.2f} s",
    ]


def fill(unit: Unit, number: int, seed: int = 1) -> None:
    """An organisation with so many open leads, each with an offer of the last year."""
    chance, policy = random.Random(seed), default_policy()
    people.add_tenant(unit, TENANT, "Oma Oy", "epoch", "secret")
    owners = [User(id=Ids().new(), login=f"user-{n}", name=f"User {n}", role=Role.REP) for n in range(50)]
    for one in owners:
        people.add_user(unit, TENANT, one, "")
    Book(unit, TENANT).publish(policy)
    leads: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for n in range(number):
        at = NOW - timedelta(minutes=chance.randrange(364 * 24 * 60))
        owner = chance.choice(owners).id
        tries = tuple(
            Attempt(op=f"o{n}-{m}", at=at + timedelta(hours=m + 1), by=owner, outcome=CallOutcome.NO_ANSWER)
            for m in range(chance.choice((0, 0, 1, 2)))
        )
        lead = Lead(
            id=f"lead-{n}", account="a", person="", kind=chance.choice(list(LeadKind)[:2]), owner=owner, created_at=at,
            state=chance.choice((LeadState.OFFERED, LeadState.TAKEN)), offered_at=at, attempts=tries, policy=1,
            pauses=(Pause(start=at + timedelta(hours=2), until=at + timedelta(hours=30)),) if n % 5 == 0 else (),
        )  # fmt: skip
        leads.append({"tenant": TENANT, **LEAD.values(lead)})
        offers.append({"tenant": TENANT, **t.HANDOVER.values(_offer(lead, chance)), "next_at": None})
    for part in range(0, number, 2000):
        unit.execute(t.leads.insert(), leads[part : part + 2000])
        unit.execute(t.handovers.insert(), offers[part : part + 2000])
    unit.execute(t.accounts.insert(), [{"tenant": TENANT, **ACCOUNT.values(Account(id="a", name="A", created_at=NOW))}])


def _offer(lead: Lead, chance: random.Random) -> Handover:
    assert lead.offered_at is not None
    at, state = lead.offered_at, chance.choice(list(LeadState)[1:])

    def within(share: float, minutes: int) -> datetime | None:
        return at + timedelta(minutes=chance.randrange(minutes)) if chance.random() < share else None

    row = Handover(
        lead=lead.id, offered_at=at, account="a", policy=1, kind=lead.kind, owner=lead.owner,
        conforms=chance.random() < 0.4, failed=chance.choice(((), ("theme",), ("stage", "theme"))),
        unknown=chance.choice(((), ("decision-maker",))), take_due=at + timedelta(hours=1), taken_at=within(0.9, 90),
        first_due=at + timedelta(hours=2), first_at=within(0.8, 200), decision_due=at + timedelta(hours=16),
        decided_at=within(0.6, 1500), attempts=len(lead.attempts), reached=chance.random() < 0.5,
        decider=chance.random() < 0.5, met_at=within(0.2, 9000), state=state,
    )  # fmt: skip
    return replace(row, reason=chance.choice(list(RejectReason))) if state is LeadState.REJECTED else row


def best(turns: int, work: Callable[[], object]) -> float:
    """Seconds of the quickest of some turns."""
    took = []
    for _ in range(turns):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return max(min(took), 1e-9)


if __name__ == "__main__":
    raise SystemExit(main())
