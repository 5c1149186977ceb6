"""Where the time of a sync goes, by room, at both ends: the phases of the contest in one process, without HTTP.

    python -m tests.bench.peers.rooms --peers FOLDER --n 10000

Desk and central take turns in one thread, everything packed as HTTP would carry it, each measured by itself. First come
seconds of the processor without any profiler, both ends together as a ratio to plain sqlite's (which holds on a busy
machine, where seconds of the wall do not); then shares of a run with a profiler, which makes code of many small
functions look dearer than it is: calls into C by what they do, all else by the file it is written in.
"""

import argparse
import cProfile
import gzip
import os
import pstats
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain.record import Session
from leaddesk.server.authority import Authority, hello
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.central.store import CentralStore
from leaddesk.store.local.store import LocalStore
from leaddesk.wire.codec import from_json, to_json
from leaddesk.wire.message import Hello, SignIn
from tests.bench.peers import central, client, contestant

DESK, CENTRAL = "desk", "central"

#: What calls into C do, by a part of their name.
_INTO_C = (("sqlcipher3", "SQL"), ("msgspec", "JSON"), ("zlib", "gzip"), ("hashlib", "hashes"), ("blake2", "hashes"))

#: Shares smaller than this are not printed.
_LEAST = 0.015


class Meter:
    """One phase: seconds of the processor at each end, and its profile where that is asked for."""

    def __init__(self, profiled: bool) -> None:
        self.seconds: Counter[str] = Counter()
        # Its clock stands while others have the processor.
        self.profiles = {end: cProfile.Profile(time.process_time) for end in (DESK, CENTRAL)} if profiled else {}
        self._ends: list[str] = []
        self._since = 0.0

    @contextmanager
    def at(self, end: str) -> Iterator[None]:
        """What is done within belongs to this end alone."""
        self._stop()
        self._ends.append(end)
        self._go()
        try:
            yield
        finally:
            self._stop()
            self._ends.pop()
            self._go()

    def _stop(self) -> None:
        if self._ends:
            if self.profiles:
                self.profiles[self._ends[-1]].disable()
            self.seconds[self._ends[-1]] += time.process_time() - self._since

    def _go(self) -> None:
        if self._ends:
            self._since = time.process_time()
            if self.profiles:
                self.profiles[self._ends[-1]].enable()


class Near:
    """``Central`` in this process for one token, every message packed as HTTP carries it; any it may learn besides."""

    def __init__(self, books: CentralStore, token: str, meter: Callable[[], Meter]) -> None:
        self._books = books
        self._door = Doorkeeper(books, _now, Ids())
        self._token = token
        self._meter = meter

    def hello(self) -> Hello:
        """Who answers."""
        return hello(_now())

    def sign_in(self, ask: SignIn) -> Session:
        """A token."""
        return self._door.sign_in(ask, "near")

    def __getattr__(self, name: str) -> Any:  # Any: whatever the contract has
        def asked(message: Any) -> Any:
            sent = _packed(message)
            with self._meter().at(CENTRAL):
                authority = Authority(self._books, self._door.device(self._token), _now)
                told = getattr(authority, name)(_unpacked(sent, type(message)))
                answer = _packed(told)
            return _unpacked(answer, type(told))

        return asked


def phases(seed: Path, profiled: bool, delta: int = 100, edits: int = 1_000) -> dict[str, Meter]:
    """Every phase over a copy of a filled central, by its name."""
    made = {"": Meter(False)}

    def phase(name: str, work: Callable[[], object]) -> None:
        made[name] = Meter(profiled)
        with made[name].at(DESK):
            work()

    def latest() -> Meter:
        return list(made.values())[-1]

    with tempfile.TemporaryDirectory(prefix="leaddesk-rooms-") as folder:
        profile = Profile(Path(folder) / "desk")
        profile.make()
        with central.copied(seed, Path(folder), "sqlite") as database, closing(CentralStore.open(database)) as books:
            store = LocalStore.open(profile.store_path, client.KEY)
            near: Any = lambda _, token: Near(books, token, latest)  # noqa: E731 - any message, so no ``Central`` by type
            with closing(Desk(store, profile, Credentials(store), SystemClock(), Ids(), central=near)) as desk:
                desk.sign_in("http://near", central.SELLER, central.PASSWORD)
                phase("first download", desk.sync)
                phase("no-op", desk.sync)
                places = [place for _, place in central.every_place(seed)]
                session = near("", "").sign_in(central.asked_by(central.OTHER))
                made["beside"] = Meter(False)
                central.Salesperson(near("", session.token), session).call(places[:delta], "theirs")
                phase(f"delta of {delta}", desk.sync)
                phase(f"{edits} edits", lambda: [desk.do(central.call(one, "mine")) for one in places[-edits:]])
                phase(f"push of {edits}", desk.sync)
                phase("next pull", desk.sync)
    return {name: one for name, one in made.items() if name not in ("", "beside")}


def shares(profile: cProfile.Profile) -> list[tuple[float, float, str]]:
    """Seconds, share and room, the largest first: what C does by whom it is asked, the rest by its file."""
    rooms: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file != "~":
            rooms[_room(file)] += own
            continue
        kind = next((kind for part, kind in _INTO_C if part in name), "")
        for (caller, _, function), (_, _, part, _) in callers.items():
            # Of SQL it matters whose it is; a small call of Python's own belongs to who calls it.
            rooms[f"{kind}, {_room(caller)}:{function}" if kind else _room(caller)] += part
    total = sum(rooms.values()) or 1.0
    return [(seconds, seconds / total, room) for room, seconds in rooms.most_common()]


def plainly(peers: Any, n: int) -> dict[str, float]:  # Any: the module ``peerlib`` of the runner
    """Seconds of the processor that ``limit_sqlite`` takes for what the phases have in common with it."""
    rows = [[*told.values(), 0] for told in peers.load_leads(n)]
    with tempfile.TemporaryDirectory(prefix="leaddesk-rooms-") as folder:
        with closing(sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            peers.make_tables(connection)
            taken = {}
            for name, sql, some in (
                ("first download", peers.INSERT, rows),
                ("delta of 100", peers.UPSERT, rows[:100]),
                ("push of 1000", peers.UPSERT, rows[-1000:]),
            ):
                start = time.process_time()
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(sql, some)
                connection.execute("COMMIT")
                taken[name] = time.process_time() - start
            return taken


def _room(file: str) -> str:
    path = Path(file)
    for root in sorted((contestant.ROOT / "leaddesk", *map(Path, sys.path)), key=lambda one: -len(one.parts)):
        if path.is_relative_to(root) and root.name:
            inner = path.relative_to(root)
            return str(inner) if root.name == "leaddesk" else inner.parts[0].removesuffix(".py")
    return path.name


def _now() -> datetime:
    return datetime.now(UTC)


def _packed(message: object) -> bytes:
    return gzip.compress(to_json(message), 5)


def _unpacked(data: bytes, kind: type[Any]) -> Any:  # Any: a message
    return from_json(gzip.decompress(data), kind)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.peers.rooms", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--peers", type=Path, default=os.environ.get(contestant.PEERS), help="the runner's folder")
    parser.add_argument("--n", type=int, default=10_000, help="how many leads (10000)")
    parser.add_argument("--only", default="", metavar="TEXT", help="profiles of phases with this in their name")
    told = parser.parse_args(argv)
    if told.peers is None:
        parser.error(f"--peers or {contestant.PEERS} must name the folder of the runner")
    sys.path.insert(0, str(told.peers))
    peers = import_module("peerlib")
    seed = contestant.seeded(peers, "leaddesk", told.n)
    for line in report(phases(seed, profiled=False), phases(seed, profiled=True), plainly(peers, told.n), told.only):
        print(line)
    return 0


def report(
    bare: dict[str, Meter], profiled: dict[str, Meter], plain: dict[str, float], only: str = ""
) -> Iterator[str]:
    """The lines to print."""
    yield f"{'seconds of the processor':24}{DESK:>10}{CENTRAL:>10}{'sqlite':>10}{'x':>8}"
    for name, meter in bare.items():
        line = f"{name:24}{meter.seconds[DESK]:10.3f}{meter.seconds[CENTRAL]:10.3f}"
        if name in plain:
            line += f"{plain[name]:10.3f}{sum(meter.seconds.values()) / plain[name]:8.1f}"
        yield line
    for name, meter in profiled.items():
        for end, profile in meter.profiles.items():
            # An end that was not asked has no profile.
            if only not in name or not profile.getstats():
                continue
            yield f"\n{name}, {end}"
            yield from (f"{100 * share:6.1f} %  {room}" for _, share, room in shares(profile) if share >= _LEAST)


if __name__ == "__main__":
    raise SystemExit(main())
