"""A file of other people's making as a table: columns, rows with line numbers, and what was noticed while reading.

CSV in any of four delimiters and the usual encodings, or a spreadsheet. A row that cannot be read costs that row; a
file that cannot be read is refused as a whole, with nothing taken. Whatever the bytes, nothing but ``BadInput`` is
raised.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leaddesk.domain.errors import BadInput
from leaddesk.intake import delimited, encoding, mapping
from leaddesk.intake import sheet as spreadsheet
from leaddesk.intake.delimited import RawRow
from leaddesk.intake.text import CELL_LIMIT, clean, legible, short

#: More columns than this is not a list of anything.
COLUMNS_LIMIT = 512

#: The largest file that is read, in bytes: about a million companies, which take eight times as much memory.
SIZE_LIMIT = 100_000_000

#: Folders that say nothing of what lies in them.
_EVERYWHERE = frozenset(
    ("downloads", "lataukset", "ladatut tiedostot", "hämtningar", "nedladdningar", "desktop", "työpöytä", "skrivbord",
     "documents", "tiedostot", "asiakirjat", "dokument", "tmp", "temp", "home")
)  # fmt: skip
_STEM = re.compile(r"[\s_-]*(\(\d+\)|\d{4}-?\d{2}-?\d{2})$")

#: Endings that only spreadsheets have; many programs call text or HTML .xls.
_SHEETS = frozenset((".xlsx", ".xlsm", ".xlsb", ".ods"))

#: Among how many first rows the header is looked for.
_HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader of a file should know: a message key of ``reason.WARNINGS`` with its values."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row could not be read as cells: a key of ``reason.ROW_REASONS``, the column's header ("" the whole row)."""

    reason: str
    column: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


#: Line for people, cells (as many as there are columns), what is wrong.
TableRow = tuple[int, tuple[str, ...], Problem | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read. ``format`` csv or xlsx; ``encoding`` and ``delimiter`` of a csv, else "".

    ``total`` is how many rows of data there are, for progress: exact but for blank ones. Rows are made anew by each
    call of ``rows``; lines count as Excel counts rows, the header being line 1 where nothing stands above it.
    """

    file: str
    format: str
    encoding: str
    delimiter: str
    sheet: str
    columns: tuple[str, ...]
    warnings: tuple[Remark, ...]
    total: int
    header: int
    _raw: tuple[RawRow, ...] = field(repr=False)
    _whole: bool = field(repr=False, default=True)
    _spoiled: bool = field(repr=False, default=False)

    def rows(self) -> Iterator[TableRow]:
        """Every row of data that is not blank, in order, failed ones with their problem."""
        width = len(self.columns)
        last = self._raw[-1][0] if self._raw else 0
        for line, cells, problem in self._raw:
            if line <= self.header:
                continue
            found = len(cells)
            if found > width:
                while found > width and not cells[found - 1].strip():
                    found -= 1
                cells = cells[:found]
            if not problem and not any(cells) or not any(map(str.strip, cells)):
                continue
            yield line, (*cells, *("",) * (width - found)), self._problem(line, cells, problem, line == last)

    def samples(self, count: int = 20) -> tuple[tuple[str, ...], ...]:
        """The cells of the first ``count`` rows that could be read."""
        made = []
        for _, cells, problem in self.rows():
            if problem is None:
                made.append(tuple(legible(cell) for cell in cells))
            if len(made) == count:
                break
        return tuple(made)

    def _problem(self, line: int, cells: list[str], known: str, last: bool) -> Problem | None:
        width, found = len(self.columns), len(cells)
        if known:
            return Problem(known, values={"row": line, "expected": '"'})
        if last and not self._whole and found < width:
            return Problem("row-cut", self.columns[found - 1], {"row": line, "found": found, "expected": width})
        if found > width:
            return Problem("row-too-many-cells", values={"row": line, "found": found, "expected": width})
        if self._spoiled or any(len(cell) > CELL_LIMIT // 4 for cell in cells):
            for column, cell in zip(self.columns, cells, strict=False):
                if len(cell) > CELL_LIMIT // 4 and len(cell.encode("utf-8", "replace")) > CELL_LIMIT:
                    values = {"row": line, "field": column, "found": len(cell), "expected": CELL_LIMIT}
                    return Problem("cell-too-long", column, values)
                if self._spoiled and legible(cell) != cell:
                    values = {"row": line, "field": column, "value": short(cell), "expected": self.encoding}
                    return Problem("row-not-in-encoding", column, values)
        return None


def open_table(path: Path | str, sheet: str = "") -> Table:
    """The file as a table; of a spreadsheet the sheet of that name, or the first with data.

    Raises ``BadInput`` with a key of ``reason.FILE_REASONS``. The whole file is held in memory until the table goes.
    """
    path = Path(path)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadInput("file-too-large", file=path.name, expected=f"{SIZE_LIMIT // 1_000_000} MB")
        data = path.read_bytes()
    except FileNotFoundError as trouble:
        raise BadInput("file-not-found", file=str(path)) from trouble
    except (OSError, ValueError) as trouble:
        raise BadInput(
            "file-not-readable", file=path.name, why=getattr(trouble, "strerror", "") or str(trouble)
        ) from trouble
    return read_table(data, path.name, sheet)


def read_table(data: bytes, file: str, sheet: str = "") -> Table:
    """As ``open_table``, of bytes that are already here. ``file`` is the name it is called by in messages."""
    if not data.strip():
        raise BadInput("file-empty", file=file)
    if spreadsheet.is_sheet(data):
        return _spreadsheet(data, file, sheet)
    if Path(file).suffix.casefold() in _SHEETS:
        raise BadInput("file-not-sheet", file=file)
    return _text(data, file)


def source_name(path: Path | str) -> str:
    """The source an import is kept under unless another is given: the name of the folder the file lies in, lower
    case.

    Files of one export lie in one folder and refer to each other by the source's own ids (a lead to its account), so
    they share a source; the same file read again from there updates what it made. A folder that everything lands in
    (downloads, desktop, documents) says nothing: there the file's own name counts, without its ending, copies like
    "(1)" and a date.
    """
    path = Path(path).absolute()
    folder = path.parent.name.casefold()
    if folder and folder not in _EVERYWHERE:
        return folder
    return _STEM.sub("", path.stem.casefold()).strip(" _-") or "file"


def _text(data: bytes, file: str) -> Table:
    decoded = encoding.decode(data, file)
    text = decoded.text
    if not text.strip("".join(delimited.DELIMITERS) + ' "\r\n'):
        raise BadInput("file-empty", file=file)
    warnings = []
    if decoded.guessed:
        warnings.append(Remark("file-encoding-guessed", {"encoding": decoded.encoding}))
    if decoded.recoded:
        warnings.append(Remark("file-looks-recoded", {"value": decoded.recoded}))
    if "\n" not in text:
        text = text.replace("\r", "\n")
    delimiter = delimited.sniff(text)
    raw = tuple(delimited.rows(text, delimiter))
    if text[:4] == "sep=" and text[4:5] == delimiter:
        raw = tuple((line, [] if line == 1 else cells, problem) for line, cells, problem in raw)
    whole = text.endswith("\n")
    return _table(file, "csv", decoded.encoding, delimiter, "", raw, warnings, whole, decoded.spoiled)


def _spreadsheet(data: bytes, file: str, name: str) -> Table:
    book, uncomputed = spreadsheet.open_book(data, file, COLUMNS_LIMIT)
    found, others = spreadsheet.pick(book, name, file)
    warnings = [Remark("file-formulas-uncomputed")] if uncomputed else []
    if others and not name:
        warnings.append(Remark("file-other-sheets", {"sheet": found.name, "expected": ", ".join(others)}))
    return _table(file, "xlsx", "", "", found.name, tuple(spreadsheet.rows(found)), warnings, True, False)


def _table(
    file: str, kind: str, code: str, delimiter: str, name: str, raw: tuple[RawRow, ...], warnings: list[Remark],
    whole: bool, spoiled: bool,
) -> Table:  # fmt: skip
    header, cells = _header(raw)
    if not header:
        raise BadInput("file-empty", file=file)
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    if width > COLUMNS_LIMIT:
        raise BadInput("file-too-many-columns", file=file, found=width, expected=COLUMNS_LIMIT)
    columns = tuple(short(clean(legible(cell)), 200) for cell in cells[:width])
    first = next(line for line, row, _ in raw if any(map(str.strip, row)))
    if mapping.looks_like_data(columns):
        warnings.append(Remark("file-without-header"))
        columns, header = ("",) * width, header - 1
    elif header > first:
        warnings.append(Remark("file-header-on-line", {"row": header}))
    total = sum(1 for line, row, _ in raw if line > header and any(map(str.strip, row)))
    return Table(file, kind, code, delimiter, name, columns, tuple(warnings), total, header, raw, whole, spoiled)


def _header(raw: tuple[RawRow, ...]) -> tuple[int, list[str]]:
    """The header's line and cells: the first of the first rows in which two headers are known, else the first with
    any text.
    """
    rows = [(line, cells) for line, cells, _ in raw[: _HEADER_WITHIN * 3] if any(map(str.strip, cells))][
        :_HEADER_WITHIN
    ]
    for line, cells in rows:
        if mapping.looks_like_data(map(str.strip, cells)):
            break
        if mapping.recognised(map(str.strip, cells)) >= 2:
            return line, cells
    return rows[0] if rows else (0, [])
