"""Verdicts and pulled rows into the view: the last server row with pending operations on top.

A pulled row goes into the shadow where a pending operation has touched the row, else straight into the view. Accounts with
shadows are then laid anew: shadows back, pending operations applied again in order, by the same ``apply``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import needs
from leaddesk.store.local import view
from leaddesk.store.local.tables import PENDING
from leaddesk.wire.message import Entry, FeedRow, VerdictRow

#: A pull that takes away more than this share of the leads, and more than this many, stops and asks.
REMOVES_SHARE, REMOVES_MOST = 0.10, 50

_ROWS = ("account", "person", "lead")
_TABLE = {"account": "accounts", "person": "persons", "lead": "leads"}


def record_verdicts(
    connection: Connection, verdicts: Sequence[VerdictRow], policies: Policies, now: datetime
) -> Changes:
    """Keep verdicts with their operations; lay the accounts of refused ones anew without them."""
    refused: list[str] = []
    for one in verdicts:
        bad = one.verdict in (Verdict.REFUSED, Verdict.QUARANTINED)
        changed = connection.exec_driver_sql(
            "UPDATE outbox SET state = ?, verdict = ?, reason = ?, reason_values = ?, seq = ? "
            "WHERE id = ? AND state = 'waiting'",
            (
                "attention" if bad else "sent",
                one.verdict.value,
                one.reason,
                msgspec.json.encode(one.values).decode(),
                one.seq,
                one.id,
            ),
        )
        if bad and changed.rowcount:
            refused.append(one.id)
    if not refused:
        return Changes(sync=True)
    return _without(connection, refused, policies, now) | Changes(sync=True)


def _without(connection: Connection, operations: list[str], policies: Policies, now: datetime) -> Changes:
    """Undo pending operations exactly: their lines go, their accounts are laid anew."""
    rows = view.select(
        connection,
        f"SELECT op, ordinal, account FROM history WHERE op IN ({{}}) AND position >= {PENDING}",
        operations,
    )
    for part in view.chunks(operations):
        connection.exec_driver_sql(f"UPDATE history SET undone_by = '' WHERE undone_by IN ({view.marks(part)})", tuple(part))
    view.drop_entries(connection, [(op, ordinal) for op, ordinal, _ in rows])
    return lay_anew(connection, sorted({account for _, _, account in rows}), policies, now)


def record_pull(
    connection: Connection,
    rows: Sequence[FeedRow],
    cursor: str,
    last: bool,
    policies: Callable[[], Policies],
    now: datetime,
) -> Changes:
    """One page of news with its cursor. See ``LocalStore.record_pull``."""
    afresh = _meta(connection, "afresh") == "1"
    if not afresh:
        _guard(connection, sum(1 for row in rows if row.what == "lead" and row.gone))
    changes = Changes(sync=True)
    policy_rows = [row for row in rows if row.what == "policy" and row.body is not None]
    if policy_rows:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO policies (version, document) VALUES (?, ?)",
            [(int(row.id), str(row.body["document"])) for row in policy_rows if row.body is not None],
        )
    user_rows = [
        (row.id, msgspec.json.encode(row.body).decode()) for row in rows if row.what == "user" and row.body is not None
    ]
    if user_rows:
        connection.exec_driver_sql("INSERT OR REPLACE INTO users (id, body) VALUES (?, ?)", user_rows)
    known = _policies(connection) if policy_rows else policies()
    changes |= _take(connection, [row for row in rows if row.what in (*_ROWS, "entry")], known, now)
    if afresh:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO seen (what, id) VALUES (?, ?)",
            [(row.what, row.id) for row in rows if row.what in _ROWS and not row.gone] or [("", "")],
        )
    if last:
        if afresh:
            changes |= _drop_unseen(connection, known, now)
        changes |= _settle(connection, known, now)
        if policy_rows:
            changes |= _restand_all(connection, known, now)
    _set_meta(connection, "cursor", cursor)
    return changes


def _policies(connection: Connection) -> Policies:
    from leaddesk.domain.defaults import read

    rows = connection.exec_driver_sql("SELECT version, document FROM policies").fetchall()
    versions = {int(version): read(document) for version, document in rows}
    return Policies(versions, max(versions))


def _guard(connection: Connection, leaving: int) -> None:
    if leaving <= REMOVES_MOST or _meta(connection, "removal_allowed") == "1":
        return
    held = int(connection.exec_driver_sql("SELECT count(*) FROM leads").scalar() or 0)
    if leaving > held * REMOVES_SHARE:
        raise Refusal("pull-removes-much", removed=leaving, of=held)


def _take(connection: Connection, rows: Sequence[FeedRow], policies: Policies, now: datetime) -> Changes:
    """Rows and lines of accounts, into shadows where there are any, else into the view. Shadows wait for the last page."""
    entries: list[Entry] = []
    values: dict[tuple[str, str], Account | Person | Lead | None] = {}
    accounts: set[str] = set()
    gone_entries: list[tuple[str, int]] = []
    bodies: dict[tuple[str, str], Any] = {}
    for row in rows:
        if row.what == "entry":
            if row.body is None:
                op, _, ordinal = row.id.rpartition(":")
                gone_entries.append((op, int(ordinal)))
                continue
            entry = view.unpack(row.what, row.body)
            if not isinstance(entry, Entry):
                raise BadInput("row-unreadable", what=row.what, why="not a line of history")
            entries.append(entry)
            accounts.add(entry.operation.account)
            continue
        value = None if row.body is None else view.value_of_body(row.what, row.body)
        values[row.what, row.id] = value
        bodies[row.what, row.id] = row.body
        if value is not None:
            accounts.add(value.id if isinstance(value, Account) else value.account)
    homes = _homes(connection, [key for key, value in values.items() if value is None])
    accounts.update(homes.values())
    accounts.discard("")
    _undone_keys(connection, entries)
    view.write_entries(connection, entries)
    view.drop_entries(connection, gone_entries)
    shadows = {
        (what, one): account
        for what, one, account in view.select(
            connection, "SELECT what, id, account FROM shadow WHERE account IN ({})", sorted(accounts)
        )
    }
    shadowed = set(shadows.values())
    changed = view.Changed()
    for (what, one), value in values.items():
        account = homes.get((what, one), "") if value is None else (value.id if isinstance(value, Account) else value.account)
        if account in shadowed or (what, one) in shadows:
            body = bodies[what, one]
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO shadow (what, id, account, body, told) VALUES (?, ?, ?, ?, 1)",
                (what, one, account or shadows.get((what, one), ""), None if body is None else msgspec.json.encode(body).decode()),
            )
        else:
            changed.put(what, one, account, value)
    changes = Changes(queue=bool(rows), leads=frozenset(one for what, one in values if what == "lead"))
    if changed.rows:
        states = _states_with(connection, changed)
        view.write_rows(connection, changed, states, policies, now)
    return changes


def _undone_keys(connection: Connection, entries: Iterable[Entry]) -> None:
    undone = [(entry.operation.id,) for entry in entries if entry.undone_by]
    if undone:
        connection.exec_driver_sql("DELETE FROM match_keys WHERE entity = ? AND what = 'event'", undone)


def _homes(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The accounts of rows that are here."""
    homes: dict[tuple[str, str], str] = {}
    by_what: dict[str, list[str]] = {}
    for what, one in keys:
        by_what.setdefault(what, []).append(one)
    for what, ids in by_what.items():
        column = "id" if what == "account" else "account"
        for one, account in view.select(connection, f"SELECT id, {column} FROM {_TABLE[what]} WHERE id IN ({{}})", ids):
            homes[what, one] = account
        for one, account in view.select(
            connection, f"SELECT id, account FROM shadow WHERE what = '{what}' AND id IN ({{}})", ids
        ):
            homes[what, one] = account
    return homes


def _states_with(connection: Connection, changed: view.Changed) -> dict[str, State]:
    """The states of the accounts touched, with the changed rows in place."""
    states = view.load_states(connection, {one for one in changed.account_of.values() if one})
    return _overlaid(states, changed)


def _overlaid(states: Mapping[str, State], changed: view.Changed) -> dict[str, State]:
    """The states with the rows in place."""
    parts: dict[str, tuple[Account | None, dict[str, Person], dict[str, Lead]]] = {
        one: (state.account, dict(state.persons), dict(state.leads)) for one, state in states.items()
    }
    for (what, one), value in changed.rows.items():
        home = changed.account_of[what, one]
        if home not in parts:
            continue
        account, persons, leads = parts[home]
        if what == "account":
            parts[home] = (value if isinstance(value, Account) else None, persons, leads)
        elif isinstance(value, Person):
            persons[one] = value
        elif isinstance(value, Lead):
            leads[one] = value
        else:
            (persons if what == "person" else leads).pop(one, None)
    return {one: State(*held, states[one].history) for one, held in parts.items()}


def lay_anew(connection: Connection, accounts: Sequence[str], policies: Policies, now: datetime) -> Changes:
    """The accounts as the server has them, with their pending operations on top, in order; only what differs is written.

    A pending operation that is refused on the server's rows keeps waiting for its own verdict.
    """
    if not accounts:
        return Changes()
    server = view.Changed()
    for what, one, account, body in view.select(
        connection, "SELECT what, id, account, body FROM shadow WHERE account IN ({})", accounts
    ):
        server.put(what, one, account, None if body is None else view.value_of_body(what, msgspec.json.decode(body)))
    rows = view.select(
        connection,
        f"SELECT position, ordinal, body FROM history WHERE account IN ({{}}) AND position >= {PENDING}",
        accounts,
    )
    operations = [view.operation_of(body) for _, _, body in sorted(rows, key=lambda row: (row[0], row[1]))]
    for one in {operation.id for operation in operations}:
        connection.exec_driver_sql("UPDATE history SET undone_by = '' WHERE undone_by = ?", (one,))
    work = view.load_workset(connection, needs(operations), policies)
    missing = {*accounts, *(one for one in server.account_of.values() if one)} - work.states.keys()
    seen = {**work.states, **view.load_states(connection, missing)}
    own = {(one.id, one.ordinal) for one in operations}
    base = {
        account: replace(state, history=tuple(one for one in state.history if (one.id, one.ordinal) not in own))
        if state.history is not None
        else state
        for account, state in _overlaid(seen, server).items()
    }
    work.states.update(base)
    dones = [done for done in map(work.run, operations) if done.verdict is not Verdict.REFUSED]
    touched = view.Changed()
    for done in dones:
        touched.take(done, work.states)
    changed = view.Changed()
    for (what, one), account in {**server.account_of, **touched.account_of}.items():
        value = view.part_of(work.states.get(account, State()), what, one)
        if value != view.part_of(seen.get(account, State()), what, one):
            changed.put(what, one, account, value)
    for part in view.chunks(accounts):
        connection.exec_driver_sql(f"DELETE FROM shadow WHERE account IN ({view.marks(part)})", tuple(part))
    view.keep_shadows(connection, touched, base)
    view.write_rows(connection, changed, work.states, policies, now)
    for done in dones:
        view.mark_undone(connection, done)
    return Changes(leads=frozenset(one for what, one in changed.rows if what == "lead"), queue=True)


def _settle(connection: Connection, policies: Policies, now: datetime) -> Changes:
    """The end of a pull. Everything acknowledged before it has come with it, so what is left of that here goes; accounts of
    which the server told something new are laid anew."""
    sent = [row[0] for row in connection.exec_driver_sql("SELECT id FROM outbox WHERE state = 'sent'").fetchall()]
    if not sent and connection.exec_driver_sql("SELECT 1 FROM shadow WHERE told = 1 LIMIT 1").first() is None:
        return Changes()
    left = view.select(
        connection, f"SELECT op, ordinal FROM history WHERE op IN ({{}}) AND position >= {PENDING}", sent
    )
    view.drop_entries(connection, [(op, ordinal) for op, ordinal in left])
    accounts = connection.exec_driver_sql(
        "SELECT DISTINCT account FROM shadow s WHERE told = 1 OR NOT EXISTS "
        f"(SELECT 1 FROM history h WHERE h.account = s.account AND h.position >= {PENDING})"
    ).fetchall()
    changes = lay_anew(connection, sorted(row[0] for row in accounts), policies, now)
    connection.exec_driver_sql("UPDATE outbox SET state = 'done' WHERE state = 'sent'")
    return changes | Changes(sync=True)


def _drop_unseen(connection: Connection, policies: Policies, now: datetime) -> Changes:
    """The end of a pull from the beginning: rows the central no longer shows this user leave, pending work first."""
    changed = view.Changed()
    for what in _ROWS:
        column = "id" if what == "account" else "account"
        for one, account in connection.exec_driver_sql(
            f"SELECT id, {column} FROM {_TABLE[what]} t WHERE NOT EXISTS "
            "(SELECT 1 FROM seen WHERE seen.what = ? AND seen.id = t.id) AND NOT EXISTS "
            f"(SELECT 1 FROM shadow WHERE shadow.account = t.{column})",
            (what,),
        ).fetchall():
            changed.put(what, one, account, None)
    _guard(connection, sum(1 for what, _ in changed.rows if what == "lead"))
    if changed.rows:
        view.write_rows(connection, changed, _states_with(connection, changed), policies, now)
    connection.exec_driver_sql("DELETE FROM seen")
    _set_meta(connection, "afresh", "")
    return Changes(leads=frozenset(one for what, one in changed.rows if what == "lead"), queue=True)


def _restand_all(connection: Connection, policies: Policies, now: datetime) -> Changes:
    """A new policy: every lead is asked anew, by letting its standing run out."""
    connection.exec_driver_sql("UPDATE leads SET until = 0 WHERE lane > 0 OR until IS NOT NULL")
    return Changes(queue=True)


def _meta(connection: Connection, name: str) -> str:
    row = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else ""


def _set_meta(connection: Connection, name: str, value: str) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
