"""A row of a file as one value, or a failure that says where and why; and failed rows written back."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import Row
from leaddesk.domain.words import LeadKind
from leaddesk.intake import mapping
from leaddesk.intake.batch import batches, weigh
from leaddesk.intake.failed import neutral, write_failed
from leaddesk.intake.file import Table, open_table
from leaddesk.intake.reason import ROW_REASONS
from leaddesk.intake.rows import Defaults, Failure, column_name, to_row
from leaddesk.pages.words import Words

MakeTable = Callable[..., Table]
Read = Callable[..., tuple[list[Row], list[Failure]]]

FULL = (
    "Yritys;Y-tunnus;Toimiala;Liikevaihto;Henkilöstö;Postinumero;Yhtiömuoto;Asiakasluokka;Nimi;Titteli;Puhelin;"
    "Sähköposti;Teema;Liidin laji\n"
)


def one(row: Row | Failure) -> Row:
    """The row, which was taken."""
    assert isinstance(row, Row), row
    return row


def failure(columns: Mapping[str, str], **cells: str) -> Failure:
    """The failure of a row of these columns (header: field) and cells (by header)."""
    row = to_row(7, [cells.get(name, "") for name in columns], tuple(columns), tuple(columns.values()))
    assert isinstance(row, Failure), row
    return row


def test_a_whole_row(table: MakeTable, read: Read) -> None:
    rows, failures = read(
        table(
            FULL + "Hämeen  Konepaja Oy;0100990-4;28.99 Muut koneet;48 M€;210;13100;Oy;a;Riikka Salonen;"
            "Tuotantopäällikkö;040 123 4567;Riikka.Salonen@yritys.fi;Huoltosopimus;yhteydenottopyyntö\n"
        )
    )
    assert not failures
    row = rows[0]
    assert row.number == 2 and row.company is not None and row.person is not None and row.lead is not None
    assert (row.company.name, row.company.business_id, row.company.tier) == ("Hämeen Konepaja Oy", "0100990-4", "A")
    facts = dict(row.company.facts)
    assert facts["industry"] == "2899" and facts["industry_text"] == "Muut koneet"
    assert facts["revenue_eur"] == "48000000" and facts["employees"] == "210"
    assert facts["legal_form"] == "osakeyhtiö" and facts["postcode"] == "13100"
    assert (row.person.name, row.person.role) == ("Riikka Salonen", "influencer")
    assert (row.person.phone, row.person.email) == ("+358401234567", "riikka.salonen@yritys.fi")
    assert (row.lead.theme, row.lead.lead_kind) == ("Huoltosopimus", LeadKind.HAND_RAISER)


def test_cells_that_say_nothing_are_blank(table: MakeTable, read: Read) -> None:
    rows, failures = read(table(FULL + "A Oy;-;ei tiedossa;n/a;–;;;;-;;-;null;;\n"))
    assert not failures and rows[0].company is not None
    assert rows[0].company.business_id == "" and "revenue_eur" not in dict(rows[0].company.facts)


@pytest.mark.parametrize(
    ("field", "cell", "reason", "expected"),
    [
        ("business_id", "1234567-8", "business-id-not-valid", "1234567-1"),
        ("phone", "ei ole numeroa", "phone-not-a-number", "+358 40 123 4567"),
        ("phone", "040", "phone-too-short", "+358 40 123 4567"),
        ("email", "riikka(at)yritys", "email-not-valid", "etunimi.sukunimi@yritys.fi"),
        ("tier", "D", "tier-unknown", "A, B, C"),
        ("revenue_eur", "paljon", "amount-unreadable", "48 M€"),
        ("revenue_eur", "-5", "amount-negative", "48 M€"),
        ("employees", "muutama", "amount-unreadable", "25"),
        ("employees", "-3", "amount-negative", "25"),
        ("employees", "12,5", "amount-not-whole", "25"),
        ("lead_kind", "kylmä", "kind-unknown", "hand-raiser, marketing-verified, outbound"),
        ("created", "31.2.2026", "date-unreadable", "2026-11-24"),
        ("created", "31.12.9999", "date-out-of-range", "1900-2099"),
        ("contract_ends", "1/9999", "date-out-of-range", "1900-2099"),
        ("contract_ends", "30.2.2026", "date-unreadable", "2026-11-24"),
        ("contract_ends", "13/2027", "date-unreadable", "2026-11-24"),
        ("registered", "-5", "date-unreadable", "2026-11-24"),
        ("company_name", "P\udce4iv\udce4", "row-not-in-encoding", ""),
        ("company_name", "x" * 120_000, "cell-too-long", 100_000),
    ],
)
def test_a_failure_says_where_why_and_what_was_expected(field: str, cell: str, reason: str, expected: object) -> None:
    columns = {"Yritys": "company_name", "Sarake": field} if field != "company_name" else {"Sarake": "company_name"}
    told = failure(columns, Yritys="A Oy", Sarake=cell)
    assert (told.line, told.column, told.reason) == (7, "Sarake", reason)
    assert told.values["row"] == 7 and told.values["expected"] == expected
    assert reason in ROW_REASONS
    assert "{" not in Words("fi").phrase(told) and reason not in Words("fi").phrase(told)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("31.12.2026", "2026-12-31"),
        ("3/2027", "2027-03"),
        ("2027", "2027"),
        ("Q3/2027", "Q3/2027"),
        ("keväällä 2027", "keväällä 2027"),
        ("toistaiseksi", "toistaiseksi"),
    ],
)
def test_a_contract_ends_on_a_day_in_a_month_in_a_year_or_not_for_now(cell: str, kept: str) -> None:
    row = one(to_row(1, ("A Oy", cell), ("Yritys", "Sopimus päättyy"), ("company_name", "contract_ends")))
    assert row.company is not None and dict(row.company.facts)["contract_ends"] == kept


def test_an_unknown_outcome_of_a_call_fails_and_of_a_mail_becomes_words() -> None:
    columns = {"L": "lead_id", "T": "activity", "A": "activity_at", "O": "activity_outcome"}
    told = failure(columns, L="1", T="call", A="2026-11-24", O="kokolailla jees")
    assert (told.reason, told.column) == ("outcome-unknown", "O")
    row = one(to_row(1, ("1", "email", "2026-11-24", "kokolailla jees"), tuple(columns), tuple(columns.values())))
    assert row.activity is not None and (row.activity.outcome, row.activity.text) == ("", "kokolailla jees")


def test_an_unknown_event_fails_unless_the_scorecard_knows_it() -> None:
    columns, fields = ("L", "T", "A"), ("lead_id", "event", "event_at")
    cells = ("1", "messukahvit", "2026-11-24")
    told = to_row(1, cells, columns, fields)
    assert isinstance(told, Failure) and told.reason == "event-unknown"
    taught = one(to_row(1, cells, columns, fields, Defaults(events=frozenset({"messukahvit"}))))
    assert taught.event is not None and taught.event.event == "messukahvit"
    assert taught.event.at == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_row_that_names_nobody_fails_as_a_whole() -> None:
    told = failure({"Yritys": "company_name", "Nimi": "person_name"}, Nimi="Riikka Salonen")
    assert (told.reason, told.column) == ("row-without-company", "")


def test_an_event_without_a_time_fails() -> None:
    assert failure({"L": "lead_id", "T": "event", "A": "event_at"}, L="1", T="webinar").reason == "date-missing"


def test_html_formulas_and_emoji_stay_text() -> None:
    for text in (
        '=HYPERLINK("http://paha.example")',
        "<img src=x onerror=alert(1)>",
        "Kahvila ☕🚀 Oy",
        "R'); DROP x;--",
    ):
        row = one(to_row(1, (text,), ("Yritys",), ("company_name",)))
        assert row.company is not None and row.company.name == text


def test_a_shared_address_without_a_name_is_the_companys() -> None:
    columns, fields = ("Yritys", "Sähköposti"), ("company_name", "email")
    shared = one(to_row(1, ("A Oy", "info@a.fi"), columns, fields))
    assert shared.person is None and shared.company is not None and shared.company.email == "info@a.fi"
    named = one(to_row(1, ("A Oy", "ilmari@a.fi"), columns, fields))
    assert named.person is not None and named.person.email == "ilmari@a.fi"


def test_columns_without_a_heading_are_called_by_their_letter() -> None:
    assert [column_name((), place) for place in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]


# --- portions ---------------------------------------------------------------------------------------------------------


def test_rows_go_in_portions_of_five_hundred_and_of_a_size() -> None:
    small = [one(to_row(n, (f"Yritys {n}",), ("Y",), ("company_name",))) for n in range(1201)]
    assert [len(part) for part in batches(small)] == [500, 500, 201]
    big = [one(to_row(n, ("A Oy", "ä" * 40_000), ("Y", "T"), ("company_name", "fact:note"))) for n in range(30)]
    portions = list(batches(big))
    assert sum(map(len, portions)) == 30 and max(sum(map(weigh, part)) for part in portions) <= 900_000
    assert [row.number for part in portions for row in part] == list(range(30))


# --- failed rows ------------------------------------------------------------------------------------------------------


def say(key: str, values: Mapping[str, object]) -> str:
    """Finnish words, as the desk says them."""
    return Words("fi").sentence(key, values)


BAD = (
    "Yritys;Y-tunnus;Puhelin\n"
    "Hyvä Oy;0100990-4;040 123 4567\n"
    '=HYPERLINK("http://paha.example");0104676-5;040 123 4567\n'
    "-1 Oy;0106272-1;+358 xyz\n"
    "Liikaa Oy;0106272-1;040 123 4567;yksi;kaksi\n"
    "<b>Öljy</b> ☕;123;\n"
)


def test_failed_rows_are_written_with_where_and_why(table: MakeTable, read: Read, tmp_path: Path) -> None:
    made = table(BAD)
    rows, failures = read(made)
    assert len(rows) == 1 and len(failures) == 4
    path = tmp_path / "hylätyt.csv"
    assert write_failed(path, made.columns, failures, say) == 4
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and not list(tmp_path.glob("*.part"))
    written = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    assert written[0] == ["Yritys", "Y-tunnus", "Puhelin", "Rivi tiedostossa", "Virheellinen sarake", "Miksi hylättiin"]
    assert written[1][0].startswith("'=HYPERLINK") and written[1][3:5] == ["3", "Y-tunnus"]
    assert "0104676-5" in written[1][5]
    assert written[2][:3] == ["'-1 Oy", "0106272-1", "'+358 xyz"]
    assert written[3][2] == "040 123 4567;yksi;kaksi"
    assert written[4][0] == "<b>Öljy</b> ☕"


def test_a_file_of_failed_rows_is_mended_and_imported_again(table: MakeTable, read: Read, tmp_path: Path) -> None:
    made = table(BAD)
    _, failures = read(made)
    path = tmp_path / "hylätyt.csv"
    write_failed(path, made.columns, failures, say)
    mended = path.read_text("utf-8-sig")
    for wrong, right in (
        ("0104676-5", "0104676-4"),
        ("'+358 xyz", "'+358 40 765 4321"),
        (";yksi;kaksi", ""),
        (";123;", ";0106575-4;"),
    ):
        assert wrong in mended
        mended = mended.replace(wrong, right, 1)
    mended = mended.replace('"040 123 4567"', "040 123 4567")
    path.write_text(mended, "utf-8-sig")
    again = open_table(path)
    rows, failures = read(again)
    assert not failures
    names = [row.company.name for row in rows if row.company is not None]
    assert names == ['=HYPERLINK("http://paha.example")', "-1 Oy", "Liikaa Oy", "<b>Öljy</b> ☕"]
    assert rows[1].company is not None
    assert "+358407654321" in (rows[1].company.phone, rows[1].person.phone if rows[1].person else "")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\n=1", "  =1", "＝1", "＠x"])
def test_what_a_spreadsheet_would_compute_is_marked_as_text(cell: str) -> None:
    assert neutral(cell).startswith("'")
    columns = ("Yritys",)
    told = one(to_row(1, (neutral(cell),), columns, ("company_name",)))
    plain = one(to_row(1, (cell,), columns, ("company_name",)))
    assert told == plain


@pytest.mark.parametrize("cell", ["Oy", "1", "", " ", "a=b", "'n Roll", "Öljy-yhtiö"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    assert neutral(cell) == cell


def test_a_folder_that_takes_no_file_is_told(table: MakeTable, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as trouble:
        write_failed(tmp_path / "ei" / "ole" / "x.csv", ("Yritys",), (), say)
    assert trouble.value.key == "failed-file-not-written" and trouble.value.values["why"]


def test_a_mapping_stays_right_for_a_file_of_failed_rows(table: MakeTable, tmp_path: Path) -> None:
    for language in ("fi", "sv", "en"):
        words = Words(language)
        write_failed(tmp_path / "x.csv", ("Yritys", "Y-tunnus"), (), words.sentence)
        made = open_table(tmp_path / "x.csv")
        assert mapping.guess(made.columns)[2:] == ("", "", "")
