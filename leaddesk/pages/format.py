"""Dates, times, numbers and money as digits, in the way Finland writes them in Finnish, Swedish and English.

Pure functions of a value and a language ("fi", "sv", "en"); the same as Qt's QLocale fi_FI, sv_FI, en_FI. Instants are
local here already: the caller has moved them to the reader's zone.
"""

from datetime import date, datetime, time

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

_MILLION = 1_000_000


def day(value: date, language: str) -> str:
    """A date with its year: 24.11.2026; English 24/11/2026."""
    if language == "en":
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    return f"{value.day}.{value.month}.{value.year}"


def short_day(value: date, language: str) -> str:
    """A date of a year that is clear from the context: Finnish 24.11., Swedish 24.11, English 24/11."""
    if language == "en":
        return f"{value.day:02}/{value.month:02}"
    return f"{value.day}.{value.month}" + ("." if language == "fi" else "")


def clock(value: time | datetime, language: str) -> str:
    """A time of day, 24 hours: 14.30, 9.05. All three languages of Finland write it so."""
    del language
    return f"{value.hour}.{value.minute:02}"


def stopwatch(seconds: float) -> str:
    """Minutes and seconds with a point, 3.42; from an hour on 1.03.42. Never negative."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, last = divmod(rest, 60)
    return f"{hours}.{minutes:02}.{last:02}" if hours else f"{minutes}.{last:02}"


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number with no-break spaces between thousands and a decimal comma: 1 234 567,5."""
    digits = f"{abs(value):,.{decimals}f}".replace(",", NO_BREAK).replace(".", ",")
    negative = value < 0 and any(one not in "0," for one in digits)
    return (("-" if language == "en" else MINUS) if negative else "") + digits


def money(euros: float, language: str) -> str:
    """An amount of whole euros: 12 500 €; from a million on 4,8 M€ and 48 M€."""
    if abs(euros) < _MILLION:
        return f"{number(round(euros), language)}{NO_BREAK}€"
    millions = euros / _MILLION
    decimals = 1 if abs(millions) < 10 and round(millions, 1) != round(millions) else 0
    return f"{number(millions, language, decimals)}{NO_BREAK}M€"
