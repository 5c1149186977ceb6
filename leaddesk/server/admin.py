"""The central's keys: organisations, users, devices, and everything it holds as JSON lines."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from leaddesk.config.port import Ids
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.errors import BadInput, Denied, Refusal, StoreTrouble
from leaddesk.domain.record import User
from leaddesk.domain.words import Role
from leaddesk.server.passwords import hash_password, new_token
from leaddesk.store.central import distribution, people
from leaddesk.store.central.book import Book
from leaddesk.store.central.export import export as rows_of
from leaddesk.store.central.people import Device
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.wire.message import DeviceRow, NewUser


def init(url: str, tenant: str, user: str, password: str, name: str = "") -> None:
    """Make an organisation with its first administrator and the default policy, the database too where there is none.

    Raises ``Refusal``: "tenant-exists", "user-exists"; ``BadInput`` for names and passwords.
    """
    ids, kept = Ids(), hash_password(password)
    tenant = _named(tenant, "tenant")
    first = User(id=ids.new(), login=_named(user, "user"), name=_named(name or user, "name"), role=Role.ADMIN)

    def make(connection: Unit) -> None:
        one = ids.new()
        people.add_tenant(connection, one, tenant, ids.new(), new_token())
        people.add_user(connection, one, first, kept)
        book = Book(connection, one)
        book.feed.lock()
        book.publish(default_policy())
        book.show_user(first.id)
        book.feed.close()

    with closing(CentralStore.open(url)) as store:
        store.write(make)


def add_user(
    url: str, user: str, role: Role, password: str, name: str = "", teams: tuple[str, ...] = (), tenant: str = ""
) -> User:
    """A new user of the organisation named, or of the only one. Raises ``Refusal("user-exists")``, ``BadInput``."""
    with closing(existing(url)) as store:
        with store.read() as connection:
            one, _ = people.tenant_named(connection, tenant)
        return make_user(store, one, NewUser(user=user, password=password, role=role, name=name, teams=teams), Ids())


def make_user(store: CentralStore, tenant: str, new: NewUser, ids: Ids) -> User:
    """A new user, in everybody's sight from now on."""
    kept = hash_password(new.password)
    login = _named(new.user, "user")
    name, teams = _named(new.name or login, "name"), tuple(_named(one, "team") for one in new.teams)
    user = User(id=ids.new(), login=login, name=name, role=new.role, teams=teams)

    def make(connection: Unit) -> None:
        people.add_user(connection, tenant, user, kept)
        _show(Book(connection, tenant), user.id)

    store.write(make)
    return user


def set_password(url: str, user: str, password: str) -> None:
    """A new password; every device of the user has to sign in again. Raises ``BadInput("user-unknown")``."""
    kept = hash_password(password)

    def change(connection: Unit) -> None:
        found = _known(connection, user)
        people.change_user(connection, found.tenant, found.user.id, password=kept)
        people.revoke(connection, found.tenant, user=found.user.id)

    with closing(existing(url)) as store:
        store.write(change)


def disable_user(url: str, user: str) -> None:
    """Let somebody in no more; what they did stays. Raises ``BadInput("user-unknown")``."""

    def disable(connection: Unit) -> None:
        found = _known(connection, user)
        people.change_user(connection, found.tenant, found.user.id, active=False)
        people.revoke(connection, found.tenant, user=found.user.id)
        _show(Book(connection, found.tenant), found.user.id)

    with closing(existing(url)) as store:
        store.write(disable)


def set_away(url: str, user: str, first: date, last: date) -> None:
    """Somebody is away from a local day to another, both included: gets no leads, and what is for him is told to who
    stands in. Raises ``BadInput``: "user-unknown", "days-reversed"."""
    if last < first:
        raise BadInput("days-reversed", first=first, last=last)

    def leave(connection: Unit) -> None:
        found = _known(connection, user)
        distribution.set_away(connection, found.tenant, found.user.id, first, last)

    with closing(existing(url)) as store:
        store.write(leave)


def set_back(url: str, user: str, day: date) -> int:
    """Somebody is there again from a local day on; how many absences that ends. Raises ``BadInput("user-unknown")``."""

    def come_back(connection: Unit) -> int:
        found = _known(connection, user)
        return distribution.set_back(connection, found.tenant, found.user.id, day)

    with closing(existing(url)) as store:
        return store.write(come_back)


def revoke_devices(url: str, user: str) -> int:
    """Sign out every device of a user; how many were signed in. Raises ``BadInput("user-unknown")``."""

    def sign_out(connection: Unit) -> int:
        found = _known(connection, user)
        return people.revoke(connection, found.tenant, user=found.user.id)

    with closing(existing(url)) as store:
        return store.write(sign_out)


def export(url: str) -> Iterator[dict[str, Any]]:
    """Everything the central holds, row by row: each with ``kind``, ``id`` and ``tenant``; no password, no token."""
    with closing(existing(url)) as store, store.read() as connection:
        for one, name in people.tenants(connection):
            for row in rows_of(connection, one):
                yield {**row, "tenant": name}


def users(store: CentralStore, tenant: str) -> list[User]:
    """Every user of an organisation."""
    with store.read() as connection:
        return people.users_of(connection, tenant)


def devices(store: CentralStore, by: Device) -> list[DeviceRow]:
    """One's own devices; an administrator sees everybody's."""
    with store.read() as connection:
        mine = "" if by.user.role is Role.ADMIN else by.user.id
        return [DeviceRow(**row) for row in people.devices_of(connection, by.tenant, mine)]


def revoke(store: CentralStore, by: Device, device: str) -> int:
    """Sign out a device: one's own, or any as an administrator. Raises ``Denied("device-of-another-user")``,
    ``Refusal``."""

    def sign_out(connection: Unit) -> int:
        owner = people.device_owner(connection, device) if device.isprintable() else None
        if owner is None or owner[0] != by.tenant:
            raise Refusal("no-such-device", device=device[:64])
        if owner[1] != by.user.id and by.user.role is not Role.ADMIN:
            raise Denied("device-of-another-user", device=device[:64])
        return people.revoke(connection, by.tenant, device=device)

    return store.write(sign_out)


def has_organisation(url: str) -> bool:
    """Whether anybody could sign in to this database. Raises ``StoreTrouble``, also where there is none."""
    with closing(existing(url)) as store, store.read() as connection:
        return any(True for _ in people.tenants(connection))


def existing(url: str) -> CentralStore:
    """The database of a central that is there: only ``init`` makes one. Raises ``StoreTrouble("database-missing")``."""
    path = url.removeprefix("sqlite:///")
    if "://" not in path and not Path(path).exists():
        raise StoreTrouble("database-missing", path=path)
    return CentralStore.open(url)


def _known(connection: Unit, user: str) -> people.Account:
    """The user of a name. Raises ``BadInput("user-unknown")``."""
    found = people.find_user(connection, user) if user.isprintable() else None
    if found is None:
        raise BadInput("user-unknown", user=user)
    return found


def _show(book: Book, user: str) -> None:
    book.feed.lock()
    book.show_user(user)
    book.feed.close()


def _named(name: str, field: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise BadInput("name-not-usable", field=field, value=name[:100], expected="1-100")
    return name
