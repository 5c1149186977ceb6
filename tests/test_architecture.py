"""The rooms of the house hold: the import contracts of ``pyproject.toml``, all of them, and proof that they bite."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the package of a checkout, in a process of its own: it imports from the folder it is told."""
    # Not through this environment's own entry: an editable installation would lead back to this checkout.
    run = "import sys; sys.path.insert(0, sys.argv.pop(1)); from importlinter import cli; cli.lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", run, str(root), "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )


def test_every_contract_is_kept() -> None:
    done = lint(ROOT)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in told


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, to be spoilt."""
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "leaddesk", root / "leaddesk", ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("domain/changes.py", "import leaddesk.config.port", "a room imports only downwards"),
        ("wire/codec.py", "def late():\n    from leaddesk.store import engine", "a room imports only downwards"),
        ("pages/format.py", "import leaddesk.intake.text", "a room imports only downwards"),
        ("attic.py", '"""A room that nobody declared."""', "a room imports only downwards"),
        ("config/port.py", "import leaddesk.go", "the launcher stands outside"),
        ("ui/theme.py", "import leaddesk.wire.message", "the window knows the desk and the pages"),
        ("sync/cycle.py", "import fastapi", "the desk starts without the server"),
        ("server/authority.py", "import PySide6", "the server starts without the desk"),
        ("store/local/store.py", "import leaddesk.store.central.store", "the two drawers know nothing of each other"),
        ("desk/views.py", "import sqlalchemy", "all SQL is in store"),
        ("server/authority.py", "import httpx", "only sync speaks HTTP as a client"),
        ("sync/http.py", "import keyring", "only config keeps a secret"),
        ("desk/views.py", "import PySide6.QtCore", "all Qt is in ui"),
        ("desk/views.py", "import starlette", "only the server knows the web framework"),
    ],
)
def test_a_planted_import_is_found(copy: Path, module: str, planted: str, contract: str) -> None:
    path = copy / "leaddesk" / module
    before = path.read_text(encoding="utf-8") if path.exists() else None
    try:
        path.write_text(f"{before or ''}\n{planted}\n", encoding="utf-8")
        done = lint(copy)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [line for line in done.stdout.splitlines() if line.strip().endswith("BROKEN")]
    assert any(contract in line for line in broken), done.stdout


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    """Seen from outside: with every installed package out of reach, each module of the domain imports."""
    modules = sorted(
        ".".join(one.relative_to(ROOT).with_suffix("").parts) for one in (ROOT / "leaddesk" / "domain").glob("*.py")
    )
    code = f"import importlib, sys; sys.path.insert(0, {str(ROOT)!r})\n[importlib.import_module(m) for m in {modules}]"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
