"""``HttpCentral``: the desk's face of ``Central``, over HTTP with requests."""

import gzip
from typing import TypeVar

import requests
import truststore
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from leaddesk import __version__
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal, Unreachable
from leaddesk.domain.record import Session
from leaddesk.wire.codec import from_json, to_json
from leaddesk.wire.message import OLDEST_PROTOCOL, PROTOCOL, Hello, Pull, Pulled, Push, Pushed, SignIn

Answer = TypeVar("Answer")

#: Seconds to connect, seconds to wait for an answer.
TIMEOUT = (5.0, 60.0)

#: The header by which an answer shows that it comes from a LeadDesk central and not from a portal on the way.
SIGN = "X-LeadDesk-Protocol"


class HttpCentral:
    """A central at ``url`` (scheme, host, port), with the token of a signed-in device.

    Every method raises ``Unreachable`` where the central does not answer as itself, ``Denied`` for tokens and roles,
    ``Refusal`` for 409. Waits at most ``TIMEOUT``; tries three times with jitter where a repeat is harmless, which is
    everywhere: operations carry their ids.
    """

    def __init__(self, url: str, token: str = "", timeout: tuple[float, float] = TIMEOUT, tries: int = 2) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._http = requests.Session()
        self._http.trust_env = not _is_loopback(self.url)
        self._http.headers["User-Agent"] = f"LeadDesk/{__version__}"
        self._http.headers["Content-Type"] = "application/json"
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"
        retry = Retry(
            total=tries,
            backoff_factor=0.2,
            backoff_jitter=0.3,
            status_forcelist=(502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=True,
            redirect=0,
            raise_on_redirect=False,
        )
        adapter = HTTPAdapter(max_retries=retry, pool_maxsize=2)
        self._http.mount("http://", adapter)
        self._http.mount("https://", adapter)
        if self.url.startswith("https://"):
            truststore.inject_into_ssl()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def hello(self) -> Hello:
        """Who answers. Raises ``Unreachable("too-old")`` where the two speak no common protocol."""
        hello = self._ask("GET", "/v1/hello", None, Hello)
        if hello.oldest > PROTOCOL or hello.protocol < OLDEST_PROTOCOL:
            raise Unreachable("no-common-protocol", ours=PROTOCOL, theirs=f"{hello.oldest}-{hello.protocol}")
        return hello

    def sign_in(self, ask: SignIn) -> Session:
        """A token for this device."""
        return self._ask("POST", "/v1/sign-in", ask, Session)

    def push(self, batch: Push) -> Pushed:
        """Operations for verdicts."""
        return self._ask("POST", "/v1/push", batch, Pushed)

    def pull(self, ask: Pull) -> Pulled:
        """News after a cursor."""
        return self._ask("POST", "/v1/pull", ask, Pulled)

    def _ask(self, method: str, path: str, message: object, answer: type[Answer]) -> Answer:
        body = to_json(message) if message is not None else None
        headers = {}
        if body is not None and len(body) > 1_000:
            body = gzip.compress(body, 5)
            headers["Content-Encoding"] = "gzip"
        try:
            response = self._http.request(
                method, self.url + path, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.exceptions.InvalidURL as trouble:
            raise BadInput("address-not-usable", url=self.url) from trouble
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema) as trouble:
            raise BadInput("address-not-usable", url=self.url) from trouble
        except requests.exceptions.SSLError as trouble:
            raise Unreachable("certificate-not-trusted", url=self.url) from trouble
        except requests.exceptions.Timeout as trouble:
            raise Unreachable("central-too-slow", url=self.url) from trouble
        except requests.exceptions.RequestException as trouble:
            raise Unreachable("central-not-reached", url=self.url) from trouble
        if SIGN not in response.headers or "json" not in response.headers.get("Content-Type", ""):
            raise Unreachable("not-the-central", url=self.url, status=response.status_code)
        if response.status_code != 200:
            raise _trouble(response)
        try:
            return from_json(response.content, answer)
        except BadInput as trouble:
            raise Unreachable("not-the-central", url=self.url, status=response.status_code) from trouble


def _trouble(response: requests.Response) -> LeadDeskError:
    """The central's own error as one of ours."""
    try:
        told = response.json()
        key, values = str(told["error"]), {str(name): value for name, value in dict(told.get("values", {})).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unreachable("central-trouble", status=response.status_code)
    values.pop("key", None)
    status = response.status_code
    if status in (401, 403, 429):
        return Denied(key, **values)
    if status == 409:
        return Refusal(key, **values)
    if status in (400, 404, 413, 422):
        return BadInput(key, **values)
    if status == 426:
        return Unreachable("no-common-protocol", ours=PROTOCOL, theirs=values.get("theirs", "?"))
    return Unreachable("central-trouble", status=status)


def _is_loopback(url: str) -> bool:
    return any(host in url for host in ("//127.0.0.1", "//localhost", "//[::1]"))
