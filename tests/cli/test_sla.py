"""``leaddesk sla due``: the cases of the deadline page over calendar files, and what is wrong in plain words."""

from pathlib import Path

import pytest

from leaddesk.__main__ import main

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
