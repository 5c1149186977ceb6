"""The JSON form of messages, operations and feed bodies. Strict on what a desk sends, forgiving on what the central adds."""

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec

from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import ACTS, HISTORY_ACTS, Operation
from leaddesk.domain.state import Account, Lead, Person
from leaddesk.wire.message import Entry, User

Message = TypeVar("Message")

#: The longest text one field of an operation may hold, in characters; an import's rows keep theirs shorter.
TEXT_LIMIT = 100_000

_ENVELOPE = ("id", "kind", "account", "at", "by", "device", "n", "policy", "ordinal", "act")
_BODIES: dict[str, type[Any]] = {"account": Account, "person": Person, "lead": Lead, "user": User}


def to_json(value: object) -> bytes:
    """A message as JSON."""
    return msgspec.json.encode(value)


def from_json(data: bytes, kind: type[Message]) -> Message:
    """A message from JSON. Raises ``BadInput("message-unreadable")``."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as trouble:
        raise BadInput("message-unreadable", message=kind.__name__, why=str(trouble)[:300]) from trouble


# --- operations -----------------------------------------------------------------------------------------------------


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


def unpack_operation(told: Mapping[str, Any], history: bool = False) -> Operation:
    """The operation a desk sent. Raises ``BadInput("unreadable-operation")`` for a kind, field or value unknown here.

    ``history``: also the kinds that only stand in an account's history, and fields this program does not know are let be.
    """
    kind = told.get("kind")
    acts = HISTORY_ACTS if history else ACTS
    if not isinstance(kind, str) or kind not in acts:
        raise BadInput("unreadable-operation", field="kind", why=f"{str(kind)[:60]!r}")
    act = told.get("act")
    if not isinstance(act, Mapping):
        raise BadInput("unreadable-operation", field="act", why="not an object")
    try:
        made = msgspec.convert(act, acts[kind], strict=True)
        operation = Operation(
            id=_text(told, "id"),
            act=made,
            account=_text(told, "account"),
            at=msgspec.convert(told.get("at"), datetime),
            by=_text(told, "by"),
            device=_text(told, "device"),
            n=msgspec.convert(told.get("n", 0), int),
            policy=msgspec.convert(told.get("policy", 1), int),
            ordinal=msgspec.convert(told.get("ordinal", 0), int),
        )
    except msgspec.ValidationError as trouble:
        raise BadInput("unreadable-operation", field=kind, why=str(trouble)[:300]) from trouble
    if history:
        return operation
    for name in told:
        if name not in _ENVELOPE:
            raise BadInput("unreadable-operation", field=str(name)[:60], why="unknown field")
    if not 8 <= len(operation.id) <= 64 or not abs(operation.n) < 2**53 or not 0 < operation.policy < 2**31:
        raise BadInput("unreadable-operation", field="id", why="out of range")
    _check_known(act, msgspec.to_builtins(made), kind)
    _check_values(made, kind)
    _check_instant(operation.at, "at")
    return operation


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > 200:
        raise BadInput("unreadable-operation", field=name, why="not a text")
    return value


def _check_known(given: Any, made: Any, path: str) -> None:  # Any: JSON values
    if isinstance(given, Mapping) and isinstance(made, Mapping):
        for name, value in given.items():
            if name not in made:
                raise BadInput("unreadable-operation", field=f"{path}.{str(name)[:60]}", why="unknown field")
            _check_known(value, made[name], f"{path}.{name}")
    elif isinstance(given, list | tuple) and isinstance(made, list | tuple):
        for index, (one, other) in enumerate(zip(given, made, strict=False)):
            _check_known(one, other, f"{path}[{index}]")


def _check_values(value: Any, path: str) -> None:  # Any: acts and their parts
    if isinstance(value, str):
        limit = 2_000_000 if path.endswith(".document") else TEXT_LIMIT
        if len(value) > limit:
            raise BadInput("unreadable-operation", field=path, why=f"longer than {limit}")
        if "\x00" in value:
            raise BadInput("unreadable-operation", field=path, why="a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError as trouble:
            raise BadInput("unreadable-operation", field=path, why="not Unicode text") from trouble
    elif isinstance(value, datetime):
        _check_instant(value, path)
    elif isinstance(value, bool | date) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) >= 2**53:
            raise BadInput("unreadable-operation", field=path, why="number too large")
    elif isinstance(value, tuple):
        for one in value:
            _check_values(one, path)
    else:
        for field in fields(value):
            _check_values(getattr(value, field.name), f"{path}.{field.name}")


def _check_instant(at: datetime, path: str) -> None:
    if at.tzinfo is None:
        raise BadInput("unreadable-operation", field=path, why="an instant without offset")
    if not 1900 <= at.year <= 9998:
        raise BadInput("unreadable-operation", field=path, why="out of range")


# --- feed bodies ----------------------------------------------------------------------------------------------------


def pack(value: Account | Person | Lead | Entry | User) -> dict[str, Any]:
    """A feed row's body: only what differs from the defaults."""
    if isinstance(value, Entry):
        made: dict[str, Any] = {"operation": pack_operation(value.operation), "position": value.position}
        if value.undone_by:
            made["undone_by"] = value.undone_by
        return made
    return _packed(value)


def unpack(what: str, body: Mapping[str, Any]) -> Account | Person | Lead | Entry | User:
    """The value a feed row carries; fields this program does not know are let be. Raises ``BadInput``."""
    if what == "entry":
        return Entry(
            unpack_operation(body["operation"], history=True), int(body["position"]), str(body.get("undone_by", ""))
        )
    try:
        return cast("Account | Person | Lead | User", msgspec.convert(body, _BODIES[what]))
    except (msgspec.ValidationError, KeyError) as trouble:
        raise BadInput("row-unreadable", what=what, why=str(trouble)[:300]) from trouble


def content_hash(body: Mapping[str, Any]) -> str:
    """16 hex digits over the canonical JSON of a body."""
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()[:16]


_REQUIRED = object()


@lru_cache(maxsize=128)
def _shape(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, _REQUIRED if one.default is MISSING else one.default) for one in fields(kind))


def _packed(value: Any) -> dict[str, Any]:  # Any: any dataclass that travels
    made = {}
    for name, default in _shape(type(value)):
        held = getattr(value, name)
        if default is _REQUIRED or held != default:
            made[name] = _plain(held)
    return made


def _plain(value: Any) -> Any:
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
