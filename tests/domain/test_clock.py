"""SLA.md: rules 1 to 5 and its cases, and the whole function against a minute-by-minute count."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leaddesk.domain.clock import (
    Calendar,
    Due,
    NoHours,
    NoSla,
    Paused,
    Windows,
    deadline,
    local_day,
    local_midnight,
    next_midnight,
)
from leaddesk.domain.defaults import default_policy, finnish_holidays
from leaddesk.domain.errors import BadInput
from leaddesk.domain.state import Pause
from tests.domain.slow_clock import MINUTE, count, is_open

HELSINKI = "Europe/Helsinki"
OFFICE: Windows = ((8 * 60, 16 * 60),)
WEEK: tuple[Windows, ...] = (*(OFFICE,) * 5, (), ())
ALWAYS: Windows = ((0, 24 * 60),)
PLAIN = Calendar(HELSINKI, WEEK, dict.fromkeys(finnish_holidays(2026), ()))
LUNCH: Windows = ((8 * 60, 11 * 60 + 30), (12 * 60, 16 * 60))


def at(text: str, fold: int = 0) -> datetime:
    """Helsinki wall time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(HELSINKI), fold=fold).astimezone(UTC)


def local(due: object) -> str:
    """The deadline as SLA.md writes it: local wall time with its offset."""
    assert isinstance(due, Due)
    assert due.at.tzinfo is UTC
    return due.at.astimezone(ZoneInfo(HELSINKI)).strftime("%a %Y-%m-%d %H:%M:%S %z")


CASES = [
    ("weekend start", "2026-11-21 16:00", 120, PLAIN, "Mon 2026-11-23 10:00:00 +0200"),
    ("spring change in the gap", "2026-03-27 15:30", 60, PLAIN, "Mon 2026-03-30 08:30:00 +0300"),
    (
        "the hour 03 occurs twice",
        "2026-10-24 23:00",
        360,
        Calendar(HELSINKI, (ALWAYS,) * 7),
        "Sun 2026-10-25 04:00:00 +0200",
    ),
    ("Good Friday and Easter Monday", "2026-04-02 15:00", 120, PLAIN, "Tue 2026-04-07 09:00:00 +0300"),
    ("arrival at closing", "2026-11-20 16:00", 60, PLAIN, "Mon 2026-11-23 09:00:00 +0200"),
    (
        "two windows",
        "2026-11-23 11:00",
        60,
        Calendar(HELSINKI, (*(LUNCH,) * 5, (), ())),
        "Mon 2026-11-23 12:30:00 +0200",
    ),
    ("exactly a day is due at closing", "2026-11-23 08:00", 480, PLAIN, "Mon 2026-11-23 16:00:00 +0200"),
    ("a minute more is next morning", "2026-11-23 08:00", 481, PLAIN, "Tue 2026-11-24 08:01:00 +0200"),
    (
        "exactly to lunch is due at lunch",
        "2026-11-23 11:00",
        30,
        Calendar(HELSINKI, (LUNCH,) * 7),
        "Mon 2026-11-23 11:30:00 +0200",
    ),
    ("arrival at the opening", "2026-11-23 08:00", 1, PLAIN, "Mon 2026-11-23 08:01:00 +0200"),
    ("before the opening", "2026-11-23 05:00", 60, PLAIN, "Mon 2026-11-23 09:00:00 +0200"),
    ("a second before closing", "2026-11-20 15:59:59", 1, PLAIN, "Mon 2026-11-23 08:00:59 +0200"),
    (
        "a window that begins in the spring gap begins at the change",
        "2026-03-29 00:00",
        30,
        Calendar(HELSINKI, ((),) * 6 + (((3 * 60 + 30, 5 * 60),),)),
        "Sun 2026-03-29 04:30:00 +0300",
    ),
    (
        "a window inside the spring gap is no time at all",
        "2026-03-29 00:00",
        30,
        Calendar(HELSINKI, ((),) * 6 + (((3 * 60, 4 * 60),),)),
        "Sun 2026-04-05 03:30:00 +0300",
    ),
    (
        "a window over the repeated hour is open both times",
        "2026-10-25 00:00",
        120,
        Calendar(HELSINKI, ((),) * 6 + (((3 * 60, 4 * 60),),)),
        "Sun 2026-10-25 04:00:00 +0200",
    ),
    (
        "half of the repeated hour is counted twice, with a hole between",
        "2026-10-25 00:00",
        31,
        Calendar(HELSINKI, ((),) * 6 + (((3 * 60, 3 * 60 + 30),),)),
        "Sun 2026-10-25 03:01:00 +0200",
    ),
    (
        "a short day and an extra day override the weekday",
        "2026-11-27 10:00",
        180,
        Calendar(HELSINKI, WEEK, {date(2026, 11, 27): ((480, 660),), date(2026, 11, 28): ((600, 720),)}),
        "Sat 2026-11-28 12:00:00 +0200",
    ),
    (
        "over New Year",
        "2026-12-31 15:00",
        120,
        Calendar(HELSINKI, WEEK, {date(2027, 1, 1): ()}),
        "Mon 2027-01-04 09:00:00 +0200",
    ),
    (
        "the leap day is a day",
        "2028-02-28 15:00",
        120,
        Calendar(HELSINKI, WEEK),
        "Tue 2028-02-29 09:00:00 +0200",
    ),
    (
        "a window up to midnight goes on after it",
        "2026-11-23 23:00",
        120,
        Calendar(HELSINKI, (ALWAYS,) * 7),
        "Tue 2026-11-24 01:00:00 +0200",
    ),
]


@pytest.mark.parametrize(("start", "minutes", "calendar", "due"), [one[1:] for one in CASES], ids=[c[0] for c in CASES])
def test_the_case_of_the_page(start: str, minutes: int, calendar: Calendar, due: str) -> None:
    assert local(deadline(at(start), minutes, calendar)) == due


@pytest.mark.parametrize("minutes", [None, 0, -5])
def test_without_a_target_there_is_no_sla(minutes: int | None) -> None:
    assert deadline(at("2026-11-23 08:00"), minutes, Calendar(HELSINKI, ((),) * 7)) == NoSla()


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(HELSINKI, ((),) * 7),
        Calendar(HELSINKI, ((),) * 7, {date(2026, 1, 1): OFFICE}),
        Calendar(HELSINKI, ((),) * 7, {date(2040, 1, 1): OFFICE}),
        Calendar(HELSINKI, ((),) * 7, {date(2026, 11, 24): ((480, 481),)}),
    ],
    ids=["none", "only in the past", "only past the horizon", "fewer than the target"],
)
def test_a_calendar_without_hours_is_a_set_up_error(calendar: Calendar) -> None:
    assert deadline(at("2026-11-23 08:00"), 60, calendar) == NoHours()
    pause = Pause(start=at("2026-11-23 09:00"), until=datetime(9998, 1, 1, tzinfo=UTC))
    assert deadline(at("2026-11-23 08:00"), 60, calendar, (pause,)) == NoHours()


def test_the_horizon_is_five_years() -> None:
    start = at("2026-11-23 08:00")
    within, past = date(2031, 11, 21), date(2031, 12, 24)
    assert isinstance(deadline(start, 60, Calendar(HELSINKI, ((),) * 7, {within: OFFICE})), Due)
    assert deadline(start, 60, Calendar(HELSINKI, ((),) * 7, {past: OFFICE})) == NoHours()


def test_a_target_of_ages_ends() -> None:
    assert deadline(at("2026-11-23 08:00"), 10**15, PLAIN) == NoHours()


@pytest.mark.parametrize("year", [1, 2, 1899, 9997, 9998, 9999])
def test_the_ends_of_time_end_too(year: int) -> None:
    """Whatever the answer is: an answer, never an exception or a loop."""
    start = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    rest = Pause(start=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    for pauses in ((), (rest,)):
        assert isinstance(deadline(start, 60, Calendar(HELSINKI, (ALWAYS,) * 7), pauses), Due | NoHours)


def test_an_open_pause_leaves_no_due_instant() -> None:
    start = at("2026-11-23 08:00")
    assert deadline(start, 60, PLAIN, (Pause(start=start),)) == Paused()
    ended = Pause(start=start, until=at("2026-11-23 09:00"))
    assert deadline(start, 60, PLAIN, (ended, Pause(start=at("2026-11-23 12:00")))) == Paused()


PAUSES = [
    ("in business time", [("2026-11-23 09:00", "2026-11-23 11:00")], "Mon 2026-11-23 12:00:00 +0200"),
    ("the night of it costs nothing", [("2026-11-23 09:00", "2026-11-24 09:00")], "Tue 2026-11-24 10:00:00 +0200"),
    ("wholly at night", [("2026-11-23 17:00", "2026-11-24 07:00")], "Mon 2026-11-23 10:00:00 +0200"),
    ("before the start", [("2026-11-20 09:00", "2026-11-20 12:00")], "Mon 2026-11-23 10:00:00 +0200"),
    ("over the start", [("2026-11-20 09:00", "2026-11-23 08:30")], "Mon 2026-11-23 10:30:00 +0200"),
    ("beginning when the time is spent", [("2026-11-23 10:00", "2026-11-23 12:00")], "Mon 2026-11-23 10:00:00 +0200"),
    (
        "overlapping ones count once",
        [("2026-11-23 09:00", "2026-11-23 10:00"), ("2026-11-23 09:30", "2026-11-23 10:30")],
        "Mon 2026-11-23 11:30:00 +0200",
    ),
    ("empty and reversed ones", [("2026-11-23 09:00", "2026-11-23 08:30")], "Mon 2026-11-23 10:00:00 +0200"),
]


@pytest.mark.parametrize(("pauses", "due"), [one[1:] for one in PAUSES], ids=[one[0] for one in PAUSES])
def test_a_pause_counts(pauses: list[tuple[str, str]], due: str) -> None:
    held = tuple(Pause(start=at(begin), until=at(end)) for begin, end in pauses)
    assert local(deadline(at("2026-11-23 08:00"), 120, PLAIN, held)) == due
    assert local(deadline(at("2026-11-23 08:00"), 120, PLAIN, held[::-1])) == due


# --- against the count ----------------------------------------------------------------------------------------------

ZONES = [HELSINKI, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "Pacific/Apia", "UTC"]

#: Whose clocks went back from 00:01 on Sunday to 23:01 on Saturday.
ST_JOHNS = Calendar("America/St_Johns", (*((),) * 5, ((1380, 1440),), ((0, 60),)))

#: Days around which the clocks of Helsinki, Lord Howe, Cairo and New York change, and an ordinary one.
DAYS = [
    date(2026, 3, 28),
    date(2026, 10, 24),
    date(2026, 4, 3),
    date(2026, 4, 23),
    date(2026, 11, 1),
    date(2026, 6, 10),
]


@st.composite
def windows(draw: st.DrawFn) -> Windows:
    """None to three windows of a day, sorted; they may touch."""
    minute = st.one_of(st.sampled_from([0, 60, 120, 180, 210, 240, 480, 960, 1440]), st.integers(0, 1440))
    edges = sorted(draw(st.lists(minute, max_size=6, unique=True)))
    found = [one for one in pairwise(edges) if draw(st.booleans())]
    return tuple(found[:3])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    day = draw(st.sampled_from(DAYS))
    exceptions = st.dictionaries(st.sampled_from([day + timedelta(days=n) for n in range(4)]), windows(), max_size=2)
    made = Calendar(draw(st.sampled_from(ZONES)), tuple(draw(windows()) for _ in range(7)), draw(exceptions))
    made.check()
    return made


MINUTES = st.integers(-600, 4 * 1440)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A whole UTC minute near one of the days."""
    day = draw(st.sampled_from(DAYS))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=draw(MINUTES))


@st.composite
def rests(draw: st.DrawFn) -> tuple[Pause, ...]:
    made = []
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(moments())
        made.append(Pause(start=begin, until=begin + timedelta(minutes=draw(st.integers(0, 3000)))))
    return tuple(made)


@given(calendars(), moments(), st.integers(1, 3000), rests())
@example(Calendar(HELSINKI, (ALWAYS,) * 7), datetime(2026, 3, 28, 23, 0, tzinfo=UTC), 180, ())
@example(Calendar(HELSINKI, (((170, 200), (230, 260)),) * 7), datetime(2026, 10, 24, 23, 7, tzinfo=UTC), 61, ())
@example(ST_JOHNS, datetime(2010, 11, 7, 1, 0, tzinfo=UTC), 70, ())
def test_the_deadline_is_that_of_a_count_minute_by_minute(
    calendar: Calendar, start: datetime, minutes: int, pauses: tuple[Pause, ...]
) -> None:
    days = 12
    counted = count(start, minutes, calendar, pauses, days)
    found = deadline(start, minutes, calendar, pauses)
    if counted is not None:
        assert found == Due(counted)
    else:
        assert found == NoHours() or (isinstance(found, Due) and found.at > start + timedelta(days=days))


@given(calendars(), moments(), st.integers(0, 59_999_999), st.integers(1, 2000), rests())
def test_a_start_inside_a_minute_is_exact(
    calendar: Calendar, start: datetime, micros: int, minutes: int, pauses: tuple[Pause, ...]
) -> None:
    """Deadlines move with the start, to the microsecond: by as much, or by nothing where it is closed."""
    on_the_minute = deadline(start, minutes, calendar, pauses)
    later = deadline(start + timedelta(microseconds=micros), minutes, calendar, pauses)
    if not isinstance(on_the_minute, Due) or not isinstance(later, Due):
        return
    moved = is_open(start, calendar) and not any(one.start <= start < (one.until or start) for one in pauses)
    if not moved or not micros:
        assert later == on_the_minute
    elif is_open(on_the_minute.at, calendar) and not any(one.start <= on_the_minute.at for one in pauses):
        assert later.at - on_the_minute.at == timedelta(microseconds=micros)
    else:
        # The time that is left is spent at the next opening, into it as far as the start was into its minute.
        assert later.at > on_the_minute.at
        assert (later.at - start) % MINUTE == timedelta(microseconds=micros)


@given(calendars(), moments(), st.integers(1, 1500), st.integers(1, 1500))
def test_two_targets_one_after_the_other_are_their_sum(
    calendar: Calendar, start: datetime, first: int, second: int
) -> None:
    whole = deadline(start, first + second, calendar)
    part = deadline(start, first, calendar)
    if isinstance(whole, Due) and isinstance(part, Due):
        assert deadline(part.at, second, calendar) == whole


def test_the_answer_does_not_depend_on_what_was_asked_before() -> None:
    """Equal calendars that are different objects share one line; one that differs does not."""
    start = at("2026-11-23 08:00")
    again = Calendar(HELSINKI, WEEK, dict(PLAIN.dates))
    other = Calendar(HELSINKI, WEEK, {**PLAIN.dates, date(2026, 11, 23): ()})
    assert deadline(start, 60, again) == deadline(start, 60, PLAIN)
    assert local(deadline(start, 60, other)) == "Tue 2026-11-24 09:00:00 +0200"


# --- local days -----------------------------------------------------------------------------------------------------


@given(st.sampled_from(ZONES), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_the_next_midnight_is_the_next_change_of_the_local_date(zone: str, naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    then = next_midnight(now, zone)
    assert now < then <= now + timedelta(hours=49)
    assert local_day(then - timedelta(microseconds=1), zone) == local_day(now, zone)
    assert local_day(then, zone) > local_day(now, zone)


def test_midnight_in_a_spring_gap_is_the_change() -> None:
    """Cairo's clocks skip from 00:00 to 01:00 on 24 April 2026."""
    assert local_midnight(date(2026, 4, 24).toordinal(), "Africa/Cairo") == datetime(2026, 4, 23, 22, tzinfo=UTC)


# --- the document ---------------------------------------------------------------------------------------------------

BAD = [
    ("zone-unknown", Calendar("Europe/Turku", WEEK)),
    ("zone-unknown", Calendar("../../etc/passwd", WEEK)),
    ("zone-unknown", Calendar("", WEEK)),
    ("zone-unknown", Calendar("Europe", WEEK)),
    ("calendar-needs-seven-days", Calendar(HELSINKI, WEEK[:6])),
    ("calendar-window-outside-day", Calendar(HELSINKI, (((480, 1441),), *WEEK[1:]))),
    ("calendar-window-outside-day", Calendar(HELSINKI, (((-1, 10),), *WEEK[1:]))),
    ("calendar-window-reversed", Calendar(HELSINKI, (((480, 480),), *WEEK[1:]))),
    ("calendar-windows-overlap", Calendar(HELSINKI, (((480, 700), (600, 720)), *WEEK[1:]))),
    ("calendar-windows-overlap", Calendar(HELSINKI, WEEK, {date(2026, 1, 7): ((600, 720), (480, 540))})),
]


@pytest.mark.parametrize(("key", "calendar"), BAD, ids=[f"{key}-{n}" for n, (key, _) in enumerate(BAD)])
def test_a_bad_calendar_is_told_in_plain_words(key: str, calendar: Calendar) -> None:
    with pytest.raises(BadInput) as caught:
        calendar.check()
    assert caught.value.key == key


def test_the_shipped_calendar_knows_finnish_holidays() -> None:
    calendar = default_policy().calendar
    calendar.check()
    closed = {
        date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
        date(2026, 6, 19), date(2026, 6, 20), date(2026, 10, 31), date(2026, 12, 6), date(2026, 12, 24),
        date(2026, 12, 25), date(2026, 12, 26),
    }  # fmt: skip
    assert set(finnish_holidays(2026)) == closed
    assert all(calendar.windows(day) == () for day in closed)
    assert finnish_holidays(2027)[3:5] == (date(2027, 3, 29), date(2027, 5, 1))
