"""Whoever answers in the central's place is found out, and nothing of it is recorded."""

import datetime
import gzip
import ssl
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal, Unreachable
from leaddesk.sync import http
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Pull, Push, SignIn
from tests.support import PASSWORD, LiveCentral
from tests.sync.acts import typed
from tests.sync.strangers import SIGN, answer, stranger

PORTAL = b"<html><form action=login>Welcome to Hotel Wi-Fi</form></html>"
HELLO = b'{"product":"LeadDesk","protocol":1,"oldest":1,"epoch":"","now":"2026-11-24T08:00:00Z"}'
HALF = "Content-Length: 100000\r\n" + SIGN


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (answer(PORTAL, type_="text/html", head=""), "not-the-central"),
        (answer(HELLO, head=""), "not-the-central"),
        (answer(PORTAL, "500 Internal Server Error", "text/html", head=""), "not-the-central"),
        (answer(PORTAL, "511 Network Authentication Required", "text/html", head=""), "not-the-central"),
        (answer(b"", "302 Found", head="Location: http://127.0.0.1:9/login\r\n"), "not-the-central"),
        (answer(b"{}", "302 Found", head=SIGN + "Location: http://127.0.0.1:9/login\r\n"), "central-trouble"),
        (answer(PORTAL), "not-the-central"),
        (answer(b""), "not-the-central"),
        (answer(b"[]"), "not-the-central"),
        (answer(b"{}"), "not-the-central"),
        (answer(b"\xff\xfe"), "not-the-central"),
        (answer(b"[" * 100_000), "not-the-central"),
        (answer(HELLO, head=SIGN + "Content-Encoding: gzip\r\n"), "not-the-central"),
        (answer(gzip.compress(HELLO)[:-12], head=SIGN + "Content-Encoding: gzip\r\n"), "not-the-central"),
        (answer(HELLO[:20], head=HALF), "central-not-reached"),
        (answer(b"{}", "500 Internal Server Error"), "central-trouble"),
        (
            answer(b'{"error":"central-trouble","values":{"status":500}}', "500 Internal Server Error"),
            "central-trouble",
        ),
        (answer(b"", "502 Bad Gateway"), "central-trouble"),
        (answer(PORTAL, "403 Forbidden", "text/html", head=""), "not-the-central"),
        (answer(b'"no"', "401 Unauthorized"), "central-trouble"),
        (b"", "central-not-reached"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "central-not-reached"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n", "central-not-reached"),
    ],
)
def test_what_is_not_the_central_is_unreachable_in_words(said: bytes, key: str) -> None:
    with stranger(said) as there:
        with pytest.raises(Unreachable) as told:
            HttpCentral(there.url, tries=0).hello()
    assert told.value.key == key


@pytest.mark.parametrize("head", ["", "X-LeadDesk-Now: today\r\n", "X-LeadDesk-Now: 0001-01-01T00:00:00+23:00\r\n"])
def test_nothing_new_is_believed_only_of_the_central(head: str) -> None:
    with stranger(answer(b"", "204 No Content", head=SIGN + head, type_="text/plain")) as there:
        with pytest.raises(Unreachable, match="not-the-central"):
            HttpCentral(there.url, tries=0).pull(Pull(cursor="here"))


def test_where_nothing_is_new_the_answer_says_no_more_than_the_time(central: LiveCentral) -> None:
    session = HttpCentral(central.url).sign_in(SignIn(user="rep", password=PASSWORD, device="device-rep"))
    with closing(HttpCentral(central.url, session.token)) as asked:
        news = asked.pull(Pull(blocks=True))
        assert news.rows and not news.more
        assert asked.pull(Pull(cursor=news.cursor)) == replace(news, rows=(), head=0)
    told = requests.get(
        central.url + "/v1/pull",
        {"cursor": news.cursor},
        headers={"Authorization": f"Bearer {session.token}"},
        timeout=20,
    )
    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["X-LeadDesk-Now"] == central.clock.now().isoformat()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("401 Unauthorized", Denied), ("403 Forbidden", Denied), ("429 Too Many Requests", Denied),
        ("409 Conflict", Refusal), ("426 Upgrade Required", Refusal),
        ("413 Content Too Large", BadInput), ("422 Unprocessable", BadInput),
    ],
)  # fmt: skip
def test_an_error_of_the_central_keeps_its_key_and_values(status: str, kind: type[LeadDeskError]) -> None:
    with stranger(answer(b'{"error":"some-key","values":{"key":"x","act":"note"}}', status)) as there:
        with pytest.raises(kind) as told:
            HttpCentral(there.url).pull(Pull())
    assert (told.value.key, told.value.values) == ("some-key", {"act": "note"})


def test_a_gateway_without_an_answer_is_asked_again_and_not_for_ever() -> None:
    with stranger(answer(b"", "503 Service Unavailable", head=SIGN + "Retry-After: 86400\r\n")) as there:
        with pytest.raises(Unreachable, match="central-trouble"):
            HttpCentral(there.url).push(Push(device="device-1234", operations=()))
        assert there.asked == 3


def test_a_lost_answer_is_asked_for_again() -> None:
    with stranger(b"") as there:
        with pytest.raises(Unreachable, match="central-not-reached"):
            HttpCentral(there.url).push(Push(device="device-1234", operations=()))
        assert there.asked == 3


@pytest.mark.parametrize("said", [b"", answer(HELLO[:20], head=HALF)], ids=["nothing", "half"])
def test_who_does_not_answer_in_time_is_not_waited_for_twice(said: bytes) -> None:
    with stranger(said, linger=30) as there:
        with pytest.raises(Unreachable, match="central-too-slow"):
            HttpCentral(there.url, timeout=(1, 0.3)).hello()
        assert there.asked == 1


def test_an_answer_that_never_ends_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE_ANSWER", -1.0)
    with stranger(answer(HELLO)) as there:
        with pytest.raises(Unreachable, match="central-too-slow"):
            HttpCentral(there.url).hello()


def test_an_answer_that_unpacks_to_too_much_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_LIMIT", 1_000_000)
    bomb = gzip.compress(b" " * 5_000_000)
    with stranger(answer(bomb, head=SIGN + "Content-Encoding: gzip\r\n")) as there:
        with pytest.raises(Unreachable, match="not-the-central"):
            HttpCentral(there.url).hello()


def test_nobody_there() -> None:
    with stranger(b"") as there:
        pass
    with pytest.raises(Unreachable, match="central-not-reached"):
        HttpCentral(there.url, tries=0).hello()


@pytest.mark.parametrize(
    "url", ["", "central", "ftp://x", "http://", "http://[::1", "http://a b", "http://x:99999", "file:///etc/passwd"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(BadInput, match="address-not-usable"):
        HttpCentral(url, tries=0).hello()


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "own.pem").write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")
    return context


def test_a_certificate_of_nobodys_is_not_trusted_and_nothing_is_sent(tmp_path: Path) -> None:
    with stranger(answer(HELLO), tls=_own_certificate(tmp_path)) as there:
        with pytest.raises(Unreachable, match="certificate-not-trusted"):
            HttpCentral(there.url, token="secret", tries=0).hello()
        assert there.asked == 0


def test_what_does_not_speak_tls_is_not_called_a_bad_certificate(central: LiveCentral) -> None:
    with pytest.raises(Unreachable, match="not-the-central"):
        HttpCentral(central.url.replace("http:", "https:"), tries=0).hello()


@pytest.mark.parametrize(
    "said",
    [
        answer(PORTAL, type_="text/html", head=""),
        answer(b"{}", "500 Internal Server Error"),
        answer(b'{"verdicts":[],"now":"2026-11-24T08:00:00Z"}', head=""),
        answer(b'{"verdicts":[{"id"', head=HALF),
    ],
    ids=["portal", "500", "unsigned", "half"],
)
def test_a_desk_behind_a_stranger_keeps_everything_and_goes_on(desk: Desk, said: bytes) -> None:
    lead = typed(desk)
    central, before = desk.store.meta("central"), desk.store.outbox()
    with stranger(said) as there:
        desk.store.set_meta("central", there.url)
        with pytest.raises(Unreachable):
            desk.sync()
    status = desk.status()
    assert status.offline_since is not None and not status.online and status.waiting == 1
    assert desk.store.outbox() == before and desk.store.cursor() == ""
    assert desk.order().ids == (lead,)
    desk.store.set_meta("central", central)
    result, _ = desk.sync()
    assert (result.pushed, result.waiting) == (1, 0) and desk.status().online
