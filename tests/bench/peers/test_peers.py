"""The contestant still runs: each phase of the contest with a few leads, over both databases, nothing timed."""

import json
import random
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leaddesk.domain import words
from leaddesk.server import admin
from tests.bench.peers import __main__ as command
from tests.bench.peers import central, client, contestant, lead, rooms

LEADS = 50


def workload(number: int) -> dict[str, Any]:
    """A lead of 26 fields as the peers make them."""
    return {
        "id": f"{number:012x}-lead", "first_name": f"Maija{number}", "last_name": "Virtanen",
        "company": f"Yritys {number // 2} Oy", "title": "CEO", "email": f"maija{number}@firma.test",
        "phone": f"+35 840 {number:07}", "mobile": f"+35 850 {number:07}", "website": "https://firma.test/",
        "street": f"Katu {number}", "city": "Turku", "postal_code": "20100", "country": "FI", "industry": "retail",
        "employees": number, "source": "fair", "stage": "new", "owner_id": "user-001", "score": number, "priority": 3,
        "next_action": "call", "next_action_at": 1_780_000_000_000, "last_contact_at": 1_770_000_000_000,
        "notes": f"Muistiinpano {number}. " * 20, "created_at": 1_760_000_000_000, "updated_at": 1_770_000_000_000,
    }  # fmt: skip


class Driver:
    """Speaks to a client as the peers' driver does: one command a line."""

    def __init__(self, line: list[str]) -> None:
        self.process = subprocess.Popen(
            line, cwd=contestant.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, cmd: str, **more: object) -> dict[str, Any]:
        """What it answers."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"cmd": cmd, **more}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def close(self) -> None:
        """Let it end."""
        self.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def seed(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled central, kept."""
    folder = tmp_path_factory.mktemp("seed")
    central.fill(folder, kind, map(workload, range(LEADS)))
    return folder


@pytest.fixture(scope="module")
def served(seed: Path, kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[central.Served]:
    """The filled central, listening over a copy."""
    with central.filled(seed, tmp_path_factory.mktemp("served"), kind) as one:
        yield one


@pytest.fixture
def begin(seed: Path, served: central.Served, tmp_path: Path) -> Iterator[Callable[[], Driver]]:
    """Starts the client, again over the same store."""
    begun: list[Driver] = []

    def start() -> Driver:
        begun.append(Driver(contestant.client_command(seed, tmp_path, served.url)))
        begun[-1].ask("open")
        return begun[-1]

    yield start
    for one in begun:
        one.process.kill()
        one.close()


def test_every_phase_ends_with_what_the_contest_checks(
    begin: Callable[[], Driver], seed: Path, served: central.Served, tmp_path: Path
) -> None:
    ids = [workload(number)["id"] for number in range(LEADS)]
    kept = {one.name: one.read_bytes() for one in seed.iterdir()}
    begin().process.kill()
    one = begin()
    assert one.ask("initial")["s"] > 0
    assert one.ask("count")["count"] == LEADS
    assert one.ask("noop")["s"] > 0
    touched, edited = ids[:10], ids[5:25]
    assert one.ask("sees", ids=touched, tag="theirs")["count"] == 0
    with central.signed_in(served.url, central.OTHER) as other:
        other.call(central.places(seed, touched), "theirs")
    assert one.ask("sees", ids=touched, tag="theirs")["count"] == 0
    one.ask("pull")
    assert one.ask("sees", ids=touched, tag="theirs")["count"] == len(touched)
    one.ask("edit", ids=edited, tag="mine")
    there = central.places(seed, edited)
    assert central.sees(served.database, there, "mine") == 0
    one.ask("push")
    assert central.sees(served.database, there, "mine") == len(edited)
    assert central.sees(served.database, central.places(seed, touched), "theirs") == len(touched)
    one.ask("pull")
    one.close()
    again = begin()
    again.ask("noop")
    assert again.ask("count")["count"] == LEADS
    assert again.ask("sees", ids=edited, tag="mine")["count"] == len(edited)
    again.close()
    assert not client.store_path(tmp_path).read_bytes().startswith(b"SQLite format 3")
    assert {one.name: one.read_bytes() for one in seed.iterdir()} == kept


def test_nothing_of_a_lead_is_left_out(seed: Path, served: central.Served) -> None:
    told = workload(random.Random(1).randrange(LEADS))
    (place,) = central.places(seed, [told["id"]])
    rows = [one for one in admin.export(served.database) if place.account in (one["id"], one.get("account"))]
    kept = json.dumps([one for one in rows if one["kind"] in ("account", "person", "lead")], default=str)
    for name, value in told.items():
        if name == "created_at":
            assert "2025-10-09" in kept
        elif name == "phone":
            assert value.replace(" ", "") in kept
        else:
            assert str(value).strip() in kept, name
    assert len([one for one in rows if one["kind"] == "lead"]) == 2  # two leads of one company


def test_where_the_time_goes_is_told_for_both_ends(tmp_path: Path) -> None:
    central.fill(tmp_path, "sqlite", map(workload, range(LEADS)))
    bare, profiled = (rooms.phases(tmp_path, one, delta=10, edits=20) for one in (False, True))
    assert bare.keys() == profiled.keys() == {
        "first download", "no-op", "delta of 10", "20 edits", "push of 20", "next pull",
    }  # fmt: skip
    for name, meter in bare.items():
        assert meter.seconds[rooms.DESK] > 0 and (meter.seconds[rooms.CENTRAL] > 0) is ("edits" not in name), name
    found = rooms.shares(profiled["first download"].profiles[rooms.DESK])
    assert sum(share for _, share, _ in found) == pytest.approx(1)
    assert {"store/local/view.py", "JSON, wire/codec.py:from_json"} <= {room for _, _, room in found}
    told = "\n".join(rooms.report(bare, profiled, {"no-op": 1e-4}, "push"))
    assert re.search(r"no-op +\d\.\d{3} +\d\.\d{3} +0\.000 +[1-9]\d*\.\d", told)
    assert "push of 20, desk" in told and "push of 20, central" in told and "first download, desk" not in told


def test_an_edit_is_as_long_as_the_others_make_it() -> None:
    made = central.call(central.Place("account-1", "lead-1", workload(3)["notes"] * 2), "edited")
    assert len(made.note) == lead.NOTE and made.note.startswith("edited Muistiinpano 3")
    assert made.outcome is words.CallOutcome.REACHED


#: A runner that says what it finds and gives figures of its own making.
RUN = """
import json, os, pathlib, sys
for one in sorted(pathlib.Path("contestants").iterdir()):
    print(one.name, os.access(one, os.X_OK))
print(sys.argv[1:7], os.environ["PEERS_HOME"])
row = {"n": 50, "repeat": 0, "verified": True}
plain = {**row, "contestant": "limit_sqlite", "store_mb": 2}
ours = {**row, "contestant": "leaddesk", "store_mb": 5, "client_peak_mb": 90, "client_base_mb": 60, "initial_s": 3,
        "initial_wire_mb": 8}
if "PEERS_KILL_AFTER" in os.environ:
    assert float(os.environ["PEERS_KILL_AFTER"]) == 1.5
    ours = {**row, "contestant": "leaddesk", "killed_wire_mb": 3, "resume_wire_mb": 6, "kept_rows": 20}
pathlib.Path(sys.argv[8]).write_text(json.dumps([plain, ours]))
"""

#: As much of the runner's library as is asked before anything is filled.
LIBRARY = """
import argparse, pathlib, sys
def args():
    print("asked", sys.argv[1:], flush=True)
    return argparse.Namespace(n=50, rest=sys.argv[-1:], role="seed")
def seeded(name, n, build):
    return pathlib.Path("seed")
"""


def test_the_runner_is_copied_and_finds_us_among_the_contestants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    peers, home = tmp_path / "peers", tmp_path / "home"
    (peers / "contestants").mkdir(parents=True)
    (peers / "contestants" / "limit_sqlite.py").write_text("")
    (peers / "run.py").write_text(RUN)
    (peers / "peerlib.py").write_text(LIBRARY)
    before = sorted(peers.rglob("*"))
    monkeypatch.setenv("PEERS_HOME", str(home))
    out = tmp_path / "out.json"
    assert command.main(["--peers", str(peers), "--n", "50", "--repeats", "2", "--kill", "--out", str(out)]) == 0
    said = capfd.readouterr().out
    assert "asked ['--n', '50', '--role', 'seed', '--work'," in said and "'leaddesk']" in said
    assert "leaddesk True\nleaddesk_postgresql True\nlimit_sqlite.py False" in said
    assert f"['--n', '50', '--repeats', '2', '--only', '{command._EASY},leaddesk'] {home}" in said
    assert "leaddesk, N = 50: client memory 30 MB above its base; store 2.5 x the plain file" in said
    assert "killed after 1.50 s with 20 leads; 1.12 of a clean download's bytes in all; verified: True" in said
    assert len(json.loads(out.read_text())) == 2
    assert sorted(peers.rglob("*")) == before
    python = home / "py" / "venv" / "bin" / "python"
    assert python.stat().st_mode & stat.S_IXUSR
    assert subprocess.run([python, "-c", "import sqlcipher3"], check=False).returncode == 0
