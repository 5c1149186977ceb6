"""Default deny: who may do what, written out a second time, kind by kind."""

from datetime import UTC, datetime

import pytest

from leaddesk.domain.operation import ACTS, HISTORY_ACTS, Accept, Act, Assign, BookMeeting, HandOver, Note, Offer
from leaddesk.domain.record import User
from leaddesk.domain.role import MAY, forbidden, may
from leaddesk.domain.words import Role

#: For each kind who may, in the order rep, telemarketer, manager, marketer, admin.
TABLE = {
    "create-lead":       "yes yes yes yes yes",
    "set-fact":          "yes yes yes yes yes",
    "log-call":          "yes yes yes yes yes",
    "book-meeting":      "yes yes yes yes yes",
    "log-meeting":       "yes yes yes yes yes",
    "note":              "yes yes yes yes yes",
    "answer":            "yes yes yes yes yes",
    "snooze":            "yes yes yes yes yes",
    "callback":          "yes yes yes yes yes",
    "set-stage":         "yes yes yes yes yes",
    "objection":         "yes yes yes yes yes",
    "undo":              "yes yes yes yes yes",
    "take":              "yes yes yes no  yes",
    "accept":            "yes no  yes no  yes",
    "reject":            "yes yes yes no  yes",
    "return-to-nurture": "yes yes yes yes yes",
    "hand-over":         "yes yes yes no  yes",
    "won":               "yes no  yes no  yes",
    "lost":              "yes no  yes no  yes",
    "import-rows":       "yes no  yes yes yes",
    "undo-import":       "yes no  yes yes yes",
    "assign":            "no  no  yes no  yes",
    "offer":             "no  no  yes yes yes",
    "revoke-objection":  "no  no  yes no  yes",
    "erase":             "no  no  no  no  yes",
    "publish-policy":    "no  no  yes yes yes",
    "sign-agreement":    "no  no  yes yes no",
}  # fmt: skip

CELLS = [
    (role, kind, word == "yes") for kind, row in TABLE.items() for role, word in zip(Role, row.split(), strict=True)
]


@pytest.mark.parametrize(("role", "kind", "allowed"), CELLS, ids=[f"{role.value}-{kind}" for role, kind, _ in CELLS])
def test_who_may(role: Role, kind: str, allowed: bool) -> None:
    assert may(role, kind) is allowed


def test_every_kind_stands_in_the_table_and_nothing_else_is_allowed() -> None:
    assert set(TABLE) == set(ACTS)
    assert set().union(*MAY.values()) <= set(ACTS)


@pytest.mark.parametrize("kind", ["", "forget", "import-row", "undo-row", "Accept", "*"])
def test_what_is_not_listed_nobody_may(kind: str) -> None:
    assert not any(may(role, kind) for role in Role)


def test_what_is_made_while_applying_is_never_sent() -> None:
    assert set(HISTORY_ACTS) - set(ACTS) == {"import-row", "undo-row"}


USERS = {
    one.id: one
    for one in (
        User(id="rep", login="rep", name="Aino", role=Role.REP),
        User(id="gone", login="gone", name="", role=Role.REP, active=False),
        User(id="marketer", login="marketer", name="", role=Role.MARKETER),
    )
}
NAMED: list[tuple[Act, str]] = [
    (HandOver(lead="l", to="rep"), ""),
    (HandOver(lead="l", to="gone"), "user-unknown"),
    (HandOver(lead="l", to="nobody"), "user-unknown"),
    (HandOver(lead="l", to="marketer"), "user-takes-no-leads"),
    (Assign(lead="l", owner="marketer"), "user-takes-no-leads"),
    (Offer(lead="l", owner="marketer"), "user-takes-no-leads"),
    (Offer(lead="l"), ""),
    (BookMeeting(lead="l", starts=datetime(2036, 1, 1, tzinfo=UTC), host="marketer"), ""),
    (BookMeeting(lead="l", starts=datetime(2036, 1, 1, tzinfo=UTC), host="gone"), "user-unknown"),
    (Note(lead="l", text="x"), ""),
]


@pytest.mark.parametrize(("act", "reason"), NAMED, ids=[f"{act.kind}-{reason or 'yes'}" for act, reason in NAMED])
def test_a_lead_goes_to_somebody_who_may_take_it(act: Act, reason: str) -> None:
    refused = forbidden(Role.MANAGER, act, USERS)
    assert (refused.reason if refused is not None else "") == reason


def test_what_the_role_may_not_is_said_with_the_role() -> None:
    refused = forbidden(Role.TELEMARKETER, Accept(lead="l"), USERS)
    assert refused is not None
    assert (refused.reason, refused.values) == ("act-not-permitted", {"act": "accept", "role": "telemarketer"})
