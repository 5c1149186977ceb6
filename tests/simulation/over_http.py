"""The same schedules in a thin slice: keyed files that wait for the disk, the engine's own pool, and the real app on
uvicorn, spoken to over HTTP."""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import requests
import uvicorn

from leaddesk.server.app import make_app
from leaddesk.store.engine import open_url
from leaddesk.store.local.file import KeyedFile
from leaddesk.store.sqlite import Connection
from leaddesk.wire.message import NOW
from tests.simulation.line import Network
from tests.simulation.play import LATER, Outcome, Play, ended, length, opened
from tests.simulation.world import KEY, Copy, Died, MortalCentralStore, MortalFile, Office, Station


@cache
def on_disk() -> Path:
    """A folder on the disk for the files of this process, gone with it."""
    made = Path(tempfile.mkdtemp(prefix="leaddesk-simulation-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


class ServedOffice(Office):
    """The central as the real app; a kill ends its server too."""

    place = staticmethod(on_disk)
    url = ""
    died = False

    def _open(self) -> None:
        self.store = MortalCentralStore(open_url(f"sqlite:///{self._files.path}"))
        self.store.fate = self._asked
        app = make_app(self.store, self.clock)
        # Without the scheduler: what it does by its own clock, the oracle cannot follow.
        self._server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, name="central")
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _asked(self, where: str) -> None:
        """In the server's thread a death is an error that nobody foresaw; who asks is told of it afterwards."""
        try:
            self.fate(where)
        except Died:
            self.died = True
            raise RuntimeError(where) from None

    def close(self) -> None:
        """End the server and let go of the file."""
        self._server.should_exit = True
        self._thread.join()
        super().close()

    def restore(self, copy: Copy, declared: bool = False) -> None:
        """The books as they were."""
        self._server.should_exit = True
        self._thread.join()
        super().restore(copy, declared)


class ServedNetwork(Network):
    """The way to the real app."""

    office: ServedOffice

    def answer(self, token: str, path: str, data: bytes) -> tuple[int, bytes]:
        """What the app says."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Connection": "close"}
        way = "POST" if data else "GET"
        with requests.request(way, self.office.url + path, data=data, headers=headers, timeout=30) as told:
            status, body = told.status_code, told.content or told.headers.get(NOW, "").encode()
        if self.office.died:
            self.office.died = False
            raise Died("before a commit")
        return status, body


class SyncedFile(MortalFile):
    """A desk's file as the product opens it."""

    def __init__(self, path: Path, key: str) -> None:
        KeyedFile.__init__(self, path, key)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with KeyedFile.read(self) as connection:
            yield connection

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that writes, if fate lets it."""
        with KeyedFile.write(self, lasting) as connection:
            yield connection
            self.fate("before a commit")
        self.fate("after a commit")

    def close(self) -> None:
        """Close every connection."""
        KeyedFile.close(self)


class SyncedStation(Station):
    """A desk on the disk."""

    place = staticmethod(on_disk)

    def _kept(self, path: Path) -> MortalFile:
        return SyncedFile(path, KEY)


class ServedPlay(Play):
    """A schedule with nothing left out."""

    office_kind = ServedOffice
    network_kind = ServedNetwork
    station_kind = SyncedStation


def play_over_http(seed: int, actions: int = 0) -> Outcome:
    """Play one schedule over HTTP and on the disk."""
    return ended(ServedPlay(seed, actions or length(seed), opened(seed >= LATER)))
