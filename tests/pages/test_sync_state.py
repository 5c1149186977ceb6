"""Where the desk stands, in words: what is, what waits, how old the data are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from leaddesk.desk.rows import Phrase
from leaddesk.pages.words import Words

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class State:
    """A status with everything well and nothing waiting, but for what a test says."""

    signed_in: bool = True
    online: bool = True
    syncing: bool = False
    waiting: int = 0
    held: int = 0
    attention: int = 0
    last_sync: datetime | None = NOW - timedelta(minutes=5)
    offline_since: datetime | None = None
    trouble: Phrase | None = None
    skew_seconds: float = 0.0


OFFLINE = NOW - timedelta(minutes=40)

CASES = {
    "well": (State(), "Up to date 13.55"),
    "signed out": (State(signed_in=False, last_sync=None), "Not signed in"),
    "never": (State(last_sync=None, online=False), "Not yet synced"),
    "syncing": (State(syncing=True), "Syncing…"),
    "waiting": (State(waiting=2), "Connected · 2 waiting to be sent, safe on this computer · data as of 13.55"),
    "offline": (State(online=False, offline_since=OFFLINE), "No connection since 13.20 · data as of 13.55"),
    "offline with work": (
        State(online=False, offline_since=OFFLINE, waiting=1),
        "No connection since 13.20 · 1 waiting to be sent, safe on this computer · data as of 13.55",
    ),
    "revoked": (
        State(trouble=Phrase("token-expired"), attention=1),
        "The sign-in has run out. Sign in again; unsent work is safe · 1 needs attention",
    ),
    "held": (
        State(waiting=3, held=2, attention=1),
        (
            "Connected · 1 waiting to be sent, safe on this computer · 2 held until what needs attention is settled · "
            "data as of 13.55 · 1 needs attention"
        ),
    ),
    "attention": (State(attention=3), "Up to date 13.55 · 3 need attention"),
    "a little off": (State(skew_seconds=119), "Up to date 13.55"),
    "behind": (
        State(skew_seconds=3 * 86_400),
        "Up to date 13.55 · this computer's clock is 3 days behind the central's",
    ),
    "ahead": (State(skew_seconds=-600), "Up to date 13.55 · this computer's clock is 10 min ahead of the central's"),
}


@pytest.mark.parametrize(("state", "told"), CASES.values(), ids=CASES)
def test_words(state: State, told: str) -> None:
    assert Words("en", "Europe/Helsinki", lambda: NOW).sync_state(state) == told


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("state", [state for state, _ in CASES.values()], ids=CASES)
def test_no_word_of_it_is_english(language: str, state: State) -> None:
    told = Words(language, "Europe/Helsinki", lambda: NOW).sync_state(state)
    english = Words("en", "Europe/Helsinki", lambda: NOW).sync_state(state)
    assert told and "{" not in told
    assert not set(told.split(" · ")) & set(english.split(" · "))


def test_a_time_as_it_is_written_is_the_readers() -> None:
    summer = datetime(2026, 7, 1, 9, 0)
    assert Words("en", "Europe/Helsinki").instant(summer) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert Words("en", "America/New_York").instant(summer) == datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
    assert Words("en", "Europe/Helsinki").instant(summer.replace(tzinfo=UTC)) == summer.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(259_199.998, "3 days"), (-259_199.998, "3 days"), (215_000, "2 days"), (7_199.9, "2 h"), (121, "2 min")],
)
def test_a_difference_of_clocks_is_rounded(seconds: float, told: str) -> None:
    assert f"clock is {told} " in Words("en").skew(seconds)


def test_a_difference_that_hardly_is_one_is_not_told() -> None:
    assert Words("en").skew(119.9) == Words("en").skew(-60) == ""
