"""Spreadsheets (xlsx, xls, xlsb, ods) into rows of text, as a person sees the values: integers without ``.0``, ISO
dates.

Formulas count with the value that was saved with them; they are never computed.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Final

from leaddesk.domain.errors import BadInput
from leaddesk.intake.delimited import RawRow

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: The stream that holds a workbook with a password (MS-OFFCRYPTO, 1.3.1), as its name stands in the container.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_UNPACKED_LIMIT = 1_000_000_000

#: How many times its packed size a big workbook may have; tables pack to a tenth or a twentieth.
_RATIO_LIMIT, _RATIO_FROM = 100, 100_000_000
_CELLS_LIMIT = 60_000_000

#: A cell with a formula whose value was never saved: a program wrote it, and no spreadsheet has computed it yet.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c (?![^<>]{0,200}t="str")[^<>]{0,200}><(?:\w+:)?f[^<>]{0,200}>[^<]{0,9000}</(?:\w+:)?f>'
    rb"(?:<v ?/>|<v></v>)?</"
)
_REFERENCE = re.compile(rb'<(?:\w+:)?c [^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')


def is_sheet(data: bytes) -> bool:
    """Whether the file is a spreadsheet's container and not text."""
    return data.startswith((_ZIP, _COMPOUND))


def open_book(data: bytes, file: str, columns_limit: int) -> tuple["CalamineWorkbook", bool]:
    """The workbook, and whether formulas in it have no value that could be read.

    Raises ``BadInput``: file-damaged, file-protected, file-too-large, file-too-many-columns.
    """
    import python_calamine  # a Rust extension: loaded where a spreadsheet is read

    if data.startswith(_COMPOUND) and _ENCRYPTED in data:
        raise BadInput("file-protected", file=file)
    uncomputed = data.startswith(_ZIP) and _measure(data, file, columns_limit)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)), uncomputed
    except (KeyboardInterrupt, SystemExit):
        raise
    except python_calamine.PasswordError as trouble:
        raise BadInput("file-protected", file=file) from trouble
    except BaseException as trouble:  # a panic of the Rust reader is no Exception
        raise BadInput("file-damaged", file=file, format="xlsx") from trouble


def pick(book: "CalamineWorkbook", name: str, file: str) -> tuple["CalamineSheet", tuple[str, ...]]:
    """The sheet called ``name``, or the first with data, hidden ones last; and the names of the others that have data.

    Raises ``BadInput``: sheet-not-found, file-empty, file-damaged.
    """
    from python_calamine import SheetVisibleEnum

    names = [one.name for one in sorted(book.sheets_metadata, key=lambda one: one.visible != SheetVisibleEnum.Visible)]
    if name and name not in names:
        raise BadInput("sheet-not-found", file=file, sheet=name, expected=", ".join(names))
    found: CalamineSheet | None = None
    others = []
    for one in names:
        if name and one != name:
            others.append(one)
            continue
        try:
            sheet = book.get_sheet_by_name(one)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as trouble:  # as above; a chart sheet is an error too, and not the one that is meant
            if name:
                raise BadInput("file-damaged", file=file, format="xlsx") from trouble
            continue
        if found is None and sheet.height and sheet.width:
            found = sheet
        elif sheet.height and sheet.width:
            others.append(one)
    if found is None:
        raise BadInput("file-empty", file=file)
    return found, tuple(others)


def rows(sheet: "CalamineSheet") -> Iterator[RawRow]:
    """Every row with its number in the spreadsheet. What is merged over several rows of a column stands in each of
    them, as a person sees it.
    """
    top, left = sheet.start or (0, 0)
    made = [[_text(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=True)]
    for (first, column), (last, end) in sheet.merged_cell_ranges or ():
        if column == end and left <= column and top <= first:
            for cells in made[first - top + 1 : last - top + 1]:
                cells[column - left] = made[first - top][column - left]
    for number, cells in enumerate(made, top + 1):
        yield number, cells, ""


def _text(cell: int | float | str | bool | time | date | datetime | timedelta | None) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _measure(data: bytes, file: str, columns_limit: int) -> bool:
    """Refuses a workbook that would not fit in memory: the reader makes a full rectangle out of the used corner
    cells. Tells whether formulas have no value.
    """
    uncomputed = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = book.infolist()
            size = sum(part.file_size for part in parts)
            if size > _UNPACKED_LIMIT or (size > _RATIO_FROM and size > _RATIO_LIMIT * len(data)):
                raise BadInput("file-too-large", file=file, expected="1 GB")
            for part in parts:
                _check_size(data, part)
                if re.match(r"^/?xl/worksheets/[^/]+\.xml$", part.filename):
                    with book.open(part) as sheet:
                        uncomputed |= _measure_sheet(sheet, file, columns_limit)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        struct.error,
        zlib.error,
    ) as trouble:
        raise BadInput("file-damaged", file=file, format="xlsx") from trouble
    return uncomputed


def _check_size(data: bytes, part: zipfile.ZipInfo) -> None:
    """Whether a part is as large as it says: the reader unpacks it all, whatever is said. Raises ``ValueError``."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed in an unusual way")
    if part.compress_type == zipfile.ZIP_STORED:
        if part.compress_size != part.file_size:
            raise ValueError("sizes disagree")
        return
    name, extra = struct.unpack_from("<HH", data, part.header_offset + 26)
    begin = part.header_offset + 30 + name + extra
    packed = memoryview(data)[begin : begin + part.compress_size]
    unpack, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    for place in range(0, len(packed), 1 << 16):
        rest: bytes | memoryview = packed[place : place + (1 << 16)]
        while rest:
            size += len(unpack.decompress(rest, 1 << 20))
            rest = unpack.unconsumed_tail
            if size > part.file_size:
                raise ValueError("larger than it says")


def _measure_sheet(sheet: IO[bytes], file: str, columns_limit: int) -> bool:
    uncomputed = False
    widest = tallest = 0
    rest = b""
    seen: set[bytes] = set()
    while chunk := sheet.read(1 << 20):
        block = rest + chunk
        for letters, number in _REFERENCE.findall(block):
            if letters not in seen:
                seen.add(letters)
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                widest = max(widest, column)
            tallest = max(tallest, int(number))
        uncomputed = uncomputed or _UNCOMPUTED.search(block) is not None
        rest = block[-200:]
    if widest > columns_limit and tallest * widest > _CELLS_LIMIT // 4:
        raise BadInput("file-too-many-columns", file=file, found=widest, expected=columns_limit)
    if widest * tallest > _CELLS_LIMIT:
        raise BadInput("file-too-large", file=file, expected=f"{_CELLS_LIMIT:,}")
    return uncomputed
