"""The HTTP face: messages in, messages out, errors as ``{"error": key, "values": {...}}`` with a declared status. No
rule is here.

Every answer carries ``X-LeadDesk-Protocol``, by which a desk tells the central from a portal on the way. Over SQLite
all database work runs on one thread; over other databases on a few.
"""

import logging
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware

from leaddesk import __version__
from leaddesk.config.port import Clock, Ids
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal
from leaddesk.domain.record import Session, User
from leaddesk.server import admin, scheduler
from leaddesk.server.access import ROUTES, check
from leaddesk.server.authority import Authority, hello
from leaddesk.server.document import TROUBLES, asked, content, describe
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.central.people import Device
from leaddesk.store.central.store import CentralStore
from leaddesk.wire.codec import from_json, from_query, to_json
from leaddesk.wire.message import (
    NOW,
    OLDEST_PROTOCOL,
    PROTOCOL,
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
    nothing,
)

Message = TypeVar("Message")
Result = TypeVar("Result")

#: The largest body read, in bytes, once unpacked.
BODY_LIMIT = 8_000_000

#: Database threads where the database takes more than one writer.
_THREADS = 8

#: Threads for signing in.
_DOORS = 2

_SIGN = b"x-leaddesk-protocol"
_LOG = logging.getLogger("leaddesk.server")

_NOT_SIGNED_IN = frozenset(
    {"not-signed-in", "token-unknown", "token-expired", "device-revoked", "user-disabled", "wrong-password"}
)
_TOO_LARGE = frozenset({"push-too-large", "body-too-large"})
_TOO_OLD = frozenset({"program-too-old", "central-too-old"})


def make_app(store: CentralStore, clock: Clock, ids: Ids | None = None) -> FastAPI:
    """The application over an open store."""
    ids = ids or Ids()
    limiter = anyio.CapacityLimiter(1 if store.one_writer else _THREADS)
    doors = anyio.CapacityLimiter(_DOORS)

    async def work(do: Callable[[], Result]) -> Result:
        return await anyio.to_thread.run_sync(do, limiter=limiter)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        """While it serves, the scheduler runs beside."""
        async with anyio.create_task_group() as beside:
            beside.start_soon(scheduler.rounds, work, store, clock.now, ids)
            yield
            beside.cancel_scope.cancel()

    app = FastAPI(
        title="LeadDesk central",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=alive,
    )
    doorkeeper = Doorkeeper(store, clock.now, ids)

    async def let_in(request: Request, do: Callable[[Device], Result]) -> Result:
        """Do something for a device that is signed in and whose user may ask for it."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")

        def whole() -> Result:
            device = doorkeeper.device(token.strip() if scheme.lower() == "bearer" else "")
            check(request.method, request.scope["route"].path, device.user.role)
            return do(device)

        return await work(whole)

    async def signed_in(request: Request) -> Device:
        return await let_in(request, lambda device: device)

    def route(method: str, path: str, taken: Any, given: Any, about: str) -> Callable[..., Any]:  # Any: message types
        """Add a route with its place in the OpenAPI document; only what ``access.ROUTES`` lists can be added."""
        if (method, path) not in ROUTES:
            raise LookupError(f"{method} {path} is not in the table of routes")
        extra: dict[str, Any] = {}
        if taken is not None and method != "GET":
            extra["requestBody"] = {"required": True, "content": content(taken)}
        if ROUTES[method, path] is not None:
            extra["security"] = [{"token": []}]
        extra["parameters"] = [
            {"name": one, "in": "path", "required": True, "schema": {"type": "string"}}
            for one in re.findall(r"{(\w+)}", path)
        ] + (asked(taken) if method == "GET" else [])
        answers = {200: {"description": about, "content": content(given)}, **TROUBLES}
        return app.api_route(
            path, methods=[method], summary=about, openapi_extra=extra, responses=answers, response_class=Response
        )

    @route("GET", "/v1/hello", None, Hello, "Who answers, which protocols, what time it is here")
    async def say_hello() -> Response:
        return _answer(hello(clock.now()))

    @route("POST", "/v1/sign-in", SignIn, Session, "A token for a device")
    async def sign_in(request: Request) -> Response:
        ask = await _read(request, SignIn)
        address = request.client.host if request.client else ""
        # A password takes a tenth of a second on purpose; the database's thread does not wait for it.
        return _answer(await anyio.to_thread.run_sync(lambda: doorkeeper.sign_in(ask, address), limiter=doors))

    @route("POST", "/v1/sign-out", None, Told, "Revoke this device's token")
    async def sign_out(request: Request) -> Response:
        return _answer(Told(done=await let_in(request, lambda device: admin.revoke(store, device, device.id))))

    @route("POST", "/v1/push", Push, Pushed, "Operations for verdicts, one each, stored with them")
    async def push(request: Request) -> Response:
        arrived = clock.now()
        device = await signed_in(request)
        batch = await _read(request, Push)
        # What an older desk still holds is taken; what cannot be read of it is quarantined.
        _speaks(batch.protocol, oldest=1)
        return _answer(await work(lambda: Authority(store, device, clock.now).push(batch, arrived)))

    @route("GET", "/v1/pull", Pull, Pulled, "News after a cursor, in the user's scopes; 204 where there are none")
    async def pull(request: Request) -> Response:
        def told(device: Device) -> tuple[Pull, Pulled]:
            ask = from_query(request.query_params, Pull)
            _speaks(ask.protocol, OLDEST_PROTOCOL)
            return ask, Authority(store, device, clock.now).pull(ask)

        ask, news = await let_in(request, told)
        # Most questions of a day: nothing is new, and the answer is no longer than that.
        return Response(status_code=204, headers={NOW: news.now.isoformat()}) if nothing(ask, news) else _answer(news)

    @route("POST", "/v1/compare", Compare, Compared, "What differs between a range of accounts at the desk and here")
    async def compare(request: Request) -> Response:
        device = await signed_in(request)
        ask = await _read(request, Compare)
        _speaks(ask.protocol, OLDEST_PROTOCOL)
        return _answer(await work(lambda: Authority(store, device, clock.now).compare(ask)))

    @route("GET", "/v1/report", AskReport, Reported, "How each promise was kept, and the leads that a figure counts")
    async def report(request: Request) -> Response:
        def told(device: Device) -> Reported:
            ask = from_query(request.query_params, AskReport)
            _speaks(ask.protocol, OLDEST_PROTOCOL)
            return Authority(store, device, clock.now).report(ask)

        return _answer(await let_in(request, told))

    @route("GET", "/v1/devices", None, list[DeviceRow], "One's own devices; an administrator sees everybody's")
    async def devices(request: Request) -> Response:
        return _answer(await let_in(request, lambda device: admin.devices(store, device)))

    @route("POST", "/v1/devices/{device}/revoke", None, Told, "Sign a device out; one's own, or an administrator's act")
    async def revoke(request: Request) -> Response:
        other = str(request.path_params["device"])
        return _answer(Told(done=await let_in(request, lambda by: admin.revoke(store, by, other))))

    @route("GET", "/v1/users", None, list[User], "Every user of the organisation")
    async def users(request: Request) -> Response:
        return _answer(await let_in(request, lambda device: admin.users(store, device.tenant)))

    @route("POST", "/v1/users", NewUser, User, "Add a user")
    async def add_user(request: Request) -> Response:
        device, new = await signed_in(request), await _read(request, NewUser)
        return _answer(await work(lambda: admin.make_user(store, device.tenant, new, ids)))

    app.add_exception_handler(LeadDeskError, _say_trouble)
    app.add_exception_handler(404, _not_found)
    app.add_exception_handler(405, _not_found)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(_Signed)
    describe(app)
    return app


async def _read(request: Request, kind: type[Message]) -> Message:
    """The message in a body, unpacked within the limit. Raises ``BadInput``."""
    type_, coding = (request.headers.get(one, "").lower() for one in ("Content-Type", "Content-Encoding"))
    if (type_ and "json" not in type_) or coding not in ("", "identity", "gzip"):
        raise BadInput("message-unreadable", message=kind.__name__, why=f"{type_} {coding}".strip()[:100])
    unpack = zlib.decompressobj(31) if coding == "gzip" else None
    data = bytearray()
    read = 0
    try:
        async for part in request.stream():
            read += len(part)
            data += unpack.decompress(part, BODY_LIMIT + 1 - len(data)) if unpack is not None else part
            if max(read, len(data)) > BODY_LIMIT or (unpack is not None and unpack.unconsumed_tail):
                raise BadInput("body-too-large", expected=BODY_LIMIT)
    except zlib.error as trouble:
        raise BadInput("message-unreadable", message=kind.__name__, why="gzip") from trouble
    return from_json(bytes(data), kind)


def _speaks(protocol: int, oldest: int) -> None:
    if not oldest <= protocol <= PROTOCOL:
        key = "central-too-old" if protocol > PROTOCOL else "program-too-old"
        raise Refusal(key, theirs=f"{OLDEST_PROTOCOL}-{PROTOCOL}", ours=protocol)


def _answer(value: object, status: int = 200) -> Response:
    return Response(to_json(value), status, media_type="application/json")


def status_of(trouble: LeadDeskError) -> int:
    """The HTTP status of an error."""
    if isinstance(trouble, Denied):
        return 429 if trouble.key == "throttled" else 401 if trouble.key in _NOT_SIGNED_IN else 403
    if isinstance(trouble, Refusal):
        return 426 if trouble.key in _TOO_OLD else 409
    if isinstance(trouble, BadInput):
        return 413 if trouble.key in _TOO_LARGE else 422
    return 503


async def _say_trouble(_: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, LeadDeskError)
    status = status_of(trouble)
    if status == 503:
        _LOG.error("%s", trouble.key)
        return _answer({"error": trouble.key, "values": {}}, status)
    return _answer({"error": trouble.key, "values": msgspec.to_builtins(dict(trouble.values), str_keys=True)}, status)


async def _not_found(request: Request, _: Exception) -> Response:
    return _answer({"error": "route-unknown", "values": {"path": request.url.path[:200]}}, 404)


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Signed:
    """Puts the sign on every answer, and turns what nobody foresaw into a plain 500: no trace leaves the house."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def signed(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = list(message.get("headers", []))
                headers += [
                    (_SIGN, str(PROTOCOL).encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                ]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, signed)
        except Exception:
            _LOG.exception("a fault while answering %s %s", scope.get("method"), scope.get("path"))
            if not begun:
                await _answer({"error": "central-trouble", "values": {"status": 500}}, 500)(scope, receive, signed)
