"""Historical bugs of sync engines, planted again: each is a context in which the product has that bug.

The numbers are those of SYNC.md section 2. ``CAUGHT`` records a schedule that catches each; ``python -m
tests.simulation --mutants`` looks for them afresh.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from leaddesk.desk import desk as desk_module
from leaddesk.domain import apply as apply_module
from leaddesk.domain import fact, lead
from leaddesk.domain.changes import Changes
from leaddesk.domain.erasure import Barred
from leaddesk.domain.errors import Refusal
from leaddesk.domain.operation import Objection, Take
from leaddesk.domain.words import LeadState, Verdict
from leaddesk.server import blocks
from leaddesk.server import cursor as cursors
from leaddesk.server.authority import Authority
from leaddesk.server.batch import Batch
from leaddesk.store import content
from leaddesk.store.central.book import Book
from leaddesk.store.central.feed import Feed
from leaddesk.store.central.store import CentralStore
from leaddesk.store.columns import micros
from leaddesk.store.engine import write_unit
from leaddesk.store.local import held, kept, pulling, view
from leaddesk.store.local.store import LocalStore
from leaddesk.store.local.tables import PENDING
from leaddesk.store.sqlite import Connection

Mutant = Callable[[ExitStack], None]


def _put(stack: ExitStack, owner: Any, name: str, value: Any) -> None:  # Any: whatever has the name
    stack.enter_context(patch.object(owner, name, value))


# --- the cursor -----------------------------------------------------------------------------------------------------


def cursor_before_rows(stack: ExitStack) -> None:
    """1: the cursor is kept, then the rows."""
    record = LocalStore.record_pull

    def recorded(self: LocalStore, rows: Any, cursor: str, *rest: Any) -> Changes:
        self.set_meta("cursor", cursor)
        return record(self, rows, cursor, *rest)

    _put(stack, LocalStore, "record_pull", recorded)


def page_recorded_partly(stack: ExitStack) -> None:
    """1, 13: a page is recorded in two transactions, its cursor with the first."""
    record = LocalStore.record_pull

    def recorded(self: LocalStore, rows: Any, cursor: str, last: bool, now: Any, block: bytes = b"") -> Changes:
        half = len(rows) // 2
        return record(self, rows[:half], cursor, False, now) | record(self, rows[half:], cursor, last, now, block)

    _put(stack, LocalStore, "record_pull", recorded)


def timestamp_cursor(stack: ExitStack) -> None:
    """2: news are what is stamped later than the cursor, by the central's clock."""
    stamps: dict[int, Any] = {}
    decide, news = Authority._decide, Feed.news

    def decided(self: Authority, batch: Any, book: Book, now: Any) -> Any:
        before = book.feed.seq
        answer = decide(self, batch, book, now)
        stamps.update(dict.fromkeys(range(before, book.feed.seq + 1), now))
        return answer

    def told(self: Feed, scopes: Any, after: int, *named: Any) -> list[Any]:
        rows = news(self, scopes, after, *named)
        since = stamps.get(after)
        return [one for one in rows if since is None or one.seq not in stamps or stamps[one.seq] > since]

    _put(stack, Authority, "_decide", decided)
    _put(stack, Feed, "news", told)


def identity_cursor(stack: ExitStack) -> None:
    """3: numbers are given before the commit, so a reader passes some that are not there yet."""
    state = {"pushes": 0, "hidden": range(0)}
    decide, news = Authority._decide, Feed.news

    def decided(self: Authority, batch: Any, book: Book, now: Any) -> Any:
        before = book.feed.seq
        answer = decide(self, batch, book, now)
        state["pushes"] += 1  # type: ignore[operator]
        if state["pushes"] % 4 == 0:  # type: ignore[operator]
            state["hidden"] = range(before + 1, book.feed.seq + 1)
        return answer

    def told(self: Feed, *asked: Any) -> list[Any]:
        hidden, state["hidden"] = state["hidden"], range(0)
        return [one for one in news(self, *asked) if one.seq not in hidden]  # type: ignore[operator]

    _put(stack, Authority, "_decide", decided)
    _put(stack, Feed, "news", told)


def chain_ignored(stack: ExitStack) -> None:
    """7: a restore that nobody declared is not noticed."""

    def known(self: Authority, text: str, feed: Feed) -> Any:
        at = _read(text)
        if at is not None and at.epoch != feed.epoch():
            raise Refusal("history-changed")
        return at

    _put(stack, Authority, "_known", known)


def epoch_ignored(stack: ExitStack) -> None:
    """A restore that was declared is not noticed where the chain is the same."""

    def known(self: Authority, text: str, feed: Feed) -> Any:
        at = _read(text)
        if at is not None and feed.chain_at(at.seq) != at.chain:
            raise Refusal("history-changed")
        return at

    _put(stack, Authority, "_known", known)


def _read(text: str) -> Any:
    return cursors.read(text) if text else None


def acknowledged_is_over(stack: ExitStack) -> None:
    """10: what was acknowledged is not sent again after a restore."""
    begin = pulling.begin_afresh
    _put(stack, pulling, "begin_afresh", lambda connection, resend: begin(connection, False))


def history_forgotten(stack: ExitStack) -> None:
    """Where a pull begins afresh, the point that the last verdicts came from is forgotten."""
    begin = pulling.begin_afresh

    def begun(connection: Connection, resend: bool) -> None:
        begin(connection, resend)
        kept.set_meta(connection, "history", "")

    _put(stack, pulling, "begin_afresh", begun)


# --- verdicts -------------------------------------------------------------------------------------------------------


def refusal_not_stored(stack: ExitStack) -> None:
    """A refused operation leaves no verdict behind, so a repeat is judged anew."""
    store = Batch.to_store
    _put(
        stack,
        Batch,
        "to_store",
        lambda self: [one for one in store(self) if one.verdict.verdict is not Verdict.REFUSED],
    )


def repeat_applied_twice(stack: ExitStack) -> None:
    """8: what comes again is done again."""
    write = Book.write_operations

    def written(self: Book, received: Any, device: str, now: Any) -> None:
        for one in received:
            self._connection.exec_driver_sql("DELETE FROM operations WHERE id = ?", (one.verdict.id,))
        write(self, received, device, now)

    _put(stack, Book, "verdicts", lambda self, ids: {})
    _put(stack, Book, "write_operations", written)


def acknowledged_before_commit(stack: ExitStack) -> None:
    """The answer goes out, then the transaction is committed, with the next one."""
    read = CentralStore.read

    class Later(Exception):
        pass

    def flush(self: CentralStore) -> None:
        late: list[Any] = self.__dict__.setdefault("late", [])
        while late:
            work = late.pop(0)
            with write_unit(self.engine) as connection:
                work(connection)

    def write(self: CentralStore, work: Any) -> Any:
        flush(self)
        made: list[Any] = []
        try:
            with write_unit(self.engine) as connection:
                made.append(work(connection))
                raise Later
        except Later:
            self.__dict__["late"].append(work)
        return made[0]

    @contextmanager
    def reading(self: CentralStore) -> Iterator[Any]:
        flush(self)
        with read(self) as connection:
            yield connection

    _put(stack, CentralStore, "write", write)
    _put(stack, CentralStore, "read", reading)


def nothing_is_held(stack: ExitStack) -> None:
    """What stands behind an operation that could not be read is decided all the same."""

    def decide(self: Batch, *asked: Any) -> None:
        for name in self._read:
            self._new[name] = self._judge(name, *asked)

    _put(stack, Batch, "decide", decide)


def poisoned_batch(stack: ExitStack) -> None:
    """12: one operation that cannot be read turns its whole batch away."""
    decide = Batch.decide

    def decided(self: Batch, *asked: Any) -> None:
        if any(isinstance(read, Exception) for _, read in self._read.values()):
            raise Refusal("unreadable-operation")
        decide(self, *asked)

    _put(stack, Batch, "decide", decided)


def poisoned_outbox(stack: ExitStack) -> None:
    """12: nothing at all goes out while one operation stands in the tray."""
    _put(stack, pulling, "HELD", "EXISTS (SELECT 1 FROM outbox q WHERE q.state = 'attention')")


def earlier_held_too(stack: ExitStack) -> None:
    """What the central could not judge holds also what was acknowledged before it and is sent again after a restore."""
    among = "SELECT account FROM outbox WHERE state = 'attention' AND verdict = 'quarantined'"
    _put(stack, pulling, "HELD", f"account <> '' AND account IN ({among})")


def refusal_not_undone(stack: ExitStack) -> None:
    """A refused edit stays on the screen of whoever made it."""
    _put(stack, pulling, "_without", lambda *asked: Changes())


def tray_emptied(stack: ExitStack) -> None:
    """10: a refused operation is thrown away."""
    record = pulling.record_verdicts

    def recorded(connection: Connection, verdicts: Any, policies: Any, now: Any) -> Changes:
        changes = record(connection, verdicts, policies, now)
        connection.execute("DELETE FROM outbox WHERE state = 'attention' AND verdict = 'refused'")
        return changes

    _put(stack, pulling, "record_verdicts", recorded)


# --- the outbox -----------------------------------------------------------------------------------------------------


def outbox_apart(stack: ExitStack) -> None:
    """13: the edit is committed, then its row of the outbox."""

    def perform(self: LocalStore, build: Any, now: Any) -> Any:
        held: list[Any] = []
        with self._file.write() as connection:
            done = _perform(self, _Keeping(connection, held), build, now)
        with self._file.write() as connection:
            for sql, values in held:
                connection.execute(sql, values)
        return done

    _perform = _performing(LocalStore.perform)
    _put(stack, LocalStore, "perform", perform)


def _performing(perform: Any) -> Any:
    def performed(self: LocalStore, connection: Any, build: Any, now: Any) -> Any:
        class Within:
            @contextmanager
            def write(self) -> Iterator[Any]:
                yield connection

        inner = LocalStore.__new__(LocalStore)
        inner.__dict__.update(self.__dict__, _file=Within())
        return perform(inner, build, now)

    return performed


class _Keeping:
    """A connection that keeps what goes into the outbox for later."""

    def __init__(self, connection: Connection, held: list[Any]) -> None:
        self._connection = connection
        self._held = held

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Now, or later."""
        if sql.startswith("INSERT INTO outbox"):
            self._held.append((sql, values))
            return None
        return self._connection.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def newest_first(stack: ExitStack) -> None:
    """The outbox is emptied from its end."""
    outbox = LocalStore.outbox
    _put(stack, LocalStore, "outbox", lambda self, *asked: outbox(self, *asked)[::-1])


def evicted_with_work(stack: ExitStack) -> None:
    """10: leaving the scope takes unsent work along."""
    record = pulling.record_pull

    def recorded(connection: Connection, rows: Any, *rest: Any) -> Changes:
        changes = record(connection, rows, *rest)
        for row in rows:
            if row.what == "account" and row.body is None:
                connection.execute("DELETE FROM outbox WHERE account = ? AND state = 'waiting'", (row.id,))
        return changes

    _put(stack, pulling, "record_pull", recorded)


# --- rows -----------------------------------------------------------------------------------------------------------


def echo_overwrites(stack: ExitStack) -> None:
    """9: a pulled row is put over an edit that has not been sent."""
    _put(stack, pulling, "_pending", lambda *asked: set())


def adopted_digest(stack: ExitStack) -> None:
    """22: what a push led to here is taken for the server's rows, whatever it hashes to there."""
    agree = held.agree

    def agreed(connection: Connection, verdicts: Any, own: str, wrote: Any) -> bool:
        with patch.object(content, "total", lambda hashes: own):
            return agree(connection, verdicts, own, wrote)

    _put(stack, held, "agree", agreed)


def pending_dropped(stack: ExitStack) -> None:
    """A pull lays accounts as the central has them, and forgets to put what is pending on top."""
    lay = pulling.lay_anew

    def laid(connection: Connection, accounts: Any, policies: Any, now: Any) -> Changes:
        rows = view.select(
            connection,
            f"SELECT op, ordinal FROM history WHERE account {view.AMONG} AND position >= {PENDING}",
            accounts,
        )
        view.drop_entries(connection, rows)
        return lay(connection, accounts, policies, now)

    _put(stack, pulling, "lay_anew", laid)


def absence_is_deletion(stack: ExitStack) -> None:
    """5: what a broken pull had shown before it broke is taken for gone."""
    open_ = LocalStore.__init__

    def opened(self: LocalStore, *asked: Any) -> None:
        open_(self, *asked)
        with self._file.write() as connection:
            connection.execute("DELETE FROM seen")

    _put(stack, LocalStore, "__init__", opened)


def scope_not_entered(stack: ExitStack) -> None:
    """16: whoever comes to see an account never gets its old rows."""
    move = Feed.move
    _put(stack, Feed, "move", lambda self, account, entered, left: move(self, account, (), left))


def scope_not_left(stack: ExitStack) -> None:
    """Whoever no longer sees an account keeps it."""
    move = Feed.move
    _put(stack, Feed, "move", lambda self, account, entered, left: move(self, account, entered, ()))


def new_scope_unnoticed(stack: ExitStack) -> None:
    """16: a cursor made for other teams is taken."""
    _put(stack, cursors, "scope_name", lambda scopes: "everything")


# --- conflicts ------------------------------------------------------------------------------------------------------


def order_by_device_clock(stack: ExitStack) -> None:
    """14: history stands in the order of the clocks of the desks."""
    write = Book._write_entries

    def written(self: Book, entries: Any, positions: Any) -> None:
        write(self, entries, {one.id: micros(one.at) for one in entries})

    _put(stack, Book, "_write_entries", written)


def objection_overwritten(stack: ExitStack) -> None:
    """A later fact about somebody takes his objection away."""
    stated = fact.stated

    def said(subject: Any, *rest: Any) -> Any:
        return replace(stated(subject, *rest), objections=())

    _put(stack, fact, "stated", said)


def objection_undone(stack: ExitStack) -> None:
    """An objection can be undone like anything else."""
    for owner in (apply_module, desk_module):
        _put(stack, owner, "NOT_UNDOABLE", apply_module.NOT_UNDOABLE - {Objection.kind})


def last_taker_wins(stack: ExitStack) -> None:
    """No compare-and-set: who takes a lead last has it."""
    step = lead.STEPS[Take.kind]
    steps: Mapping[str, Any] = {
        **lead.STEPS,
        Take.kind: replace(step, states=step.states | {LeadState.TAKEN, LeadState.ACCEPTED}, owned=False),
    }
    _put(stack, lead, "STEPS", steps)


def loser_not_kept(stack: ExitStack) -> None:
    """7: of two values the one that does not stand is gone."""
    _put(stack, fact, "_KEPT", 1)


# --- the first download ----------------------------------------------------------------------------------------------


def blocks_as_of_their_end(stack: ExitStack) -> None:
    """4: after the last block the news go on from its end, not from the point that the first was told at."""
    tell = blocks.tell

    def told(book: Book, *rest: Any) -> Any:
        block, following = tell(book, *rest)
        if following.after:
            return block, following
        return block, replace(following, seq=book.feed.seq, chain=book.feed.chain, head=0, head_chain="")

    _put(stack, blocks, "tell", told)


def block_marked_first(stack: ExitStack) -> None:
    """1: where to go on after a block is kept, then the block."""
    record = LocalStore.record_pull

    def recorded(self: LocalStore, rows: Any, cursor: str, last: bool, now: Any, block: bytes = b"") -> Changes:
        if block:
            self.set_meta("cursor", cursor)
        return record(self, rows, cursor, last, now, block)

    _put(stack, LocalStore, "record_pull", recorded)


# --- erasure ---------------------------------------------------------------------------------------------------------


def erased_comes_late(stack: ExitStack) -> None:
    """9: what comes late of somebody erased is taken."""
    _put(stack, Barred, "why", lambda self, operation: None)


def erased_kept_whole(stack: ExitStack) -> None:
    """What is refused since it is about somebody erased stands at the central as it was told."""
    _put(stack, Batch, "_kept", lambda self, name, told: told)


def erasure_turned_back(stack: ExitStack) -> None:
    """9: a restore that is declared brings back whom the backup still has."""
    _put(stack, Book, "erase_again", lambda self, journal: None)


def erasure_untold(stack: ExitStack) -> None:
    """Desks let go of the rows of somebody erased, and keep what they have sent of her."""
    _put(stack, pulling.erasing, "take", lambda *asked: None)


#: Caught in later schedules.
LATE = ("erased_comes_late", "erased_kept_whole", "erasure_turned_back", "erasure_untold")

MUTANTS: dict[str, Mutant] = {
    one.__name__: one
    for one in (
        cursor_before_rows, page_recorded_partly, timestamp_cursor, identity_cursor, chain_ignored, epoch_ignored,
        acknowledged_is_over, history_forgotten, refusal_not_stored, repeat_applied_twice, acknowledged_before_commit,
        nothing_is_held, poisoned_batch, poisoned_outbox, earlier_held_too, refusal_not_undone, tray_emptied,
        outbox_apart, newest_first, evicted_with_work, echo_overwrites, adopted_digest, pending_dropped,
        absence_is_deletion, scope_not_entered, scope_not_left, new_scope_unnoticed, order_by_device_clock,
        objection_overwritten,
        objection_undone, last_taker_wins, loser_not_kept, blocks_as_of_their_end, block_marked_first,
        erased_comes_late, erased_kept_whole, erasure_turned_back, erasure_untold,
    )
}  # fmt: skip


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The product with one of the bugs."""
    with ExitStack() as stack:
        MUTANTS[name](stack)
        yield


#: A schedule that catches each.
CAUGHT: dict[str, int] = {
    "cursor_before_rows": 8,
    "page_recorded_partly": 8,
    "timestamp_cursor": 0,
    "identity_cursor": 0,
    "chain_ignored": 24,
    "epoch_ignored": 2,
    "acknowledged_is_over": 2,
    "refusal_not_stored": 0,
    "repeat_applied_twice": 0,
    "acknowledged_before_commit": 4,
    "nothing_is_held": 11,
    "poisoned_batch": 2,
    "poisoned_outbox": 2,
    "refusal_not_undone": 0,
    "tray_emptied": 0,
    "outbox_apart": 2,
    "newest_first": 1,
    "evicted_with_work": 31,
    "echo_overwrites": 2,
    "adopted_digest": 2,
    "pending_dropped": 4,
    "absence_is_deletion": 244,
    "scope_not_entered": 2,
    "scope_not_left": 2,
    "new_scope_unnoticed": 21,
    "order_by_device_clock": 1,
    "objection_overwritten": 4,
    "objection_undone": 5,
    "last_taker_wins": 3,
    "loser_not_kept": 1,
    "history_forgotten": 229,
    "earlier_held_too": 88,
    "blocks_as_of_their_end": 11,
    "block_marked_first": 161,
    "erased_comes_late": 10_002,
    "erased_kept_whole": 10_002,
    "erasure_turned_back": 10_002,
    "erasure_untold": 10_000,
}
