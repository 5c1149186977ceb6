"""An import can be taken back without its id having been written down, also one that was cut off."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from leaddesk.__main__ import main
from leaddesk.intake import fictive
from tests.cli.hands import Shell


class _Cut(BaseException):
    """The power goes."""


class _Terminal(io.StringIO):
    """A screen that goes dark as soon as the first progress is told."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if re.search(r"\d+/\d+", text):
            raise _Cut
        return super().write(text)


def companies(path: Path, first: int, last: int) -> Path:
    """A file of fictive companies."""
    rows = list(fictive.companies(last))[first:]
    path.write_text("\n".join(["yritys;y-tunnus", *(f"{one.name};{one.business_id}" for one in rows)]) + "\n", "utf-8")
    return path


def test_an_import_that_is_cut_off_has_told_its_id(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in shell.environment().items():
        monkeypatch.setenv(name, value)
    screen = _Terminal()
    with monkeypatch.context() as dark:
        dark.setattr(sys, "stderr", screen)
        with pytest.raises(_Cut):
            main(["import", str(companies(tmp_path / "paljon.csv", 0, 1_200))])
    told = re.fullmatch(r"To take it back: leaddesk import --undo (\S+)\n", screen.getvalue())
    assert told is not None, screen.getvalue()
    rows = shell.ask("import", "--list")
    assert (rows[0]["import"], rows[0]["file"], rows[0]["rows"]) == (told[1], "paljon.csv", 500)
    assert main(["import", "--undo", told[1], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["op"]
    assert [one["undone"] for one in shell.ask("import", "--list") if one["import"] == told[1]] == [True]


def test_undo_without_an_id_takes_the_latest_import_back(shell: Shell, tmp_path: Path) -> None:
    before = shell.ask("import", "--list")
    one = shell.ask("import", str(companies(tmp_path / "yksi.csv", 0, 3)))["import"]
    two = shell.run("import", str(companies(tmp_path / "kaksi.csv", 3, 5)))
    assert two.err.count("leaddesk import --undo ") == 1 and "--undo" not in two.out
    shell.ask("new", "--company", "Väliin Oy")
    assert [(row["file"], row["rows"]) for row in shell.ask("import", "--list")[:2]] == [
        ("kaksi.csv", 2),
        ("yksi.csv", 3),
    ]
    assert "yksi.csv · 3 rows" in shell.run("import", "--list").out
    shell.ask("import", "--undo")
    assert [row["undone"] for row in shell.ask("import", "--list")[:2]] == [True, False]
    assert "kaksi.csv · 2 rows · undone" in shell.run("import", "--list").out
    shell.ask("import", "--undo")
    after = shell.ask("import", "--list")
    assert [row["undone"] for row in after[:2]] == [True, True] and after[1]["import"] == one
    assert after[2:] == before


def test_nothing_is_told_of_undo_where_nothing_was_written(shell: Shell, tmp_path: Path, fresh: Shell) -> None:
    file = companies(tmp_path / "yksi.csv", 0, 3)
    assert "--undo" not in shell.run("import", str(file), "--dry-run").err
    (tmp_path / "huono.csv").write_text("yritys;y-tunnus\nYksi Oy;1234567-8\n", encoding="utf-8")
    assert "--undo" not in shell.run("import", str(tmp_path / "huono.csv")).err
    # A portion whose rows are refused by a rule: it is sent, but nothing of it was taken.
    (tmp_path / "kuka.csv").write_text("Sähköposti;Titteli\neikukaan@muu.example;Johtaja\n", encoding="utf-8")
    ended = shell.run("import", str(tmp_path / "kuka.csv"))
    assert ended.code == 1 and "--undo" not in ended.err and "1 row read:" in ended.out, ended
    (tmp_path / "otsikot.csv").write_text("yritys;y-tunnus\n", encoding="utf-8")
    ended = shell.run("import", str(tmp_path / "otsikot.csv"))
    assert ended.code == 1 and ended.err.startswith("The file has headings but no rows"), ended
    none = fresh.run("import", "--undo", "--json")
    assert none.code == 1
    assert fresh.run("import", "--list").out == "Nothing was imported on this computer.\n"
