"""The order of the feed's numbers is the order of commits: whoever reads on from a cursor, while fifty others write, is
told everything once.

``LEADDESK_FEED_ENTRIES`` says how many entries are written; without it a sample. The same is tried with numbers that
the database gives by itself, which commit in another order than they were given in: there the reader misses some, so
the test would find out.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Protocol

import pytest
from sqlalchemy import text

from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.central.feed import Feed
from leaddesk.store.central.people import tenant_named
from leaddesk.store.central.store import CentralStore, Unit
from tests.server.hands import Device
from tests.support import LiveCentral

ENTRIES = int(os.environ.get("LEADDESK_FEED_ENTRIES") or 5_000)
WRITERS, READERS = 50, 2

#: Each process of a central has connections of its own.
PROCESSES = 5


class Log(Protocol):
    """What is written in order and read from a cursor on."""

    def append(self, unit: Unit, entries: list[str]) -> None:
        """Write entries in a unit, which may yet be rolled back."""
        ...

    def reader(self, number: int) -> Callable[[int], list[str]]:
        """A reader that stands at the beginning: called with how many it takes at most, it tells what is next."""
        ...


class RealFeed:
    """The central's feed, read as a desk does."""

    def __init__(self, central: LiveCentral) -> None:
        self._central = central
        with central.store.read() as unit:
            self._tenant, _ = tenant_named(unit, "")

    def append(self, unit: Unit, entries: list[str]) -> None:
        """Numbers under the counter row."""
        feed = Feed(unit, self._tenant)
        feed.lock()
        for one in entries:
            feed.number("all", ("entry", f"{one}:0"), "")
        feed.close()

    def reader(self, number: int) -> Callable[[int], list[str]]:
        """A device of somebody who sees everything."""
        device = Device(self._central, "boss", f"device-boss-{number}")
        last = 0

        def pull(limit: int) -> list[str]:
            nonlocal last
            rows, _ = device.page(limit)
            numbers = [row.seq for row in rows]
            assert numbers == sorted(set(numbers)) and all(one > last for one in numbers)
            last = max(numbers, default=last)
            return [row.id.removesuffix(":0") for row in rows if row.what == "entry"]

        return pull


class Identity:
    """A log under numbers that PostgreSQL gives when a row is inserted."""

    def __init__(self, central: LiveCentral) -> None:
        self._store = central.store
        made = text("CREATE TABLE bare (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry TEXT NOT NULL)")
        self._store.write(lambda unit: unit.execute(made))

    def append(self, unit: Unit, entries: list[str]) -> None:
        """Rows; their numbers are given meanwhile."""
        unit.execute(text("INSERT INTO bare (entry) VALUES (:entry)"), [{"entry": one} for one in entries])

    def reader(self, number: int) -> Callable[[int], list[str]]:
        """Reads on from the last number it has seen."""
        cursor = 0

        def pull(limit: int) -> list[str]:
            nonlocal cursor
            query = text("SELECT seq, entry FROM bare WHERE seq > :cursor ORDER BY seq LIMIT :most")
            with self._store.read() as unit:
                rows = unit.execute(query, {"cursor": cursor, "most": limit}).all()
            cursor = rows[-1].seq if rows else cursor
            return [str(row.entry) for row in rows]

        return pull


class RolledBack(Exception):
    """A writer has thought better of it."""


def _live(central: LiveCentral, log: Log) -> tuple[list[str], list[list[str]]]:
    """Write and read at once. What was committed, and what each reader was told, in order."""
    committed: list[list[str]] = [[] for _ in range(WRITERS)]
    told: list[list[str]] = [[] for _ in range(READERS)]
    quiet = threading.Event()

    def write(number: int, store: CentralStore) -> None:
        choose, made = random.Random(number), 0
        while len(committed[number]) < ENTRIES // WRITERS:
            made += 1
            entries = [f"operation-{number}-{made}-{n}" for n in range(choose.randrange(1, 20))]

            def work(unit: Unit, entries: list[str] = entries) -> None:
                log.append(unit, entries)
                time.sleep(choose.choice((0, 0, 0.001, 0.004)))
                if choose.random() < 0.2:
                    raise RolledBack

            try:
                store.write(work)
            except RolledBack:
                continue
            except StoreTrouble as trouble:
                # Fifty who wait for one lock do not wait in turn: whoever had no luck tries again, as a desk does.
                assert trouble.key == "store-busy"
                continue
            committed[number] += entries

    def read(number: int) -> None:
        choose, pull = random.Random(-number), log.reader(number)
        while True:
            ended = quiet.is_set()
            page = pull(choose.choice((1, 20, 300, 1000)))
            told[number] += page
            if ended and not page:
                return
            time.sleep(choose.choice((0, 0.001, 0.01)))

    with ExitStack() as stack:
        stores = [stack.enter_context(closing(CentralStore.open(central.database))) for _ in range(PROCESSES)]
        pool = stack.enter_context(ThreadPoolExecutor(WRITERS + READERS))
        readers = [pool.submit(read, number) for number in range(READERS)]
        try:
            for writer in [pool.submit(write, number, stores[number % PROCESSES]) for number in range(WRITERS)]:
                writer.result()
        finally:
            quiet.set()
        for reader in readers:
            reader.result()
    return [one for written in committed for one in written], told


@pytest.mark.timeout(max(180, ENTRIES // 50))
def test_a_reader_is_told_everything_once_while_others_write(central: LiveCentral) -> None:
    committed, told = _live(central, RealFeed(central))
    assert len(set(committed)) == len(committed) >= ENTRIES
    for entries in told:
        counts = Counter(entries)
        assert sum(1 for one in committed if one not in counts) == 0, "skipped"
        assert sum(1 for times in counts.values() if times > 1) == 0, "repeated"
        assert len(entries) == len(committed), "told of what was rolled back"
    assert told[0] == told[1]


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], scope="module", indirect=True
)
def test_numbers_that_the_database_gives_by_itself_do_not_hold(central: LiveCentral) -> None:
    """SQLite lets one write at a time, so there nothing could be seen."""
    committed, told = _live(central, Identity(central))
    # How many of the readers happen to stand in a gap is the machine's to say.
    assert any(set(committed) - set(entries) for entries in told)
