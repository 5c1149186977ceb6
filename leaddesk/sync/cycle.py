"""One push-and-pull cycle, straight-line. It is handed ``run``, which does one unit of work on the store and waits for
it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import Refusal
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.store.local.store import LocalStore
from leaddesk.wire.central import Central
from leaddesk.wire.message import Pull, Push

Result = TypeVar("Result")


class Run(Protocol):
    """Does one unit of store work and gives its result; in the app on the database worker."""

    def __call__(self, work: Callable[[], Result], /) -> Result: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleResult:
    """What one cycle did. ``skew`` is the central's clock minus the device's, in seconds."""

    pushed: int
    pulled: int
    refused: int
    changes: Changes
    skew: float


def cycle(
    central: Central,
    store: LocalStore,
    run: Run,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CycleResult:
    """Send the outbox, then fetch the news, until both are empty or ``cancelled`` says so.

    ``progress`` is told (rows done, rows known of). Whatever ends it, what has been recorded stands and the next cycle
    goes on from there. Raises what ``Central`` raises.
    """
    stop = cancelled or (lambda: False)
    changes = Changes()
    pushed = refused = pulled = 0
    skew = 0.0
    device = run(lambda: store.device())
    while not stop():
        batch = run(lambda: store.outbox())
        if not batch:
            break
        asked = now()
        answer = central.push(Push(device=device, operations=tuple(batch)))
        skew = _skew(asked, now(), answer.now)
        verdicts = _matching(batch, answer.verdicts)
        changes |= run(lambda: store.record_verdicts(verdicts, now()))
        pushed += len(verdicts)
        refused += sum(one.verdict in (Verdict.REFUSED, Verdict.QUARANTINED) for one in verdicts)
        if progress:
            progress(pushed, pushed + len(batch))
        if not verdicts:
            break
    while not stop():
        cursor = run(lambda: store.cursor())
        asked = now()
        try:
            news = central.pull(Pull(cursor=cursor))
        except Refusal as told:
            if told.key not in ("history-changed", "resync-required") or not cursor:
                raise
            run(lambda: store.begin_afresh())
            continue
        skew = _skew(asked, now(), news.now)
        changes |= run(lambda: store.record_pull(news.rows, news.cursor, not news.more, now()))
        pulled += len(news.rows)
        if progress:
            progress(pulled, max(pulled, news.head))
        if not news.more:
            break
    return CycleResult(pushed=pushed, pulled=pulled, refused=refused, changes=changes, skew=skew)


def _matching(batch: list[dict[str, object]], verdicts: tuple[VerdictRow, ...]) -> list[VerdictRow]:
    """Only verdicts on what was sent; an answer about something else is not taken for one."""
    sent = {str(one["id"]) for one in batch}
    return [one for one in verdicts if one.id in sent]


def _skew(asked: datetime, answered: datetime, theirs: datetime) -> float:
    return (theirs - (asked + (answered - asked) / 2)).total_seconds()
