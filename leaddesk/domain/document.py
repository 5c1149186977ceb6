"""The policy document: a policy as JSON text, and back."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from leaddesk.domain.agreement import Agreement, Definition, Share, Signature, Step, Targets, Volume
from leaddesk.domain.clock import Calendar, Windows, check_windows
from leaddesk.domain.errors import BadInput
from leaddesk.domain.policy import Policy, Question, Rule, Scorecard, Silence
from leaddesk.domain.words import BuyingStage, Grade, Lane, LeadKind, Party, Period, RejectReason, Source


def document(policy: Policy) -> str:
    """The policy as stable JSON text: the same policy gives the same text on every machine."""
    agreement, card, calendar = policy.agreement, policy.scorecard, policy.calendar
    made = {
        "version": policy.version,
        "note": policy.note,
        "published": policy.published.isoformat() if policy.published is not None else None,
        "signed": [{"party": one.party.value, "by": one.by, "at": one.at.isoformat()} for one in policy.signed],
        "agreement": terms(agreement),
        "scorecard": {
            "rules": [
                {"event": one.event, "points": one.points, "half_life": one.half_life, "cap": one.cap, "per": one.per}
                for one in card.rules
            ],
            "sales_ready": card.sales_ready,
            "marketing_ready": card.marketing_ready,
            "revenue_bands": list(card.revenue_bands),
            "employee_bands": list(card.employee_bands),
            "size_points": list(card.size_points),
            "role_points": dict(card.role_points),
            "industry_points": dict(card.industry_points),
            "grades": [[grade.value, floor] for grade, floor in card.grades],
            "excluded_industries": list(card.excluded_industries),
            "trust": {source.value: number for source, number in card.trust.items()},
        },
        "calendar": _calendar_told(calendar),
        "silence": {
            "grade": policy.silence.grade.value,
            "touches": policy.silence.touches,
            "days": policy.silence.days,
        },
        "lanes": [int(lane) for lane in policy.lanes],
        "meet_early_days": policy.meet_early_days,
        "window_days": policy.window_days,
        "script": [
            {"key": one.key, "text": dict(one.text), "choices": list(one.choices), "fact": one.fact}
            for one in policy.script
        ],
    }
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _calendar_told(calendar: Calendar) -> dict[str, Any]:
    return {
        "zone": calendar.zone,
        "name": calendar.name,
        "week": [[list(window) for window in windows] for windows in calendar.week],
        "dates": {
            day.isoformat(): [list(window) for window in windows] for day, windows in sorted(calendar.dates.items())
        },
    }


def terms(agreement: Agreement) -> dict[str, Any]:  # Any: JSON values
    """An agreement as JSON has it."""
    definition, volume = agreement.definition, agreement.volume
    tiers: dict[str, dict[str, dict[str, int]]] = {}
    for (kind, tier), one in sorted(agreement.tiers.items()):
        tiers.setdefault(kind.value, {})[tier] = _targets_told(one)
    return {
        "targets": {kind.value: _targets_told(one) for kind, one in agreement.targets.items()},
        "tiers": tiers,
        "definition": {
            "employees": definition.employees,
            "revenue": definition.revenue,
            "roles": list(definition.roles),
            "stages": [one.value for one in definition.stages],
            "themes": list(definition.themes),
            "points": definition.points,
        },
        "reasons": [one.value for one in agreement.reasons],
        "attempts": agreement.attempts,
        "min_gap": agreement.min_gap,
        "latest": agreement.latest,
        "grace": agreement.grace,
        "reassign": agreement.reassign,
        "stalled": agreement.stalled,
        "skew": agreement.skew,
        "pausing": list(agreement.pausing),
        "calling": [[list(window) for window in windows] for windows in agreement.calling],
        "volume": {"leads": volume.leads, "period": volume.period.value},
        "stages": {
            stage.value: {"owner": one.owner.value, "action": dict(one.action)}
            for stage, one in agreement.stages.items()
        },
        "distribution": [
            {
                "to": list(one.to),
                "places": list(one.places),
                "industries": list(one.industries),
                "kinds": [kind.value for kind in one.kinds],
                "capacity": one.capacity,
            }
            for one in agreement.distribution
        ],
        "distributor": agreement.distributor,
        "effective": agreement.effective.isoformat() if agreement.effective is not None else "",
    }


def _targets_told(one: Targets) -> dict[str, int]:
    return {"take": one.take, "first_attempt": one.first_attempt, "decision": one.decision}


def read(text: str) -> Policy:
    """The policy a document describes. Raises ``BadInput("policy-unreadable")`` naming the part that is wrong."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        raise BadInput("policy-unreadable", part="JSON", why=str(trouble)) from trouble
    part = "policy"
    try:
        part = "agreement"
        agreement = read_terms(told["agreement"])
        part = "scorecard"
        card = _scorecard(told["scorecard"])
        part = "calendar"
        calendar = _calendar(told["calendar"])
        part = "lanes"
        silence = told.get("silence", {})
        policy = Policy(
            version=int(told["version"]),
            note=str(told.get("note", "")),
            published=_instant(told.get("published")),
            signed=tuple(_signature(one) for one in told.get("signed", ())),
            agreement=agreement,
            scorecard=card,
            calendar=calendar,
            silence=Silence(
                grade=Grade(silence.get("grade", "B")),
                touches=_whole(silence, "touches", 3),
                days=_whole(silence, "days", 30),
            ),
            lanes=tuple(Lane(lane) for lane in told["lanes"]),
            meet_early_days=_whole(told, "meet_early_days", 0),
            window_days=_whole(told, "window_days", 30),
            script=tuple(
                Question(
                    key=str(one["key"]),
                    text={str(k): str(v) for k, v in one["text"].items()},
                    choices=tuple(str(choice) for choice in one.get("choices", ())),
                    fact=str(one.get("fact", "")),
                )
                for one in told.get("script", ())
            ),
        )
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as trouble:
        raise BadInput("policy-unreadable", part=part, why=str(trouble)) from trouble
    policy.calendar.check()
    if Lane.OUT in policy.lanes or len(set(policy.lanes)) != len(policy.lanes):
        raise BadInput("policy-unreadable", part="lanes", why="each lane once")
    return policy


def _whole(told: Mapping[str, Any], name: str, default: int) -> int:
    """A whole number of days, minutes, points or times; none is negative or larger than a hundred years of minutes."""
    number = int(told.get(name, default))
    if not 0 <= number < 100 * 366 * 24 * 60:
        raise ValueError(f"{name}: {number}")
    return number


def differences(one: Policy, other: Policy) -> tuple[tuple[str, Any, Any], ...]:  # Any: JSON values
    """What two versions promise otherwise: where it stands ("targets.hand-raiser.take"), in the one, in the other; None
    where it stands in one alone."""
    was, now = dict(promises(one)), dict(promises(other))
    return tuple(
        (path, was.get(path), now.get(path)) for path in dict.fromkeys((*was, *now)) if was.get(path) != now.get(path)
    )


def promises(policy: Policy) -> tuple[tuple[str, Any], ...]:  # Any: JSON values
    """Everything that a version promises, each with where it stands."""
    return tuple(_leaves("", {**terms(policy.agreement), "calendar": _calendar_told(policy.calendar)}))


def _leaves(path: str, told: Any) -> Iterator[tuple[str, Any]]:  # Any: JSON values
    if isinstance(told, dict):
        for name, one in told.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), one)
    else:
        yield path, told


def read_terms(told: Mapping[str, Any]) -> Agreement:
    """An agreement from JSON values. Raises ``BadInput``, or as reading such values does."""
    definition, volume = told.get("definition", {}), told.get("volume", {})
    reasons = told.get("reasons")
    effective = str(told.get("effective", "") or "")
    calling = tuple(_windows(day) for day in told.get("calling", ()))
    if calling and len(calling) != 7:
        raise BadInput("calendar-needs-seven-days", days=len(calling))
    for windows in calling:
        check_windows("calling", windows)
    return Agreement(
        targets={LeadKind(kind): _targets(kind, one) for kind, one in told["targets"].items()},
        tiers={
            (LeadKind(kind), _tier(tier)): _targets(kind, one)
            for kind, by_tier in told.get("tiers", {}).items()
            for tier, one in by_tier.items()
        },
        definition=Definition(
            employees=_whole(definition, "employees", 0),
            revenue=_amount(definition, "revenue"),
            roles=tuple(str(one) for one in definition.get("roles", ())),
            stages=tuple(BuyingStage(one) for one in definition.get("stages", ())),
            themes=tuple(str(one) for one in definition.get("themes", ())),
            points=_whole(definition, "points", 0),
        ),
        reasons=tuple(RejectReason) if reasons is None else tuple(dict.fromkeys(map(RejectReason, reasons))),
        attempts=_whole(told, "attempts", 5),
        min_gap=_whole(told, "min_gap", 240),
        latest=_whole(told, "latest", 960),
        grace=_whole(told, "grace", 30),
        reassign=_whole(told, "reassign", 120),
        stalled=_whole(told, "stalled", 4800),
        skew=_whole(told, "skew", 2),
        pausing=tuple(str(one) for one in told.get("pausing", ())),
        calling=calling,
        volume=Volume(leads=_whole(volume, "leads", 0), period=Period(volume.get("period", "month"))),
        stages={
            BuyingStage(stage): Step(
                owner=Party(one["owner"]), action={str(k): str(v) for k, v in one["action"].items()}
            )
            for stage, one in told.get("stages", {}).items()
        },
        distribution=tuple(_share(place, one) for place, one in enumerate(told.get("distribution", ()), 1)),
        distributor=str(told.get("distributor", "")),
        effective=date.fromisoformat(effective) if effective else None,
    )


def _share(place: int, told: Mapping[str, Any]) -> Share:
    texts = {name: tuple(str(one).strip() for one in told.get(name, ())) for name in ("to", "places", "industries")}
    if not texts["to"] or not all(one for held in texts.values() for one in held):
        raise BadInput("distribution-to-nobody", rule=place)
    kinds = tuple(LeadKind(one) for one in told.get("kinds", ()))
    return Share(**texts, kinds=kinds, capacity=_whole(told, "capacity", 0))


def _targets(kind: str, told: Mapping[str, Any]) -> Targets:
    numbers = {name: int(told.get(name, 0)) for name in ("take", "first_attempt", "decision")}
    if min(numbers.values()) < 0:
        raise BadInput("target-negative", kind=kind)
    return Targets(**{name: _whole(numbers, name, 0) for name in numbers})


def _tier(text: str) -> str:
    if text not in ("A", "B", "C"):
        raise ValueError(f"tier: {text}")
    return text


def _amount(told: Mapping[str, Any], name: str) -> int:
    number = int(told.get(name, 0))
    if not 0 <= number < 10**15:
        raise ValueError(f"{name}: {number}")
    return number


def _instant(text: object) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError(f"no offset: {text}")
    return at.astimezone(UTC)


def _signature(told: Mapping[str, Any]) -> Signature:
    at = _instant(told["at"])
    if at is None:
        raise ValueError("at")
    return Signature(party=Party(told["party"]), by=str(told["by"]), at=at)


def _windows(told: Any) -> Windows:  # Any: JSON values
    return tuple((int(start), int(end)) for start, end in told)


def _scorecard(told: Mapping[str, Any]) -> Scorecard:
    rules = tuple(
        Rule(
            event=str(one["event"]),
            points=int(one["points"]),
            half_life=_whole(one, "half_life", 0),
            cap=_whole(one, "cap", 0),
            per=str(one.get("per", "every")),
        )
        for one in told["rules"]
    )
    bad = next((one for one in rules if one.per not in ("every", "day", "once")), None)
    if bad is not None:
        raise BadInput("policy-unreadable", part=f"scorecard rule {bad.event}", why="per")
    if len(told["size_points"]) <= max(len(told["revenue_bands"]), len(told["employee_bands"])):
        raise BadInput("policy-unreadable", part="scorecard", why="size_points: one more than bands")
    return Scorecard(
        rules=rules,
        sales_ready=int(told["sales_ready"]),
        marketing_ready=int(told["marketing_ready"]),
        revenue_bands=tuple(int(one) for one in told["revenue_bands"]),
        employee_bands=tuple(int(one) for one in told["employee_bands"]),
        size_points=tuple(int(one) for one in told["size_points"]),
        role_points={str(k): int(v) for k, v in told["role_points"].items()},
        industry_points={str(k): int(v) for k, v in told["industry_points"].items()},
        grades=tuple((Grade(grade), int(floor)) for grade, floor in told["grades"]),
        excluded_industries=tuple(str(one) for one in told["excluded_industries"]),
        trust={Source(k): int(v) for k, v in told["trust"].items()},
    )


def _calendar(told: Mapping[str, Any]) -> Calendar:
    return Calendar(
        str(told["zone"]),
        tuple(_windows(windows) for windows in told["week"]),
        {date.fromisoformat(day): _windows(windows) for day, windows in told["dates"].items()},
        str(told.get("name", "")),
    )
