"""Every write of the store where the disk is full or may not be written: said, nothing is lost, and it goes on."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.operation import Note
from leaddesk.domain.record import FeedRow, Session, User, VerdictRow
from leaddesk.domain.words import Role, Verdict
from leaddesk.store.local.store import LocalStore
from tests.crash import disk as disks
from tests.store.hands import KEY, NOW, Hands, bytes_of, only_connection

#: More than fits into what is free of the pages there are.
LONG = "x" * 200_000

_USER = User(id="u", login="u" * 100_000, name="u" * 100_000, role=Role.REP)

Write = Callable[[LocalStore, Hands, str, str], object]

#: Everything that writes, given a lead and an operation that waits.
WRITES: dict[str, Write] = {
    "perform": lambda store, hands, lead, operation: hands.do(Note(lead=lead, text=LONG[:9_000])),
    "refresh": lambda store, hands, lead, operation: store.refresh(NOW.replace(year=2030)),
    "record_verdicts": lambda store, hands, lead, operation: store.record_verdicts(
        [VerdictRow(id=operation, verdict=Verdict.REFUSED, reason="x", values={"why": LONG})], NOW
    ),
    "record_pull": lambda store, hands, lead, operation: store.record_pull(
        [FeedRow(what="user", id="u", seq=1, body={"id": LONG})], "c", True, NOW
    ),
    "begin_afresh": lambda store, hands, lead, operation: store.begin_afresh(),
    "dismiss": lambda store, hands, lead, operation: store.dismiss(operation),
    "take_device": lambda store, hands, lead, operation: store.take_device(operation),
    "set_me": lambda store, hands, lead, operation: store.set_me(Session(token="", device="d", user=_USER, tenant="t")),
    "set_meta": lambda store, hands, lead, operation: store.set_meta("a", LONG),
    "set_metas": lambda store, hands, lead, operation: store.set_metas(a=LONG, b=LONG),
    "mend": lambda store, hands, lead, operation: store.mend(
        ["acc"],
        [FeedRow(what="account", id="acc", seq=1, body={"id": "acc", "name": LONG, "created_at": NOW.isoformat()})],
        NOW,
    ),
    "mark_told": lambda store, hands, lead, operation: store.mark_told(["told"]),
    "set_setting": lambda store, hands, lead, operation: store.set_setting("a", LONG),
    "save_draft": lambda store, hands, lead, operation: store.save_draft(lead, LONG, NOW),
    "clear_draft": lambda store, hands, lead, operation: store.clear_draft(lead),
    "save_mapping": lambda store, hands, lead, operation: store.save_mapping("a", [LONG]),
}

#: Those that take more room.
GROWING = [
    name
    for name in WRITES
    if name not in ("refresh", "begin_afresh", "dismiss", "mark_told", "clear_draft", "take_device")
]


def _everything(store: LocalStore) -> dict[str, list[tuple[object, ...]]]:
    with store._file.read() as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
            )
        ]
        return {one: connection.execute(f"SELECT * FROM {one}").fetchall() for one in tables}


@pytest.fixture
def kept(store: LocalStore, hands: Hands) -> tuple[str, str]:
    """A lead, and an operation of it that waits, in a store with a draft."""
    made = hands.lead()
    operation = hands.do(Note(lead=made.lead, text="odottaa")).operation.id
    store.save_draft(made.lead, "kesken", NOW)
    with store._file.write() as unit:
        unit.execute("INSERT INTO escalations (id, lead, deliver_at, body, told) VALUES ('told', '', 0, '{}', 0)")
    return made.lead, operation


@pytest.mark.parametrize("write", GROWING)
def test_a_full_file(store: LocalStore, hands: Hands, kept: tuple[str, str], write: str) -> None:
    before = _everything(store)
    connection = only_connection(store)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreTrouble) as caught:
        WRITES[write](store, hands, *kept)
    assert caught.value.key == "disk-full"
    assert _everything(store) == before
    store.check()
    connection.execute("PRAGMA max_page_count=4294967294")
    WRITES[write](store, hands, *kept)
    assert _everything(store) != before


@pytest.mark.parametrize("write", WRITES)
def test_a_file_that_may_not_be_written(store: LocalStore, hands: Hands, kept: tuple[str, str], write: str) -> None:
    if write == "refresh":
        with store._file.write() as unit:
            unit.execute("UPDATE leads SET until = 1")
    if write == "take_device":
        store.set_me(Session(token="", device="device-1", user=_USER, tenant="t"))
    if write == "dismiss":
        store.record_verdicts([VerdictRow(id=kept[1], verdict=Verdict.QUARANTINED, reason="x")], NOW)
    before = _everything(store)
    connection = only_connection(store)
    connection.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreTrouble) as caught:
        WRITES[write](store, hands, *kept)
    assert caught.value.key == "store-read-only"
    assert _everything(store) == before
    connection.execute("PRAGMA query_only=OFF")
    WRITES[write](store, hands, *kept)
    assert _everything(store) != before


def test_every_method_that_writes_is_among_them() -> None:
    """A method is one that writes where it opens a unit that writes, as read from the program."""
    import inspect

    writing = {
        name
        for name, method in vars(LocalStore).items()
        if inspect.isfunction(method) and "self._file.write(" in inspect.getsource(method)
    }
    assert writing - {"_ask_anew"} == set(WRITES) - {"refresh"}


# --- a disk of its own ----------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    with disks.small_disk(tmp_path) as disk:
        yield disk


def test_a_full_disk_loses_nothing_that_was_said_to_be_saved(small_disk: Path) -> None:
    path = small_disk / "leaddesk.db"
    store = LocalStore.open(path, KEY)
    hands = Hands(store)
    lead = hands.lead().lead
    saved: list[str] = []
    with pytest.raises(StoreTrouble) as caught:
        for _ in range(2_000):
            saved.append(hands.do(Note(lead=lead, text="x" * 2_000)).operation.id)
    assert caught.value.key == "disk-full"
    # Reading goes on.
    assert store.rows([lead])
    store.close()
    # So does a start on the disk that is still full, as far as it can.
    try:
        again = LocalStore.open(path, KEY)
        assert again.rows([lead])
        again.close()
    except StoreTrouble as trouble:
        assert trouble.key == "disk-full"
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    again = LocalStore.open(path, KEY)
    again.check()
    with again._file.read() as connection:
        notes = [row[0] for row in connection.execute("SELECT id FROM outbox WHERE kind = 'note' ORDER BY n")]
    assert notes == saved
    assert Hands(again).do(Note(lead=lead, text="tilaa on")).verdict is Verdict.APPLIED
    again.close()


def test_a_disk_too_small_for_a_store_is_left_as_it_was(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 40_960))
    with pytest.raises(StoreTrouble) as caught:
        LocalStore.open(small_disk / "leaddesk.db", KEY)
    assert caught.value.key == "disk-full"
    (small_disk / "ballast").unlink()
    LocalStore.open(small_disk / "leaddesk.db", KEY).close()


def test_without_room_for_the_copy_an_upgrade_waits(small_disk: Path, next_version: Callable[[str], None]) -> None:
    path = small_disk / "leaddesk.db"
    store = LocalStore.open(path, KEY)
    made = Hands(store).lead()
    store.close()
    next_version("")
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(b"x" * (free - 100_000))
    before = bytes_of(small_disk)
    with pytest.raises(StoreTrouble) as caught:
        LocalStore.open(path, KEY)
    assert caught.value.key == "disk-full"
    assert bytes_of(small_disk)["leaddesk.db"] == before["leaddesk.db"]
    assert not [one for one in small_disk.iterdir() if "before-upgrade" in one.name]
    (small_disk / "ballast").unlink()
    upgraded = LocalStore.open(path, KEY)
    assert upgraded.rows([made.lead])
    upgraded.close()
