"""The bridge between the window and the desk: work goes to the two workers, results come home to the GUI thread.

No SQL and no network runs on the GUI thread: whoever wants something of the desk asks here and is told later. Results
cross by one queued signal; what is meant for a widget that is gone is dropped.
"""

import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from datetime import datetime
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from leaddesk.config.settings import Settings
from leaddesk.desk.desk import Desk
from leaddesk.desk.rows import ActResult
from leaddesk.desk.worker import DeskWorkers
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.operation import Act
from leaddesk.domain.policy import Policy
from leaddesk.pages.words import Words

Result = TypeVar("Result")

#: What is awaited: the future, what to call with its result or error, and for whom.
_Asked = tuple[Future[Any], Callable[..., None] | None, Callable[..., None] | None, QObject | None]


class Bridge(QObject):
    """Holds desk, workers, words, settings and names of users; made and used on the GUI thread.

    ``changed(Changes)``: rows to read again. ``trouble(LeadDeskError)``: a failure nobody else took.
    ``language_changed()``: say everything again. ``settings_changed(Settings)``.
    ``acted(ActResult)``: an act of this window is on disk.
    """

    changed = Signal(object)
    trouble = Signal(object)
    acted = Signal(object)
    language_changed = Signal()
    settings_changed = Signal(object)
    _home = Signal(int)

    def __init__(
        self,
        desk: Desk,
        workers: DeskWorkers,
        settings: Settings | None = None,
        names: dict[str, str] | None = None,
        language: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.workers = workers
        self.clock = desk.clock
        self.settings = settings or Settings()
        self._language = language
        self._names = names or {}
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        self._closed = False
        self.words = self._words()
        desk.lane = workers.lane
        self._home.connect(self._come_home, Qt.ConnectionType.QueuedConnection)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.clock.now()

    # --- asking -----------------------------------------------------------------------------------------------------

    def ask(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
        receiver: QObject | None = None,
    ) -> None:
        """Run ``work`` on the database worker; then ``then(result)`` or ``failed(error)`` on the GUI thread.

        Without ``failed`` the error goes to ``trouble``. Nothing is called once the receiver is gone: ``receiver``, or
        the object that a bound method ``then`` belongs to. What is not a ``LeadDeskError`` goes to ``sys.excepthook``.
        """
        if not self._closed:
            self._await(self.workers.database(work), then, failed, receiver)

    def ask_network(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
        receiver: QObject | None = None,
    ) -> None:
        """As ``ask``, on the network worker. Such work reaches the store through ``desk.lane`` only."""
        if not self._closed:
            self._await(self.workers.network(work), then, failed, receiver)

    def do(
        self,
        act: Act,
        then: Callable[[ActResult], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
        account: str = "",
        receiver: QObject | None = None,
    ) -> None:
        """Do an act; when it is on disk, ``then(result)``, ``acted`` and ``changed``."""
        self._change(lambda: self.desk.do(act, account), then, failed, receiver)

    def erase(
        self,
        lead: str,
        ground: str,
        then: Callable[[ActResult], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
    ) -> None:
        """Erase a lead's person, as ``do`` does an act."""
        self._change(lambda: self.desk.erase(lead, ground), then, failed, None)

    def undo(
        self,
        operation: str,
        then: Callable[[ActResult], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
    ) -> None:
        """Undo this computer's latest act, which the user was told is this operation ("" any). Where a sync has made
        another one the latest meanwhile, nothing is undone: ``failed(Refusal)``."""

        def work() -> tuple[ActResult, Changes]:
            return self.desk.undo(operation)

        self._change(work, then, failed, None)

    def changing(
        self,
        work: Callable[[], tuple[Result, Changes]],
        then: Callable[[Result], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
        receiver: QObject | None = None,
    ) -> None:
        """Run work that changes the store and tells what it changed: ``then(result)`` and ``changed``."""
        of = receiver or _owner(then)

        def ended(both: tuple[Result, Changes]) -> None:
            if then is not None and _is_there(of):
                then(both[0])
            if both[1]:
                self.changed.emit(both[1])

        self.ask(work, ended, failed, receiver=self)

    def policy(self, then: Callable[[Policy], None], version: int = 0, receiver: QObject | None = None) -> None:
        """A version of the policy, 0 for the one in force."""

        def work() -> Policy:
            policies = self.desk.store.policies()
            return policies.at(version) if version else policies.in_force(self.desk.clock.now())

        self.ask(work, then, receiver=receiver)

    # --- choices ----------------------------------------------------------------------------------------------------

    def choose(self, name: str, value: object, then: Callable[[], None] | None = None) -> None:
        """Keep a setting; ``settings_changed`` follows, and ``language_changed`` where it is language or zone."""

        def work() -> Settings:
            self.desk.settings.set(name, value)
            return self.desk.settings.all()

        def chosen(settings: Settings) -> None:
            if name == "language":
                self._language = ""
            self.settings = settings
            self.settings_changed.emit(settings)
            if name in ("language", "zone"):
                self.words = self._words()
                self.language_changed.emit()
            if then is not None:
                then()

        self.ask(work, chosen, receiver=self)

    def name_of(self, user: str) -> str:
        """A user's name, "" where nobody is known by that id."""
        return self._names.get(user, "")

    def read_names(self) -> None:
        """Read the users' names anew, after a sync."""
        self.ask(lambda: names_of(self.desk), self._named)

    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._asked

    def is_closed(self) -> bool:
        """Whether the window is going: long work is to end early."""
        return self._closed

    def close(self) -> None:
        """Let everything asked of the store be done; results no longer come home."""
        if self._closed:
            return
        self._closed = True
        self._asked.clear()
        self.workers.database(_nothing).result()
        self.workers.close()

    # --- coming home ------------------------------------------------------------------------------------------------

    def _change(
        self,
        work: Callable[[], tuple[ActResult, Changes]],
        then: Callable[[ActResult], None] | None,
        failed: Callable[[LeadDeskError], None] | None,
        receiver: QObject | None,
    ) -> None:
        of = receiver or _owner(then)

        def ended(both: tuple[ActResult, Changes]) -> None:
            if then is not None and _is_there(of):
                then(both[0])
            self.acted.emit(both[0])
            self.changed.emit(both[1])

        # The act is done and told to every pane even where its asker is gone.
        self.ask(work, ended, failed, receiver=self)

    def _words(self) -> Words:
        language = self._language or self.settings.language
        return Words(language, self.settings.zone, self.clock.now, lambda user: self._names.get(user, ""))

    def _named(self, names: dict[str, str]) -> None:
        self._names = names

    def _await(
        self,
        future: Future[Any],
        then: Callable[..., None] | None,
        failed: Callable[..., None] | None,
        receiver: QObject | None,
    ) -> None:
        self._last += 1
        ticket = self._last
        self._asked[ticket] = (future, then, failed, receiver or _owner(then) or _owner(failed))
        future.add_done_callback(lambda _: self._tell(ticket))

    def _tell(self, ticket: int) -> None:
        """On the worker's thread: only say that something has come."""
        if not self._closed and isValid(self):
            self._home.emit(ticket)

    @Slot(int)
    def _come_home(self, ticket: int) -> None:
        found = self._asked.pop(ticket, None)
        if found is None:
            return
        future, then, failed, receiver = found
        try:
            result = future.result()
        except CancelledError:
            return
        except LeadDeskError as trouble:
            if not _is_there(receiver):
                return
            if failed is not None:
                failed(trouble)
            else:
                self.trouble.emit(trouble)
            return
        except Exception:
            sys.excepthook(*sys.exc_info())
            return
        if then is not None and _is_there(receiver):
            then(result)


def names_of(desk: Desk) -> dict[str, str]:
    """Users' names by id. Reads the store: on the database worker."""
    return {one.id: one.name or one.login for one in desk.store.users().values()}


def _nothing() -> None:
    """Done when everything before it is."""


def _owner(function: Callable[..., None] | None) -> QObject | None:
    owner = getattr(function, "__self__", None)
    return owner if isinstance(owner, QObject) else None


def _is_there(receiver: QObject | None) -> bool:
    return receiver is None or isValid(receiver)
