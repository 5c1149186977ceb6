"""One tenant's books inside a unit: states in, everything a batch changed out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from leaddesk.domain import match
from leaddesk.domain.changes import Done
from leaddesk.domain.document import document, read
from leaddesk.domain.ids import family
from leaddesk.domain.operation import Erase, ImportRow, Operation
from leaddesk.domain.plain import pack
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.record import User, VerdictRow
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import Needs, Workset, needs
from leaddesk.store.central import erasing
from leaddesk.store.central import tables as t
from leaddesk.store.central.feed import DURABLE, Feed, Key
from leaddesk.store.central.handovers import Handovers
from leaddesk.store.central.people import users_of
from leaddesk.store.central.sql import chunks, short, upsert
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON, Shape, micros
from leaddesk.store.form import operation_from, operation_text

#: The rows of an account: their tables and how they are kept.
SHAPES: dict[str, tuple[Table, Shape]] = {
    "account": (t.accounts, ACCOUNT),
    "person": (t.persons, PERSON),
    "lead": (t.leads, LEAD),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """A verdict that stands, and the device whose operation it was on."""

    device: str
    verdict: VerdictRow


@dataclass(frozen=True, slots=True)
class Received:
    """An operation to keep: as it was told, as it was read (None: it could not be), its verdict."""

    told: Mapping[str, Any]
    operation: Operation | None
    verdict: VerdictRow


def scopes_of(state: State) -> frozenset[str]:
    """In whose sight an account is: the whole tenant's, or its team's and its leads' owners'."""
    if state.account is None:
        return frozenset()
    if not state.account.team:
        return frozenset({"all"})
    return frozenset(
        {f"team:{short(state.account.team)}"} | {f"user:{one.owner}" for one in state.leads.values() if one.owner}
    )


class Book:
    """The books of one tenant over one open connection. ``feed.lock`` first where anything will be written."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self.feed = Feed(connection, tenant)
        self.handovers = Handovers(connection, tenant)

    # --- reading ----------------------------------------------------------------------------------------------------

    def policies(self) -> Policies:
        """Every published version."""
        rows = self._connection.execute(
            select(t.policies.c.version, t.policies.c.document).where(t.policies.c.tenant == self._tenant)
        ).all()
        versions = {int(row.version): _policy(row.document) for row in rows}
        return Policies(versions)

    def verdicts(self, ids: Iterable[str]) -> dict[str, Stored]:
        """Stored verdicts by operation id."""
        found = {}
        for part in chunks(ids):
            query = select(
                t.operations.c.id, t.operations.c.device, t.operations.c.verdict, t.operations.c.reason,
                t.operations.c.reason_values, t.operations.c.seq,
            ).where(t.operations.c.tenant == self._tenant, t.operations.c.id.in_(part))  # fmt: skip
            for row in self._connection.execute(query):
                verdict = VerdictRow(
                    id=str(row.id),
                    verdict=Verdict(row.verdict),
                    reason=row.reason,
                    values=msgspec.json.decode(row.reason_values),
                    seq=int(row.seq),
                )
                found[verdict.id] = Stored(str(row.device), verdict)
        return found

    def states(self, accounts: Iterable[str]) -> dict[str, State]:
        """States of accounts, without history."""
        wanted = sorted(set(accounts))
        held: dict[str, Account] = {}
        persons: dict[str, dict[str, Person]] = {}
        leads: dict[str, dict[str, Lead]] = {}
        for part in chunks(wanted):
            for row in self._rows(t.accounts, ACCOUNT, t.accounts.c.id.in_(part)):
                held[row[0]] = ACCOUNT.value(row)
            for row in self._rows(t.persons, PERSON, t.persons.c.account.in_(part)):
                person: Person = PERSON.value(row)
                persons.setdefault(person.account, {})[person.id] = person
            for row in self._rows(t.leads, LEAD, t.leads.c.account.in_(part)):
                lead: Lead = LEAD.value(row)
                leads.setdefault(lead.account, {})[lead.id] = lead
        return {one: State(held.get(one), persons.get(one, {}), leads.get(one, {})) for one in wanted}

    def accounts(self, after: str, limit: int) -> list[str]:
        """The next accounts, by id."""
        held = t.accounts.c
        query = select(held.id).where(held.tenant == self._tenant, held.id > after).order_by(held.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def _rows(self, table: Table, shape: Shape, where: Any) -> Sequence[Any]:  # Any: SQL and its rows
        columns = [table.c[name] for name in shape.names]
        query = select(*columns).where(table.c.tenant == self._tenant, where).order_by(table.c.id)
        return self._connection.execute(query).all()

    def homes(self, ids: Iterable[str]) -> dict[str, str]:
        """The accounts of leads and persons, by their ids."""
        found: dict[str, str] = {}
        for part in chunks(sorted(set(ids))):
            for table in (t.leads, t.persons):
                query = select(table.c.id, table.c.account).where(table.c.tenant == self._tenant, table.c.id.in_(part))
                found.update((str(row.id), str(row.account)) for row in self._connection.execute(query))
        return found

    def pasts(self, accounts: Iterable[str]) -> dict[str, list[tuple[str, int, str]]]:
        """The lines of each account's history: (operation, ordinal, the operation that undid it or "")."""
        found: dict[str, list[tuple[str, int, str]]] = {one: [] for one in accounts}
        for part in chunks(sorted(found)):
            query = select(t.history.c.account, t.history.c.op, t.history.c.ordinal, t.history.c.undone_by).where(
                t.history.c.tenant == self._tenant, t.history.c.account.in_(part)
            )
            for row in self._connection.execute(query):
                found[row.account].append((str(row.op), int(row.ordinal), str(row.undone_by)))
        return found

    def users(self) -> dict[str, User]:
        """The tenant's users by id."""
        return {one.id: one for one in users_of(self._connection, self._tenant)}

    def workset(self, wanted: Needs, policies: Policies, now: datetime | None = None) -> Workset:
        """Everything a batch asks for, loaded at once; ``now`` is when it came."""
        found: dict[str, tuple[match.Found, ...]] = {}
        accounts, histories = set(wanted.accounts), set(wanted.histories)
        keys = {short(one): one for one in wanted.keys}
        for part in chunks(sorted(keys)):
            query = select(t.match_keys).where(t.match_keys.c.tenant == self._tenant, t.match_keys.c.key.in_(part))
            for row in self._connection.execute(query.order_by(t.match_keys.c.key, t.match_keys.c.entity)):
                key = keys[row.key]
                found[key] = (*found.get(key, ()), match.Found(row.account, row.what, row.entity))
                accounts.add(row.account)
        if wanted.whole:
            histories |= accounts
        imports: dict[str, tuple[str, ...]] = {}
        for import_id in wanted.imports:
            rows = self._connection.execute(
                select(t.history.c.account)
                .where(
                    t.history.c.tenant == self._tenant, t.history.c.import_id == import_id, t.history.c.undone_by == ""
                )
                .distinct()
                .order_by(t.history.c.account)
            )
            imports[import_id] = tuple(str(row.account) for row in rows)
            histories.update(imports[import_id])
        states = self.states(accounts | histories)
        for account, past in self.histories(histories).items():
            states[account] = replace(states[account], history=past)
        barred = erasing.barred(self._connection, self._tenant, wanted.named, wanted.told)
        return Workset(policies, states, found, imports, barred, now)

    def histories(self, accounts: Iterable[str]) -> dict[str, tuple[Operation, ...]]:
        """Every standing operation of each account, in the central's order."""
        found: dict[str, list[Operation]] = {one: [] for one in accounts}
        for part in chunks(sorted(found)):
            query = (
                select(t.history.c.account, t.history.c.body)
                .where(t.history.c.tenant == self._tenant, t.history.c.account.in_(part), t.history.c.undone_by == "")
                .order_by(t.history.c.position, t.history.c.ordinal)
            )
            for row in self._connection.execute(query):
                found[row.account].append(operation_from(row.body))
        return {account: tuple(operations) for account, operations in found.items()}

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, done: Sequence[Done], before: Mapping[str, State], after: Mapping[str, State]) -> dict[str, int]:
        """Everything an applied batch changed, with its numbers. By operation id: its place in the history."""
        rows: dict[Key, tuple[str, Account | Person | Lead | None]] = {}
        causes: dict[Key, str] = {}
        entries: list[Operation] = []
        undone: dict[tuple[str, int], Operation] = {}
        for one in done:
            for operation, outcome in one.applied:
                state = after.get(operation.account, State())
                changed = outcome.changes
                for what, ids in (("account", changed.accounts), ("person", changed.persons), ("lead", changed.leads)):
                    for entity in sorted(ids):
                        rows[what, entity] = (operation.account, _part(state, what, entity))
                        causes[what, entity] = operation.id
                undone.update((target, operation) for target in outcome.undone)
                entries.append(operation)
        touched = {account for account, _ in rows.values()} | {one.account for one in entries}
        was = {account: scopes_of(before.get(account, State())) for account in touched}
        # Of an account that is gone, or has still to come, there may be lines all the same.
        was |= self.feed.scopes(account for account in touched if not was[account])
        now = {account: scopes_of(after.get(account, State())) for account in touched}
        self._write_rows(rows)
        for key, (account, value) in rows.items():
            scopes, gone = (now[account], "") if value is not None else (now[account] | was[account], "deleted")
            for scope in sorted(scopes):
                self.feed.number(scope, key, account, gone, causes[key])
        places: dict[str, int] = {}
        for entry in entries:
            for scope in sorted(now[entry.account] or was[entry.account] or {"all"}):
                key = _entry(entry.id, entry.ordinal)
                places[entry.id] = self.feed.number(scope, key, entry.account, cause=entry.id)
        self._write_entries(entries, places)
        for (target, ordinal), by in undone.items():
            for scope in sorted(now[by.account] or was[by.account]):
                self.feed.number(scope, _entry(target, ordinal), by.account, cause=by.id)
        self._mark_undone({target: by.id for target, by in undone.items()})
        for account in sorted(touched):
            if was[account] and now[account] and was[account] != now[account]:
                self.feed.move(account, now[account] - was[account], was[account] - now[account])
        return places

    def _write_rows(self, rows: Mapping[Key, tuple[str, Account | Person | Lead | None]]) -> None:
        for what, (table, shape) in SHAPES.items():
            values = [
                {"tenant": self._tenant, **shape.values(value)}
                for (kind, _), (_, value) in rows.items()
                if kind == what and value is not None
            ]
            upsert(self._connection, table, values)
            gone = [one for (kind, one), (_, value) in rows.items() if kind == what and value is None]
            for part in chunks(gone):
                self._connection.execute(delete(table).where(table.c.tenant == self._tenant, table.c.id.in_(part)))
        for part in chunks(entity for _, entity in rows):
            self._connection.execute(
                delete(t.match_keys).where(t.match_keys.c.tenant == self._tenant, t.match_keys.c.entity.in_(part))
            )
        self._write_keys((account, what, one, _keys(value)) for (what, one), (account, value) in rows.items())

    def _write_entries(self, entries: Sequence[Operation], places: Mapping[str, int]) -> None:
        rows = [
            {
                "tenant": self._tenant, "op": one.id, "ordinal": one.ordinal, "position": places[one.id],
                "account": one.account, "import_id": one.act.import_id if isinstance(one.act, ImportRow) else None,
                "body": operation_text(one), "undone_by": "",
            }
            for one in entries
        ]  # fmt: skip
        upsert(self._connection, t.history, rows)
        self._write_keys((one.account, match.EVENT, one.id, match.keys_of_operation(one)) for one in entries)

    def _write_keys(self, keyed: Iterable[tuple[str, str, str, Iterable[str]]]) -> None:
        """Match keys of things: (account, what, id, keys)."""
        rows = [
            {
                "tenant": self._tenant, "key": short(key), "entity": one, "what": _KINDS.get(what, what),
                "account": account,
            }
            for account, what, one, keys in keyed
            for key in keys
        ]  # fmt: skip
        upsert(self._connection, t.match_keys, rows)

    def _mark_undone(self, undone: Mapping[tuple[str, int], str]) -> None:
        """Mark lines of history with the operation that compensates them; an imported event counts anew."""
        if not undone:
            return
        at = (t.history.c.tenant == self._tenant, t.history.c.op == bindparam("of"))
        self._connection.execute(
            update(t.history).where(*at, t.history.c.ordinal == bindparam("row")).values(undone_by=bindparam("undo")),
            [{"of": one, "row": ordinal, "undo": by} for (one, ordinal), by in undone.items()],
        )
        forgotten: list[dict[str, str]] = []
        for part in chunks(sorted({one for one, _ in undone})):
            query = select(t.history.c.op, t.history.c.ordinal, t.history.c.body).where(
                t.history.c.tenant == self._tenant, t.history.c.op.in_(part), t.history.c.import_id.is_not(None)
            )
            for row in self._connection.execute(query):
                if (row.op, row.ordinal) in undone:
                    keys = match.keys_of_operation(operation_from(row.body))
                    forgotten.extend({"of": str(row.op), "by": short(key)} for key in keys)
        if forgotten:
            keyed = t.match_keys.c
            self._connection.execute(
                delete(t.match_keys).where(
                    keyed.tenant == self._tenant, keyed.key == bindparam("by"), keyed.entity == bindparam("of")
                ),
                forgotten,
            )

    def write_operations(self, received: Sequence[Received], device: str, now: datetime) -> None:
        """Operations that a device sent, as they were told, with verdicts and the instant they came, for ever."""
        rows = [
            {
                "tenant": self._tenant, "id": one.verdict.id, **_about(one, device),
                "body": msgspec.json.encode(one.told).decode(), "verdict": one.verdict.verdict.value,
                "reason": one.verdict.reason, "reason_values": msgspec.json.encode(one.verdict.values).decode(),
                "received_at": micros(now), "seq": one.verdict.seq,
            }
            for one in received
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(t.operations), rows)

    def numbered(self, device: str, numbers: Mapping[int, str]) -> bool:
        """Whether others of the device's operations bear one of these numbers than those with these ids: there is
        another copy of its profile, or there was a later one."""
        held = t.operations.c
        for part in chunks(numbers):
            query = select(held.n, held.id).where(held.tenant == self._tenant, held.device == device, held.n.in_(part))
            if any(numbers[int(row.n)] != row.id for row in self._connection.execute(query)):
                return True
        return False

    def erase(self, done: Sequence[Done], after: Mapping[str, State], policies: Policies, also: Iterable[str]) -> None:
        """What applied erasures ask for beside the rows, once everything else of the batch is written; ``also``: ids
        that are barred from now on."""
        erasing.bar(self._connection, self._tenant, self.feed, also)
        for one in done:
            if isinstance(one.operation.act, Erase):
                state = after.get(one.operation.account, State())
                erasing.erase(self._connection, self._tenant, self.feed, one.operation, state, policies)

    def erase_again(self, journal: erasing.Journal) -> None:
        """Erase again whom the books, put back to an earlier day, may still hold."""
        known = self.verdicts(row["id"] for row in journal.operations)
        for row in journal.operations:
            if row["id"] not in known:
                operation = operation_from(row["body"])
                work = self.workset(needs([operation]), self.policies())
                before = dict(work.states)
                done = [work.run(operation)]
                seq = self.write(done, before, work.states)[operation.id]
                self._connection.execute(insert(t.operations), [{**row, "seq": seq}])
                self.handovers.follow(done, work.states, work.policies, operation.at, None)
                self.erase(done, work.states, work.policies, ())
        # An objection that stood may not be in these books.
        for table, rows in journal.rows:
            upsert(self._connection, table, rows)

    def publish(self, policy: Policy) -> int:
        """A version of the policy, new or signed, into everybody's sight."""
        row = {"tenant": self._tenant, "version": policy.version, "document": document(policy)}
        upsert(self._connection, t.policies, [row])
        return self.feed.number("all", ("policy", str(policy.version)), "")

    def show_user(self, user: str) -> int:
        """A new or changed user, into everybody's sight."""
        return self.feed.number("all", ("user", user), "")

    # --- for the wire -----------------------------------------------------------------------------------------------

    def bodies(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """Rows as they are now, packed for the wire, where ``msgspec`` encodes them; what is gone is left out."""
        by_what: dict[str, list[str]] = {}
        for what, one in keys:
            by_what.setdefault(what, []).append(one)
        made: dict[Key, dict[str, Any]] = {}
        for what, (table, shape) in SHAPES.items():
            for part in chunks(by_what.get(what, ())):
                for row in self._rows(table, shape, table.c.id.in_(part)):
                    made[what, str(row[0])] = shape.body(row)
        made.update(self._entries(frozenset(by_what.get("entry", ()))))
        for part in chunks(map(int, by_what.get("policy", ()))):
            query = select(t.policies.c.version, t.policies.c.document).where(
                t.policies.c.tenant == self._tenant, t.policies.c.version.in_(part)
            )
            for row in self._connection.execute(query):
                made["policy", str(row.version)] = {"version": int(row.version), "document": row.document}
        if DURABLE[0] in by_what:
            made[DURABLE] = {"seq": self.feed.durable()}
        for one in by_what.get("erased", ()):
            made["erased", one] = erasing.body(self._connection, self._tenant, one)
        made.update(self.handovers.told_as_rows(by_what.get("escalation", ())))
        if "user" in by_what:
            made.update((("user", one.id), pack(one)) for one in users_of(self._connection, self._tenant))
        return made

    def _entries(self, ids: frozenset[str]) -> dict[Key, dict[str, Any]]:
        """Lines of history by "operation:ordinal"."""
        found: dict[Key, dict[str, Any]] = {}
        for part in chunks(sorted({one.rpartition(":")[0] for one in ids})):
            query = select(
                t.history.c.op, t.history.c.ordinal, t.history.c.body, t.history.c.position, t.history.c.undone_by
            ).where(t.history.c.tenant == self._tenant, t.history.c.op.in_(part))
            for row in self._connection.execute(query):
                key = _entry(row.op, row.ordinal)
                if key[1] in ids:
                    body: dict[str, Any] = {"operation": msgspec.Raw(row.body.encode()), "position": int(row.position)}
                    found[key] = body | ({"undone_by": row.undone_by} if row.undone_by else {})
        return found


_KINDS = {"account": match.COMPANY, "person": match.PERSON, "lead": match.LEAD}


@lru_cache(maxsize=64)
def _policy(text: str) -> Policy:
    """A policy document, parsed once."""
    return read(text)


def _entry(operation: str, ordinal: int) -> Key:
    return ("entry", f"{operation}:{ordinal}")


def _part(state: State, what: str, one: str) -> Account | Person | Lead | None:
    if what == "account":
        return state.account
    return state.persons.get(one) if what == "person" else state.leads.get(one)


def _keys(value: Account | Person | Lead | None) -> tuple[str, ...]:
    if isinstance(value, Account):
        return match.keys_of_account(value)
    if isinstance(value, Person):
        return match.keys_of_person(value)
    return match.keys_of_lead(value) if value is not None else ()


def _about(one: Received, sender: str) -> dict[str, Any]:
    """What an operation says of itself; of one that could not be read, what still can be told."""
    operation, told = one.operation, one.told
    if operation is not None:
        return {
            "device": operation.device if family(operation.device) == family(sender) else sender,
            "n": operation.n, "kind": operation.kind, "account": operation.account,
            "lead": str(getattr(operation.act, "lead", "")), "by": operation.by, "at": micros(operation.at),
        }  # fmt: skip
    n = told.get("n")
    return {
        "device": sender, "n": n if isinstance(n, int) and abs(n) < 2**53 else 0, "kind": _plain(told.get("kind")),
        "account": _plain(told.get("account")), "lead": "", "by": _plain(told.get("by")), "at": None,
    }  # fmt: skip


def _plain(told: object) -> str:
    return told[:64] if isinstance(told, str) and told.isprintable() else ""
