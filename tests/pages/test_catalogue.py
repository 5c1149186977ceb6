"""The catalogues: whole in every language, true to the texts, and compiled as they are written."""

import gettext
import re
import string

import pytest

from leaddesk.pages.catalogue import choose, load
from leaddesk.pages.words import Words
from tests import catalogue
from tests.catalogue import LANGUAGES

#: Texts that are the same in every language: names, marks and places alone.
_WORDS = re.compile(r"[^\W\d_]{2,}")


def places(text: str) -> set[tuple[str, str]]:
    """The places of a text with their forms."""
    return {(name, form or "") for _, name, form, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue_and_translated(language: str) -> None:
    told = catalogue.read(language)
    wanted = {message.id for message in catalogue.extracted() if message.id}
    kept = {message.id for message in told if message.id}
    assert kept == wanted, "run: python -m tests.catalogue"
    assert [message.id for message in told if message.id and not all(catalogue.texts(message))] == []
    assert not [message.id for message in told if message.fuzzy and message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with catalogue.place(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue.read(language):
        if not message.id:
            continue
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            for n in (0, 1, 2, 5, 21):
                assert compiled.ngettext(*message.id[:2], n) in catalogue.texts(message)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_keep_the_places(language: str) -> None:
    for message in catalogue.read(language):
        if not message.id:
            continue
        asked = [places(one) for one in ((message.id,) if isinstance(message.id, str) else message.id)]
        for text in catalogue.texts(message):
            # The form for one may leave its number out.
            assert any(places(text) == one for one in asked), (message.id, text)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_is_left_in_english(language: str) -> None:
    """A sentence of three words or more that is the same in both languages was forgotten."""
    same = [
        (asked, text)
        for message in catalogue.read(language)
        for asked, text in zip(
            (message.id,) if isinstance(message.id, str) else message.id, catalogue.texts(message), strict=False
        )
        if asked == text and len(_WORDS.findall(re.sub(r"\{.*?\}", "", asked))) > 2
    ]
    assert not same


def test_plural_rules() -> None:
    for language in LANGUAGES:
        words = Words(language)
        one, two = (words.plural("{n} day", "{n} days", n) for n in (1, 2))
        assert one.startswith("1") and two.startswith("2") and one[1:] != two[1:], language


@pytest.mark.parametrize(
    ("wish", "language"), [("fi", "fi"), ("sv-FI", "sv"), ("en_GB.UTF-8", "en"), ("FI", "fi"), ("de", "sv"), ("", "sv")]
)
def test_a_wish_that_is_not_spoken_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, wish: str, language: str
) -> None:
    monkeypatch.setenv("LEADDESK_LANGUAGE", "sv_FI.UTF-8")
    assert choose(wish) == language


def test_a_language_without_a_catalogue_speaks_english() -> None:
    assert load("xx").gettext("Accepted") == "Accepted"


def test_no_language_is_filled_with_another() -> None:
    """A Swedish text that is the Finnish one word for word was copied; marks, names and places alone may agree."""
    finnish = {str(message.id): catalogue.texts(message) for message in catalogue.read("fi") if message.id}
    copied = []
    for message in catalogue.read("sv"):
        texts = catalogue.texts(message)
        asked = message.id if isinstance(message.id, str) else message.id[0]
        if message.id and texts == finnish[str(message.id)] and asked not in texts:
            copied += [text for text in texts if _WORDS.search(re.sub(r"\{.*?\}", "", text))]
    assert not copied
