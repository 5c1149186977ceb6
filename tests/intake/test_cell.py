"""Single cells: phones, business ids, e-mail addresses, dates, amounts, as people and programs write them."""

from datetime import UTC, datetime

import pytest

from leaddesk.domain.errors import BadInput
from leaddesk.intake.amount import read_count, read_money
from leaddesk.intake.business_id import read_business_id
from leaddesk.intake.mail import is_shared, read_mail
from leaddesk.intake.moment import read_day, read_instant, read_month
from leaddesk.intake.phone import read_phone
from leaddesk.intake.stated import read_fact
from leaddesk.intake.text import clean, is_nothing, short

# --- phones -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("040 123 4567", "+358401234567"),
        ("040-1234567", "+358401234567"),
        ("0401234567", "+358401234567"),
        ("+358 40 123 4567", "+358401234567"),
        ("+358 (0)40 123 4567", "+358401234567"),
        ("+358(0)401234567", "+358401234567"),
        ("00358401234567", "+358401234567"),
        ("00358-40-123 4567", "+358401234567"),
        ("(09) 123 4567", "+35891234567"),
        ("09-1234567", "+35891234567"),
        ("puh. 09 123 4567", "+35891234567"),
        ("03 1234567", "+35831234567"),
        ("010 234 5678", "+358102345678"),
        ("020 123 456", "+35820123456"),
        ("045 7831 2345", "+3584578312345"),
        ("050 555 123", "+35850555123"),
        ("+46 8 123 456 78", "+46812345678"),
        ("+372 5123 4567", "+37251234567"),
        ("tel:+358401234567", "+358401234567"),
        ("040\u00a0123\u00a04567", "+358401234567"),
    ],
)
def test_phones_become_e164(told: str, number: str) -> None:
    assert read_phone(told).number == number


def test_an_extension_and_a_second_number_are_kept() -> None:
    assert read_phone("09 123 4567 ala 12").extension == "12"
    two = read_phone("040 123 4567 / 09 765 4321")
    assert (two.number, two.others) == ("+358401234567", "09 765 4321")
    assert read_phone("ei numeroa; 040 123 4567").number == "+358401234567"


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("ei ole", "phone-not-a-number"),
        ("040", "phone-too-short"),
        ("040 123 4567 8901 2345", "phone-too-long"),
        ("+210 123 4567", "phone-unknown-country"),
        ("049 123 4567", "phone-not-a-number"),
        ("☕" * 40, "phone-not-a-number"),
    ],
)
def test_what_cannot_be_dialled_is_refused_with_an_example(told: str, key: str) -> None:
    with pytest.raises(BadInput) as trouble:
        read_phone(told)
    assert trouble.value.key == key
    assert trouble.value.values["expected"] == "+358 40 123 4567"


# --- business ids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("0100990-4", "0100990-4"),
        ("100990-4", "0100990-4"),
        ("01009904", "0100990-4"),
        ("1009904", "0100990-4"),
        ("FI01009904", "0100990-4"),
        ("fi 0100990-4", "0100990-4"),
        (" 0100990–4 ", "0100990-4"),
        ("EE100931558", "EE100931558"),
    ],
)
def test_business_ids_get_their_written_form(told: str, written: str) -> None:
    assert read_business_id(told) == written


@pytest.mark.parametrize("told", ["0100990-5", "1234567-8", "0100990", "Oy Ab", "", "0100990-4-1", "９", "SE12"])
def test_a_wrong_check_digit_or_shape_is_refused(told: str) -> None:
    with pytest.raises(BadInput, match="business-id-not-valid"):
        read_business_id(told)


def test_every_digit_of_a_business_id_is_checked() -> None:
    for place in range(9):
        if place != 7:
            wrong = "0100990-4"[:place] + str((int("0100990-4"[place]) + 1) % 10) + "0100990-4"[place + 1 :]
            with pytest.raises(BadInput):
                read_business_id(wrong)


# --- e-mail -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("Matti.Virtanen@Yritys.FI", "matti.virtanen@yritys.fi"),
        ("Matti <matti@yritys.fi>", "matti@yritys.fi"),
        ("mailto:matti@yritys.fi", "matti@yritys.fi"),
        ("pöllö@åäö.fi", "pöllö@åäö.fi"),
        ("etu.suku+leads@a-b.example", "etu.suku+leads@a-b.example"),
    ],
)
def test_addresses_are_lower_case(told: str, address: str) -> None:
    assert read_mail(told).address == address


@pytest.mark.parametrize("told", ["matti@", "@yritys.fi", "matti(at)y.fi", "a@b", "a b@c@d.fi", "x@-a.fi", "ä" * 300])
def test_what_is_no_address_is_refused(told: str) -> None:
    with pytest.raises(BadInput, match="email-not-valid"):
        read_mail(told)


def test_a_second_address_is_kept_and_shared_ones_are_known() -> None:
    assert read_mail("a@yritys.fi; b@yritys.fi").others == "b@yritys.fi"
    assert is_shared("info@yritys.fi") and is_shared("myynti@yritys.fi") and not is_shared("ilmari@yritys.fi")


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("24.11.2026 klo 9.30", (2026, 11, 24, 7, 30)),
        ("ti 24.11.2026 9:30", (2026, 11, 24, 7, 30)),
        ("24. 11. 26", (2026, 11, 24, 10, 0)),
        ("2026-11-24T09:30:00+02:00", (2026, 11, 24, 7, 30)),
        ("2026-11-24 09:30Z", (2026, 11, 24, 9, 30)),
        ("2026-07-01", (2026, 7, 1, 9, 0)),
        ("20261124", (2026, 11, 24, 10, 0)),
        ("25/12/2026", (2026, 12, 25, 10, 0)),
        ("12/25/2026 3:05 PM", (2026, 12, 25, 13, 5)),
        ("46350", (2026, 11, 24, 10, 0)),
        ("46350.5", (2026, 11, 24, 10, 0)),
        ("1795512600", (2026, 11, 24, 9, 30)),
        ("1795512600000", (2026, 11, 24, 9, 30)),
        ("2026-11-24 24:00", (2026, 11, 24, 22, 0)),
    ],
)
def test_dates_of_every_usual_writing(told: str, at: tuple[int, ...]) -> None:
    assert read_instant(told) == datetime(*at, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("03/04/2026", "date-ambiguous"),
        ("3.4.9999", "date-out-of-range"),
        ("9999-12-31", "date-out-of-range"),
        ("1.1.0001", "date-out-of-range"),
        ("24.11.20260", "date-out-of-range"),
        ("30.2.2026", "date-unreadable"),
        ("2026-13-01", "date-unreadable"),
        ("eilen", "date-unreadable"),
        ("24.11.2026 25.00", "date-unreadable"),
        ("2026-11-24 10:00+99:00", "date-unreadable"),
        ("", "date-unreadable"),
    ],
)
def test_dates_that_mean_nothing_or_two_things_are_refused(told: str, key: str) -> None:
    with pytest.raises(BadInput) as trouble:
        read_instant(told)
    assert trouble.value.key == key


def test_an_order_settles_what_is_ambiguous() -> None:
    assert read_day("03/04/2026", "dmy").isoformat() == "2026-04-03"
    assert read_day("03/04/2026", "mdy").isoformat() == "2026-03-04"
    assert read_day("26/04/03", "ymd").isoformat() == "2026-04-03"


def test_a_month_alone_stays_a_month() -> None:
    assert [read_month(one) for one in ("3/2027", "2027-3", "03.2027", "2027", "13/2027")] == [
        "2027-03",
        "2027-03",
        "2027-03",
        "",
        "",
    ]
    with pytest.raises(BadInput, match="date-out-of-range"):
        read_month("1/9999")


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "header", "number"),
    [
        ("48 M€", "", 48_000_000),
        ("2,1 milj. euroa", "", 2_100_000),
        ("1 234,5", "", 1_235),
        ("1\u00a0234\u00a0567", "", 1_234_567),
        ("1.234.567,00 €", "", 1_234_567),
        ("$10M-$50M", "", 30_000_000),
        ("2-10 M€", "", 6_000_000),
        ("alle 2 milj.", "", 1_000_000),
        ("yli 50 M€", "", 50_000_000),
        ("$200M+", "", 200_000_000),
        ("850", "Liikevaihto (1000 €)", 850_000),
        ("12 tkr", "", 12_000),
    ],
)
def test_money_as_people_write_it(told: str, header: str, number: int) -> None:
    assert read_money(told, header).number == number


def test_a_band_keeps_its_words() -> None:
    assert (read_count("500-999").number, read_count("500-999").band) == (750, "500-999")
    assert (read_count("2000+").number, read_count("2000+").band) == (2000, "2000+")
    assert (read_count("n. 25 henkilöä").number, read_count("25").band) == (25, "")


@pytest.mark.parametrize("told", ["paljon", "1e400", "--", "9" * 30, "12 kg", "1,2,3,4 ja 5", "x" * 200])
def test_what_is_no_amount_is_refused(told: str) -> None:
    with pytest.raises(BadInput, match="amount-unreadable"):
        read_money(told)


@pytest.mark.parametrize("told", ["-5", "−1,5 M€", "- 3", "n. -4"])
def test_no_amount_is_less_than_nothing(told: str) -> None:
    for read in (read_money, read_count):
        with pytest.raises(BadInput, match="amount-negative"):
            read(told)


@pytest.mark.parametrize("told", ["12,5", "0.25", "12,5 henkilöä"])
def test_people_are_counted_whole(told: str) -> None:
    with pytest.raises(BadInput, match="amount-not-whole"):
        read_count(told)
    assert (read_count("12,0").number, read_count("2-9").number, read_count("alle 5").number) == (12, 6, 3)


# --- text -------------------------------------------------------------------------------------------------------------


def test_only_controls_and_ends_are_taken_from_a_cell() -> None:
    assert clean(" \x00Kahvila\x07 ☕\r\n<b>Öljy</b> \u200d ") == "Kahvila ☕\n<b>Öljy</b> \u200d"
    assert clean("'=1+1") == "=1+1" and clean("'n Roll Oy") == "'n Roll Oy"
    with pytest.raises(BadInput, match="row-not-in-encoding"):
        clean("P\udce4iv\udce4")


def test_words_for_nothing_are_nothing() -> None:
    assert all(map(is_nothing, ("-", "n/a", "Ei tiedossa", "#PUUTTUU!", "NULL", "saknas")))
    assert not any(map(is_nothing, ("0", "ei", "Oy", "Nolla Oy")))


def test_a_quoted_text_is_one_short_line() -> None:
    assert short("a\nb\tc") == "a b c"
    assert len(short("x" * 1000)) == 80 and short("x" * 1000).endswith("…")


def test_a_stated_fact_is_read_as_a_column_is() -> None:
    assert [read_fact("contract_ends", one) for one in ("31.3.2027", "3/2027", "2027", "toistaiseksi")] == [
        "2027-03-31", "2027-03", "2027", "toistaiseksi",
    ]  # fmt: skip
    assert read_fact("phone", "040 123 4567") == "+358401234567" and read_fact("website", " x ") == " x "
    for wrong in ("30.2.2026", "31.4."):
        with pytest.raises(BadInput, match="date-unreadable"):
            read_fact("contract_ends", wrong)
