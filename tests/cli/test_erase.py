"""``leaddesk erase`` asks before it acts; without a terminal it acts only where that was said beforehand."""

import argparse
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leaddesk.command.call import Call
from leaddesk.pages.words import Words
from tests.cli.hands import LIMIT, PROGRAM, Ended, ServedCentral, Shell

PERSON, COMPANY = "Marjatta Markkerinen", "Kuusikon Saha Oy"


class Terminal(io.StringIO):
    """Somebody types at it."""

    def isatty(self) -> bool:
        return True


def at_terminal(shell: Shell, typed: str, *arguments: str) -> Ended:
    """A command that somebody types at a terminal, and what they answer."""
    pty = pytest.importorskip("pty", reason="a terminal is made of a pseudo-terminal")
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        done = subprocess.run(
            [*PROGRAM, *arguments], stdin=theirs, capture_output=True, env=shell.environment(), timeout=LIMIT
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    ("language", "answers"),
    [("en", {"y", " YES ", "no", "k", ""}), ("fi", {"k", "Kyllä", "y", "e", "ei"}), ("sv", {"j", "JA", "n", "nej"})],
)
def test_only_a_yes_of_the_readers_language_is_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, answers: set[str]
) -> None:
    call = Call(argparse.Namespace(json=False), Words(language))
    for answer in answers:
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        yes = answer.strip().casefold() in {"y", "yes", *{"fi": ("k", "kyllä"), "sv": ("j", "ja")}.get(language, ())}
        assert call.agreed("Poista\x1b[2J?", "--yes") is yes, answer
        told = capsys.readouterr()
        # What a terminal would obey is shown as text.
        assert told.out == "" and told.err.startswith("Poista\\x1b[2J? ["), told


def test_it_asks_and_acts_only_where_it_was_told_to(central: ServedCentral, shell: Shell, tmp_path: Path) -> None:
    boss = Shell(tmp_path / "boss")
    assert boss.login(central.url, "boss").code == 0
    lead = boss.ask("new", "--company", COMPANY, "--person", PERSON, "--phone", "040 555 7771")["lead"]
    assert boss.ask("sync")["waiting"] == 0
    command = ("erase", lead, "--ground", "pyysi")
    asked = at_terminal(boss, "\n", *command)
    assert (asked.code, asked.out) == (1, "") and f"{PERSON}, {COMPANY} [y/N]" in asked.err, asked
    unasked = boss.run(*command, "--json", stdin="y\n")
    assert (unasked.code, unasked.trouble["error"]) == (2, "not-agreed") and "--yes" in unasked.trouble["message"]
    assert boss.ask("lead", lead)["person"] == PERSON
    # What may not be, or lacks its ground, is told without a question.
    blank = boss.run("erase", lead, "--ground", " ", "--json")
    assert (blank.code, blank.trouble["error"]) == (1, "erase-needs-ground")
    mine = shell.ask("queue", "--limit", "1")[0]["id"]
    refused = at_terminal(shell, "y\n", "erase", mine, "--ground", "pyysi", "--json")
    assert refused.code == 1 and "[y/N]" not in refused.err
    done = at_terminal(boss, "y\n", *command, "--json")
    assert done.code == 0 and done.told["lead"] == lead, done
    assert boss.ask("lead", lead)["person"] == ""
    again = boss.run(*command, "--yes", "--json")
    assert (again.code, again.trouble["error"]) == (1, "erased")
    assert boss.ask("sync")["refused"] == 0
    assert [row["verdict"] for row in central.operations() if row["act"] == "erase"] == ["applied"]
