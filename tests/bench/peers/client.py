"""The client of the contest, a process of its own: a desk over a keyed, fsynced store that obeys one JSON command a
line and answers each with one JSON object, ``s`` the seconds it took.

    python -m tests.bench.peers.client SEED FOLDER URL

What a person, a window or a command would ask of ``Desk`` is asked of it, and nothing beneath.
"""

import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leaddesk.__main__ import collect_seldom
from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain.operation import LogCall
from leaddesk.store.local.store import LocalStore
from tests.bench.peers import central

Answer = dict[str, Any]

#: The store's key, as a keyring would give it: to unwrap one from a passphrase is slow on purpose.
KEY = "2f" * 32


def store_path(folder: Path) -> Path:
    """The keyed store of the desk in a folder."""
    return Profile(folder / "desk").store_path


class Client:
    """One desk and the commands of the contest; ``seed`` tells where each lead is."""

    def __init__(self, seed: Path, folder: Path, url: str) -> None:
        self._seed = seed
        self._profile = Profile(folder / "desk")
        self._url = url
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """The desk, once it is open."""
        if self._desk is None:
            raise RuntimeError("not open")
        return self._desk

    def commands(self) -> Mapping[str, Callable[..., Answer | None]]:
        """By their names on the wire."""
        return {
            "open": self.open, "initial": self.sync, "noop": self.sync, "pull": self.sync, "push": self.sync,
            "edit": self.edit, "count": self.count, "sees": self.sees,
        }  # fmt: skip

    def open(self) -> None:
        """Open the store and, the first time, sign in."""
        self._profile.make()
        store = LocalStore.open(self._profile.store_path, KEY)
        self._desk = Desk(store, self._profile, Credentials(store), SystemClock(), Ids())
        if not self._desk.status().signed_in:
            self._desk.sign_in(self._url, central.SELLER, central.PASSWORD)

    def sync(self) -> None:
        """One whole sync."""
        result, _ = self.desk.sync()
        if result.refused or result.waiting:
            raise RuntimeError(f"not all was taken: {result}")

    def edit(self, ids: Sequence[str], tag: str) -> Answer:
        """A call on each lead, one after another, each durable before the next."""
        places = central.places(self._seed, ids)
        start = time.perf_counter()
        for place in places:
            self.desk.do(central.call(place, tag))
        return {"s": time.perf_counter() - start}

    def count(self) -> Answer:
        """How many leads are here."""
        with self.desk.store._file.read() as connection:
            return {"count": connection.execute("SELECT count(*) FROM leads").fetchone()[0]}

    def sees(self, ids: Sequence[str], tag: str) -> Answer:
        """How many of the leads have a call with this tag on their card."""
        cards = (self.desk.store.card(place.lead) for place in central.places(self._seed, ids))
        tagged = (
            any(
                isinstance(one.operation.act, LogCall) and one.operation.act.note.startswith(f"{tag} ")
                for one in card.entries
            )
            for card in cards
            if card is not None
        )
        return {"count": sum(tagged)}

    def close(self) -> None:
        """Close the store."""
        if self._desk is not None:
            self._desk.close()


def main(seed: str, folder: str, url: str) -> int:
    """Obey until there are no more commands."""
    collect_seldom()
    client = Client(Path(seed), Path(folder), url)
    commands = client.commands()
    for line in sys.stdin:
        told = json.loads(line)
        try:
            start = time.perf_counter()
            done = commands[told.pop("cmd")](**told) or {}
            answer = {"s": time.perf_counter() - start, **done}
        except Exception as trouble:
            # The driver is told and fails the run; the trace goes to the client's log.
            traceback.print_exc()
            answer = {"error": f"{type(trouble).__name__}: {trouble}"}
        print(json.dumps(answer), flush=True)
    client.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
