"""The policy that LeadDesk starts with, and the policy document's text form.

Points 20/5/1 for guide, visit and open are the mission's own; the rest is a starting point for the team to change.
Public holidays are those of the Finnish law on public holidays (and the customary eves), written out as dates.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from leaddesk.domain.clock import Calendar, Windows
from leaddesk.domain.errors import BadInput
from leaddesk.domain.policy import Agreement, Policy, Question, Rule, Scorecard, Silence, Targets
from leaddesk.domain.words import Grade, Lane, LeadKind, Source

_OFFICE: Windows = ((8 * 60, 16 * 60),)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's method)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def finnish_holidays(year: int) -> tuple[date, ...]:
    """Days on which Finnish offices are closed beside Sundays: public holidays, Midsummer Eve and Christmas Eve."""
    spring = easter(year)
    midsummer = next(date(year, 6, day) for day in range(20, 27) if date(year, 6, day).weekday() == 5)
    saints = next(day for day in (date(year, 10, 31) + timedelta(days=n) for n in range(7)) if day.weekday() == 5)
    return tuple(
        sorted(
            {
                date(year, 1, 1),
                date(year, 1, 6),
                spring - timedelta(days=2),
                spring + timedelta(days=1),
                date(year, 5, 1),
                spring + timedelta(days=39),
                midsummer - timedelta(days=1),
                midsummer,
                saints,
                date(year, 12, 6),
                date(year, 12, 24),
                date(year, 12, 25),
                date(year, 12, 26),
            }
        )
    )


@lru_cache(maxsize=1)
def default_policy() -> Policy:
    """Version 1: Helsinki office hours, a strict hand-raiser SLA, the mission's points, fit tables for Finnish B2B."""
    closed: dict[date, Windows] = {day: () for year in range(2024, 2036) for day in finnish_holidays(year)}
    calendar = Calendar("Europe/Helsinki", (*(_OFFICE,) * 5, (), ()), closed, "FI 8-16")
    return Policy(
        version=1,
        calendar=calendar,
        agreement=Agreement(
            targets={
                LeadKind.HAND_RAISER: Targets(take=60, first_attempt=120, decision=16 * 60),
                LeadKind.VERIFIED: Targets(take=4 * 60, first_attempt=8 * 60, decision=40 * 60),
                LeadKind.OUTBOUND: Targets(),
            }
        ),
        scorecard=Scorecard(
            rules=_RULES,
            sales_ready=60,
            marketing_ready=20,
            revenue_bands=(2_000_000, 10_000_000, 50_000_000, 200_000_000),
            employee_bands=(10, 50, 200, 500),
            size_points=(4, 10, 22, 30, 36),
            role_points={
                "decision-maker": 34, "economic-buyer": 34, "champion": 18, "influencer": 14,
                "technical-evaluator": 12, "end-user": 4, "gatekeeper": 2, "unknown": 0,
            },
            industry_points={
                **{f"{code:02d}": 12 for code in (*range(10, 34), 35, 36, 37, 38, 39)},
                **{f"{code:02d}": 10 for code in (41, 42, 43, 45, 46, 49, 50, 51, 52, 58, 61, 62, 63)},
                **{f"{code:02d}": 6 for code in (47, 55, 56, 64, 65, 66, *range(69, 75), 77, 78, 80, 81, 82, 86)},
                "68": 2,
            },
            grades=((Grade.A, 52), (Grade.B, 34), (Grade.C, 10), (Grade.D, -1000)),
            excluded_industries=("68202", "97", "98", "99", "94"),
            trust={Source.SALES: 40, Source.PURCHASED: 30, Source.BEHAVIOUR: 20, Source.SELF_TOLD: 10},
        ),
        silence=Silence(),
        script=_SCRIPT,
        note="LeadDesk 1",
    )  # fmt: skip


_RULES = (
    Rule("contact-request", 40, half_life=30, cap=60),
    Rule("trial-request", 30, half_life=60, cap=40),
    Rule("guide-download", 20, half_life=90, cap=40),
    Rule("site-visit", 5, half_life=30, cap=15),
    Rule("email-open", 1, half_life=30, cap=5, per="day"),
    Rule("email-click", 3, half_life=30, cap=9, per="day"),
    Rule("webinar", 10, half_life=90, cap=20),
    Rule("price-page", 8, half_life=30, cap=24),
    Rule("demo-page", 8, half_life=30, cap=24),
    Rule("inbound-call", 20, half_life=60, cap=40),
    Rule("social-message", 3, half_life=30, cap=9),
    Rule("answer.current_supplier.competitor", 5),
    Rule("answer.supplier_satisfaction.unhappy", 15),
    Rule("answer.supplier_satisfaction.so-so", 5),
    Rule("answer.decision_making.decides", 10),
    Rule("unsubscribe", -20, cap=40),
    Rule("not-interested", -20, half_life=180, cap=40),
    Rule("careers-page", -10, half_life=90, cap=20),
    Rule("contradiction", -5, cap=15),
)

_SCRIPT = (
    Question(
        key="current_supplier",
        text={
            "fi": "Kuka hoitaa tämän teillä tällä hetkellä?",
            "sv": "Vem sköter detta hos er just nu?",
            "en": "Who takes care of this for you at the moment?",
        },
        choices=("competitor", "own-staff", "nobody", "not-told"),
        fact="current_supplier",
    ),
    Question(
        key="supplier_satisfaction",
        text={
            "fi": "Kuinka tyytyväisiä olette nykyiseen ratkaisuun?",
            "sv": "Hur nöjda är ni med den nuvarande lösningen?",
            "en": "How satisfied are you with the present arrangement?",
        },
        choices=("happy", "so-so", "unhappy", "not-told"),
        fact="supplier_satisfaction",
    ),
    Question(
        key="contract_ends",
        text={
            "fi": "Milloin nykyinen sopimus päättyy? (vuosi-kuukausi)",
            "sv": "När löper det nuvarande avtalet ut? (år-månad)",
            "en": "When does the present contract end? (year-month)",
        },
        fact="contract_ends",
    ),
    Question(
        key="decision_making",
        text={
            "fi": "Kuka teillä päättää tästä?",
            "sv": "Vem beslutar om detta hos er?",
            "en": "Who decides on this?",
        },
        choices=("decides", "recommends", "other-person", "not-told"),
        fact="decision_maker",
    ),
)


# --- the document ---------------------------------------------------------------------------------------------------


def document(policy: Policy) -> str:
    """The policy as stable JSON text: the same policy gives the same text on every machine."""
    agreement, card, calendar = policy.agreement, policy.scorecard, policy.calendar
    made = {
        "version": policy.version,
        "note": policy.note,
        "agreement": {
            "targets": {
                kind.value: {"take": one.take, "first_attempt": one.first_attempt, "decision": one.decision}
                for kind, one in agreement.targets.items()
            },
            "attempts": agreement.attempts,
            "min_gap": agreement.min_gap,
            "latest": agreement.latest,
            "pausing": list(agreement.pausing),
        },
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
        "calendar": {
            "zone": calendar.zone,
            "name": calendar.name,
            "week": [[list(window) for window in windows] for windows in calendar.week],
            "dates": {
                day.isoformat(): [list(window) for window in windows] for day, windows in sorted(calendar.dates.items())
            },
        },
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


def read(text: str) -> Policy:
    """The policy a document describes. Raises ``BadInput("policy-unreadable")`` naming the part that is wrong."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        raise BadInput("policy-unreadable", part="JSON", why=str(trouble)) from trouble
    part = "policy"
    try:
        part = "agreement"
        agreement = _agreement(told["agreement"])
        part = "scorecard"
        card = _scorecard(told["scorecard"])
        part = "calendar"
        calendar = _calendar(told["calendar"])
        part = "lanes"
        silence = told.get("silence", {})
        policy = Policy(
            version=int(told["version"]),
            note=str(told.get("note", "")),
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


def _agreement(told: Mapping[str, Any]) -> Agreement:
    targets = {}
    for kind, one in told["targets"].items():
        numbers = {name: int(one.get(name, 0)) for name in ("take", "first_attempt", "decision")}
        if min(numbers.values()) < 0:
            raise BadInput("target-negative", kind=kind)
        targets[LeadKind(kind)] = Targets(**numbers)
    return Agreement(
        targets=targets,
        attempts=_whole(told, "attempts", 5),
        min_gap=_whole(told, "min_gap", 240),
        latest=_whole(told, "latest", 960),
        pausing=tuple(str(one) for one in told.get("pausing", ())),
    )


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
        tuple(tuple((int(a), int(b)) for a, b in windows) for windows in told["week"]),
        {
            date.fromisoformat(day): tuple((int(a), int(b)) for a, b in windows)
            for day, windows in told["dates"].items()
        },
        str(told.get("name", "")),
    )
