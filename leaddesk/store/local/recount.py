"""The desk's side of the recount: what it holds of a range of accounts by content hash, and mending what differs.

Only what the server has told is compared: an account with pending operations is left for another time.
"""

from collections.abc import Iterable, Sequence

from leaddesk.domain.record import COMPARED, FeedRow
from leaddesk.store import content
from leaddesk.store.local import view
from leaddesk.store.local.tables import PENDING
from leaddesk.store.local.view import AMONG
from leaddesk.store.sqlite import Connection

Held = tuple[tuple[str, str], ...]


def holdings(connection: Connection, after: str) -> tuple[Held, str]:
    """The next accounts by id, each with its hash, "" where it is not to be compared; and the last of them, "" where
    there are no more."""
    rows = connection.execute(
        "SELECT id FROM accounts WHERE id > ? ORDER BY id LIMIT ?", (after, COMPARED + 1)
    ).fetchall()
    accounts = [one for (one,) in rows[:COMPARED]]
    upto = accounts[-1] if len(rows) > COMPARED else ""
    apart = pending(connection, accounts)
    pasts: dict[str, list[tuple[str, int, str]]] = {one: [] for one in accounts}
    for account, operation, ordinal, undone_by in view.select(
        connection, f"SELECT account, op, ordinal, undone_by FROM history WHERE account {AMONG}", accounts
    ):
        pasts[account].append((operation, ordinal, undone_by))
    held = []
    for one, state in view.load_states(connection, accounts).items():
        told = content.total([content.of_account(state), content.of_past(pasts[one], one)])
        held.append((one, "" if one in apart else told))
    return tuple(held), upto


def pending(connection: Connection, accounts: Iterable[str]) -> set[str]:
    """Those of the accounts on which something of the desk's own stands or waits."""
    held = list(accounts)
    rows = view.select(connection, f"SELECT DISTINCT account FROM shadow WHERE account {AMONG}", held)
    rows += view.select(
        connection, f"SELECT DISTINCT account FROM history WHERE account {AMONG} AND position >= {PENDING}", held
    )
    return {account for (account,) in rows}


def leftovers(connection: Connection, accounts: Sequence[str], rows: Sequence[FeedRow]) -> list[FeedRow]:
    """What is here of the accounts and not among their rows, as rows that are gone."""
    told = {(row.what, row.id) for row in rows}
    found = [("account", one) for one in accounts]
    for what, table in (("person", "persons"), ("lead", "leads")):
        found += [
            (what, one) for (one,) in view.select(connection, f"SELECT id FROM {table} WHERE account {AMONG}", accounts)
        ]
    found += [
        ("entry", f"{operation}:{ordinal}")
        for operation, ordinal in view.select(
            connection, f"SELECT op, ordinal FROM history WHERE account {AMONG}", accounts
        )
    ]
    return [
        FeedRow(what=what, id=one, seq=0, body=None, gone="evicted") for what, one in found if (what, one) not in told
    ]
