"""Somebody at a desk who never stops: types and syncs until killed, and puts down what the desk said was kept."""

import os
import random
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import Denied, Refusal, Unreachable
from leaddesk.domain.operation import Act, Answer, CompanyPart, CreateLead, ImportRows, LogCall, Note, Take
from leaddesk.domain.words import CallOutcome, LeadKind
from leaddesk.store.local.store import LocalStore
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.central import Central
from tests.crash.acts import rows
from tests.support import KEY, PASSWORD

#: Seconds to connect and to wait for an answer.
_PATIENCE = (2.0, 20.0)


class Typist:
    """One user at one desk in a folder; each life is a process."""

    def __init__(self, folder: Path, login: str) -> None:
        self.folder = folder
        self.login = login
        self.kept = folder / "kept"
        self.moment = folder / "moment"
        self._child = 0
        folder.mkdir()

    def open(self) -> Desk:
        """The desk, for whoever is in the one process that has it."""
        profile = Profile(self.folder / "profile")
        profile.make()
        store = LocalStore.open(profile.store_path, KEY)
        return Desk(store, profile, Credentials(store), SystemClock(), Ids(), central=_quick)

    def begin(self, url: str) -> None:
        """Sign in."""
        self._wait(self._fork(lambda: self._sign_in(url)))

    def live(self, seed: int) -> None:
        """A life that only a kill ends."""
        self._child = self._fork(lambda: self._go_on(random.Random(seed)))

    def kill(self) -> str:
        """End this life without a word; in the middle of what."""
        os.kill(self._child, signal.SIGKILL)
        _, status = os.waitpid(self._child, 0)
        assert os.WIFSIGNALED(status), f"{self.login} ended by itself: {os.waitstatus_to_exitcode(status)}"
        return self.moment.read_text() or "nothing"

    def settle(self) -> None:
        """Sync until nothing waits, and find nothing to mend."""
        self._wait(self._fork(self._settle))

    def _fork(self, work: Callable[[], None]) -> int:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self._parent = parent
                work()
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        return child

    def _wait(self, child: int) -> None:
        _, status = os.waitpid(child, 0)
        assert status == 0, f"{self.login}: {os.waitstatus_to_exitcode(status)}"

    def _sign_in(self, url: str) -> None:
        self.open().sign_in(url, self.login, PASSWORD)

    def _go_on(self, chance: random.Random) -> None:
        desk = self.open()
        kept = os.open(self.kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        moment = os.open(self.moment, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        while os.getppid() == self._parent:
            os.pwrite(moment, b"typing ", 0)
            for _ in range(chance.randrange(1, 6)):
                act, account = self._act(desk, chance)
                with suppress(Refusal, Denied):
                    os.write(kept, desk.perform(act, account).operation.id.encode() + b"\n")
            os.pwrite(moment, b"syncing", 0)
            with suppress(Unreachable, Denied, Refusal):
                desk.sync()

    def _act(self, desk: Desk, chance: random.Random) -> tuple[Act, str]:
        new = desk.ids.new()
        with desk.store._file.read() as connection:
            lead = connection.execute("SELECT id, account FROM leads ORDER BY random() LIMIT 1").fetchone()
        if lead is None or chance.random() < 0.1:
            company = CompanyPart(name=f"Yritys {new[-6:]} Oy")
            return CreateLead(lead=new, lead_kind=LeadKind.HAND_RAISER, company=company), desk.ids.new()
        if chance.random() < 0.1:
            # The same companies come in many lists, from both desks.
            return _list(new, chance), ""
        acts: list[Act] = [
            Note(lead=lead[0], text=f"muistio {new}"),
            LogCall(lead=lead[0], outcome=CallOutcome.REACHED, note=f"puhelu {new}"),
            Answer(lead=lead[0], question="bant.budget", value=chance.choice(("yes", "no"))),
            Take(lead=lead[0]),
        ]
        return chance.choice(acts), str(lead[1])

    def _settle(self) -> None:
        desk = self.open()
        for _ in range(10):
            result, _ = desk.sync()
            if not result.waiting:
                break
        assert not result.waiting
        desk.store.check()
        mended = desk.recount()[0].mended
        assert not mended, f"{mended} rows differed"


def _list(new: str, chance: random.Random) -> ImportRows:
    size = ("employees", str(chance.randrange(1_000)))
    found = rows(20, chance.randrange(40))
    told = tuple(replace(row, company=replace(row.company, facts=(size,))) for row in found)
    return ImportRows(import_id=new, file="f.csv", source_name="s", rows=told)


def _quick(url: str, token: str) -> Central:
    return HttpCentral(url, token, _PATIENCE, tries=1)
