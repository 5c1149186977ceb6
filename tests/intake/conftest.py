"""What the tests of the intake share: tables of bytes, rows read with guessed columns, the data files."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from leaddesk.domain.operation import Row
from leaddesk.intake import mapping
from leaddesk.intake.file import Table, read_table
from leaddesk.intake.rows import Defaults, Failure, read_rows

SAMPLE = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def table() -> Callable[..., Table]:
    """A table of text (UTF-8 unless said) or bytes."""

    def make(data: str | bytes, encoding: str = "utf-8", file: str = "liidit.csv") -> Table:
        return read_table(data.encode(encoding) if isinstance(data, str) else data, file)

    return make


@pytest.fixture
def read() -> Callable[..., tuple[list[Row], list[Failure]]]:
    """The rows and failures of a table, its columns guessed unless told."""

    def of(
        made: Table, fields: Sequence[str] | None = None, defaults: Defaults | None = None
    ) -> tuple[list[Row], list[Failure]]:
        told = tuple(fields) if fields is not None else mapping.guess(made.columns, made.samples())
        mapping.check(made.columns, told)
        found = list(read_rows(made, told, defaults or Defaults()))
        return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, Failure)]

    return of


@pytest.fixture(params=["sample", "full"])
def data(request: pytest.FixtureRequest) -> Path:
    """The folder of data files: the sample that is here, and the full one where it is told."""
    if request.param == "sample":
        return SAMPLE
    told = os.environ.get("LEADDESK_DATA")
    if not told:
        pytest.skip("LEADDESK_DATA is not set")
    return Path(told)
