"""Erasing at the desk: what a person is known by goes out of everything the desk keeps beside the rows that the central
sends anew."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from leaddesk.domain import erasure
from leaddesk.domain.erasure import Trace
from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import ImportRows, Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry, FeedRow
from leaddesk.store.form import line_from, operation_from, operation_text, to_text
from leaddesk.store.local import kept, view
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection


def take(connection: Connection, rows: Sequence[FeedRow], policies: Policies) -> None:
    """Somebody was erased at the central: what this desk sent of her, its drafts, and its index of words."""
    told = [row.body for row in rows if row.what == "erased" and row.body]
    if not told:
        return
    kept.set_meta(connection, "erasing", "1")
    for body in told:
        ids = frozenset(str(one) for one in body["ids"])
        view.select(connection, f"DELETE FROM drafts WHERE lead {AMONG}", ids)
        _rewrite_outbox(connection, Trace(ids), frozenset(body["keys"]), str(body["salt"]), policies)


def _rewrite_outbox(connection: Connection, trace: Trace, keys: frozenset[str], salt: str, policies: Policies) -> None:
    """What was sent. What still waits is judged by the central first, and told of to whoever typed it."""
    # A text of JSON that names none of the ids is not read; of an import every row may be hers.
    named = " OR ".join("instr(body, ?)" for _ in trace.ids)
    found = connection.execute(
        f"SELECT id, body FROM outbox WHERE state <> 'waiting' AND (kind = 'import-rows' OR {named})",
        sorted(trace.ids),
    ).fetchall()
    written = []
    for one, text in found:
        try:
            operation = operation_from(text)
        except BadInput:
            written.append((to_text(erasure.cut(msgspec.json.decode(text))), one))
            continue
        new = _redacted(operation, trace, keys, salt, policies)
        if new != operation:
            written.append((operation_text(new), one))
    connection.executemany("UPDATE outbox SET body = ?, reason_values = '{}' WHERE id = ?", written)


def _redacted(operation: Operation, trace: Trace, keys: frozenset[str], salt: str, policies: Policies) -> Operation:
    act = operation.act
    if not isinstance(act, ImportRows):
        return erasure.redacted(operation, trace, policies)
    rows = tuple(
        erasure.redacted_row(
            row,
            trace,
            any(erasure.hidden(key, salt) in keys for key in erasure.keys_of_row(row, act.source_name)),
        )
        for row in act.rows
    )
    return operation if rows == act.rows else replace(operation, act=replace(act, rows=rows))


def renew(connection: Connection, entries: Sequence[tuple[Entry, str]]) -> None:
    """While somebody is being erased: lines come again in other words. What the old ones were found by goes, and what
    this desk sent is kept in the new words."""
    if not entries or not kept.meta(connection, "erasing"):
        return
    told = {(entry.operation.id, entry.operation.ordinal): body for entry, body in entries}
    old = view.select(
        connection, f"SELECT op, ordinal, body, import_id FROM history WHERE op {AMONG}", {op for op, _ in told}
    )
    changed = [row for row in old if row[:2] in told and told[row[:2]] != row[2]]
    view.forget_events(connection, [line_from(body) for _, _, body, import_id in changed if import_id is not None])
    connection.executemany(
        "UPDATE outbox SET body = ? WHERE id = ? AND kind <> 'import-rows' AND state <> 'waiting'",
        [(told[op, ordinal], op) for op, ordinal, _, import_id in changed if import_id is None],
    )


def end(connection: Connection) -> None:
    """The end of a pull: words that lead to nobody any more go out of the indexes, and so do older copies of the
    file."""
    if not kept.meta(connection, "erasing"):
        return
    for table in ("search", "search_notes"):
        # What was deleted is else in the index until its segments happen to be merged.
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    # Of a lead that would have been hers, and was refused, only what was being typed is left.
    connection.execute("DELETE FROM drafts WHERE lead NOT IN (SELECT id FROM leads)")
    # A copy that cannot be deleted now is tried again with the next news.
    if _delete_copies(connection):
        kept.set_meta(connection, "erasing", "")


def _delete_copies(connection: Connection) -> bool:
    """Copies that were kept before an upgrade tell of whoever has been erased since; whether none is left.

    Before the erasing is committed: whatever ends the program meanwhile, none outlives it.
    """
    from leaddesk.store.migrate import copies  # it costs start time, and nearly no pull needs it

    (path,) = (file for _, name, file in connection.execute("PRAGMA database_list") if name == "main")
    try:
        for one in copies(Path(path)):
            one.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def cut(connection: Connection, operation: str) -> None:
    """An operation that was refused since it is about somebody erased: what it was and when stays in the outbox."""
    for (body,) in connection.execute("SELECT body FROM outbox WHERE id = ?", (operation,)).fetchall():
        text = to_text(erasure.cut(msgspec.json.decode(body)))
        connection.execute("UPDATE outbox SET body = ? WHERE id = ?", (text, operation))
