"""The policy document: there and back, and what is wrong with a bad one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from leaddesk.domain.defaults import easter
from leaddesk.domain.document import document, read
from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import PublishPolicy
from leaddesk.domain.policy import Policies
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import Workset
from tests.domain.scene import NOW, POLICIES, POLICY, operation

TEXT = document(POLICY)


def test_there_and_back_is_the_same() -> None:
    assert read(TEXT) == POLICY
    assert document(read(TEXT)) == TEXT


def test_the_text_does_not_depend_on_the_order_things_were_written_in() -> None:
    told = json.loads(TEXT)
    turned = json.dumps({key: told[key] for key in reversed(told)}, indent=1)
    assert document(read(turned)) == TEXT


Change = Callable[[dict[str, Any]], object]

BAD: list[tuple[str, str, Change]] = [
    ("policy-unreadable", "agreement", lambda told: told.pop("agreement")),
    ("policy-unreadable", "agreement", lambda told: told["agreement"].update(targets={"x": {}})),
    ("policy-unreadable", "agreement", lambda told: told["agreement"].update(min_gap=-1)),
    ("policy-unreadable", "agreement", lambda told: told["agreement"].update(latest=1e999)),
    ("policy-unreadable", "agreement", lambda told: told["agreement"].update(attempts="many")),
    ("target-negative", "", lambda told: told["agreement"]["targets"]["outbound"].update(take=-1)),
    ("policy-unreadable", "scorecard", lambda told: told.update(scorecard=[])),
    ("policy-unreadable", "scorecard", lambda told: told["scorecard"]["rules"][0].pop("points")),
    (
        "policy-unreadable",
        "scorecard rule contact-request",
        lambda told: told["scorecard"]["rules"][0].update(per="week"),
    ),
    ("policy-unreadable", "scorecard", lambda told: told["scorecard"]["rules"][0].update(half_life=-1)),
    ("policy-unreadable", "scorecard", lambda told: told["scorecard"].update(size_points=[1])),
    ("policy-unreadable", "scorecard", lambda told: told["scorecard"].update(grades=[["E", 1]])),
    ("policy-unreadable", "scorecard", lambda told: told["scorecard"].update(trust={"gossip": 1})),
    ("policy-unreadable", "calendar", lambda told: told["calendar"].update(week=[[[1]]])),
    ("policy-unreadable", "calendar", lambda told: told["calendar"].update(dates={"2026-13-01": []})),
    ("calendar-needs-seven-days", "", lambda told: told["calendar"].update(week=[])),
    ("zone-unknown", "", lambda told: told["calendar"].update(zone="Mars/Base")),
    ("policy-unreadable", "lanes", lambda told: told.update(lanes=[0])),
    ("policy-unreadable", "lanes", lambda told: told.update(lanes=[1, 1])),
    ("policy-unreadable", "lanes", lambda told: told.update(lanes=[99])),
    ("policy-unreadable", "lanes", lambda told: told.update(window_days=10**9)),
    ("policy-unreadable", "lanes", lambda told: told.update(meet_early_days=-1)),
    ("policy-unreadable", "lanes", lambda told: told.update(silence={"grade": "Z"})),
    ("policy-unreadable", "lanes", lambda told: told.update(script=[{}])),
]


@pytest.mark.parametrize(("key", "part", "change"), BAD, ids=range(len(BAD)))
def test_a_bad_document_names_what_is_wrong(key: str, part: str, change: Change) -> None:
    told = json.loads(TEXT)
    change(told)
    with pytest.raises(BadInput) as caught:
        read(json.dumps(told))
    assert (caught.value.key, caught.value.values.get("part", "")) == (key, part)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "1", '"x"', "{}", "[" * 100_000, "\x00"])
def test_what_is_no_document_is_told(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.key == "policy-unreadable"


# --- publishing -----------------------------------------------------------------------------------------------------


def publish(version: int, text: str = TEXT) -> tuple[Workset, Any]:
    work = Workset(POLICIES, {})
    made = replace(operation(PublishPolicy(version=version, document=text, note="uusi"), by="manager"), account="")
    return work, work.run(made)


def test_a_published_version_is_in_force_and_the_old_one_stays() -> None:
    work, done = publish(2)
    assert (done.verdict, done.values) == (Verdict.APPLIED, {"version": 2})
    assert work.policies.in_force(NOW).version == 2
    assert work.policies.versions[1] == POLICY
    assert work.policies.in_force(NOW) == replace(POLICY, version=2, note="uusi", published=NOW)


@pytest.mark.parametrize("version", [-1, 0, 1, 3, 10**9])
def test_versions_follow_each_other_and_none_is_changed(version: int) -> None:
    work, done = publish(version)
    assert (done.verdict, done.reason, done.values) == (
        Verdict.REFUSED, "policy-version", {"version": version, "expected": 2},
    )  # fmt: skip
    assert work.policies is POLICIES


def test_a_bad_document_is_refused_and_nothing_published() -> None:
    work, done = publish(2, "{")
    assert (done.verdict, done.reason) == (Verdict.REFUSED, "policy-unreadable")
    assert work.policies is POLICIES


def test_a_version_not_known_here_is_judged_by_the_one_in_force() -> None:
    newer = replace(POLICY, version=2)
    both = Policies({1: POLICY, 2: newer})
    assert both.at(1) is POLICY
    assert both.at(99) is newer


@pytest.mark.parametrize(
    "sunday", [date(2000, 4, 23), date(2024, 3, 31), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)]
)
def test_easter(sunday: date) -> None:
    assert easter(sunday.year) == sunday
