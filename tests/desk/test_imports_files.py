"""Files as programs and people make them, good and bad: what can be read is taken, the rest is told and kept."""

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import BadInput
from leaddesk.pages.words import Words
from tests.desk.imported import company, counts, fact, leads, lone_desk, names, person, put, sentences, states, waiting

SPREADSHEETS = Path(__file__).resolve().parents[1] / "data" / "spreadsheets"

ROWS = (
    ("Yritys", "Y-tunnus", "Henkilö", "Puhelin", "Huomiot"),
    ("Öljy & Åke; Oy", "0100990-4", 'Åke "Masa" Mäki', "040 123 4567", "rivi 1\nrivi 2"),
    ("Leros Oy", "104676-4", "Šárka Żak", "+46 8 123 456 78", "10 €"),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with lone_desk(tmp_path / "desk") as one:
        yield one


def csv_text(delimiter: str, end: str = "\r\n") -> str:
    """The rows as a spreadsheet saves them."""
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in ROWS]
    return end.join(delimiter.join(row) for row in quoted) + end


def book(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with these rows on its one sheet."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        csv_text(";").replace("Šárka Żak", "Sarka Zak").encode("cp1252"),
        csv_text(";").encode("utf-8-sig"),
        csv_text(",", "\n").encode("utf-8"),
        csv_text("\t").encode("utf-16"),
        csv_text("\t").encode("utf-16-be"),
        csv_text("|").encode("utf-8"),
        ("sep=;\r\n" + csv_text(";")).encode("utf-8-sig"),
        book(ROWS),
    ],
    ids=[
        "Excel, Windows-1252",
        "Excel, UTF-8",
        "commas",
        "Excel, Unicode",
        "UTF-16 without mark",
        "bars",
        "sep=",
        "xlsx",
    ],
)
def test_the_same_rows_from_every_kind_of_file(desk: Desk, tmp_path: Path, data: bytes) -> None:
    result, _ = desk.imports.run(put(tmp_path / "vienti" / "lista.dat", data))
    assert counts(result) == (2, 0, 0, 0), sentences(result)
    assert names(desk) == ["Leros Oy", "Öljy & Åke; Oy"]
    oil = company(desk, "Öljy & Åke; Oy")
    assert oil.account is not None and oil.account.business_id == "0100990-4"
    assert fact(oil, "note") == "rivi 1\nrivi 2" and fact(company(desk, "Leros Oy"), "note") == "10 €"
    assert person(desk, 'Åke "Masa" Mäki').phone == "+358401234567"
    assert next(iter(company(desk, "Leros Oy").persons.values())).phone == "+46812345678"


def test_an_old_workbook_is_read(desk: Desk) -> None:
    assert counts(desk.imports.run(SPREADSHEETS / "old.xls")[0]) == (2, 0, 0, 0)
    assert "Öljy Åkerlund Oy" in names(desk)


def test_a_workbook_as_people_keep_it(desk: Desk, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    hidden = made.active
    hidden.title, hidden.sheet_state = "Valinnat", "hidden"
    for cells in (["Yritys", "Y-tunnus"], ["Piilo Oy", "0104676-4"]):
        hidden.append(cells)
    made.create_sheet("Tyhjä")
    sheet = made.create_sheet("Liidit")
    sheet.append(["Kevään liidit 2026"])
    sheet.append([])
    sheet.append(["Yritys", "Y-tunnus", "Henkilö", "Perustettu", "Liikevaihto", "Kate", "Postinumero", "Rivi"])
    sheet.append(["Öljy Oy", "0100990-4", "Åke Mäki", date(2001, 3, 31), 1234567.0, 0.25, 100, "=ROW()"])
    sheet.append([None, None, "Maija Joki", datetime(2001, 3, 31, 12, 30), None, None, None, "=1+1"])
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B4:B5")
    path = put(tmp_path / "vienti" / "liidit.xlsx", saved(made))
    shown = desk.imports.preview(path)
    assert {one.key for one in shown.warnings} == {
        "file-other-sheets", "file-header-on-line", "file-formulas-uncomputed",
    }  # fmt: skip
    result, _ = desk.imports.run(path, {"Kate": "fact:margin"})
    assert counts(result) == (1, 1, 0, 0), sentences(result)
    oil = company(desk, "Öljy Oy")
    assert {one.name for one in oil.persons.values()} == {"Åke Mäki", "Maija Joki"}
    assert [fact(oil, key) for key in ("registered", "revenue_eur", "margin", "postcode")] == [
        "2001-03-31", "1234567", "0.25", "00100",
    ]  # fmt: skip


def bomb() -> bytes:
    """A workbook of a few kilobytes whose sheet unpacks to 1.2 GB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(ROWS))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for part in source.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                target.writestr(part, source.read(part))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(150):
                sheet.write(b" " * 8_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf\r\n;;;\r\n", "file-empty"),
        (bytes(range(256)) * 40, "file-not-text"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 2000, "file-not-text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + bytes(range(30)) * 90, "file-not-text"),
        (";".join(f"Sarake {number}" for number in range(1000)).encode() + b"\n1\n", "file-too-many-columns"),
        (book(ROWS)[:3000], "file-damaged"),
        (bomb, "file-too-large"),
        ((SPREADSHEETS / "protected.xlsx").read_bytes(), "file-protected"),
        (b"Tuote;Hinta\nTaulu;10\n", "mapping-without-company"),
        (b"Eiole Oy;Matti Meik;040 123 4567\nToinen Oy;Maija Meik;040 765 4321\n", "file-headings-missing"),
        (b"matti@eiole.example;Matti Meik\nmaija@toinen.example;Maija Meik\n", "file-headings-missing"),
    ],
    ids=[
        "empty",
        "blank",
        "junk",
        "program",
        "PDF",
        "1,000 columns",
        "cut workbook",
        "bomb",
        "password",
        "no leads",
        "rows alone",
        "addresses alone",
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_changes_nothing(
    desk: Desk, tmp_path: Path, data: bytes | Callable[[], bytes], key: str
) -> None:
    path = put(tmp_path / "vienti" / "lista.csv", data() if callable(data) else data)
    for way in (desk.imports.preview, desk.imports.run):
        with pytest.raises(BadInput) as trouble:
            way(path)
        assert trouble.value.key == key
    told = {Words(language).sentence(key, trouble.value.values) for language in ("en", "fi", "sv")}
    assert len(told) == 3 and not any(key in one or "{" in one for one in told)
    assert states(desk) == {} and waiting(desk) == 0 and path.exists()


@pytest.mark.parametrize("name", ["lista.xlsx", "LISTA.XLSX", "lista.ods"])
def test_text_that_is_called_a_spreadsheet_is_told_to_be_none(desk: Desk, tmp_path: Path, name: str) -> None:
    path = put(tmp_path / "vienti" / name, "Yritys;Y-tunnus\nLeros Oy;0104676-4\n")
    with pytest.raises(BadInput) as trouble:
        desk.imports.run(path)
    assert trouble.value.key == "file-not-sheet" and name in Words("en").error(trouble.value) and states(desk) == {}


def test_rows_without_headings_are_taken_where_columns_are_told(desk: Desk, tmp_path: Path) -> None:
    path = put(tmp_path / "lista.csv", "Sarake 1;Sarake 2\nEiole Oy;Matti Meik\n")
    told = {"Sarake 1": "company_name", "Sarake 2": "person_name"}
    for mapping in (told, None):  # the mapping is kept for files with the same columns
        result, _ = desk.imports.run(path, mapping)
        assert result.failed == 0 and names(desk) == ["Eiole Oy"]
    ids = put(tmp_path / "tunnukset.csv", "Leros Oy;0104676-4\nÖljy Oy;0100990-4\n")
    assert desk.imports.run(ids, dry_run=True)[0].failed == 0


def test_what_is_no_file_or_may_not_be_read_is_told(desk: Desk, tmp_path: Path) -> None:
    closed = put(tmp_path / "suljettu.csv", "Yritys\nLeros Oy\n")
    closed.chmod(0)
    told = {tmp_path / "puuttuu.csv": "file-not-found", tmp_path: "file-not-readable"}
    if os.geteuid():
        told[closed] = "file-not-readable"
    for path, key in told.items():
        with pytest.raises(BadInput) as trouble:
            desk.imports.run(path)
        assert trouble.value.key == key and path.name in str(trouble.value.values["file"])


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("x" * 10_000_000, "cell-too-long"),
        ("ää\0öö", "row-not-in-encoding"),
        ('"lainaus, joka ei pääty', "row-cut"),
    ],
)
def test_a_cell_that_cannot_be_taken_costs_its_row(desk: Desk, tmp_path: Path, cell: str, key: str) -> None:
    text = f"Yritys;Y-tunnus;Huomiot\nLeros Oy;0104676-4;hyvä\nÖljy Oy;0100990-4;{cell}\nKolmas Oy;;hyvä\n"
    result, _ = desk.imports.run(put(tmp_path / "vienti" / "lista.csv", text))
    assert counts(result) == (2, 0, 0, 1) and names(desk) == ["Kolmas Oy", "Leros Oy"]
    (failed,) = result.failures
    assert (failed.number, failed.reason.key, failed.cells[0]) == (3, key, "Öljy Oy")
    kept = Path(result.failed_file).read_text("utf-8-sig")
    assert "0100990-4" in kept and (len(kept) > 10_000_000) == (key == "cell-too-long")


@pytest.mark.parametrize("cut", ["Kolm", 'Kolmas Oy;;"puhelu ke', "Kolmas Oy;0106575-"])
def test_a_file_cut_in_the_middle_keeps_the_rows_before_the_cut(desk: Desk, tmp_path: Path, cut: str) -> None:
    text = f"Yritys;Y-tunnus;Huomiot\nLeros Oy;0104676-4;hyvä\nÖljy Oy;0100990-4;hyvä\n{cut}"
    result, _ = desk.imports.run(put(tmp_path / "vienti" / "lista.csv", text))
    assert counts(result) == (2, 0, 0, 1) and names(desk) == ["Leros Oy", "Öljy Oy"]
    assert [(one.number, one.reason.key) for one in result.failures] == [(4, "row-cut")]
    assert "Kolm" in Path(result.failed_file).read_text("utf-8-sig")


def test_a_date_beyond_every_calendar_costs_its_row_and_says_which_years(desk: Desk, tmp_path: Path) -> None:
    text = "Yritys;Perustettu\nLeros Oy;31.12.9999\nÖljy Oy;9999-12-31\nKolmas Oy;31.12.1999\n"
    result, _ = desk.imports.run(put(tmp_path / "vienti" / "lista.csv", text))
    assert counts(result) == (1, 0, 0, 2)
    assert {(one.column, one.reason.key) for one in result.failures} == {("Perustettu", "date-out-of-range")}
    assert all("2099" in one and "9999" in one for one in sentences(result))


def test_formulas_markup_and_emoji_are_text_from_the_file_to_the_card(desk: Desk, tmp_path: Path) -> None:
    nasty = ("=cmd|'/c calc'!A0", "<b>Oy</b><script>alert(1)</script>", "🚀 Oy 👩‍👩‍👧", "+358 Oy", "@SUM(1)")
    text = "Yritys;Asiakasnumero\n" + "".join(f'"{name}";{number}\n' for number, name in enumerate(nasty))
    result, _ = desk.imports.run(put(tmp_path / "vienti" / "lista.csv", text))
    assert counts(result) == (5, 0, 0, 0) and set(names(desk)) == set(nasty)
    assert {desk.card(lead.id).row.account for lead in leads(desk)} == set(nasty)


def test_what_a_spreadsheet_would_run_is_defused_in_the_file_of_failed_rows(desk: Desk, tmp_path: Path) -> None:
    text = "=Yritys;Y-tunnus;Yritys\n" + '"=HYPERLINK(""http://paha.example"")";0104676-5;@paha\n'
    result, _ = desk.imports.run(
        put(tmp_path / "vienti" / "lista.csv", text), ("fact:x", "business_id", "company_name")
    )
    written = Path(result.failed_file).read_text("utf-8-sig").splitlines()
    assert written[0].startswith("'=Yritys;") and written[1].startswith("\"'=HYPERLINK") and ";'@paha;" in written[1]
