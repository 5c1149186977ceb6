"""Figures of one run: the store, the barest code over the same data, and the desk, side by side, turn by turn."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from statistics import median

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.words import CallOutcome
from leaddesk.store.local.search import match_query
from tests.bench.bare import Bare
from tests.bench.past import ME, WORDS

PAGE = 50

#: A body as long as that of a usual operation.
_BODY = "x" * 420


@dataclass(slots=True)
class Figure:
    """One thing measured: milliseconds of each turn, for the barest code, the store and the desk (which makes rows and
    cards of what the store gives). Both sides of a turn are asked the same, after ``before``, which is not timed."""

    name: str
    bare: Callable[[int], object]
    store: Callable[[int], object]
    desk: Callable[[int], object] | None = None
    turns: int = 1
    before: Callable[[int], object] = lambda _: None
    bare_ms: list[float] = field(default_factory=list)
    store_ms: list[float] = field(default_factory=list)
    desk_ms: list[float] = field(default_factory=list)

    def turn(self, number: int) -> None:
        """Measure each once, or ``turns`` times; who goes first changes every time."""
        for one in range(number * self.turns, (number + 1) * self.turns):
            self.before(one)
            sides = [(self.bare, self.bare_ms), (self.store, self.store_ms)]
            for work, kept in sides if one % 2 else reversed(sides):
                kept.append(_timed(work, one))
            if self.desk is not None:
                self.desk_ms.append(_timed(self.desk, one))

    @property
    def medians(self) -> tuple[float, float, float | None]:
        """Milliseconds: barest, store, desk."""
        return median(self.bare_ms), median(self.store_ms), median(self.desk_ms) if self.desk_ms else None


def _timed(work: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    work(number)
    return (time.perf_counter() - start) * 1000


def figures(desk: Desk, bare: Bare) -> list[Figure]:
    """Everything issue 2 names, ready to take turns."""
    store, ids = desk.store, desk.order().ids
    chance = random.Random(1)
    starts = [chance.randrange(max(1, len(ids) - PAGE)) for _ in range(997)]
    pages = [ids[start : start + PAGE] for start in starts]
    leads = [chance.choice(ids) for _ in range(9973)]
    rare = desk.rows(ids[len(ids) // 2 :][:1])[0].account.split()[0]

    def search(name: str, text: str) -> Figure:
        query = match_query(text)
        return Figure(
            f"search, {name} ({text})",
            lambda _: bare.search(query, PAGE),
            lambda _: store.search(text, PAGE),
            lambda _: desk.search(text, PAGE),
            turns=5,
        )

    def act(name: str, make: Callable[[str], op.Act]) -> Figure:
        """An act on a lead whose card is open."""
        opened: list[tuple[str, str]] = []
        serial = count()

        def open_card(_: int) -> None:
            card = desk.card(leads[next(serial) % len(leads)])
            opened[:] = [(card.row.id, card.row.account_id)]

        def perform(_: int) -> object:
            lead, account = opened[0]
            now = desk.clock.now()
            return store.perform(
                lambda n: op.Operation(
                    id=desk.ids.new(), act=make(lead), account=account, at=now, by=ME.id, device="device-bench", n=n
                ),
                now,
            )

        return Figure(
            f"{name}, against a commit",
            lambda _: bare.commit(_BODY),
            perform,
            lambda _: desk.do(make(opened[0][0])),
            turns=10,
            before=open_card,
        )

    return [
        Figure(
            f"all {len(ids):,} ids in order",
            lambda _: bare.order(ME.id),
            lambda _: store.order(ME.id, (), desk.clock.now()),
            lambda _: desk.order(),
        ),
        Figure(
            f"a page of {PAGE} rows",
            lambda number: bare.page(pages[number % len(pages)]),
            lambda number: store.rows(pages[number % len(pages)]),
            lambda number: desk.rows(pages[number % len(pages)]),
            turns=10,
        ),
        Figure(
            "a card",
            lambda number: bare.card(leads[number % len(leads)]),
            lambda number: store.card(leads[number % len(leads)]),
            lambda number: desk.card(leads[number % len(leads)]),
            turns=20,
        ),
        search("a rare word", rare),
        search("a common word", "oy"),
        search("a word of notes", WORDS[0]),
        act("a note", lambda lead: op.Note(lead=lead, text=" ".join(WORDS[:8]))),
        act("a call", lambda lead: op.LogCall(lead=lead, outcome=CallOutcome.NO_ANSWER, note=" ".join(WORDS[:8]))),
    ]


def measure(found: Sequence[Figure], turns: int) -> None:
    """Let every figure take its turns, one after the other, after one turn that does not count."""
    for number in range(-1, turns):
        for one in found:
            one.turn(number)
            if number < 0:
                one.bare_ms.clear()
                one.store_ms.clear()
                one.desk_ms.clear()


def new_day(desk: Desk) -> tuple[float, float, int]:
    """Milliseconds until the order of the next local day is there, whose midnight has moved every score; those that the
    scores take altogether, which they do by and by; and of how many leads."""
    tomorrow = desk.clock.now() + timedelta(days=1)
    first = _timed(lambda _: desk.order(tomorrow), 0)
    leads = 0

    def rest(_: int) -> None:
        nonlocal leads
        leads = desk.store.refresh(tomorrow)

    return first, _timed(rest, 0), leads
