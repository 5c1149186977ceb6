"""``LocalStore``: everything the desk keeps, behind one door. Each method is one unit of work, on any thread."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from leaddesk.domain.changes import Changes, Done
from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.escalation import Escalation
from leaddesk.domain.ids import copied
from leaddesk.domain.operation import Operation
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import PUSH_BYTES, PUSH_OPERATIONS, FeedRow, Session, User, VerdictRow
from leaddesk.domain.state import State
from leaddesk.domain.words import Lane, Verdict
from leaddesk.domain.workset import needs
from leaddesk.store.columns import instant, micros
from leaddesk.store.form import from_text, operation_from, operation_text, to_text
from leaddesk.store.local import escalations, held, kept, pulling, queue, recount, view
from leaddesk.store.local.file import KeyedFile, make
from leaddesk.store.local.rows import Counts, KeptImport, KeptOperation, LeadCard, LeadRow


class LocalStore:
    """The keyed file of one profile."""

    def __init__(self, file: KeyedFile, path: Path) -> None:
        self._file = file
        self._known = kept.Known()
        self.path = path

    @classmethod
    def open(cls, path: Path, key: str) -> "LocalStore":
        """Open, make or bring up to date (a copy is kept first).

        Raises ``StoreTrouble``: "store-wrong-key", "store-not-encrypted", "store-newer", "store-foreign",
        "store-damaged", "disk-full", "store-read-only". An unreadable file is never replaced.
        """
        make(path, key)
        file = KeyedFile(path, key)
        try:
            file.bring_up_to_date()
        except BaseException:
            file.close()
            raise
        return cls(file, path)

    def close(self) -> None:
        """Give every connection back."""
        self._file.close()

    # --- acts -------------------------------------------------------------------------------------------------------

    def perform(self, build: Callable[[int], Operation], now: datetime) -> Done:
        """Apply one operation born here and put it into the outbox, in one transaction, durable when this returns.

        ``build`` is given the device's next number. A refused operation leaves nothing behind, its number to the next.
        """
        with self._file.write() as connection:
            (last,) = connection.execute("SELECT max(n) FROM outbox").fetchone()
            operation = build((last or 0) + 1)
            work = view.load_workset(connection, needs([operation]), self._known.policies(connection))
            before = dict(work.states)
            done = work.run(operation)
            if done.verdict is Verdict.REFUSED:
                return done
            body = operation_text(operation)
            view.save_done(connection, done, work, before, now, body)
            connection.execute(
                "INSERT INTO outbox (id, n, account, kind, state, at, body, verdict, reason, reason_values, seq) "
                "VALUES (?, ?, ?, ?, 'waiting', ?, ?, '', '', '{}', 0)",
                (operation.id, operation.n, operation.account, operation.kind, micros(operation.at), body),
            )
        return done

    def rehearse(self, operations: Sequence[Operation]) -> list[Done]:
        """What the operations would do, one after the other; nothing is written."""
        with self._file.read() as connection:
            work = view.load_workset(connection, needs(operations), self._known.policies(connection))
        return [work.run(one) for one in operations]

    def own_latest(self, limit: int) -> list[tuple[Operation, str]]:
        """This device's latest operations that stand, newest first, with their accounts."""
        with self._file.read() as connection:
            rows = connection.execute(
                # The plus keeps SQLite from sorting all of them: these are in order, and few are asked for.
                "SELECT o.body, o.account FROM outbox o WHERE +o.state IN ('waiting', 'sent', 'done') AND ("
                "EXISTS (SELECT 1 FROM history h WHERE h.op = o.id AND h.undone_by = '') "
                "OR o.kind IN ('publish-policy', 'sign-agreement')"
                ") ORDER BY o.n DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [(operation_from(body), account) for body, account in rows]

    def imports(self) -> list[KeptImport]:
        """This device's imports, newest first."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT body ->> '$.act.import_id' AS import, body ->> '$.act.file', min(at), "
                "sum(coalesce(body ->> '$.count', json_array_length(body, '$.act.rows'))), "
                "sum(EXISTS (SELECT 1 FROM history h WHERE h.op = outbox.id AND h.undone_by = '')) "
                "FROM outbox WHERE kind = 'import-rows' AND state IN ('waiting', 'sent', 'done', 'durable') "
                "GROUP BY import ORDER BY max(n) DESC"
            ).fetchall()
        return [KeptImport(one, file, instant(at), rows, bool(stands)) for one, file, at, rows, stands in rows]

    # --- questions --------------------------------------------------------------------------------------------------

    def order(
        self, me: str, teams: Sequence[str], now: datetime
    ) -> tuple[list[str], list[tuple[Lane, int]], datetime | None]:
        """Ids of my queue in order, counts by lane, and the next instant at which something changes by itself.

        Every lead stands where it belongs at ``now``, by the score it last had: after a midnight scores fade by a slice
        at every asking, so that no morning waits for all of them.
        """
        self._ask_anew("moves", now)
        self._ask_anew("until", now, slices=1)
        with self._file.read() as connection:
            return queue.order(connection, me, now)

    def refresh(self, now: datetime) -> int:
        """Ask anew for every lead whose standing held only until now, in slices. How many there were."""
        return self._ask_anew("until", now)

    def _ask_anew(self, column: str, now: datetime, slices: int | None = None) -> int:
        total = done = 0
        while done != slices:
            with self._file.read() as connection:
                due = queue.due_accounts(connection, column, now)
            if not due:
                break
            with self._file.write() as connection:
                total += view.restand(connection, due, self._known.policies(connection), now)
            done += 1
        return total

    def rows(self, ids: Sequence[str]) -> list[LeadRow]:
        """Leads with their accounts and persons, in the order asked; what is gone is left out."""
        with self._file.read() as connection:
            return queue.rows(connection, ids)

    def search(self, text: str, limit: int) -> list[str]:
        """Ids of leads found by every word of the text, in names, numbers, places and notes."""
        with self._file.read() as connection:
            return queue.search(connection, text, limit)

    def card(self, lead: str) -> LeadCard | None:
        """One lead with its account's state and history, or None."""
        with self._file.read() as connection:
            return queue.card(connection, lead)

    def perhaps_between(self) -> dict[str, State]:
        """The states of accounts with a lead that may lack an owner, a next step or a move."""
        with self._file.read() as connection:
            active = [one.id for one in self._known.users(connection).values() if one.active]
            return view.load_states(connection, queue.perhaps_between(connection, active))

    def state(self, account: str) -> State:
        """One account's state."""
        with self._file.read() as connection:
            return view.load_states(connection, [account])[account]

    def states(self, accounts: Iterable[str]) -> dict[str, State]:
        """The states of several accounts."""
        with self._file.read() as connection:
            return view.load_states(connection, accounts)

    def past(self, account: str) -> State:
        """One account's state with its history."""
        with self._file.read() as connection:
            state = view.load_states(connection, [account])[account]
            return replace(state, history=view.load_histories(connection, [account]).get(account, ()))

    def account_of(self, lead: str) -> str:
        """The account a lead belongs to, or ""."""
        return self._one("SELECT account FROM leads WHERE id = ?", lead)

    def is_unsent(self, person: str) -> bool:
        """Whether the central has not told of a person yet."""
        return bool(self._one("SELECT 1 FROM shadow WHERE what = 'person' AND id = ? AND body IS NULL", person))

    def account_with(self, business_id: str) -> str:
        """The oldest account with this Y-tunnus, or ""."""
        return self._one(
            "SELECT account FROM match_keys WHERE key = ? AND what = 'company' ORDER BY account LIMIT 1",
            f"bid:{business_id}",
        )

    def account_name(self, account: str) -> str:
        """An account's name, or ""."""
        return self._one("SELECT name FROM accounts WHERE id = ?", account)

    def find_lead(self, reference: str) -> list[str]:
        """Ids of leads that are, begin or end with the reference."""
        if self._one("SELECT id FROM leads WHERE id = ?", reference):
            return [reference]
        if not reference or any(one not in "0123456789abcdef-" for one in reference):
            return []
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id FROM leads WHERE id LIKE ? OR id LIKE ?", (reference + "%", "%" + reference)
            ).fetchall()
        return [row[0] for row in rows]

    def dated(self, owner: str, *columns: str) -> list[str]:
        """Ids of the user's leads with a date in one of the columns, by date."""
        with self._file.read() as connection:
            return queue.dated(connection, owner, columns)

    def count_dated(self, owner: str, *columns: str) -> int:
        """How many leads ``dated`` would give."""
        with self._file.read() as connection:
            return queue.count_dated(connection, owner, columns)

    def _one(self, sql: str, *values: object) -> str:
        with self._file.read() as connection:
            row = connection.execute(sql, values).fetchone()
        return str(row[0]) if row is not None else ""

    # --- the outbox -------------------------------------------------------------------------------------------------

    def outbox(self, most: int = PUSH_OPERATIONS, most_bytes: int = PUSH_BYTES) -> list[dict[str, Any]]:
        """The next operations to send: objections, then the rest, each oldest first. At least one if any.

        Nothing is sent behind an operation of the same account that the central could not judge; a refused one holds
        nothing. An objection waits for nothing but what makes its account: the central could not keep one on a company
        it has never seen.
        """
        unborn = (
            "EXISTS (SELECT 1 FROM history h JOIN outbox o ON o.id = h.op WHERE h.account = outbox.account AND "
            "o.state = 'waiting' AND o.n < outbox.n AND o.kind IN ('create-lead', 'import-rows')) AND "
            "EXISTS (SELECT 1 FROM shadow s WHERE s.account = outbox.account AND s.what = 'account' AND s.body IS NULL)"
        )
        rows: list[tuple[str]] = []
        with self._file.read() as connection:
            for which in (
                f"INDEXED BY outbox_objection WHERE kind = 'objection' AND NOT ({unborn})",
                f"WHERE (kind <> 'objection' OR ({unborn})) AND NOT ({pulling.HELD})",
            ):
                rows += connection.execute(
                    f"SELECT body FROM outbox {which} AND state = 'waiting' ORDER BY n LIMIT ?", (most - len(rows),)
                ).fetchall()
        batch: list[dict[str, Any]] = []
        size = 0
        for (body,) in rows:
            size += len(body.encode())
            if batch and size > most_bytes:
                break
            batch.append(msgspec.json.decode(body))
        return batch

    def record_verdicts(
        self,
        verdicts: Sequence[VerdictRow],
        now: datetime,
        history: str = "",
        own: str = "",
        wrote: tuple[int, int] = (0, 0),
    ) -> Changes:
        """Keep the central's verdicts, and the point its books have reached. A refused one is undone exactly.

        Applied ones wait for their rows to come, unless what stands here hashes to ``own``: then the rows ``wrote`` in
        the central's feed are held already, and no pull is to bring them.
        """
        with self._file.write() as connection:
            if history:
                kept.set_meta(connection, "history", history)
            changes = pulling.record_verdicts(connection, verdicts, self._known.policies(connection), now)
            if own:
                held.agree(connection, verdicts, own, wrote)
            return changes

    def status(self) -> Counts:
        """Exact counts, from the outbox."""
        with self._file.read() as connection:
            rows = dict(
                connection.execute(
                    "SELECT state, count(*) FROM outbox WHERE state IN ('waiting', 'attention') GROUP BY state"
                ).fetchall()
            )
            behind = sum(pulling.held_back(connection).values()) if rows.get("attention") else 0
        return Counts(int(rows.get("waiting", 0)), int(rows.get("attention", 0)), behind)

    def attention(self) -> list[KeptOperation]:
        """Operations that need a person, oldest first."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, account, at, body, reason, reason_values FROM outbox WHERE state = 'attention' ORDER BY n"
            ).fetchall()
            behind = pulling.held_back(connection)
        return [
            KeptOperation(
                one, account, instant(at), json.loads(body), reason, json.loads(values), behind.get(account, 0)
            )
            for one, account, at, body, reason, values in rows
        ]

    def dismiss(self, operation: str) -> Changes:
        """Take an operation out of *Needs attention*; it stays in the store."""
        with self._file.write() as connection:
            connection.execute(
                "UPDATE outbox SET state = 'dismissed' WHERE id = ? AND state = 'attention'", (operation,)
            )
        return Changes(sync=True)

    # --- escalation -------------------------------------------------------------------------------------------------

    def escalations(self, now: datetime) -> list[tuple[Escalation, bool]]:
        """Steps that are to be told by now, of leads that are worked here; and whether the user was told of each."""
        with self._file.read() as connection:
            return escalations.due(connection, now)

    def mark_told(self, ids: Sequence[str]) -> None:
        """The user has been told of these steps, by name."""
        with self._file.write() as connection:
            escalations.mark_told(connection, ids)

    # --- the pull ---------------------------------------------------------------------------------------------------

    def cursor(self) -> str:
        """The cursor of the last recorded pull, "" before the first."""
        return self.meta("cursor")

    def history(self) -> str:
        """The furthest point of the central's books that this desk knows of: of the last verdicts, until a pull has
        come there."""
        return self.meta("history") or self.cursor()

    def place(self) -> tuple[str, str, tuple[tuple[int, int], ...]]:
        """Where a pull goes on from: the cursor, the history where it is another, and the numbers of rows that are held
        already."""
        with self._file.read() as connection:
            cursor, history, holds = (kept.meta(connection, name) for name in ("cursor", "history", "holds"))
        return cursor, "" if history == cursor else history, held.ranges(holds)

    def begin_afresh(self, resend: bool = False) -> None:
        """The next pull begins at the beginning. The outbox and every row stay. ``resend``: the central may have lost
        what it acknowledged, so that waits and is pending again until the central tells of it."""
        with self._file.write() as connection:
            pulling.begin_afresh(connection, resend)

    def record_pull(
        self, rows: Sequence[FeedRow], cursor: str, last: bool, now: datetime, block: bytes = b""
    ) -> Changes:
        """Pulled rows, a block of more (``store.block``) and the cursor in one transaction. ``last``: nothing more is
        waiting at the central.

        Raises ``Refusal("pull-removes-much")`` where the pull would take away over 10 % and over 50 leads; then nothing
        of this page changes.
        """
        if last and not rows and not block and self._settled(cursor):
            return Changes(sync=True)
        with self._file.write() as connection:
            return pulling.record_pull(connection, rows, cursor, last, self._known, now, block)

    def _settled(self, cursor: str) -> bool:
        """Whether a pull that brings nothing leaves everything as it is."""
        with self._file.read() as connection:
            names = ("history", "holds", "afresh", "leaving", "durable", "removal_allowed", "erasing")
            told = [kept.meta(connection, name) for name in names]
            waits = connection.execute(
                "SELECT 1 FROM shadow WHERE told = 1 UNION ALL SELECT 1 FROM outbox WHERE state = 'sent' LIMIT 1"
            ).fetchone()
            return kept.meta(connection, "cursor") == cursor and not any(told) and waits is None

    # --- the recount ------------------------------------------------------------------------------------------------

    def holdings(self, after: str) -> tuple[tuple[tuple[str, str], ...], str]:
        """Content hashes of the next accounts after one, by id, and the last of them; "" where there are no more."""
        with self._file.read() as connection:
            return recount.holdings(connection, after)

    def mend(self, accounts: Sequence[str], rows: Sequence[FeedRow], now: datetime) -> Changes:
        """Put the central's rows in the place of what is here of some accounts; those with pending work are let be.

        Raises ``Refusal("pull-removes-much")`` as a pull does; then nothing changes.
        """
        with self._file.write() as connection:
            return pulling.mend(connection, accounts, rows, self._known, now)

    # --- what is kept beside ----------------------------------------------------------------------------------------

    def policies(self) -> Policies:
        """Every version of the policy known here; the shipped one before the first sync."""
        with self._file.read() as connection:
            return self._known.policies(connection)

    def users(self) -> dict[str, User]:
        """Users by id."""
        with self._file.read() as connection:
            return self._known.users(connection)

    def metas(self, *names: str) -> tuple[str, ...]:
        """Kept values, "" for each that is not."""
        with self._file.read() as connection:
            return tuple(kept.meta(connection, name) for name in names)

    def me(self) -> Session | None:
        """The signed-in user and device, without the token; None before the first sign-in."""
        session = self.meta("session")
        return from_text(session, Session) if session else None

    def set_me(self, session: Session) -> None:
        """Keep who is signed in."""
        with self._file.write() as connection:
            kept.set_meta(connection, "session", to_text(session))
            kept.set_meta(connection, "device", session.device)

    def device(self) -> str:
        """This device's id."""
        return self.meta("device")

    def take_device(self, operation: str) -> str:
        """A new id for this device, which is a copy of another, or was put back to one; ``operation`` was born here
        alone. What is in the outbox stays as it was born. The id."""
        with self._file.write() as connection:
            session = from_text(kept.meta(connection, "session"), Session)
            device = copied(session.device, operation)
            kept.set_meta(connection, "session", to_text(replace(session, device=device)))
            kept.set_meta(connection, "device", device)
        return device

    def meta(self, name: str) -> str:
        """A kept value, "" where there is none."""
        return self._one("SELECT value FROM meta WHERE name = ?", name)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a value."""
        with self._file.write() as connection:
            kept.set_meta(connection, name, value)

    def set_metas(self, **values: str) -> None:
        """Keep several values at once, of which none is worth waiting for the disk."""
        with self._file.write(lasting=False) as connection:
            for name, value in values.items():
                kept.set_meta(connection, name, value)

    def settings(self) -> dict[str, str]:
        """The choices made, as text."""
        with self._file.read() as connection:
            return {row[0]: row[1] for row in connection.execute("SELECT name, value FROM settings")}

    def set_setting(self, name: str, value: str) -> None:
        """Keep a choice."""
        with self._file.write() as connection:
            connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def save_draft(self, lead: str, text: str, now: datetime) -> None:
        """Keep what is being typed about a lead."""
        with self._file.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO drafts (lead, text, at) VALUES (?, ?, ?)", (lead, text, micros(now))
            )

    def clear_draft(self, lead: str) -> None:
        """Forget a draft."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM drafts WHERE lead = ?", (lead,))

    def draft(self, lead: str) -> str:
        """The draft of a lead, or ""."""
        return self._one("SELECT text FROM drafts WHERE lead = ?", lead)

    def mapping(self, signature: str) -> tuple[str, ...] | None:
        """The mapping saved for files with these columns, or None."""
        mapping = self._one("SELECT mapping FROM mappings WHERE signature = ?", signature)
        return tuple(json.loads(mapping)) if mapping else None

    def save_mapping(self, signature: str, mapping: Iterable[str]) -> None:
        """Keep how files with these columns are read."""
        with self._file.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO mappings (signature, mapping) VALUES (?, ?)",
                (signature, json.dumps(list(mapping))),
            )

    def check(self) -> None:
        """Read the whole file through. Raises ``StoreTrouble("store-damaged")``."""
        with self._file.read() as connection:
            if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise StoreTrouble("store-damaged", path=str(self.path))
