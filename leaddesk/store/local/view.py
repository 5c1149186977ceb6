"""The view tables: states read and written in bulk. What is written is always whole rows with where they now stand.

Everything here works inside a unit that somebody else opened and will close.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Connection

from leaddesk.domain import match
from leaddesk.domain.changes import Done
from leaddesk.domain.errors import BadInput
from leaddesk.domain.fit import Fit, fit
from leaddesk.domain.operation import ImportRow, Note, LogCall, LogMeeting, Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.standing import standing
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.workset import Needs, Workset
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON, Shape
from leaddesk.store.local.rows import standing_values
from leaddesk.store.local.search import document, fold
from leaddesk.store.local.tables import PENDING, STANDING
from leaddesk.wire.codec import pack, pack_operation, unpack, unpack_operation
from leaddesk.wire.message import Entry

#: How many values one statement may name.
CHUNK = 500

_LEAD_COLUMNS = (*LEAD.names, *STANDING)


def chunks(values: Iterable[str]) -> Iterable[list[str]]:
    """The values in lists short enough for one statement."""
    held = list(values)
    for start in range(0, len(held), CHUNK):
        yield held[start : start + CHUNK]


def marks(values: Sequence[Any]) -> str:
    """Question marks for a list of values."""
    return ",".join("?" * len(values))


def select(connection: Connection, sql: str, keys: Iterable[str]) -> list[Any]:
    """The rows of a query whose ``{}`` is a list of keys, over any number of keys."""
    rows: list[Any] = []
    for part in chunks(keys):
        rows.extend(connection.exec_driver_sql(sql.format(marks(part)), tuple(part)).fetchall())
    return rows


def upsert_sql(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """An insert that replaces every other column where the key is there already."""
    sets = ",".join(f"{one}=excluded.{one}" for one in columns if one not in key)
    return (
        f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks(columns)}) "
        f"ON CONFLICT({','.join(key)}) DO UPDATE SET {sets}"
    )


_UPSERT = {
    "account": upsert_sql("accounts", ACCOUNT.names, ("id",)),
    "person": upsert_sql("persons", PERSON.names, ("id",)),
    "lead": upsert_sql("leads", _LEAD_COLUMNS, ("id",)),
}
_TABLE = {"account": "accounts", "person": "persons", "lead": "leads"}
_HISTORY = upsert_sql(
    "history", ("op", "ordinal", "position", "account", "lead", "import_id", "body", "undone_by"), ("op", "ordinal")
)
_ACCOUNTS = f"SELECT {','.join(ACCOUNT.names)} FROM accounts WHERE id IN ({{}})"
_PERSONS = f"SELECT {','.join(PERSON.names)} FROM persons WHERE account IN ({{}}) ORDER BY id"
_LEADS = f"SELECT {','.join(LEAD.names)} FROM leads WHERE account IN ({{}}) ORDER BY id"


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
        "SELECT account, body FROM history WHERE account IN ({}) AND undone_by = '' ORDER BY position, ordinal",
        sorted(set(accounts)),
    )
    found: dict[str, list[Operation]] = {}
    for account, body in rows:
        found.setdefault(account, []).append(operation_of(body))
    return {account: tuple(operations) for account, operations in found.items()}


def operation_of(body: str) -> Operation:
    """The operation a stored body holds."""
    return unpack_operation(msgspec.json.decode(body), history=True)


def load_workset(connection: Connection, wanted: Needs, policies: Policies) -> Workset:
    """Everything a batch asks for."""
    found: dict[str, tuple[match.Found, ...]] = {}
    accounts = set(wanted.accounts)
    histories = set(wanted.histories)
    if wanted.keys:
        for key, entity, what, account in select(
            connection, "SELECT key, entity, what, account FROM match_keys WHERE key IN ({})", sorted(wanted.keys)
        ):
            found[key] = (*found.get(key, ()), match.Found(account, what, entity))
            accounts.add(account)
    imports: dict[str, tuple[str, ...]] = {}
    for import_id in wanted.imports:
        rows = connection.exec_driver_sql(
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
    connection: Connection, changed: Changed, states: Mapping[str, State], policies: Policies, now: datetime
) -> None:
    """Write the rows, drop those that are gone, and everything that follows from them: standing, match keys, search.

    ``states`` must hold every account touched, as it is after the batch.
    """
    for what in ("account", "person"):
        shape: Shape = ACCOUNT if what == "account" else PERSON
        values = [
            tuple(shape.values(value).values()) for (kind, _), value in changed.rows.items() if kind == what and value
        ]
        if values:
            connection.exec_driver_sql(_UPSERT[what], values)
    gone: dict[str, list[str]] = {}
    for (what, one), value in changed.rows.items():
        if value is None:
            gone.setdefault(what, []).append(one)
    if "lead" in gone:
        _forget_search(connection, gone["lead"])
    for what, ids in gone.items():
        connection.exec_driver_sql(f"DELETE FROM {_TABLE[what]} WHERE id = ?", [(one,) for one in ids])
    _write_keys(connection, changed)
    leads = _leads_to_stand(changed, states)
    if leads:
        write_leads(connection, leads, states, policies, now)


def _leads_to_stand(changed: Changed, states: Mapping[str, State]) -> list[Lead]:
    """Leads that changed, and all leads of accounts or persons that changed: their grade and search follow from those."""
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


def write_leads(
    connection: Connection, leads: Sequence[Lead], states: Mapping[str, State], policies: Policies, now: datetime
) -> None:
    """Write leads with where they now stand and what they are found by."""
    values: list[tuple[Any, ...]] = []
    documents: dict[str, str] = {}
    fits: dict[tuple[str, str, int], Fit] = {}
    for lead in leads:
        state = states[lead.account]
        if state.account is None:
            continue
        person = state.persons.get(lead.person)
        card = policies.at(lead.policy).scorecard
        key = (lead.account, lead.person, lead.policy)
        if key not in fits:
            fits[key] = fit(state.account, person, card)
        place = standing(lead, state.account, person, policies, now, fits[key])
        values.append((*LEAD.values(lead).values(), *standing_values(place)))
        documents[lead.id] = document(lead, state.account, person, card)
    if not values:
        return
    connection.exec_driver_sql(_UPSERT["lead"], values)
    numbers = select(connection, "SELECT id, no FROM leads WHERE id IN ({})", documents)
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO search (rowid, text) VALUES (?, ?)", [(no, documents[one]) for one, no in numbers]
    )


def _forget_search(connection: Connection, leads: list[str]) -> None:
    numbers = select(connection, "SELECT no FROM leads WHERE id IN ({})", leads)
    if numbers:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", [(row[0],) for row in numbers])


def _write_keys(connection: Connection, changed: Changed) -> None:
    rows: list[tuple[str, str, str, str]] = []
    for (what, one), value in changed.rows.items():
        account = changed.account_of[what, one]
        if isinstance(value, Account):
            rows.extend((key, one, match.COMPANY, account) for key in match.keys_of_account(value))
        elif isinstance(value, Person):
            rows.extend((key, one, match.PERSON, account) for key in match.keys_of_person(value))
        elif isinstance(value, Lead):
            rows.extend((key, one, match.LEAD, account) for key in match.keys_of_lead(value))
    gone = [(one,) for _, one in changed.rows]
    if gone:
        connection.exec_driver_sql("DELETE FROM match_keys WHERE entity = ?", gone)
    if rows:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO match_keys (key, entity, what, account) VALUES (?, ?, ?, ?)", rows
        )


def write_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Put lines into accounts' histories; one that is there already takes its new place. Words of notes become findable."""
    held = list(entries)
    if not held:
        return
    values, keys, noted = [], [], {}
    for entry in held:
        one = entry.operation
        body = msgspec.json.encode(pack_operation(one)).decode()
        import_id = one.act.import_id if isinstance(one.act, ImportRow) else None
        lead = lead_named(one)
        values.append((one.id, one.ordinal, entry.position, one.account, lead, import_id, body, entry.undone_by))
        if not entry.undone_by:
            keys.extend((key, one.id, match.EVENT, one.account) for key in match.keys_of_operation(one))
        text = words_of(one)
        if text:
            noted[one.id, one.ordinal] = text
    connection.exec_driver_sql(_HISTORY, values)
    if keys:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO match_keys (key, entity, what, account) VALUES (?, ?, ?, ?)", keys
        )
    if noted:
        rows = select(
            connection, "SELECT op, ordinal, no FROM history WHERE op IN ({})", {operation for operation, _ in noted}
        )
        connection.exec_driver_sql(
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
    """Take lines out of the histories: pending ones whose operation was refused, or that are applied anew."""
    held = list(entries)
    if not held:
        return
    rows = select(connection, "SELECT no, op, ordinal FROM history WHERE op IN ({})", {one for one, _ in held})
    wanted = set(held)
    numbers = [(no,) for no, op, ordinal in rows if (op, ordinal) in wanted]
    connection.exec_driver_sql("DELETE FROM search_notes WHERE rowid = ?", numbers)
    connection.exec_driver_sql("DELETE FROM history WHERE no = ?", numbers)


def mark_undone(connection: Connection, done: Done) -> None:
    """Mark the lines an undo compensates; an imported event counts anew if it is imported again."""
    undone = [
        (operation.id, target, ordinal) for operation, outcome in done.applied for target, ordinal in outcome.undone
    ]
    if undone:
        connection.exec_driver_sql("UPDATE history SET undone_by = ? WHERE op = ? AND ordinal = ?", undone)
        connection.exec_driver_sql(
            "DELETE FROM match_keys WHERE entity = ? AND what = 'event'", [(target,) for _, target, _ in undone]
        )


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
        state = before.get(account, State())
        value = part_of(state, what, one)
        body = msgspec.json.encode(pack(value)).decode() if value is not None else None
        rows.append((what, one, account, body))
    if rows:
        connection.exec_driver_sql("INSERT OR IGNORE INTO shadow (what, id, account, body, told) VALUES (?, ?, ?, ?, 0)", rows)


def value_of_body(what: str, body: Any) -> Account | Person | Lead:  # Any: JSON values
    """The row a body holds. Raises ``BadInput``."""
    value = unpack(what, body)
    if isinstance(value, Account | Person | Lead):
        return value
    raise BadInput("row-unreadable", what=what, why="not a row of an account")


def save_done(
    connection: Connection,
    dones: Iterable[Done],
    work: Workset,
    before: Mapping[str, State],
    now: datetime,
    position: int,
) -> Changed:
    """Write what a batch of pending operations did: shadows, rows, history, marks of undoing."""
    held = list(dones)
    changed = Changed()
    for done in held:
        changed.take(done, work.states)
    keep_shadows(connection, changed, before)
    write_rows(connection, changed, work.states, work.policies, now)
    for done in held:
        write_entries(
            connection,
            (Entry(operation, PENDING + (done.operation.n or position)) for operation, _ in done.applied),
        )
        mark_undone(connection, done)
    return changed
