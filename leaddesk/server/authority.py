"""``Authority``: the server's face of ``Central``, bound to one signed-in device. Verdicts on what is pushed, news on
what is pulled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from leaddesk.domain.changes import Done
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.ids import family
from leaddesk.domain.operation import Erase, PublishPolicy, SignAgreement
from leaddesk.domain.record import MOST_HELD, PUSH_OPERATIONS, FeedRow, Session
from leaddesk.domain.state import State
from leaddesk.domain.workset import needs
from leaddesk.server import blocks, reporting
from leaddesk.server import cursor as cursors
from leaddesk.server.access import in_sight, sight
from leaddesk.server.batch import Batch, ids_of
from leaddesk.server.comparing import compared
from leaddesk.server.cursor import Cursor
from leaddesk.server.gate import Gate
from leaddesk.store import content
from leaddesk.store.block import rows as block_rows
from leaddesk.store.central.book import Book, scopes_of
from leaddesk.store.central.feed import Feed
from leaddesk.store.central.people import Device
from leaddesk.store.central.store import CentralStore
from leaddesk.wire.message import (
    BLOCK_PAGES,
    OLDEST_PROTOCOL,
    PROTOCOL,
    PULL_ROWS,
    AskReport,
    Compare,
    Compared,
    Hello,
    Pull,
    Pulled,
    Push,
    Pushed,
    Reported,
    SignIn,
)


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

    def push(self, batch: Push, arrived: datetime | None = None) -> Pushed:
        """One verdict for each operation, stored with it in one unit; the same again for a repeat. ``arrived``: when it
        began to come, None: now.

        Raises ``BadInput("push-too-large")``; ``Refusal``: "operation-of-another-device", or "history-changed" where
        what the operations build upon may have been lost in a restore: the desk sends that first.
        """
        if len(batch.operations) > PUSH_OPERATIONS:
            raise BadInput("push-too-large", found=len(batch.operations), expected=PUSH_OPERATIONS)
        if family(batch.device) != family(self._device.id):
            raise Refusal("operation-of-another-device", device=batch.device[:64])
        now = self._now()
        skew = (arrived or now) - batch.clock if batch.clock is not None else None
        pushed = self._store.write(
            lambda connection: self._decide(batch, Book(connection, self._device.tenant), now, skew)
        )
        erases = any(one.get("kind") == Erase.kind for one in batch.operations)
        if erases or any(one.reason == "erased" for one in pushed.verdicts):
            self._store.tidy()
        return pushed

    def _decide(self, batch: Push, book: Book, now: datetime, skew: timedelta | None) -> Pushed:
        book.feed.lock()
        self._known(batch.history, book.feed)
        told = Batch(batch.operations, book.verdicts(ids_of(batch.operations)), self._device.id)
        work = book.workset(needs(told.operations, told.unread), book.policies(), now)
        before, begun = dict(work.states), book.feed.seq
        told.decide(Gate(self._device.user, self._device.id, book, work, told.operations).run, work.erased)
        applied = told.applied()
        numbers = book.write(applied, before, work.states)
        for one in applied:
            act = one.operation.act
            if isinstance(act, PublishPolicy | SignAgreement):
                numbers[one.operation.id] = book.publish(work.policies.versions[act.version])
        for one in applied:
            # What changed nothing: books that have come to a number given now or next hold it all the same.
            numbers.setdefault(one.operation.id, max(book.feed.seq, begun + 1))
        told.number(numbers)
        copied = book.numbered(batch.device, told.numbers(batch.device))
        book.write_operations(told.to_store(), self._device.id, now)
        book.handovers.follow(applied, work.states, work.policies, now, skew)
        book.erase(applied, work.states, work.policies, work.barred_since)
        book.feed.close()
        history = cursors.write(Cursor(book.feed.epoch(), book.feed.seq, book.feed.chain, ""))
        own = self._own(applied, before, work.states) if batch.form == content.FORM else ""
        return Pushed(
            verdicts=told.verdicts(),
            now=now,
            history=history,
            own=own,
            wrote=(begun, book.feed.seq) if own else (0, 0),
            copied=copied,
        )

    def _own(self, applied: Sequence[Done], before: Mapping[str, State], after: Mapping[str, State]) -> str:
        """What ``Pushed.own`` tells: nothing where an account came into sight or left it, the policy changed, or
        somebody was erased, which the desk is to be told of."""
        if not applied or any(isinstance(one.operation.act, PublishPolicy | SignAgreement | Erase) for one in applied):
            return ""
        touched = {operation.account for one in applied for operation, _ in one.applied}
        states = {one: after.get(one, State()) for one in touched}
        for account, state in states.items():
            was, now = scopes_of(before.get(account, State())), scopes_of(state)
            if not now or was not in (now, frozenset()) or not in_sight(now, self._device.user):
                return ""
        lines = (content.of_line(*line) for line in content.lines_of(applied))
        return content.total([*map(content.of_account, states.values()), *lines])

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
            feed = book.feed
            feed.look()
            self._known(ask.history, feed)
            at = self._place(ask.cursor, scopes, feed)
            if at is None or at.after:
                return self._block(ask.blocks, limit, book, scopes, at)
            rows = feed.news(scopes, at.seq, limit + 1, ask.holds[:MOST_HELD])
            more = len(rows) > limit
            # A long pull begins with whom nobody may contact any more, wherever they stand in the feed.
            first = feed.objected(scopes, at.seq, limit // 2) if more and not at.head else []
            page = rows[: limit - len(first)]
            told = self._told(book, [*first, *page], scopes)
            seq = int(page[-1].seq) if more else feed.seq
            chain = feed.chain_at(seq) or ""
        head = (feed.seq, feed.chain) if more else (0, "")
        following = Cursor(at.epoch, seq, chain, at.scope, *head)
        return Pulled(rows=told, cursor=cursors.write(following), more=more, now=self._now(), head=feed.seq)

    def _block(self, wanted: bool, limit: int, book: Book, scopes: frozenset[str] | None, at: Cursor | None) -> Pulled:
        """The next part of a pull from the beginning; what belongs to no account comes first."""
        rows = self._told(book, book.feed.beside(scopes), scopes) if at is None else ()
        at = at or blocks.begun(book, scopes, cursors.scope_name(scopes))
        block, following = blocks.tell(book, scopes, at, limit * BLOCK_PAGES if wanted else limit)
        if block is not None and not wanted:
            rows, block = (*rows, *block_rows(bytes(block.data), at.seq)), None
        return Pulled(
            rows=rows,
            cursor=cursors.write(following),
            more=bool(following.after or following.head),
            now=self._now(),
            head=at.rows,
            block=block,
        )

    # --- the page for both sides ------------------------------------------------------------------------------------

    def report(self, ask: AskReport) -> Reported:
        """How each promise was kept, counted now."""
        with self._store.read() as connection:
            book = Book(connection, self._device.tenant)
            found, leads = reporting.counted(book, self._now(), ask.back, ask.figure)
            return Reported(report=found, leads=leads)

    # --- comparing --------------------------------------------------------------------------------------------------

    def compare(self, ask: Compare) -> Compared:
        """What differs in a range of accounts. Raises as ``pull``, and ``Refusal("resync-required")`` for a desk that
        hashes otherwise or has not pulled yet."""
        scopes = sight(self._device.user)
        with self._store.read() as connection:
            book = Book(connection, self._device.tenant)
            book.feed.look()
            at = self._known(ask.cursor, book.feed)
            if at is None or at.after or at.scope != cursors.scope_name(scopes) or ask.form != content.FORM:
                raise Refusal("resync-required")
            return compared(book, scopes, at.seq, ask)

    def _place(self, text: str, scopes: frozenset[str] | None, feed: Feed) -> Cursor | None:
        """Where a pull goes on from, None at the beginning."""
        if not text:
            return None
        at = self._known(text, feed)
        if at is None or at.scope != cursors.scope_name(scopes):
            # Written by another version, or for another sight: the desk begins again.
            raise Refusal("resync-required")
        return at

    def _known(self, text: str, feed: Feed) -> Cursor | None:
        """The cursor of a text, None where there is none to be read. Raises ``Refusal("history-changed")``."""
        try:
            at = cursors.read(text)
        except BadInput:
            return None
        known = {at.seq: at.chain, at.head: at.head_chain}
        if at.epoch != feed.epoch() or any(feed.chain_at(seq) != chain for seq, chain in known.items()):
            raise Refusal("history-changed")
        return at

    def _told(self, book: Book, rows: Sequence[Any], scopes: frozenset[str] | None) -> tuple[FeedRow, ...]:
        """Feed rows with their bodies as they are now; what left one of the user's scopes but is in another is not
        gone."""
        latest = {(str(row.what), str(row.id)): row for row in rows}
        gone = {key for key, row in latest.items() if row.gone}
        gone -= book.feed.present(scopes, {str(latest[key].account) for key in gone}).keys()
        bodies = book.bodies(latest.keys() - gone)
        made = []
        for key, row in latest.items():
            body = bodies.get(key)
            what = "" if body is not None else str(row.gone) if key in gone else "deleted"
            made.append(FeedRow(what=key[0], id=key[1], seq=int(row.seq), body=body, gone=what))
        return tuple(made)
