"""Serving: the address is told before anything listens, and what cannot be used is told in words."""

import socket
from pathlib import Path

import pytest
import requests

from leaddesk.domain.errors import BadInput, StoreTrouble
from leaddesk.server.run import serve
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Push, SignIn
from tests.support import PASSWORD, LiveCentral


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(BadInput, match="port-in-use"):
            serve(f"sqlite:///{tmp_path / 'central.db'}", "127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1), ("203.0.113.7", 0)]
)
def test_an_address_that_cannot_be_used_is_told(tmp_path: Path, host: str, port: int) -> None:
    with pytest.raises(BadInput, match="address-not-usable"):
        serve(f"sqlite:///{tmp_path / 'central.db'}", host, port)


def test_a_database_that_cannot_be_used_now_is_a_503_and_the_same_may_be_sent_again(
    central: LiveCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = HttpCentral(central.url).sign_in(SignIn(user="rep", password=PASSWORD, device="device-1234"))

    def full(work: object) -> None:
        raise StoreTrouble("disk-full", path="/secret/place")

    with monkeypatch.context() as patched:
        patched.setattr(central.store, "write", full)
        answer = requests.post(
            central.url + "/v1/push",
            json={"device": "device-1234", "operations": []},
            headers={"Authorization": f"Bearer {session.token}"},
            timeout=20,
        )
        assert (answer.status_code, answer.json()) == (503, {"error": "disk-full", "values": {}})
    assert HttpCentral(central.url, session.token).push(Push(device="device-1234", operations=())).verdicts == ()
