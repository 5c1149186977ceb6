"""Content hashes of what both drawers keep: whether desk and central hold the same, told in a few bytes.

A hash is a number below 2**64; those of many things are added, so that a sum is kept up by what changed. Both ends
compute their own and neither takes over the other's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import fields

import msgspec

from leaddesk.domain.changes import Done
from leaddesk.domain.state import Account, Lead, Person, State

_LIMIT = 2**64


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


#: What is hashed: another set of fields gives other hashes, which are not to be compared with these.
FORM = (
    f"{_hash(repr([(one.__name__, [f.name for f in fields(one)]) for one in (Account, Person, Lead)]).encode()):016x}"
)


def of_account(state: State) -> int:
    """The hash of an account's rows: itself, its persons, its leads; 0 where there is none."""
    if state.account is None:
        return 0
    rows = (
        state.account,
        [state.persons[one] for one in sorted(state.persons)],
        [state.leads[one] for one in sorted(state.leads)],
    )
    return _hash(msgspec.json.encode(rows))


def of_line(operation: str, ordinal: int, account: str, undoes: str = "") -> int:
    """The hash of a line that an operation has in an account's history, or (``undoes``) of its undoing another's."""
    return _hash(f"{operation}|{ordinal}|{account}|{undoes}".encode())


def of_past(lines: Iterable[tuple[str, int, str]], account: str) -> int:
    """The sum of an account's lines: (operation, ordinal, the operation that undid it or "")."""
    made = 0
    for operation, ordinal, undone_by in lines:
        made += of_line(operation, ordinal, account)
        if undone_by:
            made += of_line(operation, ordinal, "", undone_by)
    return made


def lines_of(done: Iterable[Done]) -> set[tuple[str, int, str, str]]:
    """The lines of applied operations, as ``of_line`` takes them."""
    lines = set()
    for one in done:
        for operation, outcome in one.applied:
            lines.add((operation.id, operation.ordinal, operation.account, ""))
            lines |= {(target, ordinal, "", operation.id) for target, ordinal in outcome.undone}
    return lines


def total(hashes: Iterable[int]) -> str:
    """The sum of hashes, as it travels."""
    return f"{sum(hashes) % _LIMIT:016x}"
