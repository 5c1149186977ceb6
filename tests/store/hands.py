"""For tests of the local store: somebody who acts at a desk, and a central in memory that obeys the same rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leaddesk.config.port import Ids
from leaddesk.domain.changes import Done
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.operation import Act, CompanyPart, CreateLead, Operation, PersonPart
from leaddesk.domain.plain import pack
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry, FeedRow, VerdictRow
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import LeadKind, Verdict
from leaddesk.domain.workset import Workset
from leaddesk.store.form import row_from
from leaddesk.store.local.store import LocalStore

KEY = "5b" * 32
#: A Monday in working hours.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """The ids of a lead made for a test."""

    account: str
    person: str
    lead: str


@dataclass
class Hands:
    """One user at one desk. Every act is a second after the one before."""

    store: LocalStore
    by: str = "me"
    device: str = "desk-1"
    ids: Ids = field(default_factory=Ids)
    at: datetime = NOW

    def do(self, act: Act, account: str = "") -> Done:
        """One act, here and now."""
        self.at += timedelta(seconds=1)
        at, lead = self.at, str(getattr(act, "lead", "") or "")
        home = account or self.store.account_of(lead)
        return self.store.perform(
            lambda n: Operation(id=self.ids.new(), act=act, account=home, at=at, by=self.by, device=self.device, n=n),
            at,
        )

    def lead(
        self,
        company: str = "Kuusikon Saha Oy",
        name: str = "Aino Virtanen",
        kind: LeadKind = LeadKind.OUTBOUND,
        account: str = "",
        business_id: str = "",
        phone: str = "",
        email: str = "",
    ) -> Made:
        """A lead typed in; ``business_id`` belongs to the company, phone and e-mail to the person."""
        made = Made(account or self.ids.new(), self.ids.new(), self.ids.new())
        company_part = CompanyPart(name=company, business_id=business_id)
        done = self.do(
            CreateLead(
                lead=made.lead,
                person=made.person,
                lead_kind=kind,
                company=company_part,
                contact=PersonPart(name=name, phone=phone, email=email),
            ),
            made.account,
        )
        assert done.verdict is Verdict.APPLIED, done
        return made


class Central:
    """The last word, in memory: applies operations in the order they come and numbers what changed."""

    def __init__(self) -> None:
        self._work = Workset(Policies({1: default_policy()}), {})
        self._seq = 0
        self._entries: dict[tuple[str, int], Entry] = {}
        self.rows: dict[tuple[str, str], FeedRow] = {}

    def take(self, operation: Operation) -> VerdictRow:
        """One operation and its verdict."""
        account = operation.account
        if account:
            state = self._work.states.get(account, State())
            standing = tuple(
                one.operation
                for one in sorted(self._entries.values(), key=lambda one: (one.position, one.operation.ordinal))
                if one.operation.account == account and not one.undone_by
            )
            self._work.states[account] = replace(state, history=standing)
        done = self._work.run(operation)
        if done.verdict is Verdict.REFUSED:
            return VerdictRow(id=operation.id, verdict=done.verdict, reason=done.reason, values=dict(done.values))
        self._seq += 1
        for one, outcome in done.applied:
            self._tell(outcome.changes.accounts, "account", outcome.state)
            self._tell(outcome.changes.persons, "person", outcome.state)
            self._tell(outcome.changes.leads, "lead", outcome.state)
            self._enter(Entry(one, self._seq))
            for target in outcome.undone:
                self._enter(replace(self._entries[target], undone_by=one.id))
        return VerdictRow(id=operation.id, verdict=done.verdict, seq=self._seq)

    def push(self, store: LocalStore) -> list[VerdictRow]:
        """What a desk would send now, each with its verdict."""
        from leaddesk.wire.codec import unpack_operation

        return [self.take(unpack_operation(one)) for one in store.outbox()]

    def news(self, after: int = 0) -> list[FeedRow]:
        """The latest of every row numbered after ``after``, in the order of their numbers."""
        return sorted((row for row in self.rows.values() if row.seq > after), key=lambda row: row.seq)

    @property
    def head(self) -> int:
        """The last number given."""
        return self._seq

    def forget(self, what: str, one: str, gone: str = "evicted") -> FeedRow:
        """A row leaves the desk's sight."""
        self._seq += 1
        row = FeedRow(what=what, id=one, seq=self._seq, gone=gone)
        self.rows[what, one] = row
        return row

    def _tell(self, ids: Iterable[str], what: str, state: State) -> None:
        for one in ids:
            value = {
                "account": state.account, "person": state.persons.get(one), "lead": state.leads.get(one)
            }[what]  # fmt: skip
            self.rows[what, one] = (
                FeedRow(what=what, id=one, seq=self._seq, gone="deleted")
                if value is None
                else FeedRow(what=what, id=one, seq=self._seq, body=pack(value))
            )

    def _enter(self, entry: Entry) -> None:
        one = entry.operation
        self._entries[one.id, one.ordinal] = entry
        key = f"{one.id}:{one.ordinal}"
        self.rows["entry", key] = FeedRow(what="entry", id=key, seq=self._seq, body=pack(entry))


def as_told(central: Central, what: str, one: str) -> Account | Person | Lead:
    """A row as the central has it."""
    row = central.rows[what, one]
    assert row.body is not None
    value = row_from(what, row.body)
    assert isinstance(value, Account | Person | Lead)
    return value


#: What of a file follows from the central's rows and the pending operations alone.
_VIEW = {
    "accounts": "SELECT * FROM accounts ORDER BY id",
    "persons": "SELECT * FROM persons ORDER BY id",
    "leads": "SELECT {leads} FROM leads ORDER BY id",
    "history": "SELECT op, ordinal, position, account, lead, import_id, body, undone_by FROM history ORDER BY 1, 2",
    "match_keys": "SELECT * FROM match_keys ORDER BY key, entity",
    "shadow": "SELECT what, id, account, body FROM shadow ORDER BY what, id",
}


def view_of(store: LocalStore) -> dict[str, list[Any]]:
    """Every row of the view, its shadows and its search, without the numbers rows happen to have."""
    with store._file.read() as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(leads)") if row[1] != "no"]
        view = {name: connection.execute(sql.format(leads=",".join(columns))).fetchall() for name, sql in _VIEW.items()}
        words = connection.execute("SELECT count(*) FROM search").fetchone()
        notes = connection.execute("SELECT count(*) FROM search_notes").fetchone()
    return {**view, "search": [words], "notes": [notes]}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with what it holds."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def only_connection(store: LocalStore) -> Any:
    """The driver's connection that a store used from one thread has."""
    held = store._file._engine.raw_connection()
    connection = held.driver_connection
    held.close()
    return connection
