"""A private PostgreSQL server for tests: started once a process, on a socket in a folder of its own, gone with the
process however that ends; and databases in it.

``initdb`` refuses to run as root, as CI does: there the server runs as ``postgres``, or as ``nobody``.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

#: Where to look for ``initdb`` and ``postgres``: this folder, else what ``pg_config`` says, else Debian's folders.
VARIABLE = "LEADDESK_POSTGRES_BIN"

#: What a developer without PostgreSQL is told.
INSTALL = "PostgreSQL is not installed: apt-get install --no-install-recommends postgresql"

_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public'"

_PATIENCE = 60
_NUMBER = count(1)

#: Waits at the end of its input, which comes when the tests' process ends, then stops the server and removes its files.
_KEEPER = 'folder=$1; shift; "$@" </dev/null & cat >/dev/null; kill -INT $!; wait; rm -rf "$folder"'


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs, None where there are none."""
    named, config = os.environ.get(VARIABLE), shutil.which("pg_config")
    folders = [Path(named)] if named else []
    if config is not None:
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(said.stdout.strip()))
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda one: float(one.parent.name), reverse=True)
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


class Postgres:
    """The server."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="leaddesk-pg-", dir="/tmp"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        other = _other()
        if "user" in other:
            os.chown(self.folder, other["user"], other["group"])
        data = self.folder / "data"
        made = subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "leaddesk", "--auth", "trust", "--no-sync",
             "--encoding", "UTF8", "--locale", "C", *_order(programs)],
            capture_output=True, text=True, cwd=self.folder, check=False, **other,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200",
            "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "64MB",
            "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
        }  # fmt: skip
        told = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._keeper = subprocess.Popen(
                ["sh", "-c", _KEEPER, "sh", str(self.folder), str(programs / "postgres"), "-D", str(data), *told],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **other,
            )  # fmt: skip
        atexit.register(self.stop)
        self._wait()

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://leaddesk@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        """A statement outside of any transaction."""
        with self._connect("postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make(self, more: str = "") -> str:
        """A new empty database; its name."""
        name = f"test_{next(_NUMBER)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 {more}")
        return name

    def read(self, name: str) -> dict[str, bytes]:
        """The rows of every table of a database, at one moment."""
        with self._connect(name) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(_TABLES)
            held = {}
            for (table,) in cursor.fetchall():
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as rows:
                    held[table] = b"".join(map(bytes, rows))
            return held

    def write(self, name: str, tables: Mapping[str, bytes]) -> None:
        """Put rows in the place of all that a database has."""
        with self._connect(name) as connection, connection.cursor() as cursor:
            cursor.execute(_TABLES)
            for (table,) in cursor.fetchall():
                # A table that a test has made is none of the central's.
                away = "DELETE FROM" if table in tables else "DROP TABLE"
                cursor.execute(f"{away} {table}".encode())
            for table, held in tables.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)".encode()) as rows:
                    rows.write(held)

    def drop(self, name: str) -> None:
        """A database and who is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def dump(self, name: str) -> bytes:
        """Everything a database keeps, as statements."""
        said = [self._programs / "pg_dump", "--host", self.folder, "--username", "leaddesk", name]
        return subprocess.run(said, capture_output=True, check=True).stdout

    def stop(self) -> None:
        """End it and remove its files."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(_PATIENCE)

    def _connect(self, name: str, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(dbname=name, user="leaddesk", host=str(self.folder), autocommit=autocommit)

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                if self._keeper.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)


@cache
def _started() -> Postgres:
    programs = binaries()
    assert programs is not None
    return Postgres(programs)


def server() -> Postgres:
    """The server of this process. Without PostgreSQL the test is skipped on a developer's machine and fails in CI."""
    if binaries() is None or sys.platform == "win32":
        if os.environ.get("CI"):
            pytest.fail(INSTALL, pytrace=False)
        pytest.skip(INSTALL)
    return _started()


@contextmanager
def database(more: str = "") -> Iterator[str]:
    """The address of an empty database; ``more`` is said when it is made."""
    name = server().make(more=more)
    try:
        yield server().url(name)
    finally:
        server().drop(name)


def _other() -> dict[str, Any]:
    """Who runs the server, as arguments of ``subprocess``: nobody else unless this is root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("root may not run PostgreSQL, and there is nobody else")


def _order(programs: Path) -> tuple[str, ...]:
    """Order text as people do, where this PostgreSQL can (15 and later): whoever relies on it is found out."""
    known = subprocess.run([programs / "initdb", "--help"], capture_output=True, text=True, check=True).stdout
    return ("--locale-provider=icu", "--icu-locale=fi-FI") if "--icu-locale" in known else ()
