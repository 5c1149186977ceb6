"""The gettext catalogues, one per language.

``.po`` files stand in ``resources/locale``; the compiled ``.mo`` beside them is what is read here. English is the
language of the sources: a text without a translation is shown in English, never as a key.
"""

import gettext
from functools import cache
from pathlib import Path

from leaddesk.config.folders import data_dir
from leaddesk.config.settings import LANGUAGES, spoken_language

DOMAIN = "leaddesk"


def choose(wish: str = "") -> str:
    """The language of a wish ("fi", "sv-FI", "en_GB.UTF-8") where there is a catalogue, else the environment's."""
    language = wish.replace("-", "_").split("_")[0].split(".")[0].lower()
    return language if language in LANGUAGES else spoken_language()


def locale_dir() -> Path:
    """The folder of the catalogues."""
    return data_dir() / "resources" / "locale"


@cache
def load(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, read once; one that is missing gives the English texts."""
    return gettext.translation(DOMAIN, locale_dir(), [language], fallback=True)
