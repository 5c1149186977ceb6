"""``Authority``: the server's face of ``Central``, bound to one signed-in device. Verdicts on what is pushed, news on
what is pulled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from leaddesk.domain.changes import Done
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.operation import Operation, PublishPolicy
from leaddesk.domain.record import PUSH_OPERATIONS, FeedRow, Session, VerdictRow
from leaddesk.domain.role import may
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import Workset, needs
from leaddesk.server import cursor as cursors
from leaddesk.server.access import in_sight, sight
from leaddesk.server.cursor import Cursor
from leaddesk.store.central import people
from leaddesk.store.central.book import Book, Stored, scopes_of
from leaddesk.store.central.people import Device
from leaddesk.store.central.store import CentralStore
from leaddesk.wire.codec import unpack_operation
from leaddesk.wire.message import OLDEST_PROTOCOL, PROTOCOL, PULL_ROWS, Hello, Pull, Pulled, Push, Pushed, SignIn


def hello(now: datetime) -> Hello:
    """Who answers, which protocols, what time it is here."""
    return Hello(product="LeadDesk", protocol=PROTOCOL, oldest=OLDEST_PROTOCOL, epoch="", now=now)


class Authority:
    """The central as one device sees it."""

    def __init__(self, store: CentralStore, device: Device, now: Callable[[], datetime]) -> None:
        self._store = store
        self._device = device
        self._now = now

    def hello(self) -> Hello:
        """Who answers."""
        return hello(self._now())

    def sign_in(self, ask: SignIn) -> Session:
        """Refused: this face belongs to a device that is signed in."""
        raise Refusal("already-signed-in", user=self._device.user.login)

    # --- push -------------------------------------------------------------------------------------------------------

    def push(self, batch: Push) -> Pushed:
        """One verdict for each operation, stored with it in one unit; the same again for a repeat.

        Raises ``BadInput("push-too-large")``, ``Refusal("operation-of-another-device")``.
        """
        if len(batch.operations) > PUSH_OPERATIONS:
            raise BadInput("push-too-large", found=len(batch.operations), expected=PUSH_OPERATIONS)
        if batch.device != self._device.id:
            raise Refusal("operation-of-another-device", device=batch.device[:64])
        now = self._now()
        with self._store.write() as connection:
            book = Book(connection, self._device.tenant)
            book.lock()
            told = _Batch(batch.operations, book.verdicts(_ids(batch.operations)), self._device)
            work = book.workset(needs(told.operations), book.policies())
            self._keep_in_sight(work)
            before = dict(work.states)
            for operation in told.operations:
                told.done[operation.id] = self._run(operation, work)
            applied = [one for one in told.done.values() if one.verdict in (Verdict.APPLIED, Verdict.MERGED)]
            numbers = book.write(applied, before, work.states)
            for one in applied:
                act = one.operation.act
                if isinstance(act, PublishPolicy):
                    numbers[one.operation.id] = book.publish(act.version, act.document)
            rows = told.verdicts(numbers)
            book.write_operations(told.to_store(rows), now)
            book.close()
        return Pushed(verdicts=tuple(rows), now=now)

    def _run(self, operation: Operation, work: Workset) -> Done:
        """Apply one operation unless role or scope forbids it."""
        user = self._device.user
        if operation.by != user.id or operation.device != self._device.id:
            return Done(operation, Verdict.REFUSED, reason="operation-of-another-user")
        if not may(user.role, operation.kind):
            return Done(
                operation,
                Verdict.REFUSED,
                reason="act-not-permitted",
                values={"act": operation.kind, "role": user.role.value},
            )
        if operation.account and not in_sight(scopes_of(work.states[operation.account]), user):
            return Done(operation, Verdict.REFUSED, reason="account-not-in-sight")
        return work.run(operation)

    def _keep_in_sight(self, work: Workset) -> None:
        """Imported rows are never matched to accounts the user may not see."""
        user = self._device.user
        if sight(user) is not None:
            work.forget({one for one, state in work.states.items() if not in_sight(scopes_of(state), user)})

    # --- pull -------------------------------------------------------------------------------------------------------

    def pull(self, ask: Pull) -> Pulled:
        """The next page of news in the user's scopes.

        Raises ``Refusal``: "history-changed" where the cursor belongs to another history, "resync-required" where the
        user's scopes are not those the cursor was made for.
        """
        limit = max(1, min(ask.limit, PULL_ROWS))
        scopes = sight(self._device.user)
        with self._store.read() as connection:
            book = Book(connection, self._device.tenant)
            book.look()
            _, epoch = people.tenant_of(connection, self._device.tenant)
            at = self._cursor(ask.cursor, epoch, scopes, book)
            rows = [row for row in book.news(scopes, at.seq, limit + 1, at.seq >= at.floor) if row.seq <= book.seq]
            more = len(rows) > limit
            rows = rows[:limit]
            told = self._told(book, rows, scopes)
            seq = int(rows[-1].seq) if more else book.seq
            chain = book.chain_at(seq) if more else book.chain
        following = Cursor(epoch, seq, chain or "", cursors.scope_name(scopes), at.floor)
        return Pulled(rows=told, cursor=cursors.write(following), more=more, now=self._now(), head=book.seq)

    def _cursor(self, text: str, epoch: str, scopes: frozenset[str] | None, book: Book) -> Cursor:
        scope = cursors.scope_name(scopes)
        if not text:
            return Cursor(epoch, 0, "", scope, book.seq)
        at = cursors.read(text)
        if at.epoch != epoch or book.chain_at(at.seq) != at.chain:
            raise Refusal("history-changed")
        if at.scope != scope:
            raise Refusal("resync-required")
        return at

    def _told(self, book: Book, rows: Sequence[Any], scopes: frozenset[str] | None) -> tuple[FeedRow, ...]:
        """Feed rows with their bodies as they are now; what left one of the user's scopes but is in another is not
        gone."""
        keys = {(str(row.what), str(row.id)) for row in rows}
        gone = {(str(row.what), str(row.id)) for row in rows if row.gone}
        gone -= book.present(scopes, gone) if gone else set()
        bodies = book.bodies(keys - gone)
        latest = {(str(row.what), str(row.id)): row for row in rows}
        made = []
        for key, row in latest.items():
            body = bodies.get(key)
            what = (row.gone or "evicted") if key in gone else ("" if body is not None else "deleted")
            made.append(FeedRow(what=key[0], id=key[1], seq=int(row.seq), body=body, gone=what))
        return tuple(made)


class _Batch:
    """What was pushed: new operations to run, repeats with their stored verdicts, and what could not be read."""

    def __init__(self, told: Sequence[Mapping[str, Any]], stored: Mapping[str, Stored], device: Device) -> None:
        self._told = told
        self._stored = stored
        self._device = device
        self._bad: dict[str, BadInput] = {}
        self.operations: list[Operation] = []
        self.done: dict[str, Done] = {}
        begun: set[str] = set()
        for one in told:
            name = _id(one)
            if name in stored or name in begun or not name:
                continue
            begun.add(name)
            try:
                self.operations.append(unpack_operation(one))
            except BadInput as trouble:
                self._bad[name] = trouble

    def verdicts(self, numbers: Mapping[str, int]) -> list[VerdictRow]:
        """One for each operation told, in order."""
        return [self._verdict(one, numbers) for one in self._told]

    def _verdict(self, one: Mapping[str, Any], numbers: Mapping[str, int]) -> VerdictRow:
        name = _id(one)
        if name in self._stored:
            kept = self._stored[name]
            if kept.device != self._device.id:
                return VerdictRow(id=name, verdict=Verdict.REFUSED, reason="operation-of-another-device")
            return kept.verdict
        if name in self.done:
            done = self.done[name]
            return VerdictRow(
                id=name, verdict=done.verdict, reason=done.reason, values=dict(done.values), seq=numbers.get(name, 0)
            )
        trouble = self._bad.get(name)
        values = dict(trouble.values) if trouble is not None else {"field": "id", "why": "out of range"}
        shown = name or str(one.get("id"))[:64]
        return VerdictRow(id=shown, verdict=Verdict.QUARANTINED, reason="unreadable-operation", values=values)

    def to_store(self, rows: Sequence[VerdictRow]) -> list[tuple[Mapping[str, Any], Operation | None, VerdictRow, str]]:
        """Each new operation once: as told, as read (None: it could not be), its verdict, its device."""
        kept = {}
        for one, row in zip(self._told, rows, strict=True):
            name = _id(one)
            if name and name not in self._stored and name not in kept:
                done = self.done.get(name)
                kept[name] = (one, done.operation if done is not None else None, row, self._device.id)
        return list(kept.values())


def _id(told: Mapping[str, Any]) -> str:
    """The id an operation goes by, "" where that cannot be one."""
    name = told.get("id")
    return name if isinstance(name, str) and 8 <= len(name) <= 64 and name.isprintable() else ""


def _ids(operations: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in map(_id, operations) if name]
