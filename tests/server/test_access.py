"""Who may come in and ask for what: passwords, tokens, roles, routes."""

from datetime import timedelta

import pytest
import requests

from leaddesk.domain.errors import Denied
from leaddesk.domain.operation import ACTS
from leaddesk.domain.role import MAY, may
from leaddesk.domain.words import Role
from leaddesk.server import admin
from leaddesk.server.access import ROUTES, check
from leaddesk.server.app import make_app
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Pull, SignIn
from tests.support import PASSWORD, LiveCentral


def token(central: LiveCentral, login: str = "rep", device: str = "device-1234") -> str:
    return HttpCentral(central.url).sign_in(SignIn(user=login, password=PASSWORD, device=device)).token


def post(central: LiveCentral, path: str, key: str = "", **sent: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return requests.post(central.url + path, headers=headers, timeout=20, **sent)  # type: ignore[arg-type]


def test_every_route_of_the_app_stands_in_the_table(central: LiveCentral) -> None:
    app = make_app(central.store, central.clock)
    served = {(method, route.path) for route in app.routes for method in (route.methods or ()) if method != "HEAD"}
    assert served == set(ROUTES)


def test_what_is_not_in_the_table_is_denied() -> None:
    with pytest.raises(Denied, match="route-not-permitted"):
        check("GET", "/v1/secrets", Role.ADMIN)
    with pytest.raises(Denied, match="route-not-permitted"):
        check("GET", "/v1/users", Role.REP)


def test_every_operation_is_decided_for_every_role() -> None:
    assert set(MAY) == set(Role)
    for role in Role:
        assert MAY[role] <= set(ACTS)
        assert not may(role, "no-such-act")
    assert not may(Role.MARKETER, "accept") and not may(Role.REP, "publish-policy")


@pytest.mark.parametrize(("method", "path"), sorted(route for route in ROUTES if ROUTES[route] is not None))
def test_without_a_token_nobody_comes_in(central: LiveCentral, method: str, path: str) -> None:
    answer = requests.request(method, central.url + path.replace("{device}", "x"), json={}, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (401, "not-signed-in")


def test_a_stranger_gets_no_trace_and_every_answer_is_signed(central: LiveCentral) -> None:
    answer = requests.get(central.url + "/etc/passwd", timeout=20)
    assert answer.status_code == 404 and answer.json()["error"] == "route-unknown"
    assert answer.headers["X-LeadDesk-Protocol"] == "1"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(central: LiveCentral) -> None:
    for login in ("rep", "nobody"):
        with pytest.raises(Denied, match="wrong-password"):
            HttpCentral(central.url).sign_in(SignIn(user=login, password="wrong", device="device-1234"))


def test_guessing_is_stopped_even_for_the_right_password(central: LiveCentral) -> None:
    client = HttpCentral(central.url)
    for _ in range(10):
        with pytest.raises(Denied, match="wrong-password"):
            client.sign_in(SignIn(user="rep", password="guess", device="device-1234"))
    with pytest.raises(Denied, match="throttled"):
        client.sign_in(SignIn(user="rep", password=PASSWORD, device="device-1234"))
    assert client.sign_in(SignIn(user="rep2", password=PASSWORD, device="device-5678")).token


def test_a_token_expires_is_revoked_and_ends_with_its_user(central: LiveCentral) -> None:
    key = token(central)
    assert HttpCentral(central.url, key).pull(Pull()).rows
    admin.revoke_devices(central.database, "rep")
    with pytest.raises(Denied, match="device-revoked"):
        HttpCentral(central.url, key).pull(Pull())
    key = token(central)
    central.clock.at += timedelta(days=91)
    with pytest.raises(Denied, match="token-expired"):
        HttpCentral(central.url, key).pull(Pull())
    key = token(central)
    admin.disable_user(central.database, "rep")
    with pytest.raises(Denied, match="device-revoked|user-disabled"):
        HttpCentral(central.url, key).pull(Pull())
    with pytest.raises(Denied, match="user-disabled"):
        token(central)


def test_signing_in_again_replaces_the_token_of_the_device(central: LiveCentral) -> None:
    first = token(central)
    second = token(central)
    assert HttpCentral(central.url, second).pull(Pull())
    with pytest.raises(Denied, match="token-unknown"):
        HttpCentral(central.url, first).pull(Pull())


def test_another_users_device_id_is_not_taken_over(central: LiveCentral) -> None:
    key = token(central, "rep", "device-shared")
    other = HttpCentral(central.url).sign_in(SignIn(user="rep2", password=PASSWORD, device="device-shared"))
    assert other.device != "device-shared"
    assert HttpCentral(central.url, key).pull(Pull())


def test_passwords_and_tokens_are_not_in_the_database_or_the_export(central: LiveCentral) -> None:
    key = token(central)
    central.stop()
    rows = list(admin.export(central.database))
    assert {"user", "device", "policy"} <= {row["kind"] for row in rows}
    told = repr(rows)
    assert PASSWORD not in told and key not in told and "argon2" not in told
    data = b"".join(path.read_bytes() for path in central.folder.glob("central.db*"))
    assert PASSWORD.encode() not in data and key.encode() not in data


def test_devices_are_seen_and_signed_out_by_their_owner_and_the_administrator(central: LiveCentral) -> None:
    rep, other, boss = token(central), token(central, "rep2", "device-2222"), token(central, "boss", "device-3333")
    mine = requests.get(central.url + "/v1/devices", headers={"Authorization": f"Bearer {rep}"}, timeout=20).json()
    assert [one["id"] for one in mine] == ["device-1234"]
    answer = post(central, "/v1/devices/device-2222/revoke", rep)
    assert (answer.status_code, answer.json()["error"]) == (403, "device-of-another-user")
    assert post(central, "/v1/devices/device-2222/revoke", boss).json() == {"done": 1}
    with pytest.raises(Denied, match="device-revoked"):
        HttpCentral(central.url, other).pull(Pull())
    assert post(central, "/v1/sign-out", rep).status_code == 200
    with pytest.raises(Denied, match="device-revoked"):
        HttpCentral(central.url, rep).pull(Pull())


def test_only_an_administrator_adds_users(central: LiveCentral) -> None:
    new = {"user": "uusi", "password": "salasana1", "role": "rep"}
    assert post(central, "/v1/users", token(central), json=new).status_code == 403
    boss = token(central, "boss", "device-3333")
    assert post(central, "/v1/users", boss, json=new).json()["login"] == "uusi"
    assert post(central, "/v1/users", boss, json=new).json()["error"] == "user-exists"
    assert (
        post(central, "/v1/users", boss, json={**new, "user": "x", "password": "short"}).json()["error"]
        == "password-too-short"
    )
    assert post(central, "/v1/users", boss, json={**new, "user": "x", "role": "king"}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"device": 1, "operations": []}', b'{"operations": []}', b"null", b"[" * 100_000],
)
def test_what_is_no_message_is_refused_in_words(central: LiveCentral, body: bytes) -> None:
    answer = post(central, "/v1/push", token(central), data=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "message-unreadable")


def test_a_body_that_unpacks_to_too_much_is_refused(central: LiveCentral) -> None:
    import gzip

    bomb = gzip.compress(b" " * 200_000_000, 9)
    headers = {"Authorization": f"Bearer {token(central)}", "Content-Encoding": "gzip"}
    answer = requests.post(central.url + "/v1/push", data=bomb, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (413, "body-too-large")


def test_the_document_names_every_route_and_resolves(central: LiveCentral) -> None:
    document = requests.get(central.url + "/v1/openapi.json", timeout=20).json()
    told = {(method.upper(), path) for path, one in document["paths"].items() for method in one}
    assert told == set(ROUTES) - {("GET", "/v1/openapi.json")}
    schemas = document["components"]["schemas"]

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            return [str(one) for key, one in value.items() if key == "$ref"] + [
                found for one in value.values() for found in references(one)
            ]
        return [found for one in value for found in references(one)] if isinstance(value, list) else []

    assert {one.removeprefix("#/components/schemas/") for one in references(document)} <= set(schemas)
