"""Which column becomes what: guessed from headers (fi, sv, en) and from what the cells look like, checked before use.

A mapping is a tuple of target keys (``field.FIELDS``, ``fact:<name>``, ``person_fact:<name>``), one per column; ""
leaves a column out. Guesses are the same for the same file, and ``signature`` names a set of columns, so a mapping
can be kept.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from leaddesk.domain.errors import BadInput
from leaddesk.intake import business_id, field, mail
from leaddesk.intake.field import FIELDS, is_target
from leaddesk.intake.text import folded, short

_BY_WORD = {word: key for key, one in FIELDS.items() for word in one.words}

#: Headers that mean one thing or another by what else is in the file.
_GENERIC = {
    **dict.fromkeys(("name", "nimi", "namn"), "name"),
    **dict.fromkeys(("id", "tunnus", "tunniste", "externalid"), "id"),
    **dict.fromkeys(
        ("puhelin", "puhelinnumero", "puh", "puhnro", "phone", "phonenumber", "telephone", "telefon", "telefonnummer",
         "tel"),
        "phone",
    ),
    **dict.fromkeys(("sähköposti", "sähköpostiosoite", "email", "emailaddress", "epost", "epostadress", "mail"),
        "email"),
    **dict.fromkeys(("createdat", "created", "luotu", "luontipvm", "skapad"), "created"),
    **dict.fromkeys(("timestamp", "date", "pvm", "päivämäärä", "päivä", "aika", "datum", "time", "tid"), "date"),
    **dict.fromkeys(("type", "tyyppi", "laji", "typ"), "type"),
    **dict.fromkeys(
        ("note", "notes", "muistiinpano", "muistiinpanot", "huomautus", "huom", "huomiot", "lisätiedot", "kommentti",
         "comment", "comments", "description", "kuvaus", "anteckning", "anteckningar"),
        "note",
    ),
    **dict.fromkeys(("linkedin", "linkedinurl"), "linkedin"),
}  # fmt: skip

_PHONE = re.compile(r"^'?(?:\+|00|0)\d[\d\s()\-/.]{5,18}$")
_POSTCODE = re.compile(r"^\d{5}$")

#: Content that contradicts a header, or names a column whose header says nothing.
_LOOKS: dict[str, Callable[[str], object]] = {
    "business_id": lambda cell: business_id.LOOKS.match(cell),
    "email": lambda cell: mail.LOOKS.match(cell),
    "phone": lambda cell: _PHONE.match(cell),
}


class FileKind(StrEnum):
    """What a file tells of, by its mapping."""

    COMPANIES = "companies"
    CONTACTS = "contacts"
    LEADS = "leads"
    EVENTS = "events"
    ACTIVITIES = "activities"


def guess(columns: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> tuple[str, ...]:
    """A target per column, "" where nothing is likely.

    ``samples``: some rows of cells. Each field is given to one column.
    """
    found: list[str] = []
    for place, column in enumerate(columns):
        cells = [row[place].strip() for row in samples if place < len(row) and row[place].strip()]
        found.append(_one(column, cells))
    place_known = any(key in ("municipality", "street") for key in found)
    for place, column in enumerate(columns):
        cells = [row[place].strip() for row in samples if place < len(row) and row[place].strip()]
        likely = re.search(r"post|zip", column, re.IGNORECASE) or (not column.strip() and place_known)
        if not found[place] and likely and _share(cells, _POSTCODE.match) >= 0.8:
            found[place] = "postcode"
    return _once(_settled(found, columns, samples))


def guess_kind(mapping: Iterable[str]) -> FileKind:
    """What the file tells of: the most particular part that is mapped."""
    keys = set(mapping)
    groups = {FIELDS[key].group for key in keys if key in FIELDS}
    if "activity" in keys:
        return FileKind.ACTIVITIES
    if "event" in keys:
        return FileKind.EVENTS
    if field.LEAD in groups:
        return FileKind.LEADS
    return FileKind.CONTACTS if field.PERSON in groups else FileKind.COMPANIES


def check(columns: Sequence[str], mapping: Sequence[str]) -> None:
    """Whether the mapping can be used with these columns.

    Raises ``BadInput``: mapping-length, mapping-unknown-field, mapping-twice, or mapping-without-company where no
    mapped column could ever say whom a row is about.
    """
    if len(columns) != len(mapping):
        raise BadInput("mapping-length", found=len(mapping), expected=len(columns))
    for key in mapping:
        if not is_target(key):
            raise BadInput("mapping-unknown-field", field=short(key), expected=", ".join(FIELDS))
    for key, count in Counter(key for key in mapping if key).items():
        if count > 1:
            both = ", ".join(columns[place] for place, one in enumerate(mapping) if one == key)
            raise BadInput("mapping-twice", field=key, expected=both)
    whom = {"company_id", "company_name", "business_id", "person_id", "email", "phone", "lead_id"}
    if not whom & set(mapping):
        raise BadInput("mapping-without-company", expected=", ".join(sorted(whom)))


def signature(columns: Sequence[str]) -> str:
    """A name for this set of columns in this order, whatever their spacing and case: 16 hex digits."""
    return hashlib.sha256("\x1f".join(folded(column) for column in columns).encode("utf-8", "replace")).hexdigest()[:16]


def recognised(cells: Iterable[str]) -> int:
    """How many of the cells are headers we know: a row with several is the header."""
    words = {folded(cell) for cell in cells if 0 < len(cell) < 80}
    return sum(1 for word in words if word in _BY_WORD or word in _GENERIC)


def is_unheaded(columns: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> bool:
    """Whether no heading is known, and nothing in the cells tells which company a row is about: what stands where
    headings should is a row like the others, or headings in words of the file's own."""
    return not recognised(columns) and "business_id" not in guess(columns, samples)


def looks_like_data(cells: Iterable[str]) -> bool:
    """Whether a row holds a Y-tunnus or an e-mail address: no header does."""
    return any(len(cell) < 300 and (business_id.LOOKS.match(cell) or mail.LOOKS.match(cell)) for cell in cells)


def _one(column: str, cells: Sequence[str]) -> str:
    word = folded(re.sub(r"\(.*?\)|\[.*?\]", "", column)) or folded(column)
    key = _BY_WORD.get(word) or (f"?{_GENERIC[word]}" if word in _GENERIC else "")
    look = {"company_email": "email", "company_phone": "phone", "?email": "email", "?phone": "phone"}.get(key, key)
    if look in _LOOKS and len(cells) >= 3 and not any(map(_LOOKS[look], cells)) and look != "phone":
        return ""
    if key:
        return key
    for look, matches in _LOOKS.items():
        if _share(cells, matches) >= 0.8:
            return f"?{look}" if look in ("email", "phone") else look
    return ""


def _share(cells: Sequence[str], matches: Callable[[str], object]) -> float:
    return sum(1 for cell in cells if len(cell) < 300 and matches(cell)) / len(cells) if cells else 0.0


def _settled(found: list[str], columns: Sequence[str], samples: Sequence[Sequence[str]]) -> list[str]:
    """Generic headers by what else is there: "name" is the person's where the company has a name of its own."""
    named = set(found)
    event = bool(named & {"event_id", "event", "event_at"})
    activity = bool(named & {"activity_id", "activity", "activity_at"})
    company = bool(named & {"company_name", "business_id", "company_id"})
    person = bool(
        named & {"person_id", "person_name", "first_name", "last_name", "title", "role", "seniority", "department"}
    )
    lead = bool(named & {"lead_id", "lead_kind", "lead_source", "theme", "channel"})
    free_name = "company_name" not in named and (
        "business_id" in named or "industry_text" in named or "industry" in named
    )
    alone = not company and (person or "?email" in named) and not free_name
    name = "company_name" if "company_name" not in named and not alone and not event and not activity else "person_name"
    person = person or (name == "person_name" and "?name" in named)
    own_id = (
        "event_id"
        if event
        else "activity_id"
        if activity
        else "person_id"
        if person
        else "company_id"
        if company
        else ""
    )
    meaning = {
        "?name": name,
        "?id": own_id or ("company_id" if "?name" in named and name == "company_name" else ""),
        "?phone": "phone"
        if (person and "phone" not in named) or not (company or "?name" in named)
        else "company_phone",
        "?email": "email" if person or event or activity or not (company or "?name" in named) else "company_email",
        "?created": "created" if lead and not event and not activity else "",
        "?date": "event_at" if event else "activity_at" if activity else "",
        "?type": "event" if event else "activity" if activity else "",
        "?note": "event_text" if event else "activity_text" if activity else "fact:note",
    }
    settled = []
    for place, key in enumerate(found):
        if key == "?linkedin":
            personal = any("/in/" in row[place] for row in samples if place < len(row))
            key = "person_linkedin" if personal or (person and not samples) else "linkedin"
        settled.append(meaning.get(key, key))
    return settled


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    """Each key to the first column that has it. A person's second number and address become attributes."""
    given: set[str] = set()
    made = []
    for key in keys:
        if key in given:
            free = {"phone": "person_fact:phone_other", "email": "person_fact:email_other"}.get(key, "")
            key = free if free not in given else ""
        made.append(key)
        given.add(key)
    return tuple(made)
