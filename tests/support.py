"""A real central on loopback and real desks over it, for tests."""

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

import msgspec
import uvicorn

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids
from leaddesk.desk.desk import Desk
from leaddesk.domain.record import User
from leaddesk.domain.words import Role
from leaddesk.server import admin
from leaddesk.server.app import make_app
from leaddesk.store.central import people
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.store.local.store import LocalStore
from tests import postgres

PASSWORD = "correct horse"
KEY = "5a" * 32

#: A Tuesday in office hours in Helsinki.
TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class SteppedClock:
    """A clock that stands until it is stepped."""

    def __init__(self, at: datetime = TUESDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it stands."""
        return self.at

    def step(self, **time: float) -> None:
        """Move on by so much."""
        self.at += timedelta(**time)


class SqliteFile:
    """A central's database in a file. A copy is its bytes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "central.db"
        self.url = f"sqlite:///{self._path}"

    def copy(self, store: CentralStore) -> bytes:
        """As it is now."""
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._path.read_bytes()

    def restore(self, copy: bytes) -> None:
        """As it was; nobody has it open."""
        for path in self._path.parent.glob("central.db*"):
            path.unlink()
        self._path.write_bytes(copy)

    def contents(self) -> bytes:
        """Every byte it keeps."""
        return b"".join(path.read_bytes() for path in self._path.parent.glob("central.db*"))

    def drop(self) -> None:
        """Its folder goes with the test."""


class PostgresDatabase:
    """A central's database in the tests' PostgreSQL. A copy is the rows of its tables."""

    #: Those that nobody uses now; making one takes much longer than filling it.
    _free: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self._server = postgres.server()
        self._name = self._free.pop() if self._free else self._server.make()
        self.url = self._server.url(self._name)
        CentralStore.open(self.url).close()

    def copy(self, store: CentralStore) -> bytes:
        """As it is now."""
        return msgspec.msgpack.encode(self._server.read(self._name))

    def restore(self, copy: bytes) -> None:
        """As it was; nobody has it open."""
        self._server.write(self._name, msgspec.msgpack.decode(copy))

    def contents(self) -> bytes:
        """Every byte that a dump tells."""
        return self._server.dump(self._name)

    def drop(self) -> None:
        """Leave it to the next."""
        self._free.append(self._name)


#: Where a central keeps its books: the kinds of databases it runs on.
KINDS = ("sqlite", "postgresql")


class LiveCentral:
    """The real app on uvicorn in a thread of this process, over a database of ``KINDS``; can be stopped and started
    again."""

    def __init__(
        self, folder: Path, clock: SteppedClock | None = None, begun: bytes | None = None, kind: str = "sqlite"
    ) -> None:
        """``begun``: a copy of another central's database of the same kind."""
        self.folder = folder
        self.kind = kind
        self.clock = clock or SteppedClock()
        data, users = _newborn(kind)
        self._kept = SqliteFile(folder) if kind == "sqlite" else PostgresDatabase()
        self.database = self._kept.url
        self._kept.restore(begun or data)
        self.users = dict(users)
        self.open()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens, or listened."""
        return f"http://127.0.0.1:{self._port}"

    def add(self, login: str, role: Role, teams: tuple[str, ...] = ()) -> User:
        """A user with the tests' password."""
        self.users[login] = admin.add_user(self.database, login, role, PASSWORD, teams=teams)
        return self.users[login]

    def open(self) -> None:
        """Open the database."""
        self.store = CentralStore.open(self.database)

    def start(self) -> None:
        """Listen, on the port it had before."""
        config = uvicorn.Config(
            make_app(self.store, self.clock), host="127.0.0.1", port=self._port, log_config=None, access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="central")
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the central does not start")
            self._thread.join(0.01)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._server = self._thread = None

    def close(self) -> None:
        """Stop and let go of the database."""
        self._shut()
        self._kept.drop()

    def copy(self) -> bytes:
        """The database as it is now."""
        return self._kept.copy(self.store)

    def contents(self) -> bytes:
        """Every byte that the database keeps."""
        return self._kept.contents()

    def change_teams(self, login: str, *teams: str) -> None:
        """Move a user to other teams, which no command does yet."""

        def change(connection: Unit) -> None:
            tenant, _ = people.tenant_named(connection, "")
            people.change_user(connection, tenant, self.users[login].id, teams=json.dumps(teams))

        self.store.write(change)

    def begin_epoch(self) -> None:
        """Declare that the books were restored."""
        self.store.write(lambda unit: people.begin_epoch(unit, people.tenant_named(unit, "")[0], "another"))

    def restore(self, copy: bytes) -> None:
        """The database as it was, silently. Listens again if it did."""
        listens = self._server is not None
        self._shut()
        self._kept.restore(copy)
        self.open()
        if listens:
            self.start()

    def operations(self) -> list[dict[str, object]]:
        """The operations it holds, as exported."""
        return [row for row in admin.export(self.database) if row["kind"] == "operation"]

    def _shut(self) -> None:
        self.stop()
        self.store.close()


@cache
def _newborn(kind: str) -> tuple[bytes, dict[str, User]]:
    """A copy of the database of a new central, with its users, made once a process: passwords are slow to hash on
    purpose."""
    users = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = SqliteFile(Path(folder)) if kind == "sqlite" else PostgresDatabase()
        database = kept.url
        admin.init(database, "Testi Oy", "boss", PASSWORD)
        for login, role in (
            ("rep", Role.REP), ("rep2", Role.REP), ("phone", Role.TELEMARKETER), ("marketer", Role.MARKETER),
            ("manager", Role.MANAGER),
        ):  # fmt: skip
            users[login] = admin.add_user(database, login, role, PASSWORD)
        with closing(CentralStore.open(database)) as store:
            return kept.copy(store), users


@contextmanager
def live_central(folder: Path, clock: SteppedClock | None = None, kind: str = "sqlite") -> Iterator[LiveCentral]:
    """A central that listens, with an administrator (boss), two reps, a telemarketer, a marketer and a manager."""
    central = LiveCentral(folder, clock, kind=kind)
    central.start()
    try:
        yield central
    finally:
        central.close()


@contextmanager
def open_desk(
    folder: Path, clock: SteppedClock, central: LiveCentral | None = None, login: str = "rep"
) -> Iterator[Desk]:
    """A desk over a keyed store in ``folder``, signed in to the central where one is given."""
    profile = Profile(folder)
    profile.make()
    store = LocalStore.open(profile.store_path, KEY)
    desk = Desk(store, profile, Credentials(store), clock, Ids())
    try:
        if central is not None:
            desk.sign_in(central.url, login, PASSWORD)
        yield desk
    finally:
        desk.close()
