"""What an operation did: the new state, which rows changed, and what to say of it; or that it was refused, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from leaddesk.domain.operation import Operation
from leaddesk.domain.state import State
from leaddesk.domain.words import Verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of what changed, for screens to re-read exactly that. ``queue`` says that the order may have changed."""

    accounts: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    queue: bool = False
    sync: bool = False

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(
            self.accounts | other.accounts,
            self.persons | other.persons,
            self.leads | other.leads,
            self.queue or other.queue,
            self.sync or other.sync,
        )

    def __bool__(self) -> bool:
        return bool(self.accounts or self.persons or self.leads or self.queue or self.sync)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An applied operation. ``undone`` names the (operation, ordinal) pairs this one compensates."""

    state: State
    changes: Changes
    verdict: Verdict = Verdict.APPLIED
    undone: tuple[tuple[str, int], ...] = ()
    notice: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no: a reason key with values; nothing changed."""

    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """How a whole sent operation ended, its rows included: what each applied (row) operation was and did."""

    operation: Operation
    verdict: Verdict
    applied: tuple[tuple[Operation, Outcome], ...] = ()
    refused: tuple[tuple[Operation, Refused], ...] = ()
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def all_of(parts: Iterable[Changes]) -> Changes:
    """Everything that any of them names."""
    held = list(parts)
    return Changes(
        frozenset(chain.from_iterable(one.accounts for one in held)),
        frozenset(chain.from_iterable(one.persons for one in held)),
        frozenset(chain.from_iterable(one.leads for one in held)),
        any(one.queue for one in held),
        any(one.sync for one in held),
    )


def changes_of(done: Done) -> Changes:
    """Everything an operation and its rows changed; the sync state is among it."""
    changes = Changes(sync=True)
    for _, outcome in done.applied:
        changes |= outcome.changes
    return changes
