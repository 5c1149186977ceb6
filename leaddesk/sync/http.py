"""``HttpCentral``: the desk's face of ``Central``, over HTTP with requests."""

import gzip
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ReadTimeoutError
from urllib3.util.retry import Retry

from leaddesk import __version__
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal, Unreachable
from leaddesk.domain.record import Session
from leaddesk.store.block import digest
from leaddesk.wire.codec import from_json, to_json, to_query
from leaddesk.wire.message import (
    NOW,
    PROTOCOL,
    AskReport,
    Compare,
    Compared,
    Hello,
    Pull,
    Pulled,
    Push,
    Pushed,
    Reported,
    SignIn,
)

Answer = TypeVar("Answer")

#: Seconds to connect, seconds to wait for the next part of an answer.
TIMEOUT = (5.0, 60.0)

#: Seconds in which a whole answer must have come: one that drips is no answer.
WHOLE_ANSWER = 300.0

#: The most that an answer may hold, in bytes, once unpacked.
ANSWER_LIMIT = 128_000_000

#: The header by which an answer shows that it comes from a LeadDesk central and not from a portal on the way.
SIGN = "X-LeadDesk-Protocol"


class HttpCentral:
    """A central at ``url`` (scheme, host, port), with the token of a signed-in device.

    Every method raises ``Unreachable`` where the central does not answer as itself, ``Denied`` for tokens and roles,
    ``Refusal`` for 409, ``BadInput`` for an address that is none. A request is tried three times, with jitter between:
    a repeat is harmless everywhere, since operations carry their ids. One that was waited for in vain is not repeated.
    """

    def __init__(self, url: str, token: str = "", timeout: tuple[float, float] = TIMEOUT, tries: int = 2) -> None:
        self.url = url.strip().rstrip("/")
        self._timeout = timeout
        self._http = requests.Session()
        self._http.trust_env = not _is_loopback(self.url)
        # No more than is read at the other end: an idle sync is little else than its headers.
        self._http.headers = CaseInsensitiveDict({"User-Agent": f"LeadDesk/{__version__}", "Accept-Encoding": "gzip"})
        self._http.auth = _Bearer(token)
        self._http.mount("http://", HTTPAdapter(max_retries=_retry(tries), pool_maxsize=2))
        self._http.mount("https://", _SystemTrust(max_retries=_retry(tries), pool_maxsize=2))

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def hello(self) -> Hello:
        """Who answers. Raises ``Refusal("central-too-old")``; one too new for this program takes operations still."""
        hello = self._ask("GET", "/v1/hello", None, Hello)
        if hello.protocol < PROTOCOL:
            raise Refusal("central-too-old", ours=PROTOCOL, theirs=f"{hello.oldest}-{hello.protocol}")
        return hello

    def sign_in(self, ask: SignIn) -> Session:
        """A token for this device."""
        return self._ask("POST", "/v1/sign-in", ask, Session)

    def push(self, batch: Push) -> Pushed:
        """Operations for verdicts."""
        return self._ask("POST", "/v1/push", batch, Pushed)

    def pull(self, ask: Pull) -> Pulled:
        """News after a cursor. A block that is not what its digest says is no answer."""
        news = self._ask(
            "GET", "/v1/pull", ask, Pulled, lambda now: Pulled(rows=(), cursor=ask.cursor, more=False, now=now)
        )
        if news.block is not None and digest(bytes(news.block.data)) != news.block.sha256:
            raise Unreachable("not-the-central", url=self.url)
        return news

    def compare(self, ask: Compare) -> Compared:
        """What differs in a range of accounts."""
        return self._ask("POST", "/v1/compare", ask, Compared)

    def report(self, ask: AskReport) -> Reported:
        """The page for both sides."""
        return self._ask("GET", "/v1/report", ask, Reported)

    def _ask(
        self,
        method: str,
        path: str,
        message: object,
        answer: type[Answer],
        nothing: Callable[[datetime], Answer] | None = None,
    ) -> Answer:
        """The answer to a message; ``nothing`` makes it of the central's time where it has nothing to say."""
        body, headers, query = None, {}, {}
        if method == "GET":
            query = to_query(message) if message is not None else {}
        else:
            body = to_json(message)
            headers["Content-Type"] = "application/json"
            if len(body) > 1_000:
                body = gzip.compress(body, 5)
                headers["Content-Encoding"] = "gzip"
        try:
            with self._http.request(
                method,
                self.url + path,
                params=query,
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                status, told = response.status_code, response.headers
                silent = status == 204 and NOW in told
                if SIGN not in told or not (silent or "json" in told.get("Content-Type", "")):
                    raise Unreachable("not-the-central", url=self.url, status=status)
                data = self._whole(response)
        except (
            requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema,
            UnicodeError,
        ) as trouble:  # fmt: skip
            raise BadInput("address-not-usable", url=self.url) from trouble
        except requests.exceptions.SSLError as trouble:
            raise Unreachable(_tls(trouble), url=self.url) from trouble
        except requests.exceptions.ContentDecodingError as trouble:
            raise Unreachable("not-the-central", url=self.url) from trouble
        except requests.exceptions.Timeout as trouble:
            raise Unreachable("central-too-slow", url=self.url) from trouble
        except requests.exceptions.RequestException as trouble:
            # A wait for the rest of an answer that ends in vain comes as a ConnectionError.
            slow = "timed out" in str(trouble).lower()
            raise Unreachable("central-too-slow" if slow else "central-not-reached", url=self.url) from trouble
        try:
            if silent and nothing is not None:
                return nothing(datetime.fromisoformat(told[NOW]).astimezone(UTC))
            if status == 200:
                return from_json(data, answer)
        except (BadInput, ValueError, OverflowError) as trouble:
            raise Unreachable("not-the-central", url=self.url, status=status) from trouble
        raise _trouble(status, data)

    def _whole(self, response: requests.Response) -> bytes:
        """The body, within its limits of size and time."""
        data = bytearray()
        end = time.monotonic() + WHOLE_ANSWER
        for part in response.iter_content(65_536):
            data += part
            if len(data) > ANSWER_LIMIT:
                raise Unreachable("not-the-central", url=self.url, status=response.status_code)
            if time.monotonic() > end:
                raise Unreachable("central-too-slow", url=self.url)
        return bytes(data)


class _Bearer(requests.auth.AuthBase):
    """The token on each request. Set as ``auth`` so that no ``.netrc`` puts another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _SystemTrust(HTTPAdapter):
    """Trusts whom the operating system trusts, a company's own authority among them."""

    def init_poolmanager(self, *args: Any, **named: Any) -> None:  # Any: as requests passes them on
        super().init_poolmanager(*args, **named, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def proxy_manager_for(self, *args: Any, **named: Any) -> Any:  # Any: as requests passes them on
        return super().proxy_manager_for(*args, **named, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


class _Patience(Retry):
    """Tries again where an answer is lost or a gateway says that it has none, but never waits twice."""

    def increment(  # Any: what urllib3 passes along
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        """One try less."""
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def _retry(tries: int) -> Retry:
    return _Patience(
        total=tries,
        backoff_factor=0.2,
        backoff_jitter=0.3,
        status_forcelist=(502, 503, 504),
        allowed_methods=None,
        raise_on_status=False,
        # A stranger's "come back tomorrow" is not obeyed: the desk tries again by its own clock.
        respect_retry_after_header=False,
        redirect=0,
        raise_on_redirect=False,
    )


def _trouble(status: int, data: bytes) -> LeadDeskError:
    """The central's own error as one of ours."""
    try:
        told = from_json(data, dict[str, Any])
        key, values = str(told["error"]), {str(name): value for name, value in dict(told.get("values", {})).items()}
    except (BadInput, ValueError, KeyError, TypeError, AttributeError):
        return Unreachable("central-trouble", status=status)
    values.pop("key", None)
    if status in (401, 403, 429):
        return Denied(key, **values)
    if status in (409, 426):
        return Refusal(key, **values)
    if status in (400, 404, 413, 422):
        return BadInput(key, **values)
    return Unreachable("central-trouble", status=status)


def _tls(trouble: Exception) -> str:
    """A certificate that is not trusted, or something that does not speak TLS at all."""
    return "certificate-not-trusted" if "certificate" in str(trouble).lower() else "not-the-central"


def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False
