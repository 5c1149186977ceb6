"""What desks keep of what was acknowledged, and for how long: until two checked backups of the central hold it."""

from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.server.backup import backup, restore
from leaddesk.store.local import kept
from tests.support import LiveCentral
from tests.sync.acts import typed
from tests.sync.near import view


@pytest.fixture(autouse=True)
def _little_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """For undo the latest act alone is kept here."""
    monkeypatch.setattr(kept, "UNDOABLE", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups lie."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def _backup(central: LiveCentral, folder: Path) -> Path:
    path = folder / f"{len(list(folder.iterdir()))}.leaddesk-backup"
    backup(central.database, path)
    return path


def _note(desk: Desk, lead: str, text: str) -> str:
    return desk.do(op.Note(lead=lead, text=text))[0].op


def _rows(desk: Desk) -> dict[str, str]:
    """States of what stands in the outbox, by id."""
    with desk.store._file.read() as connection:
        return dict(connection.execute("SELECT id, state FROM outbox ORDER BY n").fetchall())


def _bodies(central: LiveCentral) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in central.operations()}


def test_what_two_checked_backups_hold_is_forgotten_and_nothing_else(
    central: LiveCentral, desk: Desk, folder: Path
) -> None:
    lead = typed(desk)
    first = _note(desk, lead, "1")
    bad = desk.do(op.Accept(lead=lead))[0].op
    with desk.store._file.write() as connection:
        connection.execute("UPDATE outbox SET body = replace(body, '\"accept\"', '\"telepathy\"') WHERE id = ?", (bad,))
    behind = _note(desk, lead, "behind")
    desk.sync()
    before = _rows(desk)
    assert before[first] == "done" and before[bad] == "attention" and before[behind] == "waiting"
    _backup(central, folder)
    desk.sync()
    assert _rows(desk) == before, "one backup is not enough"
    desk.attention.dismiss(bad)
    desk.sync()
    late = _note(desk, lead, "2")
    desk.sync()
    _backup(central, folder)
    offline = _note(desk, lead, "offline")
    held = view(desk)
    desk.sync()
    assert _rows(desk) == {bad: "dismissed", behind: "done", late: "done", offline: "done"}
    assert len(view(desk)["history"]) == len(held["history"]), "what was done stays in the past of its lead"


def test_what_is_declared_durable_is_not_sent_again_and_the_rest_is(
    central: LiveCentral, desk: Desk, other: Desk, folder: Path
) -> None:
    lead = typed(desk)
    for text in "abc":
        _note(desk, lead, text)
    desk.sync()
    first = _backup(central, folder)
    late = [_note(desk, lead, text) for text in "de"]
    desk.sync()
    second = _backup(central, folder)
    latest = _note(desk, lead, "f")
    desk.sync()
    assert list(_rows(desk)) == [*late, latest]
    told = _bodies(central)
    for file, sent in ((second, 3), (first, 3), (second, 3)):
        done = restore(central.database, file, central.clock.now())
        central.clock.step(seconds=1)
        assert not done.lacking
        result, _ = desk.sync()
        assert result.pushed == sent and _bodies(central) == told
        other.sync()
        assert view(other)["leads"] == view(desk)["leads"] and len(view(other)["history"]) == len(told)


def test_a_restore_to_before_what_desks_have_forgotten_is_told(central: LiveCentral, desk: Desk, folder: Path) -> None:
    lead = typed(desk)
    desk.sync()
    files = []
    for text in "abc":
        _note(desk, lead, text)
        desk.sync()
        files.append(_backup(central, folder))
        desk.sync()
    told = _bodies(central)
    done = restore(central.database, files[0], central.clock.now())
    assert done.lacking and done.kept is not None
    desk.sync()
    assert len(_bodies(central)) < len(told), "two later backups held it, so the desk has forgotten it"
    # The way back that the command tells of.
    central.clock.step(seconds=1)
    restore(central.database, done.kept, central.clock.now())
    desk.sync()
    assert _bodies(central) == told


def test_a_restore_nobody_declared_gets_what_was_not_durable(central: LiveCentral, desk: Desk, folder: Path) -> None:
    lead = typed(desk)
    _note(desk, lead, "1")
    desk.sync()
    _backup(central, folder)
    copy = central.copy()
    _note(desk, lead, "2")
    _note(desk, lead, "3")
    desk.sync()
    _backup(central, folder)
    desk.sync()
    told = _bodies(central)
    assert len(_rows(desk)) == 2
    central.restore(copy)
    desk.sync()
    assert _bodies(central) == told and set(_rows(desk).values()) == {"done"}
    # What those other books had declared is not asked of these.
    assert desk.store.meta("durable") == ""


def test_it_is_forgotten_a_part_at_a_time_and_then_a_sync_is_idle(
    central: LiveCentral, desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FORGOTTEN_AT_ONCE", 2)
    lead = typed(desk)
    for text in "abcd":
        _note(desk, lead, text)
    desk.sync()
    _backup(central, folder)
    _backup(central, folder)
    left = []
    for _ in range(4):
        desk.sync()
        left.append(len(_rows(desk)))
    assert left == [3, 1, 1, 1] and desk.store.meta("durable") == ""


def test_the_numbers_of_a_device_go_on_and_its_latest_act_is_undone(
    central: LiveCentral, desk: Desk, folder: Path
) -> None:
    lead = typed(desk)
    last = _note(desk, lead, "viimeinen")
    desk.sync()
    for _ in range(3):
        _backup(central, folder)
        desk.sync()
    assert list(_rows(desk)) == [last]
    latest = desk.latest()
    assert latest is not None and latest[0].id == last and latest[0].n == 2
    desk.undo()
    desk.sync()
    numbers = sorted(row["counter"] for row in central.operations())
    assert numbers == [1, 2, 3]


def test_an_import_leaves_its_rows_and_keeps_its_name(central: LiveCentral, desk: Desk, folder: Path) -> None:
    rows = tuple(op.Row(number=n, company=op.CompanyPart(name=f"Yritys {n} Oy")) for n in range(3))
    import_id = desk.ids.new()
    for _ in range(2):
        desk.perform(op.ImportRows(import_id=import_id, file="lista.csv", source_name="ostettu", rows=rows), "")
    typed(desk)
    desk.sync()
    before = desk.store.imports()
    assert [(one.file, one.rows, one.stands) for one in before] == [("lista.csv", 6, True)]
    for _ in range(2):
        _backup(central, folder)
        desk.sync()
    assert list(_rows(desk).values()) == ["durable", "durable", "done"]
    with desk.store._file.read() as connection:
        bodies = connection.execute("SELECT body FROM outbox WHERE state = 'durable'").fetchall()
    assert bodies and not any("Yritys" in body for (body,) in bodies)
    assert desk.store.imports() == before
    desk.imports.undo(import_id)
    desk.sync()
    assert [one.stands for one in desk.store.imports()] == [False]
