"""The page for both sides: each figure is its leads, and both come from the same rows."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from leaddesk.domain.agreement import Volume
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.report import CRITERIA, PERIODS, WHOLE, Report, count, figures, periods
from leaddesk.domain.words import Clock, LeadState, Period
from tests.domain.lines import made

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LINES = made(3000, NOW)


def policies(leads: int = 0, period: Period = Period.MONTH) -> Policies:
    base = default_policy()
    terms = replace(base.agreement, volume=Volume(leads=leads, period=period))
    held: Policy = replace(base, agreement=terms)
    return Policies({1: held})


def counted(back: int = 0, leads: int = 0) -> Report:
    held = policies(leads)
    return count(LINES, periods(NOW, held), lambda at: at, NOW, held, back).report


def within(report: Report) -> list[frozenset[str]]:
    return [figures(one, NOW) for one in LINES if report.start <= one.offered_at < report.end]


@pytest.mark.parametrize("back", [0, 1, 7, PERIODS - 1, WHOLE])
def test_every_figure_is_the_number_of_the_offers_that_it_counts(back: int) -> None:
    report = counted(back)
    assert report.counts == dict(sorted(Counter(name for one in within(report) for name in one).items()))
    assert report.of("offered") == len(within(report)) > 50


def test_the_whole_is_the_sum_of_its_periods() -> None:
    whole, parts = counted(WHOLE), [counted(back) for back in range(PERIODS)]
    added: Counter[str] = Counter()
    for one in parts:
        added.update(one.counts)
    assert whole.counts == dict(sorted(added.items()))
    assert whole.attempts == sum(one.attempts for one in parts)
    assert [one.offered for one in whole.trend] == [one.of("offered") for one in reversed(parts)]
    assert [one.conforming for one in whole.trend] == [one.of("conforming") for one in reversed(parts)]


def test_each_offer_is_counted_once_by_each_part_of_the_page() -> None:
    report = counted(WHOLE)
    offered = report.of("offered")
    assert offered == report.of("conforming") + report.of("failing") + report.of("open")
    for one in CRITERIA:
        assert offered == sum(report.of(f"{how}:{one}") for how in ("passed", "failed", "unknown"))
    assert offered == sum(report.of(one) for one in ("accepted", "rejected", "returned", "undecided"))
    assert offered == report.of("tried") + report.of("untried")
    assert report.of("rejected") == sum(n for one, n in report.counts.items() if one.startswith("rejected:"))
    for clock in (Clock.TAKE, Clock.FIRST_ATTEMPT, Clock.DECISION):
        owners = sum(n for one, n in report.counts.items() if one.startswith(f"broken:{clock}:"))
        assert report.of(f"broken:{clock}") == owners > 0
        assert report.of(f"told-late:{clock}") <= report.of(f"kept:{clock}")
        assert report.of(f"flagged:{clock}") <= report.of(f"broken:{clock}")


def test_told_late_counts_as_kept_and_a_clock_that_was_off_does_not() -> None:
    line = LINES[0]._replace(
        take_due=NOW, taken_at=NOW, told_late='["take-into-work"]', decision_due=NOW, decided_at=NOW,
        flagged='["decision"]', owner="aino", state=LeadState.TAKEN,
    )  # fmt: skip
    found = figures(line, NOW)
    assert {"kept:take-into-work", "told-late:take-into-work"} <= found
    assert {"broken:decision", "flagged:decision", "broken:decision:aino", "broken::aino"} <= found
    assert "kept:decision" not in found


def test_promised_is_what_the_agreement_of_each_period_says() -> None:
    assert counted().promised is None and all(one.promised is None for one in counted().trend)
    report = counted(WHOLE, leads=40)
    assert report.promised == 40 * PERIODS and {one.promised for one in report.trend} == {40}
    assert counted(3, leads=40).promised == 40


@pytest.mark.parametrize(
    ("period", "now", "starts"),
    [
        (Period.MONTH, NOW, ["2025-12-01", "2026-11-01"]),
        (Period.QUARTER, NOW, ["2024-01-01", "2026-10-01"]),
        (Period.MONTH, datetime(2026, 12, 31, 22, 30, tzinfo=UTC), ["2026-02-01", "2027-01-01"]),
    ],
)
def test_periods_run_from_local_midnight_to_local_midnight(period: Period, now: datetime, starts: list[str]) -> None:
    spans = periods(now, policies(period=period))
    assert len(spans) == PERIODS and spans[-1][0] <= now < spans[-1][1]
    assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))
    local = [at.astimezone(ZoneInfo("Europe/Helsinki")) for at in (spans[0][0], spans[-1][0])]
    assert [f"{at:%Y-%m-%d %H:%M}" for at in local] == [f"{one} 00:00" for one in starts]


def test_the_latest_offers_stand_behind_each_figure() -> None:
    held = policies()
    found = count(LINES, periods(NOW, held), lambda at: at, NOW, held, WHOLE, each=5)
    report = found.report
    for figure, n in report.counts.items():
        must = sorted(
            (
                (one.offered_at, one.lead, one.owner)
                for one in LINES
                if report.start <= one.offered_at < report.end and figure in figures(one, NOW)
            ),
            reverse=True,
        )
        assert len(must) == n
        assert [at for at, *_ in found.behind[figure]] == [at for at, *_ in must[:5]], figure
    alone = count(LINES, periods(NOW, held), lambda at: at, NOW, held, WHOLE, each=5, only="meeting")
    assert alone.behind["meeting"] == found.behind["meeting"] and not alone.behind["conforming"]
