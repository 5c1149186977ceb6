"""Cells as plain text: control characters out, ends trimmed, nothing else touched.

HTML, emoji, formulas stay what they are.
"""

import re
import unicodedata

from leaddesk.domain.errors import BadInput

#: The longest cell that is taken, in bytes of UTF-8.
CELL_LIMIT = 100_000

#: What a spreadsheet takes for the beginning of a formula, in narrow and in wide letters (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")

#: What people write where they have nothing to write.
_NOTHING = frozenset(
    {
        "", "-", "--", "---", "–", "—", ".", "?", "n/a", "#n/a", "na", "nan", "null", "none", "(blank)", "#arvo!",
        "#puuttuu!", "ei ole", "ei tiedossa", "ei tietoa", "tuntematon", "saknas", "okänd", "unknown", "not available",
    }
)  # fmt: skip


def clean(text: str) -> str:
    """The cell without control characters but newline and tab, line ends as newlines, ends trimmed.

    An apostrophe before a sign of ``FORMULA`` goes: it is what ``failed.neutral`` and Excel put there. Raises
    ``BadInput("row-not-in-encoding")`` where bytes of the file could not be read as text.
    """
    if not text.isprintable() and _SURROGATE.search(text):
        raise BadInput("row-not-in-encoding", value=short(text))
    text = bare(text)
    return text[1:].lstrip() if text[:1] == "'" and text[1:].lstrip()[:1] in FORMULA else text


def bare(text: str) -> str:
    """The text without control characters but newline and tab, line ends as newlines, ends trimmed."""
    if not text.isprintable():
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip().removeprefix("\ufeff").strip()


def composed(text: str) -> str:
    """The text with letters in their composed form (a Mac writes ä as two), for names that people search."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def name(text: str) -> str:
    """A name on one line, composed; "" where nothing of it can be seen (spaces without width, fillers, marks alone)."""
    line = " ".join(composed(text).split())
    return line if any(_is_seen(letter) for letter in line) else ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANKS


#: Letters and symbols that show nothing: fillers of Hangul, the empty pattern of Braille.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_nothing(text: str) -> bool:
    """Whether the cell only says that nothing is known."""
    return len(text) < 16 and text.casefold() in _NOTHING


def short(text: str, limit: int = 80) -> str:
    """The text as it is quoted in a sentence: one line, at most ``limit`` characters, unreadable bytes as \ufffd."""
    line = " ".join(_SURROGATE.sub("\ufffd", text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def legible(text: str) -> str:
    """The cell as it can be written to a UTF-8 file: bytes that could not be read become \ufffd."""
    return text if text.isprintable() else _SURROGATE.sub("\ufffd", text)


def folded(text: str) -> str:
    """Letters and digits alone, lower case: ``businessId``, ``Business ID`` and ``business_id`` are one word."""
    return "".join(filter(str.isalnum, composed(text).casefold()))
