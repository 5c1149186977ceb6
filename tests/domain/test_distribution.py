"""Who gets a lead that nobody has: by territory, industry and turns, as far as each can carry."""

from dataclasses import replace
from typing import Any

import pytest

from leaddesk.domain.agreement import Share
from leaddesk.domain.distribution import Choice, choose
from leaddesk.domain.record import User
from leaddesk.domain.state import Account, Lead, Telling
from leaddesk.domain.words import LeadKind, LeadState, Role, Source
from tests.domain.scene import NOW, POLICY

USERS = [
    User(id=f"id-{login}", login=login, name=login.title(), role=role, teams=teams)
    for login, role, teams in (
        ("aino", Role.REP, ()), ("pekka", Role.REP, ()), ("liisa", Role.REP, ("north",)), ("boss", Role.MANAGER, ()),
        ("maija", Role.MARKETER, ()),
    )
]  # fmt: skip


def account(team: str = "", **facts: str) -> Account:
    told = (Telling(values=tuple(facts.items()), source=Source.PURCHASED, at=NOW),) if facts else ()
    return Account(id="acc", name="Kuusikon Saha Oy", created_at=NOW, told=told, team=team)


def lead(state: LeadState = LeadState.OFFERED, owner: str = "", kind: LeadKind = LeadKind.VERIFIED) -> Lead:
    return Lead(
        id="lead", account="acc", person="", kind=kind, state=state, created_at=NOW, owner=owner, offered_at=NOW
    )


def chosen(
    shares: tuple[Share, ...],
    one: Lead | None = None,
    at: Account | None = None,
    users: list[User] = USERS,
    **rest: Any,
) -> Choice | None:
    terms = replace(POLICY.agreement, distribution=shares, distributor=rest.pop("distributor", ""))
    policy = replace(POLICY, agreement=terms)
    given = {"away": (), "carried": {}, "turns": {}, **rest}
    return choose(one or lead(), at or account(), policy, users, **given)


BOTH = Share(to=("aino", "pekka"))


def test_turns_go_round() -> None:
    turns: dict[str, int] = {}
    got = []
    for n in range(1, 6):
        choice = chosen((BOTH,), turns=turns)
        assert choice is not None and choice.why == "turn"
        got.append(choice.owner)
        turns[choice.owner] = n
    assert got == ["id-aino", "id-pekka", "id-aino", "id-pekka", "id-aino"]


@pytest.mark.parametrize(
    ("facts", "owner", "why"),
    [
        ({"municipality": "Tampere"}, "id-pekka", "territory:Tampere"),
        ({"municipality": "TAMPERE"}, "id-pekka", "territory:TAMPERE"),
        ({"postcode": "33100"}, "id-pekka", "territory:33100"),
        ({"postcode": "00100", "industry": "25"}, "id-aino", "industry:25"),
        ({"industry": "62"}, "id-aino", "turn"),
        ({}, "id-aino", "turn"),
    ],
)
def test_the_first_rule_that_takes_a_lead_decides(facts: dict[str, str], owner: str, why: str) -> None:
    shares = (Share(to=("pekka",), places=("Tampere", "33")), Share(to=("aino",), industries=("25",)), BOTH)
    assert chosen(shares, at=account(**facts)) == Choice(owner, why)


def test_by_kind() -> None:
    shares = (Share(to=("pekka",), kinds=(LeadKind.HAND_RAISER,)),)
    assert chosen(shares, lead(kind=LeadKind.HAND_RAISER)) == Choice("id-pekka", "kind:hand-raiser")
    assert chosen(shares) is None


def test_nobody_gets_more_than_he_can_carry() -> None:
    full = (Share(to=("aino", "pekka"), capacity=2),)
    assert chosen(full, carried={"id-aino": 2, "id-pekka": 1}, turns={"id-pekka": 9}) == Choice("id-pekka", "turn")
    assert chosen(full, carried={"id-aino": 2, "id-pekka": 2}) is None


def test_who_is_away_has_left_or_may_not_see_it_gets_nothing() -> None:
    assert chosen((BOTH,), away=("id-aino",)) == Choice("id-pekka", "turn")
    left = [replace(one, active=one.login != "aino") for one in USERS]
    assert chosen((BOTH,), users=left) == Choice("id-pekka", "turn")
    shares = (Share(to=("aino", "liisa", "maija", "nobody")),)
    assert chosen(shares, at=account(team="north")) == Choice("id-liisa", "turn")
    assert chosen((Share(to=("maija",)),)) is None


def test_without_a_rule_a_lead_of_nobody_stays_everybodys() -> None:
    assert chosen(()) is None and chosen((), distributor="boss") is None


@pytest.mark.parametrize(
    ("state", "owner", "why"),
    [
        (LeadState.TAKEN, "id-boss", "manager"),
        (LeadState.ACCEPTED, "id-boss", "manager"),
        (LeadState.OFFERED, "", "released"),
        (LeadState.NURTURE, "", "released"),
    ],
)
def test_what_somebody_who_left_had_goes_to_somebody(state: LeadState, owner: str, why: str) -> None:
    left = lead(state, "id-gone")
    assert chosen((), left) == Choice(owner, why)
    assert chosen((BOTH,), left) == Choice("id-aino", "turn")
    assert chosen((), left, distributor="pekka") == Choice("id-pekka", "distributor")


def test_where_nobody_is_left_nobody_is_named() -> None:
    nobody = [replace(one, active=False) for one in USERS]
    assert chosen((BOTH,), lead(LeadState.TAKEN, "id-gone"), users=nobody) is None
