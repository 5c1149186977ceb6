"""What is not a command ends with 2 and a sentence; what a command takes stands in its help."""

import argparse
import json
from collections.abc import Iterator

import pytest

from leaddesk.__main__ import _parser
from leaddesk.domain.words import CallOutcome, RejectReason
from leaddesk.pages.words import Words
from tests.cli.hands import Shell

LEAD = "01a2131a-8f5d-74c2-a0e3-2ca6a0dbad29"

WRONG = {
    "no such command": ["shout"],
    "no id": ["take"],
    "no outcome": ["call", LEAD],
    "unknown outcome": ["call", LEAD, "--outcome", "shouted"],
    "unknown reason": ["reject", LEAD, "--reason", "mood"],
    "unknown bant": ["accept", LEAD, "--budget", "perhaps"],
    "unknown option": ["queue", "--colour"],
    "shortened option": ["queue", "--lim", "3"],
    "no number": ["queue", "--limit", "ten"],
    "nothing asked for": ["queue", "--limit", "0"],
    "less than nothing": ["search", "a", "--limit", "-3"],
    "no time": ["meeting", LEAD, "--at", "tomorrow"],
    "no such day": ["snooze", LEAD, "--until", "2026-02-30"],
    "a year nobody keeps": ["snooze", LEAD, "--until", "9999-12-31"],
    "past the end of time": ["snooze", LEAD, "--until", "9998-12-31T23:59:59-12:00"],
    "no such port": ["serve", "--db", "x.db", "--port", "70000"],
    "no such role": ["admin", "user", "add", "--db", "x.db", "--user", "a", "--role", "king"],
    "no role": ["admin", "user", "add", "--db", "x.db", "--user", "a"],
    "no task": ["admin"],
    "no database": ["serve"],
    "no file": ["import"],
    "no column": ["import", "x.csv", "--map", "name"],
    "no text": ["note", LEAD],
    "an option for a text": ["note", LEAD, "-asked"],
    "no language": ["status", "--language", "xx"],
    "not UTF-8": ["search", b"\xe4\xe4kk\xf6set"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_usage_is_2_with_a_sentence(fresh: Shell, arguments: list[str | bytes]) -> None:
    ended = fresh.run(*arguments)
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.strip() and "Traceback" not in ended.err


def test_usage_is_told_as_json_where_that_was_asked_for(fresh: Shell) -> None:
    ended = fresh.run("call", LEAD, "--outcome", "shouted", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.trouble["error"] == "usage"
    assert all(f"{one.value}" in ended.trouble["message"] for one in CallOutcome)


@pytest.mark.parametrize(
    ("language", "told"), [("fi", "ei tunneta: ”shouted”"), ("sv", "okänt: ”shouted”"), ("en", "not known: “shouted”")]
)
def test_usage_is_said_in_the_readers_language(fresh: Shell, language: str, told: str) -> None:
    assert told in fresh.run("call", LEAD, "--outcome", "shouted", "--language", language).err
    assert told in fresh.run("call", LEAD, "--outcome", "shouted", LEADDESK_LANGUAGE=language).err


@pytest.mark.parametrize("when", ["9999-12-31", "0001-01-01", "9999-12-31T23:59:59-12:00", "1899-12-31"])
def test_a_year_out_of_range_is_told_as_one(fresh: Shell, when: str) -> None:
    for command in (["snooze", LEAD, "--until", when], ["meeting", LEAD, "--at", when]):
        told = fresh.run(*command).err
        assert f"this year is out of range: “{when}”. Years from 1900 to 9998" in told, told
        assert "ISO 8601 writes" not in told


def test_help_lists_commands_outcomes_and_reasons(fresh: Shell) -> None:
    whole = fresh.run("--help", COLUMNS="200")
    assert whole.code == 0
    wanted = (
        "login import queue lead search take call note meeting answer accept reject snooze object undo sync status "
        "serve admin demo"
    )
    for name in wanted.split():
        assert f"\n    {name} " in whole.out, name
    for width in ("200", "80", "66", "51"):
        call = fresh.run("call", "--help", COLUMNS=width)
        assert all(call.out.count(one.value) >= 2 for one in CallOutcome), width
        reject = fresh.run("reject", "--help", COLUMNS=width)
        assert all(reject.out.count(one.value) >= 2 for one in RejectReason), width
    finnish = fresh.run("queue", "--help", LEADDESK_LANGUAGE="fi").out
    assert "kuka on seuraavana" in finnish
    assert not fresh.home.exists()


def arguments_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
    """Every argument of every command, with the command's name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for made in action.choices.values():
                yield from arguments_of(made)
        elif action.help is not argparse.SUPPRESS:
            yield parser.prog, action


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_argument_says_what_it_is(language: str) -> None:
    found = list(arguments_of(_parser(Words(language), False)))
    assert len(found) > 120
    assert [(prog, action.dest) for prog, action in found if not (action.help or "").strip()] == []


def test_without_a_screen_the_window_says_so(fresh: Shell) -> None:
    for arguments in ([], ["window"]):
        ended = fresh.run(*arguments, "--json", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
        assert (ended.code, ended.trouble["error"]) == (1, "no-display")
    assert not fresh.home.exists()


def test_version(fresh: Shell) -> None:
    assert fresh.run("--version").out.startswith("LeadDesk ")


def test_options_stand_before_or_after_the_command(shell: Shell) -> None:
    after, before = shell.run("queue", "--json"), shell.run("--json", "queue")
    assert after.code == before.code == 0
    assert [row["id"] for row in json.loads(before.out)] == [row["id"] for row in after.told]
