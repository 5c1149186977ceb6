"""Files of other people's making: whatever is wrong with one is told, and costs no more than it must."""

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest

from leaddesk.domain.errors import BadInput
from leaddesk.intake.file import COLUMNS_LIMIT, Table, open_table, read_table, source_name

HEAD = "Yritys;Y-tunnus;Puhelin\n"
GOOD = HEAD + "Åström & Pöntinen Oy;0100990-4;040 123 4567\nSähkö-Äijät Ky;0104676-4;09 1234567\n"

MakeTable = Callable[..., Table]


def refused(data: bytes, file: str = "liidit.csv") -> BadInput:
    """The refusal of a file as a whole."""
    with pytest.raises(BadInput) as trouble:
        read_table(data, file)
    return trouble.value


def problems(table: Table) -> list[str]:
    """Why rows could not be read."""
    return [problem.reason for _, _, problem in table.rows() if problem is not None]


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding", "guessed"),
    [
        (GOOD.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + GOOD.encode(), "utf-8", False),
        (GOOD.encode("cp1252"), "windows-1252", True),
        (codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), "utf-16-le", False),
        (codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"), "utf-16-be", False),
        (GOOD.encode("utf-16-le"), "utf-16-le", True),
        (GOOD.encode("utf-16-be"), "utf-16-be", True),
        (codecs.BOM_UTF32_LE + GOOD.encode("utf-32-le"), "utf-32-le", False),
    ],
)
def test_letters_survive_every_usual_encoding(data: bytes, encoding: str, guessed: bool) -> None:
    table = read_table(data, "liidit.csv")
    assert table.encoding == encoding
    assert table.columns == ("Yritys", "Y-tunnus", "Puhelin")
    assert [cells[0] for _, cells, _ in table.rows()] == ["Åström & Pöntinen Oy", "Sähkö-Äijät Ky"]
    assert ("file-encoding-guessed" in {one.key for one in table.warnings}) is guessed


def test_letters_that_were_broken_before_are_told(table: MakeTable) -> None:
    """UTF-8 read as Latin-1 and written again: nothing here can know what was meant, so it is said and not mended."""
    made = table(GOOD.encode().decode("latin-1"))
    assert [one.key for one in made.warnings] == ["file-looks-recoded"]
    assert str(made.warnings[0].values["value"]).startswith("Ã")
    assert next(made.rows())[1][0].startswith("Ã")


def test_one_row_in_another_encoding_costs_that_row() -> None:
    lines = [line.encode() for line in GOOD.splitlines(keepends=True)]
    table = read_table(b"".join([*lines, "Pöllö Öy;0106272-1;\n".encode("cp1252")]), "liidit.csv")
    rows = list(table.rows())
    assert [problem.reason if problem else "" for _, _, problem in rows] == ["", "", "row-not-in-encoding"]
    assert rows[2][2] is not None and "\ufffd" in str(rows[2][2].values["value"])


# --- what is cut, empty or no table -----------------------------------------------------------------------------------


def test_a_file_cut_in_the_middle_of_a_row_loses_that_row(table: MakeTable) -> None:
    made = table(GOOD + "Kolmas Oy;01065")
    assert [problem.reason if problem else "" for _, _, problem in made.rows()] == ["", "", "row-cut"]


def test_a_file_cut_inside_quotes_loses_that_row_and_keeps_the_others(table: MakeTable) -> None:
    made = table(GOOD + '"Kolmas Oy;0106575-4;\nNeljäs Oy;0106272-1;\n')
    rows = [(cells[0], problem.reason if problem else "") for _, cells, problem in made.rows()]
    assert rows == [
        ("Åström & Pöntinen Oy", ""),
        ("Sähkö-Äijät Ky", ""),
        ('"Kolmas Oy', "row-cut"),
        ("Neljäs Oy", ""),
    ]


def test_a_file_cut_in_the_middle_of_a_letter_says_so_of_the_last_row() -> None:
    data = (GOOD + "Kolmas Oy;0106575-4;Ä").encode()[:-1]
    assert problems(read_table(data, "liidit.csv")) == ["row-not-in-encoding"]


@pytest.mark.parametrize("data", [b"", b"\n\n\r\n", b"   \n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b";;;\n;;;\n"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert refused(data).key == "file-empty"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 100,
        b"%PDF-1.7\n" + bytes(range(128, 256)) + b"\0\1\2\3" * 50,
        b"text;with\n" + b"\0" * 5 + b"zeros;inside\n",
    ],
)
def test_what_is_no_text_is_not_read_as_text(data: bytes) -> None:
    assert refused(data).key == "file-not-text"


def test_a_header_alone_is_a_table_without_rows(table: MakeTable) -> None:
    made = table(HEAD)
    assert made.total == 0 and list(made.rows()) == []


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="file-not-found"):
        open_table(tmp_path / "puuttuu.csv")
    with pytest.raises(BadInput, match="file-not-readable"):
        open_table(tmp_path)
    with pytest.raises(BadInput, match="file-not-readable|file-not-found"):
        open_table(Path("nolla\0.csv"))


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_a_thousand_columns_are_refused_with_the_limit() -> None:
    data = (";".join(f"c{n}" for n in range(1000)) + "\n" + ";".join("x" * 1000) + "\n").encode()
    trouble = refused(data)
    assert (trouble.key, trouble.values["found"], trouble.values["expected"]) == (
        "file-too-many-columns",
        1000,
        COLUMNS_LIMIT,
    )


def test_a_cell_of_ten_megabytes_costs_its_row_alone(table: MakeTable) -> None:
    made = table(HEAD + f"{'x' * 10_000_000};0100990-4;\nToinen Oy;0104676-4;\n")
    rows = list(made.rows())
    assert [problem.reason if problem else "" for _, _, problem in rows] == ["cell-too-long", ""]
    assert rows[0][2] is not None and rows[0][2].column == "Yritys"


def test_a_row_with_too_many_cells_costs_that_row(table: MakeTable) -> None:
    made = table(HEAD + "A Oy;0100990-4;;ylimääräinen\nB Oy;0104676-4;;;;\n")
    assert [problem.reason if problem else "" for _, _, problem in made.rows()] == ["row-too-many-cells", ""]


def test_a_short_row_is_filled_up(table: MakeTable) -> None:
    assert [cells for _, cells, _ in table(HEAD + "A Oy\n").rows()] == [("A Oy", "", "")]


# --- shapes of CSV ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter: str, table: MakeTable) -> None:
    made = table(GOOD.replace(";", delimiter))
    assert made.delimiter == delimiter and len(made.columns) == 3


def test_excels_first_line_names_the_delimiter(table: MakeTable) -> None:
    made = table("sep=|\nYritys|Y-tunnus\nA; B, C Oy|0100990-4\n")
    assert made.columns == ("Yritys", "Y-tunnus")
    assert [(line, cells[0]) for line, cells, _ in made.rows()] == [(3, "A; B, C Oy")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(end: str, table: MakeTable) -> None:
    assert [cells[2] for _, cells, _ in table(GOOD.replace("\n", end)).rows()] == ["040 123 4567", "09 1234567"]


def test_quotes_hold_delimiters_quotes_and_line_ends(table: MakeTable) -> None:
    made = table('Yritys;Huom\n"A; ""Oy""";"eka\ntoka"\n"B" Oy;x\n')
    assert [cells for _, cells, _ in made.rows()] == [('A; "Oy"', "eka\ntoka"), ('"B" Oy', "x")]


def test_a_heading_above_the_headings_is_stepped_over_and_told(table: MakeTable) -> None:
    made = table("Asiakkaat 2026;;\n\n" + GOOD)
    assert made.columns[0] == "Yritys" and made.header == 3
    assert [(one.key, one.values["row"]) for one in made.warnings] == [("file-header-on-line", 3)]
    assert [line for line, _, _ in made.rows()] == [4, 5]


def test_a_file_without_headings_is_read_by_its_content(table: MakeTable) -> None:
    made = table("A Oy;0100990-4;a@yritys.fi\nB Oy;0104676-4;b@yritys.fi\n")
    assert [one.key for one in made.warnings] == ["file-without-header"]
    assert made.total == 2 and [line for line, _, _ in made.rows()] == [1, 2]


def test_formulas_html_and_emoji_are_text(table: MakeTable) -> None:
    told = ['=HYPERLINK("http://paha.example";"x")', "<script>alert(1)</script>", "Kahvila ☕🚀 Oy", "@SUM(A1)"]
    made = table("Yritys;Y-tunnus\n" + "".join('"' + one.replace('"', '""') + '";\n' for one in told))
    assert [cells[0] for _, cells, _ in made.rows()] == told


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/vienti/Apsis/leads.csv", "apsis"),
        ("/home/x/Downloads/messut (2).csv", "messut"),
        ("/home/x/Lataukset/messut_2026-11-24.csv", "messut"),
    ],
)
def test_the_source_is_named_by_the_folder_or_the_file(path: str, name: str) -> None:
    assert source_name(path) == name
