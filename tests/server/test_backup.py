"""Backups of the central: checked before they count, restored without losing what desks have done since."""

import gzip
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.words import CallOutcome, ObjectionScope
from leaddesk.server import admin
from leaddesk.server import backup as backups
from leaddesk.server.backup import Restored, backup, restore
from leaddesk.store.central import copy
from tests.server.hands import Device
from tests.support import PASSWORD, LiveCentral, open_desk
from tests.sync.acts import typed
from tests.sync.near import view


def _restored(central: LiveCentral, path: Path) -> Restored:
    """While the central serves on."""
    return restore(central.database, path, central.clock.now())


def test_what_was_acknowledged_after_the_backup_comes_back_and_counts_once(
    tmp_path: Path, central: LiveCentral
) -> None:
    clock = central.clock
    with (
        open_desk(tmp_path / "one", clock, central) as one,
        open_desk(tmp_path / "two", clock, central, "rep2") as two,
    ):
        lead = typed(one)
        one.do(op.Note(lead=lead, text="ennen"))
        one.sync()
        two.sync()
        path = tmp_path / "central.leaddesk-backup"
        held = backup(central.database, path)
        assert held == sum(1 for _ in gzip.open(path)) - 2
        two.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="jälkeen"))
        two.do(op.Objection(lead=lead, scope=ObjectionScope.COMPANY))
        later = typed(two, "Myöhempi Oy")
        two.sync()
        one.sync()
        before = view(one)
        told = {row["id"]: row["verdict"] for row in central.operations()}
        done = _restored(central, path)
        assert done.rows == held and done.kept is not None and done.kept.exists() and not done.lacking
        assert len(central.operations()) < len(told)
        for desk in (one, two, one, two):
            desk.sync()
        assert {row["id"]: row["verdict"] for row in central.operations()} == told
        for desk in (one, two):
            assert desk.rows([later]) and desk.card(lead).objection
            assert len(desk.store.state(desk.store.account_of(lead)).leads[lead].attempts) == 1
        assert view(one)["leads"] == view(two)["leads"] and len(view(one)["history"]) == len(before["history"])


def test_a_backup_goes_into_an_empty_database_and_everybody_signs_in_again(
    tmp_path: Path, central: LiveCentral
) -> None:
    clock = central.clock
    with open_desk(tmp_path / "one", clock, central) as one:
        lead = typed(one)
        one.sync()
        path = tmp_path / "all.leaddesk-backup"
        held = backup(central.database, path)
        fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
        assert restore(fresh, path, clock.now()) == Restored(held, None, False)
        rows = list(admin.export(fresh))
        assert lead in {row["id"] for row in rows if row["kind"] == "lead"}
        assert all(row["revoked"] for row in rows if row["kind"] == "device")
        assert {row["login"] for row in rows if row["kind"] == "user"} >= {"boss", "rep", "manager"}


def test_who_may_come_in_is_not_turned_back(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    with open_desk(tmp_path / "one", clock, central) as one:
        typed(one)
        one.sync()
        path = tmp_path / "old.leaddesk-backup"
        backup(central.database, path)
        admin.disable_user(central.database, "rep")
        late = admin.add_user(central.database, "late", central.users["rep"].role, PASSWORD)
        _restored(central, path)
        with pytest.raises(Denied):
            one.sync()
        with pytest.raises(Denied):
            one.sign_in(central.url, "rep", PASSWORD)
    with open_desk(tmp_path / "two", clock, central, "late") as two:
        two.sync()
        users = two.store.users()
        assert late.id in users and not users[central.users["rep"].id].active


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7, 0.999])
def test_half_a_backup_is_refused_and_changes_nothing(tmp_path: Path, central: LiveCentral, share: float) -> None:
    path = tmp_path / "whole.leaddesk-backup"
    backup(central.database, path)
    data = path.read_bytes()
    half = tmp_path / "half.leaddesk-backup"
    half.write_bytes(data[: int(len(data) * share)])
    before = list(admin.export(central.database))
    with pytest.raises(BadInput, match="backup-damaged"):
        _restored(central, half)
    assert list(admin.export(central.database)) == before


def test_a_row_left_out_or_changed_is_found(tmp_path: Path, central: LiveCentral) -> None:
    path = tmp_path / "whole.leaddesk-backup"
    backup(central.database, path)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    other = lines[0].replace(b'"revision":"', b'"revision":"9')
    for made, key in (
        ([*lines[:3], *lines[4:]], "backup-damaged"),
        ([*lines[:3], lines[3].replace(b"e", b"i", 1), *lines[4:]], "backup-damaged"),
        (lines[:-1], "backup-damaged"),
        ([*lines, lines[3]], "backup-damaged"),
        ([other, *lines[1:]], "backup-of-another-version"),
        ([b"hello\n"], "backup-damaged"),
    ):
        bad = tmp_path / "bad.leaddesk-backup"
        bad.write_bytes(gzip.compress(b"".join(made)))
        with pytest.raises(BadInput, match=key):
            _restored(central, bad)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, central: LiveCentral) -> None:
    path = tmp_path / "whole.leaddesk-backup"
    backup(central.database, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(Refusal, match="file-exists"):
        backup(central.database, path)
    assert path.read_bytes() == before and [one.name for one in tmp_path.glob("*.part")] == []
    with pytest.raises(BadInput, match="file-not-usable"):
        backup(central.database, tmp_path / "no" / "such" / "folder")
    with pytest.raises(BadInput, match="file-not-usable"):
        _restored(central, tmp_path / "nothing")


# --- what is declared durable ---------------------------------------------------------------------------------------


def _declared(rep: Device) -> list[int]:
    """What the feed tells of it from here on."""
    return [row.body["seq"] for row in rep.pull() if row.what == "durable" and row.body is not None]


def test_the_place_of_the_backup_before_is_declared_and_only_goes_up(
    tmp_path: Path, central: LiveCentral, rep: Device
) -> None:
    places, told = [], []
    for number in range(3):
        rep.lead()
        with central.store.read() as unit:
            places.append(unit.execute(text("SELECT seq FROM counter")).scalar_one())
        backup(central.database, tmp_path / str(number))
        told.append(_declared(rep))
    assert told == [[], [places[0]], [places[1]]]
    assert _declared(Device(central, "manager")) == [places[1]], "who comes later is told too"


def test_what_could_not_be_read_again_declares_nothing(
    tmp_path: Path, central: LiveCentral, rep: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(central.database, tmp_path / "1")
    rep.lead()
    lines = copy.lines
    with monkeypatch.context() as patched:
        patched.setattr(copy, "lines", lambda connection: [one for n, one in enumerate(lines(connection)) if n != 3])
        with pytest.raises(BadInput, match="backup-damaged"):
            backup(central.database, tmp_path / "2")
    with pytest.raises(Refusal, match="file-exists"):
        backup(central.database, tmp_path / "1")
    assert _declared(rep) == [] and not (tmp_path / "2").exists()
    backup(central.database, tmp_path / "2")
    assert len(_declared(rep)) == 1


def test_a_backup_of_other_books_declares_nothing_in_those_restored_meanwhile(
    tmp_path: Path, central: LiveCentral, rep: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(central.database, tmp_path / "1")
    before = central.copy()
    rep.lead()

    def written(*given: Any) -> Any:
        made = write(*given)
        # While it was read again, the database was put back and went on otherwise.
        central.restore(before)
        rep.lead()
        rep.lead()
        return made

    write = backups._write
    monkeypatch.setattr(backups, "_write", written)
    backup(central.database, tmp_path / "2")
    rep.cursor = ""
    assert _declared(rep) == []


def test_a_restore_of_one_older_than_two_says_so(tmp_path: Path, central: LiveCentral, rep: Device) -> None:
    for number in range(3):
        rep.lead()
        backup(central.database, tmp_path / str(number))
    rep.lead()
    lacking = {}
    for number in (2, 1, 0):
        lacking[number] = restore(central.database, tmp_path / str(number), central.clock.now()).lacking
        central.clock.step(seconds=1)
    assert lacking == {2: False, 1: False, 0: True}
    for number in range(3, 6):
        rep.lead()
        backup(central.database, tmp_path / str(number))
    assert restore(central.database, tmp_path / "2", central.clock.now()).lacking, "of a history that was left"
