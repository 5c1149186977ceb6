"""The house keeps its own rules: ruff and mypy find nothing, the lock fits the project, tests stand apart."""

import ast
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from leaddesk.config.folders import Profile

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "resources" / "requirements.lock").read_text(encoding="utf-8")


def check(*line: str) -> None:
    """Run a tool of this environment over the checkout; what it finds fails the test and is shown."""
    line = (sys.executable, "-m", *line)
    done = subprocess.run(line, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, f"{' '.join(line)}\n{done.stdout}{done.stderr}"


# --- the tools --------------------------------------------------------------------------------------------------------


def test_ruff_finds_nothing() -> None:
    check("ruff", "check", "--no-cache", "--output-format", "concise", ".")


@pytest.mark.timeout(600)
def test_mypy_finds_nothing(tmp_path: Path) -> None:
    check("mypy", "--cache-dir", str(tmp_path))


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_the_lock_holds_what_is_declared() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = told["project"]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    for wanted in map(Requirement, [*told["build-system"]["requires"], *project["dependencies"], *extras]):
        versions = re.findall(rf"^{re.escape(canonicalize_name(wanted.name))}==([^ ]+)", LOCK, re.MULTILINE)
        assert versions, f"{wanted.name} is not in the lock"
        assert all(wanted.specifier.contains(one) for one in versions), f"{wanted} but the lock has {versions}"


def test_every_entry_of_the_lock_is_held_by_hash() -> None:
    entries = re.split(r"\n(?=[a-zA-Z0-9])", LOCK.split("requirements.lock\n", 1)[1])
    assert len(entries) > 60
    assert not [entry.splitlines()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", LOCK)


# --- what tests stand on ----------------------------------------------------------------------------------------------


def test_a_test_has_a_profile_of_its_own() -> None:
    Profile.default().make()
    (Profile.default().path / "mark").touch()


def test_and_sees_nothing_of_another() -> None:
    assert not Profile.default().path.exists()
    assert Profile.default().path.is_relative_to(Path.home())


def test_no_keyring_of_this_machine_is_reached() -> None:
    import keyring
    from keyring.errors import NoKeyringError

    with pytest.raises(NoKeyringError):
        keyring.get_password("LeadDesk", "store")
    asked = "import keyring; keyring.get_password('LeadDesk', 'store')"
    child = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert child.returncode == 1 and "NoKeyringError" in child.stderr


def test_local_time_is_not_utc() -> None:
    assert time.localtime(0).tm_hour == 2


def test_no_screen_of_this_machine_is_reached() -> None:
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()


# --- the code ---------------------------------------------------------------------------------------------------------
def test_every_module_says_what_it_is() -> None:
    modules = [one for folder in ("leaddesk", "migrations", "tests") for one in (ROOT / folder).rglob("*.py")]
    silent = [one for one in modules if not ast.get_docstring(ast.parse(one.read_text(encoding="utf-8")))]
    assert modules and not silent
