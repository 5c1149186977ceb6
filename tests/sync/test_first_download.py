"""Rule 11 of the sync: a first download comes in blocks, and may be killed, changed and cut between any two of them."""

from collections.abc import Callable
from typing import Any

import pytest

from leaddesk.desk.desk import Desk, directly
from leaddesk.domain import operation as op
from leaddesk.domain.errors import Unreachable
from leaddesk.domain.words import Verdict
from leaddesk.server import authority
from leaddesk.store.local import pulling
from leaddesk.sync.cycle import CycleResult, cycle
from leaddesk.wire.message import Pull, Pulled
from tests.server.hands import Device
from tests.support import LiveCentral
from tests.sync.near import view
from tests.sync.strangers import Lossy

#: Accounts of the central of each test; with their persons, leads and lines 250 rows, in blocks of 40.
ACCOUNTS = 50


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "PULL_ROWS", 10)


@pytest.fixture
def boss(central: LiveCentral) -> Device:
    """An administrator whose imports have filled the central: companies with a person and a lead, then a call on
    each."""
    device = Device(central, "boss")
    everybody = [
        op.Row(
            number=number,
            company=op.CompanyPart(name=f"Kuusikko {number} Oy", external_id=f"c{number}"),
            person=op.PersonPart(name=f"Aino Anttila{number}", email=f"aino{number}@example.test"),
            lead=op.LeadPart(external_id=f"l{number}"),
        )
        for number in range(ACCOUNTS)
    ]
    calls = [
        op.Row(
            number=number,
            lead=op.LeadPart(external_id=f"l{number}"),
            activity=op.ActivityPart(
                activity="call", at=central.clock.now(), text=f"Puhelu Anttila{number}", external_id=f"a{number}"
            ),
        )
        for number in range(ACCOUNTS)
    ]
    for rows in (everybody, calls):
        act = op.ImportRows(import_id="import-one", file="f.csv", source_name="s", rows=tuple(rows))
        told = device.do(act)
        assert told.verdict is Verdict.APPLIED and not told.values["failed"], told
    return device


class Watched(Lossy):
    """A central that keeps what it tells. ``before`` is called with the number of each pull that is asked."""

    def __init__(self, desk: Desk, before: Callable[[int], None] = lambda number: None) -> None:
        super().__init__(desk._central(desk.store.meta("central"), desk.store.meta("token")), lambda what: "")
        self._before = before
        self.told: list[Pulled] = []

    def pull(self, ask: Pull) -> Pulled:
        """As asked."""
        self._before(len(self.told))
        self.told.append(super().pull(ask))
        return self.told[-1]

    @property
    def rows(self) -> int:
        """How many rows came in blocks."""
        return sum(one.block.rows for one in self.told if one.block is not None)


def download(desk: Desk, central: Watched, **named: Any) -> CycleResult:
    return cycle(central, desk.store, directly, desk.clock.now, **named)


def cut(number: int) -> Callable[[int], None]:
    """The line breaks before this pull."""

    def before(at: int) -> None:
        if at == number:
            raise Unreachable("central-not-reached")

    return before


def alike(desk: Desk, mirror: Desk) -> None:
    """Both hold the same, and find the same by the same words."""
    assert view(desk) == view(mirror) and desk.order().ids == mirror.order().ids
    for words in ("anttila7", "puhelu anttila31", "kuusikko 12"):
        found = [row.id for row in desk.search(words)]
        assert found and found == [row.id for row in mirror.search(words)]


@pytest.fixture
def by_rows(boss: Device, other: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that was told everything row by row, and wrote it as it does all news."""
    monkeypatch.setattr(Pull, "__init__", _without_blocks(Pull.__init__))
    other.sync()
    monkeypatch.undo()
    monkeypatch.setattr(authority, "PULL_ROWS", 10)
    return other


def _without_blocks(make: Callable[..., None]) -> Callable[..., None]:
    return lambda self, **named: make(self, **(named | {"blocks": False}))


def test_a_first_download_in_blocks_leaves_what_rows_would(by_rows: Desk, desk: Desk) -> None:
    central = Watched(desk)
    result = download(desk, central)
    blocks = [one.block for one in central.told if one.block is not None]
    assert len(blocks) > 4 and result.pulled == central.rows + len(central.told[0].rows)
    assert {row.what for one in central.told for row in one.rows} == {"policy", "user"}
    alike(desk, by_rows)


def test_blocks_of_which_nothing_is_here_are_not_taken_row_by_row(
    boss: Device, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    take = pulling._take
    monkeypatch.setattr(
        pulling, "_take", lambda connection, rows, *rest: (taken.append(len(rows)), take(connection, rows, *rest))[1]
    )
    download(desk, Watched(desk))
    assert len(desk.order().ids) == ACCOUNTS and not any(taken)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_download_that_is_cut_goes_on_after_the_last_block(by_rows: Desk, desk: Desk, number: int) -> None:
    first = Watched(desk, cut(number))
    with pytest.raises(Unreachable):
        download(desk, first)
    then = Watched(desk)
    download(desk, then)
    assert first.rows > 0 and then.rows > 0 and first.rows + then.rows == 5 * ACCOUNTS
    alike(desk, by_rows)
