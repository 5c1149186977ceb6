"""The machinery: a turned clock, ids that follow from the seed, a central that can be killed and restored, desks that
can be killed at every commit."""

import atexit
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Engine, select

import leaddesk.store.sqlite as sqlite
from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile, data_dir
from leaddesk.config.port import Ids
from leaddesk.desk.desk import Desk
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.ids import uuid7
from leaddesk.domain.record import Session, User
from leaddesk.domain.words import Role
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.server.passwords import token_hash
from leaddesk.store import migrate as migrating
from leaddesk.store.central import erasing, people
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.store.central.tables import metadata
from leaddesk.store.engine import open_url
from leaddesk.store.local import file as local_file
from leaddesk.store.local.file import KeyedFile
from leaddesk.store.local.store import LocalStore
from leaddesk.store.local.tables import HEAD
from leaddesk.store.sqlite import Connection
from leaddesk.wire.central import Central
from tests.simulation.erased import SECRET

Result = TypeVar("Result")

#: A SQLite file and its log.
Copy = tuple[bytes, bytes]

KEY = "5a" * 32
TENANT = "tenant-of-the-simulation"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

#: Who works here: by user name the role and the first teams.
STAFF: dict[str, tuple[Role, tuple[str, ...]]] = {
    "rep": (Role.REP, ()),
    "north": (Role.REP, ("north",)),
    "phone": (Role.TELEMARKETER, ("south",)),
    "manager": (Role.MANAGER, ()),
}


class Died(BaseException):
    """The process was killed here. No ``except Exception`` of the product may live through it."""


class TurnedClock:
    """A clock that stands ``skew`` beside the world's time."""

    def __init__(self, skew: timedelta = timedelta()) -> None:
        self.true = START
        self.skew = skew

    def now(self) -> datetime:
        """What it shows."""
        return self.true + self.skew


class SeededIds(Ids):
    """UUIDv7 from a turned clock and a seed; as in the product each is later than the one before in the process."""

    def __init__(self, clock: TurnedClock, seed: str) -> None:
        super().__init__()
        self._clock = clock
        self._random = random.Random(seed)

    def new(self) -> str:
        """One fresh id."""
        now = int(self._clock.now().timestamp() * 1_000)
        self._last, self._serial = (now, 0) if now > self._last else (self._last, self._serial + 1)
        return uuid7(self._last, self._serial.to_bytes(2, "big") + self._random.randbytes(8))


class MortalFile(KeyedFile):
    """A desk's file; ``fate`` is asked at every step of a unit that writes, and may raise ``Died``.

    Units go to connections of the driver made as the engine makes them, without its pool: a third of a schedule's time.
    """

    fate: Callable[[str], None]

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key
        self._idle: list[Connection] = []

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with self._unit("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes, if fate lets it."""
        with self._unit("BEGIN IMMEDIATE") as connection:
            yield connection
            self.fate("before a commit")
        self.fate("after a commit")

    @contextmanager
    def _unit(self, begin: str) -> Iterator[Connection]:
        with sqlite.told(self._path):
            connection = self._idle.pop() if self._idle else sqlite.connect(self._path, self._key)
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            else:
                connection.execute("COMMIT")
            finally:
                self._idle.append(connection)

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()


class MortalCentralStore(CentralStore):
    """A central's database; ``fate`` is asked before every commit, and may raise ``Died``."""

    fate: Callable[[str], None]

    def write(self, work: Callable[[Unit], Result]) -> Result:
        """Do ``work`` in one transaction that writes, if fate lets it."""

        def mortal(unit: Unit) -> Result:
            made = work(unit)
            self.fate("before a commit")
            return made

        return super().write(mortal)


@cache
def in_memory() -> Path:
    """A folder for the files of this process, gone with it."""
    made = Path(tempfile.mkdtemp(prefix="leaddesk-simulation-", dir=scratch()))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


class Files:
    """A SQLite file that can be left as a killed process leaves it. It has the same place in every life, so that what
    SQLAlchemy has learnt of it is not learnt anew."""

    def __init__(self, name: str, place: Path) -> None:
        self.path = place / name / "leaddesk.db"
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def bytes(self) -> Copy:
        """The file and its log, as a kill at this moment leaves them."""
        log = self.path.with_name(self.path.name + "-wal")
        return self.path.read_bytes(), log.read_bytes() if log.exists() else b""

    def put(self, held: Copy) -> None:
        """Begin a life with these bytes. Nobody has the file open."""
        for end, data in zip(("", "-wal", "-shm"), (*held, b""), strict=True):
            path = self.path.with_name(self.path.name + end)
            if data:
                path.write_bytes(data)
            else:
                path.unlink(missing_ok=True)


class Office:
    """The central: its books, its clock, and the door. ``place`` is where its file is."""

    place: Callable[[], Path] = staticmethod(in_memory)

    def __init__(self, begun: Copy) -> None:
        self.clock = TurnedClock()
        self._files = self.files()
        self._files.put(begun)
        self.fate: Callable[[str], None] = lambda where: None
        self._epochs = 0
        self._open()

    def files(self) -> Files:
        """Where the books are kept."""
        return Files("central", self.place())

    def engine(self) -> Engine:
        """The way to the books."""
        return _engine(self._files.path)

    def _open(self) -> None:
        self.store = MortalCentralStore(self.engine())
        self.store.fate = lambda where: self.fate(where)
        self.door = Doorkeeper(self.store, self.clock.now, Ids())

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def copy(self) -> Copy:
        """The books as they are now."""
        return self._files.bytes()

    def kill(self) -> None:
        """End without a word, and begin again with what is on disk."""
        self.restore(self.copy())

    def restore(self, copy: Copy, declared: bool = False) -> None:
        """The books as they were; with ``declared`` under another epoch, and erasures not turned back."""
        journal = self.write(lambda unit: erasing.journal(unit, TENANT)) if declared else None
        self.store.close()
        self._files.put(copy)
        self._open()
        if declared:
            self._epochs += 1
            self.write(lambda unit: _begin_again(unit, f"epoch-{self._epochs}", journal))

    def write(self, work: Callable[[Unit], Result]) -> Result:
        """A unit of an administrator's, which fate lets alone."""
        fate, self.fate = self.fate, lambda where: None
        try:
            return self.store.write(work)
        finally:
            self.fate = fate

    def change_teams(self, user: str, teams: tuple[str, ...]) -> None:
        """Move a user to other teams."""
        self.write(lambda unit: people.change_user(unit, TENANT, user, teams=json.dumps(teams)))

    def promote(self, user: str) -> None:
        """Make somebody an administrator."""

        def promoted(unit: Unit) -> None:
            people.change_user(unit, TENANT, user, role=Role.ADMIN.value)
            book = Book(unit, TENANT)
            book.feed.lock()
            book.show_user(user)
            book.feed.close()

        self.write(promoted)

    def contents(self) -> str:
        """All that the books hold, as one text."""
        with self.store.read() as connection:
            rows = (row for table in metadata.sorted_tables for row in connection.execute(select(table)))
            return "\n".join(str(one) for row in rows for one in row)

    def rows(self, sql: str) -> list[Any]:  # Any: rows of the driver
        """What a question to the books gives."""
        with self.store.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql).all()]


class Station:
    """A desk where somebody sits: it can be killed and opened again, and its profile put back to an old copy. ``place``
    is where its file is."""

    place: Callable[[], Path] = staticmethod(in_memory)

    def __init__(self, login: str, seed: str, central: Central, begun: Copy, name: str = "") -> None:
        self.login = login
        self.user = user_id(login)
        self.clock = TurnedClock()
        self.ids = SeededIds(self.clock, f"{seed}-{login}")
        self.offline = False
        self.fate: Callable[[str], None] = lambda where: None
        self._files = Files(name or login, self.place())
        self._central = central
        self._files.put(begun)
        self._open()

    def _open(self) -> None:
        path = self._files.path
        file = self._kept(path)
        file.fate = lambda where: self.fate(where)
        store = LocalStore(file, path)
        self.desk = Desk(
            store,
            Profile(path.parent),
            Credentials(store),
            self.clock,
            self.ids,
            central=lambda url, token: self._central,
        )

    def _kept(self, path: Path) -> MortalFile:
        return _file(path)

    def close(self) -> None:
        """Close the desk."""
        self.desk.close()

    def copy(self) -> Copy:
        """The profile as it is now."""
        return self._files.bytes()

    def kill(self) -> None:
        """End without a word, and begin again with what is on disk."""
        self.put_back(self.copy())

    def put_back(self, copy: Copy) -> None:
        """Go on with a copy of the profile."""
        self.desk.close()
        self._files.put(copy)
        self._open()

    def upgrade(self) -> None:
        """Go on with the next version of the program, which keeps the outbox with a column more."""
        self.desk.close()
        with _next_version():
            file = KeyedFile(self._files.path, KEY)
            file.bring_up_to_date()
            file.close()
        for copy in migrating.copies(self._files.path):
            copy.unlink()
        self._open()

    def contents(self) -> str:
        """All that the file holds, as one text."""
        tables = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('search', 'search_notes')"
        )
        rows = (row for (name,) in tables for row in self.rows(f"SELECT * FROM {name}"))
        return "\n".join(
            one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for row in rows for one in row
        )

    def rows(self, sql: str) -> list[Any]:  # Any: tuples of the driver
        """What a question to the file gives."""
        with self.desk.store._file.read() as connection:
            return connection.execute(sql).fetchall()


_NEXT = """
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    op.execute("ALTER TABLE outbox ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
"""


@cache
def _next_program() -> Path:
    """A program with a migration more than this one."""
    made = in_memory() / "program"
    shutil.copytree(data_dir() / "migrations", made / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (made / "migrations" / "local" / "versions" / "next.py").write_text(_NEXT.format(head=HEAD))
    return made


@contextmanager
def _next_version() -> Iterator[None]:
    with patch.object(migrating, "data_dir", _next_program), patch.object(local_file, "HEAD", "next"):
        yield


@cache
def _engine(path: Path) -> Engine:
    return open_url(f"sqlite:///{path}")


@cache
def _file(path: Path) -> MortalFile:
    return MortalFile(path, KEY)


def user_id(login: str) -> str:
    """The id of one of the staff."""
    return uuid7(int(START.timestamp() * 1_000) - 86_400_000, f"u-{login:>8}"[:10].encode())


def device_id(login: str) -> str:
    """The id of the device of one of the staff."""
    return f"device-of-{login}"


def scratch() -> str | None:
    """A folder in memory where the system has one, for files that need not outlive the process."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def quick() -> Iterator[None]:
    """Files are written without waiting for the disk: what a kill leaves is the same, and no power fails here."""
    connect = sqlite.connect

    def unsynced(path: Path, key: str | None) -> Connection:
        connection = connect(path, key)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    sqlite.connect = unsynced
    try:
        yield
    finally:
        sqlite.connect = connect


@cache
def begun() -> tuple[Copy, dict[str, Copy]]:
    """The files of a new central and of each signed-in desk, made once a process."""
    with tempfile.TemporaryDirectory(dir=scratch()) as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'central.db'}"
        with closing(CentralStore.open(url)) as store:
            store.write(_found)
        central = (folder / "central.db").read_bytes(), b""
        desks: dict[str, Copy] = {}
        for login, (role, teams) in STAFF.items():
            path = folder / f"{login}.db"
            with closing(LocalStore.open(path, KEY)) as store_:
                user = User(id=user_id(login), login=login, name=login, role=role, teams=teams)
                store_.set_me(Session(token="", device=device_id(login), user=user, tenant="Testi Oy"))
                store_.set_meta("central", "http://127.0.0.1:1")
                Credentials(store_).keep(f"token-of-{login}")
            desks[login] = path.read_bytes(), b""
        return central, desks


def _begin_again(unit: Unit, epoch: str, journal: erasing.Journal | None) -> None:
    """What a restore by the command does to the books that it has put back."""
    people.begin_epoch(unit, TENANT, epoch)
    if journal is not None and journal.operations:
        book = Book(unit, TENANT)
        book.feed.lock()
        book.erase_again(journal)
        book.feed.close()


def _found(unit: Unit) -> None:
    people.add_tenant(unit, TENANT, "Testi Oy", "epoch-0", SECRET)
    book = Book(unit, TENANT)
    book.feed.lock()
    book.publish(default_policy())
    for login, (role, teams) in STAFF.items():
        people.add_user(unit, TENANT, User(id=user_id(login), login=login, name=login, role=role, teams=teams), "")
        book.show_user(user_id(login))
        token = token_hash(f"token-of-{login}")
        until = START + timedelta(days=36_500)
        people.keep_device(unit, TENANT, device_id(login), user_id(login), login, token, START, until)
    book.feed.close()
