"""A draft of the agreement from a file: what it changes, what stays, and in plain words what is wrong with it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaddesk.domain.agreement import Definition, Step, Targets, Volume
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.errors import BadInput
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import BuyingStage, LeadKind, Party, Period, RejectReason
from leaddesk.intake import agreement

BASE = default_policy()

WHOLE = """
note = "Kevät"
effective = 2027-01-01
reasons = ["need", "not-reached"]
attempts = 6
min_gap = "2h"
latest = "16h"
skew = "3m"
pausing = []
distributor = "paula"

[targets.hand-raiser]
take = "30m"
[targets.outbound]
decision = "40h"
[tiers.hand-raiser.A]
take = "15m"
first_attempt = 0

[definition]
employees = 10
roles = ["decision-maker"]
stages = ["need", "deciding"]
points = 40
[volume]
leads = 40
period = "quarter"
[calling]
mon = ["09:00-11:30"]
[stages.no-need]
owner = "marketing"
action = { fi = "Pidä yhteyttä", en = "Stay in touch" }
[calendar]
zone = "Europe/Stockholm"
[calendar.week]
mon = ["08:00-17:00"]
"""


def read(text: str) -> Policy:
    return agreement.read(text.encode(), BASE, [2026, 2027])


def test_what_a_draft_says() -> None:
    made = read(WHOLE)
    terms = made.agreement
    assert terms.targets[LeadKind.HAND_RAISER] == replace(BASE.agreement.targets[LeadKind.HAND_RAISER], take=30)
    assert terms.targets[LeadKind.VERIFIED] == BASE.agreement.targets[LeadKind.VERIFIED]
    assert terms.targets[LeadKind.OUTBOUND] == Targets(decision=2400)
    assert terms.tiers == {(LeadKind.HAND_RAISER, "A"): Targets(take=15)}
    assert terms.reasons == (RejectReason.NEED, RejectReason.NOT_REACHED)
    assert (terms.attempts, terms.min_gap, terms.latest, terms.skew, terms.pausing) == (6, 120, 960, 3, ())
    assert (terms.distributor, terms.effective, made.note) == ("paula", date(2027, 1, 1), "Kevät")
    stages = (BuyingStage.NEED, BuyingStage.DECIDING)
    assert terms.definition == Definition(employees=10, roles=("decision-maker",), stages=stages, points=40)
    assert terms.volume == Volume(leads=40, period=Period.QUARTER)
    assert terms.calling == (((540, 690),), *((),) * 6)
    assert terms.stages == {
        BuyingStage.NO_NEED: Step(owner=Party.MARKETING, action={"fi": "Pidä yhteyttä", "en": "Stay in touch"})
    }
    assert (made.calendar.zone, made.calendar.week[0]) == ("Europe/Stockholm", ((480, 1020),))
    # What is no promise stays.
    assert made.scorecard == BASE.scorecard and made.signed == ()


def test_what_is_not_named_stays_but_for_when_it_begins() -> None:
    base = replace(BASE, agreement=replace(BASE.agreement, effective=date(2026, 1, 1), attempts=9))
    made = agreement.read(b"latest = '8h'", base, [])
    assert made.agreement == replace(base.agreement, latest=480, effective=None) and made.calendar == base.calendar


_BAD = {
    "agreement-unreadable": [
        "x", "attempts = -1", "attempts = 'many'", "reasons = 'need'", "reasons = ['mood']", "effective = 'soon'",
        "[targets.walk-in]\ntake = '2h'", "targets = 3", "[tiers.hand-raiser.D]\ntake = '2h'", "tiers.outbound = 2",
        "[definition]\nstages = ['later']", "[definition]\nemployees = -1", "[volume]\nperiod = 'week'",
        "[volume]\nleads = -4", "[stages.need]\nowner = 'boss'", "[stages.need]\nowner = 'sales'", "pausing = 'x'",
        "[stages.later]\nowner = 'sales'", "definition = []",
    ],
    "agreement-part-unknown": [
        "weather = 1", "[targets.hand-raiser]\nsmile = '2h'", "[definition]\nshoes = 1", "[volume]\nper = 'month'",
        "[tiers.outbound.A]\nlunch = '1h'",
    ],
    "target-negative": ["min_gap = '-2h'", "[targets.outbound]\ntake = '-5m'"],
    "target-unreadable": ["latest = '2d'", "latest = 8", "[targets.outbound]\ntake = true"],
    "calendar-window-outside-day": ["[calendar]\nzone = 'UTC'\n[calendar.week]\nmon = ['08:00-25:00']"],
    "calendar-window-reversed": ["[calling]\nmon = ['16:00-08:00']"],
    "calendar-windows-overlap": ["[calling]\nmon = ['08:00-12:00', '11:00-13:00']"],
    "calendar-part-unknown": ["[calling]\nmonday = []", "[calendar]\nzone = 'UTC'\nhours = 1"],
    "zone-unknown": ["[calendar]\nzone = 'Mars/Olympus'"],
    "holidays-unknown": ["[calendar]\nzone = 'UTC'\nholidays = 'XX'"],
}  # fmt: skip


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in _BAD.items() for text in texts])
def test_what_is_wrong_is_named(key: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.key == key
    if key == "agreement-unreadable" and text != "x":
        assert str(refused.value.values["part"]).split(".")[0] in text


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_nothing_but_bad_input(data: bytes) -> None:
    try:
        agreement.read(data, BASE, [2026])
    except BadInput:
        pass
