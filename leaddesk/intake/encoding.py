"""Bytes of a text file into text, without ever guessing in silence: which encoding was taken is always said."""

import codecs
import re
from dataclasses import dataclass, replace

from leaddesk.domain.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RECODED = re.compile("\u00c3[\u00a4\u00b6\u00a5\u0084\u0096\u0085\u201e\u2026\u2013\u00a9\u00bc]\\w?")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding that was taken, whether it was a guess, and whether some bytes were no text in it.

    Such bytes stand in ``text`` as lone surrogates (PEP 383), so the row that holds them can be told.
    """

    text: str
    encoding: str
    guessed: bool = False
    spoiled: bool = False
    recoded: str = ""


def decode(data: bytes, file: str) -> Decoded:
    """The file as text: by its byte order mark, else UTF-8, else Windows-1252 (guessed).

    Raises ``BadInput("file-not-text")``.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, file)
    head = data[:4096]
    if wide := _wide(head):
        return _marked(data[: len(data) // 2 * 2], wide, file, guessed=True)
    if _controls(head) > len(head) * 0.05:
        raise BadInput("file-not-text", file=file)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _without_zeros(_broken(data))
    found = _RECODED.search(text)
    return _without_zeros(Decoded(text, "utf-8", recoded=found[0] if found else ""))


def _marked(data: bytes, name: str, file: str, guessed: bool = False) -> Decoded:
    size = 4 if "32" in name else 2 if "16" in name else 1
    spoiled = False
    try:
        text = data[: len(data) // size * size].decode(name)
    except UnicodeDecodeError:
        if size > 1:
            text = data[: len(data) // size * size].decode(name, "replace").replace("\ufffd", "\udcff")
        else:
            text = data.decode(name, "surrogateescape")
        spoiled = True
    if _controls(text[:4096].encode("utf-8", "replace")) > max(2, len(text[:4096]) * 0.05):
        raise BadInput("file-not-text", file=file)
    return _without_zeros(Decoded(text, name, guessed, spoiled))


def _without_zeros(decoded: Decoded) -> Decoded:
    """Zero bytes are no text in any encoding (a disk that lost a piece leaves them): they spoil the rows that hold
    them.
    """
    if "\0" not in decoded.text:
        return decoded
    return replace(decoded, text=decoded.text.replace("\0", "\udc00"), spoiled=True)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every other byte is zero, and only every other one. "" where it is not."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.02 + 1:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.02 + 1:
        return "utf-16-be"
    return ""


def _broken(data: bytes) -> Decoded:
    """Bytes that are not all UTF-8: UTF-8 with some bytes spoiled, where most letters are right in it; else
    Windows-1252.
    """
    text = data.decode("utf-8", "surrogateescape")
    wrong = sum(1 for sign in text if "\ud800" <= sign <= "\udfff")
    right = sum(1 for sign in text if sign > "\x7f") - wrong
    if right >= wrong or wrong == 1 and len(text) and text[-1] >= "\udc80":
        return Decoded(text, "utf-8", spoiled=True)
    try:
        return Decoded(data.decode("cp1252"), "windows-1252", guessed=True)
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1252", "surrogateescape"), "windows-1252", guessed=True, spoiled=True)


def _controls(head: bytes) -> int:
    return sum(1 for byte in head if byte < 32 and byte not in (9, 10, 12, 13, 27) or byte == 127)
