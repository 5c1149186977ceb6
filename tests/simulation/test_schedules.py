"""Fifty schedules of the simulator hold; a schedule is the same each time it is played."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import command
from tests.simulation.play import LATER, play

#: Schedules of one test, so that the tests of several cores share them.
PART = 5


@pytest.mark.parametrize("first", [*range(0, 20, PART), *range(LATER, LATER + 30, PART)])
def test_nothing_is_lost_or_doubled_and_every_desk_is_as_the_oracle_says(first: int) -> None:
    for seed in range(first, first + PART):
        outcome = play(seed)
        assert not outcome.failure, f"{command(seed)}\n{outcome.failure}"


def test_the_same_seed_has_the_same_trace() -> None:
    once, again = play(7), play(7)
    assert once.trace == again.trace and once.digest == again.digest
    assert play(8).digest != once.digest


def test_the_printed_line_replays_a_schedule_in_another_process() -> None:
    done = subprocess.run(
        [sys.executable, *command(9).split()[1:]],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == f"trace {play(9).digest}"


def test_a_shard_goes_on_where_it_ended(tmp_path: Path) -> None:
    kept = tmp_path / "played"
    kept.write_text("1001 0 held\n1003 0 FAILED\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--first", "1000", "--schedules", "6", "--shard", "2/2",
         "--resume", str(kept)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("3 schedules, 1 failed; 1 now") and lines[-1] == command(1003)
    assert done.returncode == 1
    assert [line.split()[0] for line in kept.read_text().splitlines()] == ["1001", "1003", "1005"]
