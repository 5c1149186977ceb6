"""Default deny: who may do what, written out a second time, kind by kind."""

import pytest

from leaddesk.domain.operation import ACTS, HISTORY_ACTS
from leaddesk.domain.role import MAY, may
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
    "publish-policy":    "no  no  yes yes yes",
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


@pytest.mark.parametrize("kind", ["", "erase", "import-row", "undo-row", "Accept", "*"])
def test_what_is_not_listed_nobody_may(kind: str) -> None:
    assert not any(may(role, kind) for role in Role)


def test_what_is_made_while_applying_is_never_sent() -> None:
    assert set(HISTORY_ACTS) - set(ACTS) == {"import-row", "undo-row"}
