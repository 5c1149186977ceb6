"""Targets as people write them."""

import pytest

from leaddesk.domain.errors import BadInput
from leaddesk.intake import target


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90m", 90), ("2h", 120), ("1h 30m", 90), ("1H30MIN", 90), ("0", 0), ("0m", 0), ("-0h", 0), (" 45 min ", 45)],
)
def test_minutes_and_hours(text: str, minutes: int) -> None:
    assert target.read(text) == minutes


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *(("target-unreadable", one) for one in ("", "1d", "90", "2.5h", "h", "m", "-", "2h90", "kaksi", "+", "٢h٣")),
        *(("target-negative", one) for one in ("-2h", "-90m")),
        *(("target-too-long", one) for one in ("999999999h", "52704001m")),
        ("target-unreadable", "9" * 400 + "h"),
    ],
)
def test_what_is_none(key: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        target.read(text)
    assert refused.value.key == key
