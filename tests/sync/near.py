"""For tests of the sync: a central in this process and desks over it, without HTTP, begun from one copy."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids
from leaddesk.desk.desk import Desk
from leaddesk.domain.record import Session
from leaddesk.domain.words import Role
from leaddesk.server.authority import Authority, hello
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.columns import LEAD
from leaddesk.store.local.store import LocalStore
from leaddesk.wire.codec import from_json, to_json
from leaddesk.wire.message import AskReport, Compare, Compared, Hello, Pull, Pulled, Push, Pushed, Reported, SignIn
from tests.support import KEY, PASSWORD, LiveCentral, SteppedClock

Message = TypeVar("Message")

#: Two who see what belongs to nobody's team, one of a team, one who sees everything.
LOGINS = ("rep", "rep2", "north", "manager")


def _over(value: Message) -> Message:
    """A message as it comes out at the other end of the wire."""
    return from_json(to_json(value), type(value))


class Near:
    """``Central`` for one token, in this process; every message goes through its JSON form."""

    def __init__(self, central: LiveCentral, token: str) -> None:
        self._central = central
        self._token = token

    def hello(self) -> Hello:
        """Who answers."""
        return hello(self._central.clock.now())

    def sign_in(self, ask: SignIn) -> Session:
        """A token."""
        return self._door().sign_in(_over(ask), "near")

    def push(self, batch: Push) -> Pushed:
        """Operations for verdicts."""
        return _over(self._authority().push(_over(batch)))

    def pull(self, ask: Pull) -> Pulled:
        """News after a cursor."""
        return _over(self._authority().pull(_over(ask)))

    def report(self, ask: AskReport) -> Reported:
        """The page for both sides."""
        return _over(self._authority().report(_over(ask)))

    def compare(self, ask: Compare) -> Compared:
        """What differs."""
        return _over(self._authority().compare(_over(ask)))

    def _door(self) -> Doorkeeper:
        # Over the store of now: a desk keeps its line, and a central that is restored opens its books anew.
        return Doorkeeper(self._central.store, self._central.clock.now, Ids())

    def _authority(self) -> Authority:
        return Authority(self._central.store, self._door().device(self._token), self._central.clock.now)


class World:
    """A central and a desk for each of ``LOGINS``."""

    def __init__(self, central: LiveCentral, desks: dict[str, Desk], folder: Path, stack: ExitStack) -> None:
        self.central = central
        self.desks = desks
        self._folder = folder
        self._stack = stack

    def mirror(self, login: str) -> Desk:
        """A fresh desk of the same user and device, which has fetched everything from the beginning."""
        folder = self._folder / f"mirror-{login}-{self.central.clock.at.timestamp()}"
        shutil.copytree(_begun(self.central.kind)[0] / login, folder)
        desk = self._stack.enter_context(_desk(self.central, folder))
        desk.sync()
        return desk


@contextmanager
def _desk(central: LiveCentral, folder: Path) -> Iterator[Desk]:
    profile = Profile(folder)
    profile.make()
    store = LocalStore.open(profile.store_path, KEY)
    near = lambda url, token: Near(central, token)  # noqa: E731
    desk = Desk(store, profile, Credentials(store), central.clock, Ids(), central=near)
    try:
        yield desk
    finally:
        desk.close()


@cache
def _begun(kind: str) -> tuple[Path, bytes]:
    """A folder with signed-in profiles and a copy of their central's database, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="leaddesk-world-"))
    central = LiveCentral(folder, kind=kind)
    central.add("north", Role.REP, teams=("north",))
    for login in LOGINS:
        with _desk(central, folder / login) as desk:
            desk.sign_in("http://near", login, PASSWORD)
    copy = central.copy()
    central.stop()
    central.store.close()
    return folder, copy


@contextmanager
def world(kind: str = "sqlite") -> Iterator[World]:
    """A fresh world, its central over a database of that kind."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "world"
        begun, copy = _begun(kind)
        shutil.copytree(begun, folder)
        central = LiveCentral(folder, SteppedClock(), begun=copy, kind=kind)
        stack.callback(central.close)
        desks = {login: stack.enter_context(_desk(central, folder / login)) for login in LOGINS}
        yield World(central, desks, folder, stack)


def view(desk: Desk) -> dict[str, list[Any]]:
    """Everything a desk holds of accounts that follows from the central's rows and what is pending."""
    tables = {
        "accounts": "SELECT * FROM accounts ORDER BY id",
        "persons": "SELECT * FROM persons ORDER BY id",
        "leads": f"SELECT {','.join(LEAD.names)} FROM leads ORDER BY id",
        "history": "SELECT op, ordinal, position, account, body, undone_by FROM history ORDER BY op, ordinal",
        "match_keys": "SELECT * FROM match_keys ORDER BY key, entity",
        "shadow": "SELECT * FROM shadow",
        "waiting": "SELECT id FROM outbox WHERE state IN ('waiting', 'sent')",
    }
    with desk.store._file.read() as connection:
        return {name: connection.execute(sql).fetchall() for name, sql in tables.items()}
