"""Erasing at the desk: what a person is known by goes out of everything the desk keeps beside the rows that the central
sends anew."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from leaddesk.domain import erasure
from leaddesk.domain.erasure import Trace
from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import ImportRows
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry, FeedRow
from leaddesk.store.form import line_from, operation_from, operation_text, to_text
from leaddesk.store.local import kept, view
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection

#: Under which name it is kept that somebody is being erased: the lines that told of her.
_ERASING = "erasing"


def take(connection: Connection, rows: Sequence[FeedRow], policies: Policies) -> None:
    """Somebody was erased at the central: what this desk sent of her, its drafts, and its index of words.

    The central tells ids of persons and leads, and "operation:ordinal" of every line that told of her.
    """
    for body in (row.body for row in rows if row.what == "erased" and row.body):
        told = {str(one) for one in body["ids"]}
        ids = frozenset(one for one in told if ":" not in one)
        _begin(connection, told - ids)
        ids |= _meant(connection, ids)
        view.select(connection, f"DELETE FROM drafts WHERE lead {AMONG}", ids)
        _rewrite_outbox(connection, Trace(ids), policies)


def _meant(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Leads that were to be of somebody erased and that the central, having refused them, knows nothing of."""
    made = view.select(
        connection,
        "SELECT json_extract(body, '$.act.lead') FROM outbox WHERE kind = 'create-lead' AND state <> 'waiting' "
        f"AND json_extract(body, '$.act.person') {AMONG}",
        ids,
    )
    return frozenset(str(lead) for (lead,) in made if lead)


def _begin(connection: Connection, lines: Collection[str] = ()) -> None:
    """Somebody is being erased until the end of this pull."""
    held: list[str] = msgspec.json.decode(kept.meta(connection, _ERASING) or "[]")
    kept.set_meta(connection, _ERASING, to_text(sorted({*held, *lines})))


def _rewrite_outbox(connection: Connection, trace: Trace, policies: Policies) -> None:
    """What was sent of her. What still waits is judged by the central first, and told of to whoever typed it."""
    # A text of JSON that names none of the ids is not read.
    named = " OR ".join("instr(body, ?)" for _ in trace.ids)
    found = connection.execute(
        f"SELECT id, body FROM outbox WHERE state <> 'waiting' AND kind <> ? AND ({named})",
        (ImportRows.kind, *sorted(trace.ids)),
    ).fetchall()
    written = []
    for one, text in found:
        try:
            operation = operation_from(text)
        except BadInput:
            written.append((to_text(erasure.cut(msgspec.json.decode(text))), one))
            continue
        new = erasure.redacted(operation, trace, policies)
        if new != operation:
            written.append((operation_text(new), one))
    connection.executemany("UPDATE outbox SET body = ?, reason_values = '{}' WHERE id = ?", written)


def renew(connection: Connection, entries: Sequence[tuple[Entry, str]]) -> None:
    """While somebody is being erased: lines come again in other words. What the old ones were found by goes."""
    if not entries or not kept.meta(connection, _ERASING):
        return
    told = {(entry.operation.id, entry.operation.ordinal): body for entry, body in entries}
    old = view.select(
        connection,
        f"SELECT op, ordinal, body FROM history WHERE import_id IS NOT NULL AND op {AMONG}",
        {op for op, _ in told},
    )
    view.forget_events(connection, [line_from(body) for *line, body in old if told.get(tuple(line), body) != body])


def end(connection: Connection) -> None:
    """The end of a pull: what was sent is said as the history says it now; words that lead to nobody any more go out of
    the indexes, and so do older copies of the file."""
    held = kept.meta(connection, _ERASING)
    if not held:
        return
    _say_anew(connection, msgspec.json.decode(held))
    for table in ("search", "search_notes"):
        # What was deleted is else in the index until its segments happen to be merged.
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    # Of a lead that would have been hers, and was refused, only what was being typed is left.
    connection.execute("DELETE FROM drafts WHERE lead NOT IN (SELECT id FROM leads)")
    # A copy that cannot be deleted now is tried again with the next pull.
    if _delete_copies(connection):
        kept.set_meta(connection, _ERASING, "")


def _say_anew(connection: Connection, lines: Iterable[str]) -> None:
    """What this desk sent, in the words of its lines of history; what is in none that is here goes out of it, and is
    not sent again after a restore, since nobody could read it."""
    ordinals: dict[str, set[int]] = {}
    for told_line in lines:
        op, _, at = told_line.rpartition(":")
        ordinals.setdefault(op, set()).add(int(at))
    sent = view.select(
        connection, f"SELECT id, body FROM outbox WHERE id {AMONG} AND state NOT IN ('waiting', 'durable')", ordinals
    )
    told = {
        (op, ordinal): body
        for op, ordinal, body in view.select(
            connection, f"SELECT op, ordinal, body FROM history WHERE op {AMONG}", [one for one, _ in sent]
        )
    }
    for one, text in sent:
        made, lasting = msgspec.json.decode(text), False
        if isinstance(made["act"].get("rows"), list):
            made = erasure.cut_rows(made, ordinals[one])
            for ordinal in ordinals[one]:
                if (one, ordinal) in told:
                    made["act"]["rows"][ordinal] = msgspec.json.decode(told[one, ordinal])["act"]["row"]
        elif (one, 0) in told:
            made = msgspec.json.decode(told[one, 0])
        else:
            made, lasting = erasure.cut(made), True
        connection.execute("UPDATE outbox SET body = ? WHERE id = ?", (to_text(made), one))
        if lasting:
            connection.execute("UPDATE outbox SET state = 'durable' WHERE id = ? AND state IN ('sent', 'done')", (one,))


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


def cut(connection: Connection, operation: str, rows: Collection[int] | None = None) -> None:
    """An operation that was refused since it is about somebody erased, or ``rows`` of an import, by ordinal: what it
    was and when stays in the outbox."""
    _begin(connection)
    for (body,) in connection.execute("SELECT body FROM outbox WHERE id = ?", (operation,)).fetchall():
        told = msgspec.json.decode(body)
        text = to_text(erasure.cut(told) if rows is None else erasure.cut_rows(told, rows))
        connection.execute("UPDATE outbox SET body = ? WHERE id = ?", (text, operation))
