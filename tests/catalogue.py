"""Keeps the catalogues of ``resources/locale`` with the texts of the program. Run it after texts have changed:

    .venv/bin/python -m tests.catalogue

It collects the texts of ``leaddesk``, brings every ``.po`` up to date (English is filled in by itself), compiles the
``.mo`` files and names what still has to be translated.
"""

import sys
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "resources" / "locale"
LANGUAGES = ("fi", "sv", "en")

#: Which calls hold texts, and which of their arguments are the text and its plural.
KEYWORDS = {"say": None, "N_": None, "gettext": None, "plural": (1, 2), "NN_": (1, 2), "ngettext": (1, 2)}

_MADE = datetime(2026, 11, 24, tzinfo=UTC)


@cache
def extracted() -> Catalog:
    """Every text of the program, in English."""
    catalog = Catalog(project="LeadDesk", charset="utf-8", creation_date=_MADE)
    found = extract_from_dir(str(ROOT / "leaddesk"), method_map=[("**.py", "python")], keywords=KEYWORDS)
    for file, _, text, _, context in found:
        if text:
            catalog.add(text, context=context, locations=[(f"leaddesk/{file}", 0)])
    return catalog


def place(language: str) -> Path:
    """The ``.po`` file of a language; its ``.mo`` stands beside it."""
    return LOCALE / language / "LC_MESSAGES" / "leaddesk.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as its ``.po`` says."""
    path = place(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def texts(message: Message) -> tuple[str, ...]:
    """The translations of a message, one or one per plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def po(catalog: Catalog) -> bytes:
    """The ``.po`` of a catalogue, in the order of its texts, without line numbers: it changes with the texts alone."""
    out = BytesIO()
    write_po(out, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def mo(catalog: Catalog) -> bytes:
    """The ``.mo`` of a catalogue. What is not translated is left out, so that it is shown in English."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update(language: str) -> list[str]:
    """Bring one language up to date; what is still untranslated."""
    catalog = read(language)
    catalog.project, catalog.version, catalog.creation_date, catalog.revision_date = "LeadDesk", "", _MADE, _MADE
    catalog.header_comment = "# What LeadDesk says. Kept by: python -m tests.catalogue"
    catalog.last_translator = catalog.language_team = "LeadDesk"
    catalog.msgid_bugs_address = ""
    catalog.fuzzy = False
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if language == "en":
        for message in catalog:
            if message.id:
                message.string = message.id
    path = place(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po(catalog))
    path.with_suffix(".mo").write_bytes(mo(catalog))
    return [str(message.id) for message in catalog if message.id and not all(texts(message))]


def main() -> int:
    """Bring every language up to date."""
    open_texts = {language: update(language) for language in LANGUAGES}
    for language, ids in open_texts.items():
        print(f"{language}: {len(ids)} to translate")
        for one in ids:
            print(f"    {one}")
    return 1 if any(open_texts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
