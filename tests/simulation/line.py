"""The network: the shipped client speaks through it with the shipped authority, and fate sits between.

``Line`` is a transport adapter of requests; what it gives the client are whole HTTP answers, so that everything the
client makes of half a body, a portal's page or a 502 is the product's own doing.
"""

import gzip
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import requests
from requests.adapters import BaseAdapter
from urllib3.util.retry import Retry

from leaddesk.domain.errors import LeadDeskError
from leaddesk.server.app import status_of
from leaddesk.server.authority import Authority
from leaddesk.sync.http import SIGN, HttpCentral
from leaddesk.wire import message
from leaddesk.wire.codec import from_json, from_query, to_json
from leaddesk.wire.message import NOW, Pull, Push, Pushed, nothing
from tests.simulation.world import Died, Office

#: What may happen to a request, and how often beside the others.
FATES = {
    "lost": 4, "delayed": 3, "cut on the way": 2, "answer lost": 5, "answer cut": 3, "twice": 4, "portal": 2, "502": 2,
    "502 after the commit": 2, "killed before sending": 2, "killed with the answer": 2, "central killed": 2,
    "central killed after the commit": 2,
}  # fmt: skip

#: The text of a note that this central is too old to read.
STRANGE = "from another time"

Request = tuple[str, str, bytes]


def as_told(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """An operation as the central hears it: a strange one is of a kind that it does not know."""
    return {**one, "kind": "telepathy"} if str(one["act"].get("text")).startswith(STRANGE) else one


class Network:
    """Between all desks and the central. ``weather`` is the share of requests that something happens to."""

    def __init__(self, office: Office, choose: random.Random, say: Callable[..., None]) -> None:
        self.office = office
        self.weather = 0.0
        self.down = False
        #: Whether the central reads by now what was strange to it.
        self.newer = False
        self.heard: Callable[[str, Push, Pushed], None] = lambda login, batch, answer: None
        self._choose = choose
        self._say = say
        #: Everything ever pushed, for repeats much later; how much of it before the latest restore; what is on its way.
        self.sent: list[Request] = []
        self.lost = 0
        self.flying: list[Request] = []

    def ask(self, request: Request) -> tuple[int, bytes, bool]:
        """Status, body and whether the central's sign is on it. Raises what requests raises, or ``Died``."""
        choose = self._choose
        if self.down:
            raise requests.ConnectionError("nobody answers")
        if self.weather and choose.random() < self.weather / 3:
            self.deliver_old()
        fate = choose.choices(list(FATES), list(FATES.values()))[0] if choose.random() < self.weather else ""
        if fate:
            self._say("  network", fate)
        if fate == "killed before sending":
            raise Died(fate)
        if fate == "lost":
            raise requests.ConnectionError(fate)
        if fate == "delayed":
            self.flying.append(request)
            raise requests.ReadTimeout(fate)
        if fate == "portal":
            return 200, b"<html>Please sign in to the train's network</html>", False
        if fate == "502":
            return 502, b"<html>Bad gateway</html>", False
        if fate == "cut on the way":
            token, path, body = request
            if not body:
                raise requests.ConnectionError(fate)
            request = token, path, body[: choose.randrange(len(body))]
        if fate == "central killed":
            self.office.fate = _dies
        try:
            status, body = self.serve(request)
            if fate == "twice":
                status, body = self.serve(request)
        except Died:
            self.office.kill()
            raise requests.ConnectionError(fate) from None
        finally:
            self.office.fate = _lives
        if fate == "central killed after the commit":
            self.office.kill()
        if fate in ("answer lost", "central killed after the commit"):
            raise requests.ConnectionError(fate)
        if fate == "killed with the answer":
            raise Died(fate)
        if fate == "502 after the commit":
            return 502, b"<html>Bad gateway</html>", False
        if fate == "answer cut":
            if status == 204:
                raise requests.ConnectionError(fate)
            body = body[: choose.randrange(len(body))]
        return status, body, True

    def deliver_old(self) -> None:
        """A request that was delayed comes at last, or one of long ago comes again; nobody waits for the answer."""
        if self.flying and self._choose.random() < 0.7:
            old = self.flying.pop(self._choose.randrange(len(self.flying)))
        elif self.sent:
            old = self._choose.choice(self.sent)
        else:
            return
        self._say("  network", "an old request comes", self.serve(old)[0])

    def serve(self, request: Request) -> tuple[int, bytes]:
        """The central's answer; the oracle hears of what was decided."""
        token, path, data = request
        pushed = path == "/v1/push"
        if pushed and STRANGE.encode() in data and not self.newer:
            data = _older(data)
        status, body = self.answer(token, path, data)
        if status >= 400:
            self._say("  central", status, body.decode()[:100])
        elif pushed:
            self.sent.append(request)
            login, answer = token.removeprefix("token-of-"), from_json(body, Pushed)
            verdicts = (f"{one.id[-6:]} {one.verdict} {one.reason}" for one in answer.verdicts)
            self._say("  central", login, *verdicts)
            self.heard(login, from_json(data, Push), answer)
        return status, body

    def answer(self, token: str, path: str, data: bytes) -> tuple[int, bytes]:
        """The routes of ``server.app`` without its web framework. What is a header of a 204 is its body here."""
        try:
            device = self.office.door.device(token)
            authority = Authority(self.office.store, device, self.office.clock.now)
            name, _, query = path.removeprefix("/v1/").partition("?")
            if name == "pull":
                ask = from_query(dict(parse_qsl(query)), Pull)
                news = authority.pull(ask)
                return (204, news.now.isoformat().encode()) if nothing(ask, news) else (200, to_json(news))
            return 200, to_json(getattr(authority, name)(from_json(data, getattr(message, name.title()))))
        except LeadDeskError as trouble:
            values = msgspec.to_builtins(dict(trouble.values), str_keys=True)
            return status_of(trouble), to_json({"error": trouble.key, "values": values})


def _older(data: bytes) -> bytes:
    """A push as a central hears it that is older than the desk."""
    try:
        told = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return data
    return to_json({**told, "operations": list(map(as_told, told["operations"]))})


def _dies(where: str) -> None:
    raise Died(where)


def _lives(where: str) -> None:
    """Nothing happens."""


class Line(BaseAdapter):
    """A client's end of the network."""

    #: An adapter of requests has one; nothing is tried again here.
    max_retries = Retry(0)

    def __init__(self) -> None:
        super().__init__()
        self.network: Network | None = None
        self.limit: Callable[[], int] = lambda: 1_000

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:  # as requests'
        """Over the network and back."""
        assert self.network is not None
        body = request.body or b""
        assert isinstance(body, bytes)
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        token = str(request.headers["Authorization"]).removeprefix("Bearer ")
        status, data, signed = self.network.ask((token, request.path_url, body))
        made = requests.Response()
        made.status_code = status
        made.headers["Content-Type"] = "application/json" if signed else "text/html"
        if status == 204:
            made.headers[NOW], data = data.decode(), b""
        if signed:
            made.headers[SIGN] = "1"
        made.raw = io.BytesIO(data)
        made.request = request
        made.url = str(request.url)
        return made

    def close(self) -> None:
        """There is nothing to give back."""


class PagedCentral(HttpCentral):
    """The shipped client; pulls ask for pages of a size that fate draws, so that little data makes many pages."""

    page: Callable[[], int] = staticmethod(lambda: 1_000)

    def pull(self, ask: Pull) -> Any:
        """News after a cursor, a page of them."""
        return super().pull(replace(ask, limit=self.page()))


@cache
def client(login: str) -> tuple[PagedCentral, Line]:
    """The client of one of the staff and its line, made once a process: certificates are slow to read."""
    made, line = PagedCentral("http://127.0.0.1:1", f"token-of-{login}"), Line()
    made._http.mount("http://", line)
    return made, line
