"""Commands as a shell runs them: child processes over profiles of their own, and a central that is one, too."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leaddesk.domain.words import Role
from leaddesk.server import admin
from tests.cli.ready import fits, ready
from tests.support import PASSWORD

PASSPHRASE = "a passphrase of the tests"
DATA = Path(__file__).resolve().parents[1] / "data"
COMPANIES = DATA / "finnish_companies" / "tampere_companies.csv"

#: Seconds a command may take on a busy machine.
LIMIT = 120

PROGRAM = (sys.executable, "-m", "leaddesk")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def trouble(self) -> dict[str, Any]:
        """The trouble told as JSON, the last line of standard error."""
        found: dict[str, Any] = json.loads(self.err.strip().splitlines()[-1])
        return found


@dataclass
class Shell:
    """Somebody at a terminal with a profile of their own."""

    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """What a command of this profile is started with."""
        chosen = {"LEADDESK_HOME": str(self.home), "LEADDESK_PASSPHRASE": PASSPHRASE, "LEADDESK_LANGUAGE": "en"}
        return {**os.environ, **chosen, **self.extra, **more}

    def run(self, *arguments: str | bytes, stdin: str | bytes = "", **more: str) -> Ended:
        """Run one command to its end."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        if fits({**self.extra, **more}):
            code, out, err = ready().run(arguments, given, self.environment(**more))
            return Ended(code, out.decode(), err.decode(errors="replace"))
        done = subprocess.run(
            [*PROGRAM, *arguments], input=given, capture_output=True, env=self.environment(**more), timeout=LIMIT
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))

    def ask(self, *arguments: str, stdin: str = "") -> Any:
        """What a command that must succeed answers with ``--json``."""
        ended = self.run(*arguments, "--json", stdin=stdin)
        assert ended.code == 0, ended
        return ended.told

    def login(self, url: str, user: str = "rep", password: str = PASSWORD) -> Ended:
        """Sign this profile in."""
        return self.run("login", url, "--user", user, stdin=password + "\n")


@contextmanager
def child(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until it is ended here."""
    process = subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(environment)
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


class ServedCentral:
    """``leaddesk serve`` over a SQLite file, with two reps, a marketer and a manager; stopped and started at will."""

    def __init__(self, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'central.db'}"
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        admin.init(self.database, "Testi Oy", "boss", PASSWORD)
        for login, role in (
            ("rep", Role.REP), ("rep2", Role.REP), ("marketer", Role.MARKETER), ("manager", Role.MANAGER),
        ):  # fmt: skip
            admin.add_user(self.database, login, role, PASSWORD)

    @property
    def url(self) -> str:
        """Where it listens, or listened."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it listens, on the port it had before."""
        self._process = subprocess.Popen(
            [*PROGRAM, "serve", "--db", self.database, "--port", str(self._port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on http://"), line
        self._port = int(line.strip().rpartition(":")[2])

    def stop(self) -> int:
        """End it as a service manager does; how it ended."""
        assert self._process is not None and self._process.stdout is not None
        self._process.terminate()
        code = self._process.wait(30)
        self._process.stdout.close()
        self._process = None
        return code

    def close(self) -> None:
        """Stop it where it runs."""
        if self._process is not None:
            self.stop()

    def export(self) -> list[dict[str, Any]]:
        """Everything it holds, as ``admin export`` prints it."""
        done = subprocess.run(
            [*PROGRAM, "admin", "export", "--db", self.database], capture_output=True, check=True, timeout=LIMIT
        )
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    def operations(self) -> list[dict[str, Any]]:
        """The operations it holds."""
        return [row for row in self.export() if row["kind"] == "operation"]


@contextmanager
def served(folder: Path) -> Iterator[ServedCentral]:
    """A central that listens."""
    central = ServedCentral(folder)
    central.start()
    try:
        yield central
    finally:
        central.close()
