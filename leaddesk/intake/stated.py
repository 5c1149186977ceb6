"""One attribute as a person states it, read as the same column of a file is."""

from collections.abc import Callable, Mapping

from leaddesk.domain.fact import DATES
from leaddesk.intake import amount, business_id, mail, moment, phone

_READ: Mapping[str, Callable[[str], str]] = {
    "phone": lambda text: phone.read_phone(text).number,
    "email": lambda text: mail.read_mail(text).address,
    "business_id": business_id.read_business_id,
    "revenue_eur": lambda text: str(amount.read_money(text).number),
    "employees": lambda text: str(amount.read_count(text).number),
    **dict.fromkeys(DATES, moment.read_fact_day),
}


def read_fact(key: str, text: str) -> str:
    """The value that a text means for a fact; the text itself where the fact is free text. Raises ``BadInput``."""
    return _READ.get(key, str)(text)
