"""Tenants, users and devices: who may come in. Passwords and tokens are kept as hashes only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.record import User
from leaddesk.domain.words import Role
from leaddesk.store.central import tables as t
from leaddesk.store.columns import instant, micros


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what signing in needs: the tenant and the password's hash."""

    tenant: str
    user: User
    password: str


@dataclass(frozen=True, slots=True)
class Device:
    """A signed-in device, as its token finds it."""

    tenant: str
    id: str
    user: User
    name: str
    expires_at: datetime
    revoked: bool


def add_tenant(connection: Connection, tenant: str, name: str, epoch: str, secret: str) -> None:
    """A new organisation; ``secret`` is its own for ever. Raises ``Refusal("tenant-exists")``."""
    if connection.execute(select(t.tenants.c.id).where(t.tenants.c.name == name)).first():
        raise Refusal("tenant-exists", tenant=name)
    row = {"id": tenant, "name": name, "epoch": epoch, "backed_up": 0, "durable": 0, "secret": secret}
    connection.execute(insert(t.tenants).values(row))
    connection.execute(insert(t.counter).values(tenant=tenant, seq=0, chain=""))


def tenant_named(connection: Connection, name: str) -> tuple[str, str]:
    """(id, name) of the organisation named, or of the only one. Raises ``BadInput``."""
    known = tenants(connection)
    if not known:
        raise BadInput("central-not-initialised")
    if name:
        found = next((one for one in known if one[1] == name), None)
        if found is None:
            raise BadInput("tenant-unknown", tenant=name)
        return found
    if len(known) > 1:
        raise BadInput("tenant-not-named", expected=", ".join(one for _, one in known))
    return known[0]


def tenants(connection: Connection) -> list[tuple[str, str]]:
    """(id, name) of every organisation."""
    rows = connection.execute(select(t.tenants.c.id, t.tenants.c.name).order_by(t.tenants.c.name)).all()
    return [(str(row.id), str(row.name)) for row in rows]


def tenant_name(connection: Connection, tenant: str) -> str:
    """The name of an organisation."""
    return str(connection.execute(select(t.tenants.c.name).where(t.tenants.c.id == tenant)).scalar_one())


def begin_epoch(connection: Connection, tenant: str, epoch: str) -> None:
    """Declare that the organisation's books were restored from a backup: every desk sends its share again."""
    connection.execute(update(t.tenants).where(t.tenants.c.id == tenant).values(epoch=epoch))


def add_user(connection: Connection, tenant: str, user: User, password: str) -> None:
    """A new user; names are unique per server. Raises ``Refusal("user-exists")``."""
    if find_user(connection, user.login) is not None:
        raise Refusal("user-exists", user=user.login)
    connection.execute(
        insert(t.users).values(
            tenant=tenant,
            id=user.id,
            login=user.login,
            name=user.name,
            role=user.role.value,
            teams=json.dumps(list(user.teams)),
            password=password,
            active=user.active,
        )
    )


def find_user(connection: Connection, login: str) -> Account | None:
    """The user of a name, or None."""
    row = connection.execute(select(t.users).where(t.users.c.login == login)).first()
    return None if row is None else Account(row.tenant, user_of(row), row.password)


def user_of(row: Any) -> User:  # Any: a row of the users table
    """A row as a user."""
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        teams=tuple(json.loads(row.teams)),
        active=bool(row.active),
    )


def users_of(connection: Connection, tenant: str) -> list[User]:
    """Every user of an organisation."""
    return [
        user_of(row)
        for row in connection.execute(select(t.users).where(t.users.c.tenant == tenant).order_by(t.users.c.login))
    ]


def change_user(connection: Connection, tenant: str, user: str, **values: object) -> None:
    """Change columns of one user."""
    connection.execute(update(t.users).where(t.users.c.tenant == tenant, t.users.c.id == user).values(**values))


def keep_device(
    connection: Connection, tenant: str, device: str, user: str, name: str, token: str, now: datetime, expires: datetime
) -> None:
    """A device's new token; the one before stops working."""
    known = connection.execute(
        select(t.devices.c.id).where(t.devices.c.tenant == tenant, t.devices.c.id == device)
    ).first()
    values = {"user": user, "name": name, "token": token, "expires_at": micros(expires), "revoked": False}
    if known:
        connection.execute(
            update(t.devices).where(t.devices.c.tenant == tenant, t.devices.c.id == device).values(**values)
        )
    else:
        connection.execute(insert(t.devices).values(tenant=tenant, id=device, created_at=micros(now), **values))


def device_owner(connection: Connection, device: str) -> tuple[str, str] | None:
    """(tenant, user) a device id belongs to, or None."""
    row = connection.execute(select(t.devices.c.tenant, t.devices.c.user).where(t.devices.c.id == device)).first()
    return None if row is None else (row.tenant, row.user)


#: A device and its user; asked with every request.
_DEVICE = (
    select(t.devices.c.tenant, t.devices.c.id.label("device"), t.devices.c.name.label("device_name"),
           t.devices.c.expires_at, t.devices.c.revoked, t.users)
    .join(t.users, (t.users.c.tenant == t.devices.c.tenant) & (t.users.c.id == t.devices.c.user))
    .where(t.devices.c.token == bindparam("token"))
)  # fmt: skip


def find_device(connection: Connection, token: str) -> Device | None:
    """The device whose token has this hash, or None."""
    row = connection.execute(_DEVICE, {"token": token}).first()
    if row is None:
        return None
    return Device(row.tenant, row.device, user_of(row), row.device_name, instant(row.expires_at), bool(row.revoked))


def devices_of(connection: Connection, tenant: str, user: str = "") -> Iterator[dict[str, Any]]:
    """Devices of an organisation, or of one user, without tokens."""
    query = select(t.devices).where(t.devices.c.tenant == tenant).order_by(t.devices.c.created_at, t.devices.c.id)
    if user:
        query = query.where(t.devices.c.user == user)
    for row in connection.execute(query):
        yield {
            "id": row.id,
            "user": row.user,
            "name": row.name,
            "created_at": instant(row.created_at),
            "expires_at": instant(row.expires_at),
            "revoked": bool(row.revoked),
        }


def revoke(connection: Connection, tenant: str, device: str = "", user: str = "") -> int:
    """Sign out one device with the copies of its profile, or every device of a user. How many were signed in."""
    query = update(t.devices).where(t.devices.c.tenant == tenant, t.devices.c.revoked.is_(False)).values(revoked=True)
    if device:
        query = query.where(or_(t.devices.c.id == device, t.devices.c.id.startswith(f"{device}~", autoescape=True)))
    if user:
        query = query.where(t.devices.c.user == user)
    return int(connection.execute(query).rowcount)
