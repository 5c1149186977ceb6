"""Amounts as people and vendors write them: ``48 M€``, ``1 234,5``, ``2,1 milj. euroa``, ``$10M-$50M``, ``500-999``,
``2000+``.

A band becomes one number for sizing, its middle (an open band its floor); the text itself is kept beside it by the
caller. No exchange rate is applied: dollars and kronor are sized as they stand.
"""

import re
from dataclasses import dataclass

from leaddesk.domain.errors import BadInput
from leaddesk.intake.text import short

_SCALES = (
    (1e9, r"mrd\.?|miljardia?|md|bn|billion|b"),
    (1e6, r"milj\.?|miljoonaa?|meur|meuroa?|mn|mio|mkr|mil\.?|million|milj|m"),
    (1e3, r"tuhatta|tuhat|teur|teuroa?|keur|tkr|tuh\.?|thousand|tusen|t|k"),
)
_CURRENCY = r"(?:€|eur(?:oa|os|o)?|\$|usd|£|gbp|kr|sek|nok|dkk)"
_NUMBER = r"\d(?:[\d\s\u00a0\u202f.,']*\d)?"
_ONE = re.compile(
    rf"^(?P<sign>[-−]?)\s*{_CURRENCY}?\s*(?P<number>{_NUMBER})\s*(?P<scale>{'|'.join(words for _, words in _SCALES)})?"
    rf"\s*{_CURRENCY}?\s*(?:/v|/vuosi|p\.a\.)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:-|–|—|−|\.\.\.?|…|\bto\b)\s*")
_ABOUT = re.compile(r"^(?:n\.|noin|ca\.?|c\.|approx\.?|about|~|≈)\s*", re.IGNORECASE)
_UNDER = re.compile(r"^(?:alle|under|max\.?|enintään|<=?|≤)\s*", re.IGNORECASE)
_OVER = re.compile(r"^(?:yli|över|over|min\.?|vähintään|>=?|≥)\s*", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\s*(?:henkilöä|henkilö|henkeä|henk\.?|hlöä|hlö\.?|hl\.?|työntekijää|anställda|pers\.?|employees|people)$",
    re.IGNORECASE,
)
_HEADER_SCALE = (
    (1e6, re.compile(r"milj|meur|m€|mio|million|\(m\)", re.IGNORECASE)),
    (1e3, re.compile(r"tuhat|tuhans|1[ .\u00a0]?000|t€|teur|keur|k€|tkr|thousand|tusen", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number and, where the cell held a band or another currency, ``band``: the text as it was."""

    number: int
    band: str = ""


def read_money(text: str, header: str = "") -> Amount:
    """Whole euros (or what the cell's currency is). ``header`` may hold the unit: ``Liikevaihto (1000 €)``.

    Raises ``BadInput``: amount-unreadable, amount-negative.
    """
    unit = next((scale for scale, words in _HEADER_SCALE if words.search(header)), 1.0)
    return _read(text, unit, "48 M€")


def read_count(text: str) -> Amount:
    """How many people. Raises ``BadInput``: amount-unreadable, amount-negative, amount-not-whole."""
    return _read(_PEOPLE.sub("", text), 1.0, "25", whole=True)


def _read(text: str, unit: float, expected: str, whole: bool = False) -> Amount:
    told = " ".join(text.split())
    if len(told) > 80:
        raise BadInput("amount-unreadable", value=short(text), expected=expected)
    plain = _ABOUT.sub("", told)
    foreign = bool(re.search(r"[$£]|usd|gbp|\bkr\b|sek|nok|dkk", plain, re.IGNORECASE))
    if _UNDER.match(plain):
        top = _scaled(_UNDER.sub("", plain), unit)
        return _made(text, expected, None if top is None else top / 2, told)
    if plain.endswith("+") or _OVER.match(plain):
        return _made(text, expected, _scaled(_OVER.sub("", plain.rstrip("+ ")), unit), told)
    sides = _BETWEEN.split(plain.lstrip("-−"))
    if len(sides) == 2 and plain[:1] not in "-−":
        high = _scaled(sides[1], unit)
        low = _scaled(sides[0], unit, like=sides[1])
        return _made(text, expected, None if low is None or high is None else (low + high) / 2, told)
    number = _scaled(plain, unit)
    if whole and number is not None and not number.is_integer():
        raise BadInput("amount-not-whole", value=short(text), expected=expected)
    return _made(text, expected, number, told if foreign or plain != told else "")


def _made(text: str, expected: str, number: float | None, band: str) -> Amount:
    if number is None or abs(number) > 1e15:
        raise BadInput("amount-unreadable", value=short(text), expected=expected)
    if number < 0:
        raise BadInput("amount-negative", value=short(text), expected=expected)
    return Amount(int(number + 0.5), band)


def _scaled(text: str, unit: float, like: str = "") -> float | None:
    """One side of a band in whole units; ``like`` is the other side, whose scale counts where this has none (``2-10
    M€``).
    """
    found = _ONE.match(text.strip())
    if found is None:
        return None
    word = found["scale"]
    if not word and like and (other := _ONE.match(like.strip())) is not None:
        word = other["scale"]
    scale = next((one for one, words in _SCALES if word and re.fullmatch(words, word, re.IGNORECASE)), unit)
    number = _number(found["number"], decimal=scale != 1.0)
    if number is None:
        return None
    return -number * scale if found["sign"] else number * scale


def _number(text: str, decimal: bool) -> float | None:
    """Digits with either sign of decimals.

    ``decimal``: a single sign before three digits is a decimal sign (1,234 M€).
    """
    text = re.sub(r"[\s\u00a0\u202f']", "", text)
    marks = [mark for mark in text if mark in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        text = text.replace("," if last == "." else ".", "").replace(last, ".")
    elif len(marks) > 1 or (marks and len(text) - text.index(marks[0]) == 4 and not decimal):
        text = text.replace(marks[0], "")
    else:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None
