"""Mapped cells into one domain ``Row``, or a ``Failure`` that says where, why and what was expected.

Nothing is guessed silently.

A cell that cannot be taken fails its row and no other. Cells that say nothing ("-", "n/a", "ei tiedossa") are blank.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import ActivityPart, CompanyPart, EventPart, LeadPart, PersonPart, Row
from leaddesk.domain.words import LeadKind
from leaddesk.intake import amount, vocabulary
from leaddesk.intake import field as fields
from leaddesk.intake.business_id import read_business_id
from leaddesk.intake.field import FIELDS
from leaddesk.intake.file import Problem, Table
from leaddesk.intake.identity import Identities
from leaddesk.intake.mail import is_shared, read_mail
from leaddesk.intake.moment import read_fact_day, read_instant
from leaddesk.intake.phone import read_phone
from leaddesk.intake.text import CELL_LIMIT, clean, composed, is_nothing, legible, name, short

#: A row with more text than this (bytes) would not fit in a message with its envelope.
ROW_LIMIT = 600_000

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the file itself does not say.

    ``zone`` and ``region``: where its times and phone numbers are; ``order`` (dmy, mdy, ymd) of dates like 03/04/26;
    ``lead_kind``, ``theme``, ``channel`` for rows that name none; ``events``: further words of the scorecard's
    vocabulary.
    """

    zone: str = "Europe/Helsinki"
    region: str = "FI"
    order: str = ""
    lead_kind: LeadKind | None = None
    theme: str = ""
    channel: str = ""
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A row that was not taken.

    ``reason`` is a key of ``reason.ROW_REASONS``; ``column`` the header, "" for the whole row.

    ``values`` fill the sentence (row, field, value, expected, ...); ``cells`` are the row as it was; ``more`` are the
    further faults of the same row.
    """

    line: int
    column: str
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    more: tuple["Failure", ...] = ()

    @property
    def key(self) -> str:
        """The message's key, so that a failure can be said like an error."""
        return self.reason


def to_row(
    line: int, cells: Sequence[str], columns: Sequence[str], mapping: Sequence[str], defaults: Defaults = Defaults()
) -> Row | Failure:
    """One row of the file as a value.

    ``columns`` and ``mapping`` have as many items as ``cells``. Never raises for a cell.
    """
    reader = _Reader(tuple(columns), tuple(mapping), defaults)
    try:
        reader.fill(cells)
        company, person = reader.company(), reader.person()
        company, person = _shared(company, person)
        lead, event, activity = reader.lead(), reader.event(), reader.activity()
        if not reader.faults:
            _complete(reader, company, person, lead, event, activity)
            return Row(number=line, company=company, person=person, lead=lead, event=event, activity=activity)
    except BadInput as trouble:
        reader.note(trouble)
    whole = tuple(map(legible, cells))
    places = {column_name(columns, place): place for place in range(len(columns))}
    first, *more = (
        Failure(
            line=line, column=column, reason=trouble.key, cells=whole,
            values={"row": line, "field": column, "value": "", "expected": "", **trouble.values},
        )
        for column, trouble in sorted(reader.faults, key=lambda fault: places.get(fault[0], len(columns)))
    )  # fmt: skip
    return replace(first, more=tuple(more))


def read_rows(table: Table, mapping: Sequence[str], defaults: Defaults = Defaults()) -> Iterator[Row | Failure]:
    """Every row of the table, in order, as a value or a failure. ``mapping`` has passed ``mapping.check``."""
    identities = Identities()
    for line, cells, problem in table.rows():
        row = failed(line, cells, problem) if problem else to_row(line, cells, table.columns, mapping, defaults)
        yield identities.identified(row) if isinstance(row, Row) else row


def failed(line: int, cells: Sequence[str], problem: Problem) -> Failure:
    """The failure of a row that could not even be read as cells."""
    values = {"row": line, "field": problem.column, "value": "", "expected": "", **problem.values}
    return Failure(
        line=line, column=problem.column, reason=problem.reason, values=values, cells=tuple(map(legible, cells))
    )


def column_name(columns: Sequence[str], place: int) -> str:
    """The header of a column, or its letter as in a spreadsheet where it has none."""
    if place < len(columns) and columns[place]:
        return columns[place]
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Reader:
    """The cells of one row by target; ``column`` is the header of the cell that is being read, ``faults`` what could
    not be read, each with its column: a row is mended in one go only if it names them all."""

    def __init__(self, columns: tuple[str, ...], mapping: tuple[str, ...], defaults: Defaults) -> None:
        self.column = ""
        self.faults: list[tuple[str, BadInput]] = []
        self._columns = columns
        self._places = _places(mapping)
        self._defaults = defaults
        self._cells: dict[str, str] = {}

    def fill(self, cells: Sequence[str]) -> None:
        """Takes the mapped cells, cleaned; blank ones are left out."""
        size = 0
        for key, place in self._places.items():
            if place >= len(cells) or not cells[place]:
                continue
            raw = cells[place]
            self._at(key)
            if len(raw) > CELL_LIMIT // 4 and (weight := len(raw.encode("utf-8", "replace"))) > CELL_LIMIT:
                raise BadInput("cell-too-long", found=weight, expected=CELL_LIMIT)
            text = clean(raw)
            if text:
                self._cells[key] = text
                size += len(text)
        self.column = ""
        if size > ROW_LIMIT // 4 and sum(len(one.encode()) for one in self._cells.values()) > ROW_LIMIT:
            raise BadInput("row-too-long", found=size, expected=ROW_LIMIT)

    def note(self, trouble: BadInput) -> None:
        """Keeps what is wrong with the cell that is being read, and goes on."""
        self.faults.append((self.column, trouble))

    def tell(self, key: str) -> str:
        """The text of a cell, "" where blank."""
        return self._cells.get(key, "")

    def company(self) -> CompanyPart | None:
        """What the row tells of the company; None where it tells nothing."""
        facts = [*self._company_facts(), *self._free("fact:")]
        phone = self._read("company_phone", lambda text: read_phone(text, self._defaults.region))
        email = self._read("company_email", read_mail)
        if phone is not None:
            facts += [("phone_extension", phone.extension), ("phone_other", phone.others)]
        if email is not None:
            facts.append(("email_other", email.others))
        part = CompanyPart(
            external_id=self.tell("company_id"),
            name=name(self.tell("company_name")),
            business_id=self._read("business_id", read_business_id) or "",
            tier=self._read("tier", _tier) or "",
            phone=phone.number if phone else "",
            email=email.address if email else "",
            facts=tuple(pair for pair in facts if pair[1]),
        )
        return None if part == CompanyPart() else part

    def person(self) -> PersonPart | None:
        """What the row tells of the person; None where it tells nothing."""
        facts = [(key, self.tell(key)) for key in ("seniority", "department")]
        facts += [("linkedin", self.tell("person_linkedin")), *self._free("person_fact:")]
        title = composed(self.tell("title"))
        told = self.tell("role")
        role = vocabulary.role_named(told) or vocabulary.role_of_title(told or title)
        if told and not role:
            role = "unknown"
            facts.append(("role_text", told))
        phone = self._read("phone", lambda text: read_phone(text, self._defaults.region))
        email = self._read("email", read_mail)
        if phone is not None:
            facts += [("phone_extension", phone.extension), ("phone_other", phone.others)]
        if email is not None:
            facts.append(("email_other", email.others))
        part = PersonPart(
            external_id=self.tell("person_id"),
            name=name(self.tell("person_name")) or name(f"{self.tell('first_name')} {self.tell('last_name')}"),
            title=title,
            role=role,
            phone=phone.number if phone else "",
            email=email.address if email else "",
            facts=tuple(pair for pair in facts if pair[1]),
        )
        return None if part == PersonPart() else part

    def lead(self) -> LeadPart | None:
        """What the row tells of the lead; None where neither it nor the defaults tell anything."""
        kind = (
            self._read("lead_kind", _kind)
            or vocabulary.kind_named(self.tell("lead_source"))
            or self._defaults.lead_kind
        )
        happened = "event" in self._places or "activity" in self._places
        part = LeadPart(
            external_id=self.tell("lead_id"),
            lead_kind=None if happened else kind,
            theme=self.tell("theme") or ("" if happened else self._defaults.theme),
            channel=self.tell("channel") or self.tell("lead_source") or ("" if happened else self._defaults.channel),
            created_at=self._read("created", self._instant),
        )
        return None if part == LeadPart() else part

    def event(self) -> EventPart | None:
        """The behaviour the row tells of, where an event is mapped."""
        if "event" not in self._places:
            return None
        told, direction = self.tell("event"), self.tell("event_direction")
        self._at("event")
        event = vocabulary.event_named(told, direction)
        if not event and told.strip().lower() in self._defaults.events:
            event = told.strip().lower()
        if not event:
            self.note(BadInput("event-unknown", value=short(told), expected=", ".join(vocabulary.EVENTS)))
        at, text = self._moment("event_at"), self.tell("event_text")
        if at is None:
            return None
        if event == "touch-out" and told:
            text = f"{told}: {text}" if text else told
        return EventPart(external_id=self.tell("event_id"), event=event, at=at, text=text)

    def activity(self) -> ActivityPart | None:
        """What sales did, where an activity is mapped."""
        if "activity" not in self._places:
            return None
        told = self.tell("activity")
        self._at("activity")
        activity = vocabulary.activity_named(told)
        if not activity:
            self.note(BadInput("activity-unknown", value=short(told), expected=", ".join(vocabulary.ACTIVITIES)))
        said = self.tell("activity_outcome")
        outcome = vocabulary.outcome_named(said)
        text = self.tell("activity_text")
        if said and not outcome:
            if activity == "call":
                self._at("activity_outcome")
                self.note(BadInput("outcome-unknown", value=short(said), expected=", ".join(vocabulary.OUTCOMES)))
            text = f"{said}: {text}" if text else said
        at = self._moment("activity_at")
        if at is None:
            return None
        return ActivityPart(
            external_id=self.tell("activity_id"),
            activity=activity,
            at=at,
            outcome=outcome,
            by=self.tell("activity_by"),
            text=text,
        )

    def _company_facts(self) -> Iterator[tuple[str, str]]:
        for key in _PLAIN_FACTS:
            if key in self._cells:
                yield key, self._cells[key]
        if "legal_form" in self._cells:
            yield "legal_form", vocabulary.form_named(self._cells["legal_form"])
        if "postcode" in self._cells:
            yield "postcode", _postcode(self._cells["postcode"])
        yield from self._industry()
        money = self._read("revenue_eur", lambda text: amount.read_money(text, self.column))
        if money is not None:
            yield "revenue_eur", str(money.number)
            yield "revenue_band", money.band
        people = self._read("employees", amount.read_count)
        if people is not None:
            yield "employees", str(people.number)
            yield "employees_band", people.band
        for key in ("registered", "contract_ends"):
            yield key, self._read(key, self._fact_day) or ""

    def _industry(self) -> Iterator[tuple[str, str]]:
        code, text = vocabulary.industry(self.tell("industry"))
        other_code, other_text = vocabulary.industry(self.tell("industry_text"))
        yield "industry", code or other_code
        yield "industry_text", other_text or text

    def _free(self, start: str) -> Iterator[tuple[str, str]]:
        for key, text in self._cells.items():
            if key.startswith(start):
                yield key[len(start) :], self._read(key, _free_text) or text

    def _read(self, key: str, parse: Callable[[str], Value]) -> Value | None:
        text = self._cells.get(key)
        if text is None or is_nothing(text):
            return None
        self._at(key)
        try:
            return parse(text)
        except BadInput as trouble:
            self.note(trouble)
            return None
        finally:
            self.column = ""

    def _moment(self, key: str) -> datetime | None:
        """An instant that the row must tell; None where that is a fault."""
        before = len(self.faults)
        moment = self._read(key, self._instant)
        if moment is None and len(self.faults) == before:
            self._at(key)
            self.note(BadInput("date-missing", expected="2026-11-24"))
        return moment

    def _instant(self, text: str) -> datetime:
        return read_instant(text, self._defaults.zone, self._defaults.order)

    def _fact_day(self, text: str) -> str:
        return read_fact_day(text, self._defaults.order)

    def _at(self, key: str) -> None:
        place = self._places.get(key)
        self.column = "" if place is None else column_name(self._columns, place)


def _free_text(text: str) -> str:
    """A free attribute as it is, but for a date that cannot be right. Raises ``BadInput("date-out-of-range")``."""
    if _ISO_DATE.match(text):
        try:
            read_instant(text)
        except BadInput as trouble:
            if trouble.key == "date-out-of-range":
                raise
    return text


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_PLAIN_FACTS = ("street", "municipality", "region", "website", "linkedin", "current_supplier")


@lru_cache(maxsize=64)
def _places(mapping: tuple[str, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, key in enumerate(mapping):
        if key and (key in FIELDS or fields.FREE.match(key)):
            places.setdefault(key, place)
    return places


def _tier(text: str) -> str:
    told = text.strip().upper()
    if told not in ("A", "B", "C"):
        raise BadInput("tier-unknown", value=short(text), expected="A, B, C")
    return told


def _kind(text: str) -> LeadKind:
    kind = vocabulary.kind_named(text)
    if kind is None:
        raise BadInput("kind-unknown", value=short(text), expected=", ".join(LeadKind))
    return kind


def _postcode(text: str) -> str:
    """Five digits in Finland; a spreadsheet that took 00100 for a number has lost its zeros. Others as they are."""
    told = text.removeprefix("FI-").strip()
    return told.zfill(5) if told.isdecimal() and 3 <= len(told) <= 5 else text


def _shared(company: CompanyPart | None, person: PersonPart | None) -> tuple[CompanyPart | None, PersonPart | None]:
    """info@ and the like, with nobody named: the company's own, not a person's."""
    if company is None or person is None or not is_shared(person.email) or company.email:
        return company, person
    if person.name or person.title or person.external_id or person.role or person.facts or person.phone:
        return company, person
    parts = {one: getattr(company, one) for one in ("external_id", "name", "business_id", "tier", "phone", "facts")}
    return CompanyPart(email=person.email, **parts), None


def _complete(
    reader: _Reader,
    company: CompanyPart | None,
    person: PersonPart | None,
    lead: LeadPart | None,
    event: EventPart | None,
    activity: ActivityPart | None,
) -> None:
    """Whether the row says whom it is about: a company, a person that can be found, or a lead known by the source's
    id.
    """
    reader.column = ""
    named = company is not None and (company.name or company.business_id or company.external_id)
    found = person is not None and (person.external_id or person.email or person.phone)
    if not named and not found and (lead is None or not lead.external_id):
        raise BadInput("row-without-company", value=short(person.name) if person is not None else "")
