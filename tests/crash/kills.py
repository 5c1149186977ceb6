"""Real processes, killed at random over a way that drops and cuts: two desks that type, and ``leaddesk serve``.

    python -m tests.crash.kills --kills 200             desks and central 200 times each, over SQLite
    python -m tests.crash.kills --kills 200 --postgres  over PostgreSQL

At the end everything that a desk said was kept is at the central and at both desks, once.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from leaddesk.domain.words import Role
from leaddesk.server import admin
from leaddesk.store.central.store import CentralStore
from tests import postgres
from tests.cli.hands import PROGRAM
from tests.crash.proxy import way
from tests.crash.typist import Typist
from tests.support import PASSWORD

LOGINS = ("rep", "rep2")

#: Seconds between one death and the next, at most.
_LIFE = 0.5


class Served:
    """``leaddesk serve`` in a process of its own; where it listens stands in a file."""

    def __init__(self, folder: Path, database: str) -> None:
        self.database = database
        self._told = folder / "central-port"
        self._process: subprocess.Popen[str] | None = None
        admin.init(database, "Testi Oy", "boss", PASSWORD)
        for login in LOGINS:
            admin.add_user(database, login, Role.REP, PASSWORD)

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [*PROGRAM, "serve", "--db", self.database, "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on http://"), line
        self._told.write_text(line.strip().rpartition(":")[2])

    def kill(self) -> None:
        """End it without a word, where it runs."""
        if self._process is not None and self._process.stdout is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
        self._process = None


def kills(folder: Path, database: str, many: int, seed: int) -> str:
    """Kill the desks ``many`` times and the central as often, then let all come to rest and count; what came of it in
    one line. Raises ``AssertionError``."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        port = stack.enter_context(way(folder, seed))
        central = Served(folder, database)
        stack.callback(central.kill)
        central.start()
        calm = folder / "calm"
        calm.touch()
        desks = [Typist(folder / login, login) for login in LOGINS]
        for desk in desks:
            desk.begin(f"http://127.0.0.1:{port}")
        calm.unlink()
        moments = _massacre(desks, central, many, chance)
        calm.touch()
        for desk in (*desks, *desks):
            desk.settle()
        central.kill()
        return f"{2 * many} kills ({moments}): {_counted(desks, database)}"


def _massacre(desks: Sequence[Typist], central: Served, many: int, chance: random.Random) -> str:
    for desk in desks:
        desk.live(chance.randrange(2**32))
    victims = [*chance.choices(desks, k=many), *[None] * many]
    chance.shuffle(victims)
    moments: Counter[str] = Counter()
    try:
        for victim in victims:
            time.sleep(chance.uniform(0.02, _LIFE))
            if victim is None:
                central.kill()
                moments["central"] += 1
                # Nobody answers for a while.
                time.sleep(chance.uniform(0, 0.1))
                central.start()
            else:
                moments[f"desk {victim.kill().strip()}"] += 1
                victim.live(chance.randrange(2**32))
    finally:
        for desk in desks:
            desk.kill()
    return ", ".join(f"{one} {number}" for one, number in sorted(moments.items()))


def _counted(desks: Sequence[Typist], database: str) -> str:
    """What the central and the desks hold, everything once."""
    rows = list(admin.export(database))
    held = Counter(str(row["id"]) for row in rows if row["kind"] == "operation")
    verdicts = Counter(str(row["verdict"]) for row in rows if row["kind"] == "operation")
    kept, born, lines = set[str](), set[str](), list[Counter[Any]]()
    for desk in desks:
        said = desk.kept.read_text().split()
        assert len(said) == len(set(said))
        kept.update(said)
        with closing(desk.open()) as open_, open_.store._file.read() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            mine = {str(one): str(state) for one, state in connection.execute("SELECT id, state FROM outbox")}
            assert set(said) <= mine.keys(), "kept, and gone from its own desk"
            assert set(mine.values()) <= {"done", "durable", "attention"}, Counter(mine.values())
            born.update(mine)
            query = "SELECT op, ordinal, undone_by FROM history"
            lines.append(Counter(tuple(row) for row in connection.execute(query).fetchall()))
    doubled = [one for one, number in held.items() if number > 1]
    lost = kept - held.keys()
    assert not lost, f"{len(lost)} lost: {sorted(lost)[:5]}"
    assert not doubled, f"{len(doubled)} doubled: {doubled[:5]}"
    assert held.keys() == born, "what the central holds was born at its desks, and all of that is there"
    assert sum(verdicts.values()) == len(born)
    with closing(CentralStore.open(database)) as store, store.read() as unit:
        query = "SELECT op, ordinal, undone_by FROM history"
        lines.append(Counter(tuple(row) for row in unit.exec_driver_sql(query).all()))
        if store.one_writer:
            assert unit.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
    assert lines[0] == lines[1] == lines[2], "desks and central tell different histories"
    assert max(lines[0].values()) == 1
    told = ", ".join(f"{number} {one}" for one, number in sorted(verdicts.items()))
    return f"{len(kept)} operations kept, {len(lost)} lost, {len(doubled)} doubled ({told}); {len(lines[0])} lines"


@contextmanager
def _database(folder: Path, on_postgres: bool) -> Iterator[str]:
    if on_postgres:
        with postgres.database() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'central.db'}"


def main(argv: Sequence[str] | None = None) -> int:
    """Print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.kills")
    parser.add_argument("--kills", type=int, default=200, help="so many deaths of desks, and as many of the central")
    parser.add_argument("--seed", type=int, default=1, help="who dies when, and what is cut where (1)")
    parser.add_argument("--postgres", action="store_true", help="the central's database is PostgreSQL's")
    told = parser.parse_args(argv)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="leaddesk-kills-") as name, _database(Path(name), told.postgres) as url:
        print(kills(Path(name), url, told.kills, told.seed), f"; {time.monotonic() - begun:.0f} s", sep="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
