"""Whatever the bytes: a table or ``BadInput``, never anything else; every row a value or a failure with a sentence."""

import io
import random
import zipfile

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import Row
from leaddesk.intake import mapping
from leaddesk.intake.amount import read_count, read_money
from leaddesk.intake.business_id import read_business_id
from leaddesk.intake.failed import neutral
from leaddesk.intake.field import FIELDS
from leaddesk.intake.file import read_table
from leaddesk.intake.mail import read_mail
from leaddesk.intake.moment import read_day, read_instant, read_month
from leaddesk.intake.phone import read_phone
from leaddesk.intake.reason import FILE_REASONS, ROW_REASONS
from leaddesk.intake.rows import Failure, read_rows, to_row
from leaddesk.intake.text import clean, legible
from tests.intake.test_sheet import ONE

OFTEN = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Pieces that files are made of, good and bad, so that chance comes near to files.
PIECES = st.sampled_from(
    [
        b"Yritys", b"Y-tunnus", b"Puhelin", b";", b",", b"\t", b"|", b"\n", b"\r\n", b"\r", b'"', b'""', b"0100990-4",
        b"040 123 4567", "Öljy".encode(), "Öljy".encode("cp1252"), b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"sep=;\n",
        b"=1+1", b"31.12.9999", "☕".encode(), b"\xc3", b" ", b"<b>", b"a@b.fi", b"PK\x03\x04", b"x" * 300,
    ]
)  # fmt: skip

#: Parts of a workbook.
PARTS = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]

#: Any text at all, lone surrogates (bytes that were no text) among it.
TEXTS = st.text(st.characters(), max_size=60) | st.from_regex(r"[-+0-9./: ,;()€$MTk]{0,40}", fullmatch=True)


def read_whole(data: bytes) -> None:
    """Read a file to its end, with the columns guessed."""
    try:
        table = read_table(data, "x.csv")
    except BadInput as trouble:
        assert trouble.key in FILE_REASONS
        return
    fields = mapping.guess(table.columns, table.samples())
    try:
        mapping.check(table.columns, fields)
    except BadInput as trouble:
        assert trouble.key in FILE_REASONS
        fields = ("company_name", *("",) * (len(table.columns) - 1))
    for row in read_rows(table, fields):
        assert isinstance(row, Row) or (row.reason in ROW_REASONS and all(legible(one) == one for one in row.cells))


@OFTEN
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    read_whole(data)


@OFTEN
@given(st.lists(PIECES, max_size=80).map(b"".join))
@example(b'"\n' * 200)
@example(b'a;b\n"' + b'""' * 5000)
@example(b"Yritys;\xff\xfe\n")
def test_pieces_of_files(data: bytes) -> None:
    read_whole(data)


@OFTEN
@given(st.integers(0, 2**32))
def test_damaged_workbooks(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(ONE)
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    read_whole(bytes(data[: chance.randint(4, len(data))] if chance.random() < 0.3 else data))


@OFTEN
@given(st.sampled_from(PARTS), st.data())
def test_workbooks_with_a_part_of_nonsense(name: str, data: st.DataObject) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ONE)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == name:
                cut = data.draw(st.integers(0, len(content)))
                after = cut + data.draw(st.integers(0, 40))
                content = content[:cut] + data.draw(st.binary(max_size=40)) + content[after:]
            new.writestr(part, content)
    read_whole(out.getvalue())


@OFTEN
@given(TEXTS)
def test_every_reader_of_a_cell(text: str) -> None:
    for read in (
        read_phone, read_business_id, read_mail, read_instant, read_day, read_month, read_money, read_count, clean,
    ):  # fmt: skip
        try:
            read(text)
        except BadInput as trouble:
            assert trouble.key in ROW_REASONS, read


@OFTEN
@given(st.dictionaries(st.sampled_from([*FIELDS, "fact:x", "person_fact:y"]), TEXTS, max_size=8))
def test_every_field_with_any_cell(cells: dict[str, str]) -> None:
    row = to_row(3, tuple(cells.values()), tuple(f"Sarake {key}" for key in cells), tuple(cells))
    if isinstance(row, Failure):
        assert row.reason in ROW_REASONS and row.values["row"] == 3
        assert not row.column or row.column.removeprefix("Sarake ") in cells


@OFTEN
@given(st.text(max_size=60))
def test_a_cell_written_for_excel_comes_back_as_it_was(text: str) -> None:
    assert not neutral(text).lstrip().startswith(("=", "+", "-", "@"))
    if not text.startswith("'"):
        assert clean(neutral(text)) == clean(text)
