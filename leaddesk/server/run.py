"""``leaddesk serve``: the app on uvicorn over one bound socket."""

import errno
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import closing

import uvicorn

from leaddesk.config.port import SystemClock
from leaddesk.domain.errors import BadInput
from leaddesk.server.app import make_app
from leaddesk.store.central.store import CentralStore


def serve(
    db: str,
    host: str,
    port: int,
    certificate: str = "",
    private_key: str = "",
    ready: Callable[[str], None] | None = None,
) -> int:
    """Serve the central until told to stop; ``port`` 0 takes a free one. ``ready`` is told the address once it listens.

    Raises ``StoreTrouble`` for the database, ``BadInput("port-in-use")`` or ``"address-not-usable"`` for the socket.
    """
    _log()
    with closing(CentralStore.open(db)) as store, closing(_bind(host, port)) as bound:
        config = uvicorn.Config(
            make_app(store, SystemClock()),
            log_config=None,
            access_log=False,
            server_header=False,
            ssl_certfile=certificate or None,
            ssl_keyfile=private_key or None,
            timeout_graceful_shutdown=5,
        )
        scheme = "https" if certificate else "http"
        told = f"[{host}]" if ":" in host else host
        if ready is not None:
            ready(f"{scheme}://{told}:{bound.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[bound])
    return 0


def _bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65_535:
        # The resolver would take what is left of it above 65,536.
        raise BadInput("address-not-usable", url=f"{host}:{port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as trouble:
        raise BadInput("address-not-usable", url=f"{host}:{port}") from trouble
    try:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except (OSError, OverflowError) as trouble:
        bound.close()
        if isinstance(trouble, OSError) and trouble.errno in (errno.EADDRINUSE, errno.EACCES):
            raise BadInput("port-in-use", host=host, port=port) from trouble
        raise BadInput("address-not-usable", url=f"{host}:{port}") from trouble
    return bound


def _log() -> None:
    """Warnings and errors to standard error; no line of it carries personal data."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in ("leaddesk", "uvicorn"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not logger.handlers:
            logger.addHandler(handler)
