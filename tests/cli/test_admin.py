"""The central's side: a mistyped database is not made, a new one is private, one without users says how to begin."""

import os
import stat
import threading
from pathlib import Path

import pytest

from leaddesk.sync.http import HttpCentral
from tests.cli.hands import PASSWORD, Shell, child

COMMANDS = {
    "export": ["export"],
    "add": ["user", "add", "--user", "a", "--role", "rep"],
    "password": ["user", "password", "--user", "a"],
    "disable": ["user", "disable", "--user", "a"],
    "revoke": ["user", "revoke", "--user", "a"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_mistyped_database_is_not_made(fresh: Shell, tmp_path: Path, command: list[str], form: str) -> None:
    missing = tmp_path / "no" / "centrall.db"
    ended = fresh.run("admin", *command, "--db", form.format(missing), "--json", stdin=PASSWORD)
    assert (ended.code, ended.out, ended.trouble["error"]) == (1, "", "database-missing"), ended
    assert str(missing) in ended.trouble["message"] and "admin init" in ended.trouble["message"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_database_is_its_owners_alone(fresh: Shell, tmp_path: Path) -> None:
    database = tmp_path / "central.db"
    before = os.umask(0o022)
    try:
        made = fresh.run("admin", "init", "--db", str(database), "--tenant", "T", "--user", "boss", stdin=PASSWORD)
        assert made.code == 0, made
        modes = set()
        with child(["serve", "--db", str(database), "--port", "0"], fresh.environment()) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            assert fresh.login(url, "boss").code == 0
            modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("central.db*")}
        assert modes == dict.fromkeys(("central.db", "central.db-wal", "central.db-shm"), 0o600)
    finally:
        os.umask(before)


def test_serving_a_database_without_an_organisation_says_how_to_begin(fresh: Shell, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'new.db'}"
    with child(["serve", "--db", database, "--port", "0"], fresh.environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        HttpCentral(line.split()[-1]).hello()
        hint: list[str] = []
        reading = threading.Thread(target=lambda: hint.append(process.stderr.readline() if process.stderr else ""))
        reading.start()
        reading.join(30)
        assert f"leaddesk admin init --db {database}" in hint[0]


def test_a_backup_is_written_and_restored_by_commands(fresh: Shell, tmp_path: Path) -> None:
    database, kept = str(tmp_path / "central.db"), str(tmp_path / "kept.leaddesk-backup")
    assert fresh.run("admin", "init", "--db", database, "--tenant", "T", "--user", "boss", stdin=PASSWORD).code == 0
    rows = fresh.ask("admin", "backup", kept, "--db", database)["rows"]
    assert rows > 3
    again = fresh.run("admin", "backup", kept, "--db", database, "--json")
    assert (again.code, again.trouble["error"]) == (1, "file-exists")
    told = fresh.run("admin", "restore", kept, "--db", database)
    assert told.code == 0 and "Every desk sends again" in told.out and "before-restore-" in told.out
    other = str(tmp_path / "other.db")
    assert fresh.ask("admin", "restore", kept, "--db", other) == {"rows": rows, "before": None, "lacking": False}
    with child(["serve", "--db", other, "--port", "0"], fresh.environment()) as process:
        assert process.stdout is not None
        assert fresh.login(process.stdout.readline().split()[-1], "boss").code == 0
    for number in range(2):
        fresh.ask("admin", "backup", f"{kept}{number}", "--db", database)
    late = fresh.run("admin", "restore", f"{kept}1", "--db", database)
    assert (late.code, late.err) == (0, "")
    late = fresh.run("admin", "restore", kept, "--db", database)
    assert late.code == 0 and "Two later backups were made after this one." in late.err
    bad = fresh.run("admin", "restore", database, "--db", other, "--json")
    assert (bad.code, bad.trouble["error"]) == (1, "backup-damaged")
