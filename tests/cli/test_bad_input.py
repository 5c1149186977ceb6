"""Each bad input gives a clear message and code 1 or 2, and loses nothing."""

import io
import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from leaddesk.__main__ import main
from leaddesk.intake import fictive
from leaddesk.server import admin
from leaddesk.sync.http import HttpCentral
from tests.cli.hands import PASSWORD, PROGRAM, Ended, ServedCentral, Shell, child
from tests.support import LiveCentral, SteppedClock, live_central

GONE = "01a2131a-8f5d-74c2-a0e3-2ca6a0dbad29"


def refused(ended: Ended, key: str, code: int = 1) -> dict[str, object]:
    """The trouble of a command that was asked for JSON: code and key as expected, and a sentence."""
    assert ended.code == code and "Traceback" not in ended.err, ended
    assert ended.out == ""
    assert ended.trouble["error"] == key, ended
    message = str(ended.trouble["message"])
    assert message and key not in message
    return ended.trouble


def first(shell: Shell) -> str:
    """The first lead of the queue."""
    return str(shell.ask("queue", "--limit", "1")[0]["id"])


# --- acts ---------------------------------------------------------------------------------------------------------


def test_a_second_accept(shell: Shell) -> None:
    lead = first(shell)
    shell.ask("take", lead)
    shell.ask("accept", lead)
    refused(shell.run("accept", lead, "--json"), "already-accepted")
    assert shell.ask("status")["waiting"] == 2
    told = shell.run("accept", lead)
    assert told.code == 1 and told.err.startswith("The lead was accepted today ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["take", GONE],
        ["call", GONE, "--outcome", "reached"],
        ["note", GONE, "text"],
        ["lead", GONE],
        ["lead", ""],
        ["lead", "%"],
        ["object", "💥"],
    ],
    ids=" ".join,
)
def test_a_lead_that_is_gone(shell: Shell, arguments: list[str]) -> None:
    refused(shell.run(*arguments, "--json"), "no-such-lead")
    assert shell.ask("status")["waiting"] == 0


def test_rules_say_why(shell: Shell) -> None:
    lead = first(shell)
    refused(shell.run("reject", lead, "--reason", "other", "--json"), "other-needs-text")
    refused(shell.run("call", lead, "--outcome", "call-back", "--json"), "call-back-needs-time")
    refused(shell.run("snooze", lead, "--until", "2020-01-01", "--json"), "time-is-past")
    past = ("--until", "2020-01-01", "--json")
    refused(shell.run("call", lead, "--outcome", "call-back", *past), "time-is-past")
    refused(shell.run("nurture", lead, *past), "time-is-past")
    refused(shell.run("meeting", lead, "--at", "2020-01-01", "--json"), "meeting-is-past")
    ahead = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    refused(shell.run("met", lead, "--at", ahead, "--json"), "meeting-lies-ahead")
    told = refused(shell.run("answer", lead, "colour", "blue", "--json"), "question-unknown")
    assert "contract_ends" in str(told["message"]) and "bant.budget" in str(told["message"])
    refused(shell.run("note", lead, " ", "--json"), "note-needs-text")
    told = refused(shell.run("fact", lead, "contract_ends", "30.2.2026", "--json"), "date-unreadable")
    assert "30.2.2026" in str(told["message"])
    refused(shell.run("answer", lead, "budget", "perhaps", "--json"), "bant-value")
    assert shell.ask("status")["waiting"] == 0


def test_nobody_is_signed_in(fresh: Shell) -> None:
    refused(fresh.run("queue", "--json"), "not-signed-in")
    refused(fresh.run("sync", "--json"), "not-signed-in")
    refused(fresh.run("new", "--company", "Uusi Oy", "--json"), "not-signed-in")
    assert fresh.ask("status")["signed_in"] is False


@pytest.mark.parametrize(
    "text", ["-5 %", "- first", "💥🇫🇮", "\u202egnirts", "a\nb", "  x  ", "'; DROP TABLE leads; --", "%s{0}"]
)
def test_a_text_is_kept_as_it_was_written(shell: Shell, text: str) -> None:
    lead = first(shell)
    assert shell.run("note", "--", lead, text).code == 0
    assert shell.ask("lead", lead)["timeline"][0]["note"] == text


def test_hostile_arguments_within_the_process(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a shell cannot pass: 10 MB, NUL, half a surrogate pair."""
    lead = first(shell)
    for name, value in shell.environment().items():
        monkeypatch.setenv(name, value)
    assert main(["note", lead, "x" * 10_000_000]) == 1
    assert main(["reject", lead, "--reason", "other", "--text", "x" * 10_000_000]) == 1
    assert main(["search", "y" * 10_000_000]) == 0
    assert main(["lead", "z" * 10_000_000]) == 1
    for bad in ("a\0b", "\udcff", "\ud83d"):
        with pytest.raises(SystemExit) as ended:
            main(["note", lead, bad])
        assert ended.value.code == 2
    assert shell.ask("status")["waiting"] == 0


def test_control_characters_do_not_reach_the_terminal(shell: Shell) -> None:
    lead = first(shell)
    shell.ask("note", lead, "red \x1b[31mtext\x07 \x9b2J\rover")
    told = shell.run("lead", lead)
    assert "red \\x1b[31mtext\\x07 \\x9b2J\\x0dover" in told.out
    assert not any(one in told.out for one in "\x1b\x07\x9b\r")


def test_marks_that_turn_the_writing_do_not_reach_the_terminal(shell: Shell) -> None:
    lead = first(shell)
    shell.ask("note", lead, "\u202egnirts \u2066a\u2069 \u200b\u2028👩\u200d💻 ääkköset")
    told = shell.run("lead", lead).out
    assert "\\u202egnirts \\u2066a\\u2069 \\u200b\\u202" in told and "👩\u200d💻 ääkköset" in told
    assert not any(one in told for one in "\u202e\u2066\u2069\u200b\u2028")
    assert "\u202egnirts" in shell.run("lead", lead, "--json").out


@pytest.mark.parametrize("name", ["\u200b\u200d", "\u3164", "\u2060 \ufeff"])
def test_a_name_of_which_nothing_is_seen_is_none(shell: Shell, tmp_path: Path, name: str) -> None:
    refused(shell.run("new", "--company", name, "--json"), "lead-needs-company")
    (tmp_path / "nimet.csv").write_text(f"yritys;puhelin\n{name};\nNäkyvä Oy;\n", encoding="utf-8")
    told = shell.ask("import", str(tmp_path / "nimet.csv"))
    assert (told["created"], told["failed"]) == (1, 1)


def test_a_beginning_of_many_ids_is_told_with_their_number(shell: Shell) -> None:
    many = shell.ask("import", "--list")[0]["rows"]
    for start in (first(shell)[:2], first(shell)[:4]):  # ids begin with the time: these with the same
        for command in (["lead", start], ["take", start], ["note", start, "x"]):
            told = refused(shell.run(*command, "--json"), "lead-not-unique")
            assert told["values"] == {"lead": start, "count": many} and f"{many} leads match" in str(told["message"])


def test_that_the_lead_is_as_it_was_is_said_of_acts_on_a_lead_alone(shell: Shell, central: ServedCentral) -> None:
    told = "the lead is as it was"
    lead = first(shell)
    assert told in shell.run("note", lead, " ").err
    for command in (["import", "--undo", GONE], ["note", GONE, "x"], ["attention", "--retry", GONE]):
        ended = shell.run(*command)
        assert ended.code == 1 and "Nothing was changed." in ended.err and told not in ended.err, ended
    other = shell.login(central.url, "rep2")
    assert other.code == 1 and told not in other.err
    again = ("admin", "init", "--db", central.database, "--tenant", "Testi Oy", "--user", "boss")
    assert told not in shell.run(*again, stdin=PASSWORD).err


def test_a_dismissal_of_nothing_is_told(shell: Shell) -> None:
    refused(shell.run("attention", "--dismiss", "nosuch", "--json"), "nothing-to-retry")


def test_a_central_that_was_set_up_anew_is_told_as_one(shell: Shell, tmp_path: Path) -> None:
    with live_central(tmp_path, SteppedClock(datetime.now(UTC))) as central:
        ended = shell.login(central.url)
        assert ended.code == 1 and "set up anew" in ended.err and "LEADDESK_HOME" in ended.err
        assert "another user" not in ended.err


# --- the profile ---------------------------------------------------------------------------------------------------


@contextmanager
def mounted(options: str, folder: Path) -> Iterator[None]:
    """A file system of its own at a folder."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "leaddesk-test", folder], capture_output=True)
    if done.returncode:
        pytest.skip("file systems can be mounted by root alone")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing(filled: Shell, tmp_path: Path) -> None:
    with mounted("size=4m", tmp_path):
        shell = Shell(tmp_path / "profile")
        shutil.copytree(filled.home, shell.home)
        lead = first(shell)
        kept = [shell.ask("note", lead, "before")["op"]]
        (tmp_path / "ballast").write_bytes(b"x" * shutil.disk_usage(tmp_path).free)
        assert shutil.disk_usage(tmp_path).free == 0
        full = shell.run("note", lead, "y" * 90_000, "--json")
        refused(full, "disk-full")
        assert "disk is full" in full.err
        (tmp_path / "ballast").unlink()
        kept.append(shell.ask("note", lead, "after")["op"])
        lines = shell.ask("lead", lead)["timeline"]
        assert [line["op"] for line in lines if line["note"]] == kept[::-1]
        assert shell.ask("status")["waiting"] == len(kept)


def test_a_full_disk_at_the_very_start(tmp_path: Path) -> None:
    with mounted("size=64k", tmp_path):
        shell = Shell(tmp_path / "profile")
        refused(shell.run("status", "--json"), "disk-full")


def test_a_read_only_profile(filled: Shell, tmp_path: Path) -> None:
    with mounted("size=32m", tmp_path):
        shell = Shell(tmp_path / "profile")
        shutil.copytree(filled.home, shell.home)
        lead = first(shell)
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        for command in (["note", lead, "x"], ["status"], ["sync"]):
            ended = shell.run(*command, "--json")
            refused(ended, "store-read-only")
            assert str(shell.home) in ended.err
        subprocess.run(["mount", "-o", "remount,rw", tmp_path], check=True)
        assert shell.ask("note", lead, "x")["state"] == "new"


def test_a_profile_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("mine")
    refused(Shell(tmp_path / "profile").run("status", "--json"), "profile-not-usable")
    assert (tmp_path / "profile").read_text() == "mine"


def test_output_to_a_full_disk(shell: Shell) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, "queue", "--json"], stdout=full, stderr=subprocess.PIPE, env=shell.environment(), timeout=60
        )
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"] == "disk-full"


@pytest.mark.parametrize(
    ("phrase", "key"),
    [("a wrong passphrase", "wrong-passphrase"), ("", "passphrase-needed"), ("ä" * 9, "wrong-passphrase")],
)
def test_a_wrong_passphrase_leaves_the_store_as_it_is(shell: Shell, phrase: str, key: str) -> None:
    before = (shell.home / "leaddesk.db").read_bytes()
    refused(shell.run("queue", "--json", LEADDESK_PASSPHRASE=phrase), key)
    assert (shell.home / "leaddesk.db").read_bytes() == before
    assert len(shell.ask("queue", "--limit", "3")) == 3


def test_a_damaged_store_is_never_replaced(shell: Shell) -> None:
    path = shell.home / "leaddesk.db"
    path.write_bytes(b"not a database at all" * 400)
    for wal in shell.home.glob("leaddesk.db-*"):
        wal.unlink()
    ended = shell.run("queue", "--json")
    assert ended.code == 1 and ended.trouble["error"] in ("store-wrong-key", "store-damaged")
    assert path.read_bytes() == b"not a database at all" * 400


# --- the central ---------------------------------------------------------------------------------------------------


class _Portal(BaseHTTPRequestHandler):
    """Answers everything with a page, as a hotel's network does."""

    def _answer(self) -> None:
        page = b"<html><body>Please accept our terms</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[HTTPServer]:
    """A server that is no central."""
    server = HTTPServer(("127.0.0.1", 0), _Portal)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_central_that_answers_html(fresh: Shell, portal: HTTPServer) -> None:
    ended = fresh.run("login", f"http://127.0.0.1:{portal.server_port}", "--user", "rep", "--json", stdin=PASSWORD)
    refused(ended, "not-the-central")
    assert fresh.ask("status")["signed_in"] is False


def test_a_portal_on_the_way_is_not_data(tmp_path: Path, portal: HTTPServer) -> None:
    """The central's own address answers with a page: nothing is recorded, and everything is sent later."""
    shell = Shell(tmp_path / "profile")
    clock = SteppedClock(datetime.now(UTC))
    with live_central(tmp_path, clock) as central:
        assert shell.login(central.url).code == 0
        shell.ask("sync")
        act = shell.ask("new", "--company", "Uusi Oy")["op"]
        central.stop()
        offline = shell.run("sync", "--json")
        refused(offline, "central-not-reached")
        told = shell.run("sync")
        assert told.code == 1 and "safe on this computer" in told.err
        middle = HTTPServer(("127.0.0.1", int(central.url.rpartition(":")[2])), _Portal)
        thread = threading.Thread(target=middle.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            refused(shell.run("sync", "--json"), "not-the-central")
        finally:
            middle.shutdown()
            thread.join()
            middle.server_close()
        status = shell.ask("status")
        assert (status["waiting"], status["online"]) == (1, False) and status["offline_since"]
        assert "1 waiting to be sent" in status["state"]
        central.start()
        assert shell.ask("sync")["pushed"] == 1
        assert [row["id"] for row in central.operations()] == [act]


@pytest.mark.parametrize("url", ["", "central", "ftp://central", "http://", "https://[::1", "http://127.0.0.1:99999"])
def test_an_address_that_is_none(fresh: Shell, url: str) -> None:
    ended = fresh.run("login", url, "--user", "rep", "--json", stdin=PASSWORD)
    assert ended.code == 1 and ended.trouble["error"] in ("address-not-usable", "central-not-reached"), ended


def test_a_wrong_password_and_none(fresh: Shell, central: ServedCentral) -> None:
    refused(fresh.run("login", central.url, "--user", "rep", "--json", stdin="wrong"), "wrong-password")
    refused(fresh.run("login", central.url, "--user", "nobody", "--json", stdin=PASSWORD), "wrong-password")
    refused(fresh.run("login", central.url, "--user", "rep", "--json", stdin=""), "password-not-given")
    refused(fresh.run("login", central.url, "--user", "rep", "--json", stdin=b"\xe4\xf6\n"), "password-not-text")
    assert fresh.login(central.url).code == 0
    windows = fresh.run("login", central.url, "--user", "rep", stdin="\ufeff" + PASSWORD + "\r\n")
    assert windows.code == 0


def test_a_profile_of_another_user(shell: Shell, central: ServedCentral) -> None:
    shell.ask("take", first(shell))
    ended = shell.run("login", central.url, "--user", "rep2", "--json", stdin=PASSWORD)
    refused(ended, "profile-of-another-user")
    assert shell.ask("status")["user"] == "rep" and shell.ask("status")["waiting"] == 1


def signed_in(shell: Shell, central: LiveCentral) -> str:
    """Signed in, synced, with one act that waits."""
    assert shell.login(central.url).code == 0
    shell.ask("sync")
    return str(shell.ask("new", "--company", "Odottaa Oy")["op"])


def test_a_revoked_token(fresh: Shell, tmp_path: Path) -> None:
    with live_central(tmp_path, SteppedClock(datetime.now(UTC))) as central:
        act = signed_in(fresh, central)
        assert admin.revoke_devices(central.database, "rep") == 1
        refused(fresh.run("sync", "--json"), "device-revoked")
        assert fresh.ask("status")["waiting"] == 1
        assert fresh.login(central.url).code == 0
        assert fresh.ask("sync")["pushed"] == 1
        assert [row["id"] for row in central.operations()] == [act]


def test_an_expired_token(fresh: Shell, tmp_path: Path) -> None:
    clock = SteppedClock(datetime.now(UTC))
    with live_central(tmp_path, clock) as central:
        act = signed_in(fresh, central)
        clock.step(days=400)
        refused(fresh.run("sync", "--json"), "token-expired")
        assert fresh.ask("status")["trouble"] == "token-expired"
        assert fresh.login(central.url).code == 0
        assert fresh.ask("sync")["pushed"] == 1
        assert [row["id"] for row in central.operations()] == [act]


@pytest.mark.parametrize(("days", "word"), [(3, "behind"), (-3, "ahead")])
def test_a_clock_three_days_off(fresh: Shell, tmp_path: Path, days: int, word: str) -> None:
    away = timedelta(days=days, hours=1 if days > 0 else -1)
    with live_central(tmp_path, SteppedClock(datetime.now(UTC) + away)) as central:
        act = signed_in(fresh, central)
        assert f"This computer's clock is 3 days {word}" in fresh.run("sync").err
        status = fresh.ask("status")
        assert abs(status["skew_seconds"]) > 3 * 86_400
        assert f"this computer's clock is 3 days {word}" in status["state"]
        row = central.operations()[0]
        assert (row["id"], row["verdict"]) == (act, "applied")
        assert [one["account"] for one in fresh.ask("queue")] == ["Odottaa Oy"]


# --- the central's side ---------------------------------------------------------------------------------------------


def test_a_port_in_use(fresh: Shell, central: ServedCentral, tmp_path: Path) -> None:
    port = central.url.rpartition(":")[2]
    ended = fresh.run("serve", "--db", f"sqlite:///{tmp_path / 'other.db'}", "--port", port, "--json")
    refused(ended, "port-in-use")


def test_a_central_whose_database_cannot_be(fresh: Shell, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, it is a letter" * 50)
    ended = fresh.run("serve", "--db", f"sqlite:///{tmp_path / 'text.db'}", "--port", "0", "--json")
    assert ended.code == 1 and str(ended.trouble["error"]).startswith("store-"), ended
    for url in ("nosuch://host/db", "postgresql+psycopg://127.0.0.1:1/none"):
        ended = fresh.run("admin", "export", "--db", url, "--json")
        assert ended.code == 1 and ended.trouble["error"] == "database-not-reached", ended


def test_serve_ends_cleanly(tmp_path: Path) -> None:
    admin.init(f"sqlite:///{tmp_path / 'c.db'}", "T", "boss", PASSWORD)
    shell = Shell(tmp_path / "p")
    for number in (signal.SIGTERM, signal.SIGINT):
        with child(["serve", "--db", f"sqlite:///{tmp_path / 'c.db'}", "--port", "0"], shell.environment()) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on ")
            HttpCentral(line.split()[-1]).hello()
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
            assert (process.returncode, err) == (0, ""), number


def test_users_and_organisations_that_exist_already(fresh: Shell, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'c.db'}"
    assert fresh.run("admin", "init", "--db", database, "--tenant", "T", "--user", "boss", stdin=PASSWORD).code == 0
    again = fresh.run("admin", "init", "--db", database, "--tenant", "T", "--user", "boss", "--json", stdin=PASSWORD)
    refused(again, "tenant-exists")
    add = ("admin", "user", "add", "--db", database, "--role", "rep", "--json", "--user")
    assert fresh.run(*add, "rep", stdin=PASSWORD).told == {"user": "rep", "role": "rep"}
    refused(fresh.run(*add, "rep", stdin=PASSWORD), "user-exists")
    refused(fresh.run(*add, "rep3", stdin="short"), "password-too-short")
    refused(fresh.run(*add, " ", stdin=PASSWORD), "name-not-usable")
    refused(fresh.run("admin", "user", "disable", "--db", database, "--user", "x", "--json"), "user-unknown")


# --- streams and terminals ----------------------------------------------------------------------------------------


def test_whoever_reads_may_stop(shell: Shell) -> None:
    script = f"{' '.join(PROGRAM)} search a --limit 1000 | head -c 1 > /dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, env=shell.environment(), timeout=60)
    assert (done.stdout.strip(), done.stderr) == (b"0", b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_a_terminal_of_another_encoding(shell: Shell, encoding: str) -> None:
    lead = first(shell)
    shell.ask("note", lead, "Ääkköset 👋 €")
    told = subprocess.run(
        [*PROGRAM, "lead", lead], capture_output=True, env=shell.environment(PYTHONIOENCODING=encoding), timeout=60
    )
    assert told.returncode == 0 and not told.stderr
    assert "Ääkköset 👋 €".encode(encoding, "backslashreplace") in told.stdout
    as_json = subprocess.run(
        [*PROGRAM, "lead", lead, "--json"],
        capture_output=True,
        env=shell.environment(PYTHONIOENCODING=encoding),
        timeout=60,
    )
    assert json.loads(as_json.stdout.decode("utf-8"))["timeline"][0]["note"] == "Ääkköset 👋 €"


def test_streams_that_are_closed(shell: Shell) -> None:
    script = (
        f"{' '.join(PROGRAM)} queue <&- >&- 2>&-; echo $?; {' '.join(PROGRAM)} login http://127.0.0.1:9 --user a <&-"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=shell.environment(), timeout=60)
    assert done.stdout == "0\n" and done.returncode == 1
    assert done.stderr.startswith("No password was given.")


def test_ctrl_c_ends_without_a_trace(shell: Shell) -> None:
    """While a password is asked for on standard input."""
    process = subprocess.Popen(
        [*PROGRAM, "login", "http://127.0.0.1:9", "--user", "rep"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=shell.environment(),
    )  # fmt: skip
    assert process.stdin is not None
    while b"\0read\0" not in _where(process.pid):
        if process.poll() is not None:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")


def _where(pid: int) -> bytes:
    """Marks a process that waits in a read of its standard input (system call 0 on descriptor 0)."""
    try:
        told = Path(f"/proc/{pid}/syscall").read_text()
    except OSError:
        return b""
    return b"\0read\0" if told.startswith("0 0x0 ") else b""


def test_one_sync_at_a_time(shell: Shell) -> None:
    import fcntl

    with open(shell.home / "sync.lock", "a+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused(shell.run("sync", "--json"), "sync-runs-already")
    assert shell.ask("sync")["waiting"] == 0


def test_needs_attention_is_listed_retried_let_go_and_exported(tmp_path: Path) -> None:
    """Two desks accept the same lead; the later one is told, and keeps what it wrote."""
    with live_central(tmp_path, SteppedClock(datetime.now(UTC))) as central:
        one, two = Shell(tmp_path / "one"), Shell(tmp_path / "two")
        assert (one.login(central.url).code, two.login(central.url, "rep2").code) == (0, 0)
        lead = one.ask("new", "--company", "Yhteinen Oy")["lead"]
        one.ask("sync")
        two.ask("sync")
        one.ask("take", lead)
        late = two.ask("take", lead)["op"]
        one.ask("sync")
        told = two.run("sync")
        assert told.code == 1 and "refused 1" in told.out and "Yhteinen Oy" in told.err
        assert two.ask("status")["attention"] == 1
        rows = two.ask("attention")
        assert [(row["id"], row["kind"], row["lead"]) for row in rows] == [(late, "take", lead)] and rows[0]["reason"]
        refused(two.run("attention", "--retry", late, "--json"), str(two.run("take", lead, "--json").trouble["error"]))
        assert two.ask("attention", "--export", str(tmp_path / "kept.jsonl")) == {"exported": 1}
        kept = json.loads((tmp_path / "kept.jsonl").read_text(encoding="utf-8"))
        assert kept["operation"]["id"] == late and kept["reason"]
        refused(two.run("attention", "--export", str(tmp_path / "no" / "such"), "--json"), "file-not-usable")
        assert two.ask("attention", "--dismiss", late) == []
        assert two.ask("status")["attention"] == 0
        verdicts = {row["id"]: row["verdict"] for row in central.operations()}
        assert verdicts[late] == "refused" and len(verdicts) == 3


def test_the_key_is_never_asked_for_in_a_pipe(fresh: Shell) -> None:
    environment = {name: value for name, value in fresh.environment().items() if name != "LEADDESK_PASSPHRASE"}
    done = subprocess.run([*PROGRAM, "status", "--json"], capture_output=True, env=environment, input=b"", timeout=60)
    assert done.returncode == 1 and json.loads(done.stderr)["error"] == "no-keyring"
    assert not (fresh.home / "leaddesk.db").exists()


# --- imports -----------------------------------------------------------------------------------------------------


class _Terminal(io.StringIO):
    """A screen in front of which somebody presses Ctrl-C when the first progress is told."""

    pressed = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not self.pressed and "/" in text:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)
        return super().write(text)


def test_an_import_that_is_stopped_keeps_what_was_finished(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in shell.environment().items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "paljon.csv"
    lines = ["yritys;y-tunnus", *(f"{one.name};{one.business_id}" for one in fictive.companies(1_200))]
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", _Terminal())
    before = signal.getsignal(signal.SIGINT)
    assert main(["import", str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["cancelled"] and 0 < told["created"] < 1_200 and signal.getsignal(signal.SIGINT) is before
    assert main(["import", str(file), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"] + told["created"], again["unchanged"]) == (1_200, told["created"])


def test_a_file_of_which_nothing_can_be_taken(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "asiakkaat.csv"
    file.write_text("yritys;y-tunnus\nYksi Oy;1234567-8\n;\nKaksi Oy;0000000-1\n", encoding="utf-8")
    ended = shell.run("import", str(file), "--json")
    assert ended.code == 1 and ended.told["created"] == 0 and ended.told["failed"] >= 2
    assert Path(ended.told["failed_file"]).is_file() and shell.ask("status")["waiting"] == 0
    refused(shell.run("import", str(tmp_path / "none.csv"), "--json"), "file-not-found")
    refused(shell.run("import", str(tmp_path), "--json"), "file-not-readable")
    (tmp_path / "empty.csv").touch()
    refused(shell.run("import", str(tmp_path / "empty.csv"), "--json"), "file-empty")
    refused(shell.run("import", "--undo", GONE, "--json"), "nothing-to-undo")
