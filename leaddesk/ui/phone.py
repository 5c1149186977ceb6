"""Phone numbers as they are read aloud. Finnish ones in their national form; what is not one stays as it came."""

import re

_FINNISH = re.compile(r"\+358([1-9]\d{4,10})")
_TWO_DIGITS = ("02", "03", "05", "06", "08", "09")


def spoken(number: str) -> str:
    """``+358401234567`` as ``040 123 4567``; a number of another country as it came."""
    found = _FINNISH.fullmatch(number)
    if found is None:
        return number
    national = "0" + found[1]
    start = 2 if national.startswith(_TWO_DIGITS) and not national.startswith("050") else 3
    rest = national[start:]
    groups = [rest[:3], rest[3:]] if len(rest) <= 7 else [rest[:3], rest[3:6], rest[6:]]
    return " ".join((national[:start], *(one for one in groups if one)))
