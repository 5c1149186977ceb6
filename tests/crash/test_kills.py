"""A few of the deaths of real processes in each run, some hundreds on demand."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    # A process of its own: it forks, and the one that runs the tests has threads.
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=170
    )


def test_what_a_desk_said_was_kept_is_everywhere_once_whoever_dies() -> None:
    ran = _ran("tests.crash.kills", "--kills", "4")
    assert ran.returncode == 0, ran.stderr
    told = re.match(r"8 kills \(central 4, desk .*\): (\d+) operations kept, 0 lost, 0 doubled \(", ran.stdout)
    assert told is not None and int(told[1]) > 0, ran.stdout


def test_an_upload_that_failed_and_is_taken_for_one_that_came_is_noticed() -> None:
    ran = _ran("tests.crash.forgetful")
    assert ran.returncode != 0 and re.search(r"AssertionError: \d+ lost: ", ran.stderr), ran.stderr + ran.stdout
