"""The simulator on demand: one schedule, many in shards that resume, or the hunt for the planted bugs."""

import argparse
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.mutants import LATE, MUTANTS, planted
from tests.simulation.play import LATER, length, opened, play

#: Schedules within which each planted bug must be caught.
WITHIN = 1_000


def main() -> int:
    """0 where everything holds."""
    # What the product logs of troubles that it was given is no news here.
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this schedule and print its trace")
    parser.add_argument("--actions", type=int, default=0, help="so many actions, instead of what the seed says")
    parser.add_argument("--mutant", help="with this bug planted")
    parser.add_argument("--schedules", type=int, default=50, help="how many schedules there are in all")
    parser.add_argument("--first", type=int, default=LATER, help="the first seed")
    parser.add_argument("--shard", default="1/1", help="play the I-th of K parts of them, as I/K")
    parser.add_argument("--resume", type=Path, help="a file that keeps what has been played, to go on from there")
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="look for planted bugs, all or these")
    asked = parser.parse_args()
    if asked.mutants is not None:
        return _hunt(asked.mutants or list(MUTANTS))
    if asked.seed is not None:
        return _replay(asked.seed, asked.actions, asked.mutant)
    part, _, parts = asked.shard.partition("/")
    return _many(range(asked.first + int(part) - 1, asked.first + asked.schedules, int(parts)), asked.resume)


def command(seed: int, actions: int = 0, mutant: str = "") -> str:
    """What replays a schedule."""
    line = f"python -m tests.simulation --seed {seed} --actions {actions or length(seed)}"
    return f"{line} --mutant {mutant}" if mutant else line


def _replay(seed: int, actions: int, mutant: str | None) -> int:
    opened(seed >= LATER)
    if mutant:
        with planted(mutant):
            outcome = play(seed, actions)
    else:
        outcome = play(seed, actions)
    print(*outcome.trace, sep="\n")
    print(f"trace {outcome.digest}")
    if outcome.failure:
        print(f"FAILED: {outcome.failure}")
    return bool(outcome.failure)


def _many(seeds: range, resume: Path | None) -> int:
    """Play schedules; a line of the file says seed, trace and how it ended."""
    played = dict(_played(resume))
    begun, done, actions = time.monotonic(), 0, 0
    for seed in seeds:
        if seed in played:
            continue
        outcome = play(seed)
        done, actions = done + 1, actions + length(seed)
        played[seed] = not outcome.failure
        if resume is not None:
            with resume.open("a") as file:
                file.write(f"{seed} {outcome.digest} {'FAILED' if outcome.failure else 'held'}\n")
        if outcome.failure:
            print(f"{command(seed)}\n  {outcome.failure.strip()[-2_000:]}", flush=True)
    took = time.monotonic() - begun
    failed = [seed for seed in seeds if not played[seed]]
    print(
        f"{len(seeds)} schedules, {len(failed)} failed; {done} now, {actions} actions, {done / max(took, 1e-9):.1f}/s"
    )
    for seed in failed:
        print(command(seed))
    return bool(failed)


def _played(resume: Path | None) -> Iterator[tuple[int, bool]]:
    if resume is not None and resume.exists():
        for line in resume.read_text().splitlines():
            seed, _, ended = line.split()
            yield int(seed), ended == "held"


def _hunt(names: list[str]) -> int:
    """Play schedules from the first on until each bug is caught; print what ``mutants.CAUGHT`` must say."""
    missed = 0
    for name in names:
        first = LATER if name in LATE else 0
        opened(first >= LATER)
        with planted(name):
            caught = next((seed for seed in range(first, first + WITHIN) if play(seed).failure), None)
        missed += caught is None
        print(f'    "{name}": {caught},' if caught is not None else f"    # {name}: NOT CAUGHT", flush=True)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
