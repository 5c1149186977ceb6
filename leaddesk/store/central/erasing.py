"""Erasing at the central: what tells who a person is goes out of every table, and is kept from coming back.

What remains of it are ids, instants and keyed hashes: which persons and leads are erased, and the match keys that
brought them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, or_, select, update

from leaddesk.domain import erasure, match
from leaddesk.domain.erasure import Barred, Trace
from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import CreateLead, Erase, ImportRow, ImportRows, Operation, SetFact
from leaddesk.domain.policy import Policies
from leaddesk.domain.state import State
from leaddesk.store.central import tables as t
from leaddesk.store.central.feed import Feed
from leaddesk.store.central.sql import chunks, short, upsert
from leaddesk.store.columns import instant, micros
from leaddesk.store.form import operation_from, operation_text

#: A line of history, by the operation and the row of it.
Line = tuple[str, int]


def barred(connection: Connection, tenant: str, named: Iterable[str], told: Iterable[str]) -> Barred:
    """Who of those named, and of those whom match keys tell of, is erased."""
    gone, secret = t.erasures.c, _secret(connection, tenant)
    if connection.execute(select(gone.id).where(gone.tenant == tenant).limit(1)).first() is None:
        return Barred(secret)
    ids: set[str] = set()
    for part in chunks(sorted(named)):
        ids.update(connection.execute(select(gone.id).where(gone.tenant == tenant, gone.id.in_(part))).scalars())
    keys: dict[str, Any] = {}
    held = t.suppressed.c
    for part in chunks(sorted(erasure.hidden(one, secret) for one in told)):
        for row in connection.execute(select(held.key, held.upto).where(held.tenant == tenant, held.key.in_(part))):
            known = keys.setdefault(row.key, row.upto)
            keys[row.key] = None if known is None or row.upto is None else max(known, row.upto)
    keys = {key: None if upto is None else instant(int(upto)) for key, upto in keys.items()}
    return Barred(secret, frozenset(ids), keys)


def _secret(connection: Connection, tenant: str) -> str:
    query = select(t.tenants.c.secret).where(t.tenants.c.id == tenant)
    return str(connection.execute(query).scalar_one())


def body(connection: Connection, tenant: str, person: str) -> dict[str, Any]:
    """What every desk is told of somebody erased, or of a lead that would have been somebody's: ids alone, of what it
    may have sent of her."""
    gone = t.erasures.c
    hers = select(gone.id).where(gone.tenant == tenant, or_(gone.person == person, gone.id == person))
    return {"ids": list(connection.execute(hers.order_by(gone.id)).scalars())}


def erase(
    connection: Connection, tenant: str, feed: Feed, operation: Operation, after: State, policies: Policies
) -> None:
    """Take what tells of a person out of everything that is kept, now that her rows are gone. ``after``: the state
    without her."""
    act = operation.act
    assert isinstance(act, Erase)
    feed.number("all", ("erased", act.person), "", cause=operation.id)
    lines = _lines(connection, tenant, operation.account)
    history = [one for one, _ in lines.values()]
    trace = Trace.of(act.person, after, history)
    trace = replace(trace, ids=trace.ids.union(act.leads))
    told = _operations(connection, tenant, operation.account, trace.ids)
    meant = {
        one.act.lead
        for _, one in told
        if one is not None and isinstance(one.act, CreateLead) and one.act.person == act.person
    }
    if meant - trace.ids:
        # Of a lead that was refused more may have been told.
        trace = replace(trace, ids=trace.ids | meant)
        told = _operations(connection, tenant, operation.account, trace.ids)
    keys = erasure.told_keys(history, trace)
    whole = _whole(act, trace, history, keys, _secret(connection, tenant))
    _bar(connection, tenant, operation, whole)
    changed = {
        line: erasure.redacted(replace(one, act=whole) if one.id == operation.id else one, trace, policies)
        for line, (one, _) in lines.items()
    }
    changed = {line: one for line, one in changed.items() if one != lines[line][0]}
    _rewrite(connection, tenant, lines, changed)
    scopes = sorted(feed.scopes([operation.account])[operation.account]) if changed else []
    for op, ordinal in sorted(changed):
        for scope in scopes:
            feed.number(scope, ("entry", f"{op}:{ordinal}"), operation.account, cause=operation.id)
    hers = {line for line, (one, _) in lines.items() if isinstance(one.act, ImportRow) and erasure.speaks(one, trace)}
    _rewrite_operations(connection, tenant, replace(operation, act=whole), told, trace, policies)
    rows = _rewrite_imports(connection, tenant, trace, frozenset(keys), hers, {op for op, _ in lines}, history)
    _keep(connection, tenant, operation, act.person, (f"{op}:{ordinal}" for op, ordinal in {*changed, *rows}))


def bar(connection: Connection, tenant: str, feed: Feed, ids: Iterable[str]) -> None:
    """Leads that would have been somebody's who is erased: what is told of them is as little to be kept, and what was
    told before anybody knew whose they were goes. Of those that are known as somebody's it stays known whose."""
    gone, fresh = t.erasures.c, set(ids)
    for part in chunks(sorted(fresh)):
        query = select(gone.id).where(gone.tenant == tenant, gone.id.in_(part))
        fresh.difference_update(connection.execute(query).scalars())
    upsert(connection, t.erasures, [{"tenant": tenant, "id": one, "person": "", "op": ""} for one in sorted(fresh)])
    told = t.operations.c
    for lead in sorted(fresh):
        # Nothing of a lead that the books have never had was applied.
        query = select(told.id, told.body, told.reason_values).where(
            told.tenant == tenant, told.seq == 0, told.body.contains(lead, autoescape=True)
        )
        written = [(row, _cut(row.body), "{}") for row in connection.execute(query)]
        if any(text != row.body for row, text, _ in written):
            _write(connection, tenant, written)
            feed.number("all", ("erased", lead), "")


@dataclass(frozen=True, slots=True)
class Journal:
    """What no restore turns back: the erasures as operations, and the rows of who was erased, by table."""

    operations: list[dict[str, Any]]
    rows: list[tuple[Table, list[dict[str, Any]]]]


def journal(connection: Connection, tenant: str) -> Journal:
    """The erasures of an organisation, in the order they came."""
    told = t.operations
    query = select(told).where(told.c.tenant == tenant, told.c.kind == Erase.kind, told.c.seq > 0)
    operations = [dict(row) for row in connection.execute(query.order_by(told.c.seq)).mappings()]
    rows = [
        (table, [dict(row) for row in connection.execute(select(table).where(table.c.tenant == tenant)).mappings()])
        for table in (t.erasures, t.suppressed)
    ]
    return Journal(operations, rows)


def _lines(connection: Connection, tenant: str, account: str) -> dict[Line, tuple[Operation, str]]:
    """Every line of an account, also those that were undone: as read, and the operation that undid it."""
    held = t.history.c
    rows = connection.execute(
        select(held.op, held.ordinal, held.body, held.undone_by)
        .where(held.tenant == tenant, held.account == account)
        .order_by(held.position, held.ordinal)
    )
    return {(row.op, int(row.ordinal)): (operation_from(row.body), row.undone_by) for row in rows}


def _whole(act: Erase, trace: Trace, history: Sequence[Operation], keys: Iterable[str], secret: str) -> Erase:
    """What is known of her by the operation and here: in it, too, it comes back to books that have never known her."""
    return replace(
        act,
        leads=tuple(sorted(trace.ids - {act.person})),
        keys=tuple(sorted({*act.keys, *(erasure.hidden(one, secret) for one in keys)})),
        objected=act.objected or erasure.objected(history, trace.ids),
    )


def _bar(connection: Connection, tenant: str, operation: Operation, whole: Erase) -> None:
    """Keep who is erased."""
    _keep(connection, tenant, operation, whole.person, (whole.person, *whole.leads))
    # Where an objection stands nobody may bring her back; else whoever tells of her anew, later.
    upto = None if whole.objected else micros(operation.at)
    upsert(
        connection,
        t.suppressed,
        [{"tenant": tenant, "key": one, "person": whole.person, "upto": upto} for one in whole.keys],
    )


def _keep(connection: Connection, tenant: str, operation: Operation, person: str, ids: Iterable[str]) -> None:
    upsert(
        connection,
        t.erasures,
        [{"tenant": tenant, "id": one, "person": person, "op": operation.id} for one in sorted(set(ids))],
    )


def _rewrite(
    connection: Connection, tenant: str, lines: Mapping[Line, tuple[Operation, str]], changed: Mapping[Line, Operation]
) -> None:
    """Lines of history in their new words; what their events were found by goes."""
    if not changed:
        return
    held = t.history.c
    connection.execute(
        update(t.history)
        .where(held.tenant == tenant, held.op == bindparam("of"), held.ordinal == bindparam("row"))
        .values(body=bindparam("text")),
        [{"of": op, "row": ordinal, "text": operation_text(one)} for (op, ordinal), one in changed.items()],
    )
    forgotten = [
        {"of": op, "by": short(key)}
        for (op, _), (one, _) in ((line, lines[line]) for line in changed)
        for key in match.keys_of_operation(one)
    ]
    if forgotten:
        keyed = t.match_keys.c
        connection.execute(
            delete(t.match_keys).where(
                keyed.tenant == tenant, keyed.key == bindparam("by"), keyed.entity == bindparam("of")
            ),
            forgotten,
        )


# --- operations as they were told -------------------------------------------------------------------------------------


def _operations(
    connection: Connection, tenant: str, account: str, ids: Iterable[str]
) -> list[tuple[Any, Operation | None]]:
    """The account's operations, applied or not, and all that name one of these ids elsewhere, where a desk had it: the
    rows, and as read, None where nobody can."""
    told = t.operations.c
    query = select(told.id, told.body, told.reason_values).where(told.tenant == tenant)
    found = {row.id: row for row in connection.execute(query.where(told.account == account))}
    for part in chunks(sorted(ids)):
        like = or_(*(told.body.contains(one, autoescape=True) for one in part))
        found.update((row.id, row) for row in connection.execute(query.where(like)))
    return [(row, _read(row.body)) for row in found.values()]


def _read(text: str) -> Operation | None:
    try:
        return operation_from(text)
    except BadInput:
        return None


def _rewrite_operations(
    connection: Connection,
    tenant: str,
    erase: Operation,
    told: Iterable[tuple[Any, Operation | None]],
    trace: Trace,
    policies: Policies,
) -> None:
    """Operations of the account in their new words, ``erase`` too. Of one that cannot be read only ids are left."""
    written = []
    for row, one in told:
        text = row.body
        if one is None:
            text = _cut(text) if _tells(text, trace) else text
        elif (new := erasure.redacted(erase if one.id == erase.id else one, trace, policies)) != one:
            text = operation_text(new)
        written.append((row, text, _values(row.reason_values, trace)))
    _write(connection, tenant, written)


def _rewrite_imports(
    connection: Connection,
    tenant: str,
    trace: Trace,
    keys: frozenset[str],
    hers: set[Line],
    lines: set[str],
    history: Sequence[Operation],
) -> set[Line]:
    """Rows of imports that tell of her, also those that changed nothing and so have no line. Which they were."""
    told = t.operations.c
    sayings = {part for one in history if erasure.speaks(one, trace) for part in _sayings(one)}
    found: dict[str, Any] = {}
    query = select(told.id, told.body, told.reason_values).where(told.tenant == tenant, told.kind == ImportRows.kind)
    for part in chunks(sorted(lines)):
        found.update((row.id, row) for row in connection.execute(query.where(told.id.in_(part))))
    for part in chunks(sorted(sayings)):
        like = or_(*(told.body.contains(one, autoescape=True) for one in part))
        found.update((row.id, row) for row in connection.execute(query.where(like)))
    written = []
    about = set(hers)
    for row in found.values():
        try:
            one = operation_from(row.body)
        except BadInput:
            written.append((row, _cut(row.body), "{}"))
            about.add((row.id, 0))
            continue
        assert isinstance(one.act, ImportRows)
        source = one.act.source_name
        about |= {
            (one.id, ordinal)
            for ordinal, it in enumerate(one.act.rows)
            if keys.intersection(erasure.keys_of_row(it, source))
        }
        rows = tuple(
            erasure.redacted_row(it, trace, (one.id, ordinal) in about) for ordinal, it in enumerate(one.act.rows)
        )
        text = row.body if rows == one.act.rows else operation_text(replace(one, act=replace(one.act, rows=rows)))
        written.append((row, text, _values(row.reason_values, trace)))
    _write(connection, tenant, written)
    return about


def _sayings(operation: Operation) -> Iterable[str]:
    """Pieces of JSON by which a row that tells of the same person is found."""
    part = erasure.part_of(operation.act)
    if part is not None:
        yield from (_json(text) for text in (part.name, part.phone, part.email) if text)
        if part.external_id:
            yield f'"external_id":{_json(part.external_id)}'
    elif isinstance(operation.act, SetFact) and operation.act.key in ("name", "phone", "email"):
        yield from (_json(text) for text in (operation.act.value, operation.act.was) if text)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _tells(text: str, trace: Trace) -> bool:
    """Whether the text of an operation that nobody can read may tell of her."""
    return any(one in text for one in trace.ids) or (trace.words is not None and bool(trace.words.search(text)))


def _cut(text: str) -> str:
    return _json(erasure.cut(msgspec.json.decode(text)))


def _values(text: str, trace: Trace) -> str:
    return text if text == "{}" else _json(erasure.scrubbed_values(msgspec.json.decode(text), trace))


def _write(connection: Connection, tenant: str, written: Iterable[tuple[Any, str, str]]) -> None:
    """Operations in their new words: (the row as it was, its body, the values of its verdict)."""
    rows = [
        {"of": row.id, "text": text, "values_of": values}
        for row, text, values in written
        if (text, values) != (row.body, row.reason_values)
    ]
    if rows:
        told = t.operations.c
        connection.execute(
            update(t.operations)
            .where(told.tenant == tenant, told.id == bindparam("of"))
            .values(body=bindparam("text"), reason_values=bindparam("values_of")),
            rows,
        )
