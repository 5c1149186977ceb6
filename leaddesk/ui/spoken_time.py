"""Typed times in Finnish, Swedish and English: "ma 9", "huomenna 14.30", "i morgon 10", "in 2 weeks", "24.11. klo 9".

All three languages are understood whatever the window speaks. What can be meant in two ways is never guessed: the
reading is unclear and carries the choices. No Qt, no clock: a function of the text, the present instant and the zone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

#: How far ahead a time may lie, and how far back where something past is told, in years.
AHEAD, BACK = 10, 30

#: The time of a day named without one.
USUAL = time(9)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means: ``at`` a UTC instant, or why not.

    ``trouble``: "empty", "unread", "unclear" (with ``choices``), "past" (perhaps with ``choices``), "year" (out of
    range), "future" (where the past is told), "no-day" (31.2.), "no-time" (25.00).
    """

    at: datetime | None = None
    trouble: str = ""
    choices: tuple[datetime, ...] = ()


class _Trouble(Exception):
    """A reading that ends in a trouble."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def read(text: str, now: datetime, zone: tzinfo | None, back: bool = False) -> Reading:
    """What is meant by ``text`` at ``now`` (UTC) for somebody in ``zone`` (None: the computer's own).

    ``back``: something that has happened is told, so that "ma" is the last Monday; what lies ahead is refused.
    """
    told = _plain(text)
    if not told:
        return Reading(trouble="empty")
    if back and told in ("nyt", "nu", "now"):
        return Reading(at=now)
    here = (now.astimezone(zone) if zone is not None else now.astimezone()).replace(tzinfo=None)
    try:
        return _found(told, here, now, zone, back)
    except _Trouble as trouble:
        return Reading(trouble=trouble.trouble)
    except (OverflowError, ValueError):
        return Reading(trouble="no-day")


def instant(wall: datetime, zone: tzinfo | None) -> datetime:
    """The UTC instant of a wall clock time in ``zone``; a time the clock jumps over is the one after the jump."""
    return (wall.replace(tzinfo=zone) if zone is not None else wall).astimezone(UTC)


# --- words ----------------------------------------------------------------------------------------------------------


def _names(*lines: str) -> dict[str, int]:
    return {word: index for index, line in enumerate(lines) for word in line.split()}


_WEEKDAYS = _names(
    "ma maanantai maanantaina mån måndag måndagen mon monday mondays",
    "ti tiistai tiistaina tis tisdag tisdagen tue tues tuesday",
    "ke keskiviikko keskiviikkona ons onsdag onsdagen wed wednesday",
    "to torstai torstaina tor tors torsdag torsdagen thu thur thurs thursday",
    "pe perjantai perjantaina fre fredag fredagen fri friday",
    "la lauantai lauantaina lör lördag lördagen sat saturday",
    "su sunnuntai sunnuntaina sön söndag söndagen sun sunday",
)

_MONTHS = {
    word: index + 1
    for word, index in _names(
        "tammikuu tammikuuta tammikuussa januari january jan",
        "helmikuu helmikuuta helmikuussa februari february feb",
        "maaliskuu maaliskuuta maaliskuussa mars march mar",
        "huhtikuu huhtikuuta huhtikuussa april apr",
        "toukokuu toukokuuta toukokuussa maj may",
        "kesäkuu kesäkuuta kesäkuussa juni june jun",
        "heinäkuu heinäkuuta heinäkuussa juli july jul",
        "elokuu elokuuta elokuussa augusti august aug",
        "syyskuu syyskuuta syyskuussa september sep sept",
        "lokakuu lokakuuta lokakuussa oktober october okt oct",
        "marraskuu marraskuuta marraskuussa november nov",
        "joulukuu joulukuuta joulukuussa december dec",
    ).items()
}

_DAYS = {
    "tänään": 0, "idag": 0, "today": 0, "huomenna": 1, "huomen": 1, "imorgon": 1, "tomorrow": 1,
    "ylihuomenna": 2, "övermorgon": 2, "overmorrow": 2, "eilen": -1, "igår": -1, "yesterday": -1,
    "toissapäivänä": -2, "förrgår": -2,
}  # fmt: skip

_NEXT = frozenset("ensi next nästa seuraava seuraavana".split())
_THIS = frozenset("this tänä tämä tuleva tulevana kommande coming nyt".split())
_FILLER = frozenset(
    "on på den the i in of päivänä o'clock asti tienoilla aikoihin kanske noin ca about around vid".split()
)

_WEEK = frozenset("viikolla viikko viikon vko vk week vecka v".split())

#: Parts of a day: the hour when none is named, and whether an hour up to six is meant after noon.
_PARTS = {
    "aamulla": (9, False), "aamu": (9, False), "aamupäivällä": (10, False), "ap": (10, False), "bitti": (9, False),
    "förmiddag": (10, False), "förmiddagen": (10, False), "fm": (10, False), "morning": (9, False),
    "iltapäivällä": (13, True), "iltapäivä": (13, True), "ip": (13, True), "eftermiddag": (13, True),
    "eftermiddagen": (13, True), "em": (13, True), "afternoon": (13, True), "illalla": (18, True), "ilta": (18, True),
    "kväll": (18, True), "kvällen": (18, True), "evening": (18, True), "keskipäivällä": (12, True), "noon": (12, True),
    "puoliltapäivin": (12, True),
}  # fmt: skip

_NUMBERS = {
    word: value
    for value, words in {
        0.5: "puolen puoli halv half",
        1: "yhden yksi en ett a an one",
        1.5: "puolentoista",
        2: "kahden kaksi parin pari två two couple",
        3: "kolmen kolme tre three",
        4: "neljän neljä fyra four",
        5: "viiden viisi fem five",
        6: "kuuden kuusi sex six",
        7: "seitsemän sju seven",
        8: "kahdeksan åtta eight",
        9: "yhdeksän nio nine",
        10: "kymmenen tio ten",
        11: "yhdentoista yksitoista elva eleven",
        12: "kahdentoista kaksitoista tolv twelve",
    }.items()
    for word in words.split()
}

_HOURS = {
    **{word: int(value) for word, value in _NUMBERS.items() if value == int(value) and len(word) > 2},
    **_names(
        "", "yhdeltä", "kahdelta", "kolmelta", "neljältä", "viideltä", "kuudelta", "seitsemältä", "kahdeksalta",
        "yhdeksältä", "kymmeneltä", "yhdeltätoista", "kahdeltatoista",
    ),
}  # fmt: skip

_UNITS = {
    word: unit
    for unit, words in {
        "minute": "min mins minuutti minuutin minuuttia minut minuter minute minutes",
        "hour": "h t tunti tunnin tuntia timme timmar tim hour hours hr hrs",
        "halfhour": "halvtimme",
        "day": "pv pvä päivä päivän päivää dag dagar d day days",
        "week": "vk vko viikko viikon viikkoa vecka veckor week weeks wk w",
        "month": "kk kuukausi kuukauden kuukautta månad månader month months mån",
        "year": "vuosi vuoden vuotta år year years",
    }.items()
    for word in words.split()
}

_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_RELATIVE = re.compile(
    rf"^(?P<lead>in |om |\+ ?)?(?:(?P<count>\d{{1,4}}|{_NUMBER})(?: of| an?| par)? ?)?(?P<unit>{_UNIT})"
    r"(?P<tail> päästä| kuluttua| from now| från nu)?(?: (?P<rest>.+))?$"
)
_SAID = (
    ("day after tomorrow", "overmorrow"), ("i övermorgon", "övermorgon"), ("i förrgår", "förrgår"),
    ("i morgon", "imorgon"), ("i dag", "idag"), ("i går", "igår"), ("ett par", "pari"), ("a couple", "couple"),
    ("ensi viikolla", "nextweek"), ("ensi viikon", "nextweek"), ("next week", "nextweek"),
    ("nästa vecka", "nextweek"),
    ("tällä viikolla", "thisweek"), ("tämän viikon", "thisweek"), ("this week", "thisweek"),
    ("denna vecka", "thisweek"),
    ("den här veckan", "thisweek"), ("ensi kuussa", "nextmonth"), ("next month", "nextmonth"),
    ("nästa månad", "nextmonth"), ("i eftermiddag", "idag em"), ("i kväll", "idag kväll"), ("ikväll", "idag kväll"),
    ("this afternoon", "today afternoon"), ("this evening", "today evening"), ("tonight", "today evening"),
    ("tänä iltana", "tänään illalla"), ("tänä iltapäivänä", "tänään iltapäivällä"), ("tänä aamuna", "tänään aamulla"),
    ("half past", "halfpast"), ("puoli tuntia", "30 min"), ("half an hour", "30 min"), ("puolen tunnin", "30 minuutin"),
    ("en halvtimme", "30 min"), ("en halv timme", "30 min"),
)  # fmt: skip


def _plain(text: str) -> str:
    told = " ".join(text.casefold().replace("–", "-").replace("\u202f", " ").split()).rstrip("?!,;")
    told = re.sub(r"[“”\"'’](?!clock)", "", told).replace(",", " ")
    for said, one in _SAID:
        told = re.sub(rf"(?<!\w){said}(?!\w)", one, told)
    told = re.sub(r"(?<![\w.])(?:klo|kello|klockan|kl\.?|at|@)\s*(?=\d|[a-zåäö])", "@ ", told)
    told = re.sub(r"\b(\d{1,2})\.\s+(\d{1,2})\.(?:\s*(\d{4})\b)?", r"\1.\2.\3 ", told)
    told = re.sub(r"(?<=[a-zåäö])(?=\d)", " ", told)
    told = re.sub(r"(\d)\s*([ap])\.?m\.?(?!\w)", r"\1\2m", told)
    return " ".join(told.split())


# --- reading --------------------------------------------------------------------------------------------------------


class _Parts:
    """What has been found so far."""

    def __init__(self) -> None:
        self.day: date | None = None
        self.year_told = False
        self.weekday: int | None = None
        self.which = ""
        self.week: date | None = None
        self.hour: int | None = None
        self.minute = 0
        self.exact = False
        self.marked = False
        self.part: tuple[int, bool] | None = None
        self.either: tuple[date, tuple[int, int]] | None = None


def _found(told: str, here: datetime, now: datetime, zone: tzinfo | None, back: bool) -> Reading:
    given = _RELATIVE.match(told)
    parts = _Parts()
    if given is not None and (given["lead"] or given["tail"] or given["count"]) and not back:
        unit, count = _UNITS[given["unit"]], _count(given["count"])
        if unit in ("minute", "hour", "halfhour"):
            if given["rest"]:
                raise _Trouble("unread")
            minutes = count * {"minute": 1, "hour": 60, "halfhour": 30}[unit]
            return _ranged(now + timedelta(minutes=minutes), here, now, back)
        if count != int(count):
            raise _Trouble("unread")
        parts.day = _moved(here.date(), unit, int(count))
        _read_words((given["rest"] or "").split(), parts, here, back)
    else:
        _read_words(told.split(), parts, here, back)
    walls = _walls(parts, here, back)
    instants = tuple(instant(wall, zone) for wall in walls)
    good = tuple(one for one in instants if back or one > now)
    if not good:
        tomorrow = () if _named_day(parts) else tuple(one + timedelta(days=1) for one in walls)
        return Reading(trouble="past", choices=tuple(instant(one, zone) for one in tomorrow))
    if len(instants) == 1:
        return _ranged(good[0], here, now, back)
    return Reading(trouble="unclear", choices=good)


def _ranged(at: datetime, here: datetime, now: datetime, back: bool) -> Reading:
    if not here.year - (BACK if back else 0) <= at.year <= here.year + AHEAD:
        raise _Trouble("year")
    if back and at > now:
        raise _Trouble("future")
    return Reading(at=at)


def _count(text: str | None) -> float:
    if not text:
        return 1
    return int(text) if text.isdigit() else _NUMBERS[text]


def _moved(day: date, unit: str, count: int) -> date:
    if unit == "day":
        return day + timedelta(days=count)
    if unit == "week":
        return day + timedelta(weeks=count)
    months = day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    if year > day.year + 1000:
        raise _Trouble("year")
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise _Trouble("no-day")


def _read_words(words: list[str], parts: _Parts, here: datetime, back: bool) -> None:
    while words:
        if not any(rule(words, parts, here, back) for rule in _RULES):
            raise _Trouble("unread")


def _day_word(words: list[str], parts: _Parts, here: datetime, back: bool) -> bool:
    word = words[0].rstrip(".") if not words[0][0].isdigit() else ""
    today = here.date()
    monday = today - timedelta(days=today.weekday())
    if word in _DAYS:
        _set_day(parts, today + timedelta(days=_DAYS[word]))
    elif word in _WEEKDAYS and parts.weekday is None:
        parts.weekday = _WEEKDAYS[word]
    elif word in _NEXT:
        parts.which = "next"
    elif word in _THIS:
        parts.which = "this"
    elif word in ("nextweek", "thisweek"):
        parts.week = monday + timedelta(days=7 if word == "nextweek" else 0)
    elif word == "nextmonth":
        _set_day(parts, _moved(today.replace(day=1), "month", 1))
    elif word in _PARTS and parts.part is None:
        parts.part = _PARTS[word]
    elif word == "@":
        parts.marked = True
    elif word not in _FILLER:
        return False
    del words[0]
    return True


def _week_number(words: list[str], parts: _Parts, here: datetime, back: bool) -> bool:
    if len(words) < 2 or words[0].rstrip(".") not in (
        "viikolla",
        "viikko",
        "viikon",
        "vko",
        "vk",
        "week",
        "vecka",
        "v",
    ):
        return False
    if not words[1].isdigit() or not 1 <= int(words[1]) <= 53:
        return False
    for year in (here.year, here.year + 1):
        monday = date.fromisocalendar(year, int(words[1]), 1)
        if monday + timedelta(days=6) >= here.date():
            break
    parts.week = monday
    del words[:2]
    return True


_DATE = re.compile(
    r"^(\d{1,2})\.(\d{1,2})\.(\d{2,6})?$|^(\d{1,2})/(\d{1,2})(?:/(\d{2,6}))?$|^(\d{4,6})-(\d{1,2})-(\d{1,2})$"
)
_EITHER = re.compile(r"^(\d{1,2})\.(\d{1,2})$")
_CLOCK = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?([ap]m)?(?::?ltä|:?lta)?$")


def _dated(words: list[str], parts: _Parts, here: datetime, back: bool) -> bool:
    found = _DATE.match(words[0])
    if found is not None and parts.day is None:
        day, month, year = (
            (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6]) if found[4] else
            (found[9], found[8], found[7])
        )  # fmt: skip
        _set_date(parts, int(day), int(month), year, here, back)
        del words[0]
        return True
    return _named_month(words, parts, here, back)


def _named_month(words: list[str], parts: _Parts, here: datetime, back: bool) -> bool:
    if parts.day is not None:
        return False
    first = words[0].rstrip(".")
    second = words[1].rstrip(".") if len(words) > 1 else ""
    if first.isdigit() and len(first) < 3 and second in _MONTHS:
        day, month, taken = int(first), _MONTHS[second], 2
    elif first in _MONTHS and second.isdigit() and len(second) < 3 and int(second) > 0:
        day, month, taken = int(second), _MONTHS[first], 2
    elif first in _MONTHS:
        day, month, taken = 1, _MONTHS[first], 1
    else:
        return False
    year = words[taken] if len(words) > taken and re.fullmatch(r"\d{4,6}", words[taken]) else None
    _set_date(parts, day, month, year, here, back)
    del words[: taken + (1 if year else 0)]
    return True


def _set_date(parts: _Parts, day: int, month: int, year: str | None, here: datetime, back: bool) -> None:
    today = here.date()
    if year is not None:
        number = int(year) + (2000 if len(year) == 2 else 0)
        if not today.year - BACK <= number <= today.year + AHEAD:
            raise _Trouble("year")
        _set_day(parts, _day(number, month, day))
        parts.year_told = True
        return
    years = range(today.year, today.year - 9, -1) if back else range(today.year, today.year + 9)
    for one in years:
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if (found <= today) if back else (found >= today):
            _set_day(parts, found)
            return
    raise _Trouble("no-day")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as trouble:
        raise _Trouble("no-day") from trouble


def _set_day(parts: _Parts, day: date) -> None:
    if parts.day is not None and parts.day != day:
        raise _Trouble("unread")
    parts.day = day


def _timed(words: list[str], parts: _Parts, here: datetime, back: bool) -> bool:
    if parts.hour is not None:
        return False
    halved = {"puoli": -30, "halv": -30, "halfpast": 30}.get(words[0])
    if halved is not None and len(words) > 1:
        hour = int(words[1]) if words[1].isdigit() and len(words[1]) < 3 else _HOURS.get(words[1])
        if not hour:
            return False
        minutes = hour * 60 + halved
        parts.hour, parts.minute = divmod(minutes, 60)
        del words[:2]
        return True
    if words[0] in _HOURS and (parts.marked or words[0] not in _NUMBERS or _named_day(parts)):
        parts.hour = _HOURS[words[0]]
        del words[0]
        return True
    found = _CLOCK.match(words[0])
    if found is None:
        return False
    either = _EITHER.match(words[0])
    if either is not None and not parts.marked and not _named_day(parts) and parts.part is None:
        first, second = int(either[1]), int(either[2])
        if 1 <= first <= 31 and 1 <= second <= 12:
            if first > 23:
                _set_date(parts, first, second, None, here, back)
            else:
                kept = _Parts()
                _set_date(kept, first, second, None, here, back)
                assert kept.day is not None
                parts.either = (kept.day, (first, second))
            del words[0]
            return True
    _set_clock(parts, found)
    del words[0]
    return True


def _named_day(parts: _Parts) -> bool:
    return parts.day is not None or parts.weekday is not None or parts.week is not None


def _set_clock(parts: _Parts, found: re.Match[str]) -> None:
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise _Trouble("no-time")
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
        parts.exact = True
    if hour > 23 or minute > 59:
        raise _Trouble("no-time")
    parts.hour, parts.minute = hour, minute
    parts.exact = parts.exact or len(found[1]) == 2 and found[1][0] == "0"
    if not found[2] and not found[3] and not parts.marked and not _named_day(parts) and parts.part is None:
        # A bare number may be anything: it is asked.
        parts.which = parts.which or "bare"


_RULES: tuple[Callable[[list[str], _Parts, datetime, bool], bool], ...] = (_week_number, _dated, _day_word, _timed)


def _walls(parts: _Parts, here: datetime, back: bool) -> list[datetime]:
    """The wall clock times that may be meant: one where it is clear."""
    if parts.either is not None:
        day, (hour, minute) = parts.either
        clock = time(parts.hour, parts.minute) if parts.hour is not None else USUAL
        if parts.hour is not None:
            return [datetime.combine(day, clock)]
        today = datetime.combine(here.date(), time(hour, minute))
        if not back and today <= here:
            today += timedelta(days=1)
        return sorted({today, datetime.combine(day, USUAL)})
    clocks = _clocks(parts)
    days = _days(parts, here, clocks, back)
    walls = [datetime.combine(day, clock) for day in days for clock in clocks]
    if parts.which == "bare":
        walls = [one if back or one > here else one + timedelta(days=1) for one in walls]
        return walls if len(walls) > 1 else [*walls, walls[0] + timedelta(days=1)]
    return walls


def _clocks(parts: _Parts) -> list[time]:
    if parts.hour is None:
        return [time(parts.part[0])] if parts.part is not None else [USUAL]
    hour = parts.hour
    if parts.part is not None:
        if parts.part[1] and 1 <= hour <= 11:
            hour += 12
        return [time(hour, parts.minute)]
    if 1 <= hour <= 6 and not parts.exact:
        return [time(hour, parts.minute), time(hour + 12, parts.minute)]
    return [time(hour, parts.minute)]


def _days(parts: _Parts, here: datetime, clocks: list[time], back: bool) -> list[date]:
    today = here.date()
    if parts.day is not None:
        if parts.weekday is not None and parts.day.weekday() != parts.weekday:
            raise _Trouble("no-day")
        return [parts.day]
    if parts.week is not None:
        return [parts.week + timedelta(days=parts.weekday or 0)]
    if parts.weekday is None:
        if parts.hour is None and parts.part is None:
            raise _Trouble("unread")
        return [today]
    if back:
        return [today - timedelta(days=(today.weekday() - parts.weekday) % 7)]
    ahead = (parts.weekday - today.weekday()) % 7
    coming = today + timedelta(days=ahead or 7)
    if parts.which == "this":
        return [today + timedelta(days=parts.weekday - today.weekday())]
    same_week = coming.isocalendar()[:2] == today.isocalendar()[:2]
    if parts.which == "next" and same_week:
        return [coming, coming + timedelta(days=7)]
    if ahead == 0 and parts.which != "next" and any(datetime.combine(today, one) > here for one in clocks):
        return [today, coming]
    return [coming]
