"""Which account, person or lead an imported row means: by the source's own id, then Y-tunnus, e-mail, phone.

Where a source gives a company or a person no id at all, its name is what that source knows it by: the same name from
the same source is the same company, so that a list read twice, or with many people of one company, makes each once.

A *match key* is a plain string that points at one thing. Stores keep the keys of what they hold; whoever applies an
import looks the row's keys up first and resolves row by row, each row seeing what the rows before it made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from leaddesk.domain.ids import derived_id
from leaddesk.domain.operation import CompanyPart, ImportRow, ImportRows, Operation, PersonPart, Row
from leaddesk.domain.state import Account, Lead, Person, Ref, State

COMPANY, PERSON, LEAD, EVENT = "company", "person", "lead", "event"

#: How the id begins that a name makes where the source gives none.
_BY_NAME = "name:"


@dataclass(frozen=True, slots=True)
class Found:
    """What a match key points at: a company, person, lead or past event of an account."""

    account: str
    what: str
    entity: str


def ref_key(source: str, what: str, external_id: str) -> str:
    """The key of an outside source's own id."""
    return f"ref:{source}:{what}:{external_id}"


def keys_of_account(account: Account) -> tuple[str, ...]:
    """Every key that finds this account."""
    keys = [ref_key(ref.source, COMPANY, ref.id) for ref in account.refs]
    if account.business_id:
        keys.append(f"bid:{account.business_id}")
    return tuple(keys)


def keys_of_person(person: Person) -> tuple[str, ...]:
    """Every key that finds this person."""
    keys = [ref_key(ref.source, PERSON, ref.id) for ref in person.refs]
    if person.email:
        keys.append(f"mail:{person.email.lower()}")
    if person.phone:
        keys.append(f"tel:{person.phone}")
    return tuple(keys)


def keys_of_lead(lead: Lead) -> tuple[str, ...]:
    """Every key that finds this lead."""
    return tuple(ref_key(ref.source, LEAD, ref.id) for ref in lead.refs)


def keys_of_operation(operation: Operation) -> tuple[str, ...]:
    """Keys of what one imported row brought that is not a row of its own: the event or activity, so that it counts
    once."""
    act = operation.act
    if not isinstance(act, ImportRow):
        return ()
    happened = act.row.event or act.row.activity
    if happened is None or not happened.external_id:
        return ()
    return (ref_key(act.source_name, EVENT, happened.external_id),)


def keys_of_row(row: Row, source_name: str) -> tuple[str, ...]:
    """Every key that could say what this row means."""
    row = _named(row)
    keys = []
    for part, what in ((row.company, COMPANY), (row.person, PERSON), (row.lead, LEAD)):
        if part is not None and part.external_id:
            keys.append(ref_key(source_name, what, part.external_id))
    if row.company is not None and row.company.business_id:
        keys.append(f"bid:{row.company.business_id}")
    if row.person is not None and row.person.email:
        keys.append(f"mail:{row.person.email.lower()}")
    if row.person is not None and row.person.phone:
        keys.append(f"tel:{row.person.phone}")
    happened = row.event or row.activity
    if happened is not None and happened.external_id:
        keys.append(ref_key(source_name, EVENT, happened.external_id))
    return tuple(keys)


def resolve(
    operation: Operation,
    act: ImportRows,
    ordinal: int,
    found: Mapping[str, tuple[Found, ...]],
    states: Mapping[str, State],
) -> Operation | None:
    """One row of the import as an operation on the account it means; None where its event has been imported before.

    The account, person and lead are those found by the row's keys, strongest first, else new with ids that follow from
    (operation, ordinal). What a stronger key contradicts is not found by a weaker one: two companies of one source that
    share an accountant's address stay two, and so do two people with one switchboard. ``states`` holds every account
    that ``found`` points at.
    """
    row = _named(act.rows[ordinal])
    hits = {key: found.get(key, ()) for key in keys_of_row(row, act.source_name)}
    happened = row.event or row.activity
    if happened is not None and happened.external_id:
        if hits.get(ref_key(act.source_name, EVENT, happened.external_id)):
            return None
    lead = _first(_ref(hits, act, LEAD, row.lead.external_id if row.lead is not None else ""))
    people = _people(hits, act, row)
    company = _company(hits, act, row)
    if company is None:
        sure = {lead, *_ref(hits, act, PERSON, row.person.external_id if row.person is not None else "")}
        others = [one for one in (lead, *people) if one is not None]
        company = next(
            (
                one
                for one in others
                if _may_be(row.company, act, states.get(one.account, State()))
                and (one in sure or _named_alike(row.company, states.get(one.account, State())))
            ),
            None,
        )
    account = company.account if company is not None else derived_id(operation.id, ordinal, "account")
    here = (one for one in people if one.account == account)
    person = next(
        (one for one in here if _is_person(row.person, act, states.get(account, State()).persons.get(one.entity))), None
    )
    if lead is not None and lead.account != account:
        lead = None
    person_id = person.entity if person is not None else ""
    if not person_id and row.person is not None:
        person_id = derived_id(operation.id, ordinal, "person")
    return replace(
        operation,
        account=account,
        ordinal=ordinal,
        act=ImportRow(
            import_id=act.import_id,
            file=act.file,
            source_name=act.source_name,
            source=act.source,
            row=row,
            person=person_id,
            lead=lead.entity if lead is not None else "",
        ),
    )


def _ref(hits: Mapping[str, tuple[Found, ...]], act: ImportRows, what: str, external_id: str) -> tuple[Found, ...]:
    return hits.get(ref_key(act.source_name, what, external_id), ()) if external_id else ()


def _company(hits: Mapping[str, tuple[Found, ...]], act: ImportRows, row: Row) -> Found | None:
    part = row.company
    if part is None:
        return None
    by_id = _first(_ref(hits, act, COMPANY, part.external_id))
    return by_id or _first(hits.get(f"bid:{part.business_id}", ()) if part.business_id else ())


def _people(hits: Mapping[str, tuple[Found, ...]], act: ImportRows, row: Row) -> list[Found]:
    """Everybody the row's person may be: by the source's id, then e-mail, then phone, the oldest first of each."""
    part = row.person
    if part is None:
        return []
    ways = [_ref(hits, act, PERSON, part.external_id)]
    ways += [hits.get(f"mail:{part.email.lower()}", ()) if part.email else ()]
    ways += [hits.get(f"tel:{part.phone}", ()) if part.phone else ()]
    return [one for way in ways for one in sorted(way, key=lambda one: one.entity)]


def _may_be(part: CompanyPart | None, act: ImportRows, state: State) -> bool:
    """Whether nothing the row says of its company contradicts this account: another Y-tunnus, another id of the
    source."""
    if part is None or state.account is None:
        return True
    account = state.account
    if part.business_id and account.business_id and part.business_id != account.business_id:
        return False
    return _same_id(part.external_id, account.refs, act.source_name)


def _named_alike(part: CompanyPart | None, state: State) -> bool:
    """Whether the row's company and this account may go by these names: a word in common beside the form, or one of
    the two has no name. A telephone or an address that two companies share makes them not one."""
    account = state.account
    if part is None or account is None or account.name == account.business_id:
        return True
    told, known = _words(part.name) - _FORMS, _words(account.name) - _FORMS
    return not told or not known or bool(told & known)


def _is_person(part: PersonPart | None, act: ImportRows, person: Person | None) -> bool:
    """Whether nothing the row says contradicts this person: another id of the source, else a name with no word in
    common, or, where one of the two has no name, another e-mail."""
    if part is None or person is None:
        return True
    if part.external_id and any(ref.source == act.source_name and ref.id == part.external_id for ref in person.refs):
        return True
    if not _same_id(part.external_id, person.refs, act.source_name):
        return False
    if part.name and person.name:
        return bool(_words(part.name) & _words(person.name))
    return not (part.email and person.email) or part.email.lower() == person.email.lower()


def _same_id(external_id: str, refs: tuple[Ref, ...], source: str) -> bool:
    """Whether the source has no other id of the same kind, its own or a name, for the thing with these refs."""
    kind = external_id.startswith(_BY_NAME)
    known = {ref.id for ref in refs if ref.source == source and ref.id.startswith(_BY_NAME) is kind}
    return not external_id or not known or external_id in known


#: Words of company names that say what form a company has, and not which one it is.
_FORMS = frozenset("oy oyj ab abp ky kb tmi ry as asunto bostads osakeyhtiö aktiebolag ltd inc gmbh plc llc".split())


def _words(name: str) -> set[str]:
    return set("".join(sign if sign.isalnum() else " " for sign in name.casefold()).split())


def _named(row: Row) -> Row:
    """The row with names as ids where its source gives a company, or a person nobody could find, none."""
    company, person = row.company, row.person
    if company is not None and company.name and not (company.external_id or company.business_id):
        company = replace(company, external_id=f"{_BY_NAME}{_folded(company.name)}")
    if (
        company is not None
        and person is not None
        and person.name
        and not (person.external_id or person.email or person.phone)
    ):
        place = company.external_id or company.business_id
        if place:
            person = replace(person, external_id=f"{_BY_NAME}{_folded(person.name)} {place}")
    return row if company is row.company and person is row.person else replace(row, company=company, person=person)


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold())) or name


def _first(found: Iterable[Found]) -> Found | None:
    """The oldest of several (ids are born in order of time), the same on every machine."""
    return min(found, key=lambda one: one.entity, default=None)
