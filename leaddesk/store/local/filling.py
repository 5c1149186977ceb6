"""A first download: whole accounts of which nothing is here go straight into the tables, without looking for what was
there before. Everything is written that ``view`` would write, in as many statements as there are tables.

The indexes stand from the beginning: blocks come in the order of ids, and ids in the order of time, so most entries go
to an end. Measured with 90,000 leads: 36 s of the processor, and 38 s where the indexes were made last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlcipher3.dbapi2 as driver

from leaddesk.domain import match
from leaddesk.domain.operation import ImportRow
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import State
from leaddesk.store import block
from leaddesk.store.block import Filled, Line
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON
from leaddesk.store.form import line_from
from leaddesk.store.local import view
from leaddesk.store.local.search import document, fold
from leaddesk.store.local.tables import STANDING
from leaddesk.store.sqlite import Connection


def fill(connection: Connection, data: bytes, policies: Policies, now: datetime, afresh: bool) -> bool:
    """Write a block where nothing of it is here yet; else nothing, and False. Nothing is pending.

    ``afresh``: its rows are remembered as seen. Raises ``BadInput`` for rows that cannot be read.
    """
    told = block.read(data)
    accounts = {one.id for one in told.accounts}
    if not accounts.issuperset(home.account for some in (told.persons, told.leads) for home in some):
        return False
    connection.execute("SAVEPOINT filling")
    try:
        _accounts(connection, told)
        _leads(connection, told, policies, now)
        _lines(connection, told.entries, afresh)
        if afresh:
            _see(connection, block.ids(told))
    except driver.IntegrityError:
        # A row of it is here.
        connection.execute("ROLLBACK TO filling")
        return False
    finally:
        connection.execute("RELEASE filling")
    return True


def _accounts(connection: Connection, told: Filled) -> None:
    connection.executemany(_insert("accounts", ACCOUNT.names), map(ACCOUNT.row, told.accounts))
    connection.executemany(_insert("persons", PERSON.names), map(PERSON.row, told.persons))
    keys = [(key, one.id, match.COMPANY, one.id) for one in told.accounts for key in match.keys_of_account(one)]
    keys += [(key, one.id, match.PERSON, one.account) for one in told.persons for key in match.keys_of_person(one)]
    keys += [(key, one.id, match.LEAD, one.account) for one in told.leads for key in match.keys_of_lead(one)]
    _keep_keys(connection, keys)


def _leads(connection: Connection, told: Filled, policies: Policies, now: datetime) -> None:
    persons: dict[str, dict[str, Any]] = {}
    for one in told.persons:
        persons.setdefault(one.account, {})[one.id] = one
    states = {one.id: State(one, persons.get(one.id, {})) for one in told.accounts}
    no = _last(connection, "leads")
    rows: list[Sequence[Any]] = []
    words: list[tuple[int, str]] = []
    for lead, account, person, place in view.standings(told.leads, states, policies, now):
        no += 1
        rows.append((no, *LEAD.row(lead), *place))
        words.append((no, document(lead, account, person, policies.at(lead.policy).scorecard)))
    connection.executemany(_insert("leads", ("no", *LEAD.names, *STANDING)), rows)
    connection.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", words)


def _lines(connection: Connection, lines: Iterable[Line], afresh: bool) -> None:
    no = _last(connection, "history")
    rows: list[Sequence[Any]] = []
    keys: list[tuple[str, str, str, str]] = []
    words: list[tuple[int, str]] = []
    for line in lines:
        no += 1
        body = bytes(line.operation).decode()
        one = line_from(body)
        import_id = one.act.import_id if isinstance(one.act, ImportRow) else None
        lead = view.lead_named(one)
        rows.append((no, one.id, one.ordinal, line.position, one.account, lead, import_id, body, line.undone_by))
        if import_id is not None and not line.undone_by:
            keys += [(key, one.id, match.EVENT, one.account) for key in match.keys_of_operation(one)]
        text = view.words_of(one)
        if text:
            words.append((no, fold(text)))
    connection.executemany(_insert("history", ("no", *view.LINE)), rows)
    connection.executemany("INSERT INTO search_notes (rowid, text) VALUES (?, ?)", words)
    _keep_keys(connection, keys)
    if afresh:
        _see(connection, (("entry", f"{row[1]}:{row[2]}") for row in rows))


def _keep_keys(connection: Connection, keys: Iterable[tuple[str, str, str, str]]) -> None:
    connection.executemany(view.KEY, sorted(keys))


def _see(connection: Connection, rows: Iterable[tuple[str, str]]) -> None:
    connection.executemany("INSERT OR IGNORE INTO seen (what, id) VALUES (?, ?)", rows)


def _last(connection: Connection, table: str) -> int:
    """The number of the last row."""
    return int(connection.execute(f"SELECT coalesce(max(no), 0) FROM {table}").fetchone()[0])


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})"
