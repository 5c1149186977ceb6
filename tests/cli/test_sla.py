"""``leaddesk sla due``: the cases of the deadline page over calendar files, and what is wrong in plain words."""

from pathlib import Path

import pytest

from leaddesk.__main__ import main
from tests.cli.hands import ServedCentral, Shell

WEEK = "".join(f'{day} = ["08:00-16:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri"))
FILES = {
    "office": f'zone = "Europe/Helsinki"\nholidays = "FI"\n[week]\n{WEEK}',
    "always": 'zone = "Europe/Helsinki"\n[week]\n'
    + "".join(f'{day} = ["00:00-24:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    "lunch": 'zone = "Europe/Helsinki"\n[week]\nmon = ["08:00-11:30", "12:00-16:00"]\n',
    "empty": 'zone = "Europe/Helsinki"\n',
    "short": f'zone = "Europe/Helsinki"\nholidays = "FI"\n[week]\n{WEEK}[dates]\n"2026-12-23" = ["08:00-12:00"]\n',
    "late": 'zone = "Europe/Helsinki"\n[week]\nmon = ["08:00-25:00"]\n',
}

CASES = [
    ("office", "2026-11-21T16:00", "2h", "2026-11-23T10:00:00+02:00"),
    ("office", "2026-03-27T15:30", "1h", "2026-03-30T08:30:00+03:00"),
    ("always", "2026-10-24T23:00", "6h", "2026-10-25T04:00:00+02:00"),
    ("office", "2026-04-02T15:00", "2h", "2026-04-07T09:00:00+03:00"),
    ("office", "2026-11-20T16:00", "1h", "2026-11-23T09:00:00+02:00"),
    ("lunch", "2026-11-23T11:00", "1h", "2026-11-23T12:30:00+02:00"),
    ("office", "2026-11-23T08:00", "8h", "2026-11-23T16:00:00+02:00"),
    ("office", "2026-11-23T06:00:00Z", "90m", "2026-11-23T09:30:00+02:00"),
    ("office", "2026-11-23T08:00:00+03:00", "90m", "2026-11-23T09:30:00+02:00"),
    ("short", "2026-12-23T11:30", "1h", "2026-12-28T08:30:00+02:00"),
    ("empty", "2026-11-23T08:00", "0", "no SLA"),
]


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The calendar file of a name."""
    path = tmp_path / "calendar.toml"
    path.write_text(FILES[request.param], encoding="utf-8")
    return str(path)


def due(file: str, *rest: str) -> int:
    """The command's exit code."""
    return main(["--language", "en", "sla", "due", "--calendar", file, *rest])


@pytest.mark.parametrize(("file", "start", "target", "told"), CASES, indirect=["file"])
def test_when_a_target_is_due(
    file: str, start: str, target: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert due(file, "--start", start, "--target", target) == 0
    assert capsys.readouterr().out == f"{told}\n"


@pytest.mark.parametrize("file", ["office"], indirect=True)
@pytest.mark.parametrize(
    ("pauses", "told"),
    [
        (["2026-11-23T10:00/2026-11-23T12:00"], "2026-11-23T13:00:00+02:00"),
        # What two pauses cover together rests once; a night rests by itself.
        (["2026-11-23T10:00/2026-11-23T12:00", "2026-11-23T11:00/2026-11-23T13:00Z"], "2026-11-23T16:00:00+02:00"),
        (["2026-11-23T15:00/2026-11-24T09:00"], "2026-11-23T11:00:00+02:00"),
        # Years later the holidays of those years are closed too: 6 January 2051 is Epiphany.
        (["2026-11-23T09:00/2051-01-06T09:00"], "2051-01-09T09:00:00+02:00"),
        (["2026-11-23T09:30/"], "paused"),
    ],
)
def test_pauses_rest(file: str, pauses: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = "1h" if "2051" in pauses[0] else "2h"
    start = "2026-11-23T09:00"
    assert due(file, "--start", start, "--target", target, *(part for one in pauses for part in ("--pause", one))) == 0
    assert capsys.readouterr().out == f"{told}\n"


WRONG = [
    ("empty", "2h", [], "the calendar has no hours"),
    ("late", "0", [], "Day: mon. Hours: 08:00-25:00."),
    ("office", "-2h", [], "A target is negative: -2h."),
    ("office", "2d", [], "A target cannot be read: 2d."),
    ("office", "99999h", [], "no hours within five years"),
    ("office", "2h", ["--pause", "yesterday"], "A pause cannot be read: yesterday."),
    ("office", "2h", ["--pause", "2026-11-23T10:00"], "A pause cannot be read"),
    ("office", "2h", ["--pause", "0001-01-01/9999-12-31"], "A pause cannot be read"),
    ("office", "2h", ["--pause", "2026-11-23T12:00/2026-11-23T10:00"], "A pause ends before it begins"),
]


@pytest.mark.parametrize(("file", "target", "more", "told"), WRONG, indirect=["file"])
def test_what_is_wrong_is_told(
    file: str, target: str, more: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert due(file, "--start", "2026-11-23T09:00", "--target", target, *more) == 1
    said = capsys.readouterr()
    assert said.out == "" and told in said.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "none.toml", tmp_path, Path("a\x01b")):
        assert due(str(path), "--start", "2026-11-23T09:00", "--target", "2h") == 1
        assert "The file cannot be used" in capsys.readouterr().err


DRAFT = """
note = "Kevät"
effective = 2099-01-01
[targets.hand-raiser]
take = "30m"
"""


def test_two_parties_agree_and_everybody_sees_it(central: ServedCentral, tmp_path: Path) -> None:
    people = {login: Shell(tmp_path / login) for login in ("manager", "marketer", "rep")}
    for login, shell in people.items():
        assert shell.login(central.url, login).code == 0
    boss, marketer, rep = people.values()
    file = tmp_path / "draft.toml"
    file.write_text(DRAFT, encoding="utf-8")

    tried = marketer.run("sla", "draft", str(file), "--try")
    assert tried.code == 0 and "Asked for contact: Take into work: 1 h → 30 min" in tried.out
    assert marketer.ask("sla", "draft", str(file))["version"] == 2
    assert marketer.ask("sync")["refused"] == 0
    signed = marketer.run("sla", "sign")
    # Its own draft comes back with the next pull, and then it can be signed.
    assert signed.code == 0 and "The other party has still to sign" in signed.out
    assert marketer.ask("sync")["refused"] == 0

    for shell in (boss, rep):
        shell.ask("sync")
    no = rep.run("sla", "sign")
    assert no.code == 1 and "You sign for neither party" in no.err
    assert boss.ask("sla", "sign", "2")["in_force"] == "2098-12-31T22:00:00+00:00"
    file.write_text(DRAFT.replace("30m", "20m"), encoding="utf-8")
    early = boss.run("sla", "draft", str(file))
    assert early.code == 1 and "waits to be sent. Sync first" in early.err
    assert boss.ask("sync")["refused"] == 0
    pending = boss.run("sla", "draft", str(file))
    assert pending.code == 1 and "signed and comes in force" in pending.err
    rep.ask("sync")

    newest, first = rep.ask("sla", "versions")
    assert (newest["version"], newest["draft"], newest["in_force"]) == (2, False, False)
    assert newest["since"] == "2098-12-31T22:00:00+00:00" and newest["note"] == "Kevät"
    assert {one["party"]: one["by"] for one in newest["signed"]} == {"sales": "manager", "marketing": "marketer"}
    assert ["targets.hand-raiser.take", 60, 30] in newest["changes"]
    assert first["in_force"] and first["signed"] == []
    assert rep.ask("sla", "show")["version"] == 1 and rep.ask("sla", "show", "2")["terms"]["effective"] == "2099-01-01"
    shown = rep.run("--language", "fi", "sla", "show")
    assert shown.code == 0 and "Myynti: ei allekirjoitettu" in shown.out and "Työajat: ma–pe 08:00–16:00" in shown.out
    unknown = rep.run("sla", "show", "9")
    assert unknown.code == 1 and "no such version of the agreement: 9" in unknown.err
