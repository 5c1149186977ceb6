"""A way between desks and the central that drops connections and cuts what passes, by seed, in a process of its own."""

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: What becomes of a connection, and how often beside the others.
FATES = {"whole": 10, "dropped": 1, "question cut": 2, "answer cut": 2, "answer lost": 2}

#: Bytes after which something is cut, at most.
_CUT = 6_000


class Way:
    """Listens on ``port``; where the central listens stands in the file ``central``, and while ``calm`` is there
    nothing happens to anything."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._central = folder / "central-port"
        self._calm = folder / "calm"
        self._chance = random.Random(seed)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def serve(self) -> None:
        """Until the process ends."""
        while True:
            desk, _ = self._socket.accept()
            fate = self._chance.choices(list(FATES), list(FATES.values()))[0]
            cut = self._chance.randrange(_CUT)
            threading.Thread(
                target=self._carry, args=(desk, "whole" if self._calm.exists() else fate, cut), daemon=True
            ).start()

    def _carry(self, desk: socket.socket, fate: str, cut: int) -> None:
        with desk:
            if fate == "dropped":
                return
            try:
                central = socket.create_connection(("127.0.0.1", int(self._central.read_text())), 30)
            except (OSError, ValueError):
                # It has not said yet where it listens.
                return
            with central:
                there = threading.Thread(
                    target=_pour, args=(desk, central, cut if fate == "question cut" else None), daemon=True
                )
                there.start()
                _pour(central, desk, {"answer cut": cut, "answer lost": 0}.get(fate))
                there.join(30)


def _pour(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Bytes from one end to the other, as many at most; then both are done with each other."""
    with suppress(OSError):
        while data := source.recv(65_536):
            if most is not None and len(data) > most:
                target.sendall(data[:most])
                break
            most = None if most is None else most - len(data)
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def way(folder: Path, seed: int) -> Iterator[int]:
    """The port of such a way. The process that asks has no threads: it forks."""
    made = Way(folder, seed)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        threading.Thread(target=made.serve, daemon=True).start()
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(0)
    try:
        yield made.port
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
