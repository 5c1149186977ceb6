"""Phone numbers to E.164 (ITU-T), as Finns write them: ``040 123 4567``, ``00358-9-123 456``, ``puh. (09) 123 456 /
12``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from leaddesk.domain.errors import BadInput
from leaddesk.intake.text import short

_EXPECTED = "+358 40 123 4567"
_ALSO = re.compile(r"\s*(?:[;,\n|]|\s/\s|\s(?:tai|or|eller|och|ja)\s)\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:alanumero|alanro|ala|ext\.?|ankn(?:ytning)?\.?|x)\s*(\d{1,6})\s*$", re.IGNORECASE)
_REFUSALS = {
    0: "phone-unknown-country",
    1: "phone-not-a-number",
    2: "phone-too-short",
    3: "phone-too-short",
    4: "phone-too-long",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to dial: ``number`` E.164, ``extension`` digits or "", ``others`` what else the cell held."""

    number: str
    extension: str = ""
    others: str = ""


def read_phone(text: str, region: str = "FI") -> Phone:
    """The first number of the cell. ``region`` (ISO 3166) is where a number without a country code is.

    Raises ``BadInput``: phone-not-a-number, phone-too-short, phone-too-long, phone-unknown-country.
    """
    parts = [part for part in _ALSO.split(text.strip(), maxsplit=8) if part.strip()] if len(text) < 500 else [text]
    trouble: BadInput | None = None
    for place, part in enumerate(parts):
        try:
            number, extension = _one(part, region)
        except BadInput as refusal:
            trouble = trouble or refusal
            continue
        others = ", ".join(other.strip() for at, other in enumerate(parts) if at != place)
        return Phone(number, extension, others)
    raise trouble or BadInput("phone-not-a-number", value=short(text), expected=_EXPECTED)


@lru_cache(maxsize=4096)
def _one(text: str, region: str) -> tuple[str, str]:
    import phonenumbers  # its metadata takes 85 ms to load: only where a number is read

    extension = ""
    if found := _EXTENSION.search(text[:200]):
        text, extension = text[: found.start()], found[1]
    text = text.replace("(0)", "")
    try:
        number = phonenumbers.parse(text[:200], region)
    except phonenumbers.NumberParseException as trouble:
        key = _REFUSALS.get(trouble.error_type, "phone-not-a-number")
        raise BadInput(key, value=short(text), expected=_EXPECTED) from trouble
    possible = phonenumbers.is_possible_number_with_reason(number)
    home = number.country_code == phonenumbers.country_code_for_region(region)
    if phonenumbers.is_valid_number(number) or (not home and possible == phonenumbers.ValidationResult.IS_POSSIBLE):
        # The plans of other countries change faster than our tables: there a possible length is enough.
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return written, extension or number.extension or ""
    key = {
        phonenumbers.ValidationResult.TOO_SHORT: "phone-too-short",
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone-too-short",
        phonenumbers.ValidationResult.TOO_LONG: "phone-too-long",
        phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "phone-unknown-country",
    }.get(possible, "phone-not-a-number")
    raise BadInput(key, value=short(text), expected=_EXPECTED)
