"""Every message key of the program has a sentence, and every sentence can be said with the values that are given."""

import ast
import re
import string

import pytest

from leaddesk.desk.card import _ACTS
from leaddesk.domain.words import Clock, LeadState, Source
from leaddesk.intake.reason import FAILED_COLUMNS, FILE_REASONS, ROW_REASONS, WARNINGS
from leaddesk.pages.labels import LABELS, TERMS
from leaddesk.pages.marks import Plural
from leaddesk.pages.messages import MESSAGES
from leaddesk.pages.readings import READINGS
from leaddesk.pages.refusals import REFUSALS
from leaddesk.pages.sayings import SAYINGS
from leaddesk.pages.troubles import TROUBLES
from leaddesk.pages.words import FORMS, Words
from tests.pages.source import Raised, calls, files, raised, strings

#: Keys made of parts, with every value a part can take.
MADE = (
    *(f"source-{one.value}" for one in Source),
    *(f"why-sla-{one.value}" for one in Clock),
    *(f"out-{one.value}" for one in (LeadState.REJECTED, LeadState.WON, LeadState.LOST)),
    *(f"points-{one}" for one in ("sum", "decay", "cap")),
    *(f"consequence-{key}" for key in ("call", "reject", "object", "meeting", "take", "nurture")),
    "undone",
    "fact-merged",
)


def places(template: str | Plural) -> frozenset[str]:
    """The names of the values a text needs."""
    texts = (template,) if isinstance(template, str) else (template.one, template.many, f"{{{template.by}}}")
    return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


def by_key() -> dict[str, list[Raised]]:
    """What is raised, by key; patterns under every key they fit that nobody raises by name."""
    found: dict[str, list[Raised]] = {}
    for one in raised():
        if not one.pattern:
            found.setdefault(one.key, []).append(one)
    for one in raised():
        if one.pattern:
            for key in MESSAGES:
                if re.fullmatch(one.key, key) and key not in found:
                    found.setdefault(key, []).append(one)
    return found


def test_the_walk_sees_the_source() -> None:
    keys = {one.key for one in raised()}
    seen = {"objection", "why-callback", "did-note", "store-wrong-key", "token-expired", "row-cut", "phone-too-long"}
    assert seen <= keys and len(keys) > 150


def test_every_key_raised_has_a_sentence() -> None:
    missing = [f"{one.where}: {one.key}" for one in raised() if not one.pattern and one.key not in MESSAGES]
    assert not missing
    assert [one for one in raised() if one.pattern and not any(re.fullmatch(one.key, key) for key in MESSAGES)] == []


@pytest.mark.parametrize("key", sorted({*MADE, *ROW_REASONS, *FILE_REASONS, *WARNINGS}))
def test_every_listed_key_has_a_sentence(key: str) -> None:
    assert key in MESSAGES


def test_every_raiser_gives_what_at_least_one_sentence_needs() -> None:
    holes = [
        f"{one.where}: {key} gives {sorted(one.values)}"
        for key, found in by_key().items()
        for one in found
        if one.values is not None and not any(places(text) <= one.values for text in MESSAGES.get(key, ()))
    ]
    assert not holes


def test_every_sentence_can_be_said_by_somebody() -> None:
    found = by_key()
    for key, texts in MESSAGES.items():
        given = [one.values for one in found.get(key, ())]
        if None in given:
            continue
        for text in texts:
            told = any(places(text) <= values for values in given if values is not None)
            assert told or not given or not places(text), f"{key}: nobody gives {sorted(places(text))}"


def test_no_sentence_without_a_key_in_the_program() -> None:
    patterns = [re.compile(one.key) for one in raised() if one.pattern]
    dead = [
        key
        for key in MESSAGES
        if key not in strings() and key not in MADE and not any(one.fullmatch(key) for one in patterns)
    ]
    assert not dead


def test_no_key_stands_in_two_tables() -> None:
    assert len(MESSAGES) == len(SAYINGS) + len(REFUSALS) + len(READINGS) + len(TROUBLES)


def test_what_ends_a_sync_can_be_said_without_values() -> None:
    """The desk keeps only the key of what the last sync failed of."""
    keys = {one.key for one in raised() if one.family in ("Unreachable", "Denied") and not one.pattern}
    unsayable = [key for key in sorted(keys) if not any(not places(text) for text in MESSAGES[key])]
    assert not unsayable


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_sentence_can_be_said_in_full(language: str) -> None:
    words = Words(language, "Europe/Helsinki")
    for key, texts in MESSAGES.items():
        for text in texts:
            told = words.sentence(key, dict.fromkeys(places(text), 2))
            assert told and key != told and "{" not in told, key


def test_places_ask_for_forms_that_there_are() -> None:
    for key, texts in MESSAGES.items():
        for text in texts:
            for one in (text,) if isinstance(text, str) else (text.one, text.many):
                forms = {form for _, name, form, _ in string.Formatter().parse(one) if name and form}
                assert forms <= FORMS | TERMS.keys(), key


def test_every_value_of_the_closed_vocabularies_has_a_name() -> None:
    for kind, names in LABELS.items():
        assert set(names) == set(kind), kind


def test_acts_of_the_card_and_headings_of_failed_rows_have_words() -> None:
    words = Words("en")
    assert all(words.sentence(key, {}) != key for key in FAILED_COLUMNS)
    assert {kind.kind for _, kind in _ACTS} <= TERMS["act"].keys()


def test_texts_are_said_as_one_literal() -> None:
    """An f-string or a glued text cannot be collected for translation, so nobody could translate it."""
    bad = []
    for path in files():
        for node in calls(path, "say", "plural", "N_", "NN_"):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = node.args[: 1 if name in ("say", "N_") else 2]
            bad += [
                f"{path.name}:{node.lineno}"
                for text in texts
                if isinstance(text, ast.JoinedStr | ast.BinOp | ast.Starred)
                or (isinstance(text, ast.Call) and getattr(text.func, "attr", "") in ("format", "join", "replace"))
            ]
    assert not bad


def test_texts_said_are_given_their_values() -> None:
    bad = []
    for path in files():
        for node in calls(path, "say", "plural"):
            plural = getattr(node.func, "attr", "") == "plural"
            given = {one.arg for one in node.keywords} | ({"n"} if plural else set())
            for text in node.args[: 2 if plural else 1]:
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and None not in given:
                    if missing := places(text.value) - given:
                        bad.append(f"{path.name}:{node.lineno}: {sorted(missing)}")
    assert not bad
