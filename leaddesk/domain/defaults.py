"""The policy that LeadDesk starts with.

Points 20/5/1 for guide, visit and open are the mission's own; the rest is a starting point for the team to change.
Public holidays are those of the Finnish law on public holidays (and the customary eves), written out as dates.
"""

from datetime import date, timedelta
from functools import lru_cache

from leaddesk.domain.agreement import Agreement, Targets
from leaddesk.domain.clock import Calendar, Windows
from leaddesk.domain.policy import Policy, Question, Rule, Scorecard, Silence
from leaddesk.domain.words import Grade, LeadKind, Source

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
