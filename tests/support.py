"""A real central on loopback and real desks over it, for tests."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import uvicorn

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids
from leaddesk.desk.desk import Desk
from leaddesk.domain.record import User
from leaddesk.domain.words import Role
from leaddesk.server import admin
from leaddesk.server.app import make_app
from leaddesk.store.central.store import CentralStore
from leaddesk.store.local.store import LocalStore

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


class LiveCentral:
    """The real app on uvicorn in a thread of this process, over a SQLite file; can be stopped and started again."""

    def __init__(self, folder: Path, clock: SteppedClock | None = None, begun: bool = False) -> None:
        """``begun``: the folder holds a central's database already."""
        self.folder = folder
        self.database = f"sqlite:///{folder / 'central.db'}"
        self.clock = clock or SteppedClock()
        data, users = _newborn()
        if not begun:
            (folder / "central.db").write_bytes(data)
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
        self.stop()
        self.store.close()

    def copy(self) -> bytes:
        """The database as it is now."""
        with self.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return (self.folder / "central.db").read_bytes()

    def restore(self, copy: bytes) -> None:
        """The database as it was, silently. Listens again if it did."""
        listens = self._server is not None
        self.close()
        for path in self.folder.glob("central.db*"):
            path.unlink()
        (self.folder / "central.db").write_bytes(copy)
        self.open()
        if listens:
            self.start()

    def operations(self) -> list[dict[str, object]]:
        """The operations it holds, as exported."""
        return [row for row in admin.export(self.database) if row["kind"] == "operation"]


@cache
def _newborn() -> tuple[bytes, dict[str, User]]:
    """The database of a new central with its users, made once a process: passwords are slow to hash on purpose."""
    users = {}
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/central.db"
        admin.init(database, "Testi Oy", "boss", PASSWORD)
        for login, role in (
            ("rep", Role.REP), ("rep2", Role.REP), ("phone", Role.TELEMARKETER), ("marketer", Role.MARKETER),
            ("manager", Role.MANAGER),
        ):  # fmt: skip
            users[login] = admin.add_user(database, login, role, PASSWORD)
        return (Path(folder) / "central.db").read_bytes(), users


@contextmanager
def live_central(folder: Path, clock: SteppedClock | None = None) -> Iterator[LiveCentral]:
    """A central that listens, with an administrator (boss), two reps, a telemarketer, a marketer and a manager."""
    central = LiveCentral(folder, clock)
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
