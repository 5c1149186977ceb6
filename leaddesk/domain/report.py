"""The one page that sales and marketing both read: how each promise of the agreement was kept, counted over the rows of
what was handed over (``domain.handover``).

Every figure has a name and counts whole offers; ``figures`` says which of them count an offer, so that a figure is its
leads and nothing else. Figures are named "conforming", "kept:decision", "broken:decision:USER", "rejected:timing", ...
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heappush, heapreplace
from typing import Any, NamedTuple

from leaddesk.domain import clock as clocks
from leaddesk.domain.handover import BROKEN, CLOCKS, KEPT, Met, kept
from leaddesk.domain.policy import Policies
from leaddesk.domain.words import LeadState, Period, RejectReason

#: How many periods a page looks back, its own among them.
PERIODS = 12

#: The criteria of a lead, in their order (``domain.criteria``).
CRITERIA = ("target-group", "decision-maker", "stage", "theme")

#: Asks for all the periods of a page together.
WHOLE = -1


class Line(NamedTuple):
    """What is counted of one offer (see ``Handover``); instants are whatever can be compared, all of one kind.

    ``failed``, ``unknown``, ``told_late`` and ``flagged`` are texts in which the names stand.
    """

    # ``offered_at`` comes first: whatever looks at many lines finds it without its name.

    offered_at: Any
    owner: str
    conforms: Any
    failed: str
    unknown: str
    take_due: Any
    taken_at: Any
    first_due: Any
    first_at: Any
    decision_due: Any
    decided_at: Any
    ended_at: Any
    attempts: int
    gaps_late: int
    reached: Any
    decider: Any
    met_at: Any
    state: str
    reason: str | None
    told_late: str
    flagged: str
    lead: str = ""


#: When a lead was offered, in the kind of instants that lines hold; which lead; whose it is.
Offer = tuple[Any, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One period: how many leads were offered from ``start`` to ``end``, how many of them conform, and how many
    conforming ones were ``promised``, None where there is no such promise."""

    start: datetime
    end: datetime
    offered: int = 0
    conforming: int = 0
    promised: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The page as of an instant, for the offers from ``start`` to ``end``.

    ``back``: so many periods ago, ``WHOLE`` for all of them. ``counts`` by the names of figures, none that is 0;
    ``attempts``: all tries at these offers; ``promised``: conforming leads, None where volume is no promise;
    ``agreement`` the version in force; ``trend``: every period, the latest last.
    """

    as_of: datetime
    start: datetime
    end: datetime
    back: int
    period: Period
    agreement: int
    counts: Mapping[str, int]
    attempts: int
    promised: int | None
    trend: tuple[Bar, ...]

    def of(self, figure: str) -> int:
        """One figure."""
        return self.counts.get(figure, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """A page, and of each of its figures the latest offers that it counts: when, the lead, its owner."""

    report: Report
    behind: Mapping[str, Sequence[Offer]]


def count(
    lines: Iterable[Line],
    spans: tuple[tuple[datetime, datetime], ...],
    instant: Callable[[datetime], Any],  # Any: an instant of the kind that the lines hold
    as_of: datetime,
    policies: Policies,
    back: int = 0,
    each: int = 0,
    only: str = "",
) -> Counted:
    """Count the offers of all ``spans``, the latest last; of each figure, or of one alone, the latest ``each`` offers
    are told."""
    edges, now = [instant(start) for start, _ in spans], instant(as_of)
    first, last = (0, len(spans) - 1) if back == WHOLE else (len(spans) - 1 - back,) * 2
    start, end = instant(spans[first][0]), instant(spans[last][1])
    by_span: Counter[tuple[int, bool]] = Counter()
    tallies: list[dict[tuple[Any, ...], int]] = [{} for _ in _PARTS]
    seen: list[dict[tuple[Any, ...], list[Offer] | None]] = [{} for _ in _PARTS]
    parts = [(part, of, tally, told) for (part, of), tally, told in zip(_PARTS, tallies, seen, strict=True)]
    attempts = 0
    for line in lines:
        at = line[0]
        by_span[bisect_right(edges, at), bool(line[2])] += 1
        if not start <= at < end:
            continue
        attempts += line.attempts
        for part, of, tally, told in parts:
            alike = of(line, now)
            tally[alike] = tally.get(alike, 0) + 1
            if each:
                if alike not in told:
                    told[alike] = [] if not only or only in part(*alike) else None
                here = told[alike]
                if here is None:
                    continue
                if len(here) < each:
                    heappush(here, (at, line.lead, line.owner))
                elif here[0][0] < at:
                    heapreplace(here, (at, line.lead, line.owner))
    counts: Counter[str] = Counter()
    behind: dict[str, list[Offer]] = {}
    for (part, _), tally, told in zip(_PARTS, tallies, seen, strict=True):
        for alike, n in tally.items():
            for figure in part(*alike):
                counts[figure] += n
                if each:
                    behind.setdefault(figure, []).extend(told[alike] or ())
    trend = tuple(
        Bar(
            start=begin,
            end=until,
            offered=by_span[place, True] + by_span[place, False],
            conforming=by_span[place, True],
            promised=policies.in_force(min(until, as_of)).agreement.volume.leads or None,
        )
        for place, (begin, until) in enumerate(spans, 1)
    )
    promised = [one.promised for one in trend[first : last + 1]]
    current = policies.in_force(as_of)
    found = Report(
        as_of=as_of,
        start=spans[first][0],
        end=spans[last][1],
        back=back,
        period=current.agreement.volume.period,
        agreement=current.version,
        counts=dict(sorted(counts.items())),
        attempts=attempts,
        promised=sum(one or 0 for one in promised) if any(promised) else None,
        trend=trend,
    )
    return Counted(found, {figure: sorted(held, reverse=True)[:each] for figure, held in behind.items()})


def periods(as_of: datetime, policies: Policies) -> tuple[tuple[datetime, datetime], ...]:
    """The periods of the agreement in force, from one local midnight to another, up to the one that holds ``as_of``."""
    policy = policies.in_force(as_of)
    zone = policy.calendar.zone
    day = date.fromordinal(clocks.local_day(as_of, zone))
    firsts = [_first(day, policy.agreement.volume.period, -ago) for ago in range(PERIODS - 1, -2, -1)]
    edges = [clocks.local_midnight(one.toordinal(), zone) for one in firsts]
    return tuple(zip(edges, edges[1:], strict=False))


def _first(day: date, period: Period, by: int) -> date:
    """The first day of the period that holds a day, or of the one so many later."""
    length = {Period.MONTH: 1, Period.QUARTER: 3}[period]
    months = day.year * 12 + (day.month - 1) // length * length + by * length
    return date(months // 12, months % 12 + 1, 1)


def figures(line: Line, now: Any) -> frozenset[str]:
    """The names of all figures that count an offer; ``now`` in the kind of instants that it holds."""
    return frozenset(figure for part, of in _PARTS for figure in part(*of(line, now)))


def _conforming(conforms: object, failed: str, unknown: str) -> Iterator[str]:
    yield "offered"
    yield "conforming" if conforms else "failing" if any(name in failed for name in CRITERIA) else "open"
    for name in CRITERIA:
        yield f"{'failed' if name in failed else 'unknown' if name in unknown else 'passed'}:{name}"


def _promises(owner: str, *each: Met) -> Iterator[str]:
    for clock, met in zip(CLOCKS, each, strict=True):
        if met in KEPT:
            yield f"kept:{clock}"
        elif met in BROKEN:
            yield f"broken:{clock}"
            yield f"broken:{clock}:{owner}"
        elif met is Met.RUNNING:
            yield f"running:{clock}"
        if met in (Met.TOLD_LATE, Met.FLAGGED, Met.OVERDUE):
            yield f"{met}:{clock}"
    if any(met in BROKEN for met in each):
        yield f"broken::{owner}"


def _met(line: Line, now: Any) -> tuple[Any, ...]:
    ended, late, flagged = line.ended_at, line.told_late, line.flagged
    # Nearly every line has none of either.
    told = [(clock in late, clock in flagged) for clock in CLOCKS] if len(late) + len(flagged) > 4 else _NONE
    return (
        line.owner,
        kept(line.take_due, line.taken_at, ended, now, told_late=told[0][0], flagged=told[0][1]),
        kept(line.first_due, line.first_at, ended, now, told_late=told[1][0], flagged=told[1][1]),
        kept(line.decision_due, line.decided_at, ended, now, told_late=told[2][0], flagged=told[2][1]),
    )


_NONE = [(False, False)] * len(CLOCKS)


def _work(attempts: int, gaps_late: int, reached: object, decider: object, no_meeting: object) -> Iterator[str]:
    yield "tried" if attempts else "untried"
    if gaps_late:
        yield "gaps-late"
    if reached:
        yield "reached"
        if decider:
            yield "reached-decider"
    if not no_meeting:
        yield "meeting"


def _decision(state: str, reason: str | None) -> Iterator[str]:
    if state == LeadState.REJECTED:
        yield "rejected"
        yield f"rejected:{reason or RejectReason.OTHER}"
    elif state == LeadState.NURTURE:
        yield "returned"
    elif state in (LeadState.ACCEPTED, LeadState.WON, LeadState.LOST):
        yield "accepted"
        if state != LeadState.ACCEPTED:
            yield str(state)
    else:
        yield "undecided"


#: What counts an offer by a part of its line, and that part: the figures of a line are those of its parts. Of each part
#: few differ among many.
_PARTS: tuple[tuple[Callable[..., Iterator[str]], Callable[[Line, Any], tuple[Any, ...]]], ...] = (
    (_conforming, lambda line, now: line[2:5]),
    (_promises, _met),
    (_work, lambda line, now: (line.attempts, line.gaps_late, line.reached, line.decider, line.met_at is None)),
    (_decision, lambda line, now: (line.state, line.reason)),
)
