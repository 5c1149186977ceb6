"""The benchmarks still run: with few leads, both sides giving the same, nothing timed."""

import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from leaddesk.config.key import PASSPHRASE
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain.clock import Due, deadline
from leaddesk.domain.defaults import default_policy
from leaddesk.store.local.search import match_query
from tests.bench import __main__ as command
from tests.bench import bare, past, sla

LEADS = 500
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A temporary folder of the system's own, in which the benchmarks have made what they keep."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSPHRASE, past.PASSWORD)
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        past.profile_of(LEADS)
        yield Path(tempfile.gettempdir())


def test_both_sides_give_the_same(kept: Path) -> None:
    with command.copied(LEADS) as (profile, plain):
        desk, plainly = Desk.open(profile, SystemClock(), Ids()), bare.Bare(plain)
        desk.store.refresh(desk.clock.now())
        me = past.ME.id
        ids = list(desk.order().ids)
        assert len(ids) > LEADS / 2
        with desk.store._file.read() as connection:
            moved = connection.execute("SELECT count(*) FROM leads WHERE moves IS NOT NULL").fetchone()[0]
        # What has moved between the two makings may stand elsewhere; the rest stands the same.
        assert len(set(plainly.order(me)) ^ set(ids)) <= moved
        assert {row[0] for row in plainly.page(ids[:50])} == set(ids[:50])
        for lead in ids[:20]:
            found = desk.store.card(lead)
            assert found is not None
            row, accounts, persons, leads, lines = plainly.card(lead)
            assert row[0][0] == lead
            assert [one[0] for one in accounts] == [found.row.account]
            assert {one[0] for one in persons} == set(found.state.persons)
            assert {one[1] for one in leads} == set(found.state.leads)
            assert [one[3] for one in lines] == [one.operation.id for one in found.entries]
        for text in ("oy", past.WORDS[0], desk.rows(ids[:1])[0].account):
            found_ids = [row[0] for row in plainly.search(match_query(text), LEADS)]
            assert sorted(set(found_ids)) == sorted(desk.store.search(text, LEADS))
        desk.close()
        plainly.close()


def test_what_is_kept_is_what_the_product_would_keep(kept: Path) -> None:
    """Asking every lead anew changes nothing, and the past is as long as it is said to be."""
    profile = past.profile_of(LEADS)
    desk = Desk.open(profile, SystemClock(), Ids())
    with desk.store._file.read() as connection:
        (leads,) = connection.execute("SELECT count(*) FROM leads").fetchone()
        (lines,) = connection.execute("SELECT count(*) FROM history").fetchone()
        kinds = {row[0] for row in connection.execute("SELECT DISTINCT json_extract(body, '$.kind') FROM history")}
        tallied = connection.execute("SELECT count(*) FROM leads WHERE score <> 0").fetchone()[0]
    desk.store.check()
    desk.close()
    assert leads == LEADS
    assert 8 * LEADS < lines < 14 * LEADS
    assert kinds == {"import-row", "note", "log-call"}
    assert tallied > LEADS / 4


def test_every_figure_is_printed(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--leads", str(LEADS), "--turns", "1"]) == 0
    said = capsys.readouterr().out
    for name in (
        "ids in order", "a page of 50", "a card", "a rare word", "a common word", "a word of notes", "a note", "a call"
    ):  # fmt: skip
        line = next(one for one in said.splitlines() if name in one)
        numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", line)]
        assert numbers[0] > 0 and numbers[1] > 0
    for name in ("python alone", "leaddesk queue --limit 50", "window, queue painted"):
        line = next(one for one in said.splitlines() if one.startswith(name))
        ms, _ = re.findall(r"\d+|nan", line.removeprefix("leaddesk queue --limit 50"))[-2:]
        assert int(ms) > 0
    assert "first order of a new day" in said


def test_a_changed_program_makes_the_store_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = past.profile_of(5).path
    assert past.profile_of(5).path == first
    monkeypatch.setattr(past, "_key", lambda: "another")
    second = past.profile_of(5).path
    assert second.exists() and second != first
    assert not first.exists()


def test_where_the_time_goes_is_printed(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--leads", str(LEADS), "--turns", "1", "--only", "card", "--profile"]) == 0
    assert "queue.py" in capsys.readouterr().out


def test_deadlines_clocks_and_the_page_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert sla.main(["--leads", "300", "--deadlines", "200", "--turns", "1"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 8 and told[-1].startswith("the page of ")


def test_a_count_by_the_minute_gives_the_same_deadline() -> None:
    calendar = default_policy().calendar
    for start, minutes, pauses in sla.questions(60, seed=7):
        due = deadline(start, minutes, calendar, pauses)
        # The count takes whole minutes, and is at the end of the last one.
        assert isinstance(due, Due) and abs(due.at - sla.counted(start, minutes, calendar, pauses)) <= 3 * MINUTE
