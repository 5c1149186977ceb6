"""The keyed file: never readable without its key, never replaced, never touched by who cannot open it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.operation import LogCall, Note
from leaddesk.domain.record import Session, User
from leaddesk.domain.state import Account, Lead, Person
from leaddesk.domain.words import CallOutcome, Role
from leaddesk.store import sqlite
from leaddesk.store.local.store import LocalStore
from leaddesk.store.local.tables import HEAD, STANDING
from leaddesk.store.sqlite import connect
from tests.store.hands import KEY, NOW, Hands, bytes_of

ROOT = Path(__file__).resolve().parents[2]


def _trouble(path: Path, key: str = KEY) -> StoreTrouble:
    with pytest.raises(StoreTrouble) as caught:
        store = LocalStore.open(path, key)
        store.check()
    return caught.value


def test_what_is_written_is_there_when_the_store_is_opened_again(path: Path, store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    before = store.rows([made.lead])
    store.close()
    again = LocalStore.open(path, KEY)
    assert again.rows([made.lead]) == before
    again.close()


def test_nothing_of_a_person_is_readable_in_any_file_of_the_profile(
    path: Path, store: LocalStore, hands: Hands
) -> None:
    marks = [
        "Zyxmarkkinen", "Qvartzkompani", "qwzmail@example.invalid", "+358409998877", "ZyxNoteText",
        "ZyxDraft", "ZyxToken",
    ]  # fmt: skip

    def scan() -> None:
        files = bytes_of(path.parent)
        assert any(files.values())
        for name, held in files.items():
            assert not held.startswith(b"SQLite format 3"), name
            for mark in marks:
                assert mark.lower().encode() not in held.lower(), (mark, name)
                assert mark.encode("utf-16-le") not in held, (mark, name)

    made = hands.lead(marks[1], marks[0], email=marks[2], phone=marks[3])
    store.save_draft(made.lead, marks[5], NOW)
    store.set_meta("token", marks[6])
    for number in range(40):
        hands.do(Note(lead=made.lead, text=f"{marks[4]} {number}"))
        scan()
    assert (path.parent / (path.name + "-wal")).stat().st_size
    assert store.search(marks[4].lower(), 5)
    store.close()
    scan()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_wrong_key_is_said_and_changes_nothing(path: Path, store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    store.close()
    before = bytes_of(path.parent)
    assert _trouble(path, "77" * 32).key == "store-wrong-key"
    assert bytes_of(path.parent) == before
    again = LocalStore.open(path, KEY)
    assert again.rows([made.lead])
    again.close()


@pytest.mark.parametrize("key", ["", "abc", "5b" * 31, "5B" * 32, "x" * 64, "5b" * 32 + "' --"])
def test_a_key_of_another_form_is_never_taken_for_a_passphrase(path: Path, key: str) -> None:
    with pytest.raises(StoreTrouble) as caught:
        LocalStore.open(path, key)
    assert caught.value.key == "key-file-damaged"
    assert not path.exists()


def test_a_plain_file_is_not_opened_as_a_keyed_one(path: Path) -> None:
    plain = driver.connect(str(path))
    plain.execute("CREATE TABLE mine (text)")
    plain.execute("INSERT INTO mine VALUES ('keep me')")
    plain.commit()
    plain.close()
    before = bytes_of(path.parent)
    assert _trouble(path).key == "store-not-encrypted"
    assert bytes_of(path.parent) == before


@pytest.mark.parametrize("size", [70, 512, 5_000, 100_000])
def test_garbage_is_left_as_it_is(path: Path, size: int) -> None:
    path.write_bytes(bytes(range(1, 251)) * (size // 250 + 1))
    before = bytes_of(path.parent)
    assert _trouble(path).key == "store-wrong-key"
    assert bytes_of(path.parent) == before


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_a_log_whose_file_is_gone_is_not_thrown_away(path: Path, store: LocalStore, hands: Hands, left: str) -> None:
    """SQLite would begin a new file, and what was only in the log would be lost."""
    log = path.with_name(path.name + "-wal")
    hands.lead()
    held = log.read_bytes()
    assert held
    store.close()
    path.unlink()
    if left == "an empty file":
        path.touch()
    log.write_bytes(held)
    before = bytes_of(path.parent)
    assert _trouble(path).key == "store-damaged"
    assert bytes_of(path.parent) == before


@pytest.mark.parametrize("log", [True, False])
def test_a_file_cut_to_nothing_is_not_taken_for_a_new_one(
    path: Path, store: LocalStore, hands: Hands, log: bool
) -> None:
    hands.lead()
    store.close()
    path.write_bytes(b"")
    if log:
        path.with_name(path.name + "-wal").write_bytes(b"")
    assert _trouble(path).key == "store-damaged"
    assert path.read_bytes() == b""


def test_a_store_is_made_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("leaddesk.store.local.file.KeyedFile.bring_up_to_date", killed)
        with pytest.raises(KeyboardInterrupt):
            LocalStore.open(path, KEY)
    assert not [one for one in path.parent.iterdir() if one.name.startswith(path.name)]
    LocalStore.open(path, KEY).close()
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(path.name)] == [path.name]


def test_nothing_is_put_into_a_temporary_file(store: LocalStore) -> None:
    with store._file.read() as connection:
        assert connection.execute("PRAGMA temp_store").fetchone() == (2,)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_said_and_left(path: Path, store: LocalStore, hands: Hands, share: float) -> None:
    for _ in range(20):
        hands.lead()
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    before = path.read_bytes()
    assert _trouble(path).key in ("store-damaged", "store-wrong-key")
    assert path.read_bytes() == before


def test_one_wrong_bit_is_found(path: Path, store: LocalStore, hands: Hands) -> None:
    for _ in range(20):
        hands.lead()
    store.check()
    store.close()
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    assert _trouble(path).key == "store-damaged"
    assert path.read_bytes() == bytes(held)


def test_a_file_of_a_newer_leaddesk_is_left_alone(path: Path, store: LocalStore, hands: Hands) -> None:
    hands.lead()
    with store._file.write() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    before = bytes_of(path.parent)
    caught = _trouble(path)
    assert (caught.key, caught.values["revision"]) == ("store-newer", "9999")
    assert bytes_of(path.parent) == before


def test_a_keyed_file_of_another_program_is_left_alone(path: Path) -> None:
    raw = connect(path, KEY)
    raw.execute("CREATE TABLE theirs (text)")
    raw.close()
    before = bytes_of(path.parent)
    assert _trouble(path).key == "store-foreign"
    assert bytes_of(path.parent) == before


def test_the_migrations_make_the_columns_that_are_read_and_written(store: LocalStore) -> None:
    def columns(table: str) -> list[str]:
        with store._file.read() as connection:
            return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]

    assert columns("accounts") == [one.name for one in fields(Account)]
    assert columns("persons") == [one.name for one in fields(Person)]
    assert columns("leads") == ["no", *(one.name for one in fields(Lead)), *STANDING]
    with store._file.read() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)


# --- an upgrade -----------------------------------------------------------------------------------------------------


def test_an_upgrade_keeps_a_copy_and_carries_everything_across(
    path: Path, store: LocalStore, hands: Hands, next_version: Callable[[str], None]
) -> None:
    made = hands.lead("Sähköpaja Ö Oy", "Åke Sjöblom")
    hands.do(LogCall(lead=made.lead, outcome=CallOutcome.REACHED, note="soita perjantaina"))
    rows, waiting = store.rows([made.lead]), store.outbox()
    store.close()
    next_version("")

    upgraded = LocalStore.open(path, KEY)
    assert upgraded.rows([made.lead]) == rows
    assert upgraded.outbox() == waiting
    assert upgraded.search("perjantaina", 5) == [made.lead]
    upgraded.close()

    copies = [one for one in path.parent.iterdir() if "before-upgrade" in one.name]
    assert len(copies) == 1
    copy = connect(copies[0], KEY)
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    assert [row[0] for row in copy.execute("SELECT id FROM leads")] == [made.lead]
    copy.close()
    assert b"perjantaina" not in copies[0].read_bytes()


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    path: Path, store: LocalStore, hands: Hands, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hands.lead()
    store.close()
    next_version('op.execute("UPDATE no_such_table SET x = 1")')
    with pytest.raises(Exception, match="no_such_table"):
        LocalStore.open(path, KEY)
    monkeypatch.undo()
    old = LocalStore.open(path, KEY)
    assert old.rows([made.lead])
    with old._file.read() as connection:
        assert "mood" not in [row[1] for row in connection.execute("PRAGMA table_info(drafts)")]
    old.close()


def test_without_room_for_the_copy_there_is_no_upgrade(
    path: Path, store: LocalStore, hands: Hands, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.lead()
    store.close()
    next_version("")
    before = bytes_of(path.parent)

    def full(connection: object, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sqlite, "copy", full)
    assert _trouble(path).key == "disk-full"
    assert bytes_of(path.parent) == before


# --- a folder that cannot be written --------------------------------------------------------------------------------

_NOBODY = """
import os, sys
from pathlib import Path
from leaddesk.domain.errors import StoreTrouble
from leaddesk.store.local.store import LocalStore
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    LocalStore.open(Path(sys.argv[1]), sys.argv[2]).set_meta("a", "b")
    print("written")
except StoreTrouble as trouble:
    print(trouble.key)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
@pytest.mark.parametrize("made", [True, False])
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, path: Path, made: bool) -> None:
    if made:
        LocalStore.open(path, KEY).close()
        path.chmod(0o444)
    path.parent.chmod(0o555)
    for above in (*tmp_path.parents, tmp_path):
        if above.stat().st_uid == os.getuid() and above != Path("/") and "pytest" in above.name:
            above.chmod(0o755)
    tmp_path.chmod(0o755)
    before = bytes_of(path.parent)
    done = subprocess.run(
        [sys.executable, "-c", _NOBODY, str(path), KEY], cwd=ROOT, capture_output=True, text=True, check=False
    )
    path.parent.chmod(0o755)
    assert done.stdout.strip() == "store-read-only", done.stderr
    assert bytes_of(path.parent) == before


def test_the_token_and_the_session_are_kept_apart(store: LocalStore) -> None:
    user = User(id="u", login="aino", name="Aino", role=Role.REP)
    assert store.me() is None
    store.set_me(Session(token="", device="d-9", user=user, tenant="t"))
    me = store.me()
    assert me is not None and (me.user, me.device, store.device()) == (user, "d-9", "d-9")
    assert not re.search("token", str(store.settings()))
