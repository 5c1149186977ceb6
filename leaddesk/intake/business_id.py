"""Business ids: the Finnish Y-tunnus in its one written form, 1234567-1, and VAT numbers of other EU countries.

Check digit by the rule of the Finnish Patent and Registration Office, as python-stdnum knows it.
"""

import re
from functools import lru_cache

from leaddesk.domain.errors import BadInput
from leaddesk.intake.text import short

_EXPECTED = "1234567-1"
_PARTS = re.compile(r"^(?:FI)?\s*(\d{5,8})\s*[-–—‐−]?\s*(\d)?$", re.IGNORECASE)
_FOREIGN = re.compile(r"^(?!FI)([A-Z]{2})[\s-]*([0-9A-Z][0-9A-Z .-]{3,18})$")

#: The shape of a Y-tunnus in a text, for guessing what a column holds.
LOOKS = re.compile(r"^(?:FI)?\d{6,7}-\d$|^FI\d{8}$")


@lru_cache(maxsize=1024)
def read_business_id(text: str) -> str:
    """The id in its written form. A lost leading zero and a missing hyphen are put back; ``FI12345678`` is understood.

    Raises ``BadInput("business-id-not-valid")`` for a wrong shape or check digit.
    """
    from stdnum import vatin
    from stdnum.exceptions import ValidationError
    from stdnum.fi import ytunnus

    told = text.strip().upper()
    try:
        if foreign := _FOREIGN.match(told):
            return str(vatin.validate(foreign[1] + foreign[2].replace(" ", "").replace("-", "").replace(".", "")))
        parts = _PARTS.match(told)
        if parts is None:
            raise BadInput("business-id-not-valid", value=short(text), expected=_EXPECTED)
        digits = (parts[1] + (parts[2] or "")).zfill(8)
        return str(ytunnus.format(ytunnus.validate(digits)))
    except ValidationError as trouble:
        raise BadInput("business-id-not-valid", value=short(text), expected=_EXPECTED) from trouble
