"""E-mail addresses: lower case, and of a shape that a mail server takes.

Whether anybody reads them is not known here.
"""

import re
from dataclasses import dataclass

from leaddesk.domain.errors import BadInput
from leaddesk.intake.text import composed, short

_SHAPE = re.compile(r"^[^\s@<>()\[\],;:\"\\]{1,64}@(?=.{4,255}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}$")
_ALSO = re.compile(r"[\s,;|]+")
_SHARED = re.compile(
    r"^(info|office|toimisto|myynti|sales|asiakaspalvelu|kundtjanst|contact|yhteys|posti|mail|laskutus|hello|moi|support|tuki)@"
)
_EXPECTED = "etunimi.sukunimi@yritys.fi"

#: The shape of an e-mail address in a text, for guessing what a column holds.
LOOKS = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$")


@dataclass(frozen=True, slots=True)
class Mail:
    """An address and what else the cell held."""

    address: str
    others: str = ""


def read_mail(text: str) -> Mail:
    """The first address of the cell: ``Matti <Matti@Yritys.FI>`` is matti@yritys.fi. Raises
    ``BadInput("email-not-valid")``.
    """
    parts = [part.strip("<>()'\"").removesuffix(".").lower() for part in _ALSO.split(composed(text)[:2000])]
    good = [part.removeprefix("mailto:") for part in parts if _SHAPE.match(part.removeprefix("mailto:"))]
    strays = [part for part in parts if "@" in part and part.removeprefix("mailto:") not in good]
    if not good or strays:
        raise BadInput("email-not-valid", value=short(text), expected=_EXPECTED)
    return Mail(good[0], ", ".join(dict.fromkeys(one for one in good if one != good[0])))


def is_shared(address: str) -> bool:
    """Whether the address is a company's own (info@, myynti@), not a person's."""
    return bool(_SHARED.match(address))
