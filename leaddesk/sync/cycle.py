"""One push-and-pull cycle, straight-line. It is handed ``run``, which does one unit of work on the store and waits for
it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from leaddesk.domain.changes import Changes, all_of
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.record import PUSH_OPERATIONS, VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.store import content
from leaddesk.store.local.store import LocalStore
from leaddesk.wire.central import Central
from leaddesk.wire.message import Pull, Pulled, Push, Pushed

Result = TypeVar("Result")

#: How often one cycle begins its pull afresh. A central that asks for it more often would ask for ever.
_FRESH_STARTS = 2

_TOO_LARGE = ("push-too-large", "body-too-large")


class Run(Protocol):
    """Does one unit of store work and gives its result; in the app on the database worker."""

    def __call__(self, work: Callable[[], Result], /) -> Result: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleResult:
    """What one cycle did. ``skew`` is the central's clock minus the device's, in seconds; ``whole`` is False where it
    was cancelled on the way."""

    pushed: int
    pulled: int
    refused: int
    changes: Changes
    skew: float
    whole: bool


@dataclass(slots=True)
class _Tally:
    """What has been done so far."""

    pushed: int = 0
    pulled: int = 0
    refused: int = 0
    changes: list[Changes] = field(default_factory=list)
    skew: float = 0.0


@dataclass(frozen=True, slots=True)
class _Ends:
    """The two ends and what a caller wants to hear and say on the way."""

    central: Central
    store: LocalStore
    run: Run
    now: Callable[[], datetime]
    progress: Callable[[int, int], None]
    cancelled: Callable[[], bool]


def cycle(
    central: Central,
    store: LocalStore,
    run: Run,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CycleResult:
    """Send the outbox, then fetch the news, until both are empty or ``cancelled`` says so.

    ``progress`` is told (done, known of), first operations, then rows. Whatever ends it, what has been recorded stands
    and the next cycle goes on from there. Raises what ``Central`` and the store's ``record_pull`` raise.
    """
    ends = _Ends(central, store, run, now, progress or _unheard, cancelled or _never)
    done = _Tally()
    fresh = 0
    while True:
        try:
            _push(ends, done)
            _pull(ends, done)
            break
        except Refusal as told:
            if told.key not in ("history-changed", "resync-required") or fresh == _FRESH_STARTS:
                raise
            # Restored from a backup, the central may have lost what it once acknowledged: it is sent again.
            run(partial(store.begin_afresh, resend=told.key == "history-changed"))
            fresh += 1
    return CycleResult(
        pushed=done.pushed,
        pulled=done.pulled,
        refused=done.refused,
        changes=all_of(done.changes),
        skew=done.skew,
        whole=not ends.cancelled(),
    )


def _push(ends: _Ends, done: _Tally) -> None:
    """Hand over the outbox, batch by batch."""
    most = PUSH_OPERATIONS
    while not ends.cancelled():
        batch = ends.run(partial(ends.store.outbox, most))
        if not batch:
            return
        device, history = ends.run(ends.store.device), ends.run(ends.store.history)
        asked = ends.now()
        try:
            answer = ends.central.push(
                Push(device=device, history=history, form=content.FORM, clock=asked, operations=tuple(batch))
            )
        except BadInput as told:
            if told.key not in _TOO_LARGE:
                raise
            if len(batch) > 1:
                most = len(batch) // 2
                continue
            answer = _set_aside(batch[0], told, asked)
        done.skew = _skew(asked, ends.now(), answer.now)
        verdicts = _matching(batch, answer.verdicts)
        if not verdicts:
            return
        done.changes.append(
            ends.run(
                partial(ends.store.record_verdicts, verdicts, ends.now(), answer.history, answer.own, answer.wrote)
            )
        )
        if answer.copied:
            # The latest is later than the copy, and so no other copy's.
            latest = max(batch, key=lambda one: int(one["n"]))
            ends.run(partial(ends.store.take_device, str(latest["id"])))
        done.pushed += len(verdicts)
        done.refused += sum(one.verdict in (Verdict.REFUSED, Verdict.QUARANTINED) for one in verdicts)
        left = ends.run(ends.store.status).waiting
        ends.progress(done.pushed, done.pushed + left)
        if left and done.pushed == len(verdicts):
            _look_first(ends, done)


def _look_first(ends: _Ends, done: _Tally) -> None:
    """The first page of the news, on which stands whom nobody may contact any more, before a long outbox goes on."""
    try:
        _page(ends, done)
    except Refusal:
        # It will be said after everything has been sent.
        return


def _pull(ends: _Ends, done: _Tally) -> None:
    """Fetch the news, page by page."""
    more = True
    while more and not ends.cancelled():
        news = _page(ends, done)
        more = news.more
        ends.progress(done.pulled, max(done.pulled, news.head) if more else done.pulled)


def _page(ends: _Ends, done: _Tally) -> Pulled:
    """Fetch one page of the news."""
    cursor, history, holds = ends.run(ends.store.place)
    asked = ends.now()
    news = ends.central.pull(Pull(cursor=cursor, history=history, holds=holds, blocks=True))
    done.skew = _skew(asked, ends.now(), news.now)
    block = bytes(news.block.data) if news.block is not None else b""
    done.changes.append(
        ends.run(partial(ends.store.record_pull, news.rows, news.cursor, not news.more, ends.now(), block))
    )
    done.pulled += len(news.rows) + (news.block.rows if news.block is not None else 0)
    return news


def _set_aside(operation: dict[str, Any], told: BadInput, now: datetime) -> Pushed:
    """The verdict on an operation that alone is more than the central takes: no reason to send nothing else."""
    values = {name: str(value) for name, value in told.values.items()}
    row = VerdictRow(id=str(operation["id"]), verdict=Verdict.QUARANTINED, reason=told.key, values=values)
    return Pushed(verdicts=(row,), now=now)


def _matching(batch: Sequence[dict[str, Any]], verdicts: Sequence[VerdictRow]) -> list[VerdictRow]:
    """Only verdicts on what was sent; an answer about something else is not taken for one."""
    sent = {str(one["id"]) for one in batch}
    return [one for one in verdicts if one.id in sent]


def _skew(asked: datetime, answered: datetime, theirs: datetime) -> float:
    return (theirs - (asked + (answered - asked) / 2)).total_seconds()


def _unheard(done: int, known: int) -> None:
    """Nobody listens to the progress."""


def _never() -> bool:
    """Nobody cancels."""
    return False
