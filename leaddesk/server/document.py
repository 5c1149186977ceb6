"""The OpenAPI document: the routes as the app has them, the messages of ``wire`` and the operations as schemas."""

from typing import Any, get_args

import msgspec
from fastapi import FastAPI

from leaddesk.domain.operation import ACTS
from leaddesk.domain.record import Session, User
from leaddesk.domain.state import Account, Lead, Person
from leaddesk.wire.message import (
    AskReport,
    Compare,
    Compared,
    DeviceRow,
    Hello,
    NewUser,
    Pull,
    Pulled,
    Push,
    Pushed,
    Reported,
    SignIn,
    Told,
)

Schema = dict[str, Any]

_AT = "#/components/schemas/"
_MESSAGES = (
    SignIn, Session, Hello, Push, Pushed, Pull, Pulled, Compare, Compared, AskReport, Reported, DeviceRow, User,
    NewUser, Told,
)  # fmt: skip
_ROWS = (Account, Person, Lead, User)

#: Answers that any route may give beside its own.
TROUBLES: dict[int | str, Schema] = {
    status: {"description": text, "content": {"application/json": {"schema": {"$ref": _AT + "Trouble"}}}}
    for status, text in (
        (401, "Not signed in, signed out, or a token that has expired"),
        (403, "The role may not do this"),
        (409, "A rule says no; nothing changed"),
        (413, "More than is taken at once"),
        (422, "Not a message of this protocol"),
        (426, "Desk or central is of too old a version for this"),
        (429, "Too many wrong tries"),
        (500, "A fault of the central; the same may be sent again"),
        (503, "The database cannot be used now; the same may be sent again"),
    )
}


def content(kind: Any) -> Schema:  # Any: a message type, or a list of one
    """A body of one message, or of a list."""
    inner = get_args(kind)
    schema = {"$ref": _AT + (inner[0] if inner else kind).__name__}
    return {"application/json": {"schema": {"type": "array", "items": schema} if inner else schema}}


def asked(message: Any) -> list[Schema]:  # Any: a message type, or None
    """The parameters of a question that stands in the address."""
    if message is None:
        return []
    _, schemas = msgspec.json.schema_components((message,), ref_template=_AT + "{name}")
    return [
        {"name": name, "in": "query", "schema": schema}
        if schema["type"] != "array"
        else {"name": name, "in": "query", "content": {"application/json": {"schema": schema}}}
        for name, schema in schemas[message.__name__]["properties"].items()
    ]


def describe(app: FastAPI) -> None:
    """Let the app tell the whole document."""
    plain = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            document = plain()
            components = document.setdefault("components", {})
            components["schemas"] = _schemas()
            components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _schemas() -> dict[str, Schema]:
    _, schemas = msgspec.json.schema_components((*_MESSAGES, *_ROWS, *ACTS.values()), ref_template=_AT + "{name}")
    schemas["Trouble"] = {
        "type": "object",
        "required": ["error", "values"],
        "properties": {"error": {"type": "string"}, "values": {"type": "object"}},
    }
    operations = {f"{act.__name__}Operation": _operation(kind, act.__name__) for kind, act in ACTS.items()}
    schemas |= operations
    schemas["Push"]["properties"]["operations"]["items"] = {"oneOf": [{"$ref": _AT + one} for one in operations]}
    schemas["FeedRow"]["properties"]["body"] = {
        "anyOf": [{"$ref": _AT + one.__name__} for one in _ROWS] + [{"type": "object"}, {"type": "null"}]
    }
    return schemas


def _operation(kind: str, act: str) -> Schema:
    text, number = {"type": "string"}, {"type": "integer"}
    return {
        "type": "object",
        "required": ["id", "kind", "account", "at", "by", "device", "act"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "minLength": 8, "maxLength": 64},
            "kind": {"const": kind},
            "account": text,
            "at": {"type": "string", "format": "date-time"},
            "by": text,
            "device": text,
            "n": number,
            "policy": number,
            "ordinal": number,
            "act": {"$ref": _AT + act},
        },
    }
