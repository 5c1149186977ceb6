"""Everything a tenant has, row by row, as plain values with ``kind`` and ``id``. No password, no token."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from leaddesk.domain.plain import pack
from leaddesk.store.central import tables as t
from leaddesk.store.central.book import SHAPES
from leaddesk.store.central.people import devices_of, users_of
from leaddesk.store.columns import instant


def export(connection: Connection, tenant: str) -> Iterator[dict[str, Any]]:
    """Operations in the order they came, current rows, history, policies, users, devices."""
    query = select(t.operations).where(t.operations.c.tenant == tenant)
    came = (t.operations.c.received_at, t.operations.c.device, t.operations.c.n, t.operations.c.id)
    for row in connection.execute(query.order_by(*came)):
        yield {
            "kind": "operation", "id": row.id, "act": row.kind, "device": row.device, "counter": int(row.n),
            "by": row.by, "account": row.account, "lead": row.lead, "verdict": row.verdict, "reason": row.reason,
            "values": msgspec.json.decode(row.reason_values), "seq": int(row.seq),
            "event_time": instant(row.at) if row.at is not None else None,
            "receipt_time": instant(row.received_at), "body": msgspec.json.decode(row.body),
        }  # fmt: skip
    for what, (table, shape) in SHAPES.items():
        columns = [table.c[name] for name in shape.names]
        for row in connection.execute(select(*columns).where(table.c.tenant == tenant).order_by(table.c.id)):
            body = pack(shape.value(row))
            if "kind" in body:
                body["lead_kind"] = body["kind"]
            yield {**body, "kind": what}
    entries = select(t.history).where(t.history.c.tenant == tenant)
    for row in connection.execute(entries.order_by(t.history.c.position, t.history.c.op, t.history.c.ordinal)):
        yield {
            "kind": "entry", "id": f"{row.op}:{row.ordinal}", "account": row.account, "position": int(row.position),
            "undone_by": row.undone_by, "operation": msgspec.json.decode(row.body),
        }  # fmt: skip
    policies = select(t.policies).where(t.policies.c.tenant == tenant).order_by(t.policies.c.version)
    for row in connection.execute(policies):
        yield {"kind": "policy", "id": str(row.version), "document": msgspec.json.decode(row.document)}
    for user in users_of(connection, tenant):
        yield {"kind": "user", **pack(user)}
    for device in devices_of(connection, tenant):
        yield {"kind": "device", **device}
