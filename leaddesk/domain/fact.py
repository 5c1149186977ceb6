"""Facts with sources: what stands is the highest trust, then the latest in the central's order; the others stay listed.

Name, phone, e-mail and business id are *contact fields*: also kept as facts, and copied to the row from what stands.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from leaddesk.domain.fit import shown, stands
from leaddesk.domain.operation import Operation, SetFact
from leaddesk.domain.policy import Scorecard
from leaddesk.domain.state import Account, Fact, Person, State, tellings_of

Subject = TypeVar("Subject", Account, Person)

#: Facts that are also fields of the row.
CONTACT: Mapping[type, tuple[str, ...]] = {
    Account: ("name", "business_id", "phone", "email", "tier", "team"),
    Person: ("name", "title", "role", "phone", "email"),
}

#: Facts that are a day, or as much of one as is known.
DATES = frozenset({"registered", "contract_ends", "buying_window_start"})

#: Years that a fact may name.
FIRST_YEAR, LAST_YEAR = 1900, 2099

#: A year alone or nearly ("2027", "Q3/2027", "keväällä 2027"), or words alone ("toistaiseksi").
_LOOSE = re.compile(r"^\D*(?:(?:[1-4]\D{1,3})?(?P<year>\d{4})\D*)?$")

#: How many facts of one key and source are kept on the row; the history has them all.
_KEPT = 5


def day_of(value: str) -> date | None:
    """The first day of "2027-03-31", "2027-03" or "2027"; None for anything else."""
    text = value.strip()
    try:
        return date.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
    except ValueError:
        return None


def is_loose(value: str) -> bool:
    """Whether a date fact names no day but a year ("2027", "Q3/2027", "keväällä 2027"), or words alone
    ("toistaiseksi")."""
    found = _LOOSE.match(value)
    return found is not None and (found["year"] is None or FIRST_YEAR <= int(found["year"]) <= LAST_YEAR)


def may_hold(key: str, value: str) -> bool:
    """Whether a value can be one of a fact: of a date nothing that looks like a day and is none."""
    if key not in DATES or is_loose(value):
        return True
    day = day_of(value)
    return day is not None and FIRST_YEAR <= day.year <= LAST_YEAR


def value_of(subject: Account | Person, key: str, card: Scorecard) -> str:
    """The value that stands for one key; "" where nothing is known."""
    if key in CONTACT[type(subject)]:
        return str(getattr(subject, key))
    return stands(subject.told, card).get(key, "")


def with_facts(subject: Subject, stated: Iterable[Fact], card: Scorecard) -> Subject:
    """The account or person with facts added.

    A fact changes nothing that its vendor has said last already, or that a vendor new to it repeats from the same kind
    of source: a list that comes every month says it once, and two files that contradict each other can be read again.
    """
    facts = list(subject.facts)
    latest = {(one.key, one.source, one.vendor): one.value for one in facts}
    first = {key: (held[0].source, held[0].value) for key, held in shown(subject.facts, card).items()}
    added = False
    for one in stated:
        teller = (one.key, one.source, one.vendor)
        said = latest.get(teller)
        if said == one.value or (said is None and first.get(one.key) == (one.source, one.value)):
            continue
        latest[teller] = one.value
        facts.append(one)
        added = True
    if not added:
        return subject
    facts = _trimmed(facts)
    told = tellings_of(facts)
    standing = stands(told, card)
    fields: dict[str, Any] = {  # Any: all of them text, of whichever field
        key: standing[key]
        for key in CONTACT[type(subject)]
        if key in standing and getattr(subject, key) != standing[key]
    }
    return replace(subject, told=told, **fields)


def _trimmed(facts: list[Fact]) -> list[Fact]:
    counts: dict[tuple[str, str, str], int] = {}
    kept: list[Fact] = []
    for one in reversed(facts):
        place = (one.key, one.source, one.vendor)
        counts[place] = counts.get(place, 0) + 1
        if counts[place] <= _KEPT:
            kept.append(one)
    return kept[::-1]


def stated(subject: Subject, operation: Operation, act: SetFact, card: Scorecard) -> Subject:
    """The subject with the fact a person stated."""
    at = operation.at
    if act.as_of is not None:
        at = datetime.combine(act.as_of, time(12), UTC)
    one = Fact(key=act.key, value=act.value, source=act.source, at=at, by=operation.by, op=operation.id)
    return with_facts(subject, [one], card)


def overwrote(act: SetFact, state: State) -> bool:
    """Whether the writer had not seen the value that now stands: both changed, the later in the central's order
    stands."""
    subject = state.persons.get(act.person) if act.person else state.account
    if subject is None or act.key not in CONTACT[type(subject)]:
        return False
    current = str(getattr(subject, act.key))
    return current not in (act.was, act.value)
