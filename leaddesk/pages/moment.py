"""Instants beside now, in words: today, tomorrow, 34 min, overdue 12 min.

Pure functions of local times, a language and its catalogue. Countdown texts go in whole minutes and are never off by
more than one; the last five minutes may be shown in seconds.
"""

import re
from datetime import date, datetime, timedelta
from gettext import NullTranslations

from leaddesk.pages import format as forms
from leaddesk.pages.marks import N_

_SOON = timedelta(hours=3)
_FINE = timedelta(minutes=5)
_DAY = 24 * 60

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = (
    N_("January {year}"), N_("February {year}"), N_("March {year}"), N_("April {year}"), N_("May {year}"),
    N_("June {year}"), N_("July {year}"), N_("August {year}"), N_("September {year}"), N_("October {year}"),
    N_("November {year}"), N_("December {year}"),
)  # fmt: skip

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def when(at: datetime, now: datetime | None, language: str, catalogue: NullTranslations, dated: bool = False) -> str:
    """``at`` beside ``now``, both local: "today 13.08", "Tue 9.00" in the coming week, else the date and the time.

    ``dated``: "Tue 24/11 9.00" in the coming week, for what is read later, too.
    """
    time = forms.clock(at, language)
    if now is None:
        return f"{forms.day(at, language)} {time}"
    days = (at.date() - now.date()).days
    near = {
        0: catalogue.gettext("today {time}"),
        1: catalogue.gettext("tomorrow {time}"),
        -1: catalogue.gettext("yesterday {time}"),
    }.get(days)
    if near is not None:
        return near.format(time=time)
    day = forms.short_day(at, language) if at.year == now.year else forms.day(at, language)
    if 1 < days < 7:
        weekday = catalogue.gettext(_WEEKDAYS[at.weekday()])
        return f"{weekday} {day} {time}" if dated else f"{weekday} {time}"
    return f"{day} {time}"


def countdown(due: datetime, now: datetime, language: str, catalogue: NullTranslations, fine: bool = False) -> str:
    """The time from ``now`` to ``due``; past it, by how much it is late."""
    left = due - now
    if left < timedelta():
        late = int(-left / timedelta(minutes=1))
        if late < 1:
            return catalogue.gettext("overdue")
        return catalogue.gettext("overdue {time}").format(time=duration(late, catalogue))
    if fine and left < _FINE:
        return forms.stopwatch(left.total_seconds())
    minutes = int(left / timedelta(minutes=1))
    if minutes < 1:
        return catalogue.gettext("under 1 min")
    if left < _SOON or due.date() == now.date():
        return duration(minutes, catalogue)
    return when(due, now, language, catalogue)


def duration(minutes: float, catalogue: NullTranslations) -> str:
    """A stretch of minutes, to the nearest: "34 min", "1 h 20 min"; from two days on in days, to the nearest too."""
    whole = max(0, round(minutes))
    hours, rest = divmod(whole, 60)
    if whole >= 2 * _DAY:
        days = round(whole / _DAY)
        return catalogue.ngettext("{n} day", "{n} days", days).format(n=days)
    if not hours:
        return catalogue.gettext("{minutes} min").format(minutes=rest)
    if not rest:
        return catalogue.gettext("{hours} h").format(hours=hours)
    return catalogue.gettext("{hours} h {minutes} min").format(hours=hours, minutes=rest)


def day_of(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of "2027-03-31", "2027-03" (day 0); None for anything else, a bare year too."""
    found = _PARTIAL.fullmatch(text.strip())
    if found is None or found[2] is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return year, month, day


def partial(found: tuple[int, int, int], language: str, catalogue: NullTranslations) -> str:
    """A date as exact as it is known: "31.3.2027", "March 2027"."""
    year, month, day = found
    if day:
        return forms.day(date(year, month, day), language)
    return catalogue.gettext(_MONTHS[month - 1]).format(year=year)
