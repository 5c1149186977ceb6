"""How a command's line is read: usage in the reader's language, values checked where they are read."""

import argparse
import json
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NoReturn, TypeVar

from leaddesk.command.call import OBEYED, Call
from leaddesk.config.settings import LANGUAGES
from leaddesk.pages.marks import N_
from leaddesk.pages.words import Words

Member = TypeVar("Member", bound=Enum)
Run = Callable[[Call], int]

#: Years an operation may speak of; the wire takes no others.
YEARS = range(1900, 9999)

#: What each option of free text is for.
_TEXTS = {
    "note": N_("a note beside it"),
    "place": N_("where it is held"),
    "text": N_("why, in a few words"),
    "how": N_("how it was said"),
    "company": N_("the company's name; this or its business ID is needed"),
    "business-id": N_("the company's business ID, 1234567-1"),
    "person": N_("the person's name"),
    "title": N_("the person's title"),
    "phone": N_("the person's phone"),
    "email": N_("the person's e-mail"),
    "theme": N_("what it is about"),
    "channel": N_("how it came: web, phone, email, chat, fair, referral, partner"),
}


class Commands:
    """A parser that commands are added to. ``words`` say what is told of them."""

    def __init__(self, words: Words, parser: argparse.ArgumentParser, metavar: str) -> None:
        self.words = words
        self.kinds = Kinds(words)
        self._group = parser.add_subparsers(metavar=metavar, required=metavar != "COMMAND", parser_class=type(parser))

    def add(self, name: str, run: Run, help_: str) -> argparse.ArgumentParser:
        """A command that does ``run``."""
        made: argparse.ArgumentParser = self._group.add_parser(name, help=help_, description=help_)
        common(made, self.words, top=False)
        made.set_defaults(run=run)
        return made

    def group(self, name: str, help_: str) -> "Commands":
        """A command that has commands of its own."""
        return Commands(self.words, self._group.add_parser(name, help=help_), "TASK")

    def choose(
        self,
        made: argparse.ArgumentParser,
        name: str,
        kind: type[Enum],
        default: Enum | None = None,
        need: bool = False,
        help_: str = "",
    ) -> None:
        """An option whose value is of a closed vocabulary."""
        told = self.words.say("one of: {expected:plain}", expected=values_of(kind))
        made.add_argument(
            f"--{name}", type=self.kinds.one_of(kind), default=default, required=need, metavar=name.upper(),
            help=f"{help_}; {told}" if help_ else told,
        )  # fmt: skip

    def when(self, made: argparse.ArgumentParser, name: str, required: bool = True, help_: str = "") -> None:
        """An option that is an instant."""
        told = self.words.say("ISO 8601; local time where it has no offset")
        made.add_argument(
            f"--{name}", type=self.kinds.moment, required=required, default=None, metavar="WHEN",
            help=f"{help_}; {told}" if help_ else told,
        )  # fmt: skip

    def text(self, made: argparse.ArgumentParser, *names: str) -> None:
        """Options that are free text, of those that ``_TEXTS`` explains."""
        for name in names:
            made.add_argument(f"--{name}", default="", metavar="TEXT", help=self.words.say(_TEXTS[name]))


def spoken(words: Words, as_json: bool) -> argparse.ArgumentParser:
    """The parser that commands are added to, with what every command takes."""

    class Spoken(_Parser):
        def __init__(self, **rest: Any) -> None:  # Any: what argparse takes
            super().__init__(words, as_json, **rest)

    parser = Spoken(prog="leaddesk", description=words.say("The lead work queue. Without a command: the window."))
    common(parser, words)
    return parser


def common(parser: argparse.ArgumentParser, words: Words, top: bool = True) -> None:
    """What every command takes."""
    default: dict[str, Any] = {} if top else {"default": argparse.SUPPRESS}  # Any: argparse marks "none" by a string
    parser.add_argument("--json", action="store_true", help=words.say("print JSON"), **default)
    parser.add_argument("--language", choices=LANGUAGES, help=words.say("fi, sv or en"), **default)


def values_of(kind: type[Enum]) -> str:
    """The values of a closed vocabulary, to be listed."""
    return ", ".join(str(one.value) for one in kind)


class Kinds:
    """What the texts of arguments are read as. Each raises ``ArgumentTypeError`` with a sentence."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def moment(self, text: str) -> datetime:
        """ISO 8601; without an offset it is meant where the reader is, which only the profile's settings tell."""
        try:
            told = datetime.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                self._words.say(
                    "not a time as ISO 8601 writes it: “{given:plain}”. For example: 2027-03-31T14:30", given=text[:60]
                )
            ) from None
        with suppress(OverflowError, OSError, ValueError):
            if told.year in YEARS and told.astimezone(UTC).year in YEARS:
                return told
        raise argparse.ArgumentTypeError(
            self._words.say(
                "this year is out of range: “{given:plain}”. Years from {first:plain} to {last:plain} can be kept",
                given=text[:60], first=YEARS[0], last=YEARS[-1],
            )
        )  # fmt: skip

    def day(self, text: str) -> date:
        """A day, YYYY-MM-DD."""
        try:
            told = date.fromisoformat(text)
        except ValueError:
            told = date.min
        if told.year not in YEARS:
            raise argparse.ArgumentTypeError(
                self._words.say(
                    "not a day as ISO 8601 writes it: “{given:plain}”. For example: 2027-03-31", given=text[:60]
                )
            )
        return told

    def whole(self, least: int, most: int) -> Callable[[str], int]:
        """A whole number between two."""

        def read(text: str) -> int:
            try:
                number = int(text)
            except ValueError:
                number = least - 1
            if least <= number <= most:
                return number
            raise argparse.ArgumentTypeError(
                self._words.say(
                    "not a whole number between {least:plain} and {most:plain}: “{given:plain}”",
                    least=least, most=most, given=text[:60],
                )
            )  # fmt: skip

        return read

    def one_of(self, kind: type[Member]) -> Callable[[str], Member]:
        """A value of a closed vocabulary."""

        def read(text: str) -> Member:
            try:
                return kind(text)
            except ValueError:
                raise argparse.ArgumentTypeError(
                    self._words.say(
                        "not known: “{given:plain}”. Choose one of: {expected:plain}",
                        given=text[:60],
                        expected=values_of(kind),
                    )
                ) from None

        return read


class _Help(argparse.HelpFormatter):
    """Never breaks a word of the vocabularies in two: what help lists can be copied and searched."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in self._split_lines(text, width))


class _Parser(argparse.ArgumentParser):
    """Tells usage in the reader's language where it is ours, and as JSON where that was asked for."""

    def __init__(self, words: Words, as_json: bool, **rest: Any) -> None:  # Any: what argparse takes
        super().__init__(**rest, allow_abbrev=False, formatter_class=_Help)
        self._words = words
        self._as_json = as_json

    def error(self, message: str) -> NoReturn:
        if self._as_json:
            print(json.dumps({"error": "usage", "values": {}, "message": message}, ensure_ascii=False), file=sys.stderr)
        else:
            self.print_usage(sys.stderr)
            print(f"{self.prog}: {message}".translate(OBEYED), file=sys.stderr)
            print(self._words.say("Help: {command:plain} --help", command=self.prog), file=sys.stderr)
        raise SystemExit(2)
