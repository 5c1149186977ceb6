"""What is told after a trouble, and the names of facts: fitting, and in the reader's language."""

import pytest

from leaddesk.domain.errors import Refusal
from leaddesk.pages.words import Words


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_question_before_many_leads_go_names_the_answer(language: str) -> None:
    told = Words(language).advice(Refusal("pull-removes-much", removed=9_170, of=19_671))
    assert "leaddesk sync --accept-removal" in told


def test_a_refusal_says_nothing_of_a_lead_it_may_not_be_about() -> None:
    assert Words("en").advice(Refusal("tenant-exists", tenant="T")) == "Nothing was changed."


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_facts_of_files_have_names(language: str) -> None:
    words = Words(language)
    for key in ("registered", "department", "seniority", "employees_band", "revenue_band", "phone_other"):
        assert words.term("fact", key) != key


def test_an_open_decision_is_nobodys_in_particular() -> None:
    assert "our" not in Words("en").sentence("why-yours-to-decide", {"score": 12})
