"""CSV as people's programs write it (RFC 4180 and Excel's habits): quotes, quoted line breaks, any of four
delimiters.

Written here, not taken from ``csv``, because a stray quotation mark must cost one row: the standard reader would
swallow the rest of the file into one cell, and its limit on a cell is global and ends the reading.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from leaddesk.intake import mapping

DELIMITERS: Final = (";", "\t", ",", "|")

#: After so many quotation marks that never close, later lines are no longer searched to their end.
_PATIENCE = 50

#: (line for people, cells, "" or "row-cut" or "row-quote"). Lines count as Excel counts rows.
RawRow = tuple[int, list[str], str]


def rows(text: str, delimiter: str) -> Iterator[RawRow]:
    """Every row of the text, blank ones too.

    A row whose quotation mark never closes has a problem; the next line goes on.

    Problems: ``row-cut`` where the file ends inside a quoted cell, ``row-quote`` where a quoted cell runs over lines
    and ends in the middle of other text. Line breaks inside quotes stay as they are.
    """
    place, line, size, open_quotes = 0, 1, len(text), 0
    while place < size:
        end = text.find("\n", place)
        end = size if end < 0 else end
        raw = text[place:end]
        problem = ""
        after = end + 1
        if '"' not in raw:
            cells = raw.removesuffix("\r").split(delimiter)
        else:
            made = _quoted(text, place, delimiter) if open_quotes < _PATIENCE else None
            if made is None or made[2]:
                cells = raw.removesuffix("\r").split(delimiter)
                problem = "row-cut" if made is None else "row-quote"
                open_quotes += made is None
            else:
                cells, after, _ = made
        yield line, cells, problem
        place = after
        line += 1


def sniff(text: str) -> str:
    """The delimiter: the one under which most headers are known, then under which most rows have as many cells as
    each other.
    """
    if text[:4] == "sep=" and text[4:5] in DELIMITERS:
        return text[4]
    head = text[:200_000]
    best, chosen = (0, 0.0, 0), ","
    for delimiter in DELIMITERS:
        counts: Counter[int] = Counter()
        known = 0
        for line, cells, problem in rows(head, delimiter):
            if line > 60:
                break
            if problem or not any(cells):
                continue
            counts[len(cells)] += 1
            if line <= 10 and len(cells) > 1:
                known = max(known, mapping.recognised(cell.strip() for cell in cells[:600]))
        usual, times = max(
            ((one, count) for one, count in counts.items() if one > 1), key=lambda p: p[1], default=(0, 0)
        )
        merit = (known, times / max(1, counts.total()), usual)
        if merit > best:
            best, chosen = merit, delimiter
    return chosen


def _quoted(text: str, place: int, delimiter: str) -> tuple[list[str], int, bool] | None:
    """The row that begins at ``place``: cells, where the next begins, whether a quote was a stray one.

    None: it never closes.
    """
    cells: list[str] = []
    size = len(text)
    while True:
        if text.startswith('"', place):
            close = _closing(text, place + 1)
            if close < 0:
                return None
            cell = text[place + 1 : close].replace('""', '"')
            after = close + 1
            if after < size and text[after] not in (delimiter, "\n") and not text.startswith("\r\n", after):
                if after + 1 == size and text[after] == "\r":
                    return [*cells, cell], size, False
                if "\n" in cell:
                    return cells, place, True
                # "Masa" Virtanen: a cell that only begins with a quoted word is taken as it stands.
                after = _end(text, after, delimiter)
                cell = (
                    text[place:after].removesuffix("\r") if after >= size or text[after] == "\n" else text[place:after]
                )
            if text.startswith("\r\n", after):
                after += 1
        else:
            after = _end(text, place, delimiter)
            cell = text[place:after]
            if after >= size or text[after] == "\n":
                cell = cell.removesuffix("\r")
        cells.append(cell)
        if after >= size or text[after] == "\n":
            return cells, after + 1, False
        place = after + 1
        if place >= size:
            return [*cells, ""], size, False


def _closing(text: str, place: int) -> int:
    """Where the quoted cell whose text begins at ``place`` closes; -1 never."""
    while True:
        close = text.find('"', place)
        if close < 0 or text[close + 1 : close + 2] != '"':
            return close
        place = close + 2


def _end(text: str, place: int, delimiter: str) -> int:
    """Where an unquoted cell ends: at the next delimiter or line end."""
    line = text.find("\n", place)
    line = len(text) if line < 0 else line
    mark = text.find(delimiter, place, line)
    return line if mark < 0 else mark
