"""LeadDesk as a contestant: fills a central, serves it, and lets the peers' own driver command a desk.

``python -m tests.bench.peers`` puts a file that calls this beside the other contestants.
"""

import hashlib
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.peers import central, client, lead

ROOT = Path(__file__).resolve().parents[3]

#: Names the folder of the runner.
PEERS = "LEADDESK_PEERS"

#: By the contestant's name: the kind of database its central keeps its books in.
KINDS = {"leaddesk": "sqlite", "leaddesk_postgresql": "postgresql"}


def client_command(seed: Path, work: Path, url: str) -> list[str]:
    """What starts the client."""
    return [sys.executable, "-m", "tests.bench.peers.client", str(seed), str(work), url]


def seeded(peers: Any, name: str, n: int) -> Path:  # Any: the module ``peerlib`` of the runner
    """A central filled with so many leads, made where this program has not made it yet."""
    made: Path = peers.seeded(
        f"{name}-{_key()}", n, lambda folder: central.fill(folder, KINDS[name], peers.load_leads(n))
    )
    return made


def main() -> int:
    """Run every phase; ``--n N --work FOLDER NAME`` as the runner and the file beside the contestants say. With
    ``--role seed`` the central is filled and nothing else done."""
    peers: Any = import_module("peerlib")
    told = peers.args()
    name = told.rest[0]
    seed = seeded(peers, name, told.n)
    if told.role == "seed":
        return 0
    with (
        central.filled(seed, told.work, KINDS[name]) as served,
        central.signed_in(served.url, central.OTHER) as other,
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
    rooms = ("leaddesk/domain", "leaddesk/server", "leaddesk/store", "leaddesk/wire", "migrations/central")
    files = sorted(one for room in rooms for one in (ROOT / room).rglob("*.py"))
    for one in (*files, *(Path(made.__file__) for made in (central, lead))):
        digest.update(one.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    raise SystemExit(main())
