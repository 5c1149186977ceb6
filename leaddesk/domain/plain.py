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
from leaddesk.domain.operation import ACTS, HISTORY_ACTS, Operation
from leaddesk.domain.record import Entry, User
from leaddesk.domain.state import Account, Lead, Person

#: Makes a value of a kind from plain values.
Convert = Callable[[Any, Any], Any]

_ROWS: dict[str, type[Account] | type[Person] | type[Lead] | type[User]] = {
    "account": Account,
    "person": Person,
    "lead": Lead,
    "user": User,
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
    }


def pack(value: Account | Person | Lead | Entry | User) -> dict[str, Any]:
    """A row's body: only what differs from the defaults."""
    if isinstance(value, Entry):
        made: dict[str, Any] = {"operation": pack_operation(value.operation), "position": value.position}
        if value.undone_by:
            made["undone_by"] = value.undone_by
        return made
    return _packed(value)


def read_operation(told: Mapping[str, Any], convert: Convert, history: bool = False) -> Operation:
    """The operation that plain values stand for. Raises ``BadInput("unreadable-operation")``.

    ``history``: also the kinds that only stand in an account's history.
    """
    kind = told.get("kind")
    acts = HISTORY_ACTS if history else ACTS
    if not isinstance(kind, str) or kind not in acts:
        raise BadInput("unreadable-operation", field="kind", why=f"{str(kind)[:60]!r}")
    act = told.get("act")
    if not isinstance(act, Mapping):
        raise BadInput("unreadable-operation", field="act", why="not an object")
    return Operation(
        id=_text(told, "id"),
        act=convert(act, acts[kind]),
        account=_text(told, "account"),
        at=convert(told.get("at"), datetime),
        by=_text(told, "by"),
        device=_text(told, "device"),
        n=convert(told.get("n", 0), int),
        policy=convert(told.get("policy", 1), int),
        ordinal=convert(told.get("ordinal", 0), int),
    )


def read_row(what: str, body: Mapping[str, Any], convert: Convert) -> Account | Person | Lead | Entry | User:
    """The value a row's body stands for. Raises ``BadInput``: "row-unreadable", "unreadable-operation"."""
    try:
        if what == "entry":
            operation = read_operation(body["operation"], convert, history=True)
            return Entry(operation, int(body["position"]), str(body.get("undone_by", "")))
        return cast("Account | Person | Lead | User", convert(body, _ROWS[what]))
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
