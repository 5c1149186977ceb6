"""Which column becomes what, by headings in three languages and by what the cells look like."""

import pytest

from leaddesk.domain.errors import BadInput
from leaddesk.intake.mapping import FileKind, check, guess, guess_kind, signature

USUAL = (
    "company_name business_id industry_text revenue_eur employees municipality postcode person_name title phone email"
)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            "Yritys;Y-tunnus;Toimiala;Liikevaihto (M€);Henkilöstö;Kunta;Postinumero;Nimi;Titteli;Puhelin;Sähköposti",
            USUAL,
        ),
        (
            "Företag;FO-nummer;Bransch;Omsättning;Anställda;Ort;Postnummer;Namn;Titel;Telefon;E-post",
            USUAL,
        ),
        (
            "Company;Business ID;Industry;Revenue;Employees;City;Postcode;Name;Job title;Phone;Email",
            USUAL,
        ),
        ("businessId;name;mainBusinessLineType;postCode", "business_id company_name industry postcode"),
        ("Etunimi;Sukunimi;Yritys;Sähköposti", "first_name last_name company_name email"),
        ("lead_id;touch_id;touch_timestamp;touch_direction", "lead_id event_id event_at event_direction"),
    ],
)
def test_headings_in_three_languages(columns: str, expected: str) -> None:
    assert guess(columns.split(";")) == tuple(expected.split())


def test_content_names_a_column_without_a_heading() -> None:
    rows = [("A Oy", "0100990-4", "a@yritys.fi"), ("B Oy", "0104676-4", "b@yritys.fi"), ("C", "0106272-1", "c@y.fi")]
    assert guess(("", "", ""), rows)[1:] == ("business_id", "company_email")


def test_content_that_contradicts_a_heading_leaves_the_column_out() -> None:
    rows = [("A Oy", "kyllä"), ("B Oy", "ei"), ("C Oy", "kyllä")]
    assert guess(("Yritys", "Sähköposti"), rows) == ("company_name", "")


def test_name_is_the_persons_where_the_company_has_its_own() -> None:
    assert guess(("Nimi", "Yritys"))[0] == "person_name"
    assert guess(("Nimi", "Y-tunnus"))[0] == "company_name"
    assert guess(("Nimi", "Titteli", "Puhelin")) == ("person_name", "title", "phone")


def test_a_field_goes_to_one_column_and_a_second_number_is_kept_as_an_attribute() -> None:
    assert (
        guess(("Yritys", "Nimi", "Puhelin", "Matkapuhelin", "Yritys"))
        == (
            "company_name",
            "person_name",
            "person_fact:phone_other",
            "phone",
            "",
        )
        or guess(("Yritys", "Nimi", "Puhelin", "Matkapuhelin", "Yritys"))[4] == ""
    )


@pytest.mark.parametrize("column", ["Rivi tiedostossa", "Virheellinen sarake", "Miksi hylättiin", "Why not taken"])
def test_columns_of_a_file_of_failed_rows_are_left_out(column: str) -> None:
    assert guess(("Yritys", column)) == ("company_name", "")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (("company_name",), "mapping-length"),
        (("company_name", "kengännumero"), "mapping-unknown-field"),
        (("company_name", "fact:name"), "mapping-unknown-field"),
        (("company_name", "company_name"), "mapping-twice"),
        (("title", "theme"), "mapping-without-company"),
        (("", ""), "mapping-without-company"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(fields: tuple[str, ...], key: str) -> None:
    with pytest.raises(BadInput) as trouble:
        check(("a", "b"), fields)
    assert trouble.value.key == key


def test_the_kind_of_a_file_is_its_most_particular_part() -> None:
    assert guess_kind(("company_name", "business_id")) is FileKind.COMPANIES
    assert guess_kind(("company_name", "email")) is FileKind.CONTACTS
    assert guess_kind(("company_name", "email", "theme")) is FileKind.LEADS
    assert guess_kind(("lead_id", "event", "event_at")) is FileKind.EVENTS
    assert guess_kind(("lead_id", "activity", "activity_at")) is FileKind.ACTIVITIES


def test_a_kept_mapping_is_found_whatever_the_spelling_of_the_headings() -> None:
    assert signature(("Y-tunnus", "Nimi")) == signature(("y tunnus", "NIMI"))
    assert signature(("Y-tunnus", "Nimi")) != signature(("Nimi", "Y-tunnus"))
