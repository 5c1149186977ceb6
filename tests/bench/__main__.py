"""Figures of the local store with many leads and a long past, each beside the barest code that does the same.

    python -m tests.bench                      100,000 leads, 1,000,000 events and activities
    python -m tests.bench --leads 2000         fewer
    python -m tests.bench --only card          figures with this in their name; "start" and "day" are names too
    python -m tests.bench --only card --profile    where the time of the store goes, by function
    python -m tests.bench.sla                  deadlines, clocks, the page for both sides
    python -m tests.bench.peers --peers FOLDER     the sync, beside other engines; python -m tests.bench.peers.rooms

The store is made once (minutes) and kept in the system's temporary folder under the content of the program that makes
it; the measuring is done on a copy. Every turn asks the plain file, the store and the desk the same, one after the
other; medians are printed. "store" is the keyed store with values made of its rows; "desk" is what the window and the
commands get. A ratio belongs to one run; milliseconds alone say little of another machine.
"""

import argparse
import cProfile
import os
import pstats
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from leaddesk.config.folders import Profile
from leaddesk.config.key import store_key
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from tests.bench import bare, figure, past, start


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--leads", type=int, default=100_000, metavar="N", help="how many leads (100000)")
    parser.add_argument("--turns", type=int, default=9, metavar="N", help="turns of each figure (9)")
    parser.add_argument("--only", default="", metavar="TEXT", help="figures with this in their name")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    told = parser.parse_args(argv)
    with copied(told.leads) as (profile, plain):
        desk, plainly = Desk.open(profile, SystemClock(), Ids()), bare.Bare(plain)
        try:
            print(_held(desk))
            # What has run out since the store was made is no part of any figure.
            desk.store.refresh(desk.clock.now())
            wanted = [one for one in figure.figures(desk, plainly) if told.only in one.name]
            if told.profile:
                for one in wanted:
                    _profile(one, told.turns)
                return 0
            figure.measure(wanted, told.turns)
            print(_table(wanted))
        finally:
            desk.close()
            plainly.close()
        if told.only in "start":
            print(_starts(profile, told.turns))
        if told.only in "day":
            desk = Desk.open(profile, SystemClock(), Ids())
            try:
                first, rest, leads = figure.new_day(desk)
                print(f"first order of a new day {first:,.0f} ms; {leads:,} scores after it, by and by, {rest:,.0f} ms")
            finally:
                desk.close()
    return 0


@contextmanager
def copied(leads: int) -> Iterator[tuple[Profile, Path]]:
    """A profile and the plain file with the same data, both free to be written to."""
    kept = past.profile_of(leads)
    plain = kept.path / "plain.db"
    if not plain.exists():
        part = kept.path / "plain.part"
        part.unlink(missing_ok=True)
        bare.make(part, kept.store_path, store_key(kept).key)
        part.rename(plain)
    with tempfile.TemporaryDirectory(prefix="leaddesk-bench-") as folder:
        profile = Profile(Path(folder) / "profile")
        shutil.copytree(kept.path, profile.path, ignore=shutil.ignore_patterns("plain.*"))
        copied = Path(shutil.copy(plain, folder))
        if hasattr(os, "sync"):
            # Else the first commits would wait for the copies to reach the disk.
            os.sync()
        yield profile, copied


def _held(desk: Desk) -> str:
    with desk.store._file.read() as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in ("leads", "history")]
    return "{:,} leads, {:,} lines of history, {:,.0f} MB".format(*counts, desk.store.path.stat().st_size / 1e6)


def _table(found: Sequence[figure.Figure]) -> str:
    lines = [f"{'ms, medians':34}{'barest':>10}{'store':>10}{'ratio':>8}{'over':>8}{'desk':>10}"]
    for one in found:
        plainly, store, desk = one.medians
        lines.append(
            f"{one.name:34}{plainly:10.3f}{store:10.3f}{store / plainly:8.2f}{store - plainly:8.2f}"
            + (f"{desk:10.3f}" if desk is not None else "")
        )
    return "\n".join(lines)


def _starts(profile: Profile, turns: int) -> str:
    """The three starts, turn by turn."""
    kinds: dict[str, Callable[[], start.Start]] = {
        "python alone": start.alone,
        "leaddesk queue --limit 50": lambda: start.commands(profile),
        "window, queue painted": lambda: start.window(profile),
    }
    found: dict[str, list[start.Start]] = {name: [] for name in kinds}
    for _ in range(max(1, turns // 3)):
        for name, run in kinds.items():
            found[name].append(run())
    lines = [f"{'from process start, medians':34}{'ms':>10}{'MB':>10}"]
    for name, each in found.items():
        lines.append(f"{name:34}{median(one.ms for one in each):10.0f}{median(one.mb for one in each):10.0f}")
    return "\n".join(lines)


def _profile(one: figure.Figure, turns: int) -> None:
    profiler = cProfile.Profile()
    one.turn(0)
    for number in range(1, turns * one.turns):
        one.before(number)
        profiler.enable()
        one.store(number)
        profiler.disable()
    print(f"\n{one.name}, {turns * one.turns - 1} times")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    raise SystemExit(main())
