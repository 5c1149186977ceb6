"""Rows that a desk holds before the central tells them: what its own operations led to, where both ends agree.

Agreement is by content hash over every account that a push touched and over its lines of history. Then the rows are the
server's as they stand, and the next pulls leave them out.
"""

import json
from collections.abc import Sequence

from leaddesk.domain.record import MOST_HELD, VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.store import content
from leaddesk.store.local import kept, view
from leaddesk.store.local.tables import PENDING
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection

Ranges = tuple[tuple[int, int], ...]

_BAD = (Verdict.REFUSED, Verdict.QUARANTINED)


def ranges(text: str) -> Ranges:
    """Ranges of numbers as they are kept in ``meta``."""
    return tuple((low, high) for low, high in json.loads(text)) if text else ()


def agree(connection: Connection, verdicts: Sequence[VerdictRow], own: str, wrote: tuple[int, int]) -> bool:
    """Take what the applied operations led to for the server's rows, if it hashes to ``own``; whether it does."""
    applied = {one.id: one.seq for one in verdicts if one.verdict not in _BAD}
    known = ranges(kept.meta(connection, "holds"))
    if not kept.meta(connection, "cursor") or kept.meta(connection, "afresh") or len(known) == MOST_HELD:
        # A pull from the beginning is not told what is gone by then, nor may anything be left out of it.
        return False
    if not all(applied.values()):
        return False
    lines = view.select(
        connection, f"SELECT op, ordinal, account FROM history WHERE op {AMONG} AND position >= {PENDING}", applied
    )
    undone = view.select(
        connection,
        f"SELECT op, ordinal, undone_by, position FROM history WHERE undone_by {AMONG} AND undone_by <> ''",
        applied,
    )
    if any(position >= PENDING and operation not in applied for operation, _, _, position in undone):
        # A line of an earlier push, which this desk has not been told of yet: the only news of it are in this range.
        return False
    accounts = sorted({account for _, _, account in lines})
    hashes = [content.of_account(state) for state in view.load_states(connection, accounts).values()]
    hashes += [content.of_line(op, ordinal, account) for op, ordinal, account in lines]
    hashes += [content.of_line(op, ordinal, "", undo) for op, ordinal, undo, _ in undone]
    if content.total(hashes) != own:
        return False
    connection.executemany(
        "UPDATE history SET position = ? WHERE op = ?", [(seq, operation) for operation, seq in applied.items()]
    )
    view.select(connection, f"DELETE FROM shadow WHERE account {AMONG}", accounts)
    view.select(connection, f"UPDATE outbox SET state = 'done' WHERE state = 'sent' AND id {AMONG}", applied)
    low, high = wrote
    if known and known[-1][1] == low:
        known, low = known[:-1], known[-1][0]
    kept.set_meta(connection, "holds", json.dumps([*known, (low, high)]))
    return True
