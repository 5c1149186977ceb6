"""The feed of one tenant: the latest number of every row in every scope, given under the tenant's counter row.

``chain`` holds one link for every number; it tells a desk's history from one that was restored.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from leaddesk.store.central import tables as t
from leaddesk.store.central.sql import chunks, upsert

#: The counter row, and the epoch of the books. Made once: SQLAlchemy takes longer to make a question than to ask it.
_COUNTER = (
    select(t.counter.c.seq, t.counter.c.chain, t.tenants.c.epoch)
    .join_from(t.counter, t.tenants, t.counter.c.tenant == t.tenants.c.id)
    .where(t.counter.c.tenant == bindparam("tenant"))
)
_LOCK = select(t.counter.c.tenant).where(t.counter.c.tenant == bindparam("tenant")).with_for_update()

#: (what, id) of a row of the feed.
Key = tuple[str, str]

#: The row that tells how far the books are durable.
DURABLE: Key = ("durable", "1")

#: What a row may be, in the order in which it is told: nothing comes before what it belongs to.
_ORDER = {"account": 0, "person": 1, "lead": 2, "entry": 3}


class Feed:
    """Numbers and news of one tenant inside one unit. ``lock`` first where anything will be written."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self.seq = 0
        self.chain = ""
        self._epoch = ""
        self._latest: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._links: list[dict[str, Any]] = []

    def lock(self) -> None:
        """Take the tenant's counter row: one writer per tenant, so the order of numbers is the order of commits."""
        self._connection.execute(_LOCK, {"tenant": self._tenant}).one()
        # What was written by whoever had it before can be read only now.
        self.look()

    def look(self) -> None:
        """Read the counter row without taking it."""
        row = self._connection.execute(_COUNTER, {"tenant": self._tenant}).one()
        self.seq, self.chain, self._epoch = int(row.seq), str(row.chain), str(row.epoch)

    # --- writing ----------------------------------------------------------------------------------------------------

    def number(self, scope: str, key: Key, account: str, gone: str = "", cause: str = "") -> int:
        """The next number, for one row in one scope."""
        what, one = key
        self.seq += 1
        self.chain = hashlib.sha256(f"{self.chain}|{self.seq}|{scope}|{what}|{one}|{cause}".encode()).hexdigest()[:32]
        self._latest[scope, what, one] = {
            "tenant": self._tenant, "scope": scope, "what": what, "id": one, "seq": self.seq, "account": account,
            "gone": gone,
        }  # fmt: skip
        self._links.append({"tenant": self._tenant, "seq": self.seq, "chain": self.chain})
        return self.seq

    def move(self, account: str, entered: Iterable[str], left: Iterable[str]) -> None:
        """Every row of an account into the scopes it has entered, evicted from those it has left."""
        rows = self._connection.execute(
            select(t.feed.c.what, t.feed.c.id)
            .where(t.feed.c.tenant == self._tenant, t.feed.c.account == account, t.feed.c.gone == "")
            .distinct()
        ).all()
        held = {(str(row.what), str(row.id)) for row in rows}
        for row in self._latest.values():
            if row["account"] == account:
                key = (row["what"], row["id"])
                held.discard(key) if row["gone"] else held.add(key)
        for key in sorted(held, key=lambda key: (_ORDER[key[0]], key[1])):
            for scope in sorted(entered):
                self.number(scope, key, account)
            for scope in sorted(left):
                self.number(scope, key, account, "evicted")

    def scopes(self, accounts: Iterable[str]) -> dict[str, frozenset[str]]:
        """In whose sight something of each account stands, be it only lines of what was undone."""
        wanted = set(accounts)
        held: set[tuple[str, str, str, str]] = set()
        for part in chunks(sorted(wanted)):
            query = select(t.feed.c.account, t.feed.c.scope, t.feed.c.what, t.feed.c.id)
            of = query.where(t.feed.c.tenant == self._tenant, t.feed.c.account.in_(part), t.feed.c.gone == "")
            held.update(tuple(row) for row in self._connection.execute(of))
        for key, row in self._latest.items():
            if row["account"] in wanted:
                one = (row["account"], *key)
                held.discard(one) if row["gone"] else held.add(one)
        found: dict[str, set[str]] = {one: set() for one in wanted}
        for account, scope, *_ in held:
            found[account].add(scope)
        return {account: frozenset(scopes) for account, scopes in found.items()}

    def keep(self, backed_up: int) -> None:
        """A checked backup holds the books up to a number. What the one before it holds too is declared durable."""
        before = int(self._place(t.tenants.c.backed_up))
        where = update(t.tenants).where(t.tenants.c.id == self._tenant)
        self._connection.execute(where.values(backed_up=backed_up))
        if before:
            self.declare(max(before, self.durable()))

    def declare(self, durable: int) -> None:
        """The books are durable up to a number, in everybody's sight."""
        where = update(t.tenants).where(t.tenants.c.id == self._tenant)
        self._connection.execute(where.values(durable=durable))
        self.number("all", DURABLE, "")

    def close(self) -> None:
        """Write what was numbered and, last, the counter row."""
        upsert(self._connection, t.feed, list(self._latest.values()))
        if self._links:
            self._connection.execute(insert(t.chain), self._links)
        self._connection.execute(
            update(t.counter).where(t.counter.c.tenant == self._tenant).values(seq=self.seq, chain=self.chain)
        )

    # --- reading ----------------------------------------------------------------------------------------------------

    def epoch(self) -> str:
        """Which life of the books this is: another after a restore that was declared."""
        return self._epoch

    def durable(self) -> int:
        """The number up to which two checked backups hold the books, 0 where there are none."""
        return int(self._place(t.tenants.c.durable))

    def chain_at(self, seq: int) -> str | None:
        """The chain at a number, None where there has been no such number."""
        if seq == 0:
            return ""
        if seq == self.seq:
            return self.chain
        row = self._connection.execute(
            select(t.chain.c.chain).where(t.chain.c.tenant == self._tenant, t.chain.c.seq == seq)
        ).first()
        return None if row is None else str(row.chain)

    def news(
        self,
        scopes: frozenset[str] | None,
        after: int,
        limit: int,
        but: Iterable[tuple[int, int]] = (),
    ) -> list[Any]:
        """Rows in the scopes (None: everybody's) after a number up to the present one, in order, without those numbered
        in the ranges (after, up to) of ``but``.
        """
        if after >= self.seq:
            return []
        feed = t.feed.c
        query = select(feed.seq, feed.what, feed.id, feed.account, feed.gone).where(
            feed.tenant == self._tenant, feed.seq > after, feed.seq <= self.seq
        )
        if scopes is not None:
            query = query.where(feed.scope.in_(sorted(scopes)))
        for low, high in but:
            if after < high:
                query = query.where(or_(feed.seq <= low, feed.seq > high))
        return list(self._connection.execute(query.order_by(feed.seq).limit(limit)).all())

    def objected(self, scopes: frozenset[str] | None, after: int, limit: int) -> list[Any]:
        """The first rows of companies and persons in the scopes that have changed after a number and have an objection,
        in order."""
        feed = t.feed.c
        found: list[Any] = []
        for what, table in (("account", t.accounts.c), ("person", t.persons.c)):
            query = (
                select(feed.seq, feed.what, feed.id, feed.account, feed.gone)
                .join_from(t.feed, table.id.table, (table.tenant == feed.tenant) & (table.id == feed.id))
                .where(*self._here(scopes), feed.what == what, feed.seq > after, table.objections != "[]")
            )
            found += self._connection.execute(query.order_by(feed.seq).limit(limit)).all()
        return sorted(found, key=lambda row: int(row.seq))[:limit]

    def beside(self, scopes: frozenset[str] | None) -> list[Any]:
        """The rows in the scopes that belong to no account, in order: policies, users."""
        feed = t.feed.c
        query = select(feed.seq, feed.what, feed.id, feed.account, feed.gone).where(
            *self._here(scopes), feed.account == ""
        )
        return list(self._connection.execute(query.order_by(feed.seq)).all())

    def whole(self, scopes: frozenset[str] | None, after: str, limit: int) -> tuple[list[str], bool]:
        """The next accounts with rows in the scopes, by id, after one: as many as have ``limit`` rows together, and at
        least one if any; and whether there are more."""
        feed = t.feed.c
        query = select(feed.account, func.count().label("rows")).where(*self._here(scopes), feed.account > after)
        found: list[str] = []
        rows = 0
        for row in self._connection.execute(query.group_by(feed.account).order_by(feed.account).limit(limit + 1)):
            rows += int(row.rows)
            if found and rows > limit:
                return found, True
            found.append(str(row.account))
        return found, False

    def count(self, scopes: frozenset[str] | None) -> int:
        """How many rows there are in the scopes."""
        query = select(func.count()).select_from(t.feed).where(*self._here(scopes))
        return int(self._connection.execute(query).scalar_one())

    def changed(self, scopes: frozenset[str] | None, after: int) -> set[str]:
        """The accounts that have news in the scopes after a number."""
        query = select(t.feed.c.account).where(t.feed.c.tenant == self._tenant, t.feed.c.seq > after).distinct()
        if scopes is not None:
            query = query.where(t.feed.c.scope.in_(sorted(scopes)))
        return {str(row.account) for row in self._connection.execute(query)}

    def accounts(self, scopes: frozenset[str] | None, after: str, upto: str, limit: int) -> list[str]:
        """The accounts that are in one of the scopes now, by id, after one and up to another ("" to the end)."""
        feed = t.feed.c
        query = select(feed.id).where(
            feed.tenant == self._tenant, feed.what == "account", feed.gone == "", feed.id > after
        )
        if upto:
            query = query.where(feed.id <= upto)
        if scopes is not None:
            query = query.where(feed.scope.in_(sorted(scopes)))
        rows = self._connection.execute(query.distinct().order_by(feed.id).limit(limit))
        return [str(row.id) for row in rows]

    def rows_of(self, account: str) -> list[Key]:
        """The rows of an account that are there, in the order in which they are told."""
        query = select(t.feed.c.what, t.feed.c.id).where(
            t.feed.c.tenant == self._tenant, t.feed.c.account == account, t.feed.c.gone == ""
        )
        keys = {(str(row.what), str(row.id)) for row in self._connection.execute(query)}
        return sorted(keys, key=lambda key: (_ORDER[key[0]], key[1]))

    def present(self, scopes: frozenset[str] | None, accounts: Iterable[str]) -> dict[Key, str]:
        """The rows of accounts that are in one of the scopes now, with their accounts."""
        found: dict[Key, str] = {}
        for part in chunks(sorted(set(accounts))):
            query = select(t.feed.c.what, t.feed.c.id, t.feed.c.account).where(
                t.feed.c.tenant == self._tenant, t.feed.c.account.in_(part), t.feed.c.gone == ""
            )
            if scopes is not None:
                query = query.where(t.feed.c.scope.in_(sorted(scopes)))
            found.update(((what, one), account) for what, one, account in self._connection.execute(query))
        return found

    def _here(self, scopes: frozenset[str] | None) -> list[Any]:  # Any: conditions
        """What the rows are that are in one of the scopes (None: of everybody) now."""
        here: list[Any] = [t.feed.c.tenant == self._tenant, t.feed.c.gone == ""]
        return here if scopes is None else [*here, t.feed.c.scope.in_(sorted(scopes))]

    def _place(self, column: Any) -> Any:  # Any: a column and its value
        return self._connection.execute(select(column).where(t.tenants.c.id == self._tenant)).scalar_one()
