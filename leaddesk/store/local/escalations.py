"""Steps of escalation that are for this desk's user, as the central has told them. They name ids and times only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from leaddesk.domain.errors import BadInput
from leaddesk.domain.escalation import Escalation
from leaddesk.domain.record import FeedRow
from leaddesk.store.columns import micros
from leaddesk.store.form import row_from, to_text
from leaddesk.store.local.view import AMONG, select
from leaddesk.store.sqlite import Connection

#: What was to be told so long ago is nobody's next act any more.
_LASTS = timedelta(days=90)


def take(connection: Connection, rows: Iterable[FeedRow], now: datetime) -> None:
    """Keep what was raised; let go of what is long past. One that was told to the user stays told."""
    raised = []
    for row in rows:
        one = _read(row.body)
        if one is not None:
            raised.append((row.id, one.lead, micros(one.deliver_at or one.raised_at), to_text(row.body)))
    connection.executemany(
        "INSERT INTO escalations (id, lead, deliver_at, body, told) VALUES (?, ?, ?, ?, 0) "
        "ON CONFLICT (id) DO UPDATE SET deliver_at = excluded.deliver_at, body = excluded.body",
        raised,
    )
    connection.execute("DELETE FROM escalations WHERE deliver_at < ?", (micros(now - _LASTS),))


def drop_unseen(connection: Connection) -> None:
    """What a restore has taken back is raised anew where it still stands."""
    connection.execute("DELETE FROM escalations WHERE id NOT IN (SELECT id FROM seen WHERE what = 'escalation')")


def due(connection: Connection, now: datetime) -> list[tuple[Escalation, bool]]:
    """What is to be told by now, of leads that are here and worked, by time; and whether the user was told of it."""
    rows = connection.execute(
        "SELECT e.body, e.told FROM escalations e JOIN leads l ON l.id = e.lead "
        "WHERE e.deliver_at <= ? AND l.state IN ('offered', 'taken', 'accepted') ORDER BY e.deliver_at, e.id",
        (micros(now),),
    ).fetchall()
    held = ((_read(msgspec.json.decode(body)), bool(told)) for body, told in rows)
    return [(one, told) for one, told in held if one is not None]


def mark_told(connection: Connection, ids: Sequence[str]) -> None:
    """The user has been told of these."""
    select(connection, f"UPDATE escalations SET told = 1 WHERE id {AMONG}", ids)


def _read(body: Mapping[str, Any] | None) -> Escalation | None:
    """The step that a body tells; None for one that only a newer program could read."""
    try:
        made = row_from("escalation", body) if body is not None else None
    except BadInput:
        return None
    return made if isinstance(made, Escalation) else None
