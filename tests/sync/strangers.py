"""For tests of the sync: what may answer in the central's place, and a way to it that loses things."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from leaddesk.domain.errors import Unreachable
from leaddesk.domain.record import Session
from leaddesk.wire.central import Central
from leaddesk.wire.message import AskReport, Compare, Compared, Hello, Pull, Pulled, Push, Pushed, Reported, SignIn

SIGN = "X-LeadDesk-Protocol: 1\r\n"


def answer(body: bytes, status: str = "200 OK", type_: str = "application/json", head: str = SIGN) -> bytes:
    """A whole HTTP answer; ``head`` are further header lines."""
    length = "" if "Content-Length" in head else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\nContent-Type: {type_}\r\n{length}{head}Connection: close\r\n\r\n".encode() + body


class Stranger:
    """A server on loopback that says the same bytes to everybody. ``asked`` counts the requests."""

    def __init__(self, said: bytes, linger: float = 0.0, tls: ssl.SSLContext | None = None) -> None:
        self._said = said
        self._linger = linger
        self._tls = tls
        self._over = threading.Event()
        self._bound = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="stranger")
        self.asked = 0
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._bound.getsockname()[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._over.set()
        with socket.create_connection(self._bound.getsockname()):
            pass
        self._thread.join()
        self._bound.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            caller, _ = self._bound.accept()
            with caller:
                if not self._over.is_set():
                    self._answer(caller)

    def _answer(self, caller: socket.socket) -> None:
        caller.settimeout(5)
        try:
            if self._tls is not None:
                caller = self._tls.wrap_socket(caller, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = caller.recv(65_536)
                if not part:
                    return
                head += part
            self.asked += 1
            caller.sendall(self._said)
            self._over.wait(self._linger)
            caller.shutdown(socket.SHUT_WR)
            while caller.recv(65_536):
                pass
        except OSError:
            return


@contextmanager
def stranger(said: bytes, linger: float = 0.0, tls: ssl.SSLContext | None = None) -> Iterator[Stranger]:
    """A running stranger."""
    running = Stranger(said, linger, tls)
    running.start()
    try:
        yield running
    finally:
        running.stop()


class Lossy:
    """A central at the end of a bad line. ``fate`` decides on each message: "" goes through, "lost" never arrives,
    "answered in vain" arrives and its answer is lost, "twice" arrives twice."""

    def __init__(self, central: Central, fate: Callable[[str], str]) -> None:
        self._central = central
        self._fate = fate

    def hello(self) -> Hello:
        """Through."""
        return self._central.hello()

    def sign_in(self, ask: SignIn) -> Session:
        """Through."""
        return self._central.sign_in(ask)

    def push(self, batch: Push) -> Pushed:
        """Perhaps."""
        pushed: Pushed = self._through("push", lambda: self._central.push(batch))
        return pushed

    def pull(self, ask: Pull) -> Pulled:
        """Perhaps."""
        pulled: Pulled = self._through("pull", lambda: self._central.pull(ask))
        return pulled

    def report(self, ask: AskReport) -> Reported:
        """Through."""
        return self._central.report(ask)

    def compare(self, ask: Compare) -> Compared:
        """Perhaps."""
        compared: Compared = self._through("compare", lambda: self._central.compare(ask))
        return compared

    def _through(self, what: str, call: Callable[[], Any]) -> Any:  # Any: the answer, as it comes
        fate = self._fate(what)
        if fate == "lost":
            raise Unreachable("central-not-reached")
        told = call()
        if fate == "twice":
            told = call()
        if fate == "answered in vain":
            raise Unreachable("central-not-reached")
        return told
