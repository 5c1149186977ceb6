"""Rule 11 of the sync: a first download comes in blocks, and may be killed, changed and cut between any two of them."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leaddesk.desk.desk import Desk, directly
from leaddesk.domain import operation as op
from leaddesk.domain.errors import Unreachable
from leaddesk.domain.words import Verdict
from leaddesk.server import authority
from leaddesk.store.local import pulling
from leaddesk.sync.cycle import CycleResult, cycle
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.codec import to_json
from leaddesk.wire.message import Pull, Pulled
from tests.server.hands import Device
from tests.support import LiveCentral
from tests.sync.near import view
from tests.sync.strangers import Lossy, answer, stranger

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


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("change", ["declared restore", "another sight"])
def test_books_that_are_others_in_the_middle_are_told_from_the_beginning(
    by_rows: Desk, desk: Desk, central: LiveCentral, change: str, number: int
) -> None:
    def before(at: int) -> None:
        if at == number:
            if change == "declared restore":
                central.begin_epoch()
            else:
                central.change_teams("rep", "south")

    told = Watched(desk, before)
    download(desk, told)
    assert told.rows > 5 * ACCOUNTS
    if change == "declared restore":
        by_rows.sync()
    alike(desk, by_rows)


def test_a_download_may_be_cancelled_and_what_has_come_can_be_worked_with(by_rows: Desk, desk: Desk) -> None:
    heard: list[tuple[int, int]] = []
    first = Watched(desk)
    result = download(
        desk, first, progress=lambda *one: heard.append(one), cancelled=lambda: bool(heard) and heard[-1][0] > 100
    )
    here = desk.order().ids
    assert not result.whole and 0 < len(here) < ACCOUNTS
    desk.do(op.Note(lead=here[0], text="Kirjoitettu kesken"))
    then = Watched(desk)
    result = download(desk, then, progress=lambda *one: heard.append(one))
    assert result.whole and result.pushed == 1 and len(desk.order().ids) == ACCOUNTS
    assert [row.id for row in desk.search("kirjoitettu kesken")] == [here[0]]
    # How many rows there are is known from the first block on.
    assert heard[0][1] == heard[1][1] >= 5 * ACCOUNTS and all(done <= known for done, known in heard)


def test_no_name_is_ever_on_the_disk_in_plain(
    boss: Device, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    looked: list[int] = []

    def look(at: int) -> None:
        files = [one for folder in (desk.profile.path, temporary) for one in folder.rglob("*") if one.is_file()]
        held = {one: one.read_bytes() for one in files}
        assert not [one.name for one, data in held.items() if _names(data)]
        looked.append(sum(map(len, held.values())))

    central = Watched(desk, look)
    download(desk, central)
    look(len(central.told))
    desk.store.close()
    look(len(central.told))
    assert len(looked) > 6 and looked[-1] > 100_000
    # The look finds what is there.
    assert all(_names(bytes(one.block.data)) for one in central.told if one.block is not None)


def _names(data: bytes) -> bool:
    """Whether a name, an address or a note can be read, in any of the ways in which text is kept."""
    return any(
        word.encode(coding) in data
        for word in ("Kuusikko", "kuusikko", "Anttila", "anttila", "Puhelu")
        for coding in ("utf-8", "utf-16-le")
    )


def test_a_block_that_is_not_what_its_digest_says_is_no_answer(boss: Device, central: LiveCentral, desk: Desk) -> None:
    news = Watched(desk).pull(Pull(blocks=True))
    assert news.block is not None
    for whole in (news, replace(news, block=replace(news.block, sha256="0" * 64))):
        with stranger(answer(to_json(whole))) as there, closing(HttpCentral(there.url, tries=0)) as asked:
            if whole is news:
                assert asked.pull(Pull(blocks=True)) == news
            else:
                with pytest.raises(Unreachable, match="not-the-central"):
                    asked.pull(Pull(blocks=True))
