"""``LocalStore``: everything the desk keeps, behind one door. Each method is one unit of work; any thread, one at a time best."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from leaddesk.domain.changes import Changes, Done
from leaddesk.domain.defaults import default_policy, read
from leaddesk.domain.operation import Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import State
from leaddesk.domain.words import Lane, Verdict
from leaddesk.domain.workset import needs
from leaddesk.store.columns import instant, micros
from leaddesk.store.engine import open_sqlite, read_unit, told, write_unit
from leaddesk.store.local import pulling, queue, view
from leaddesk.store.local.migrating import bring_up_to_date
from leaddesk.store.local.rows import Counts, KeptOperation, LeadCard, LeadRow
from leaddesk.wire.codec import from_json, pack_operation, to_json, unpack_operation
from leaddesk.wire.message import PUSH_BYTES, PUSH_OPERATIONS, FeedRow, Session, User, VerdictRow


class LocalStore:
    """The keyed file of one profile."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path
        self._policies: Policies | None = None
        self._users: dict[str, User] | None = None

    @classmethod
    def open(cls, path: Path, key: str) -> "LocalStore":
        """Open, make or bring up to date (a copy is kept first).

        Raises ``StoreTrouble``: "store-wrong-key", "store-not-encrypted", "store-newer", "store-damaged", "disk-full",
        "store-read-only". An unreadable file is never replaced.
        """
        engine = open_sqlite(path, key)
        try:
            bring_up_to_date(engine, path)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, path)

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    # --- acts -------------------------------------------------------------------------------------------------------

    def perform(self, build: Callable[[int], Operation], now: datetime) -> Done:
        """Apply one operation born here and put it into the outbox, in one transaction, durable when this returns.

        ``build`` is given the device's next number. A refused operation leaves nothing behind.
        """
        return self.perform_many([build], now)[0]

    def perform_many(self, builds: Sequence[Callable[[int], Operation]], now: datetime) -> list[Done]:
        """Several operations in one transaction; none is kept where the first of them is refused alone."""
        policies = self.policies()
        with write_unit(self._engine) as connection:
            n = int(_meta(connection, "n") or 0)
            operations = [build(n + index) for index, build in enumerate(builds, 1)]
            work = view.load_workset(connection, needs(operations), policies)
            before = dict(work.states)
            dones = [work.run(one) for one in operations]
            kept = [done for done in dones if done.verdict is not Verdict.REFUSED]
            if not kept:
                return dones
            view.save_done(connection, kept, work, before, now, n)
            connection.exec_driver_sql(
                "INSERT INTO outbox (id, n, account, kind, state, at, body, verdict, reason, reason_values, seq) "
                "VALUES (?, ?, ?, ?, 'waiting', ?, ?, '', '', '{}', 0)",
                [
                    (one.id, one.n, one.account, one.kind, micros(one.at), json_text(pack_operation(one)))
                    for one in (done.operation for done in kept)
                ],
            )
            _set_meta(connection, "n", str(n + len(operations)))
        return dones

    def rehearse(self, operations: Sequence[Operation]) -> list[Done]:
        """What the operations would do, one after the other; nothing is written."""
        policies = self.policies()
        with read_unit(self._engine) as connection:
            work = view.load_workset(connection, needs(operations), policies)
        return [work.run(one) for one in operations]

    def own_latest(self, limit: int) -> list[tuple[Operation, str]]:
        """This device's latest operations that stand, newest first, with their accounts."""
        with read_unit(self._engine) as connection:
            rows = connection.exec_driver_sql(
                "SELECT o.body, o.account FROM outbox o WHERE o.state IN ('waiting', 'sent', 'done') AND ("
                "EXISTS (SELECT 1 FROM history h WHERE h.op = o.id AND h.undone_by = '') OR o.kind = 'publish-policy'"
                ") ORDER BY o.n DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [(unpack_operation(msgspec.json.decode(body), history=True), account) for body, account in rows]

    # --- questions --------------------------------------------------------------------------------------------------

    def order(
        self, me: str, teams: Sequence[str], now: datetime
    ) -> tuple[list[str], list[tuple[Lane, int]], datetime | None]:
        """Ids of my queue in order, counts by lane, and the next instant at which something changes by itself."""
        self.refresh(now)
        with read_unit(self._engine) as connection:
            return queue.order(connection, me, now)

    def refresh(self, now: datetime) -> int:
        """Ask anew for every lead whose standing held only until now, in slices. How many there were."""
        total = 0
        while True:
            with read_unit(self._engine) as connection:
                due = queue.due_accounts(connection, now)
            if not due:
                return total
            policies = self.policies()
            with write_unit(self._engine) as connection:
                total += queue.restand(connection, due, policies, now)

    def rows(self, ids: Sequence[str]) -> list[LeadRow]:
        """Leads with their accounts and persons, in the order asked; what is gone is left out."""
        with read_unit(self._engine) as connection:
            return queue.rows(connection, ids)

    def search(self, text: str, limit: int) -> list[str]:
        """Ids of leads found by every word of the text, in names, numbers, places and notes."""
        with read_unit(self._engine) as connection:
            return queue.search(connection, text, limit)

    def card(self, lead: str) -> LeadCard | None:
        """One lead with its account's state and history, or None."""
        with read_unit(self._engine) as connection:
            return queue.card(connection, lead)

    def state(self, account: str) -> State:
        """One account's state."""
        with read_unit(self._engine) as connection:
            return view.load_states(connection, [account])[account]

    def account_of(self, lead: str) -> str:
        """The account a lead belongs to, or ""."""
        return self._one("SELECT account FROM leads WHERE id = ?", lead)

    def account_name(self, account: str) -> str:
        """An account's name, or ""."""
        return self._one("SELECT name FROM accounts WHERE id = ?", account)

    def find_lead(self, reference: str) -> list[str]:
        """Ids of leads that are, begin or end with the reference; at most three."""
        if self._one("SELECT id FROM leads WHERE id = ?", reference):
            return [reference]
        if len(reference) < 4 or any(one not in "0123456789abcdef-" for one in reference):
            return []
        with read_unit(self._engine) as connection:
            rows = connection.exec_driver_sql(
                "SELECT id FROM leads WHERE id LIKE ? OR id LIKE ? LIMIT 3", (reference + "%", "%" + reference)
            ).fetchall()
        return [row[0] for row in rows]

    def dated(self, owner: str, *columns: str) -> list[str]:
        """Ids of the user's leads with a date in one of the columns, by date."""
        with read_unit(self._engine) as connection:
            return queue.dated(connection, owner, columns)

    def count_dated(self, owner: str, *columns: str) -> int:
        """How many leads ``dated`` would give."""
        with read_unit(self._engine) as connection:
            return queue.count_dated(connection, owner, columns)

    def _one(self, sql: str, *values: object) -> str:
        with read_unit(self._engine) as connection:
            row = connection.exec_driver_sql(sql, values).fetchone()
        return str(row[0]) if row is not None else ""

    # --- the outbox -------------------------------------------------------------------------------------------------

    def outbox(self, most: int = PUSH_OPERATIONS, most_bytes: int = PUSH_BYTES) -> list[dict[str, Any]]:
        """The next operations to send, oldest first; none behind a refused one of the same account. At least one if any."""
        with read_unit(self._engine) as connection:
            rows = connection.exec_driver_sql(
                "SELECT body FROM outbox WHERE state = 'waiting' AND (account = '' OR account NOT IN "
                "(SELECT account FROM outbox WHERE state = 'attention')) ORDER BY kind <> 'objection', n LIMIT ?",
                (most,),
            ).fetchall()
        batch: list[dict[str, Any]] = []
        size = 0
        for (body,) in rows:
            size += len(body.encode())
            if batch and size > most_bytes:
                break
            batch.append(msgspec.json.decode(body))
        return batch

    def record_verdicts(self, verdicts: Sequence[VerdictRow], now: datetime) -> Changes:
        """Keep the central's verdicts. Applied ones wait for their rows to come; a refused one is undone exactly."""
        with write_unit(self._engine) as connection:
            return pulling.record_verdicts(connection, verdicts, self.policies(), now)

    def status(self) -> Counts:
        """Exact counts, from the outbox."""
        with read_unit(self._engine) as connection:
            rows = dict(
                connection.exec_driver_sql(
                    "SELECT state, count(*) FROM outbox WHERE state IN ('waiting', 'attention') GROUP BY state"
                )
                .tuples()
                .all()
            )
        return Counts(int(rows.get("waiting", 0)), int(rows.get("attention", 0)))

    def attention(self) -> list[KeptOperation]:
        """Operations that need a person, oldest first."""
        with read_unit(self._engine) as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, account, at, body, reason, reason_values FROM outbox WHERE state = 'attention' ORDER BY n"
            ).fetchall()
        return [
            KeptOperation(one, account, instant(at), json.loads(body), reason, json.loads(values))
            for one, account, at, body, reason, values in rows
        ]

    def dismiss(self, operation: str) -> Changes:
        """Take an operation out of *Needs attention*; it stays in the store."""
        with write_unit(self._engine) as connection:
            connection.exec_driver_sql(
                "UPDATE outbox SET state = 'dismissed' WHERE id = ? AND state = 'attention'", (operation,)
            )
        return Changes(sync=True)

    # --- the pull ---------------------------------------------------------------------------------------------------

    def cursor(self) -> str:
        """The cursor of the last recorded pull, "" before the first."""
        return self.meta("cursor")

    def begin_afresh(self) -> None:
        """The next pull begins at the beginning. The outbox and every row stay."""
        with write_unit(self._engine) as connection:
            _set_meta(connection, "cursor", "")
            _set_meta(connection, "afresh", "1")
            connection.exec_driver_sql("DELETE FROM seen")

    def record_pull(self, rows: Sequence[FeedRow], cursor: str, last: bool, now: datetime) -> Changes:
        """Pulled rows and the cursor in one transaction. ``last``: nothing more is waiting at the central.

        Raises ``Refusal("pull-removes-much")`` where it would take away over 10 % and over 50 leads; then nothing changes.
        """
        with write_unit(self._engine) as connection:
            changes = pulling.record_pull(connection, rows, cursor, last, self.policies, now)
        if any(row.what in ("policy", "user") for row in rows):
            self._policies = self._users = None
        return changes

    # --- what is kept beside ----------------------------------------------------------------------------------------

    def policies(self) -> Policies:
        """Every version of the policy known here; the shipped one before the first sync."""
        if self._policies is None:
            with read_unit(self._engine) as connection:
                rows = connection.exec_driver_sql("SELECT version, document FROM policies").fetchall()
            versions = {int(version): read(document) for version, document in rows}
            if not versions:
                versions = {1: default_policy()}
            self._policies = Policies(versions, max(versions))
        return self._policies

    def users(self) -> dict[str, User]:
        """Users by id."""
        if self._users is None:
            with read_unit(self._engine) as connection:
                rows = connection.exec_driver_sql("SELECT body FROM users").fetchall()
            self._users = {one.id: one for one in (from_json(row[0].encode(), User) for row in rows)}
        return self._users

    def me(self) -> Session | None:
        """The signed-in user and device, without the token; None before the first sign-in."""
        kept = self.meta("session")
        return from_json(kept.encode(), Session) if kept else None

    def set_me(self, session: Session) -> None:
        """Keep who is signed in."""
        with write_unit(self._engine) as connection:
            _set_meta(connection, "session", to_json(session).decode())
            _set_meta(connection, "device", session.device)

    def device(self) -> str:
        """This device's id."""
        return self.meta("device")

    def meta(self, name: str) -> str:
        """A kept value, "" where there is none."""
        return self._one("SELECT value FROM meta WHERE name = ?", name)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a value."""
        with write_unit(self._engine) as connection:
            _set_meta(connection, name, value)

    def settings(self) -> dict[str, str]:
        """The choices made, as text."""
        with read_unit(self._engine) as connection:
            return {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, value FROM settings")}

    def set_setting(self, name: str, value: str) -> None:
        """Keep a choice."""
        with write_unit(self._engine) as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def save_draft(self, lead: str, text: str, now: datetime) -> None:
        """Keep what is being typed about a lead."""
        with write_unit(self._engine) as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO drafts (lead, text, at) VALUES (?, ?, ?)", (lead, text, micros(now))
            )

    def clear_draft(self, lead: str) -> None:
        """Forget a draft."""
        with write_unit(self._engine) as connection:
            connection.exec_driver_sql("DELETE FROM drafts WHERE lead = ?", (lead,))

    def draft(self, lead: str) -> str:
        """The draft of a lead, or ""."""
        return self._one("SELECT text FROM drafts WHERE lead = ?", lead)

    def mapping(self, signature: str) -> tuple[str, ...] | None:
        """The mapping saved for files with these columns, or None."""
        kept = self._one("SELECT mapping FROM mappings WHERE signature = ?", signature)
        return tuple(json.loads(kept)) if kept else None

    def save_mapping(self, signature: str, mapping: Iterable[str]) -> None:
        """Keep how files with these columns are read."""
        with write_unit(self._engine) as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO mappings (signature, mapping) VALUES (?, ?)",
                (signature, json.dumps(list(mapping))),
            )

    def check(self) -> None:
        """Read the whole file through. Raises ``StoreTrouble("store-damaged")``."""
        with told(self.path), read_unit(self._engine) as connection:
            connection.exec_driver_sql("PRAGMA quick_check").fetchone()


def json_text(value: object) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


def _meta(connection: Connection, name: str) -> str:
    row = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else ""


def _set_meta(connection: Connection, name: str, value: str) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
