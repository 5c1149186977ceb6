"""One tenant's books inside a unit: states in, everything a batch changed out, the feed and its numbers.

Portable SQL through SQLAlchemy Core; the one difference between databases, the upsert, is in ``upsert``.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from leaddesk.domain import match
from leaddesk.domain.changes import Done
from leaddesk.domain.defaults import read
from leaddesk.domain.operation import ImportRow, Operation
from leaddesk.domain.plain import pack
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import Needs, Workset
from leaddesk.store.central import tables as t
from leaddesk.store.central.people import devices_of, users_of
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON, Shape, instant, micros
from leaddesk.store.form import operation_from, operation_text

_CHUNK = 400
_SHAPES: dict[str, tuple[Table, Shape]] = {
    "account": (t.accounts, ACCOUNT),
    "person": (t.persons, PERSON),
    "lead": (t.leads, LEAD),
}

#: (what, id) of a row of the feed.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A verdict that stands, and the device whose operation it was on."""

    device: str
    verdict: VerdictRow


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Values in lists short enough for one statement."""
    held = list(values)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or change those whose key is there."""
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    keys = [one.name for one in table.primary_key.columns]
    sets = {one.name: statement.excluded[one.name] for one in table.columns if one.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=sets), list(rows))


def scopes_of(state: State) -> frozenset[str]:
    """In whose sight an account is: the whole tenant's, or its team's and its leads' owners'."""
    if state.account is None:
        return frozenset()
    if not state.account.team:
        return frozenset({"all"})
    return frozenset(
        {f"team:{state.account.team}"} | {f"user:{one.owner}" for one in state.leads.values() if one.owner}
    )


class Book:
    """The books of one tenant over one open connection. ``lock`` first where anything will be written."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self.seq = 0
        self.chain = ""
        self._feed: list[dict[str, Any]] = []
        self._chains: list[dict[str, Any]] = []

    def lock(self) -> None:
        """Take the tenant's counter row: one writer per tenant, so the order of numbers is the order of commits."""
        row = self._connection.execute(
            select(t.counter.c.seq, t.counter.c.chain).where(t.counter.c.tenant == self._tenant).with_for_update()
        ).one()
        self.seq, self.chain = int(row.seq), str(row.chain)

    def look(self) -> None:
        """Read the counter row without taking it."""
        row = self._connection.execute(
            select(t.counter.c.seq, t.counter.c.chain).where(t.counter.c.tenant == self._tenant)
        ).one()
        self.seq, self.chain = int(row.seq), str(row.chain)

    # --- reading ----------------------------------------------------------------------------------------------------

    def policies(self) -> Policies:
        """Every published version."""
        rows = self._connection.execute(
            select(t.policies.c.version, t.policies.c.document).where(t.policies.c.tenant == self._tenant)
        ).all()
        versions = {int(row.version): _read(row.document) for row in rows}
        return Policies(versions, max(versions))

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

    def _rows(self, table: Table, shape: Shape, where: Any) -> Sequence[Any]:  # Any: SQL and its rows
        columns = [table.c[name] for name in shape.names]
        query = select(*columns).where(table.c.tenant == self._tenant, where).order_by(table.c.id)
        return self._connection.execute(query).all()

    def values(self, what: str, ids: Iterable[str]) -> dict[str, Any]:
        """Rows by id: accounts, persons or leads."""
        table, shape = _SHAPES[what]
        found = {}
        for part in chunks(ids):
            for row in self._rows(table, shape, table.c.id.in_(part)):
                found[str(row[0])] = shape.value(row)
        return found

    def workset(self, wanted: Needs, policies: Policies) -> Workset:
        """Everything a batch asks for, loaded at once."""
        found: dict[str, tuple[match.Found, ...]] = {}
        accounts, histories = set(wanted.accounts), set(wanted.histories)
        for part in chunks(sorted(wanted.keys)):
            query = select(t.match_keys).where(t.match_keys.c.tenant == self._tenant, t.match_keys.c.key.in_(part))
            for row in self._connection.execute(query):
                found[row.key] = (*found.get(row.key, ()), match.Found(row.account, row.what, row.entity))
                accounts.add(row.account)
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
        return Workset(policies, states, found, imports)

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

    def number(self, scope: str, what: str, one: str, account: str, gone: str = "", cause: str = "") -> int:
        """The next number, for one row in one scope."""
        self.seq += 1
        self.chain = hashlib.sha256(f"{self.chain}|{self.seq}|{scope}|{what}|{one}|{cause}".encode()).hexdigest()[:32]
        self._feed.append(
            {
                "tenant": self._tenant, "scope": scope, "what": what, "id": one, "seq": self.seq, "account": account,
                "gone": gone,
            }
        )  # fmt: skip
        self._chains.append({"tenant": self._tenant, "seq": self.seq, "chain": self.chain})
        return self.seq

    def close(self) -> None:
        """Write the feed and, last, the counter row."""
        latest = {(row["scope"], row["what"], row["id"]): row for row in self._feed}
        upsert(self._connection, t.feed, list(latest.values()))
        if self._chains:
            self._connection.execute(insert(t.chain), self._chains)
        self._connection.execute(
            update(t.counter).where(t.counter.c.tenant == self._tenant).values(seq=self.seq, chain=self.chain)
        )

    def write(self, done: Sequence[Done], before: Mapping[str, State], after: Mapping[str, State]) -> dict[str, int]:
        """Everything an applied batch changed, with its numbers. By operation id: its last number."""
        rows: dict[Key, tuple[str, Any]] = {}
        causes: dict[Key, str] = {}
        entries: list[tuple[Operation, int]] = []
        undone: list[tuple[str, int, str, str]] = []
        numbers: dict[str, int] = {}
        for one in done:
            for operation, outcome in one.applied:
                state = after.get(operation.account, State())
                changed = outcome.changes
                for what, ids in (("account", changed.accounts), ("person", changed.persons), ("lead", changed.leads)):
                    for entity in ids:
                        held = {"account": {entity: state.account}, "person": state.persons, "lead": state.leads}[what]
                        rows[what, entity] = (operation.account, held.get(entity))
                        causes[what, entity] = operation.id
                undone.extend((target, ordinal, operation.id, operation.account) for target, ordinal in outcome.undone)
                entries.append((operation, 0))
        self._write_rows(rows)
        scopes = {account: scopes_of(after.get(account, State())) for account, _ in rows.values()}
        scopes.update({one.account: scopes_of(after.get(one.account, State())) for one, _ in entries})
        left = self._scopes_left(before, after, scopes)
        for (what, entity), (account, value) in rows.items():
            for scope in (
                scopes[account] if value is not None else scopes_of(before.get(account, State())) | scopes[account]
            ):
                gone = "" if value is not None else "deleted"
                numbers[causes[what, entity]] = self.number(scope, what, entity, account, gone, causes[what, entity])
        self._write_entries(entries, scopes, before, numbers)
        self._mark_undone(undone, scopes, before, numbers)
        for account, gone_from in left.items():
            self._move(account, scopes[account], gone_from)
        return numbers

    def _write_rows(self, rows: Mapping[Key, tuple[str, Any]]) -> None:
        for what, (table, shape) in _SHAPES.items():
            values = [
                {"tenant": self._tenant, **shape.values(value)}
                for (kind, _), (_, value) in rows.items()
                if kind == what and value is not None
            ]
            upsert(self._connection, table, values)
            gone = [one for (kind, one), (_, value) in rows.items() if kind == what and value is None]
            for part in chunks(gone):
                self._connection.execute(delete(table).where(table.c.tenant == self._tenant, table.c.id.in_(part)))
        keys = []
        for (_, entity), (account, value) in rows.items():
            for key, what in _keys(value):
                keys.append({"tenant": self._tenant, "key": key, "entity": entity, "what": what, "account": account})
        for part in chunks(entity for _, entity in rows):
            self._connection.execute(
                delete(t.match_keys).where(t.match_keys.c.tenant == self._tenant, t.match_keys.c.entity.in_(part))
            )
        upsert(self._connection, t.match_keys, keys)

    def _write_entries(
        self,
        entries: Sequence[tuple[Operation, int]],
        scopes: Mapping[str, frozenset[str]],
        before: Mapping[str, State],
        numbers: dict[str, int],
    ) -> None:
        rows, keys = [], []
        for operation, _ in entries:
            position = 0
            for scope in scopes[operation.account] or scopes_of(before.get(operation.account, State())) or {"all"}:
                position = self.number(
                    scope, "entry", f"{operation.id}:{operation.ordinal}", operation.account, cause=operation.id
                )
            numbers[operation.id] = position
            rows.append(
                {
                    "tenant": self._tenant, "op": operation.id, "ordinal": operation.ordinal, "position": position,
                    "account": operation.account,
                    "import_id": operation.act.import_id if isinstance(operation.act, ImportRow) else None,
                    "body": operation_text(operation), "undone_by": "",
                }
            )  # fmt: skip
            keys.extend(
                {
                    "tenant": self._tenant,
                    "key": key,
                    "entity": operation.id,
                    "what": match.EVENT,
                    "account": operation.account,
                }
                for key in match.keys_of_operation(operation)
            )
        upsert(self._connection, t.history, rows)
        upsert(self._connection, t.match_keys, keys)

    def _mark_undone(
        self,
        undone: Sequence[tuple[str, int, str, str]],
        scopes: Mapping[str, frozenset[str]],
        before: Mapping[str, State],
        numbers: dict[str, int],
    ) -> None:
        for target, ordinal, by, account in undone:
            where = (t.history.c.tenant == self._tenant, t.history.c.op == target, t.history.c.ordinal == ordinal)
            self._connection.execute(update(t.history).where(*where).values(undone_by=by))
            row = self._connection.execute(select(t.history.c.body).where(*where)).first()
            if row is not None:
                operation = operation_from(row.body)
                keys = match.keys_of_operation(operation)
                if keys:
                    self._connection.execute(
                        delete(t.match_keys).where(
                            t.match_keys.c.tenant == self._tenant,
                            t.match_keys.c.key.in_(keys),
                            t.match_keys.c.entity == target,
                        )
                    )
            for scope in scopes[account] or scopes_of(before.get(account, State())):
                numbers[by] = self.number(scope, "entry", f"{target}:{ordinal}", account, cause=by)

    def _scopes_left(
        self, before: Mapping[str, State], after: Mapping[str, State], scopes: Mapping[str, frozenset[str]]
    ) -> dict[str, frozenset[str]]:
        """Accounts whose sight changed, with the scopes they left."""
        moved = {}
        for account, now in scopes.items():
            was = scopes_of(before.get(account, State()))
            if was and now and was != now:
                moved[account] = was - now
        return moved

    def _move(self, account: str, scopes: frozenset[str], left: frozenset[str]) -> None:
        """Every row of an account into the scopes it is in now, evicted from those it left."""
        rows = self._connection.execute(
            select(t.feed.c.what, t.feed.c.id)
            .where(t.feed.c.tenant == self._tenant, t.feed.c.account == account, t.feed.c.gone == "")
            .distinct()
        ).all()
        order = {"account": 0, "person": 1, "lead": 2, "entry": 3}
        held = {(row["what"], row["id"]) for row in self._feed if row["account"] == account and not row["gone"]}
        keys = sorted(held | {(str(row.what), str(row.id)) for row in rows}, key=lambda key: (order[key[0]], key[1]))
        for what, one in keys:
            for scope in sorted(scopes):
                self.number(scope, what, one, account)
            for scope in sorted(left):
                self.number(scope, what, one, account, "evicted")

    def write_operations(
        self, told: Sequence[tuple[Mapping[str, Any], Operation | None, VerdictRow, str]], now: datetime
    ) -> None:
        """Operations as they were sent, with their verdicts and the instant they came, for ever."""
        rows = [
            {
                "tenant": self._tenant, "id": verdict.id, "device": device, "n": one.n if one is not None else 0,
                "kind": one.kind if one is not None else str(sent.get("kind", ""))[:60],
                "account": one.account if one is not None else "",
                "lead": str(getattr(one.act, "lead", "")) if one is not None else "",
                "by": one.by if one is not None else "",
                "body": msgspec.json.encode(sent).decode(), "verdict": verdict.verdict.value, "reason": verdict.reason,
                "reason_values": msgspec.json.encode(verdict.values).decode(),
                "at": micros(one.at) if one is not None else None, "received_at": micros(now), "seq": verdict.seq,
            }
            for sent, one, verdict, device in told
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(t.operations), rows)

    def publish(self, version: int, text: str) -> int:
        """A version of the policy, into everybody's sight."""
        upsert(self._connection, t.policies, [{"tenant": self._tenant, "version": version, "document": text}])
        return self.number("all", "policy", str(version), "")

    def show_user(self, user: str) -> int:
        """A new or changed user, into everybody's sight."""
        return self.number("all", "user", user, "")

    # --- the feed ---------------------------------------------------------------------------------------------------

    def chain_at(self, seq: int) -> str | None:
        """The chain at a number, None where there has been no such number."""
        if seq == 0:
            return ""
        row = self._connection.execute(
            select(t.chain.c.chain).where(t.chain.c.tenant == self._tenant, t.chain.c.seq == seq)
        ).first()
        return None if row is None else str(row.chain)

    def news(self, scopes: frozenset[str] | None, after: int, limit: int, gone_too: bool) -> list[Any]:
        """Feed rows after a number in the scopes (None: everybody's), in order."""
        query = select(t.feed.c.seq, t.feed.c.scope, t.feed.c.what, t.feed.c.id, t.feed.c.gone).where(
            t.feed.c.tenant == self._tenant, t.feed.c.seq > after
        )
        if scopes is not None:
            query = query.where(t.feed.c.scope.in_(sorted(scopes)))
        if not gone_too:
            query = query.where(t.feed.c.gone == "")
        return list(self._connection.execute(query.order_by(t.feed.c.seq).limit(limit)).all())

    def present(self, scopes: frozenset[str] | None, keys: Iterable[Key]) -> set[Key]:
        """Which of the rows are still in one of the scopes."""
        found: set[Key] = set()
        wanted = set(keys)
        for part in chunks(sorted({one for _, one in wanted})):
            query = select(t.feed.c.what, t.feed.c.id).where(
                t.feed.c.tenant == self._tenant, t.feed.c.id.in_(part), t.feed.c.gone == ""
            )
            if scopes is not None:
                query = query.where(t.feed.c.scope.in_(sorted(scopes)))
            found.update((str(row.what), str(row.id)) for row in self._connection.execute(query))
        return found & wanted

    def entries(self, ids: Iterable[str]) -> dict[str, Any]:
        """Rows of history by "operation:ordinal"."""
        wanted = set(ids)
        found = {}
        for part in chunks(sorted({one.rpartition(":")[0] for one in wanted})):
            query = select(
                t.history.c.op, t.history.c.ordinal, t.history.c.body, t.history.c.position, t.history.c.undone_by
            ).where(t.history.c.tenant == self._tenant, t.history.c.op.in_(part))
            for row in self._connection.execute(query):
                key = f"{row.op}:{row.ordinal}"
                if key in wanted:
                    found[key] = row
        return found

    def bodies(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """Rows as they are now, packed for the wire; what is gone is left out."""
        by_what: dict[str, list[str]] = {}
        for what, one in keys:
            by_what.setdefault(what, []).append(one)
        made: dict[Key, dict[str, Any]] = {}
        for what in _SHAPES.keys() & by_what.keys():
            made.update({(what, one): pack(value) for one, value in self.values(what, by_what[what]).items()})
        for one, row in self.entries(by_what.get("entry", ())).items():
            body = {"operation": msgspec.json.decode(row.body), "position": int(row.position)}
            made["entry", one] = body | ({"undone_by": row.undone_by} if row.undone_by else {})
        for version in by_what.get("policy", ()):
            document = self._connection.execute(
                select(t.policies.c.document).where(
                    t.policies.c.tenant == self._tenant, t.policies.c.version == int(version)
                )
            ).scalar_one()
            made["policy", version] = {"version": int(version), "document": document}
        if "user" in by_what:
            for user in users_of(self._connection, self._tenant):
                made["user", user.id] = pack(user)
        return made

    def export(self) -> Iterator[dict[str, Any]]:
        """Everything the tenant has, row by row, as plain values with ``kind`` and ``id``."""
        query = select(t.operations).where(t.operations.c.tenant == self._tenant)
        for row in self._connection.execute(
            query.order_by(t.operations.c.received_at, t.operations.c.device, t.operations.c.n)
        ):
            yield {
                "kind": "operation", "id": row.id, "act": row.kind, "device": row.device, "counter": int(row.n),
                "by": row.by, "account": row.account, "lead": row.lead, "verdict": row.verdict, "reason": row.reason,
                "values": msgspec.json.decode(row.reason_values), "seq": int(row.seq),
                "event_time": instant(row.at) if row.at is not None else None,
                "receipt_time": instant(row.received_at), "body": msgspec.json.decode(row.body),
            }  # fmt: skip
        for what, (table, shape) in _SHAPES.items():
            columns = [table.c[name] for name in shape.names]
            for row in self._connection.execute(
                select(*columns).where(table.c.tenant == self._tenant).order_by(table.c.id)
            ):
                yield {"kind": what, **pack(shape.value(row))}
        entries = select(t.history).where(t.history.c.tenant == self._tenant)
        for row in self._connection.execute(
            entries.order_by(t.history.c.position, t.history.c.op, t.history.c.ordinal)
        ):
            yield {
                "kind": "entry", "id": f"{row.op}:{row.ordinal}", "account": row.account, "position": int(row.position),
                "undone_by": row.undone_by, "operation": msgspec.json.decode(row.body),
            }  # fmt: skip
        policies = select(t.policies).where(t.policies.c.tenant == self._tenant).order_by(t.policies.c.version)
        for row in self._connection.execute(policies):
            yield {"kind": "policy", "id": str(row.version), "document": msgspec.json.decode(row.document)}
        for user in users_of(self._connection, self._tenant):
            yield {"kind": "user", **pack(user)}
        for device in devices_of(self._connection, self._tenant):
            yield {"kind": "device", **device}


_read_cache: dict[str, Any] = {}


def _read(text: str) -> Any:  # Any: Policy, kept so that equal documents are parsed once
    held = _read_cache.get(text)
    if held is None:
        held = _read_cache[text] = read(text)
    return held


def _keys(value: Account | Person | Lead | None) -> list[tuple[str, str]]:
    if isinstance(value, Account):
        return [(key, match.COMPANY) for key in match.keys_of_account(value)]
    if isinstance(value, Person):
        return [(key, match.PERSON) for key in match.keys_of_person(value)]
    if isinstance(value, Lead):
        return [(key, match.LEAD) for key in match.keys_of_lead(value)]
    return []
