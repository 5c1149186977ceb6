"""Signing in and out: passwords against tokens, one token a device, wrong tries counted."""

from collections.abc import Callable
from datetime import datetime, timedelta

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from leaddesk.config.port import Ids
from leaddesk.domain.errors import BadInput, Denied
from leaddesk.domain.ids import family
from leaddesk.domain.record import Session
from leaddesk.server import passwords
from leaddesk.store.central import people
from leaddesk.store.central.people import Device
from leaddesk.store.central.store import CentralStore, Unit
from leaddesk.wire.message import SignIn

#: How long a token opens without being renewed by signing in.
TOKEN_DAYS = 90

#: Wrong passwords let through for one name from one address, and from one address, in a quarter of an hour.
_BY_NAME = RateLimitItemPerMinute(10, 15)
_BY_ADDRESS = RateLimitItemPerMinute(100, 15)


class Doorkeeper:
    """Lets devices in. One per process: wrong tries are counted in its memory."""

    def __init__(self, store: CentralStore, now: Callable[[], datetime], ids: Ids) -> None:
        self._store = store
        self._now = now
        self._ids = ids
        self._wrong = MovingWindowRateLimiter(MemoryStorage())

    def sign_in(self, ask: SignIn, address: str) -> Session:
        """A token for this device; the one before stops working.

        Raises ``Denied``: "wrong-password" (for an unknown name, too), "throttled", "user-disabled".
        """
        name = ask.user.strip()
        if not 8 <= len(ask.device) <= 64 or not ask.device.isprintable():
            raise BadInput("message-unreadable", message="SignIn", why="device")
        if len(name) > 100 or not name.isprintable():
            raise Denied("wrong-password", user=name[:100])
        tries = ((_BY_NAME, name.casefold(), address), (_BY_ADDRESS, address))
        if not all(self._wrong.test(item, *who) for item, *who in tries):
            raise Denied("throttled", minutes=15)
        with self._store.read() as connection:
            known = people.find_user(connection, name)
        if not passwords.matches(ask.password, known.password if known is not None else None) or known is None:
            for item, *who in tries:
                self._wrong.hit(item, *who)
            raise Denied("wrong-password", user=name)
        if not known.user.active:
            raise Denied("user-disabled", user=name)
        token, now = passwords.new_token(), self._now()
        label = "".join(filter(str.isprintable, ask.device_name))[:80]

        def admit(connection: Unit) -> Session:
            owners = {people.device_owner(connection, one) for one in (ask.device, family(ask.device))}
            ours = owners <= {None, (known.tenant, known.user.id)}
            device = ask.device if ours else self._ids.new()
            people.keep_device(
                connection, known.tenant, device, known.user.id, label, passwords.token_hash(token), now,
                now + timedelta(days=TOKEN_DAYS),
            )  # fmt: skip
            tenant = people.tenant_name(connection, known.tenant)
            return Session(token=token, device=device, user=known.user, tenant=tenant)

        return self._store.write(admit)

    def device(self, token: str) -> Device:
        """The device a token belongs to. Raises ``Denied``: "not-signed-in", "device-revoked", "token-expired",
        "user-disabled"."""
        if not token:
            raise Denied("not-signed-in")
        with self._store.read() as connection:
            found = people.find_device(connection, passwords.token_hash(token))
        if found is None:
            raise Denied("token-unknown")
        if not found.user.active:
            raise Denied("user-disabled", user=found.user.login)
        if found.revoked:
            raise Denied("device-revoked", device=found.name)
        if found.expires_at <= self._now():
            raise Denied("token-expired", device=found.name)
        return found
