"""Whatever is asked twice, since the first answer was lost, is done once."""

from typing import Any

import pytest
import requests
from sqlalchemy import inspect, text

from leaddesk.domain import operation as op
from leaddesk.domain.plain import pack_operation
from leaddesk.server.access import ROUTES
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import SignIn
from tests.server.hands import IDS
from tests.support import PASSWORD, TUESDAY, LiveCentral

#: Every request that is no question: who asks, what, and how the answer to the repeat is told apart from the first.
REQUESTS: dict[str, tuple[str, dict[str, Any], tuple[int, str]]] = {
    # The same verdicts again.
    "/v1/push": ("rep", {"device": "device-rep"}, (200, "same")),
    # Another token for the same device; the first, which nobody got to know, opens nothing.
    "/v1/sign-in": ("", {"user": "rep", "password": PASSWORD, "device": "device-new1"}, (200, "token")),
    # What was to be so is so.
    "/v1/sign-out": ("rep", {}, (401, "device-revoked")),
    "/v1/devices/device-rep/revoke": ("boss", {}, (200, "none left")),
    "/v1/users": ("boss", {"user": "uusi", "password": PASSWORD, "role": "rep"}, (409, "user-exists")),
}

_QUESTIONS = {"/v1/compare"}


def test_every_request_is_among_them() -> None:
    asked = {path for method, path in ROUTES if method == "POST"} - _QUESTIONS
    assert asked == {path.replace("device-rep", "{device}") for path in REQUESTS}


def _kept(central: LiveCentral) -> dict[str, Any]:
    """Everything but what a token is."""
    with central.store.read() as unit:
        held = {}
        for table in inspect(unit).get_table_names():
            names = [one["name"] for one in inspect(unit).get_columns(table) if one["name"] != "token"]
            told = ", ".join(f'"{one}"' for one in names)
            held[table] = sorted(map(repr, unit.execute(text(f"SELECT {told} FROM {table}")).all()))
        return held


@pytest.mark.parametrize("path", REQUESTS)
def test_a_request_whose_answer_was_lost_is_done_once(central: LiveCentral, path: str) -> None:
    sessions = {
        one: HttpCentral(central.url).sign_in(SignIn(user=one, password=PASSWORD, device=f"device-{one}"))
        for one in ("rep", "boss")
    }
    login, sent, (status, how) = REQUESTS[path]
    if path == "/v1/push":
        act = op.CreateLead(lead=IDS.new(), company=op.CompanyPart(name="Testi Oy"))
        one = op.Operation(
            id=IDS.new(), act=act, account=IDS.new(), at=TUESDAY, by=sessions["rep"].user.id, device="device-rep", n=1
        )
        strange = {**pack_operation(one), "id": IDS.new(), "kind": "telepathy", "n": 2}
        sent = {**sent, "operations": [pack_operation(one), strange]}
    head = {"Authorization": f"Bearer {sessions[login].token}"} if login else {}
    before = _kept(central)
    answers = []
    for _ in range(2):
        told = requests.post(central.url + path, json=sent, headers=head, timeout=20)
        answers.append((told.status_code, told.json()))
        after = _kept(central)
        if len(answers) == 1:
            first = after
    assert before != first == after
    (begun, one_), (again, two) = answers
    assert (begun, again) == (200, status)
    if how == "same":
        assert one_["verdicts"] == two["verdicts"] and [one["verdict"] for one in two["verdicts"]] == [
            "applied", "quarantined",
        ]  # fmt: skip
    elif how == "token":
        assert one_.pop("token") != two.pop("token") and one_ == two
    elif how == "none left":
        assert (one_, two) == ({"done": 1}, {"done": 0})
    else:
        assert two["error"] == how
