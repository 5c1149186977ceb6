"""Run the deaths and print what was found."""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.crash.acts import Act, central_acts, desk_acts
from tests.crash.mortal import until


def deaths(act: Act, scratch: Path, stride: int) -> tuple[int, int]:
    """Kill an act at every ``stride``-th point: how many there are, how many were tried. Raises ``AssertionError``."""
    before = act.held(_copy(act, scratch))
    whole = _copy(act, scratch)
    points = until(0, lambda: act.run(whole))
    assert points, "nothing to die at"
    after = act.held(whole)
    assert after != before, "the act does nothing"
    tried = range(1, points + 1, stride)
    for at in tried:
        folder = _copy(act, scratch)
        died = until(at, partial(act.run, folder)) is None
        assert died, f"point {at} was not reached"
        held = act.held(folder)
        where = f"{act.name}, point {at} of {points}"
        assert held in (before, after), f"{where}: half of it is there: {_differing(held, before, after)}"
        if act.again or held == before:
            act.run(folder)
        assert act.held(folder) == after, f"{where}: it cannot be gone on with"
        shutil.rmtree(folder)
    return points, len(tried)


def tails(act: Act, scratch: Path, many: int, seed: int) -> int:
    """Tear and flip the tail of the log that a killed process has left: all of the act is there, or nothing of it. How
    often nothing was. Raises ``AssertionError``."""
    chance = random.Random(seed)
    before = act.held(_copy(act, scratch))
    whole = _copy(act, scratch)
    points = until(0, lambda: act.run(whole))
    assert points is not None
    after = act.held(whole)
    # Killed just before the connections close, with everything committed and still in the log.
    left = _copy(act, scratch)
    assert until(points, lambda: act.run(left)) is None
    torn = 0
    for number in range(many + 1):
        folder = scratch / "torn"
        shutil.copytree(left, folder)
        (log,) = folder.glob("*.db-wal")
        data = bytearray(log.read_bytes())
        if number == 0:
            pass  # as it was left: everything is in it
        elif chance.random() < 0.7:
            del data[chance.randrange(len(data)) :]
        else:
            data[chance.randrange(len(data) // 2, len(data))] ^= 1 << chance.randrange(8)
        log.write_bytes(data)
        held = act.held(folder)
        assert held in (before, after), f"{act.name}: a torn log leaves half: {_differing(held, before, after)}"
        assert number or held == after, f"{act.name}: what was committed is not in the log"
        torn += held == before
        shutil.rmtree(folder)
    return torn


def _copy(act: Act, scratch: Path) -> Path:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    shutil.copytree(act.folder, folder, dirs_exist_ok=True)
    return folder


def _differing(held: dict[str, object], before: dict[str, object], after: dict[str, object]) -> list[str]:
    return [name for name in held if held[name] not in (before.get(name), after.get(name))] or sorted(held)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line for each act."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--stride", type=int, default=1, help="try every so manieth point (1)")
    parser.add_argument("--tails", type=int, default=0, help="torn logs of the desk and of the central, each (0)")
    parser.add_argument("--seed", type=int, default=1, help="where the tails are torn (1)")
    told = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="leaddesk-crash-") as folder:
        base, scratch = Path(folder) / "base", Path(folder) / "scratch"
        base.mkdir()
        scratch.mkdir()
        acts = [*desk_acts(base), *central_acts(base)]
        for act in acts:
            points, tried = deaths(act, scratch, told.stride)
            print(f"{act.name}: {tried} deaths at {points} points, none half", flush=True)
        for name in ("a call is kept", "a batch is decided"):
            if told.tails:
                (act,) = (one for one in acts if one.name == name)
                gone = tails(act, scratch, told.tails, told.seed)
                print(f"{act.name}: {told.tails} torn logs, none half, {gone} without it", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
