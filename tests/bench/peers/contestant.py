"""LeadDesk as a contestant: fills a central, serves it, and lets the peers' own driver command a desk.

``python -m tests.bench.peers`` puts a file that calls this beside the other contestants.
"""

import hashlib
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.peers import central, client

ROOT = Path(__file__).resolve().parents[3]

#: By the contestant's name: the kind of database its central keeps its books in.
KINDS = {"leaddesk": "sqlite", "leaddesk_postgresql": "postgresql"}


def client_command(seed: Path, work: Path, url: str) -> list[str]:
    """What starts the client."""
    return [sys.executable, "-m", "tests.bench.peers.client", str(seed), str(work), url]


def main() -> int:
    """Run every phase; ``--n N --work FOLDER NAME`` as the runner and the file beside the contestants say."""
    peers: Any = import_module("peerlib")
    told = peers.args()
    name = told.rest[0]
    kind = KINDS[name]
    seed: Path = peers.seeded(
        f"{name}-{_key()}", told.n, lambda folder: central.fill(folder, kind, peers.load_leads(told.n))
    )
    with (
        central.filled(seed, told.work, kind) as served,
        closing(central.Salesperson(served.url, central.OTHER)) as other,
    ):
        result = peers.drive(
            name,
            told.n,
            told.work,
            client_command(seed, told.work, served.url),
            lambda ids, tag: other.call(central.places(seed, ids), tag),
            lambda ids, tag: central.sees(served.database, central.places(seed, ids), tag),
            server_pid=served.pid,
            store=client.store_path(told.work),
        )
    peers.emit(result)
    return 0


def _key() -> str:
    """Of everything that decides what a filled central holds."""
    digest = hashlib.sha256()
    rooms = ("domain", "intake", "server", "store", "wire", "../migrations/central", "../tests/bench/peers")
    for one in sorted(one for room in rooms for one in (ROOT / "leaddesk" / room).resolve().rglob("*.py")):
        digest.update(one.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    raise SystemExit(main())
