"""The gettext catalogues, one per language, and the one choice of language.

``.po`` files stand in ``resources/locale``; the compiled ``.mo`` beside them is what is read here. English is the source
language: a text without a translation is shown in English, never as a key.
"""

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from leaddesk.config.folders import data_dir

#: Languages there is a catalogue for, the first is used where none of the wishes can be met.
LANGUAGES = ("en", "fi", "sv")

DOMAIN = "leaddesk"


def choose(*wishes: str, environment: Mapping[str, str] | None = None) -> str:
    """The first wish there is a catalogue for, then what the environment says (LC_ALL, LC_MESSAGES, LANG), then English.

    A wish may be a bare language ("fi"), a locale ("fi_FI.UTF-8", "sv-FI") or "" for no wish.
    """
    given = os.environ if environment is None else environment
    for wish in (*wishes, *(given.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))):
        language = wish.replace("-", "_").split("_")[0].split(".")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def locale_dir() -> Path:
    """The folder of the catalogues."""
    return data_dir() / "resources" / "locale"


@cache
def load(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, read once; one that is missing gives the English texts."""
    return gettext.translation(DOMAIN, locale_dir(), [language], fallback=True)
