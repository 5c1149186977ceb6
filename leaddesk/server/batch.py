"""What one push brings: new operations, repeats with the verdict that stands, and what cannot be read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from leaddesk.domain import erasure
from leaddesk.domain.changes import Done
from leaddesk.domain.errors import BadInput
from leaddesk.domain.ids import family
from leaddesk.domain.operation import Objection, Operation
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.store.central.book import Received, Stored
from leaddesk.wire.codec import unpack_operation

#: An operation as it was told.
Told = Mapping[str, Any]

_NAMELESS = BadInput("unreadable-operation", field="id", why="out of range")


class Batch:
    """The operations of one push by one device. ``stored`` are the verdicts that stand already."""

    def __init__(self, told: Sequence[Told], stored: Mapping[str, Stored], device: str) -> None:
        self._told = told
        self._stored = stored
        self._device = device
        self._read: dict[str, tuple[Told, Operation | BadInput]] = {}
        self._done: dict[str, Done] = {}
        self._new: dict[str, VerdictRow] = {}
        for one in told:
            name = id_of(one)
            if name and name not in stored and name not in self._read:
                self._read[name] = (one, _read(one))

    @property
    def operations(self) -> list[Operation]:
        """What is new and can be read, each once, in the order told."""
        return [one for _, one in self._read.values() if isinstance(one, Operation)]

    @property
    def unread(self) -> frozenset[str]:
        """Persons and leads that are named by what is new and cannot be read."""
        return frozenset().union(*(_named(told) for told, one in self._read.values() if isinstance(one, BadInput)))

    def decide(self, run: Callable[[Operation], Done], erased: Callable[[frozenset[str]], bool]) -> None:
        """Run what is new, in the order told. ``erased``: whether one of these ids is of somebody erased, of whom
        nothing is kept that nobody can read.

        Behind an operation that is quarantined nothing of its account is run, since it may build upon it: it gets no
        verdict and waits at the desk. An objection waits for nothing.
        """
        held: set[str] = set()
        for one in self._told:
            name, account = id_of(one), _account(one)
            if name in self._read and name not in self._new:
                if account not in held or one.get("kind") == Objection.kind:
                    self._new[name] = self._judge(name, run, erased)
            verdict = self._verdict(one)
            if account and verdict is not None and verdict.verdict is Verdict.QUARANTINED:
                held.add(account)

    def applied(self) -> list[Done]:
        """What is to be written."""
        return [one for one in self._done.values() if one.verdict not in (Verdict.REFUSED, Verdict.QUARANTINED)]

    def numbers(self, device: str) -> dict[int, str]:
        """The numbers that operations of a device bear, with their ids."""
        own = [(one.get("n"), id_of(one)) for one in self._told if one.get("device") == device]
        return {n: name for n, name in own if type(n) is int and abs(n) < 2**53}

    def number(self, numbers: Mapping[str, int]) -> None:
        """Give each verdict the last number of what its operation wrote."""
        for name, seq in numbers.items():
            self._new[name] = replace(self._new[name], seq=seq)

    def verdicts(self) -> tuple[VerdictRow, ...]:
        """One for each operation told, in that order; none for what is held back."""
        return tuple(row for row in map(self._verdict, self._told) if row is not None)

    def to_store(self) -> list[Received]:
        """Each new operation once: as told, as read (None: it could not be), with its verdict."""
        return [
            Received(self._kept(name, told), read if isinstance(read, Operation) else None, self._new[name])
            for name, (told, read) in self._read.items()
            if name in self._new
        ]

    def _kept(self, name: str, told: Told) -> Told:
        """What is kept of an operation: all of it, but for what tells of somebody who is erased."""
        if (self._new[name].verdict, self._new[name].reason) == (Verdict.REFUSED, "erased"):
            return erasure.cut(told)
        rows = _erased(self._done[name]) if name in self._done else []
        return erasure.cut_rows(told, rows) if rows else told

    def _judge(
        self, name: str, run: Callable[[Operation], Done], erased: Callable[[frozenset[str]], bool]
    ) -> VerdictRow:
        told, read = self._read[name]
        if isinstance(read, BadInput):
            if erased(_named(told)):
                return _row(name, Verdict.REFUSED, "erased", {})
            return _row(name, Verdict.QUARANTINED, read.key, read.values)
        done = self._done[name] = run(read)
        # Of rows of an import that tell of somebody erased the desk lets go, too.
        rows = _erased(done) if done.verdict is not Verdict.REFUSED else []
        return _row(name, done.verdict, done.reason, {**done.values, "erased": rows} if rows else done.values)

    def _verdict(self, one: Told) -> VerdictRow | None:
        name = id_of(one)
        kept = self._stored.get(name)
        if kept is not None and family(kept.device) != family(self._device):
            return _row(name, Verdict.REFUSED, "operation-of-another-device", {})
        if not name:
            return _row(str(one.get("id"))[:64], Verdict.QUARANTINED, _NAMELESS.key, _NAMELESS.values)
        return kept.verdict if kept is not None else self._new.get(name)


def ids_of(operations: Sequence[Told]) -> list[str]:
    """The ids that operations go by."""
    return [name for name in map(id_of, operations) if name]


def id_of(told: Told) -> str:
    """The id an operation goes by, "" where what it gives cannot be one."""
    name = told.get("id")
    return name if isinstance(name, str) and 8 <= len(name) <= 64 and name.isprintable() else ""


def _erased(done: Done) -> list[int]:
    """The rows of an import that were refused since they tell of somebody erased."""
    return sorted(row.ordinal for row, why in done.refused if why.reason == "erased")


def _account(told: Told) -> str:
    account = told.get("account")
    return account if isinstance(account, str) else ""


def _named(told: Told) -> frozenset[str]:
    """The lead and the person that an operation names."""
    act = told.get("act")
    given = (act.get("lead"), act.get("person")) if isinstance(act, Mapping) else ()
    return frozenset(one for one in given if isinstance(one, str) and one)


def _read(told: Told) -> Operation | BadInput:
    try:
        return unpack_operation(told)
    except BadInput as trouble:
        return trouble


def _row(name: str, verdict: Verdict, reason: str, values: Mapping[str, object]) -> VerdictRow:
    """A verdict, its values as JSON has them: so that a repeat is told exactly the same."""
    told = msgspec.to_builtins(dict(values), str_keys=True)
    return VerdictRow(id=name, verdict=verdict, reason=reason, values=told)
