"""One call of a command: where its answer goes, in which language, and the desk or password it asks for."""

import argparse
import getpass
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from leaddesk.config.folders import Profile
from leaddesk.config.log import start_log
from leaddesk.config.port import Ids, SystemClock
from leaddesk.domain.errors import BadInput, LeadDeskError, Refusal
from leaddesk.pages.words import Words

#: What a terminal would obey, or show as something else than it is: control characters, marks that turn the direction
#: of writing, line ends of Unicode, spaces without width. What is printed is text, whoever wrote it.
OBEYED = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (
        *range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F),
        *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
    )
    if chr(code) not in "\n\t"
}  # fmt: skip


class Call:
    """One call of a command: its arguments, its language, and the desk it opens when it needs one."""

    def __init__(self, arguments: argparse.Namespace, words: Words) -> None:
        self.arguments = arguments
        self.words = words
        self.lead = ""  # the lead that an act is about, once it is known
        self._desk: Any = None  # Any: Desk is imported only where it is opened

    def desk(self) -> Any:  # Any: as above
        """The profile's desk."""
        from leaddesk.desk.desk import Desk

        profile = Profile.default()
        start_log(profile)
        ask = (lambda: getpass.getpass(self.words.say("Passphrase: "))) if _asks_a_person() else None
        desk = self._desk = Desk.open(profile, SystemClock(), Ids(), ask)
        if desk.recovery_code:
            self.warn(self.words.say("Recovery code, shown this once; keep it safe: {code}", code=desk.recovery_code))
        choices = desk.settings.all()
        language = getattr(self.arguments, "language", "") or choices.language
        self.words = Words(language, choices.zone, SystemClock().now, desk.user_name)
        return desk

    def close(self) -> None:
        """Close the desk, where one was opened."""
        if self._desk is not None:
            self._desk.close()

    def out(self, value: object, text: str | Iterable[str]) -> None:
        """Print the value as JSON where that was asked for, else the text or its lines."""
        if self.arguments.json:
            print(json.dumps(value, ensure_ascii=False, default=plain))
            return
        for line in (text,) if isinstance(text, str) else text:
            print(line.translate(OBEYED))

    def warn(self, text: str) -> None:
        """Say something beside the answer."""
        print(text.translate(OBEYED), file=sys.stderr)

    def agreed(self, question: str, option: str) -> bool:
        """Whether the person at the terminal says yes to a question; ``option`` of the command says it beforehand.

        Raises ``BadInput("not-agreed")`` where there is nobody to ask.
        """
        if not _asks_a_person():
            raise BadInput("not-agreed", option=option)
        # Not on standard output: that holds the answer of the command alone.
        told = self.words.say("{question} [y/N] ", question=question)
        print(told.translate(OBEYED), end="", file=sys.stderr, flush=True)
        given = sys.stdin.readline().strip().casefold()
        return given in ("y", "yes", *self.words.say("y, yes").split(", "))

    def complain(self, trouble: LeadDeskError) -> None:
        """Say why it was not done, and what is safe or what to do next."""
        if self.arguments.json:
            told = {"error": trouble.key, "values": trouble.values, "message": self.words.error(trouble)}
            print(json.dumps(told, ensure_ascii=False, default=plain), file=sys.stderr)
        else:
            self.warn(f"{self.words.error(trouble)}\n{self._advice(trouble)}")

    def _advice(self, trouble: LeadDeskError) -> str:
        if isinstance(trouble, Refusal) and self.lead:
            return self.words.say("Nothing was changed; the lead is as it was.")
        return self.words.advice(trouble)


def plain(value: object) -> object:
    """What JSON takes in place of a value that it does not know."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def _asks_a_person() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def password(words: Words) -> str:
    """A password from a prompt, or the first line of standard input. Raises ``BadInput``."""
    if _asks_a_person():
        given = getpass.getpass(words.say("Password: "))
    else:
        given = sys.stdin.readline().rstrip("\r\n").removeprefix("\ufeff") if sys.stdin is not None else ""
    if not given:
        raise BadInput("password-not-given")
    if any("\ud800" <= letter <= "\udfff" for letter in given):
        raise BadInput("password-not-text")
    return given
