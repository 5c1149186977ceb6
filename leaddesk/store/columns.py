"""The columns of what both drawers keep. The fields of a lead are spelled once, in ``domain.state.Lead``.

Instants are stored as whole microseconds since 1970 UTC; nothing else is accepted. Tuples are stored as JSON text.
"""

from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy

from leaddesk.domain.state import Account, Lead, Person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """An instant as whole microseconds since 1970 UTC. Refuses an instant without offset."""
    if at.tzinfo is None:
        raise ValueError("an instant without offset cannot be stored")
    return (at - EPOCH) // _MICRO


def instant(stored: int) -> datetime:
    """The instant stored as microseconds."""
    return EPOCH + timedelta(microseconds=stored)


class Shape:
    """How one dataclass of the domain is kept: its columns, and the way in and out. Made once per class."""

    def __init__(self, kind: type[Any]) -> None:
        hints = get_type_hints(kind)
        self.kind = kind
        self.names: tuple[str, ...] = tuple(one.name for one in fields(kind))
        self._into: list[Any] = []  # Any: one converter a field
        self._out: list[Any] = []
        self._types: list[str] = []
        self._told: list[tuple[Any, Any]] = []
        for one in fields(kind):
            into, out, type_ = _converters(hints[one.name])
            self._into.append(into)
            self._out.append(out)
            self._types.append(type_)
            # None is left out of a body in any case, a required field never.
            default = None if one.default is MISSING else one.default
            as_told = instant if out in (instant, _maybe_instant) else None
            self._told.append(("[]", _raw) if isinstance(out, _Tuple) else (default, as_told))
        self._get = attrgetter(*self.names)
        self._changed = [(index, into) for index, into in enumerate(self._into) if into is not None]

    def columns(self, *key: str) -> list[sqlalchemy.Column[Any]]:
        """Fresh columns, those named in ``key`` as primary key."""
        return [
            sqlalchemy.Column(
                name, getattr(sqlalchemy, type_), primary_key=name in key, nullable=_nullable(out), autoincrement=False
            )
            for name, type_, out in zip(self.names, self._types, self._out, strict=True)
        ]

    def values(self, value: Any) -> dict[str, Any]:  # Any: an instance of the kind
        """One value as column values."""
        return dict(zip(self.names, self.row(value), strict=True))

    def row(self, value: Any) -> list[Any]:  # Any: an instance of the kind
        """One value as the values of its columns, in their order."""
        held = list(self._get(value))
        for index, into in self._changed:
            held[index] = into(held[index])
        return held

    def value(self, row: Any, start: int = 0) -> Any:  # Any: a row of the driver; an instance of the kind
        """The value held by the columns of a row from ``start`` on, in the order of ``names``."""
        held = {}
        for name, out, stored in zip(self.names, self._out, row[start:] if start else row, strict=False):
            if out is None or stored is None:
                held[name] = stored
            else:
                held[name] = () if stored == "[]" else out(stored)
        return self.kind(**held)

    def body(self, row: Any) -> dict[str, Any]:  # Any: a row of the driver; what JSON is made of
        """What ``domain.plain.pack`` makes of the value in the columns of a row, without making the value."""
        made: dict[str, Any] = {}
        for name, (default, as_told), stored in zip(self.names, self._told, row, strict=False):
            if stored is not None and stored != default:
                made[name] = stored if as_told is None else as_told(stored)
        return made


def _nullable(out: Any) -> bool:
    return out is _maybe_instant or getattr(out, "nullable", False)


def _maybe_instant(stored: int | None) -> datetime | None:
    return None if stored is None else instant(stored)


def _maybe_micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


class _Enum:
    """A word of a closed vocabulary, perhaps absent."""

    def __init__(self, kind: type[StrEnum], nullable: bool) -> None:
        self._held = {one.value: one for one in kind}
        self.nullable = nullable

    def __call__(self, stored: str | None) -> StrEnum | None:
        return None if stored is None else self._held[stored]


class _Tuple:
    """A tuple as JSON text."""

    def __init__(self, kind: Any) -> None:
        self._decode = msgspec.json.Decoder(kind).decode

    def __call__(self, stored: str) -> Any:
        return () if stored == "[]" else self._decode(stored)


def _raw(stored: str) -> msgspec.Raw:
    return msgspec.Raw(stored.encode())


def _tuple_into(value: tuple[Any, ...]) -> str:
    return msgspec.json.encode(value).decode() if value else "[]"


def _word_into(value: StrEnum | None) -> str | None:
    return None if value is None else value.value


class _MaybeInt:
    nullable = True

    def __call__(self, stored: int | None) -> int | None:
        return stored


def _converters(hint: Any) -> tuple[Any, Any, str]:
    optional = False
    if get_origin(hint) is UnionType:
        inner = [one for one in get_args(hint) if one is not NoneType]
        optional, hint = True, inner[0]
    if get_origin(hint) is tuple:
        return _tuple_into, _Tuple(hint), "Text"
    if hint is datetime:
        return (_maybe_micros, _maybe_instant, "BigInteger") if optional else (micros, instant, "BigInteger")
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word_into, _Enum(hint, optional), "Text"
    if hint is bool:
        return None, bool, "Boolean"
    if hint is int:
        return None, _MaybeInt() if optional else None, "BigInteger"
    if hint is str:
        return None, None, "Text"
    raise TypeError(f"no column for {hint!r}")


ACCOUNT = Shape(Account)
PERSON = Shape(Person)
LEAD = Shape(Lead)
