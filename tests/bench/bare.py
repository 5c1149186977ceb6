"""The barest code that does what the store does: the standard library's ``sqlite3`` over a plain file with the same
data, columns and indexes. Tuples as they come, nothing made of them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from leaddesk.domain.defaults import default_policy
from leaddesk.store import sqlite
from leaddesk.store.form import operation_from
from leaddesk.store.local import view
from leaddesk.store.local.queue import CARD_ENTRIES
from leaddesk.store.local.rows import LEAD_ROW
from leaddesk.store.local.search import document, fold
from leaddesk.store.local.tables import PENDING

_TABLES = ("accounts", "persons", "leads", "history")
_ROW = (
    f"SELECT {LEAD_ROW}, EXISTS (SELECT 1 FROM history h WHERE h.account = l.account AND h.position >= {PENDING}) "
    "FROM leads l JOIN accounts a ON a.id = l.account LEFT JOIN persons p ON p.id = l.person WHERE l.id "
)


def make(path: Path, keyed: Path, key: str) -> None:
    """Write what a keyed store holds into a plain file."""
    source = sqlite.connect(keyed, key)
    try:
        source.execute("ATTACH ? AS plain KEY ''", (str(path),))
        source.execute("PRAGMA plain.journal_mode=WAL")
        source.execute("PRAGMA plain.synchronous=OFF")
        for table in _TABLES:
            for kind in ("table", "index"):
                for name, sql in source.execute(
                    "SELECT name, sql FROM main.sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL",
                    (table, kind),
                ).fetchall():
                    source.execute(sql.replace(f" {name}", f" plain.{name}", 1))
                if kind == "table":
                    source.execute(f"INSERT INTO plain.{table} SELECT * FROM main.{table}")
        plain = sqlite3.connect(path, isolation_level=None)
        plain.execute("PRAGMA synchronous=OFF")
        plain.execute("BEGIN")
        for table, prefix, texts in (("search", "2 3", _documents(source)), ("search_notes", "3", _notes(source))):
            plain.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5(text, content='', prefix='{prefix}', "
                "tokenize='unicode61 remove_diacritics 0')"
            )
            plain.executemany(f"INSERT INTO {table} (rowid, text) VALUES (?, ?)", texts)
        plain.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        plain.execute("COMMIT")
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        plain.close()
    finally:
        source.close()


def _documents(source: sqlite.Connection) -> Iterator[tuple[int, str]]:
    card = default_policy().scorecard
    accounts = [row[0] for row in source.execute("SELECT id FROM accounts")]
    for start in range(0, len(accounts), 500):
        states = view.load_states(source, accounts[start : start + 500])
        leads = {lead.id: lead for state in states.values() for lead in state.leads.values()}
        for no, one in view.select(source, f"SELECT no, id FROM leads WHERE id {view.AMONG}", leads):
            lead = leads[one]
            state = states[lead.account]
            assert state.account is not None
            yield no, document(lead, state.account, state.persons.get(lead.person), card)


def _notes(source: sqlite.Connection) -> Iterator[tuple[int, str]]:
    for no, body in source.execute("SELECT no, body FROM history WHERE no IN (SELECT rowid FROM search_notes)"):
        yield no, fold(view.words_of(operation_from(body)))


class Bare:
    """The plain file, opened."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._ask = self._connection.execute
        self._ask("PRAGMA cache_size=-32768")
        self._ask("PRAGMA journal_mode=WAL")
        self._ask("PRAGMA synchronous=FULL")

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def order(self, me: str) -> list[str]:
        """Every id in queue order."""
        rows = self._ask(
            "SELECT id FROM leads WHERE lane > 0 AND (owner = '' OR owner = ?) ORDER BY lane, lane_key, id", (me,)
        )
        return [row[0] for row in rows.fetchall()]

    def page(self, ids: Sequence[str]) -> list[Any]:
        """Rows of the queue, in no order."""
        return self._ask(f"{_ROW} IN ({','.join('?' * len(ids))})", ids).fetchall()

    def card(self, lead: str) -> list[list[Any]]:
        """One lead with everything its card is made of."""
        ask = self._ask
        row = ask(f"{_ROW} = ?", (lead,)).fetchone()
        account = (row[1],)
        return [
            [row],
            ask("SELECT * FROM accounts WHERE id = ?", account).fetchall(),
            ask("SELECT * FROM persons WHERE account = ?", account).fetchall(),
            ask("SELECT * FROM leads WHERE account = ?", account).fetchall(),
            ask(
                "SELECT body, position, undone_by, op FROM history WHERE account = ? AND lead IN (?, '') "
                "ORDER BY position DESC, ordinal DESC LIMIT ?",
                (*account, lead, CARD_ENTRIES),
            ).fetchall(),
        ]

    def search(self, query: str, limit: int) -> list[Any]:
        """Ids of leads by names, and where those are few by notes."""
        found = self._ask(
            "SELECT l.id FROM search s JOIN leads l ON l.no = s.rowid WHERE search MATCH ? LIMIT ?", (query, limit)
        ).fetchall()
        if len(found) < limit:
            found += self._ask(
                "SELECT DISTINCT h.lead FROM search_notes s JOIN history h ON h.no = s.rowid "
                "WHERE search_notes MATCH ? AND h.undone_by = '' LIMIT ?",
                (query, limit),
            ).fetchall()
        return found

    def commit(self, body: str) -> None:
        """One durable commit."""
        self._ask("BEGIN IMMEDIATE")
        self._ask("INSERT INTO outbox (body) VALUES (?)", (body,))
        self._ask("COMMIT")
