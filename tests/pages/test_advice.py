"""What is told after a trouble, and the names of facts: fitting, and in the reader's language."""

import pytest

from leaddesk.domain.errors import Denied, Refusal, StoreTrouble
from leaddesk.domain.operation import HandOver
from leaddesk.domain.role import may
from leaddesk.domain.words import Role
from leaddesk.pages.words import Words


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_question_before_many_leads_go_names_the_answer(language: str) -> None:
    told = Words(language).advice(Refusal("pull-removes-much", removed=9_170, of=19_671))
    assert "leaddesk sync --accept-removal" in told


def test_a_refusal_says_nothing_of_a_lead_it_may_not_be_about() -> None:
    assert Words("en").advice(Refusal("tenant-exists", tenant="T")) == "Nothing was changed."


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", ["offer", "accept", "import-rows", "publish-policy"])
def test_what_a_role_may_not_do_is_no_matter_of_signing_in(role: Role, act: str) -> None:
    told = Words("en").advice(Denied("act-not-permitted", act=act, role=role.value))
    assert "Nothing was changed" in told and "ign in" not in told
    gives = act in ("offer", "accept") and may(role, HandOver.kind)
    assert ("leaddesk hand-over ID --to REP" in told) == gives


def test_a_telemarketer_hears_how_a_lead_goes_to_sales() -> None:
    told = Words("en").advice(Denied("act-not-permitted", act="accept", role="telemarketer"))
    assert "hand-over ID --to REP" in told
    assert "ign in" not in Words("en").advice(Denied("user-takes-no-leads", user="Maija", role="marketer"))


def test_a_new_profile_has_no_file_that_was_left_as_it_is() -> None:
    for key in ("passphrase-too-short", "passphrase-needed", "no-keyring"):
        assert "file" not in Words("en").advice(StoreTrouble(key, least=8, variable="X"))


def test_who_is_signed_out_or_disabled_is_not_taken_for_the_administrator() -> None:
    words = Words("en")
    told = words.error(Denied("device-revoked", device="vm"))
    assert told.startswith("This computer (vm) was signed out by an administrator.")
    disabled = Denied("user-disabled", user="rep")
    assert words.error(disabled) == "This user was disabled by an administrator: rep."
    assert "does not help" in words.advice(disabled)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_facts_of_files_have_names(language: str) -> None:
    words = Words(language)
    for key in ("registered", "department", "seniority", "employees_band", "revenue_band", "phone_other"):
        assert words.term("fact", key) != key


def test_an_open_decision_is_nobodys_in_particular() -> None:
    assert "our" not in Words("en").sentence("why-yours-to-decide", {"score": 12})
