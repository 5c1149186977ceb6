"""Spreadsheets: the values a person sees, the right sheet, and no file that eats the memory."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import Row
from leaddesk.intake.file import Table, open_table, read_table
from leaddesk.intake.rows import Failure

Read = Callable[..., tuple[list[Row], list[Failure]]]


def book(**sheets: list[list[object]]) -> bytes:
    """A workbook with these sheets."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: bytes | int) -> bytes:
    """The workbook with some parts replaced; a number stands for so many bytes of text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            with new.open(name, "w") as part:
                if isinstance(content, bytes):
                    part.write(content)
                else:
                    for _ in range(content // 1_000_000):
                        part.write(b"A" * 1_000_000)
    return out.getvalue()


ONE = book(Liidit=[["Yritys", "Y-tunnus"], ["Hämeen Kone Oy", "0100990-4"]])


def cells(table: Table) -> list[tuple[str, ...]]:
    """The cells of every row."""
    return [row for _, row, _ in table.rows()]


def test_values_are_what_a_person_sees() -> None:
    row: list[object] = [
        "Kone Oy ☕", 40, 12.5, True, date(2026, 11, 24), datetime(2026, 11, 24, 9, 30), time(9, 30), "'=1+1", None,
    ]  # fmt: skip
    table = read_table(book(Liidit=[[f"c{n}" for n in range(9)], row, ["B Oy"]]), "liidit.xlsx")
    assert (table.format, table.encoding, table.sheet) == ("xlsx", "", "Liidit")
    assert cells(table)[0] == (
        "Kone Oy ☕", "40", "12.5", "true", "2026-11-24", "2026-11-24 09:30:00", "09:30:00", "'=1+1", "",
    )  # fmt: skip


def test_a_formula_counts_with_its_saved_value_and_is_never_computed(read: Read) -> None:
    formula = '=HYPERLINK("http://paha.example")'
    table = read_table(book(Liidit=[["Yritys", "Y-tunnus"], [formula, "0100990-4"]]), "a.xlsx")
    assert cells(table) == [("", "0100990-4")]
    assert read(table)[0][0].company is not None


def test_of_several_sheets_the_first_with_data_is_read_and_the_others_are_told() -> None:
    data = book(Tyhjä=[], Liidit=[["Yritys"], ["A Oy"]], Arkisto=[["Yritys"], ["B Oy"]])
    table = read_table(data, "a.xlsx")
    assert table.sheet == "Liidit" and cells(table) == [("A Oy",)]
    assert [(one.key, one.values["expected"]) for one in table.warnings] == [("file-other-sheets", "Arkisto")]
    assert cells(read_table(data, "a.xlsx", "Arkisto")) == [("B Oy",)]


def test_a_sheet_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(BadInput) as trouble:
        read_table(ONE, "a.xlsx", "Asiakkaat")
    assert (trouble.value.key, trouble.value.values["expected"]) == ("sheet-not-found", "Liidit")


def test_rows_are_counted_as_excel_counts_them() -> None:
    data = book(Liidit=[[], ["Yritys", "Y-tunnus"], [], ["A Oy", "0100990-4"]])
    table = read_table(data, "a.xlsx")
    assert table.header == 2 and [line for line, _, _ in table.rows()] == [4]


def test_a_number_that_was_a_code_gets_its_zeros_back(read: Read) -> None:
    data = book(Liidit=[["Yritys", "Y-tunnus", "Postinumero"], ["A Oy", "100990-4", 100]])
    rows, failures = read(read_table(data, "a.xlsx"))
    assert not failures and rows[0].company is not None
    assert rows[0].company.business_id == "0100990-4" and ("postcode", "00100") in rows[0].company.facts


@pytest.mark.parametrize("cut", [100, 1000, -30])
def test_a_broken_workbook_is_called_damaged(cut: int) -> None:
    with pytest.raises(BadInput, match="file-damaged"):
        read_table(ONE[:cut], "a.xlsx")


def test_a_zip_that_is_no_workbook_is_called_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("kirje.txt", "hei")
    with pytest.raises(BadInput, match="file-damaged"):
        read_table(out.getvalue(), "a.xlsx")


def test_an_empty_workbook_is_called_empty() -> None:
    with pytest.raises(BadInput, match="file-empty"):
        read_table(book(Liidit=[]), "a.xlsx")


def test_a_zip_bomb_is_refused_unread() -> None:
    data = repacked(ONE, **{"xl/sharedStrings.xml": 200_000_000})
    assert len(data) < 1_000_000
    with pytest.raises(BadInput, match="file-too-large"):
        read_table(data, "a.xlsx")


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = repacked(ONE, **{"xl/sharedStrings.xml": b"A" * 3_000_000})
    lying = bytearray(honest)
    place = honest.rindex(b"PK\x01\x02", 0, honest.rindex(b"xl/sharedStrings.xml"))
    assert struct.unpack_from("<L", lying, place + 24)[0] == 3_000_000
    struct.pack_into("<LLL", lying, place + 16, zlib.crc32(b"A" * 10), *struct.unpack_from("<L", lying, place + 20), 10)
    with pytest.raises(BadInput, match="file-damaged"):
        read_table(bytes(lying), "a.xlsx")


def test_a_sheet_whose_corners_are_far_apart_is_refused() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet["A1"], sheet["B1"] = "Yritys", "Y-tunnus"
    sheet.cell(row=1_000_000, column=16_000, value="x")
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(BadInput, match="file-too-many-columns"):
        read_table(out.getvalue(), "a.xlsx")


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "liidit.csv"
    path.write_bytes(ONE)
    assert open_table(path).format == "xlsx"
