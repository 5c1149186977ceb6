"""Verdicts and pulled rows into the view: the last server row with pending operations on top.

A pulled row of an account with pending operations goes into the shadow, any other straight into the view. At the end
of a pull such accounts are laid anew: shadows back, pending operations applied again in order, by the same ``apply``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.operation import Operation, UndoRow
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry, FeedRow, VerdictRow
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import needs
from leaddesk.store.block import rows as block_rows
from leaddesk.store.form import operation_from, row_from, to_text
from leaddesk.store.local import erasing, escalations, filling, kept, recount, view
from leaddesk.store.local.tables import PENDING, PENDING_OF
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection

#: A pull that takes away more than this share of the leads, and more than this many, stops and asks.
REMOVES_SHARE, REMOVES_MOST = 0.10, 50

_TABLE = {"account": "accounts", "person": "persons", "lead": "leads"}

Key = tuple[str, str]


#: Whether a row of the outbox stands behind one of its account that the central could not judge. What stands before it
#: and waits anew, since a restore has lost it, is not held.
HELD = (
    "account <> '' AND EXISTS (SELECT 1 FROM outbox q WHERE q.state = 'attention' AND q.verdict = 'quarantined' "
    "AND q.account = outbox.account AND q.n < outbox.n)"
)


def held_back(connection: Connection) -> dict[str, int]:
    """How many operations are held back, by account."""
    return dict(
        connection.execute(
            f"SELECT account, count(*) FROM outbox WHERE state = 'waiting' AND kind <> 'objection' AND {HELD} "
            "GROUP BY account"
        ).fetchall()
    )


def record_verdicts(
    connection: Connection, verdicts: Sequence[VerdictRow], policies: Policies, now: datetime
) -> Changes:
    """Keep verdicts with their operations; lay the accounts of refused ones anew without them."""
    refused: list[str] = []
    for one in verdicts:
        bad = one.verdict in (Verdict.REFUSED, Verdict.QUARANTINED)
        changed = connection.execute(
            "UPDATE outbox SET state = ?, verdict = ?, reason = ?, reason_values = ?, seq = ? "
            "WHERE id = ? AND state = 'waiting'",
            ("attention" if bad else "sent", one.verdict.value, one.reason, to_text(one.values), one.seq, one.id),
        )
        if bad and one.reason == "erased":
            erasing.cut(connection, one.id)
        elif one.values.get("erased"):
            erasing.cut(connection, one.id, one.values["erased"])
        if bad and changed.rowcount:
            refused.append(one.id)
    return _without(connection, refused, policies, now) | Changes(sync=True)


def _without(connection: Connection, operations: list[str], policies: Policies, now: datetime) -> Changes:
    """Undo pending operations exactly: their lines go, their accounts are laid anew."""
    rows = view.select(
        connection, f"SELECT op, ordinal, account FROM history WHERE op {AMONG} AND position >= {PENDING}", operations
    )
    view.unmark_undone(connection, operations)
    view.drop_entries(connection, [(op, ordinal) for op, ordinal, _ in rows])
    return lay_anew(connection, sorted({account for _, _, account in rows}), policies, now)


def begin_afresh(connection: Connection, resend: bool) -> None:
    """The next pull begins at the beginning. See ``LocalStore.begin_afresh``."""
    # What was acknowledged up to here must still be there when the pull has come to its end.
    known = kept.meta(connection, "history") or kept.meta(connection, "cursor")
    kept.set_meta(connection, "history", "" if resend else known)
    kept.set_meta(connection, "cursor", "")
    kept.set_meta(connection, "afresh", "1")
    kept.set_meta(connection, "leaving", "")
    kept.set_meta(connection, "holds", "")
    # How far the books are durable is told again, of those that are here now.
    kept.set_meta(connection, "durable", "")
    connection.execute("DELETE FROM seen")
    if resend:
        # What is held back here may have been told of, where an old request of this desk came to the central once more.
        connection.execute(
            f"UPDATE history SET position = {PENDING} + o.n FROM outbox o "
            "WHERE o.id = history.op AND o.state IN ('waiting', 'sent', 'done')"
        )
        connection.execute("UPDATE outbox SET state = 'waiting' WHERE state IN ('sent', 'done')")


def record_pull(
    connection: Connection,
    rows: Sequence[FeedRow],
    cursor: str,
    last: bool,
    known: kept.Known,
    now: datetime,
    block: bytes = b"",
) -> Changes:
    """One page of news with its cursor. See ``LocalStore.record_pull``."""
    afresh = kept.meta(connection, "afresh") == "1"
    if not afresh:
        # What has gone into other people's sight is told as that, and nobody is asked.
        _guard(connection, [row.id for row in rows if row.what == "lead" and row.gone == "deleted"])
    changes = Changes(sync=True)
    policies = known.policies(connection)
    beside = [row for row in rows if row.what in ("policy", "user", "durable")]
    if beside:
        kept.take(connection, beside)
    raised = [row for row in rows if row.what == "escalation"]
    if raised:
        escalations.take(connection, raised, now)
    erasing.take(connection, rows, policies)
    if any(row.what == "policy" for row in beside):
        policies = kept.read_policies(connection)
        # A new policy: every lead is asked anew, by letting its standing run out.
        connection.execute("UPDATE leads SET until = 0")
        changes |= Changes(queue=True)
    if block and not (_at_rest(connection) and filling.fill(connection, block, policies, now, afresh)):
        rows = [*rows, *block_rows(block)]
    changes |= _take(connection, [row for row in rows if row.what in _TABLE or row.what == "entry"], policies, now)
    if afresh:
        _see(connection, rows)
    if last:
        if afresh:
            changes |= _drop_unseen(connection, policies, now)
        changes |= _settle(connection, policies, now)
        kept.set_meta(connection, "leaving", "")
        kept.set_meta(connection, "history", "")
        kept.set_meta(connection, "holds", "")
        kept.set_meta(connection, "removal_allowed", "")
        kept.forget(connection)
        erasing.end(connection)
    kept.set_meta(connection, "cursor", cursor)
    return changes


def mend(
    connection: Connection, accounts: Sequence[str], rows: Sequence[FeedRow], known: kept.Known, now: datetime
) -> Changes:
    """Accounts as the central has them. See ``LocalStore.mend``."""
    free = sorted(set(accounts) - recount.pending(connection, accounts))
    home = {row.id: row.body["account"] for row in rows if row.what in ("person", "lead") and row.body}
    home |= {row.id: row.id for row in rows if row.what == "account"}
    home |= {row.id: row.body["operation"]["account"] for row in rows if row.what == "entry" and row.body}
    told = [row for row in rows if home.get(row.id) in free]
    gone = recount.leftovers(connection, free, told)
    _guard(connection, [row.id for row in gone if row.what == "lead"])
    kept.set_meta(connection, "leaving", "")
    return _take(connection, [*told, *gone], known.policies(connection), now)


def _guard(connection: Connection, leaving: Sequence[str]) -> None:
    """Stop a pull that takes away much. Counted over all its pages, so that none is too small to be noticed."""
    here = len(view.select(connection, f"SELECT 1 FROM leads WHERE id {AMONG}", leaving))
    if not here:
        return
    left = int(kept.meta(connection, "leaving") or 0)
    (held,) = connection.execute("SELECT count(*) FROM leads").fetchone()
    removed, of = left + here, left + int(held)
    if removed > REMOVES_MOST and removed > of * REMOVES_SHARE and kept.meta(connection, "removal_allowed") != "1":
        raise Refusal("pull-removes-much", removed=removed, of=of)
    kept.set_meta(connection, "leaving", str(removed))


def _take(connection: Connection, rows: Sequence[FeedRow], policies: Policies, now: datetime) -> Changes:
    """Rows and lines of accounts, into shadows where something is pending, else into the view."""
    entries: list[tuple[Entry, str]] = []
    gone_entries: list[tuple[str, int]] = []
    values: dict[Key, Account | Person | Lead | None] = {}
    bodies: dict[Key, Any] = {}
    for row in rows:
        if row.what != "entry":
            values[row.what, row.id] = None if row.body is None else view.value_of_body(row.what, row.body)
            bodies[row.what, row.id] = row.body
        elif row.body is None:
            op, _, ordinal = row.id.rpartition(":")
            gone_entries.append((op, int(ordinal)))
        else:
            entry = row_from(row.what, row.body)
            if not isinstance(entry, Entry):
                raise BadInput("row-unreadable", what=row.what, why="not a line of history")
            # Kept as it came, with what a newer central may have added.
            entries.append((entry, to_text(row.body["operation"])))
    erasing.renew(connection, entries)
    view.forget_events(connection, [entry.operation for entry, _ in entries if entry.undone_by])
    # A line that was pending on one account may be on another at the central: the one it was on is laid anew without.
    view.select(
        connection,
        f"UPDATE shadow SET told = 1 WHERE account IN "
        f"(SELECT account FROM history WHERE op {AMONG} AND +position >= {PENDING})",
        {entry.operation.id for entry, _ in entries},
    )
    view.write_entries(connection, entries)
    view.drop_entries(connection, gone_entries)
    homes = _homes(connection, [key for key, value in values.items() if value is None])
    homes.update((key, _account_of(value)) for key, value in values.items() if value is not None)
    wait = _pending(connection, set(homes.values())) | _yet_to_come(connection, homes, values)
    wait |= _made_elsewhere(connection, homes, values)
    changed = view.Changed()
    shadows = []
    for key, account in homes.items():
        if account in wait:
            body = bodies[key]
            shadows.append((*key, account, None if body is None else to_text(body)))
        else:
            changed.put(*key, account, values[key])
    # What an import made offline on an account of its own may be on another at the central: that is its place now.
    view.select(
        connection,
        f"DELETE FROM shadow WHERE id {AMONG}",
        [one for (_, one), value in values.items() if value is not None],
    )
    _shade(connection, shadows)
    _write(connection, changed, policies, now)
    # An account that has left the scope takes its past along; one that was undone is still told of.
    view.drop_histories(connection, [row.id for row in rows if row.what == "account" and row.gone == "evicted"])
    return Changes(queue=bool(rows), leads=frozenset(one for what, one in values if what == "lead"))


def _account_of(value: Account | Person | Lead) -> str:
    return value.id if isinstance(value, Account) else value.account


def _pending(connection: Connection, accounts: set[str]) -> set[str]:
    """Those of the accounts that have pending operations, or rows that pending operations have touched."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM shadow s WHERE s.account = value) "
        f"OR EXISTS (SELECT 1 FROM history h WHERE h.account = value AND h.position >= {PENDING})",
        (to_text(sorted(accounts)),),
    )
    return {account for (account,) in rows}


def _yet_to_come(
    connection: Connection, homes: Mapping[Key, str], values: Mapping[Key, Account | Person | Lead | None]
) -> set[str]:
    """Accounts of rows that are neither here nor in this page, and of leads whose person is in neither: what changed
    later is told of later, perhaps on another page. A lead stands nowhere without its account, nor without the person
    on whom an objection may stand."""
    told = {key for key, value in values.items() if value is not None}
    accounts = {homes[key] for key in told} - {one for what, one in told if what == "account"}
    accounts -= {row[0] for row in view.select(connection, f"SELECT id FROM accounts WHERE id {AMONG}", accounts)}
    leads = [one for one in values.values() if isinstance(one, Lead) and one.person and one.erased_at is None]
    persons = {one.person for one in leads} - {one for what, one in told if what == "person"}
    persons -= {row[0] for row in view.select(connection, f"SELECT id FROM persons WHERE id {AMONG}", persons)}
    return accounts | {one.account for one in leads if one.person in persons}


def _before(connection: Connection, rows: Mapping[Key, str], accounts: set[str]) -> dict[str, State]:
    """The states of accounts as they stand, and of those on which the rows stand until now."""
    return view.load_states(connection, accounts | set(_stand_on(connection, rows).values()))


def _stand_on(connection: Connection, keys: Iterable[Key]) -> dict[Key, str]:
    """The accounts on which persons and leads stand in the view."""
    found: dict[Key, str] = {}
    for what in ("person", "lead"):
        ids = [one for kind, one in keys if kind == what]
        rows = view.select(connection, f"SELECT id, account FROM {_TABLE[what]} WHERE id {AMONG}", ids)
        found.update(((what, one), account) for one, account in rows)
    return found


def _made_elsewhere(
    connection: Connection, homes: Mapping[Key, str], values: Mapping[Key, Account | Person | Lead | None]
) -> set[str]:
    """Accounts of rows that stand here on another: what is pending there makes them anew whenever it is laid anew, and
    the central's row would be lost under that, were it in the view before the end of the pull."""
    here = _homes(connection, [key for key, value in values.items() if value is not None and key[0] != "account"])
    return {homes[key] for key, home in here.items() if home != homes[key]}


def _shade(connection: Connection, rows: Sequence[tuple[str, str, str, str | None]]) -> None:
    """Keep what the server says of rows, for the end of the pull."""
    connection.executemany("INSERT OR REPLACE INTO shadow (what, id, account, body, told) VALUES (?, ?, ?, ?, 1)", rows)


def _write(connection: Connection, changed: view.Changed, policies: Policies, now: datetime) -> None:
    """Server rows straight into the view."""
    if not changed.rows:
        return
    before = _before(connection, changed.account_of, set(changed.account_of.values()))
    view.write_rows(connection, changed, before, _overlaid(before, changed), policies, now)


def _homes(connection: Connection, keys: Iterable[Key]) -> dict[Key, str]:
    """The accounts of rows that are here, in the view or beneath it."""
    homes: dict[Key, str] = {}
    by_what: dict[str, list[str]] = {}
    for what, one in keys:
        by_what.setdefault(what, []).append(one)
    for what, ids in by_what.items():
        column = "id" if what == "account" else "account"
        found = view.select(connection, f"SELECT id, {column} FROM {_TABLE[what]} WHERE id {AMONG}", ids)
        found += view.select(connection, f"SELECT id, account FROM shadow WHERE what = '{what}' AND id {AMONG}", ids)
        homes.update(((what, one), account) for one, account in found)
    return homes


def _overlaid(states: Mapping[str, State], changed: view.Changed) -> dict[str, State]:
    """The states with the rows in place; a row that was on another account is there no more."""
    was = {one: home for home, state in states.items() for one in (*state.persons, *state.leads)}
    parts: dict[str, tuple[Account | None, dict[str, Person], dict[str, Lead]]] = {
        one: (state.account, dict(state.persons), dict(state.leads)) for one, state in states.items()
    }
    for (what, one), value in changed.rows.items():
        home = changed.account_of[what, one]
        account, persons, leads = parts[home]
        if value is not None and was.get(one, home) != home:
            parts[was[one]][1].pop(one, None)
            parts[was[one]][2].pop(one, None)
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
    """The accounts as the server has them, their pending operations on top, in order; only what differs is written.

    A pending operation that is refused on the server's rows keeps waiting for its own verdict.
    """
    if not accounts:
        return Changes()
    server = view.Changed()
    for what, one, account, body in view.select(
        connection, f"SELECT what, id, account, body FROM shadow WHERE account {AMONG}", accounts
    ):
        server.put(what, one, account, None if body is None else view.value_of_body(what, msgspec.json.decode(body)))
    rows = view.select(
        connection,
        f"SELECT body FROM history WHERE account {AMONG} AND position >= {PENDING} ORDER BY position, ordinal",
        accounts,
    )
    operations = [operation_from(body) for (body,) in rows]
    view.unmark_undone(connection, {one.id for one in operations})
    work = view.load_workset(connection, needs(operations), policies)
    seen = {**_before(connection, server.account_of, {*accounts}), **work.states}
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
        value = view.part_of(work.states[account], what, one)
        if value != view.part_of(seen[account], what, one):
            changed.put(what, one, account, value)
    view.select(connection, f"DELETE FROM shadow WHERE account {AMONG}", accounts)
    view.keep_shadows(connection, touched, base)
    view.write_rows(connection, changed, seen, work.states, policies, now)
    for done in dones:
        view.mark_undone(connection, done)
    return Changes(leads=frozenset(one for what, one in changed.rows if what == "lead"), queue=True)


def _settle(connection: Connection, policies: Policies, now: datetime) -> Changes:
    """The end of a pull. Everything acknowledged before it has come with it, so what is left of that here goes;
    accounts of which the server told something new are laid anew."""
    sent = [row[0] for row in connection.execute("SELECT id FROM outbox WHERE state = 'sent'")]
    left = view.select(
        connection, f"SELECT op, ordinal, account, body FROM history WHERE op {AMONG} AND position >= {PENDING}", sent
    )
    _let_stand(connection, [operation_from(body) for _, _, _, body in left])
    view.drop_entries(connection, [(op, ordinal) for op, ordinal, _, _ in left])
    told = connection.execute(
        f"SELECT DISTINCT account FROM shadow s WHERE told = 1 OR NOT EXISTS (SELECT 1 FROM {PENDING_OF} = s.account)"
    ).fetchall()
    changes = lay_anew(connection, sorted({row[0] for row in told} | {row[2] for row in left}), policies, now)
    if sent:
        connection.execute("UPDATE outbox SET state = 'done' WHERE state = 'sent'")
        changes |= Changes(sync=True)
    return changes


def _let_stand(connection: Connection, left: Sequence[Operation]) -> None:
    """Rows of an import that were taken back here, and are not at the central: somebody has built upon them there."""
    wanted = {(one.id, one.act.operation, one.act.ordinal) for one in left if isinstance(one.act, UndoRow)}
    for (body,) in view.select(
        connection,
        f"SELECT body FROM history WHERE op {AMONG} AND position < {PENDING}",
        {undo for undo, _, _ in wanted},
    ):
        told = operation_from(body)
        if isinstance(told.act, UndoRow):
            wanted.discard((told.id, told.act.operation, told.act.ordinal))
    view.unmark_rows(connection, wanted)


def _at_rest(connection: Connection) -> bool:
    """Whether nothing is pending here."""
    waits = f"SELECT 1 FROM history WHERE position >= {PENDING} UNION ALL SELECT 1 FROM shadow LIMIT 1"
    return connection.execute(waits).fetchone() is None


def _see(connection: Connection, rows: Sequence[FeedRow]) -> None:
    """Remember what a pull from the beginning has shown."""
    kinds = {*_TABLE, "entry", "policy", "escalation"}
    seen = [(row.what, row.id) for row in rows if row.body is not None and row.what in kinds]
    connection.executemany("INSERT OR IGNORE INTO seen (what, id) VALUES (?, ?)", seen)


def _drop_unseen(connection: Connection, policies: Policies, now: datetime) -> Changes:
    """The end of a pull from the beginning: what the central no longer shows this user leaves. Pending operations stay,
    and so does what they make."""
    unseen = "NOT EXISTS (SELECT 1 FROM seen WHERE seen.what = ? AND seen.id = t.id)"
    rows = [
        (what, one, account)
        for what, table in _TABLE.items()
        for one, account in connection.execute(
            f"SELECT id, {'id' if what == 'account' else 'account'} FROM {table} t WHERE {unseen}", (what,)
        )
    ]
    _guard(connection, [one for what, one, _ in rows if what == "lead"])
    pending = _pending(connection, {account for _, _, account in rows})
    changed = view.Changed()
    for what, one, account in rows:
        if account not in pending:
            changed.put(what, one, account, None)
    _shade(connection, [(*row, None) for row in rows if row[2] in pending])
    for what in _TABLE:
        connection.execute(f"UPDATE shadow AS t SET body = NULL, told = 1 WHERE what = '{what}' AND {unseen}", (what,))
    _write(connection, changed, policies, now)
    past = connection.execute(
        f"SELECT op, ordinal FROM history WHERE position < {PENDING} AND NOT EXISTS "
        "(SELECT 1 FROM seen WHERE seen.what = 'entry' AND seen.id = history.op || ':' || history.ordinal)"
    ).fetchall()
    view.drop_entries(connection, [(op, ordinal) for op, ordinal in past])
    kept.drop_policies_unseen(connection)
    escalations.drop_unseen(connection)
    connection.execute("DELETE FROM seen")
    kept.set_meta(connection, "afresh", "")
    return Changes(leads=frozenset(one for what, one, _ in rows if what == "lead"), queue=True)
