"""What an agreement says, in sentences: each promise with its name and value, and what a draft changes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from leaddesk.domain.agreement import Signature
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import BuyingStage, Clock, LeadKind, Party, Period, RejectReason
from leaddesk.pages.marks import N_
from leaddesk.pages.words import Words


class VersionLike(Protocol):
    """What is asked of a version of the agreement."""

    @property
    def policy(self) -> Policy: ...
    @property
    def in_force(self) -> bool: ...
    @property
    def draft(self) -> bool: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def signed(self) -> tuple[Signature, ...]: ...
    @property
    def names(self) -> Mapping[Party, str]: ...


_CLOCKS = {"take": Clock.TAKE, "first_attempt": Clock.FIRST_ATTEMPT, "decision": Clock.DECISION}

_NAMES: Mapping[str, str] = {
    "definition.employees": N_("A lead: at least so many employees"),
    "definition.revenue": N_("A lead: at least so much revenue"),
    "definition.roles": N_("A lead: who decides"),
    "definition.stages": N_("A lead: buying stages"),
    "definition.themes": N_("A lead: themes"),
    "definition.points": N_("A lead: ready from so many points"),
    "reasons": N_("Reasons to reject"),
    "attempts": N_("Attempts before “not reached”"),
    "min_gap": N_("Between attempts, at least"),
    "latest": N_("Between attempts, at most"),
    "grace": N_("Left at least when the tier changes"),
    "reassign": N_("Another owner is proposed after a breach"),
    "stalled": N_("A lead in work is stalled after"),
    "skew": N_("How far a clock may be off"),
    "pausing": N_("What pauses the clocks"),
    "calling": N_("Calling hours"),
    "volume.leads": N_("Marketing delivers conforming leads"),
    "volume.period": N_("In each"),
    "distribution": N_("Distribution by rule"),
    "distributor": N_("Who distributes leads"),
    "effective": N_("In force at the earliest"),
    "calendar.zone": N_("Time zone"),
    "calendar.name": N_("Calendar"),
    "calendar.week": N_("Working hours"),
}

_VALUES: Mapping[str, type[Enum]] = {
    "definition.stages": BuyingStage, "reasons": RejectReason, "volume.period": Period,
}  # fmt: skip
_DURATIONS = frozenset({"min_gap", "latest", "grace", "reassign", "stalled", "skew"})
_ANY = frozenset({"definition.employees", "definition.revenue", "definition.points"})


def promise_lines(promises: Iterable[tuple[str, Any]], words: Words) -> Iterator[tuple[str, str]]:  # Any: JSON values
    """The name and the value of each promise; dates of the calendar as one line that counts them."""
    dates = 0
    for path, value in promises:
        if path.startswith("calendar.dates."):
            dates += 1
        else:
            yield name_of(path, words), value_of(path, value, words)
    if dates:
        yield words.say("Holidays and other dates"), words.plural("{n} date", "{n} dates", dates)


def change_lines(changes: Iterable[tuple[str, Any, Any]], words: Words) -> Iterator[tuple[str, str, str]]:  # Any: JSON
    """The name of each promise that differs, what it was, what it is."""
    for path, was, now in changes:
        yield name_of(path, words), value_of(path, was, words), value_of(path, now, words)


def headline(one: VersionLike, words: Words) -> str:
    """Which version it is, and how it stands."""
    number = one.policy.version
    if one.draft:
        return words.say("Version {version:plain}, a draft", version=number)
    if one.in_force:
        return words.say("Version {version:plain}, in force", version=number)
    if one.since is not None:
        return words.say("Version {version:plain}, from {at}", version=number, at=one.since)
    return words.say("Version {version:plain}, the first", version=number)


def signature_lines(one: VersionLike, words: Words) -> Iterator[str]:
    """Of each party who has signed and when, or that it has not."""
    for party in Party:
        mark = next((mark for mark in one.signed if mark.party is party), None)
        if mark is None:
            yield words.say("{party}: not signed", party=words.label(party))
        else:
            name = one.names[party]
            yield words.say("{party}: {name}, {at}", party=words.label(party), name=name, at=mark.at)


def name_of(path: str, words: Words) -> str:
    """What a promise is called."""
    parts = path.split(".")
    if parts[0] in ("targets", "tiers") and parts[-1] in _CLOCKS:
        clock, kind = words.label(_CLOCKS[parts[-1]]), words.label(LeadKind(parts[1]))
        if parts[0] == "tiers":
            return words.say("{kind}, tier {tier}: {clock}", kind=kind, tier=parts[2], clock=clock)
        return words.say("{kind}: {clock}", kind=kind, clock=clock)
    if parts[0] == "stages" and len(parts) > 2:
        stage = words.label(BuyingStage(parts[1]))
        if parts[2] == "owner":
            return words.say("Buying stage {stage}: whose", stage=stage)
        return words.say("Buying stage {stage}: what is done ({language:plain})", stage=stage, language=parts[-1])
    if path.startswith("calendar.dates."):
        return words.date(date.fromisoformat(parts[-1]))
    return words.say(_NAMES[path]) if path in _NAMES else path


def value_of(path: str, value: Any, words: Words) -> str:  # Any: a JSON value
    """A promise's value for people; "–" where there is none."""
    last = path.rpartition(".")[2]
    if value is None or value == "" or (value == 0 and path in _ANY):
        return "–"
    if path in _DURATIONS or last in _CLOCKS:
        return words.duration(value) if value else words.say("no SLA")
    if path == "volume.leads":
        return words.number(value) if value else words.say("no such promise")
    if path in ("calendar.week", "calling"):
        return _week(value, words)
    if path.startswith("calendar.dates."):
        return _hours(value) or words.say("closed")
    if path == "definition.revenue":
        return words.money(value)
    if path == "effective":
        return words.date(date.fromisoformat(value))
    if path == "definition.roles":
        return ", ".join(words.value("role", one) for one in value) or "–"
    if path == "pausing":
        return ", ".join(words.term("outcome", one) for one in value) or "–"
    if path.startswith("stages.") and last == "owner":
        return words.label(Party(value))
    if path == "distribution":
        return "; ".join(_share(one, words) for one in value) or "–"
    if path in _VALUES:
        kind = _VALUES[path]
        held = value if isinstance(value, list) else [value]
        return ", ".join(words.label(kind(one)) for one in held) or "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return words.number(value) if isinstance(value, int) else str(value)


def _share(told: Mapping[str, Any], words: Words) -> str:  # Any: JSON values
    """A rule of distribution: what it takes, to whom, how much each carries."""
    kinds = [words.label(LeadKind(one)) for one in told["kinds"]]
    takes = ", ".join([*told["places"], *told["industries"], *kinds]) or words.say("every lead")
    whom = ", ".join(told["to"])
    if told["capacity"]:
        return words.say(
            "{takes:plain} → {to:plain}, at most {n:number} open leads each", takes=takes, to=whom, n=told["capacity"]
        )
    return words.say("{takes:plain} → {to:plain}", takes=takes, to=whom)


def _week(week: list[Any], words: Words) -> str:
    """Hours of the week, neighbours that are alike together."""
    days = [words.say(one) for one in (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))]
    parts, first = [], 0
    for place in range(1, len(week) + 1):
        if place == len(week) or week[place] != week[first]:
            if week[first]:
                span = days[first] if place - first == 1 else f"{days[first]}–{days[place - 1]}"
                parts.append(f"{span} {_hours(week[first])}")
            first = place
    return ", ".join(parts) or "–"


def _hours(windows: list[Any]) -> str:
    return " ".join(f"{a // 60:02}:{a % 60:02}–{b // 60:02}:{b % 60:02}" for a, b in windows)
