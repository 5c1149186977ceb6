"""The recount: what a desk holds wrongly is found and mended by row; its own work is let be."""

from collections.abc import Callable

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.errors import Refusal
from leaddesk.store.sqlite import Connection
from tests.support import LiveCentral
from tests.sync.acts import typed
from tests.sync.near import view


def _filled(desk: Desk, other: Desk, count: int = 3) -> list[str]:
    """Leads with a note each, one of them undone, at both desks."""
    leads = [typed(desk, f"Yritys {number} Oy") for number in range(count)]
    for lead in leads:
        desk.do(op.Note(lead=lead, text="muistiinpano"))
    desk.do(op.Note(lead=leads[0], text="turha"))
    desk.undo()
    desk.sync()
    other.sync()
    return leads


def _statement(sql: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(sql)


def _ghost(connection: Connection) -> None:
    """An account and its lead that the central has never had."""
    for table in ("accounts", "leads"):
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "no"]
        told = ["'ghost-' || " + one if one in ("id", "account") else one for one in names]
        connection.execute(
            f"INSERT INTO {table} ({','.join(names)}) SELECT {','.join(told)} FROM {table} "
            f"WHERE {'account' if table == 'leads' else 'id'} = (SELECT min(id) FROM accounts WHERE id NOT LIKE 'gh%')"
        )


DAMAGE = {
    "a changed row": _statement("UPDATE leads SET theme = 'wrong' WHERE id = (SELECT min(id) FROM leads)"),
    "a lost lead": _statement("DELETE FROM leads WHERE id = (SELECT min(id) FROM leads)"),
    "a lost account": _statement("DELETE FROM accounts WHERE id = (SELECT min(id) FROM accounts)"),
    "a lost line": _statement("DELETE FROM history WHERE no = (SELECT max(no) FROM history)"),
    "a line that was undone": _statement("UPDATE history SET undone_by = ''"),
    "an account of nobody": _ghost,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_wrong_is_found_and_mended_by_row(
    central: LiveCentral, desk: Desk, other: Desk, damage: Callable[[Connection], object]
) -> None:
    _filled(desk, other)
    assert other.recount()[0].mended == 0 and desk.recount()[0].mended == 0
    with other.store._file.write() as connection:
        damage(connection)
    assert view(other) != view(desk)
    done, changes = other.recount()
    assert (done.compared, done.mended, done.whole) == (3 + (damage is _ghost), 1, True) and changes
    assert view(other) == view(desk)
    assert other.recount()[0].mended == 0
    assert other.order().ids == desk.order().ids


def test_ones_own_work_is_let_be(central: LiveCentral, desk: Desk, other: Desk) -> None:
    lead, free, _ = _filled(desk, other)
    born = typed(other, "Oma Oy")
    other.do(op.Note(lead=lead, text="lähettämättä"))
    before = other.store.state(other.store.account_of(lead)), other.store.state(other.store.account_of(born))
    with other.store._file.write() as connection:
        connection.execute("UPDATE leads SET theme = 'wrong' WHERE id = ?", (free,))
    assert other.recount()[0].mended == 1
    assert (other.store.state(other.store.account_of(lead)), other.store.state(other.store.account_of(born))) == before
    assert other.status().waiting == 2
    other.sync()
    desk.sync()
    assert view(other) == view(desk) and other.recount()[0].mended == 0


def test_news_on_the_way_is_no_difference(central: LiveCentral, desk: Desk, other: Desk) -> None:
    lead, *_ = _filled(desk, other)
    desk.do(op.Take(lead=lead))
    desk.sync()
    before = view(other)
    done, _ = other.recount()
    assert (done.compared, done.mended) == (2, 0) and view(other) == before


def test_a_part_at_a_time_comes_to_the_end_and_begins_again(
    central: LiveCentral, desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaddesk.store.local.recount.COMPARED", 2)
    leads = _filled(desk, other, 5)
    with other.store._file.write() as connection:
        connection.execute("UPDATE leads SET theme = 'wrong' WHERE id = ?", (leads[-1],))
    parts = [other.recount(whole=False)[0] for _ in range(4)]
    assert [one.compared for one in parts] == [2, 2, 1, 2] and sum(one.mended for one in parts) == 1
    assert view(other) == view(desk)


def test_an_empty_desk_is_filled_again(central: LiveCentral, desk: Desk, other: Desk) -> None:
    """All rows lost and the cursor kept: what no pull would ever bring again."""
    _filled(desk, other, 7)
    with other.store._file.write() as connection:
        for table in ("history", "leads", "persons", "accounts", "match_keys"):
            connection.execute(f"DELETE FROM {table}")
    assert other.sync()[0].pulled == 0
    assert other.recount()[0].mended == 7
    assert view(other) == view(desk)


def test_much_is_not_taken_away_unasked(
    central: LiveCentral, desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(desk, other, 12)
    monkeypatch.setattr("leaddesk.store.local.pulling.REMOVES_MOST", 5)
    monkeypatch.setattr("leaddesk.server.comparing.content.of_past", lambda lines, account: 0)
    monkeypatch.setattr("leaddesk.store.central.feed.Feed.accounts", lambda *_: [])
    before = view(other)
    with pytest.raises(Refusal) as refused:
        other.recount()
    assert refused.value.key == "pull-removes-much" and view(other) == before
    other.allow_removal()
    other.recount()
    assert not other.order().ids
    # Allowed once, not from now on.
    assert other.store.meta("removal_allowed") == ""
