"""The JSON form of messages, operations and feed bodies. Strict on what a desk sends, forgiving on what the central
adds."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from leaddesk.domain.errors import BadInput
from leaddesk.domain.limit import TEXT_LIMIT
from leaddesk.domain.operation import Operation
from leaddesk.domain.plain import present, read_operation

Message = TypeVar("Message")

#: The longest id taken, in characters; ours have 36.
ID_LIMIT = 200

#: Fields of acts that hold an id.
_IDS = (".lead", ".person", ".owner", ".to", ".host", ".import_id", ".objection", ".operation")

_ENVELOPE = ("id", "kind", "account", "at", "by", "device", "n", "policy", "ordinal", "act", "form")


def to_json(value: object) -> bytes:
    """A message as JSON; what has its default is left out, the protocol never."""
    return msgspec.json.encode(_told(value) if is_dataclass(value) else value)


def from_json(data: bytes, kind: type[Message]) -> Message:
    """A message from JSON. Raises ``BadInput("message-unreadable")``."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as trouble:
        raise BadInput("message-unreadable", message=kind.__name__, why=str(trouble)[:300]) from trouble


def to_query(message: object) -> dict[str, str]:
    """A short message as what stands behind the question mark of an address: text as it is, all else as JSON."""
    return {
        name: held if isinstance(held, str) else msgspec.json.encode(held).decode()
        for name, held in _told(message).items()
    }


def from_query(told: Mapping[str, str], kind: type[Message]) -> Message:
    """A message from a query. Raises ``BadInput("message-unreadable")``."""
    try:
        values = {
            one.name: told[one.name] if one.type is str else msgspec.json.decode(told[one.name])
            for one in fields(kind)  # type: ignore[arg-type]
            if one.name in told
        }
        return msgspec.convert(values, kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as trouble:
        raise BadInput("message-unreadable", message=kind.__name__, why=str(trouble)[:300]) from trouble


def _told(message: Any) -> dict[str, Any]:  # Any: a message and its values
    """The fields of a message that have not their default, and its protocol."""
    told = [(one.name, one.default, getattr(message, one.name)) for one in fields(message)]
    return {name: held for name, default, held in told if held != default or name == "protocol"}


# --- operations -----------------------------------------------------------------------------------------------------


def unpack_operation(told: Mapping[str, Any]) -> Operation:
    """The operation a desk sent, in this or an older form. Raises ``BadInput("unreadable-operation")`` for a form,
    kind, field or value unknown here."""
    told = present(told)
    try:
        operation = read_operation(told, msgspec.convert)
    except msgspec.ValidationError as trouble:
        raise BadInput("unreadable-operation", field=str(told.get("kind"))[:60], why=str(trouble)[:300]) from trouble
    for name in told:
        if name not in _ENVELOPE:
            raise BadInput("unreadable-operation", field=str(name)[:60], why="unknown field")
    _check_known(told.get("act"), msgspec.to_builtins(operation.act), operation.kind)
    check_operation(operation)
    return operation


def check_operation(operation: Operation) -> None:
    """Whether every value of an operation can travel; a desk keeps none that the central could not read.

    Raises ``BadInput("unreadable-operation")`` naming the field.
    """
    if not 8 <= len(operation.id) <= 64 or not abs(operation.n) < 2**53 or not 0 < operation.policy < 2**31:
        raise BadInput("unreadable-operation", field="id", why="out of range")
    for name, value in (("account", operation.account), ("by", operation.by), ("device", operation.device)):
        _check_values(value, name)
    _check_values(operation.act, operation.kind)
    _check_instant(operation.at, "at")


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
        limit = ID_LIMIT if path.endswith(_IDS) else 2_000_000 if path.endswith(".document") else TEXT_LIMIT
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
