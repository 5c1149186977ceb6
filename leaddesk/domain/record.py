"""What both ends keep and tell each other beside accounts: users, signed-in devices, verdicts, feed rows, history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leaddesk.domain.operation import Operation
from leaddesk.domain.words import Role, Verdict

#: The most that one push carries: operations, and bytes of JSON.
PUSH_OPERATIONS = 500
PUSH_BYTES = 1_000_000

#: The most accounts that are compared at once.
COMPARED = 500

#: The most ranges of numbers that a pull names as held already.
MOST_HELD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may sign in."""

    id: str
    login: str
    name: str
    role: Role
    teams: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in device. ``device`` is the id to use from now on; ``token`` is shown once."""

    token: str
    device: str
    user: User
    tenant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """What the central decided on one operation; the same again for a repeat. ``seq``: its place in the central's
    history, 0 where it has none: books that have come to that number hold it."""

    id: str
    verdict: Verdict
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """The latest of one row. ``what`` is account, person, lead, entry, policy, user, escalation: a step that is for the
    desk's user, erased: what tells of somebody who is, or durable: up to which number the central's backups hold
    everything.

    ``body`` is None where it is gone or has left the scope; ``gone`` is "" while present, else "deleted" or "evicted".
    """

    what: str
    id: str
    seq: int
    body: Mapping[str, Any] | None = None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account's history as both ends keep it: an operation at its place in the central's order.

    ``position`` orders entries (the central's number; pending ones come after all); ``undone_by`` is the compensating
    operation of one that is undone.
    """

    operation: Operation
    position: int
    undone_by: str = ""
