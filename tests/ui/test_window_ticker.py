"""The one clock: whole minutes, seconds only where they are seen, and the instant the queue changes by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from leaddesk.ui.ticker import Ticker
from tests.ui.dialog_support import StillClock

pytestmark = pytest.mark.usefixtures("qapp")

AT = datetime(2026, 11, 24, 11, 0, 12, 250_000, tzinfo=UTC)


def test_it_ticks_at_whole_minutes() -> None:
    ticker = Ticker(StillClock(AT))
    assert ticker.until_next(AT) == timedelta(seconds=47, milliseconds=750)


@pytest.mark.parametrize(
    ("left", "fine"),
    [(timedelta(minutes=6), False), (timedelta(minutes=4), True), (timedelta(), True), (-timedelta(seconds=1), False)],
)
def test_seconds_only_in_the_last_five_minutes(left: timedelta, fine: bool) -> None:
    ticker = Ticker(StillClock(AT))
    ticker.watch(AT + left)
    assert ticker.is_fine(AT) is fine
    assert ticker.until_next(AT) <= timedelta(seconds=1) if fine else ticker.until_next(AT) > timedelta(seconds=1)


def test_it_ticks_when_the_last_five_minutes_begin() -> None:
    ticker = Ticker(StillClock(AT))
    ticker.watch(AT + timedelta(minutes=5, seconds=20))
    assert ticker.until_next(AT) == timedelta(seconds=20)


def test_a_call_goes_by_the_second_while_it_is_seen() -> None:
    ticker = Ticker(StillClock(AT))
    ticker.time(True)
    assert ticker.is_fine(AT)
    ticker.show(False)
    assert not ticker.is_fine(AT)
    ticker.show(True)
    ticker.time(False)
    assert not ticker.is_fine(AT)


def test_it_wakes_once_when_the_queue_changes(qtbot: QtBot) -> None:
    clock = StillClock(AT)
    ticker = Ticker(clock)
    ticker.wake_at(AT + timedelta(seconds=10))
    assert ticker.until_next(AT) == timedelta(seconds=10)
    woken: list[int] = []
    ticker.woke.connect(lambda: woken.append(1))
    ticker.tick()
    assert woken == []
    clock.pass_by(seconds=10)
    with qtbot.waitSignal(ticker.ticked) as told:
        ticker.tick()
        ticker.tick()
    ticker.stop()
    assert woken == [1]
    assert told.args == [clock.now()]


def test_a_leap_of_the_clock_is_told_as_it_is(qtbot: QtBot) -> None:
    clock = StillClock(AT)
    ticker = Ticker(clock)
    told: list[datetime] = []
    ticker.ticked.connect(told.append)
    ticker.tick()
    clock.pass_by(hours=9)
    ticker.tick()
    ticker.stop()
    assert told == [AT, AT + timedelta(hours=9)]
