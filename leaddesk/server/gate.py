"""Every operation of a push passes here before it is applied: whose it is, role, scope, and whom and what it names."""

import logging
from collections.abc import Iterable

from leaddesk.domain.changes import Done, Refused
from leaddesk.domain.ids import family
from leaddesk.domain.operation import CreateLead, ImportRow, Operation, UndoImport
from leaddesk.domain.record import User
from leaddesk.domain.role import forbidden
from leaddesk.domain.state import State
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import Workset
from leaddesk.server.access import in_sight, sight
from leaddesk.store.central.book import Book, scopes_of

_LOG = logging.getLogger("leaddesk.server")


class Gate:
    """The way of one push's operations to ``apply``, for one user at one device. ``work`` holds all they need."""

    def __init__(self, user: User, device: str, book: Book, work: Workset, operations: Iterable[Operation]) -> None:
        self._user = user
        self._device = device
        self._work = work
        self._homes = book.homes(one for operation in operations for one in _makes(operation))
        self._users = book.users()
        if sight(user) is not None:
            # Imported rows are never matched to accounts the user may not see.
            work.forget({one for one, state in work.states.items() if not self._sees(state)})

    def run(self, operation: Operation) -> Done:
        """Apply one operation unless something here forbids it.

        A fault of ours in one operation is no reason to stop the others: that one is quarantined, nothing of it stays.
        """
        refused = self._refusal(operation)
        if refused is not None:
            return Done(operation, Verdict.REFUSED, reason=refused.reason, values=refused.values)
        before = dict(self._work.states)
        try:
            done = self._work.run(operation)
        except Exception:
            _LOG.exception("a fault while applying operation %s", operation.id)
            self._work.states = before
            return Done(operation, Verdict.QUARANTINED, reason="quarantined")
        if done.verdict is not Verdict.REFUSED:
            self._homes.update((one, operation.account) for one in _makes(operation))
        return done

    def _refusal(self, operation: Operation) -> Refused | None:
        user, act = self._user, operation.act
        if operation.by != user.id or family(operation.device) != family(self._device):
            return Refused("operation-of-another-user")
        erased = self._work.barred(operation)
        if erased is not None:
            # Before all else: what is refused for another reason is kept as it was told.
            return erased
        refused = forbidden(user.role, act, self._users)
        if refused is not None:
            return refused
        if operation.account and not self._sees(self._work.states.get(operation.account, State())):
            return Refused("account-not-in-sight")
        if any(self._homes.get(one, operation.account) != operation.account for one in _makes(operation)):
            return Refused("lead-exists")
        if isinstance(act, UndoImport) and not all(self._sees(one) for one in self._made_by(act.import_id)):
            return Refused("account-not-in-sight")
        return None

    def _made_by(self, import_id: str) -> Iterable[State]:
        """The accounts that an import has made or changed."""
        for state in self._work.states.values():
            if any(isinstance(one.act, ImportRow) and one.act.import_id == import_id for one in state.history or ()):
                yield state

    def _sees(self, state: State) -> bool:
        return in_sight(scopes_of(state), self._user)


def _makes(operation: Operation) -> tuple[str, ...]:
    """Ids that an operation gives to something new, which may be nobody else's."""
    act = operation.act
    return tuple(filter(None, (act.lead, act.person))) if isinstance(act, CreateLead) else ()
