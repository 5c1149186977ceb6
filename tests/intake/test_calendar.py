"""A calendar file: what it says, and in plain words what is wrong with it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.errors import BadInput
from leaddesk.intake import calendar

WHOLE = """
zone = "Europe/Helsinki"
holidays = "FI"
name = "Toimisto"

[week]
mon = ["12:00-16:00", "08:00-11:30"]
sat = ["00:00-24:00"]

[dates]
"2026-12-23" = ["08:00-12:00"]
"2026-12-24" = []
2026-12-25 = ["9:00-9:30"]
"""


def test_what_a_file_says() -> None:
    read = calendar.read(WHOLE.encode(), [2026])
    assert (read.zone, read.name) == ("Europe/Helsinki", "Toimisto")
    assert read.week == (((480, 690), (720, 960)), (), (), (), (), ((0, 1440),), ())
    assert read.windows(date(2026, 12, 23)) == ((480, 720),)
    assert read.windows(date(2026, 12, 24)) == ()
    # What the file says of a date stands above its being a holiday.
    assert read.windows(date(2026, 12, 25)) == ((540, 570),)
    assert read.windows(date(2026, 4, 6)) == () != read.windows(date(2026, 4, 13))
    # Of the years asked for alone.
    assert not [day for day in read.dates if day.year != 2026]


def test_the_finnish_holidays_of_a_year() -> None:
    found = calendar.holidays("FI", [2026])
    assert {date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14), date(2026, 12, 6)} <= set(found)
    assert date(2026, 5, 13) not in found and not calendar.holidays("", [2026])
    assert calendar.holidays("fi", [2026]) == found
    # A part of a country has its own.
    assert date(2026, 1, 6) in calendar.holidays("DE-BY", [2026])
    assert date(2026, 1, 6) not in calendar.holidays("DE-BE", [2026])


_BAD = {
    "calendar-unreadable": ["zone = ", "\x00", "zone = 'a'\nzone = 'b'", "a = " + "[" * 5_000],
    "calendar-part-unknown": ["[weak]", "zone = 'Europe/Helsinki'\n[week]\nmonday = []"],
    "calendar-part-unreadable": ["zone = 2", "zone = 'Europe/Helsinki'\nweek = 3", "zone = 'UTC'\ndates = []"],
    "calendar-needs-zone": ["", "zone = '  '"],
    "zone-unknown": ["zone = 'Europe/Helsingfors'", "zone = '../etc/passwd'", "zone = '/etc/localtime'"],
    "holidays-unknown": [f"zone = 'UTC'\nholidays = '{one}'" for one in ("XX", "Finland", "FI-99", "DE-QQ", "F" * 500)],
    "calendar-date-unreadable": [f"zone = 'UTC'\n[dates]\n\"{one}\" = []" for one in ("2026-02-30", "24.12.2026", "")],
    "calendar-hours-unreadable": [
        f"zone = 'UTC'\n[week]\nmon = {one}"
        for one in ("'08:00-16:00'", "[8]", "['8-16']", "['08:60-09:00']", "['']", "[['08:00-09:00']]", "{}")
    ],
    "calendar-window-outside-day": [f"zone = 'UTC'\n[week]\nmon = ['{one}']" for one in ("08:00-25:00", "24:01-24:02")],
    "calendar-window-reversed": [f"zone = 'UTC'\n[week]\nmon = ['{one}']" for one in ("16:00-08:00", "08:00-08:00")],
    "calendar-windows-overlap": ["zone = 'UTC'\n[week]\nmon = ['08:00-12:00', '11:59-16:00']"],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in _BAD.items() for text in texts])
def test_what_is_wrong_is_named(key: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        calendar.read(text.encode(), [2026])
    assert refused.value.key == key


def test_hours_that_are_wrong_are_told_with_their_day() -> None:
    with pytest.raises(BadInput) as refused:
        calendar.read(b"zone = 'UTC'\n[dates]\n2026-05-05 = ['08:00-25:00']", [2026])
    assert refused.value.values == {"day": "2026-05-05", "hours": "08:00-25:00"}


def test_hours_may_touch() -> None:
    read = calendar.read(b"zone = 'UTC'\n[week]\nmon = ['08:00-12:00', '12:00-16:00']", [])
    assert read.week[0] == ((480, 720), (720, 960))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"zone = 'UTC'\n{text}".encode()))
def test_whatever_the_bytes_nothing_but_bad_input(data: bytes) -> None:
    try:
        calendar.read(data, [2026]).check()
    except BadInput:
        pass
