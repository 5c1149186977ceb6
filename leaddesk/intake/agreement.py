"""A draft of the agreement from a TOML file: what it changes of the terms in force. What it does not name stays.

::

    note = "Targets of the spring"
    effective = 2027-01-01              # left out: the day after both have signed
    reasons = ["budget", "authority", "need", "timing", "not-reached"]
    attempts = 5
    min_gap = "4h"
    latest = "16h"

    [targets.hand-raiser]
    take = "60m"                        # minutes or hours of business time; "0" is no SLA
    [tiers.hand-raiser.A]
    take = "30m"

    [definition]
    employees = 10
    roles = ["decision-maker", "economic-buyer"]
    [volume]
    leads = 40                          # 0: no such promise
    period = "month"
    [[distribution]]                    # the first rule that takes a lead decides
    places = ["Tampere", "33"]          # municipalities, beginnings of postcodes
    industries = ["25"]                 # beginnings of TOL codes
    to = ["aino", "pekka"]              # user names, by turns
    capacity = 40                       # open leads each; 0 is any number
    [calling]
    mon = ["09:00-11:30", "12:30-16:00"]
    [calendar]                          # as a calendar file
    zone = "Europe/Helsinki"
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from leaddesk.domain.document import read_terms, terms
from leaddesk.domain.errors import BadInput
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import LeadKind
from leaddesk.intake import calendar, target

#: The largest file that is read, in bytes.
SIZE_LIMIT = 2_000_000

_TARGETS = ("take", "first_attempt", "decision")
_DURATIONS = ("min_gap", "latest", "grace", "reassign", "stalled", "skew")
_DEFINITION = ("employees", "revenue", "roles", "stages", "themes", "points")
_DISTRIBUTION = ("to", "places", "industries", "kinds", "capacity")
_PARTS = (
    "note", "effective", "targets", "tiers", "definition", "reasons", "attempts", *_DURATIONS, "pausing", "calling",
    "volume", "stages", "distribution", "distributor", "calendar",
)  # fmt: skip


def read_file(path: Path, base: Policy, years: Iterable[int]) -> Policy:
    """``base`` with the terms of a draft; public holidays of these years. Raises ``BadInput`` naming the part that is
    wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as trouble:
        why = getattr(trouble, "strerror", None) or str(trouble)
        raise BadInput("file-not-usable", file=str(path), why=why) from trouble
    if len(data) > SIZE_LIMIT:
        raise BadInput("agreement-unreadable", part="TOML", why=f"> {SIZE_LIMIT} bytes")
    return read(data, base, years)


def read(data: bytes, base: Policy, years: Iterable[int]) -> Policy:
    """The same of the bytes of a file."""
    try:
        told = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as trouble:
        raise BadInput("agreement-unreadable", part="TOML", why=str(trouble)) from trouble
    made = {**terms(base.agreement), "effective": ""}
    hours = base.calendar
    for part, value in told.items():
        _known(part, part, _PARTS)
        try:
            if part == "calendar":
                hours = calendar.of(_table(part, value), years)
            elif part != "note":
                made[part] = _changed(part, value, made[part])
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as trouble:
            raise BadInput("agreement-unreadable", part=part, why=str(trouble)) from trouble
    try:
        agreement = read_terms(made)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as trouble:
        raise BadInput("agreement-unreadable", part=_wrong(told, base), why=str(trouble)) from trouble
    return replace(base, agreement=agreement, calendar=hours, note=str(told.get("note", "")), published=None, signed=())


def _wrong(told: Mapping[str, Any], base: Policy) -> str:
    """The first part of a file that by itself makes no agreement."""
    for part in told:
        if part in ("note", "calendar"):
            continue
        held = terms(base.agreement)
        try:
            read_terms({**held, part: _changed(part, told[part], held[part])})
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            return part
    return "TOML"


def _changed(part: str, value: Any, held: Any) -> Any:  # Any: TOML and JSON values
    """A part of the terms as JSON has it, with what the file says."""
    if part == "effective":
        return value.isoformat() if isinstance(value, date) else str(value)
    if part == "targets":
        made = dict(held)
        for kind, one in _table(part, value).items():
            LeadKind(kind)
            made[kind] = {**held.get(kind, {}), **_targets(f"{part}.{kind}", one)}
        return made
    if part == "tiers":
        made = {kind: dict(by_tier) for kind, by_tier in held.items()}
        for kind, by_tier in _table(part, value).items():
            LeadKind(kind)
            for tier, one in _table(f"{part}.{kind}", by_tier).items():
                place = made.setdefault(kind, {})
                place[tier] = {**place.get(tier, {}), **_targets(f"{part}.{kind}.{tier}", one)}
        return made
    if part in _DURATIONS:
        return _minutes(value)
    if part == "calling":
        table = _table(part, value)
        return [[list(window) for window in windows] for windows in calendar.of_week(table)] if table else []
    if part in ("definition", "volume", "stages"):
        table = _table(part, value)
        if part != "stages":
            for name in table:
                _known(f"{part}.{name}", name, _DEFINITION if part == "definition" else ("leads", "period"))
        return {**held, **table}
    if part == "distribution":
        for place, one in enumerate(value, 1):
            for name in _table(f"{part} {place}", one):
                _known(f"{part} {place}.{name}", name, _DISTRIBUTION)
            if any(isinstance(one.get(name, []), str) for name in _DISTRIBUTION):
                raise TypeError(f"{one!r:.60}")
    if part in ("reasons", "pausing") and not isinstance(value, list):
        raise TypeError(f"{value!r:.60}")
    return value


def _targets(path: str, told: Any) -> dict[str, int]:  # Any: TOML values
    for name in _table(path, told):
        _known(f"{path}.{name}", name, _TARGETS)
    return {name: _minutes(one) for name, one in told.items()}


def _minutes(value: Any) -> int:  # Any: a TOML value
    return target.read("0" if value == 0 and not isinstance(value, bool) else str(value))


def _table(path: str, value: Any) -> Mapping[str, Any]:  # Any: TOML values
    if not isinstance(value, dict):
        raise BadInput("agreement-unreadable", part=path, why=f"{value!r:.60}")
    return value


def _known(path: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise BadInput("agreement-part-unknown", part=path, expected=", ".join(known))
