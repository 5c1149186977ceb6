"""Words people search by: folded once, the same way going in and coming out.

Case and accents are folded (é and e are one), but å, ä and ö are letters of their own.
"""

import re
import unicodedata
from functools import lru_cache

from leaddesk.domain.fit import stands
from leaddesk.domain.policy import Scorecard
from leaddesk.domain.state import Account, Lead, Person

_KEPT = {"å", "ä", "ö"}


def fold(text: str) -> str:
    """The text as it is compared."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    return "".join(_folded(one) for one in unicodedata.normalize("NFC", lowered))


@lru_cache(maxsize=4096)
def _folded(one: str) -> str:
    if one in _KEPT or one.isascii():
        return one
    base = "".join(part for part in unicodedata.normalize("NFKD", one) if not unicodedata.combining(part))
    return base.casefold() or one


def document(lead: Lead, account: Account, person: Person | None, card: Scorecard) -> str:
    """Everything a lead is found by."""
    parts = [account.name, account.business_id, account.phone, account.email, lead.theme]
    standing = stands(account.told, card)
    parts += [standing.get(key, "") for key in ("municipality", "industry_text", "postcode")]
    if person is not None:
        parts += [person.name, person.title, person.phone, person.email]
    numbers = [_national(one) for one in (account.phone, person.phone if person is not None else "") if one]
    return fold(" ".join(one for one in (*parts, *numbers) if one))


def _national(number: str) -> str:
    """A Finnish number also as it is dialled at home: people type what they see."""
    return "0" + number[4:] if number.startswith("+358") else number[1:]


#: Digits of the longest telephone number there is, with the two zeros that lead abroad (ITU-T E.164).
_LONGEST = 17

_BUSINESS_ID = re.compile(r"\d{6,7}-\d")


def match_query(text: str) -> str:
    """What a person typed as a search: every word must be there, by its beginning. "" where there is nothing to find.

    A number may be written as people write numbers; a Y-tunnus is no telephone number.
    """
    digits = "".join(one for one in text if one.isdecimal())
    if (
        5 <= len(digits) <= _LONGEST
        and not any(one.isalpha() for one in text)
        and not _BUSINESS_ID.fullmatch(text.strip())
    ):
        words = [digits.removeprefix("00")]
    else:
        words = "".join(one if one.isalnum() else " " for one in fold(text)).split()
    return " ".join(f'"{word}"*' for word in words[:12])
