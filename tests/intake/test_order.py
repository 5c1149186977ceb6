"""In which order a file writes its dates: settled by all of them together, or not at all."""

from collections.abc import Callable

import pytest

from leaddesk.intake.file import Table
from leaddesk.intake.order import date_order, settled

MONTH = range(1, 29)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        ([f"{day:02}-10-16" for day in MONTH], "dmy"),
        ([f"10/{day:02}/16" for day in MONTH], "mdy"),
        ([f"16-10-{day:02}" for day in MONTH], "ymd"),
        ([f"{day}/3/2026" for day in MONTH], "dmy"),
        ([f"3/{day}/2026" for day in MONTH], "mdy"),
        (["31/12/26"], ""),
        (["31/12/2026", "3/4/2026"], "dmy"),
        (["12/31/26", "3/4/26"], "mdy"),
        (["03/04/26", "05/06/26"], ""),
        (["31/12/2026", "12/31/2026"], ""),
        (["2026-12-31", "31.12.2026", "", "toistaiseksi"], ""),
        ([], ""),
    ],
)
def test_the_order_is_the_one_in_which_every_date_can_be_read(cells: list[str], order: str) -> None:
    assert settled(cells) == order


def test_only_columns_of_dates_are_asked_and_the_first_open_date_is_told(table: Callable[..., Table]) -> None:
    made = table(
        "Yritys;Perustettu;Huomiot\nLeros Oy;2001-01-01;12/31/2026\nÖljy Oy;31/12/2001;\nKolmas Oy;1/2/2001;\n"
    )
    order, remark = date_order(made, ("company_name", "registered", "fact:note"))
    assert order == "dmy" and remark is not None
    assert dict(remark.values) == {"value": "31/12/2001", "expected": "2001-12-31"}
    assert date_order(made, ("company_name", "", "fact:note")) == ("", None)
