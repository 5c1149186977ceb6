"""Operations and rows as plain values that any JSON library takes, and back again.

The way back needs somebody who checks and converts plain values into a dataclass: ``convert(value, kind)``, handed in
by the room that reads. What it raises passes through.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

from leaddesk.domain.errors import BadInput
from leaddesk.domain.escalation import Escalation
from leaddesk.domain.operation import ACTS, HISTORY_ACTS, Act, Operation, Unread
from leaddesk.domain.record import Entry, User
from leaddesk.domain.state import Account, Lead, Person

#: Makes a value of a kind from plain values.
Convert = Callable[[Any, Any], Any]

#: Plain values.
Told = Mapping[str, Any]

#: The form in which operations are told here; the first goes without saying. A new form is a new protocol, too.
#: 1: an envelope and an act.
FORM = 1

#: How an operation told in a form is told in the next one. An operation stands as it was born, in outboxes and in the
#: central's books, so each form is read for ever. Raises ``BadInput("unreadable-operation")`` where there is no way.
NEXT: dict[int, Callable[[Told], Told]] = {}

_ROWS: dict[str, type[Account] | type[Person] | type[Lead] | type[User] | type[Escalation]] = {
    "account": Account,
    "person": Person,
    "lead": Lead,
    "user": User,
    "escalation": Escalation,
}
_REQUIRED = object()


def pack_operation(operation: Operation) -> dict[str, Any]:
    """The operation as plain JSON values, its act with only what differs from the defaults."""
    return {
        "id": operation.id,
        "kind": operation.kind,
        "account": operation.account,
        "at": _plain(operation.at),
        "by": operation.by,
        "device": operation.device,
        "n": operation.n,
        "policy": operation.policy,
        "ordinal": operation.ordinal,
        "act": _packed(operation.act),
        **({"form": FORM} if FORM > 1 else {}),
    }


def pack(value: Account | Person | Lead | Entry | User | Escalation) -> dict[str, Any]:
    """A row's body: only what differs from the defaults."""
    if isinstance(value, Entry):
        made: dict[str, Any] = {"operation": pack_operation(value.operation), "position": value.position}
        if value.undone_by:
            made["undone_by"] = value.undone_by
        return made
    return _packed(value)


def present(told: Told) -> Told:
    """An operation in the form of this program. Raises ``BadInput("unreadable-operation")`` for one of a newer form."""
    form = told.get("form", 1)
    if type(form) is not int or not 1 <= form <= FORM:
        raise BadInput("unreadable-operation", field="form", why=f"{str(form)[:60]!r}")
    while form < FORM:
        told = {**NEXT[form](told), "form": form + 1}
        form += 1
    return told


def read_operation(told: Told, convert: Convert) -> Operation:
    """The operation that plain values stand for. Raises ``BadInput("unreadable-operation")``."""
    told = present(told)
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in ACTS:
        raise BadInput("unreadable-operation", field="kind", why=f"{str(kind)[:60]!r}")
    act = told.get("act")
    if not isinstance(act, Mapping):
        raise BadInput("unreadable-operation", field="act", why="not an object")
    return _operation(told, convert(act, ACTS[kind]), convert)


def read_line(told: Told, convert: Convert) -> Operation:
    """The operation of a line of history that the central tells, of any kind; its act is ``Unread`` where only a newer
    program could read it. Raises ``BadInput("unreadable-operation")`` for what is no operation."""
    try:
        now = present(told)
        act = convert(now["act"], HISTORY_ACTS[str(now["kind"])])
    except (BadInput, KeyError, TypeError, ValueError):
        now = told
        inside = told.get("act")
        lead = inside.get("lead") if isinstance(inside, Mapping) else None
        act = Unread(lead=lead if isinstance(lead, str) else "")
    return _operation(now, act, convert)


def _operation(told: Told, act: Act, convert: Convert) -> Operation:
    return Operation(
        id=_text(told, "id"),
        act=act,
        account=_text(told, "account"),
        at=convert(told.get("at"), datetime),
        by=_text(told, "by"),
        device=_text(told, "device"),
        n=convert(told.get("n", 0), int),
        policy=convert(told.get("policy", 1), int),
        ordinal=convert(told.get("ordinal", 0), int),
    )


def read_row(
    what: str, body: Mapping[str, Any], convert: Convert
) -> Account | Person | Lead | Entry | User | Escalation:
    """The value a row's body stands for. Raises ``BadInput``: "row-unreadable", "unreadable-operation"."""
    try:
        if what == "entry":
            operation = read_line(body["operation"], convert)
            return Entry(operation, int(body["position"]), str(body.get("undone_by", "")))
        return cast("Account | Person | Lead | User | Escalation", convert(body, _ROWS[what]))
    except (KeyError, TypeError, ValueError) as trouble:
        raise BadInput("row-unreadable", what=what, why=str(trouble)[:300]) from trouble


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > 200:
        raise BadInput("unreadable-operation", field=name, why="not a text")
    return value


@lru_cache(maxsize=128)
def _shape(kind: Any) -> tuple[tuple[str, Any], ...]:  # Any: a dataclass
    return tuple((one.name, _REQUIRED if one.default is MISSING else one.default) for one in fields(kind))


def _packed(value: Any) -> dict[str, Any]:  # Any: any dataclass that travels
    made = {}
    for name, default in _shape(cast(Any, type(value))):
        held = getattr(value, name)
        if default is _REQUIRED or held != default:
            made[name] = _plain(held)
    return made


def _plain(value: Any) -> Any:  # Any: what a dataclass that travels may hold
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return _packed(value)
