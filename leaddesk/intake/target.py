"""A target of the agreement as people write it: minutes or hours of business time."""

import re

from leaddesk.domain.errors import BadInput

#: The longest target, in minutes: a century, more than any calendar looks ahead.
LONGEST = 100 * 366 * 24 * 60

_TARGET = re.compile(r"(-?)(?:(\d{1,9})\s*h)?\s*(?:(\d{1,9})\s*(?:m|min))?", re.IGNORECASE)


def read(text: str) -> int:
    """Minutes: "90m", "2h", "1h 30m"; "0" is none. Raises ``BadInput``: "target-unreadable", also for days, which
    business time does not have; "target-negative"; "target-too-long"."""
    given = text.strip()
    if given and not given.strip("0"):
        return 0
    found = _TARGET.fullmatch(given)
    if found is None or (found[2] is None and found[3] is None):
        raise BadInput("target-unreadable", given=given[:60])
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    if found[1] and minutes:
        raise BadInput("target-negative", given=given[:60])
    if minutes > LONGEST:
        raise BadInput("target-too-long", given=given[:60])
    return minutes
