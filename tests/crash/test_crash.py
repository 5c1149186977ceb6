"""Nothing half, wherever it dies: some of the points in each run, all of them on demand."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from leaddesk.store.local.store import LocalStore
from tests.crash.__main__ import deaths
from tests.crash.acts import Act, desk_held
from tests.support import KEY

ROOT = Path(__file__).resolve().parents[2]


def test_an_act_is_there_whole_or_not_at_all_wherever_it_dies() -> None:
    # A process of its own: it forks, and the one that runs the tests has threads.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--stride", "4", "--tails", "40"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 14 and all("none half" in line for line in lines)


def _in_two_units(folder: Path) -> None:
    with closing(LocalStore.open(folder / "desk.db", KEY)) as store:
        store.set_meta("cursor", "before its rows")
        store.set_meta("rows", "after the cursor")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_is_done_in_two_units_is_found_out(tmp_path: Path) -> None:
    base, scratch = tmp_path / "base", tmp_path / "scratch"
    base.mkdir()
    scratch.mkdir()
    LocalStore.open(base / "desk.db", KEY).close()
    act = Act("two units", base, _in_two_units, desk_held, again=True)
    with pytest.raises(AssertionError, match="half of it is there"):
        deaths(act, scratch, 1)
