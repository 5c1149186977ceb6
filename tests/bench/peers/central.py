"""The central of the contest: ``leaddesk serve`` as a child process, filled by imports that are pushed to it, and
another salesperson who works at it beside the desk that is measured."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from leaddesk.config.port import Ids
from leaddesk.domain.operation import Act, ImportRows, LogCall, Operation
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import PUSH_OPERATIONS, Session
from leaddesk.domain.words import CallOutcome, Role, Verdict
from leaddesk.server import admin
from leaddesk.store.central import people
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import CentralStore
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.central import Central
from leaddesk.wire.message import Push, SignIn
from tests import postgres
from tests.bench.peers import lead as leads

PASSWORD = "a bench is not a secret"

#: Who imports, whose desk is measured, and who works beside it: a manager and two salespeople.
IMPORTER, SELLER, OTHER = "importer", "seller", "other"

#: Files of a filled central: its database, and where each lead is in it.
_BOOKS, _PLACES = "central.db", "places.jsonl"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead of the workload is: its account and its lead here, and its notes, which an edit writes anew."""

    account: str
    lead: str
    notes: str


class Served:
    """``leaddesk serve`` over a database, until ``close``."""

    def __init__(self, database: str) -> None:
        self.database = database
        self._process = subprocess.Popen(
            [sys.executable, "-m", "leaddesk", "serve", "--db", database, "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the central does not start: {line}")
        self.url = line.removeprefix("listening on ").strip()

    @property
    def pid(self) -> int:
        """The process, to ask for its memory."""
        return self._process.pid

    def close(self) -> None:
        """End it as a service manager does."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        self._process.kill()
        self._process.communicate()


class Salesperson:
    """Somebody signed in to a central by a device of their own, who pushes operations and keeps nothing."""

    def __init__(self, face: Central, session: Session) -> None:
        self._central = face
        self._session = session
        self._ids = Ids()
        self._n = 0

    def push(self, acts: Iterable[tuple[Act, str]]) -> None:
        """Acts with their accounts, in pushes as large as a desk makes them. Raises ``RuntimeError`` for a refusal."""
        for batch in _batches((self._born(act, account) for act, account in acts), PUSH_OPERATIONS):
            told = tuple(pack_operation(one) for one in batch)
            answer = self._central.push(Push(device=self._session.device, operations=told))
            bad = [one for one in answer.verdicts if one.verdict in (Verdict.REFUSED, Verdict.QUARANTINED)]
            failed = sum(int(one.values.get("failed", 0)) for one in answer.verdicts)
            if bad or failed or len(answer.verdicts) != len(batch):
                raise RuntimeError(f"the central refuses: {bad[:1]}, {failed} rows failed")

    def call(self, places: Iterable[Place], tag: str) -> None:
        """A call on each lead, with its note."""
        self.push((call(place, tag), place.account) for place in places)

    def _born(self, act: Act, account: str) -> Operation:
        self._n += 1
        return Operation(
            id=self._ids.new(), act=act, account=account, at=datetime.now(UTC), by=self._session.user.id,
            device=self._session.device, n=self._n,
        )  # fmt: skip


@contextmanager
def signed_in(url: str, login: str) -> Iterator[Salesperson]:
    """Somebody who works at the central that listens there."""
    with closing(HttpCentral(url)) as door:
        session = door.sign_in(asked_by(login))
    with closing(HttpCentral(url, session.token)) as face:
        yield Salesperson(face, session)


def asked_by(login: str) -> SignIn:
    """What signs somebody in at a new device."""
    return SignIn(user=login, password=PASSWORD, device=Ids().new(), device_name="bench")


def call(place: Place, tag: str) -> LogCall:
    """What an edit of the workload is here: the operation that one call by a salesperson makes."""
    return LogCall(
        lead=place.lead, outcome=CallOutcome.REACHED, note=leads.note({"notes": place.notes}, tag), seconds=90
    )


def fill(folder: Path, kind: str, told: Iterable[Mapping[str, Any]]) -> None:
    """A central with these leads, kept in ``folder``: imports of 500 rows pushed by a desk, nothing else."""
    with _database(folder, kind) as database:
        admin.init(database, "Contest", "boss", PASSWORD)
        for login, role in ((IMPORTER, Role.MANAGER), (SELLER, Role.REP), (OTHER, Role.REP)):
            admin.add_user(database, login, role, PASSWORD)
        with closing(Served(database)) as served, signed_in(served.url, IMPORTER) as importer:
            rows = (leads.row(number, one) for number, one in enumerate(told, 2))
            for part in _batches(rows, 500):
                importer.push(
                    [(ImportRows(import_id="contest", file="leads.csv", source_name="contest", rows=tuple(part)), "")]
                )
        _tell_places(folder / _PLACES, database)
        if kind == "postgresql":
            # A database there is a folder of the whole server: its rows are kept.
            held = postgres.server().read(_name(database))
            (folder / _BOOKS).write_bytes(msgspec.msgpack.encode(held))


@contextmanager
def copied(seed: Path, work: Path, kind: str) -> Iterator[str]:
    """The address of a copy, in ``work``, of what ``fill`` has kept in ``seed``."""
    if kind == "sqlite":
        shutil.copy(seed / _BOOKS, work / _BOOKS)
    with _database(work, kind) as database:
        if kind == "postgresql":
            CentralStore.open(database).close()
            postgres.server().write(_name(database), msgspec.msgpack.decode((seed / _BOOKS).read_bytes()))
        yield database


@contextmanager
def filled(seed: Path, work: Path, kind: str) -> Iterator[Served]:
    """A central that listens over such a copy."""
    with copied(seed, work, kind) as database, closing(Served(database)) as served:
        yield served


def places(seed: Path, ids: Sequence[str]) -> list[Place]:
    """Where the leads of the workload with these ids are, in that order."""
    wanted = set(ids)
    found = {one: place for one, place in every_place(seed) if one in wanted}
    return [found[one] for one in ids]


def every_place(seed: Path) -> Iterator[tuple[str, Place]]:
    """Every lead of the workload by its id there, and where it is."""
    with (seed / _PLACES).open() as lines:
        for line in lines:
            one, *place = json.loads(line)
            yield one, Place(*place)


def sees(database: str, wanted: Sequence[Place], tag: str) -> int:
    """On how many of these leads the central holds a call with this tag."""
    with closing(CentralStore.open(database)) as store, store.read() as connection:
        book = Book(connection, people.tenant_named(connection, "")[0])
        histories = book.histories(one.account for one in wanted)
        calls = (one.act for history in histories.values() for one in history if isinstance(one.act, LogCall))
        tagged = {one.lead for one in calls if one.note.startswith(f"{tag} ")}
    return len(tagged & {one.lead for one in wanted})


@contextmanager
def _database(folder: Path, kind: str) -> Iterator[str]:
    """The address of a database: a file in the folder, or an empty one of the tests' PostgreSQL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / _BOOKS}"
    else:
        with postgres.database() as url:
            yield url


def _name(database: str) -> str:
    """The name of a PostgreSQL database in its address."""
    return database.partition("?")[0].rpartition("/")[2]


def _tell_places(path: Path, database: str) -> None:
    """Write where each lead is, as an export tells it."""
    notes: dict[str, str] = {}
    with path.open("w") as lines:
        for one in admin.export(database):
            if one["kind"] == "person":
                told = (pair for some in one["told"] for pair in some["values"])
                notes[one["id"]] = next(value for key, value in told if key == "notes")
            elif one["kind"] == "lead":
                place = (one["refs"][0]["id"], one["account"], one["id"], notes[one["person"]])
                lines.write(json.dumps(place) + "\n")
            elif one["kind"] == "entry":
                break


def _batches(every: Iterable[Any], most: int) -> Iterator[list[Any]]:  # Any: whatever is asked to be parted
    left = iter(every)
    while part := list(islice(left, most)):
        yield part
