"""What is kept beside the leads: policies and users, choices, drafts, mappings; seen by every process of the
profile."""

from dataclasses import replace
from pathlib import Path

import pytest

from leaddesk.config.settings import Settings, setting_names
from leaddesk.desk.drafts import Drafts
from leaddesk.desk.settings import Choices
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import document, read
from leaddesk.domain.errors import BadInput
from leaddesk.domain.plain import pack
from leaddesk.domain.record import FeedRow, User
from leaddesk.domain.words import Role
from leaddesk.store.local.store import LocalStore
from tests.store.hands import KEY, NOW, Hands


def _user(one: str, name: str) -> FeedRow:
    return FeedRow(what="user", id=one, seq=1, body=pack(User(id=one, login=name.lower(), name=name, role=Role.REP)))


def _policy(version: int, ready: int) -> FeedRow:
    policy = default_policy()
    changed = replace(policy, version=version, scorecard=replace(policy.scorecard, sales_ready=ready))
    return FeedRow(what="policy", id=str(version), seq=1, body={"version": version, "document": document(changed)})


def test_the_shipped_policy_stands_until_one_is_pulled(store: LocalStore) -> None:
    assert store.policies().in_force(NOW) == default_policy()
    store.record_pull([_policy(1, 60), _policy(2, 90)], "1", True, NOW)
    assert store.policies().in_force(NOW).version == 2
    assert [store.policies().at(one).scorecard.sales_ready for one in (1, 2)] == [60, 90]
    assert read(document(default_policy())) == default_policy()


def test_users_are_known_by_id_and_change(store: LocalStore) -> None:
    store.record_pull([_user("a", "Aino"), _user("b", "Bo")], "1", True, NOW)
    assert store.users()["b"].name == "Bo"
    store.record_pull([_user("b", "Börje")], "2", True, NOW)
    assert {one.name for one in store.users().values()} == {"Aino", "Börje"}


def test_another_process_sees_what_was_pulled(path: Path, store: LocalStore) -> None:
    second = LocalStore.open(path, KEY)
    assert (second.users(), second.policies().in_force(NOW).version) == ({}, 1)
    store.record_pull([_user("a", "Aino"), _policy(2, 90)], "1", True, NOW)
    assert set(second.users()) == {"a"}
    assert second.policies().in_force(NOW).version == 2
    assert second.cursor() == "1"
    second.close()


def test_a_pull_that_fails_leaves_the_old_policy_known(store: LocalStore) -> None:
    bad = FeedRow(what="lead", id="l", seq=2, body={"id": "l"})
    with pytest.raises(BadInput):
        store.record_pull([_policy(2, 90), _user("a", "Aino"), bad], "1", True, NOW)
    assert (store.policies().in_force(NOW).version, store.users()) == (1, {})
    store.record_pull([_policy(2, 91)], "1", True, NOW)
    assert store.policies().in_force(NOW).scorecard.sales_ready == 91


def test_a_new_policy_has_every_lead_asked_anew(store: LocalStore, hands: Hands) -> None:
    made = [hands.lead(f"Y {number} Oy") for number in range(3)]
    store.record_pull([_policy(1, 60)], "1", False, NOW)
    assert store.refresh(NOW) == len(made)


# --- the desk's thin wrappers ---------------------------------------------------------------------------------------


class _Clock:
    def now(self):  # type: ignore[no-untyped-def]
        return NOW


def test_a_draft_is_kept_until_it_is_cleared(path: Path, store: LocalStore) -> None:
    drafts = Drafts(store, _Clock())
    assert drafts.load("l") == ""
    drafts.save("l", "kesken <b>jäänyt</b>\n")
    drafts.save("m", "toinen")
    second = LocalStore.open(path, KEY)
    assert second.draft("l") == "kesken <b>jäänyt</b>\n"
    second.close()
    drafts.save("l", "")
    drafts.clear("m")
    assert (drafts.load("l"), drafts.load("m")) == ("", "")


def test_choices_are_kept_as_their_types(store: LocalStore) -> None:
    choices = Choices(store)
    assert choices.all() == Settings()
    choices.set("language", "sv")
    choices.set("single_letter_keys", False)
    choices.set("sync_minutes", "15")
    assert (choices.get("language"), choices.get("single_letter_keys"), choices.get("sync_minutes")) == (
        "sv",
        False,
        15,
    )
    assert Choices(store).all() == replace(Settings(), language="sv", single_letter_keys=False, sync_minutes=15)


def test_a_bad_choice_is_refused_and_not_kept(store: LocalStore) -> None:
    choices = Choices(store)
    for name, value in (
        ("language", "de"),
        ("theme", ""),
        ("no-such", "x"),
        ("sync_minutes", "often"),
        ("zone", "Mars"),
    ):
        with pytest.raises(BadInput):
            choices.set(name, value)
    with pytest.raises(BadInput):
        choices.get("no-such")
    assert store.settings() == {}


def test_a_choice_this_program_does_not_know_stops_nothing(store: LocalStore) -> None:
    """The file of another version: its names are let be, its values that mean nothing here are the defaults."""
    store.set_setting("from-elsewhere", "x")
    store.set_setting("theme", "psychedelic")
    store.set_setting("density", "dense")
    assert Choices(store).all() == replace(Settings(), density="dense")
    assert "theme" in setting_names()


def test_a_mapping_is_kept_for_its_columns(store: LocalStore) -> None:
    assert store.mapping("nimi;puhelin") is None
    store.save_mapping("nimi;puhelin", ["company.name", "person.phone"])
    assert store.mapping("nimi;puhelin") == ("company.name", "person.phone")
    store.save_mapping("nimi;puhelin", ["company.name", ""])
    assert store.mapping("nimi;puhelin") == ("company.name", "")
