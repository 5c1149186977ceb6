"""The view tables: states read and written in bulk. What is written is always whole rows with where they now stand.

Everything here works inside a unit that somebody else opened and will close.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from leaddesk.domain import match
from leaddesk.domain.changes import Done
from leaddesk.domain.errors import BadInput
from leaddesk.domain.fit import Fit, fit
from leaddesk.domain.operation import ImportRow, LogCall, LogMeeting, Note, Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry
from leaddesk.domain.standing import standing
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.workset import Needs, Workset
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON
from leaddesk.store.form import line_from, operation_from, operation_text, row_from, to_text
from leaddesk.store.local.rows import standing_values
from leaddesk.store.local.search import document, fold
from leaddesk.store.local.tables import PENDING, STANDING
from leaddesk.store.sqlite import Connection

#: Where a column is one of any number of keys, given as one value: the statement stays the same however many there are.
AMONG = "IN (SELECT value FROM json_each(?))"


def select(connection: Connection, sql: str, keys: Iterable[str]) -> list[Any]:  # Any: tuples of the driver
    """The rows of a query that has one ``AMONG``."""
    held = list(keys)
    if len(held) == 1:
        return connection.execute(sql.replace(AMONG, "= ?"), held).fetchall()
    return connection.execute(sql, (to_text(held),)).fetchall() if held else []


def upsert_sql(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """An insert that replaces every other column where the key is there already."""
    sets = ",".join(f"{one}=excluded.{one}" for one in columns if one not in key)
    return (
        f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))}) "
        f"ON CONFLICT({','.join(key)}) DO UPDATE SET {sets}"
    )


_UPSERT = {
    "account": upsert_sql("accounts", ACCOUNT.names, ("id",)),
    "person": upsert_sql("persons", PERSON.names, ("id",)),
    "lead": upsert_sql("leads", (*LEAD.names, *STANDING), ("id",)),
}
_TABLE = {"account": "accounts", "person": "persons", "lead": "leads"}
#: The columns of a line of history after its number.
LINE = ("op", "ordinal", "position", "account", "lead", "import_id", "body", "undone_by")
_HISTORY = upsert_sql("history", LINE, ("op", "ordinal"))
_STAND = f"UPDATE leads SET {','.join(f'{one}=?' for one in STANDING)} WHERE id = ?"
KEY = "INSERT OR REPLACE INTO match_keys (key, entity, what, account) VALUES (?, ?, ?, ?)"
_ACCOUNTS = f"SELECT {','.join(ACCOUNT.names)} FROM accounts WHERE id {AMONG}"
_PERSONS = f"SELECT {','.join(PERSON.names)} FROM persons WHERE account {AMONG} ORDER BY id"
_LEADS = f"SELECT {','.join(LEAD.names)} FROM leads WHERE account {AMONG} ORDER BY id"


# --- reading --------------------------------------------------------------------------------------------------------


def load_states(connection: Connection, accounts: Iterable[str]) -> dict[str, State]:
    """The states of accounts, without history. An account that is not here has an empty state."""
    wanted = sorted(set(accounts))
    held: dict[str, Account] = {row[0]: ACCOUNT.value(row) for row in select(connection, _ACCOUNTS, wanted)}
    persons: dict[str, dict[str, Person]] = {}
    for row in select(connection, _PERSONS, wanted):
        person = PERSON.value(row)
        persons.setdefault(person.account, {})[person.id] = person
    leads: dict[str, dict[str, Lead]] = {}
    for row in select(connection, _LEADS, wanted):
        lead = LEAD.value(row)
        leads.setdefault(lead.account, {})[lead.id] = lead
    return {one: State(held.get(one), persons.get(one, {}), leads.get(one, {})) for one in wanted}


def load_histories(connection: Connection, accounts: Iterable[str]) -> dict[str, tuple[Operation, ...]]:
    """Every standing operation of each account, in the central's order, pending ones last."""
    rows = select(
        connection,
        f"SELECT account, body FROM history WHERE account {AMONG} AND undone_by = '' ORDER BY position, ordinal",
        sorted(set(accounts)),
    )
    found: dict[str, list[Operation]] = {}
    for account, body in rows:
        found.setdefault(account, []).append(line_from(body))
    return {account: tuple(operations) for account, operations in found.items()}


def load_workset(connection: Connection, wanted: Needs, policies: Policies) -> Workset:
    """Everything a batch asks for."""
    found: dict[str, tuple[match.Found, ...]] = {}
    accounts = set(wanted.accounts)
    histories = set(wanted.histories)
    for key, entity, what, account in select(
        connection, f"SELECT key, entity, what, account FROM match_keys WHERE key {AMONG}", sorted(wanted.keys)
    ):
        found[key] = (*found.get(key, ()), match.Found(account, what, entity))
        accounts.add(account)
    imports: dict[str, tuple[str, ...]] = {}
    for import_id in wanted.imports:
        rows = connection.execute(
            "SELECT DISTINCT account FROM history WHERE import_id = ? AND undone_by = '' ORDER BY account", (import_id,)
        ).fetchall()
        imports[import_id] = tuple(row[0] for row in rows)
        histories.update(imports[import_id])
    states = load_states(connection, accounts | histories)
    if histories:
        past = load_histories(connection, histories)
        for account in histories:
            states[account] = replace(states[account], history=past.get(account, ()))
    return Workset(policies, states, found, imports)


# --- writing --------------------------------------------------------------------------------------------------------


class Changed:
    """Rows to write and to drop, collected over a batch; the last word on each row counts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Account | Person | Lead | None] = {}
        self.account_of: dict[tuple[str, str], str] = {}

    def take(self, done: Done, states: Mapping[str, State]) -> None:
        """What an applied operation changed, as it stands at the end of the batch."""
        for operation, outcome in done.applied:
            state = states.get(operation.account, State())
            for one in outcome.changes.accounts:
                self.put("account", one, operation.account, state.account)
            for one in outcome.changes.persons:
                self.put("person", one, operation.account, state.persons.get(one))
            for one in outcome.changes.leads:
                self.put("lead", one, operation.account, state.leads.get(one))

    def put(self, what: str, one: str, account: str, value: Account | Person | Lead | None) -> None:
        """One row, or None where it is gone."""
        self.rows[what, one] = value
        self.account_of[what, one] = account


def write_rows(
    connection: Connection,
    changed: Changed,
    before: Mapping[str, State],
    states: Mapping[str, State],
    policies: Policies,
    now: datetime,
) -> None:
    """Write the rows, drop those that are gone, and everything that follows from them: standing, match keys, search.

    ``before`` and ``states`` must hold every account touched, as it was and as it is after the batch.
    """
    for what, shape in (("account", ACCOUNT), ("person", PERSON)):
        values = [shape.row(value) for (kind, _), value in changed.rows.items() if kind == what and value]
        if values:
            connection.executemany(_UPSERT[what], values)
    gone: dict[str, list[str]] = {}
    for (what, one), value in changed.rows.items():
        if value is None:
            gone.setdefault(what, []).append(one)
    if "lead" in gone:
        _forget_search(connection, gone["lead"])
    for what, ids in gone.items():
        connection.executemany(f"DELETE FROM {_TABLE[what]} WHERE id = ?", [(one,) for one in ids])
    _write_keys(connection, changed, before)
    leads = _leads_to_stand(changed, states)
    if leads:
        _write_leads(connection, leads, before, states, policies, now)


def _leads_to_stand(changed: Changed, states: Mapping[str, State]) -> list[Lead]:
    """Leads that changed, and all leads of accounts or persons that changed: grade and search follow from those."""
    wanted: dict[str, Lead] = {}
    for (what, one), value in changed.rows.items():
        state = states.get(changed.account_of[what, one], State())
        if what == "lead":
            if value is not None:
                wanted[one] = cast(Lead, value)
        else:
            for lead in state.leads.values():
                if what == "account" or lead.person == one:
                    wanted[lead.id] = lead
    return list(wanted.values())


def _write_leads(
    connection: Connection,
    leads: Sequence[Lead],
    before: Mapping[str, State],
    states: Mapping[str, State],
    policies: Policies,
    now: datetime,
) -> None:
    """Write leads with where they now stand and what they are found by."""
    values: list[tuple[Any, ...]] = []
    documents: dict[str, str] = {}
    for lead, account, person, place in standings(leads, states, policies, now):
        values.append((*LEAD.row(lead), *place))
        if not _found_alike(lead, before.get(lead.account, State()), states[lead.account]):
            documents[lead.id] = document(lead, account, person, policies.at(lead.policy).scorecard)
    connection.executemany(_UPSERT["lead"], values)
    numbers = select(connection, f"SELECT id, no FROM leads WHERE id {AMONG}", documents)
    connection.executemany(
        "INSERT OR REPLACE INTO search (rowid, text) VALUES (?, ?)", [(no, documents[one]) for one, no in numbers]
    )


def standings(
    leads: Iterable[Lead], states: Mapping[str, State], policies: Policies, now: datetime
) -> Iterable[tuple[Lead, Account, Person | None, tuple[Any, ...]]]:
    """Each lead that has an account, with it, its person, and the values of its standing."""
    fits: dict[tuple[str, str, int], Fit] = {}
    for lead in leads:
        state = states[lead.account]
        if state.account is None:
            continue
        person = state.persons.get(lead.person)
        key = (lead.account, lead.person, lead.policy)
        if key not in fits:
            fits[key] = fit(state.account, person, policies.at(lead.policy).scorecard)
        place = standing(lead, state.account, person, policies, now, fits[key])
        yield lead, state.account, person, standing_values(place)


def _found_alike(lead: Lead, before: State, after: State) -> bool:
    """Whether everything the lead is found by is as it was."""
    was = before.leads.get(lead.id)
    return (
        was is not None
        and (was.theme, was.person, was.policy) == (lead.theme, lead.person, lead.policy)
        and before.account == after.account
        and before.persons.get(lead.person) == after.persons.get(lead.person)
    )


def restand(connection: Connection, accounts: Iterable[str], policies: Policies, now: datetime) -> int:
    """Ask anew where the leads of these accounts stand; nothing else of them changes. How many leads."""
    states = load_states(connection, accounts)
    leads = [lead for state in states.values() for lead in state.leads.values()]
    values = [(*place, lead.id) for lead, _, _, place in standings(leads, states, policies, now)]
    connection.executemany(_STAND, values)
    return len(leads)


def _forget_search(connection: Connection, leads: list[str]) -> None:
    numbers = select(connection, f"SELECT no FROM leads WHERE id {AMONG}", leads)
    connection.executemany("DELETE FROM search WHERE rowid = ?", numbers)


def _write_keys(connection: Connection, changed: Changed, before: Mapping[str, State]) -> None:
    rows: list[tuple[str, str, str, str]] = []
    gone: list[tuple[str, str]] = []
    # A row may come from another account; its keys tell the account too.
    was: dict[str, Account | Person | Lead] = {}
    for state in before.values():
        was |= {**state.persons, **state.leads}
    was.update((one, state.account) for one, state in before.items() if state.account is not None)
    for (what, one), value in changed.rows.items():
        account = changed.account_of[what, one]
        held = was.get(one)
        had, has = _keys_of(held), _keys_of(value)
        moved = isinstance(held, Person | Lead) and held.account != account
        kind = match.COMPANY if what == "account" else what
        gone.extend((key, one) for key in had if key not in has)
        rows.extend((key, one, kind, account) for key in has if key not in had or moved)
    if gone:
        connection.executemany("DELETE FROM match_keys WHERE key = ? AND entity = ?", gone)
    if rows:
        connection.executemany(KEY, rows)


def _keys_of(value: Account | Person | Lead | None) -> tuple[str, ...]:
    if isinstance(value, Account):
        return match.keys_of_account(value)
    if isinstance(value, Person):
        return match.keys_of_person(value)
    return match.keys_of_lead(value) if value is not None else ()


def write_entries(connection: Connection, entries: Iterable[tuple[Entry, str]]) -> None:
    """Put lines, each with its operation's JSON text, into accounts' histories; one that is there already takes its new
    place. Words of notes become findable."""
    values: list[tuple[Any, ...]] = []
    keys: list[tuple[str, str, str, str]] = []
    noted: dict[tuple[str, int], str] = {}
    for entry, body in entries:
        one = entry.operation
        import_id = one.act.import_id if isinstance(one.act, ImportRow) else None
        values.append(
            (one.id, one.ordinal, entry.position, one.account, lead_named(one), import_id, body, entry.undone_by)
        )
        if not entry.undone_by:
            keys.extend((key, one.id, match.EVENT, one.account) for key in match.keys_of_operation(one))
        text = words_of(one)
        if text:
            noted[one.id, one.ordinal] = text
    connection.executemany(_HISTORY, values)
    if keys:
        connection.executemany(KEY, keys)
    if noted:
        rows = select(
            connection, f"SELECT op, ordinal, no FROM history WHERE op {AMONG}", {operation for operation, _ in noted}
        )
        connection.executemany(
            "INSERT OR REPLACE INTO search_notes (rowid, text) VALUES (?, ?)",
            [(no, fold(noted[op, ordinal])) for op, ordinal, no in rows if (op, ordinal) in noted],
        )


def lead_named(operation: Operation) -> str:
    """The lead an operation speaks of, "" where it is about the account."""
    return str(getattr(operation.act, "lead", "") or "")


def words_of(operation: Operation) -> str:
    """A person's own words in an operation."""
    act = operation.act
    if isinstance(act, Note):
        return act.text
    if isinstance(act, LogCall | LogMeeting):
        return act.note
    if isinstance(act, ImportRow) and act.row.activity is not None:
        return act.row.activity.text
    return str(getattr(act, "text", "") or "")


def drop_entries(connection: Connection, entries: Iterable[tuple[str, int]]) -> None:
    """Take lines out of the histories, and out of what is found by them."""
    wanted = set(entries)
    rows = select(
        connection, f"SELECT op, ordinal, no, import_id, body FROM history WHERE op {AMONG}", {one for one, _ in wanted}
    )
    _drop_lines(connection, [row[2:] for row in rows if row[:2] in wanted])


def drop_histories(connection: Connection, accounts: Iterable[str]) -> None:
    """Take the whole past of accounts that are no longer ours to hold; what is pending stays."""
    rows = select(
        connection,
        f"SELECT no, import_id, body FROM history WHERE account {AMONG} AND position < {PENDING}",
        sorted(accounts),
    )
    _drop_lines(connection, rows)


def _drop_lines(connection: Connection, rows: Sequence[tuple[int, str | None, str]]) -> None:
    forget_events(connection, (operation_from(body) for _, import_id, body in rows if import_id is not None))
    connection.executemany("DELETE FROM search_notes WHERE rowid = ?", [row[:1] for row in rows])
    connection.executemany("DELETE FROM history WHERE no = ?", [row[:1] for row in rows])


def mark_undone(connection: Connection, done: Done) -> None:
    """Mark the lines an undo compensates; an imported event counts anew if it is imported again."""
    by = {target: operation.id for operation, outcome in done.applied for target in outcome.undone}
    if not by:
        return
    marks = [(undo, *target) for target, undo in by.items()]
    connection.executemany("UPDATE history SET undone_by = ? WHERE op = ? AND ordinal = ?", marks)
    rows = select(
        connection,
        f"SELECT op, ordinal, body FROM history WHERE op {AMONG} AND import_id IS NOT NULL",
        {operation for operation, _ in by},
    )
    forget_events(connection, (operation_from(body) for op, ordinal, body in rows if (op, ordinal) in by))


def unmark_undone(connection: Connection, undos: Iterable[str]) -> None:
    """Let lines stand again that these undo operations had compensated; their events are known again."""
    # The second condition is that of the index.
    rows = select(
        connection, f"SELECT no, import_id, body FROM history WHERE undone_by {AMONG} AND undone_by <> ''", undos
    )
    _stand_again(connection, rows)


def unmark_rows(connection: Connection, undone: Iterable[tuple[str, str, int]]) -> None:
    """Let single lines stand again: (the undo operation, the operation and the row that it had compensated)."""
    wanted = set(undone)
    rows = select(
        connection,
        f"SELECT no, import_id, body, undone_by, op, ordinal FROM history WHERE undone_by {AMONG} AND undone_by <> ''",
        {undo for undo, _, _ in wanted},
    )
    _stand_again(connection, [row[:3] for row in rows if row[3:] in wanted])


def _stand_again(connection: Connection, rows: Sequence[tuple[int, str | None, str]]) -> None:
    connection.executemany("UPDATE history SET undone_by = '' WHERE no = ?", [row[:1] for row in rows])
    standing_again = [operation_from(body) for _, import_id, body in rows if import_id is not None]
    connection.executemany(
        KEY,
        [(key, one.id, match.EVENT, one.account) for one in standing_again for key in match.keys_of_operation(one)],
    )


def forget_events(connection: Connection, operations: Iterable[Operation]) -> None:
    """Take away what keeps the events of these import rows from being imported again."""
    keys = [(key, one.id) for one in operations for key in match.keys_of_operation(one)]
    connection.executemany("DELETE FROM match_keys WHERE key = ? AND entity = ?", keys)


# --- pending on top -------------------------------------------------------------------------------------------------


def part_of(state: State, what: str, one: str) -> Account | Person | Lead | None:
    """One row of a state, None where it is not there."""
    if what == "account":
        return state.account if state.account is not None and state.account.id == one else None
    return state.persons.get(one) if what == "person" else state.leads.get(one)


def keep_shadows(connection: Connection, changed: Changed, before: Mapping[str, State]) -> None:
    """Keep the last server row of every row about to be changed by a pending operation, unless one is kept already."""
    rows = []
    for (what, one), account in changed.account_of.items():
        value = part_of(before.get(account, State()), what, one)
        rows.append((what, one, account, None if value is None else to_text(value)))
    if rows:
        connection.executemany(
            "INSERT OR IGNORE INTO shadow (what, id, account, body, told) VALUES (?, ?, ?, ?, 0)", rows
        )


def value_of_body(what: str, body: Any) -> Account | Person | Lead:  # Any: JSON values
    """The row a body holds. Raises ``BadInput``."""
    value = row_from(what, body)
    if isinstance(value, Account | Person | Lead):
        return value
    raise BadInput("row-unreadable", what=what, why="not a row of an account")


def save_done(
    connection: Connection, done: Done, work: Workset, before: Mapping[str, State], now: datetime, body: str
) -> None:
    """Write what a pending operation (``body`` its JSON text) did: shadows, rows, history, marks of undoing."""
    changed = Changed()
    changed.take(done, work.states)
    keep_shadows(connection, changed, before)
    write_rows(connection, changed, before, work.states, work.policies, now)
    position = PENDING + done.operation.n
    write_entries(
        connection,
        ((Entry(one, position), body if one is done.operation else operation_text(one)) for one, _ in done.applied),
    )
    mark_undone(connection, done)
