"""Reads of the queue: all ids in order by index alone, pages of rows, the card, search."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from leaddesk.domain.policy import Policies
from leaddesk.domain.words import Lane
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON, instant, micros
from leaddesk.store.local import view
from leaddesk.store.local.rows import LeadCard, LeadRow, standing_of
from leaddesk.store.local.search import match_query
from leaddesk.store.local.tables import PENDING, STANDING
from leaddesk.wire.message import Entry

#: Accounts asked anew in one transaction.
SLICE = 200

#: Lines of history a card shows at most.
CARD_ENTRIES = 300

_LEADS = ",".join(f"l.{name}" for name in (*LEAD.names, *STANDING))
_ACCOUNTS = ",".join(f"a.{name}" for name in ACCOUNT.names)
_PERSONS = ",".join(f"p.{name}" for name in PERSON.names)
_ROWS = (
    f"SELECT {_LEADS}, {_ACCOUNTS}, {_PERSONS}, EXISTS (SELECT 1 FROM shadow s WHERE s.account = l.account) "
    "FROM leads l JOIN accounts a ON a.id = l.account LEFT JOIN persons p ON p.id = l.person WHERE l.id IN ({})"
)
_ACCOUNT_AT = len(LEAD.names) + len(STANDING)
_PERSON_AT = _ACCOUNT_AT + len(ACCOUNT.names)
_PENDING_AT = _PERSON_AT + len(PERSON.names)


def order(
    connection: Connection, me: str, now: datetime
) -> tuple[list[str], list[tuple[Lane, int]], datetime | None]:
    """My leads and those nobody owns, in lane order; counts by lane; the next instant something changes by itself."""
    rows = connection.exec_driver_sql(
        "SELECT id, lane FROM leads WHERE lane > 0 AND (owner = '' OR owner = ?) ORDER BY lane, lane_key, id", (me,)
    ).fetchall()
    counts: dict[int, int] = {}
    for _, lane in rows:
        counts[lane] = counts.get(lane, 0) + 1
    wake = connection.exec_driver_sql(
        "SELECT min(until) FROM leads WHERE until > ?", (micros(now),)
    ).scalar()
    lanes = [(Lane(lane), count) for lane, count in counts.items()]
    return [row[0] for row in rows], lanes, instant(wake) if wake is not None else None


def due_accounts(connection: Connection, now: datetime) -> list[str]:
    """Some accounts with a lead whose standing has run out; empty when all stand."""
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT account FROM leads WHERE until <= ? LIMIT ?", (micros(now), SLICE)
    ).fetchall()
    return [row[0] for row in rows]


def restand(connection: Connection, accounts: list[str], policies: Policies, now: datetime) -> int:
    """Ask anew where the leads of these accounts stand."""
    states = view.load_states(connection, accounts)
    leads = [lead for state in states.values() for lead in state.leads.values()]
    view.write_leads(connection, leads, states, policies, now)
    return len(leads)


def rows(connection: Connection, ids: Sequence[str]) -> list[LeadRow]:
    """Leads with account and person, in the order asked."""
    found: dict[str, LeadRow] = {}
    for row in view.select(connection, _ROWS, ids):
        found[row[0]] = _lead_row(row)
    return [found[one] for one in ids if one in found]


def _lead_row(row: Any) -> LeadRow:  # Any: a row of the driver
    return LeadRow(
        lead=LEAD.value(row),
        account=ACCOUNT.value(row, _ACCOUNT_AT),
        person=PERSON.value(row, _PERSON_AT) if row[_PERSON_AT] is not None else None,
        standing=standing_of(row, len(LEAD.names)),
        pending=bool(row[_PENDING_AT]),
    )


def card(connection: Connection, lead: str) -> LeadCard | None:
    """One lead, its account's state, and the lines of history that are about it or the account, newest first."""
    found = rows(connection, [lead])
    if not found:
        return None
    row = found[0]
    account = row.lead.account
    state = view.load_states(connection, [account])[account]
    lines = connection.exec_driver_sql(
        "SELECT body, position, undone_by, op FROM history WHERE account = ? AND (lead = ? OR lead = '') "
        "ORDER BY position DESC, ordinal DESC LIMIT ?",
        (account, lead, CARD_ENTRIES),
    ).fetchall()
    entries = tuple(
        Entry(view.operation_of(body), position, undone_by) for body, position, undone_by, _ in lines
    )
    pending = frozenset(op for _, position, _, op in lines if position >= PENDING)
    return LeadCard(row, state, entries, pending)


def search(connection: Connection, text: str, limit: int) -> list[str]:
    """Ids of leads by every word: names, numbers and places first, then words of notes."""
    query = match_query(text)
    if not query:
        return []
    found = [
        row[0]
        for row in connection.exec_driver_sql(
            "SELECT l.id FROM search s JOIN leads l ON l.no = s.rowid WHERE search MATCH ? LIMIT ?", (query, limit)
        )
    ]
    if len(found) < limit:
        noted = connection.exec_driver_sql(
            "SELECT h.lead FROM search_notes s JOIN history h ON h.no = s.rowid "
            "WHERE search_notes MATCH ? AND h.lead <> '' AND h.undone_by = '' LIMIT ?",
            (query, limit),
        ).fetchall()
        known = set(found)
        for (lead,) in noted:
            if lead not in known and len(found) < limit:
                known.add(lead)
                found.append(lead)
    return found


_DATES = frozenset({"callback_at", "snoozed_until", "nurture_until", "meeting_at"})


def dated(connection: Connection, owner: str, columns: Sequence[str]) -> list[str]:
    """Ids of the user's leads that hold a date in one of the columns, earliest first."""
    where, by = _dated(columns)
    rows_ = connection.exec_driver_sql(
        f"SELECT id FROM leads WHERE ({where}) AND owner IN ('', ?) ORDER BY {by}, id LIMIT 2000", (owner,)
    ).fetchall()
    return [row[0] for row in rows_]


def count_dated(connection: Connection, owner: str, columns: Sequence[str]) -> int:
    """How many there are."""
    where, _ = _dated(columns)
    return int(
        connection.exec_driver_sql(
            f"SELECT count(*) FROM leads WHERE ({where}) AND owner IN ('', ?)", (owner,)
        ).scalar()
        or 0
    )


def _dated(columns: Sequence[str]) -> tuple[str, str]:
    if not set(columns) <= _DATES:
        raise ValueError(columns)
    return " OR ".join(f"{one} IS NOT NULL" for one in columns), f"coalesce({', '.join((*columns, 'NULL'))})"
