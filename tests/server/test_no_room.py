"""Every write of the central where its disk is full, broken or not to be written: said, nothing is lost, it goes on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, event, inspect

from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, StoreTrouble
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.words import Role, Verdict
from leaddesk.server import admin, backup
from leaddesk.server.access import ROUTES
from leaddesk.store.central.store import CentralStore
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import SignIn
from tests.crash.disk import fill, nothing_written, small_disk
from tests.support import PASSWORD, TUESDAY, LiveCentral, live_central

#: More than fits into what is free of the pages there are.
LONG = "x" * 9_000


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk is full."""
    ballast = fill(folder)
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def broken(folder: Path) -> Iterator[None]:
    """Every write fails."""
    with nothing_written():
        yield


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """No connection may write, old or new."""

    def forbid(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    def allow(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA query_only=OFF")

    event.listen(Engine, "checkout", forbid)
    event.listen(Engine, "checkin", allow)
    try:
        yield
    finally:
        event.remove(Engine, "checkout", forbid)
        event.remove(Engine, "checkin", allow)


#: What may be wrong with a disk, and what is said of it.
TROUBLES: dict[str, Callable[[Path], AbstractContextManager[None]]] = {
    "disk-full": full, "disk-trouble": broken, "store-read-only": read_only,
}  # fmt: skip


@pytest.fixture
def disk(tmp_path: Path, trouble: str) -> Iterator[Path]:
    """Where the database lies: on a disk of its own where that is to be full."""
    if trouble != "disk-full":
        yield tmp_path
        return
    with small_disk(tmp_path) as made:
        yield made


@pytest.fixture
def central(disk: Path) -> Iterator[LiveCentral]:
    with live_central(disk) as running:
        yield running


def _everything(central: LiveCentral) -> dict[str, list[tuple[object, ...]]]:
    with central.store.read() as unit:
        assert unit.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
        names = inspect(unit).get_table_names()
        return {one: sorted(map(tuple, unit.exec_driver_sql(f"SELECT * FROM {one}")), key=repr) for one in names}


#: Every route that writes, in an order in which each finds what it needs, and who asks.
REQUESTS: dict[str, str] = {
    "/v1/push": "rep", "/v1/users": "boss", "/v1/sign-in": "", "/v1/devices/{device}/revoke": "boss",
    "/v1/sign-out": "rep",
}  # fmt: skip

_READS = {"/v1/compare"}


def test_every_route_that_writes_is_among_them() -> None:
    assert REQUESTS.keys() == {path for method, path in ROUTES if method == "POST"} - _READS


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_request(central: LiveCentral, disk: Path, trouble: str) -> None:
    sessions = {
        one: HttpCentral(central.url).sign_in(SignIn(user=one, password=PASSWORD, device=f"device-{one}"))
        for one in ("rep", "boss")
    }

    def operation(number: int, act: op.Act) -> dict[str, Any]:
        return pack_operation(
            op.Operation(
                id=f"operation-{number}", act=act, account="account-1", at=TUESDAY, by=sessions["rep"].user.id,
                device="device-rep", n=number, policy=1,
            )
        )  # fmt: skip

    born = operation(1, op.CreateLead(lead="lead-1", company=op.CompanyPart(name="Oy")))
    sent: dict[str, Any] = {
        "/v1/push": {"device": "device-rep", "operations": [born, operation(2, op.Note(lead="lead-1", text=LONG))]},
        "/v1/users": {"user": "uusi", "password": PASSWORD, "role": "rep"},
        "/v1/sign-in": {"user": "boss", "password": PASSWORD, "device": "device-new"},
    }

    def ask(path: str, by: str) -> requests.Response:
        bearer = {"Authorization": f"Bearer {sessions[by].token}"} if by else {}
        return requests.request(
            "GET" if path == "/v1/pull" else "POST", central.url + path.format(device="device-new"),
            json=sent.get(path, {}), headers=bearer, timeout=20,
        )  # fmt: skip

    for path, by in REQUESTS.items():
        before = _everything(central)
        with TROUBLES[trouble](disk):
            answer = ask(path, by)
            assert (answer.status_code, answer.json()) == (503, {"error": trouble, "values": {}}), path
            # Reading goes on.
            assert ask("/v1/pull", "boss").status_code == 200
        assert _everything(central) == before, path
        answer = ask(path, by)
        assert answer.status_code == 200, answer.text
        if path == "/v1/push":
            assert {one["verdict"] for one in answer.json()["verdicts"]} == {Verdict.APPLIED.value}
        assert _everything(central) != before, path


Task = Callable[[str, Path], object]

#: Every task of the administrator that writes to the database, given a folder with a backup.
TASKS: dict[str, Task] = {
    "add_user": lambda url, kept: admin.add_user(url, "uusi", Role.REP, PASSWORD),
    "set_password": lambda url, kept: admin.set_password(url, "rep", PASSWORD + "2"),
    "disable_user": lambda url, kept: admin.disable_user(url, "rep"),
    "revoke_devices": lambda url, kept: admin.revoke_devices(url, "phone"),
    "init": lambda url, kept: admin.init(url, "Toinen Oy", "toinen", PASSWORD),
    "restore": lambda url, kept: backup.restore(url, kept / "kept.backup", TUESDAY),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_task(central: LiveCentral, disk: Path, trouble: str, tmp_path: Path) -> None:
    HttpCentral(central.url).sign_in(SignIn(user="phone", password=PASSWORD, device="device-phone"))
    kept = tmp_path / "kept"
    kept.mkdir()
    backup.backup(central.database, kept / "kept.backup")
    for name, task in TASKS.items():
        before = _everything(central)
        with TROUBLES[trouble](disk), pytest.raises((StoreTrouble, BadInput)) as caught:
            task(central.database, kept)
        # What was there could not even be kept beside the backup to restore.
        unkept = (name, trouble) == ("restore", "disk-trouble")
        assert caught.value.key == ("file-not-usable" if unkept else trouble), name
        assert _everything(central) == before, name
        for left in kept.glob("before-restore-*"):
            left.unlink()
        assert [one.name for one in kept.iterdir()] == ["kept.backup"]
        task(central.database, kept)
        assert _everything(central) != before, name


@pytest.mark.parametrize("trouble", ["disk-full", "disk-trouble"])
def test_a_backup_that_finds_no_room_leaves_nothing(central: LiveCentral, disk: Path, trouble: str) -> None:
    with TROUBLES[trouble](disk), pytest.raises(BadInput) as caught:
        backup.backup(central.database, disk / "kept.backup")
    assert caught.value.key == "file-not-usable"
    assert not list(disk.glob("kept*"))
    assert backup.backup(central.database, disk / "kept.backup") > 0


@pytest.mark.parametrize("trouble", ["disk-full", "disk-trouble"])
def test_a_database_that_finds_no_room_is_made_another_time(disk: Path, trouble: str) -> None:
    url = f"sqlite:///{disk / 'new.db'}"
    with TROUBLES[trouble](disk), pytest.raises(StoreTrouble) as caught:
        CentralStore.open(url)
    assert caught.value.key == trouble
    admin.init(url, "Testi Oy", "boss", PASSWORD)
    with closing(CentralStore.open(url)) as store, store.read() as unit:
        assert unit.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
