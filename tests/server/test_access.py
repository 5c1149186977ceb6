"""Who may come in and ask for what: passwords, tokens, roles, routes."""

import gzip
import re
from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any

import pytest
import requests

from leaddesk.domain.errors import Denied
from leaddesk.domain.operation import ACTS
from leaddesk.domain.words import Role, Verdict
from leaddesk.server import admin
from leaddesk.server.access import DEVICES, REPORT, RIGHTS, ROUTES, SYNC, USERS, check, permits
from leaddesk.server.app import make_app
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import OLDEST_PROTOCOL, PROTOCOL, Pull, SignIn
from tests.server.hands import Device
from tests.support import PASSWORD, TUESDAY, LiveCentral


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


#: Who may do which kind of operation: r(ep), t(elemarketer), m(anager), k (marketer), a(dministrator).
EXPECTED = {
    "create-lead": "rtmka", "import-rows": "rmka", "set-fact": "rtmka", "offer": "mka", "take": "rtma", "assign": "ma",
    "log-call": "rtmka", "book-meeting": "rtmka", "log-meeting": "rtmka", "note": "rtmka", "answer": "rtmka",
    "accept": "rma", "reject": "rtma", "return-to-nurture": "rtmka", "hand-over": "rtma", "snooze": "rtmka",
    "callback": "rtmka", "won": "rma", "lost": "rma", "set-stage": "rtmka", "objection": "rtmka",
    "revoke-objection": "ma", "erase": "a", "undo": "rtmka", "undo-import": "rmka", "publish-policy": "mka",
    "sign-agreement": "mk",
}  # fmt: skip
ROLES = {"rep": "r", "phone": "t", "manager": "m", "marketer": "k", "boss": "a"}


def _act(kind: str, lead: str) -> Any:  # Any: an act
    """Some act of a kind, on a lead."""
    given = {
        "outcome": "reached", "reason": "budget", "question": "q", "value": "v", "key": "website", "text": "x",
        "starts": TUESDAY, "held": TUESDAY, "until": TUESDAY, "at_time": TUESDAY, "to": "u", "owner": "",
        "stage": "need",
        "objection": "x", "operation": "x", "import_id": "x", "file": "f", "source_name": "s", "version": 2,
        "document": "{}", "party": "sales", "lead": lead, "person": "x", "ground": "x",
    }  # fmt: skip
    return ACTS[kind](**{one.name: given[one.name] for one in fields(ACTS[kind]) if one.default is MISSING})


@pytest.mark.parametrize("login", ROLES)
def test_every_kind_of_operation_is_held_against_the_table(central: LiveCentral, login: str) -> None:
    assert EXPECTED.keys() == ACTS.keys()
    boss = Device(central, "boss", "device-boss-2")
    device = Device(central, login)
    for kind in ACTS:
        lead, account = boss.lead()
        verdict = device.do(_act(kind, lead), account)
        denied = verdict.reason == "act-not-permitted"
        assert denied == (ROLES[login] not in EXPECTED[kind]), (kind, verdict)
        if denied:
            assert verdict.verdict is Verdict.REFUSED and verdict.values["act"] == kind


@pytest.mark.parametrize("login", ROLES)
def test_every_route_is_held_against_the_table(central: LiveCentral, login: str) -> None:
    key = token(central, login)
    app = make_app(central.store, central.clock)
    for route in app.routes:
        for method in (route.methods or set()) - {"HEAD"}:
            if ROUTES[method, route.path] is None:
                continue
            path = route.path.replace("{device}", "nobody")
            if path == "/v1/sign-out":
                continue  # ends the token; tried elsewhere
            answer = requests.request(
                method, central.url + path, json={}, headers={"Authorization": f"Bearer {key}"}, timeout=20
            )
            denied = answer.json()["error"] == "route-not-permitted" if answer.status_code == 403 else False
            closed = {"/v1/users": "rtmk", "/v1/report": "rt"}.get(path, "")
            assert denied == (ROLES[login] in closed), (method, path, answer.text)


def test_no_role_has_a_right_by_default() -> None:
    assert RIGHTS.keys() == set(Role)
    for role in Role:
        assert RIGHTS[role] <= set(ACTS) | {SYNC, DEVICES, USERS, REPORT}
        assert not permits(role, "no-such-act") and not permits(role, "import-row")


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
    with pytest.raises(Denied, match="user-disabled"):
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
    data = central.contents()
    assert b"Testi Oy" in data
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
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"device": 1, "operations": []}', b'{"operations": []}', b"null",
        b"[" * 100_000, b'{"device": "device-1234", "operations": [7]}', b'{"device": "\\ud800", "operations": []}',
        b'{"device": "device-1234", "operations": [' + b'{"a":' * 50_000,
        b'{"device": "device-1234", "operations": [{"id": 1e999}]}',
        b'{"device": "device-1234", "operations": [], "protocol": 1e30}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_in_words(central: LiveCentral, body: bytes) -> None:
    answer = post(central, "/v1/push", token(central), data=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "message-unreadable")


def test_a_number_of_a_thousand_digits_is_kept_apart_and_nothing_falls_over(central: LiveCentral) -> None:
    key = token(central)
    for digits in (400, 4_000, 10_000):
        body = b'{"device": "device-1234", "operations": [{"id": "operation-%d", "n": %s}]}' % (digits, b"9" * digits)
        answer = post(central, "/v1/push", key, data=body)
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 200:
            assert answer.json()["verdicts"][0]["verdict"] == "quarantined"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "br"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "deflate"},
    ],
)
def test_a_body_of_another_kind_is_refused_in_words(central: LiveCentral, headers: dict[str, str]) -> None:
    body = b'{"device": "device-1234", "operations": []}'
    answer = requests.post(
        central.url + "/v1/push",
        data=body,
        headers={"Authorization": f"Bearer {token(central)}", **headers},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "message-unreadable")


@pytest.mark.parametrize("protocol", [PROTOCOL + 1, 0, -1])
def test_a_protocol_not_spoken_here_is_told_which_are(central: LiveCentral, protocol: int) -> None:
    key = token(central)
    bearer = {"Authorization": f"Bearer {key}"}
    push = {"device": "device-1234", "operations": [], "protocol": protocol}
    for answer in (
        requests.post(central.url + "/v1/push", json=push, headers=bearer, timeout=20),
        requests.get(central.url + "/v1/pull", params={"protocol": str(protocol)}, headers=bearer, timeout=20),
    ):
        too_old = "central-too-old" if protocol > PROTOCOL else "program-too-old"
        assert (answer.status_code, answer.json()["error"]) == (426, too_old)
        assert answer.json()["values"] == {"theirs": f"{OLDEST_PROTOCOL}-{PROTOCOL}", "ours": protocol}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/push"), ("PUT", "/v1/push"), ("DELETE", "/v1/users"), ("POST", "/v1/pull")]
)
def test_another_method_is_no_way_in(central: LiveCentral, method: str, path: str) -> None:
    answer = requests.request(method, central.url + path, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (404, "route-unknown")


def _bombs() -> list[bytes]:
    whole = gzip.compress(b'{"device": "device-1234", "operations": []}')
    return [gzip.compress(b" " * 50_000_000, 9), whole + gzip.compress(b" " * 20_000_000, 1) * 400, b" " * 8_000_001]


@pytest.mark.parametrize("bomb", range(3), ids=["much from little", "more behind the end", "plain"])
def test_a_body_of_too_much_is_refused(central: LiveCentral, bomb: int) -> None:
    headers = {"Authorization": f"Bearer {token(central)}"}
    if bomb < 2:
        headers["Content-Encoding"] = "gzip"
    answer = requests.post(central.url + "/v1/push", data=_bombs()[bomb], headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (413, "body-too-large")


def test_half_a_packed_body_is_no_message(central: LiveCentral) -> None:
    body = gzip.compress(b'{"device": "device-1234", "operations": []}')[:-20]
    headers = {"Authorization": f"Bearer {token(central)}", "Content-Encoding": "gzip"}
    answer = requests.post(central.url + "/v1/push", data=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (422, "message-unreadable")


@pytest.mark.parametrize(
    "change",
    [{"user": "re\x00p"}, {"user": "x" * 5_000}, {"password": "x" * 100_000}, {"password": ""}, {"user": ""}],
)
def test_strange_names_and_passwords_are_only_wrong(central: LiveCentral, change: dict[str, str]) -> None:
    told = {"user": "rep", "password": "wrong", "device": "device-1234", **change}
    answer = post(central, "/v1/sign-in", json=told)
    assert (answer.status_code, answer.json()["error"]) == (401, "wrong-password")


@pytest.mark.parametrize("device", ["", "short", "x" * 65, "device\x001234", "device\n1234"])
def test_a_device_needs_an_id_that_is_one(central: LiveCentral, device: str) -> None:
    answer = post(central, "/v1/sign-in", json={"user": "rep", "password": PASSWORD, "device": device})
    assert (answer.status_code, answer.json()["error"]) == (422, "message-unreadable")


def test_a_fault_shows_no_trace(central: LiveCentral, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    key = token(central)
    monkeypatch.setattr("leaddesk.server.admin.devices", fall_over)
    answer = requests.get(central.url + "/v1/devices", headers={"Authorization": f"Bearer {key}"}, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (500, "central-trouble")
    assert "secret" not in answer.text and answer.headers["X-LeadDesk-Protocol"] == str(PROTOCOL)


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
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            named = [one["name"] for one in told.get("parameters", ()) if one["in"] == "path"]
            assert named == re.findall(r"{(\w+)}", path)
            assert bool(told.get("security")) == (ROUTES[method.upper(), path] is not None)
            assert {"200", "401", "403", "409", "413", "422", "426", "429", "500", "503"} <= set(told["responses"])
    devices = document["paths"]["/v1/devices"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert devices == {"type": "array", "items": {"$ref": "#/components/schemas/DeviceRow"}}


def test_every_operation_is_in_the_document(central: LiveCentral) -> None:
    schemas = requests.get(central.url + "/v1/openapi.json", timeout=20).json()["components"]["schemas"]
    kinds = {one["properties"]["kind"]["const"] for one in schemas.values() if "act" in one.get("properties", {})}
    assert kinds == set(ACTS)
