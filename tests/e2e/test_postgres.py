"""A central over PostgreSQL as an administrator sets it up: nothing but the address of the database is another."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.cli.hands import LIMIT, PASSWORD, PROGRAM, Ended, Shell, child

pytestmark = pytest.mark.postgres


def admin(shell: Shell, url: str, *arguments: str) -> Ended:
    """A task of the administrator, the password at its standard input."""
    ended = shell.run("admin", *arguments, "--db", url, stdin=PASSWORD + "\n")
    assert ended.code == 0, ended
    return ended


def exported(shell: Shell, url: str) -> list[dict[str, Any]]:
    """Everything the central holds, as it prints it."""
    return [json.loads(line) for line in admin(shell, url, "export").out.splitlines()]


@pytest.mark.timeout(600)
def test_from_an_empty_database_to_two_desks_that_agree(tmp_path: Path) -> None:
    keys, one, two = Shell(tmp_path / "admin"), Shell(tmp_path / "one"), Shell(tmp_path / "two")
    with postgres.database() as url:
        admin(keys, url, "init", "--tenant", "Testi Oy", "--user", "boss")
        for user in ("rep", "rep2"):
            admin(keys, url, "user", "add", "--user", user, "--role", "rep", "--name", f"Åsa {user}")
        again = keys.run(
            "admin", "user", "add", "--user", "rep", "--role", "rep", "--db", url, "--json", stdin=PASSWORD
        )
        assert (again.code, again.trouble["error"]) == (1, "user-exists")

        with child(["serve", "--db", url, "--port", "0"], keys.environment()) as served:
            assert served.stdout is not None
            address = served.stdout.readline().split()[-1]
            assert (one.login(address).code, two.login(address, "rep2").code) == (0, 0)
            made = one.ask("new", "--company", "Äänekosken Saha Oy", "--person", "Maija Mehiläinen")
            note = one.ask("note", made["lead"], "Soita kesällä ☎")
            assert one.ask("sync")["waiting"] == 0
            two.ask("sync")
            call = two.ask("call", made["lead"], "--outcome", "reached")
            # Whoever had a connection to the database has none: the next request takes another.
            name = url.partition("@/")[2].partition("?")[0]
            away = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            postgres.server().run(away)
            for shell in (two, one):
                synced = shell.ask("sync")
                assert (synced["refused"], synced["waiting"]) == (0, 0)
            mine, theirs = one.ask("lead", made["lead"]), two.ask("lead", made["lead"])
            assert [line["op"] for line in mine["timeline"]] == [line["op"] for line in theirs["timeline"]]
            assert {made["op"], note["op"], call["op"]} <= {line["op"] for line in mine["timeline"]}

        rows = exported(keys, url)
        operations = {row["id"]: row["verdict"] for row in rows if row["kind"] == "operation"}
        assert operations == dict.fromkeys((made["op"], note["op"], call["op"]), "applied")
        assert [row["name"] for row in rows if row["kind"] == "account"] == ["Äänekosken Saha Oy"]
        assert {row["name"] for row in rows if row["kind"] == "user"} == {"boss", "Åsa rep", "Åsa rep2"}
        assert admin(keys, url, "user", "revoke", "--user", "rep2").out.startswith("1 ")
        admin(keys, url, "user", "disable", "--user", "rep")


def test_a_database_that_is_not_there_is_told_in_words_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://boss:verysecret@/nowhere?host={postgres.server().folder}"
    ended = Shell(tmp_path).run("serve", "--db", url, "--port", "0", "--json")
    assert (ended.code, ended.trouble["error"]) == (1, "database-not-reached"), ended
    assert "verysecret" not in ended.out + ended.err and "Traceback" not in ended.err


def test_without_the_driver_the_administrator_is_told_which_is_missing(tmp_path: Path) -> None:
    code = "import sys; sys.modules['psycopg'] = None; from leaddesk.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [PROGRAM[0], "-c", code, "admin", "export", "--db", "postgresql+psycopg://x@127.0.0.1/x", "--json"],
        capture_output=True, text=True, env=Shell(tmp_path).environment(), timeout=LIMIT, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "psycopg" in json.loads(done.stderr.splitlines()[-1])["message"], done.stderr
