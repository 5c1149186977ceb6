"""The page for both sides, in words: sections of rows whose numbers open to leads, each with a chart. The window shows
them; ``pages.paper`` prints them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from leaddesk.domain.handover import CLOCKS
from leaddesk.domain.report import CRITERIA, WHOLE, Bar, Report
from leaddesk.domain.words import Period, RejectReason
from leaddesk.pages.chart import INK, Part, bars, columns
from leaddesk.pages.words import Words

#: Owners named one by one; who comes after them is in the sum alone.
OWNERS = 25


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as text, the figure that it opens to ("" for none), and its tone: "", "ok", "soon", "late"."""

    text: str
    figure: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table with a heading, a sentence, the names of its columns, its rows, and a chart ("" for none)."""

    title: str
    about: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[Cell, ...]], ...] = ()
    chart: str = ""


def title_of(report: Report, words: Words) -> str:
    """Which time the page is about."""
    return f"{words.date(report.start)} – {words.date(report.end - timedelta(hours=1))}"


def as_of(report: Report, words: Words) -> str:
    """When it was counted, and under which agreement."""
    return words.say("As of {at:dated}. Agreement: version {version:plain}.", at=report.as_of, version=report.agreement)


def sections(
    report: Report, words: Words, name_of: Callable[[str], str], ink: Mapping[str, str] = INK, width: int = 640
) -> tuple[Section, ...]:
    """Marketing's side, then sales' side. ``name_of``: a user's name for an id."""
    return (
        _delivered(report, words, ink, width),
        _criteria(report, words, ink, width),
        _kept(report, words, ink, width),
        _tried(report, words),
        _decided(report, words, ink, width),
        _broken(report, words, name_of),
    )


def figure_name(figure: str, words: Words, name_of: Callable[[str], str]) -> str:
    """What a figure counts, as the heading over its leads."""
    parts = figure.split(":")
    plain = {
        "offered": words.say("Offered"), "conforming": words.say("Conforming"), "failing": words.say("Not conforming"),
        "open": words.say("Not known yet"), "tried": words.say("Tried"), "untried": words.say("Not tried"),
        "gaps-late": words.say("Next attempt later than agreed"), "reached": words.say("Reached"),
        "reached-decider": words.say("Decision-maker reached"), "meeting": words.say("Meeting held"),
        "accepted": words.say("Accepted"), "rejected": words.say("Rejected"),
        "returned": words.say("Returned to nurture"), "undecided": words.say("Undecided"), "won": words.say("Won"),
        "lost": words.say("Lost"),
    }  # fmt: skip
    head = plain.get(parts[0]) or {
        "passed": words.say("Met"), "failed": words.say("Not met"), "unknown": words.say("Not known"),
        "kept": words.say("Kept"), "broken": words.say("Broken"), "running": words.say("Still running"),
        "overdue": words.say("Late now"), "told-late": words.say("In time, told late"),
        "flagged": words.say("In time by a clock that was off"),
    }.get(parts[0], parts[0])  # fmt: skip
    rest = []
    for one in parts[1:2]:
        if one in CRITERIA:
            rest.append(words.term("criterion", one))
        elif one in set(CLOCKS):
            rest.append(words.term("clock", one))
        elif one:
            rest.append(words.term("reject-reason", one))
    rest += [name_of(one) or words.say("nobody") for one in parts[2:3]]
    return ": ".join([head, ", ".join(rest)]) if rest else head


# --- marketing --------------------------------------------------------------------------------------------------------


def _delivered(report: Report, words: Words, ink: Mapping[str, str], width: int) -> Section:
    say, conforming, offered = words.say, report.of("conforming"), report.of("offered")
    rows = [(say("Conforming leads delivered"), (_count(report, "conforming", words),))]
    if report.promised is None:
        about = say("No volume is promised. What counts is who was reached, and met.")
        rows += [
            (say("Decision-makers reached"), (_count(report, "reached-decider", words),)),
            (say("Meetings held"), (_count(report, "meeting", words),)),
        ]
    else:
        about = say(
            "Delivered {n:number} conforming leads of {promised:number} promised: {share:plain}.",
            n=conforming, promised=report.promised, share=_share(conforming, report.promised, words),
        )  # fmt: skip
        rows.append((say("Promised"), (Cell(words.number(report.promised)),)))
    rows += [
        (say("Offered in all"), (_count(report, "offered", words),)),
        (say("Share that passes all four criteria"), (Cell(_share(conforming, offered, words)),)),
    ]
    drawn = columns(
        [(_label(one, report.period, words), one.offered, one.conforming, one.promised) for one in report.trend],
        say("Offered, conforming and promised leads by period"),
        [("open", say("Offered")), ("accent", say("Conforming"))]
        + ([("late", say("Promised"))] if any(one.promised for one in report.trend) else []),
        ink,
        width,
    )
    return Section(title=say("Marketing: leads delivered"), about=about, rows=tuple(rows), chart=drawn)


def _criteria(report: Report, words: Words, ink: Mapping[str, str], width: int) -> Section:
    say = words.say
    rows, drawn = [], []
    legend = (("ok", say("Met")), ("late", say("Not met")), ("open", say("Not known")))
    for one in CRITERIA:
        name = words.term("criterion", one)
        rows.append((name, tuple(_count(report, f"{how}:{one}", words) for how in ("passed", "failed", "unknown"))))
        passed, failed, unknown = (report.of(f"{how}:{one}") for how in ("passed", "failed", "unknown"))
        parts = (Part(passed, "ok"), Part(failed, "late"), Part(unknown, "open"))
        drawn.append((name, parts, _share(passed, passed + failed + unknown, words)))
    rows.append((say("All four"), tuple(_count(report, figure, words) for figure in ("conforming", "failing", "open"))))
    return Section(
        title=say("Marketing: the definition of a lead"),
        about=say("As each lead was known when it was offered."),
        columns=(say("Met"), say("Not met"), say("Not known")),
        rows=tuple(rows),
        chart=bars(drawn, say("Share of leads that pass each criterion"), legend, ink, width),
    )


# --- sales ------------------------------------------------------------------------------------------------------------


def _kept(report: Report, words: Words, ink: Mapping[str, str], width: int) -> Section:
    say = words.say
    rows, drawn = [], []
    legend = (("ok", say("Kept")), ("late", say("Broken")), ("open", say("Still running")))
    for clock in CLOCKS:
        kept, broken, running = (report.of(f"{how}:{clock}") for how in ("kept", "broken", "running"))
        share = _share(kept, kept + broken, words)
        rows.append(
            (
                words.label(clock),
                (
                    _count(report, f"kept:{clock}", words, "ok"),
                    _count(report, f"broken:{clock}", words, "late"),
                    _count(report, f"overdue:{clock}", words, "late"),
                    _count(report, f"running:{clock}", words),
                    _count(report, f"told-late:{clock}", words),
                    _count(report, f"flagged:{clock}", words, "soon"),
                    Cell(share),
                ),
            )
        )
        parts = (Part(kept, "ok"), Part(broken, "late"), Part(running, "open"))
        drawn.append((words.label(clock), parts, share))
    return Section(
        title=say("Sales: promises kept"),
        about=say("By the agreement that each lead was offered under."),
        columns=(
            say("Kept"), say("Broken"), say("Late now"), say("Still running"), say("Told late"), say("Clock off"),
            say("In time"),
        ),
        rows=tuple(rows),
        chart=bars(drawn, say("Share of promises kept in time"), legend, ink, width),
    )  # fmt: skip


def _tried(report: Report, words: Words) -> Section:
    say, tried = words.say, report.of("tried")
    each = words.number(report.attempts / tried, 1) if tried else "–"
    return Section(
        title=say("Sales: attempts"),
        rows=(
            (say("Tried"), (_count(report, "tried", words),)),
            (say("Not tried"), (_count(report, "untried", words),)),
            (say("Attempts in all"), (Cell(words.number(report.attempts)),)),
            (say("Attempts for each lead tried"), (Cell(each),)),
            (say("Next attempt later than agreed"), (_count(report, "gaps-late", words, "late"),)),
            (say("Reached"), (_count(report, "reached", words),)),
            (say("Decision-makers reached"), (_count(report, "reached-decider", words),)),
            (say("Meetings held"), (_count(report, "meeting", words),)),
        ),
    )


def _decided(report: Report, words: Words, ink: Mapping[str, str], width: int) -> Section:
    say = words.say
    rows = [
        (say("Accepted"), (_count(report, "accepted", words, "ok"),)),
        (say("Rejected"), (_count(report, "rejected", words),)),
    ]
    reasons = sorted(RejectReason, key=lambda one: -report.of(f"rejected:{one}"))
    found = [one for one in reasons if report.of(f"rejected:{one}")]
    rows += [
        (say("Rejected: {reason:plain}", reason=words.label(one)), (_count(report, f"rejected:{one}", words),))
        for one in found
    ]
    rows += [
        (say("Returned to nurture"), (_count(report, "returned", words),)),
        (say("Undecided"), (_count(report, "undecided", words),)),
        (say("Won"), (_count(report, "won", words, "ok"),)),
        (say("Lost"), (_count(report, "lost", words),)),
    ]
    total = report.of("rejected")
    drawn = [
        (
            words.label(one),
            (Part(report.of(f"rejected:{one}"), "accent"), Part(total - report.of(f"rejected:{one}"), "open")),
            _share(report.of(f"rejected:{one}"), total, words),
        )
        for one in found
    ]
    chart = bars(drawn, say("Rejections by reason"), (), ink, width) if drawn else ""
    return Section(title=say("Sales: decisions and rejections"), rows=tuple(rows), chart=chart)


def _broken(report: Report, words: Words, name_of: Callable[[str], str]) -> Section:
    say = words.say
    owners = sorted(
        {figure.rpartition(":")[2] for figure in report.counts if figure.startswith("broken::")},
        key=lambda one: (-report.of(f"broken::{one}"), name_of(one)),
    )
    rows = tuple(
        (
            name_of(one) or (one[:8] if one else say("nobody")),
            (
                *(_count(report, f"broken:{clock}:{one}", words) for clock in CLOCKS),
                _count(report, f"broken::{one}", words, "late"),
            ),
        )
        for one in owners[:OWNERS]
    )
    about = "" if rows else say("No promise was broken.")
    if len(owners) > OWNERS:
        about = words.plural("{n} more owner is not listed.", "{n} more owners are not listed.", len(owners) - OWNERS)
    heads = (*(words.label(clock) for clock in CLOCKS), say("Leads"))
    return Section(title=say("Broken promises by owner"), about=about, columns=heads if rows else (), rows=rows)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _count(report: Report, figure: str, words: Words, tone: str = "") -> Cell:
    n = report.of(figure)
    return Cell(words.number(n), figure if n else "", tone if n else "")


def _share(part: float, of: float, words: Words) -> str:
    return f"{words.number(100 * part / of)}\N{NO-BREAK SPACE}%" if of else "–"


def _label(one: Bar, period: Period, words: Words) -> str:
    day = words.local(one.start + timedelta(hours=12))
    part = str(day.month) if period is Period.MONTH else f"Q{(day.month + 2) // 3}"
    return f"{part}/{day.year % 100:02}"


def periods(report: Report | None, words: Words) -> Iterator[tuple[int, str]]:
    """The choices of time: the current period, each one before it, and all of them together."""
    names = {0: words.say("This period"), 1: words.say("The period before")}
    bars_ = report.trend if report is not None else ()
    for back in range(max(2, len(bars_))):
        bar = bars_[-1 - back] if back < len(bars_) else None
        label = _label(bar, report.period, words) if bar is not None and report is not None else ""
        name = names.get(back, "")
        yield back, " · ".join(one for one in (name, label) if one)
    yield WHOLE, words.say("The last twelve periods")
