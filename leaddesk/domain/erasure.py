"""Erasure: what tells who a person is goes out of an account and its history; what was done, when and by whom stays.

GDPR article 17. Texts of a person's own acts become ``VEIL``; in what is about others of the account her full name,
number and address do. Ids, instants and words of closed vocabularies stay, so that the history leads to the same
states and counts as before.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from leaddesk.domain import bant, match
from leaddesk.domain.changes import Refused
from leaddesk.domain.ids import derived_id
from leaddesk.domain.operation import (
    Act,
    Answer,
    CompanyPart,
    CreateLead,
    Erase,
    ImportRow,
    Objection,
    Operation,
    PersonPart,
    RevokeObjection,
    Row,
    SetFact,
)
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import Account, Person, State

#: What stands in the place of a text that is erased. Not blank: a note without text would be none.
VEIL = "…"

#: Fields of acts and parts that hold an id, or a word of a vocabulary.
_KEPT = frozenset({
    "lead", "person", "owner", "to", "host", "operation", "objection", "import_id", "question", "key", "event",
    "activity", "outcome", "source_name", "file", "role",
})  # fmt: skip

#: Texts that say what a lead is about, not who it is: only her name, number and address go out of them.
_TOPICS = frozenset({"theme", "channel", "programme"})

#: Facts that are how somebody is reached; those of the company stay as they are.
_CONTACT = frozenset({"name", "business_id", "phone", "email", "tier", "team"})


@dataclass(frozen=True, slots=True)
class Trace:
    """What tells of a person: ``ids`` hers and of her leads; ``words`` finds her in a text; ``shared`` are numbers and
    addresses that are also the company's or a colleague's."""

    ids: frozenset[str]
    words: re.Pattern[str] | None = None
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: str, state: State, history: Iterable[Operation]) -> "Trace":
        """Everything that the lines of her account ever told of her."""
        lines = list(history)
        ids = {person} | {one.id for one in state.leads.values() if one.person == person}
        ids |= {
            lead_made(one) for one in lines if isinstance(one.act, CreateLead | ImportRow) and one.act.person == person
        }
        others: list[Account | Person] = [one for one in state.persons.values() if one.id != person]
        others += [state.account] if state.account is not None else []
        shared = frozenset(text for one in others for text in (one.name, one.phone, one.email) if text)
        told = {text for one in lines for text in _told(one.act, person)} - shared
        return cls(frozenset(filter(None, ids)), _pattern(told), shared)


def lead_made(operation: Operation) -> str:
    """The lead that an operation which tells of a person names, or makes where it names none."""
    return getattr(operation.act, "lead", "") or derived_id(operation.id, operation.ordinal, "lead")


def _told(act: Act, person: str) -> tuple[str, ...]:
    """Names, numbers and addresses that an act tells of the person."""
    if getattr(act, "person", "") != person:
        return ()
    if isinstance(act, SetFact):
        return (act.value, act.was) if act.key in ("name", "phone", "email") else ()
    part = part_of(act)
    return (part.name, part.phone, part.email) if part is not None else ()


def part_of(act: Act) -> PersonPart | None:
    """What an act tells of a person, as a part."""
    if isinstance(act, CreateLead):
        return act.contact
    return act.row.person if isinstance(act, ImportRow) else None


def _pattern(told: Iterable[str]) -> re.Pattern[str] | None:
    ways = []
    for text in sorted(told, key=lambda one: (-len(one), one)):
        words = text.split()
        if text.startswith("+") and text[1:].isdigit():
            # Any way that people write it: 00358, 0 and the rest, with spaces and hyphens.
            tail = r"[\s\-()]*".join(text[4:] if text.startswith("+358") else text[1:])
            ways.append(rf"(?:(?:\+|00)\s*358|0)[\s\-()]*0?{tail}" if text.startswith("+358") else rf"(?:\+|00)?{tail}")
        elif "@" in text or len(words) > 1:
            ways.append(r"\s+".join(map(re.escape, words)))
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE) if ways else None


# --- what a history is without her ------------------------------------------------------------------------------------


def redacted(operation: Operation, trace: Trace, policies: Policies) -> Operation:
    """The operation without what tells of the person; itself where nothing does."""
    act = _without(operation, trace, policies)
    return operation if act == operation.act else replace(operation, act=act)


def _without(operation: Operation, trace: Trace, policies: Policies) -> Act:
    act = operation.act
    hers = speaks(operation, trace)
    if isinstance(act, CreateLead):
        made: CreateLead = _scrubbed(act, trace)
        return replace(made, contact=_veiled_part(act.contact, trace)) if hers and act.contact is not None else made
    if isinstance(act, ImportRow):
        return replace(act, row=redacted_row(act.row, trace, hers))
    if isinstance(act, SetFact):
        if act.person in trace.ids and act.key != "role":
            return replace(act, value=_veil(act.value, trace), was=_veil(act.was, trace))
        stated: SetFact = act if act.key in _CONTACT else _scrubbed(act, trace)
        return stated
    if isinstance(act, Answer) and hers:
        return _without_answer(act, operation, trace, policies)
    other: Act = _veiled(act, trace) if hers and not isinstance(act, Erase) else _scrubbed(act, trace)
    return other


def _without_answer(act: Answer, operation: Operation, trace: Trace, policies: Policies) -> Answer:
    question = next((one for one in policies.at(operation.policy).script if one.key == act.question), None)
    if question is not None and question.fact:
        # An answer about the company.
        made: Answer = _scrubbed(act, trace)
        return made
    chosen = act.question in bant.QUESTIONS or (question is not None and act.value in question.choices)
    return replace(act, value=act.value if chosen else _veil(act.value, trace), text=_veil(act.text, trace))


def redacted_row(row: Row, trace: Trace, hers: bool) -> Row:
    """A row of an import without what tells of the person; ``hers``: it is about her."""
    made: Row = _scrubbed(row, trace)
    if not hers:
        return made
    return replace(
        made,
        person=_veiled_part(row.person, trace) if row.person is not None else None,
        lead=_veiled(row.lead, trace) if row.lead is not None else None,
        event=_veiled(row.event, trace) if row.event is not None else None,
        activity=_veiled(row.activity, trace) if row.activity is not None else None,
    )


def _veil(text: str, trace: Trace) -> str:
    return VEIL if text.strip() and text not in trace.shared else text


def _veiled_part(part: PersonPart, trace: Trace) -> PersonPart:
    made: PersonPart = _veiled(part, trace)
    return replace(made, facts=tuple((key, _veil(value, trace)) for key, value in part.facts))


def _veiled(value: Any, trace: Trace) -> Any:  # Any: an act or a part
    """Every text of it veiled but ids and words of vocabularies."""
    told = {one.name: getattr(value, one.name) for one in fields(value)}
    changed = {
        name: _scrub(held, trace) if name in _TOPICS else _veil(held, trace)
        for name, held in told.items()
        if type(held) is str and name not in _KEPT
    }
    return replace(value, **changed)


def _scrubbed(value: Any, trace: Trace) -> Any:  # Any: an act or a part
    """Her name, number and address taken out of its texts."""
    if trace.words is None:
        return value
    changed: dict[str, Any] = {}
    for one in fields(value):
        held = getattr(value, one.name)
        if type(held) is str and one.name not in _KEPT and not (_names_company(value) and one.name in _CONTACT):
            changed[one.name] = _scrub(held, trace)
        elif one.name == "facts":
            changed[one.name] = tuple((key, said if key in _CONTACT else _scrub(said, trace)) for key, said in held)
        elif hasattr(held, "__dataclass_fields__") and not isinstance(held, PersonPart):
            changed[one.name] = _scrubbed(held, trace)
    changed = {name: held for name, held in changed.items() if held != getattr(value, name)}
    return replace(value, **changed) if changed else value


def _names_company(value: Any) -> bool:  # Any: an act or a part
    return isinstance(value, CompanyPart)


def _scrub(text: str, trace: Trace) -> str:
    return trace.words.sub(VEIL, text) if trace.words is not None and text else text


def scrubbed_values(values: Mapping[str, Any], trace: Trace) -> dict[str, Any]:  # Any: JSON values
    """What a verdict tells, without her name, number and address."""
    return {key: _scrub(one, trace) if isinstance(one, str) else one for key, one in values.items()}


def strip(state: State, person: str, at: datetime) -> State:
    """The state without the person: her leads stay, by id and by what was decided, and nobody works them."""
    leads = {
        key: replace(
            one, erased_at=at, refs=(), callback_at=None, snoozed_until=None, nurture_until=None, meeting_at=None
        )
        if one.person == person
        else one
        for key, one in state.leads.items()
    }
    account = state.account
    if account is not None:
        account = replace(account, objections=tuple(one for one in account.objections if one.value != VEIL))
    persons = {key: one for key, one in state.persons.items() if key != person}
    return replace(state, account=account, persons=persons, leads=leads)


# --- who does not come back -------------------------------------------------------------------------------------------


def keys_of(act: Act) -> tuple[str, ...]:
    """The match keys by which an act brings a person in."""
    if isinstance(act, SetFact):
        if not act.person or act.key not in ("phone", "email"):
            return ()
        part = PersonPart(phone=act.value) if act.key == "phone" else PersonPart(email=act.value)
        return keys_of_row(Row(number=0, person=part), "")
    if isinstance(act, CreateLead):
        return keys_of_row(Row(number=0, person=act.contact), "")
    return keys_of_row(act.row, act.source_name) if isinstance(act, ImportRow) else ()


def keys_of_row(row: Row, source_name: str) -> tuple[str, ...]:
    """The match keys of a row's person."""
    if row.person is None:
        return ()
    own = ("mail:", "tel:", match.ref_key(source_name, match.PERSON, ""))
    return tuple(key for key in match.keys_of_row(row, source_name) if key.startswith(own))


#: How a match key begins that may be a person's.
PERSONAL = ("mail:", "tel:", "ref:")


def hidden(key: str, secret: str) -> str:
    """A match key as it is kept of somebody who is erased: a hash, keyed by a secret, so that no number can be tried
    on it."""
    return hashlib.blake2b(key.encode(), key=secret.encode()[:64], digest_size=16).hexdigest()


def erasing(person: str, ground: str, state: State) -> Erase:
    """The act that erases somebody whom a state with its history tells of."""
    history = state.history or ()
    trace = Trace.of(person, state, history)
    return Erase(
        person=person,
        ground=ground,
        leads=tuple(sorted(trace.ids - {person})),
        objected=objected(history, trace.ids),
    )


def speaks(operation: Operation, trace: Trace) -> bool:
    """Whether an operation is about the person or one of her leads."""
    act = operation.act
    return bool({getattr(act, "lead", ""), getattr(act, "person", "")} & trace.ids)


def told_keys(history: Iterable[Operation], trace: Trace) -> set[str]:
    """The match keys under which she was told of, without those of the company or a colleague."""
    # Who comes again after a restore is told of without her number: by what stands in its place nobody is known.
    told = {key for one in history if speaks(one, trace) for key in keys_of(one.act) if not key.endswith(VEIL)}
    shared = {*trace.shared, *map(str.lower, trace.shared)}
    return told - {f"{kind}:{text}" for kind in ("tel", "mail") for text in shared}


def objected(history: Iterable[Operation], ids: frozenset[str]) -> bool:
    """Whether an objection of somebody with these ids stands at the end of a history."""
    standing: set[str] = set()
    for one in history:
        if isinstance(one.act, Objection) and {one.act.lead, one.act.person} & ids:
            standing.add(one.id)
        elif isinstance(one.act, RevokeObjection):
            standing.discard(one.act.objection)
    return bool(standing)


@dataclass(frozen=True, slots=True)
class Barred:
    """Who was erased: ``ids`` of persons and leads; ``keys``, hidden, each with the instant up to which what is told
    under it tells of somebody erased, None: for ever, since an objection stood."""

    secret: str = ""
    ids: frozenset[str] = frozenset()
    keys: Mapping[str, datetime | None] = field(default_factory=dict)

    def also(self, operation: Operation, before: State) -> "Barred":
        """With whom an erasure bars from now on, whom the state before it tells of with its history; the same where it
        is not one, or where nobody can make the hashes."""
        act = operation.act
        if not isinstance(act, Erase) or not self.secret:
            return self
        history = before.history or ()
        trace = Trace.of(act.person, before, history)
        trace = replace(trace, ids=trace.ids.union(act.leads))
        ever = act.objected or objected(history, trace.ids)
        keys = dict(self.keys)
        for key in {*act.keys, *(hidden(one, self.secret) for one in told_keys(history, trace))}:
            upto = keys.get(key, operation.at)
            keys[key] = None if ever or upto is None else max(upto, operation.at)
        return replace(self, ids=self.ids | trace.ids, keys=keys)

    def why(self, operation: Operation) -> Refused | None:
        """Why an operation may not be applied: it speaks of somebody erased, or would bring her back."""
        act = operation.act
        if isinstance(act, Erase) or not (self.ids or self.keys):
            return None
        if {getattr(act, "lead", ""), getattr(act, "person", "")} & self.ids:
            return Refused("erased")
        for key in (hidden(one, self.secret) for one in keys_of(act)):
            if key in self.keys:
                upto = self.keys[key]
                if upto is None or operation.at <= upto:
                    return Refused("erased")
        return None


def cut(told: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON values
    """An operation as it was told, without all that may tell of a person: who did what kind of thing to which ids."""
    act = told.get("act")
    names = {name: act[name] for name in ("lead", "person") if name in act} if isinstance(act, Mapping) else {}
    return {**{name: held for name, held in told.items() if name != "act"}, "act": names}


def cut_rows(told: Mapping[str, Any], ordinals: Collection[int]) -> dict[str, Any]:  # Any: JSON values
    """An import as it was told, without some of its rows but for their numbers."""
    rows = [
        {"number": row["number"]} if ordinal in ordinals else row for ordinal, row in enumerate(told["act"]["rows"])
    ]
    return {**told, "act": {**told["act"], "rows": rows}}
