"""Reads of the queue: all ids in order by index alone, pages of rows, the card, search."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from leaddesk.domain.record import Entry
from leaddesk.domain.words import Lane
from leaddesk.store.columns import instant, micros
from leaddesk.store.form import line_from, to_text
from leaddesk.store.local import view
from leaddesk.store.local.rows import LEAD_ROW, SEGMENTS, LeadCard, LeadRow, lead_row
from leaddesk.store.local.search import match_query
from leaddesk.store.local.tables import PENDING, PENDING_OF
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection

#: Accounts asked anew in one transaction.
SLICE = 400

#: While scores have yet to fade, the order is to be asked for again after so long.
SOON = timedelta(seconds=2)

#: Lines of history a card shows at most.
CARD_ENTRIES = 300

_ROWS = (
    f"SELECT {LEAD_ROW}, EXISTS (SELECT 1 FROM {PENDING_OF} = l.account) {{}}"
    "FROM leads l JOIN accounts a ON a.id = l.account LEFT JOIN persons p ON p.id = l.person WHERE l.id "
)
_PAGE = _ROWS.format("") + AMONG
_CARD = _ROWS.format(", l.mql, l.segment ") + "= ?"


def order(connection: Connection, me: str, now: datetime) -> tuple[list[str], list[tuple[Lane, int]], datetime | None]:
    """My leads and those nobody owns, in lane order; counts by lane; the next instant something changes by itself."""
    rows = connection.execute(
        "SELECT id, lane FROM leads WHERE lane > 0 AND (owner = '' OR owner = ?) ORDER BY lane, lane_key, id", (me,)
    ).fetchall()
    counts = Counter(map(itemgetter(1), rows))
    lanes = [(Lane(lane), count) for lane, count in counts.items()]
    return list(map(itemgetter(0), rows)), lanes, _next_change(connection, now)


def _next_change(connection: Connection, now: datetime) -> datetime | None:
    (stored,) = connection.execute("SELECT min(until) FROM leads WHERE until IS NOT NULL").fetchone()
    if stored is None:
        return None
    first = instant(stored)
    return first if first > now else now + SOON


def due_accounts(connection: Connection, column: str, now: datetime) -> list[str]:
    """Some accounts with a lead whose ``until`` or ``moves`` has come; empty when all stand."""
    # Left to itself SQLite walks every lead by its account, to have each account once.
    rows = connection.execute(
        f"SELECT DISTINCT account FROM leads INDEXED BY leads_{column} WHERE {column} <= ? LIMIT ?",
        (micros(now), SLICE),
    )
    return [row[0] for row in rows]


def rows(connection: Connection, ids: Sequence[str]) -> list[LeadRow]:
    """Leads as a list shows them, in the order asked."""
    found = {row[0]: row for row in view.select(connection, _PAGE, ids)}
    return [lead_row(found[one]) for one in ids if one in found]


def card(connection: Connection, lead: str) -> LeadCard | None:
    """One lead, its account's state, and the lines of history that are about it or the account, newest first."""
    found = connection.execute(_CARD, (lead,)).fetchone()
    if found is None:
        return None
    *columns, mql, segment = found
    row = lead_row(columns)
    lines = connection.execute(
        "SELECT body, position, undone_by, op FROM history WHERE account = ? AND lead IN (?, '') "
        "ORDER BY position DESC, ordinal DESC LIMIT ?",
        (row.account, lead, CARD_ENTRIES),
    ).fetchall()
    return LeadCard(
        row=row,
        mql=bool(mql),
        segment=SEGMENTS[segment],
        state=view.load_states(connection, [row.account])[row.account],
        entries=tuple(Entry(line_from(body), position, undone_by) for body, position, undone_by, _ in lines),
        pending=frozenset(op for _, position, _, op in lines if position >= PENDING),
    )


def search(connection: Connection, text: str, limit: int) -> list[str]:
    """Ids of leads by every word: names, numbers and places first, then words of notes."""
    query = match_query(text)
    if not query:
        return []
    found = connection.execute(
        "SELECT l.id FROM search s JOIN leads l ON l.no = s.rowid WHERE search MATCH ? LIMIT ?", (query, limit)
    ).fetchall()
    if len(found) < limit:
        found += connection.execute(
            "SELECT DISTINCT h.lead FROM search_notes s JOIN history h ON h.no = s.rowid JOIN leads l ON l.id = h.lead "
            "WHERE search_notes MATCH ? AND h.undone_by = '' LIMIT ?",
            (query, limit),
        ).fetchall()
    return list(dict.fromkeys(row[0] for row in found))[:limit]


def perhaps_between(connection: Connection, active: Sequence[str]) -> list[str]:
    """Accounts with a lead that may lack something: one in work, in no lane, or of an owner who has left."""
    rows = connection.execute(
        "SELECT DISTINCT account FROM leads WHERE state IN ('taken', 'accepted') OR reason = 'out-no-lane' "
        "OR (owner <> '' AND owner NOT IN (SELECT value FROM json_each(?)))",
        (to_text(list(active)),),
    )
    return [row[0] for row in rows]


_DATES = frozenset({"callback_at", "snoozed_until", "nurture_until", "meeting_at"})


def dated(connection: Connection, owner: str, columns: Sequence[str]) -> list[str]:
    """Ids of the user's leads that hold a date in one of the columns, earliest first."""
    found = connection.execute(
        f"SELECT id FROM ({_dated(columns)}) GROUP BY id ORDER BY min(at), id LIMIT 2000", [owner] * len(columns)
    ).fetchall()
    return [row[0] for row in found]


def count_dated(connection: Connection, owner: str, columns: Sequence[str]) -> int:
    """How many there are."""
    (count,) = connection.execute(
        f"SELECT count(DISTINCT id) FROM ({_dated(columns)})", [owner] * len(columns)
    ).fetchone()
    return int(count)


def _dated(columns: Sequence[str]) -> str:
    """Leads with each of their dates, a column after another: each has an index of its own, which a plain OR leaves."""
    if not set(columns) <= _DATES:
        raise ValueError(columns)
    return " UNION ALL ".join(
        f"SELECT id, {one} AS at FROM leads WHERE {one} IS NOT NULL AND owner IN ('', ?)" for one in columns
    )
