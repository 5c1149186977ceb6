"""LeadDesk beside other sync engines, in one table: the runner of the peers with LeadDesk among its contestants.

    python -m tests.bench.peers --peers FOLDER                  N = 10,000, three repeats, every peer that is installed
    python -m tests.bench.peers --peers FOLDER --n 100000 --repeats 1 --only limit_sqlite,anki_rows,leaddesk
    python -m tests.bench.peers --peers FOLDER --kill           besides: the client killed at half of its first download

The runner is copied to a temporary folder, and nothing is written to it. The peers themselves are installed by its
``setup.sh`` into ``PEERS_HOME``; where that has not been run, those run that need no more than LeadDesk has.
``leaddesk`` keeps its books in SQLite, ``leaddesk_postgresql`` in a PostgreSQL of the tests' own, which does not wait
for its disk.

Bytes are those of the contestant alone only where the runner may give it a network of its own (root on Linux).
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.peers.contestant import KINDS, PEERS, ROOT

#: Peers that need nothing but the standard library and what LeadDesk has installed.
_EASY = "limit_sqlite,limit_sqlite_bulk,limit_sqlcipher,limit_sqlcipher_file"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contest and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--peers", type=Path, default=os.environ.get(PEERS), help=f"the runner's folder ({PEERS})")
    parser.add_argument("--n", default="10000", help="how many leads, several with commas (10000)")
    parser.add_argument("--repeats", type=int, default=3, help="repeats; medians are printed (3)")
    parser.add_argument("--only", default="", help="contestants, with commas (all that are installed)")
    parser.add_argument("--out", type=Path, help="a file for every figure of every run, JSON")
    parser.add_argument("--kill", action="store_true", help="kill the first download at half, too")
    told = parser.parse_args(argv)
    if told.peers is None:
        parser.error(f"--peers or {PEERS} must name the folder of the runner")
    with tempfile.TemporaryDirectory(prefix="leaddesk-peers-") as folder:
        runner = Path(folder) / "runner"
        shutil.copytree(told.peers, runner, copy_function=shutil.copyfile)
        for one in (told.peers / "contestants").iterdir():
            shutil.copymode(one, runner / "contestants" / one.name)
        home = Path(os.environ.get("PEERS_HOME") or Path(tempfile.gettempdir()) / "peers")
        easy = "" if _python(home) else f"{_EASY},leaddesk"
        only = told.only or easy
        enter(runner)
        results = Path(folder) / "results.json"
        sizes = [int(one) for one in told.n.split(",")]
        for name in KINDS:
            if not only or name in only.split(","):
                # A contestant's time is limited, and to fill a central is no part of any figure.
                _seed(runner, home, name, sizes)
        ran = _run(runner, home, told.n, told.repeats, only, results)
        if ran == 0:
            rows = json.loads(results.read_text())
            lines = figures(rows) + (_kill(runner, home, rows) if told.kill else [])
            print("\n".join(["", *lines]))
            if told.out is not None:
                told.out.write_text(json.dumps(rows, indent=1))
    return ran


def figures(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What the table does not say of our own: medians of memory and bytes, beside limit_sqlite of the same repeat."""
    base = {(row["n"], row["repeat"]): row for row in rows if row["contestant"] == "limit_sqlite"}
    lines = []
    for name, n in _ours(rows):
        mine = [row for row in rows if (row["contestant"], row["n"]) == (name, n)]
        memory = median(row["client_peak_mb"] - row["client_base_mb"] for row in mine)
        line = f"{name}, N = {n:,}: client memory {memory:.0f} MB above its base"
        beside = [row["store_mb"] / base[n, row["repeat"]]["store_mb"] for row in mine if (n, row["repeat"]) in base]
        lines.append(line + (f"; store {median(beside):.1f} x the plain file" if beside else ""))
    return lines


def _ours(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    return sorted({(row["contestant"], row["n"]) for row in rows if row["contestant"] in KINDS})


def enter(runner: Path) -> None:
    """Put LeadDesk among the contestants of a copy of the runner."""
    for name in KINDS:
        path = runner / "contestants" / name
        path.write_text(
            f"#!/bin/sh\ncd {shlex.quote(str(ROOT))} && "
            f"PYTHONPATH={shlex.quote(str(runner))} exec {shlex.quote(sys.executable)} "
            f'-m tests.bench.peers.contestant "$@" {name}\n'
        )
        path.chmod(0o755)


def _python(home: Path) -> bool:
    """Whether the peers are installed. Where not, the runner is given the Python that runs this."""
    python = home / "py" / "venv" / "bin" / "python"
    if python.exists():
        return (home / "py" / "venv" / "pyvenv.cfg").exists()
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    return False


def _run(runner: Path, home: Path, n: str, repeats: int, only: str, results: Path, **more: str) -> int:
    """One run of the runner, its table on standard output."""
    return subprocess.run(
        [sys.executable, "run.py", "--n", n, "--repeats", str(repeats), "--only", only, "--out", str(results)],
        cwd=runner,
        env={**os.environ, "PEERS_HOME": str(home), **more},
        check=False,
    ).returncode


def _seed(runner: Path, home: Path, name: str, sizes: Sequence[int]) -> None:
    """Fill the central of one of ours, where this program has not done it before."""
    for n in sizes:
        subprocess.run(
            [runner / "contestants" / name, "--n", str(n), "--role", "seed", "--work", str(runner.parent)],
            env={**os.environ, "PEERS_HOME": str(home)},
            check=True,
        )


def _kill(runner: Path, home: Path, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Each of our own contestants killed at half of its first download, and what it then takes, by the clean one."""
    lines = []
    for name, n in _ours(rows):
        clean = [row for row in rows if (row["contestant"], row["n"]) == (name, n)]
        seconds = median(row["initial_s"] for row in clean)
        wire = median(row["initial_wire_mb"] for row in clean)
        out = runner / f"kill-{name}-{n}.json"
        _run(runner, home, str(n), 1, name, out, PEERS_KILL_AFTER=str(seconds / 2))
        for row in (one for one in json.loads(out.read_text()) if one["contestant"] == name):
            share = (row["killed_wire_mb"] + row["resume_wire_mb"]) / wire
            lines.append(
                f"{name}, N = {n:,}: killed after {seconds / 2:.2f} s with {row['kept_rows']:,} leads; "
                f"{share:.2f} of a clean download's bytes in all; verified: {row['verified']}"
            )
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
