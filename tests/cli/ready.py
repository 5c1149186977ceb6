"""Commands that begin from a process which has imported everything already: each is a process of its own all the
same, and begins a third of a second sooner. For systems that can fork; elsewhere, and where the surroundings decide how
Python itself begins, a command is started from nothing.
"""

import atexit
import json
import os
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

#: What commands import once they know what they are to do.
_LATER = (
    "leaddesk.command.act", "leaddesk.command.central", "leaddesk.command.desk", "leaddesk.command.imports",
    "leaddesk.desk.desk", "leaddesk.desk.imports", "leaddesk.server.admin", "leaddesk.server.backup",
    "leaddesk.store.migrate", "leaddesk.sync.http", "leaddesk.sync.recount",
)  # fmt: skip

#: Names of the surroundings that Python reads when it begins.
_PYTHONS = ("PYTHON", "LC_", "LANG")


def fits(chosen: Mapping[str, str]) -> bool:
    """Whether a command with these surroundings may begin here."""
    return hasattr(os, "fork") and not any(name.startswith(_PYTHONS) for name in chosen)


class Ready:
    """The process that waits; one command at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.ready"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._turn = threading.Lock()
        atexit.register(self._process.kill)

    def run(
        self, arguments: Sequence[str | bytes], given: bytes, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """How a command ended, what it wrote and what it complained of."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with TemporaryDirectory(prefix="leaddesk-ready-") as folder, self._turn:
            ends = [Path(folder) / name for name in ("in", "out", "err")]
            ends[0].write_bytes(given)
            told = {
                "arguments": [os.fsdecode(one) for one in arguments], "environment": dict(environment),
                "folder": os.getcwd(), "ends": [str(one) for one in ends],
            }  # fmt: skip
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return code, ends[1].read_bytes(), ends[2].read_bytes()


@cache
def ready() -> Ready:
    """The one of this process."""
    return Ready()


def main() -> None:
    """Wait for commands."""
    for name in _LATER:
        import_module(name)
    # By name: what a child has read ahead of its parent would be lost to it.
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _become(**json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], environment: dict[str, str], folder: str, ends: list[str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for number, end in enumerate(ends):
        mode = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(end, mode), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.argv[1:] = arguments
    runpy.run_module("leaddesk", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
