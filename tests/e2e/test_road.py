"""The whole road with real processes: ``serve`` and two desks, offline in the middle, each operation exactly once."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.intake import fictive
from tests.cli.hands import COMPANIES, PROGRAM, ServedCentral, Shell, served

FULL = "finnish_companies/tampere_companies.csv"


@pytest.fixture
def central(tmp_path: Path) -> Iterator[ServedCentral]:
    """A central that listens."""
    with served(tmp_path) as one:
        yield one


@pytest.fixture
def companies() -> Path:
    """The whole file of real companies where ``LEADDESK_DATA`` says where it lies, else the small one that is here."""
    folder = os.environ.get("LEADDESK_DATA")
    return Path(folder) / FULL if folder else COMPANIES


def history(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, int]]:
    """Every line of the histories a desk holds, by operation and row."""
    for name, value in shell.environment().items():
        monkeypatch.setenv(name, value)
    desk = Desk.open(Profile(shell.home), SystemClock(), Ids())
    try:
        with desk.store._file.read() as connection:
            rows = connection.execute("SELECT op, ordinal FROM history").fetchall()
    finally:
        desk.close()
    return Counter((str(op), int(ordinal)) for op, ordinal in rows)


def imported(rows: list[dict[str, Any]], import_id: str) -> list[dict[str, Any]]:
    """The operations of one import."""
    return [row for row in rows if row["act"] == "import-rows" and row["body"]["act"]["import_id"] == import_id]


@pytest.mark.timeout(900)
def test_a_file_and_a_day_offline_reach_the_central_and_the_other_desk_once(
    central: ServedCentral, companies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = Shell(tmp_path / "one"), Shell(tmp_path / "two")
    assert (one.login(central.url).code, two.login(central.url, "rep2").code) == (0, 0)
    one.ask("sync")
    assert central.stop() == 0

    told = one.ask("import", str(companies))
    lines = len(companies.read_text(encoding="utf-8-sig").splitlines()) - 1
    assert (told["rows"], told["created"], told["failed"]) == (lines, lines, 0)
    queue = one.ask("queue", "--limit", "100000")
    assert 0 < len(queue) < lines  # housing companies are kept out
    leads = [row["id"] for row in queue[:4]]
    made = [
        one.ask("take", leads[0])["op"],
        one.ask("call", leads[0], "--outcome", "reached", "--note", "Kiinnostunut")["op"],
        one.ask("answer", leads[0], "budget", "yes")["op"],
        one.ask("accept", leads[0], "--need", "yes")["op"],
        one.ask("take", leads[1])["op"],
        one.ask("reject", leads[1], "--reason", "timing")["op"],
        one.ask("object", leads[2])["op"],
        one.ask("note", leads[3], "Tyhjä")["op"],
        one.ask("undo")["op"],
    ]
    theirs = two.ask("new", "--company", "Toisen Oy", "--person", "Maija Mehiläinen")
    made.append(theirs["op"])
    for shell, waiting in ((one, len(made) - 1 + -(-lines // 500)), (two, 1)):
        offline = shell.run("sync", "--json")
        assert (offline.code, offline.trouble["error"]) == (1, "central-not-reached")
        assert shell.ask("status")["waiting"] >= waiting

    central.start()
    for shell in (one, two, one):
        synced = shell.ask("sync")
        assert (synced["refused"], synced["waiting"]) == (0, 0)
    assert one.ask("sync")["pushed"] == 0

    held = central.operations()
    parts = imported(held, told["import"])
    assert sorted(row["id"] for row in held if row not in parts) == sorted(made)
    assert Counter(row["id"] for row in held).most_common(1)[0][1] == 1
    assert {row["verdict"] for row in held} == {"applied"}
    numbers = [line["number"] for row in parts for line in row["body"]["act"]["rows"]]
    assert len(numbers) == len(set(numbers)) == lines
    counters = [row["counter"] for row in held if row["device"] == parts[0]["device"]]
    assert len(counters) == len(set(counters))

    # The other desk: the same leads in the same state, every operation once.
    for lead in leads:
        mine, other = one.ask("lead", lead), two.ask("lead", lead)
        for part in ("state", "bant", "objection", "score", "grade", "facts", "owner", "account"):
            assert mine[part] == other[part], part
        assert [line["op"] for line in mine["timeline"]] == [line["op"] for line in other["timeline"]]
        assert not any(line["pending"] for line in other["timeline"])
    assert two.ask("lead", leads[0])["state"] == "accepted" and two.ask("lead", leads[2])["objection"]
    assert one.ask("lead", theirs["lead"])["account"] == "Toisen Oy"
    known = history(two, monkeypatch)
    assert max(known.values()) == 1
    assert history(one, monkeypatch) == known
    assert set(made) <= {op for op, _ in known}
    assert sum(op in {row["id"] for row in parts} for op, _ in known) == lines


def fictive_file(folder: Path, count: int) -> Path:
    """Fictive companies as a file that a source would give."""
    rows = ["yritys;y-tunnus;kunta"]
    rows += [f"{one.name};{one.business_id};{one.municipality}" for one in fictive.companies(count)]
    path = folder / "asiakkaat.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.timeout(600)
def test_killed_again_and_again_in_the_middle_of_a_sync(central: ServedCentral, tmp_path: Path) -> None:
    """The desk, then the central, die without a word while they talk. What was done is there once, and all of it."""
    shell = Shell(tmp_path / "one")
    shell.login(central.url)
    told = shell.ask("import", str(fictive_file(tmp_path, 2_000)))
    assert told["created"] == 2_000
    sent = [shell.ask("note", row["id"], "ennen")["op"] for row in shell.ask("queue", "--limit", "3")]
    for seconds in (0.6, 0.9, 1.2):
        process = subprocess.Popen([*PROGRAM, "sync"], env=shell.environment(), stdout=subprocess.DEVNULL)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    process = subprocess.Popen([*PROGRAM, "sync"], env=shell.environment(), stderr=subprocess.DEVNULL)
    assert central._process is not None
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        pass
    central._process.kill()
    process.wait(120)
    central.stop()
    central.start()
    assert shell.ask("sync")["waiting"] == 0
    held = central.operations()
    assert sorted(row["id"] for row in held if row["act"] == "note") == sorted(sent)
    numbers = [line["number"] for row in imported(held, told["import"]) for line in row["body"]["act"]["rows"]]
    assert len(numbers) == len(set(numbers)) == 2_000
    assert {row["verdict"] for row in held} == {"applied"}
    status = shell.ask("status")
    assert (status["waiting"], status["attention"]) == (0, 0)


def test_files_that_belong_together_reach_another_desk(central: ServedCentral, tmp_path: Path) -> None:
    """Accounts, contacts, leads, touches, sessions and sales activities of one export, imported by a marketer."""
    marketer, rep = Shell(tmp_path / "marketer"), Shell(tmp_path / "rep")
    assert (marketer.login(central.url, "marketer").code, rep.login(central.url).code) == (0, 0)
    folder = COMPANIES.parents[1] / "leadforge_synthetic"
    rows = 0
    for name in ("accounts", "contacts", "leads", "touches", "sessions", "sales_activities"):
        told = marketer.ask("import", str(folder / f"{name}.csv"))
        assert told["failed"] == 0 and told["rows"] > 0, name
        rows += told["rows"]
    assert marketer.ask("sync")["refused"] == 0
    rep.ask("sync")
    leads = {row["id"] for row in central.export() if row["kind"] == "lead"}
    cards = [rep.ask("lead", lead) for lead in sorted(leads)[:12]]
    kinds = Counter(line["kind"] for card in cards for line in card["timeline"])
    assert len(kinds) >= 3 and kinds["system"] >= 2 * len(cards), kinds
    for card in cards:
        assert sum(point["points"] for point in card["points"]) == card["score"]
        assert card["timeline"] and not any(line["pending"] for line in card["timeline"])
    assert sum(len(row["body"]["act"]["rows"]) for row in central.operations()) == rows
