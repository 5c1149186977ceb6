"""``Desk``: everything the window and the headless commands may ask or do. Methods open a unit, call the domain,
return.

Blocking, any thread; in the app each call is made on a worker (``desk.worker``). ``lane`` is how the sync, which runs
on the network worker, gets its store work done: directly, or on the database worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol, TypeVar

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Clock, Ids
from leaddesk.desk.agreements import Agreements
from leaddesk.desk.attention import Attention
from leaddesk.desk.card import build_card, no_erasure
from leaddesk.desk.drafts import Drafts
from leaddesk.desk.escalations import Escalations
from leaddesk.desk.imports import Imports
from leaddesk.desk.listing import queue_row
from leaddesk.desk.reports import Reports
from leaddesk.desk.rows import (
    ActResult,
    Card,
    LaneCount,
    Phrase,
    QueueOrder,
    QueueRow,
    RecountResult,
    Status,
    SyncResult,
)
from leaddesk.desk.settings import Choices
from leaddesk.desk.typed import TypedLead, create_lead
from leaddesk.desk.views import Views
from leaddesk.domain.apply import NOT_UNDOABLE
from leaddesk.domain.changes import Changes, Done, changes_of
from leaddesk.domain.erasure import erasing
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal, Unreachable
from leaddesk.domain.ids import copied
from leaddesk.domain.limit import senseless
from leaddesk.domain.operation import Act, HandOver, ImportRows, Operation, Undo, UndoImport
from leaddesk.domain.record import Session
from leaddesk.domain.role import forbidden, given
from leaddesk.domain.words import Role, Verdict
from leaddesk.store.local.store import LocalStore
from leaddesk.sync.cycle import cycle
from leaddesk.sync.recount import recount
from leaddesk.wire.central import Central
from leaddesk.wire.codec import check_operation
from leaddesk.wire.message import SignIn

Result = TypeVar("Result")

#: How far back an act is looked for behind undos.
_UNDOS = 64


class Lane(Protocol):
    """Does one unit of store work and gives its result."""

    def __call__(self, work: Callable[[], Result], /) -> Result: ...


def over_http(url: str, token: str) -> Central:
    """The central at ``url``, spoken to over HTTP."""
    # requests costs start time; a desk that is offline or only read goes without.
    from leaddesk.sync.http import HttpCentral

    return HttpCentral(url, token)


def directly(work: Callable[[], Result]) -> Result:
    """Do the work here and now."""
    return work()


class Desk:
    """One signed-in (or not yet) user's desk over one profile."""

    def __init__(
        self,
        store: LocalStore,
        profile: Profile,
        credentials: Credentials,
        clock: Clock,
        ids: Ids,
        key_kept: str = "",
        recovery_code: str = "",
        central: Callable[[str, str], Central] = over_http,
    ) -> None:
        self.store = store
        self.profile = profile
        self.clock = clock
        self.ids = ids
        self.lane: Lane = directly
        self._credentials = credentials
        # The same line from sync to sync: one with nothing to do is else mostly the making of a connection.
        self._central: Callable[[str, str], Central] = lru_cache(maxsize=1)(central)
        self._key_kept = key_kept
        self.recovery_code = recovery_code
        self._syncing = False
        self.imports = Imports(self)
        self.drafts = Drafts(store, clock)
        self.attention = Attention(self)
        self.agreements = Agreements(self)
        self.escalations = Escalations(self)
        self.reports = Reports(self)
        self.views = Views(self)
        self.settings = Choices(store)

    @classmethod
    def open(
        cls,
        profile: Profile,
        clock: Clock,
        ids: Ids,
        ask_passphrase: Callable[[], str] | None = None,
        recovery: str = "",
    ) -> "Desk":
        """Open the profile's keyed store, made if there is none; with ``recovery`` by that code instead of the keyring.

        Raises ``StoreTrouble``; never replaces a file.
        """
        from leaddesk.config.key import recover, store_key  # the keyring costs start time; the central never needs it

        held = recover(profile, recovery) if recovery else store_key(profile, ask_passphrase)
        store = LocalStore.open(profile.store_path, held.key)
        return cls(store, profile, Credentials(store), clock, ids, held.kept, held.recovery)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # --- questions --------------------------------------------------------------------------------------------------

    def order(self, now: datetime | None = None) -> QueueOrder:
        """Every id of my queue in order, the counts by lane, and the instant by which to ask again."""
        me = self.store.me()
        if me is None:
            return QueueOrder(ids=(), lanes=(), next_change=None)
        ids, lanes, next_change = self.store.order(me.user.id, me.user.teams, now or self.clock.now())
        return QueueOrder(
            ids=tuple(ids),
            lanes=tuple(LaneCount(lane=lane, count=count) for lane, count in lanes),
            next_change=next_change,
        )

    def rows(self, ids: Sequence[str]) -> list[QueueRow]:
        """One page of queue rows, in the order asked; ids that are gone are left out."""
        users = self.store.users()
        return [queue_row(one, users) for one in self.store.rows(ids)]

    def card(self, lead: str) -> Card:
        """The card of one lead. Raises ``Refusal("no-such-lead")``."""
        return build_card(self.store, lead, self.clock.now())

    def search(self, text: str, limit: int = 50) -> list[QueueRow]:
        """Leads by company, person, number, place or words of a note."""
        return self.rows(self.store.search(text, limit))

    def find(self, reference: str) -> str:
        """The lead meant by an id or a unique beginning (or end) of one. Raises ``Refusal``."""
        found = self.store.find_lead(reference.strip())
        if not found:
            raise Refusal("no-such-lead", lead=reference)
        if len(found) > 1:
            raise Refusal("lead-not-unique", lead=reference, count=len(found))
        return found[0]

    def status(self) -> Status:
        """Where this desk stands with the central, from the store's own counts."""
        counts = self.store.status()
        me = self.store.me()
        trouble = self.store.meta("trouble")
        return Status(
            signed_in=me is not None,
            online=not self.store.meta("offline_since") and bool(self.store.meta("last_sync")),
            syncing=self._syncing,
            waiting=counts.waiting,
            attention=counts.attention,
            held=counts.held,
            last_sync=_instant(self.store.meta("last_sync")),
            offline_since=_instant(self.store.meta("offline_since")),
            user=me.user.name or me.user.login if me else "",
            role=self._role(me) if me else None,
            central=self.store.meta("central"),
            profile=str(self.profile.path),
            key_kept=self._key_kept,
            skew_seconds=float(self.store.meta("skew") or 0.0),
            trouble=Phrase(trouble) if trouble else None,
        )

    def user_name(self, user: str) -> str:
        """A user's name for people, "" where unknown here."""
        known = self.store.users().get(user)
        return (known.name or known.login) if known is not None else ""

    def find_user(self, reference: str) -> str:
        """The id of the user meant by an id or a user name. Raises ``BadInput("user-unknown")``."""
        users = self.store.users()
        found = [one.id for one in users.values() if reference.casefold() in (one.id, one.login.casefold())]
        if not found:
            raise BadInput("user-unknown", user=reference)
        return found[0]

    # --- acts -------------------------------------------------------------------------------------------------------

    def do(self, act: Act, account: str = "") -> tuple[ActResult, Changes]:
        """Do one thing now, offline or not. On disk with its outbox row before this returns. Raises ``Refusal``."""
        lead = str(getattr(act, "lead", "") or "")
        if not account and lead:
            account = self.store.account_of(lead)
            if not account:
                raise Refusal("no-such-lead", lead=lead)
        if isinstance(act, HandOver) and account:
            me, owned = self._me(), self.store.state(account).leads.get(act.lead)
            act = given(act, self._role(me), owned.owner if owned is not None else "", me.user.id)
        done = self.perform(act, account)
        return self._result(done, lead), changes_of(done)

    @property
    def role(self) -> Role:
        """What this user is. Raises ``Denied``."""
        return self._role(self._me())

    def _role(self, me: Session) -> Role:
        """The user's role as the central last told it."""
        return self.store.users().get(me.user.id, me.user).role

    def new_lead(self, typed: TypedLead) -> tuple[ActResult, Changes]:
        """A lead typed in by hand, on the company of that Y-tunnus where it is here, else on a new one.

        Raises ``BadInput`` for a number, address or Y-tunnus that is none; ``Refusal``, ``Denied`` as ``do``.
        """
        act, account = create_lead(typed, self.store, self.ids)
        return self.do(act, account)

    def perform(self, act: Act, account: str) -> Done:
        """One act as an operation of this user and device, applied and put into the outbox.

        Raises ``Refusal``, ``Denied``; ``BadInput("value-not-kept")`` for what the central could never read.
        """
        me = self._me()
        refused = forbidden(self._role(me), act, self.store.users())
        if refused is not None:
            raise Denied(refused.reason, **refused.values)
        now = self.clock.now()
        policies = self.store.policies()

        def build(n: int) -> Operation:
            made = Operation(
                id=self.ids.new(), act=act, account=account, at=now, by=me.user.id, device=me.device, n=n,
                policy=policies.in_force(now).version,
            )  # fmt: skip
            try:
                check_operation(made)
            except BadInput as trouble:
                raise BadInput("value-not-kept", **trouble.values) from trouble
            if (refused := senseless(made, policies)) is not None:
                raise Refusal(refused.reason, **refused.values)
            return made

        done = self.store.perform(build, now)
        if done.verdict in (Verdict.REFUSED, Verdict.QUARANTINED):
            raise Refusal(done.reason, **{name: value for name, value in done.values.items() if name != "key"})
        return done

    def erase(self, lead: str, ground: str) -> tuple[ActResult, Changes]:
        """Take everything that tells who the lead's person is out of this desk and, once synced, out of all others and
        the central; it has no undo.

        Raises ``Refusal``: "nobody-to-erase" for a lead without a person; "erase-after-sync" while the central does not
        know of her, and may come to know her by another id; else as ``do``.
        """
        account = self.store.account_of(lead)
        state = self.store.past(account)
        held = state.leads.get(lead)
        if held is None:
            raise Refusal("no-such-lead", lead=lead)
        if (refused := no_erasure(self.store, held, state)) is not None:
            raise Refusal(refused.reason, **refused.values)
        act = erasing(held.person, ground, state)
        done = self.perform(act, account)
        return self._result(done, lead), changes_of(done)

    def latest(self) -> tuple[Operation, str] | None:
        """This device's latest act that stands, with its account; no undo is one. None where there is none."""
        asked = 1
        while True:
            found = self.store.own_latest(asked)
            for one, account in found:
                if not isinstance(one.act, Undo):
                    return one, account
            if len(found) < asked or asked >= _UNDOS:
                return None
            asked *= 4

    def undo(self, operation: str = "") -> tuple[ActResult, Changes]:
        """Compensate this device's latest act, a whole import where it is one.

        Raises ``Refusal``: "nothing-to-undo", also where the latest is not ``operation`` ("" any); "cannot-be-undone"
        where that one has no undo: none before it is undone in its place.
        """
        found = self.latest()
        if found is None or operation not in ("", found[0].id):
            raise Refusal("nothing-to-undo", operation=operation)
        one, account = found
        if isinstance(one.act, ImportRows):
            return self.imports.undo(one.act.import_id)
        if one.kind in NOT_UNDOABLE:
            raise Refusal("cannot-be-undone", act=one.kind)
        done = self.perform(Undo(operation=one.id), account)
        return self._result(done, str(getattr(one.act, "lead", "") or "")), changes_of(done)

    def undo_import(self, import_id: str) -> Done:
        """Compensate a whole import, one act."""
        return self.perform(UndoImport(import_id=import_id), "")

    def _result(self, done: Done, lead: str) -> ActResult:
        state = None
        for _, outcome in done.applied:
            if lead in outcome.state.leads:
                state = outcome.state.leads[lead].state
        notice = Phrase(done.reason, done.values) if done.reason else None
        return ActResult(op=done.operation.id, lead=lead, state=state, notice=notice)

    def _me(self) -> Session:
        me = self.store.me()
        if me is None:
            raise Denied("not-signed-in")
        return me

    # --- the central ------------------------------------------------------------------------------------------------

    def sign_in(self, url: str, user: str, password: str) -> Status:
        """Sign this device in. A profile belongs to one user of one central; another's is refused, nothing is mixed."""
        central = self._central(url, "")
        device = self.store.meta("device") or self.ids.new()
        if self.store.meta("trouble") == "token-unknown":
            # A copy of this profile has signed in since: from now on the two are told apart.
            device = copied(device, self.ids.new())
        central.hello()
        session = central.sign_in(SignIn(user=user, password=password, device=device, device_name=_host()))
        me = self.store.me()
        if me is not None and me.user.id != session.user.id:
            # The same name under another id: not another person, but a central that does not know the one here.
            same = me.user.login.casefold() == session.user.login.casefold()
            raise Refusal("profile-of-another-central" if same else "profile-of-another-user", user=me.user.login)
        self._credentials.keep(session.token)
        self.store.set_me(replace(session, token=""))
        self.store.set_meta("central", url.rstrip("/"))
        self.store.set_meta("trouble", "")
        return self.status()

    def sync(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[SyncResult, Changes]:
        """Send what waits, fetch what is new. One at a time per profile. Raises ``Unreachable`` or ``Denied``; both are
        kept as state, and nothing typed is lost."""
        with self.profile.sync_lock():
            self._syncing = True
            try:
                central = self.signed_in_central()
                ended = cycle(central, self.store, self.lane, self.clock.now, progress, cancelled)
            except (Unreachable, Denied, Refusal) as caught:
                trouble = caught
                self.lane(lambda: self._note_trouble(trouble))
                raise
            finally:
                self._syncing = False
            if ended.whole:
                self.lane(lambda: self._note_success(ended.skew))
        counts = self.store.status()
        result = SyncResult(
            pushed=ended.pushed,
            pulled=ended.pulled,
            refused=ended.refused,
            waiting=counts.waiting,
            held=counts.held,
        )
        return result, ended.changes | Changes(sync=True)

    def recount(
        self,
        whole: bool = True,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[RecountResult, Changes]:
        """Compare what this desk holds with the central by content hash, and mend what differs.

        ``whole``: everything, from the beginning; else the next 500 accounts, from where the last time ended. Accounts
        with unsent work are left for another time. Raises as ``sync``.
        """
        compared = mended = 0
        changes = Changes()
        after = "" if whole else self.store.meta("recounted")
        with self.profile.sync_lock():
            central = self.signed_in_central()
            while cancelled is None or not cancelled():
                seen, wrong, after, changed = recount(central, self.store, self.lane, self.clock.now, after)
                compared, mended, changes = compared + seen, mended + wrong, changes | changed
                self.lane(partial(self.store.set_meta, "recounted", after))
                if progress is not None:
                    progress(compared, compared)
                if not after or not whole:
                    break
            if self.store.meta("removal_allowed"):
                # It was asked for this once.
                self.lane(partial(self.store.set_meta, "removal_allowed", ""))
        return RecountResult(compared=compared, mended=mended, whole=whole and not after), changes

    def signed_in_central(self) -> Central:
        """The central this desk is signed in to. Raises ``Denied("not-signed-in")``."""
        self._me()
        token = self._credentials.token()
        if not token:
            raise Denied("not-signed-in")
        return self._central(self.store.meta("central"), token)

    def allow_removal(self) -> None:
        """Let the next sync or recount take away many leads: the user has been asked."""
        self.store.set_meta("removal_allowed", "1")

    def _note_trouble(self, trouble: LeadDeskError) -> None:
        since = ""
        if isinstance(trouble, Unreachable):
            since = self.store.meta("offline_since") or self.clock.now().isoformat()
        self.store.set_metas(trouble=trouble.key, offline_since=since)

    def _note_success(self, skew: float) -> None:
        self.store.set_metas(
            offline_since="",
            last_sync=self.clock.now().isoformat(),
            skew=f"{skew:.3f}",
            trouble="",
        )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _host() -> str:
    import platform

    return platform.node()[:80]
