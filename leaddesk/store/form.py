"""What is kept as JSON in a column: operations, rows as the central told them, a user, a session."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from leaddesk.domain import plain
from leaddesk.domain.errors import BadInput
from leaddesk.domain.escalation import Escalation
from leaddesk.domain.operation import HISTORY_ACTS, Operation
from leaddesk.domain.record import Entry, User
from leaddesk.domain.state import Account, Lead, Person

Kept = TypeVar("Kept")


def to_text(value: object) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


def from_text(text: str, kind: type[Kept]) -> Kept:
    """A value from its JSON text; fields this program does not know are let be. Raises ``BadInput``."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as trouble:
        raise BadInput("row-unreadable", what=kind.__name__, why=str(trouble)[:300]) from trouble


def operation_text(operation: Operation) -> str:
    """An operation as JSON text."""
    return to_text(plain.pack_operation(operation))


class _Envelope(msgspec.Struct):
    """A kept operation; its act is read by its kind."""

    id: str
    kind: str
    account: str
    at: datetime
    by: str
    device: str
    act: msgspec.Raw
    n: int = 0
    policy: int = 1
    ordinal: int = 0
    form: int = 1


_envelope = msgspec.json.Decoder(_Envelope).decode


@lru_cache(maxsize=64)
def _act(kind: str) -> Any:  # Any: a function of the decoder
    return msgspec.json.Decoder(HISTORY_ACTS[kind]).decode


def operation_from(text: str) -> Operation:
    """The operation that a JSON text holds, of any kind that stands in a history, in any form. Raises ``BadInput``."""
    try:
        told = _envelope(text)
        if told.form != plain.FORM:
            told = _envelope(to_text(plain.present(msgspec.json.decode(text))))
        act = _act(told.kind)(told.act)
    except (msgspec.MsgspecError, KeyError) as trouble:
        raise BadInput("unreadable-operation", field="body", why=str(trouble)[:300]) from trouble
    return Operation(
        id=told.id,
        act=act,
        account=told.account,
        at=told.at,
        by=told.by,
        device=told.device,
        n=told.n,
        policy=told.policy,
        ordinal=told.ordinal,
    )


def line_from(text: str) -> Operation:
    """As ``operation_from``, of a line that the central has told: what is too new for this program is ``Unread``."""
    try:
        return operation_from(text)
    except BadInput:
        return plain.read_line(from_text(text, dict[str, Any]), msgspec.convert)


def row_from(what: str, body: Mapping[str, Any]) -> Account | Person | Lead | Entry | User | Escalation:
    """The value that a feed row's body holds; fields this program does not know are let be. Raises ``BadInput``."""
    try:
        return plain.read_row(what, body, msgspec.convert)
    except msgspec.ValidationError as trouble:
        raise BadInput("row-unreadable", what=what, why=str(trouble)[:300]) from trouble
