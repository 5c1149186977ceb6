"""The queue column: the list of the place chosen, or what a search found, with empty, loading and error states.

An order that changes without the user's doing waits behind a pill and is taken at the next act or click: rows never
move under the pointer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from leaddesk.config.settings import Settings
from leaddesk.desk.rows import QueueOrder, QueueRow
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.message import Message
from leaddesk.ui.queue_model import PAGE, QueueModel
from leaddesk.ui.queue_view import QueueDelegate, QueueView, sentence
from leaddesk.ui.surface import Ground, column, line_of
from leaddesk.ui.text import Text
from leaddesk.ui.ticker import Ticker

QUEUE, CALLBACKS, WAITING, MEETINGS, SEARCH = "queue", "callbacks", "waiting", "meetings", "search"
ESCALATIONS, BETWEEN, FOUND = "escalations", "between", "found"

#: Places whose rows have reasons of their own, and come with the list alone.
_OWN = frozenset({ESCALATIONS, BETWEEN})

_SEARCH_LIMIT = 200


class QueuePane(Ground):
    """``chosen(id)``: show this card ("" none). ``opened(id)``: go to the card. ``told()``: the list is up to date.

    ``wanted(key)``: an action of ``actions`` that an empty queue offers.
    """

    chosen = Signal(str)
    opened = Signal(str)
    told = Signal()
    wanted = Signal(str)

    def __init__(self, bridge: Bridge, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent=parent)
        self._bridge = bridge
        self._ticker = ticker
        self._place = QUEUE
        self._search = ""
        self._found_title, self._found = "", tuple[str, ...]()
        self._current = ""
        self._held: QueueOrder | None = None
        self._asked = self._total = 0
        self.model = QueueModel(lambda row: sentence(row, bridge.words, bridge.now()), self)
        self._delegate = QueueDelegate(lambda: bridge.words, self)
        self._delegate.now = bridge.now()
        self._delegate.countdowns = bridge.settings.show_countdowns
        self.view = QueueView(self.model, self._delegate)
        self.message = Message(bridge, "panel")
        self._title = Text("", "second", "muted", elide=True)
        self._count = Text("", "second", "muted")
        self._pill = QPushButton()
        self._pill.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self.view)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(tokens.SEARCH_PAUSE)
        self._pause.timeout.connect(self.refresh)
        self.model.wanted.connect(self._read_rows)
        self.view.picked.connect(self._picked)
        self.view.opened.connect(self.opened)
        self._pill.clicked.connect(self.take_held)
        self.message.again.connect(self.refresh)
        self.message.wanted.connect(self.wanted)
        ticker.ticked.connect(self._tick)
        ticker.woke.connect(self.refresh_quietly)
        bridge.language_changed.connect(self._speak)
        bridge.settings_changed.connect(self._dress)
        self.message.loading()
        self._speak()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def place(self) -> str:
        """The place shown."""
        return self._place

    def show_place(self, place: str) -> None:
        """Show another place's list."""
        if place != self._place:
            if _OWN & {place, self._place}:
                # There the same leads have other reasons.
                self.model.drop()
            self._place = place
            self._search = ""
            self._held = None
            self._pill.hide()
        self._speak()
        self.refresh()

    def show_leads(self, title: str, leads: Sequence[str]) -> None:
        """Show these leads under a title, in the order given; those that are not here are left out."""
        self._found_title, self._found = title, tuple(leads)
        self._current = ""
        self.show_place(FOUND)

    def search(self, text: str) -> None:
        """Show what is found by the text as it is typed; an empty text goes back to the queue."""
        self._search = text.strip()
        place = SEARCH if self._search else QUEUE
        if place != self._place:
            if self._place in _OWN:
                self.model.drop()
            self._place = place
            self._speak()
        self._pause.start()

    def refresh(self) -> None:
        """Ask again for the list shown, and take the order as it comes."""
        self._ask(at_once=True)

    def refresh_quietly(self) -> None:
        """Ask again; a changed order waits behind the pill."""
        self._ask(at_once=False)

    def change(self, changes: Changes, own: bool) -> None:
        """Read again what changed. ``own``: by the user's act, so that the new order is taken at once."""
        touched = set(changes.leads)
        if changes.accounts:
            rows = (self.model.row_for(one) for one in self.model.forget())
            touched |= {one.id for one in rows if one is not None and one.account_id in changes.accounts}
        leads = self.model.forget(sorted(touched))
        if leads:
            self._read_rows(leads)
        if changes.queue or changes.leads or changes.accounts:
            self._ask(at_once=own)

    def take_held(self) -> None:
        """Take the order that waits behind the pill."""
        held, self._held = self._held, None
        self._pill.hide()
        if held is not None:
            self._tell(held)

    # --- moving -------------------------------------------------------------------------------------------------------

    def current(self) -> str:
        """The lead whose card is shown, "" none."""
        return self._current

    def step(self, by: int) -> None:
        """Go ``by`` leads on, and show the card."""
        row = self.model.step(self.model.row_of(self._current), by)
        if row >= 0:
            self._picked(self.model.id_at(row))
            self.view.show_row(row)

    def after(self, lead: str) -> str:
        """The lead that comes next after this one; the one before it at the end; "" where there is no other."""
        row = self.model.row_of(lead)
        for by in (1, -1):
            other = self.model.id_at(self.model.step(row, by))
            if other and other != lead:
                return other
        return ""

    def select(self, lead: str) -> None:
        """Show a lead as chosen, without telling anybody."""
        self._current = lead
        self.view.show_row(self.model.row_of(lead))

    def forget_current(self) -> None:
        """No lead is shown any more; the next order brings its first one."""
        self._current = ""

    def total(self) -> int:
        """How many leads the queue holds, whatever is shown."""
        return self._total

    def name_of(self, lead: str) -> str:
        """The company of a lead in the list, "" where its row is not known yet."""
        row = self.model.row_for(lead)
        if row is None and lead:
            self.model.data(self.model.index(max(0, self.model.row_of(lead))))
        return row.account if row is not None else ""

    # --- inside -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = column(self, 0, 0)
        head = line_of(gap=tokens.SMALL)
        head.setContentsMargins(tokens.LARGE - 2, tokens.MEDIUM, tokens.LARGE - 2, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        whole.addLayout(head)
        pill = line_of()
        pill.setContentsMargins(tokens.MEDIUM, tokens.SMALL, tokens.MEDIUM, 0)
        pill.addWidget(self._pill)
        whole.addLayout(pill)
        whole.addWidget(self._stack, 1)

    def _ask(self, at_once: bool) -> None:
        self._asked += 1
        number, place, text, desk = self._asked, self._place, self._search, self._bridge.desk

        def failed(trouble: LeadDeskError) -> None:
            if number == self._asked:
                self.message.error(trouble)
                self._stack.setCurrentWidget(self.message)

        if place == QUEUE:

            def order() -> tuple[QueueOrder, list[QueueRow]]:
                found = desk.order()
                return found, desk.rows(found.ids[:PAGE])

            def ordered(both: tuple[QueueOrder, list[QueueRow]]) -> None:
                if number == self._asked:
                    self.model.fill(both[1])
                    self._ordered(both[0], at_once)

            self._bridge.ask(order, ordered, failed, receiver=self)
            return
        lists: dict[str, Callable[[], list[QueueRow]]] = {
            CALLBACKS: desk.views.callbacks,
            WAITING: desk.views.waiting,
            MEETINGS: desk.views.meetings,
            ESCALATIONS: desk.escalations.rows,
            BETWEEN: desk.views.between,
            SEARCH: lambda: desk.search(text, _SEARCH_LIMIT),
            FOUND: lambda found=self._found: desk.rows(found),  # type: ignore[misc]
        }

        def listed(rows: list[QueueRow]) -> None:
            if number == self._asked:
                self.model.fill(rows)
                self._tell(QueueOrder(ids=tuple(one.id for one in rows), lanes=(), next_change=None))

        self._bridge.ask(lists[place], listed, failed, receiver=self)

    def _ordered(self, order: QueueOrder, at_once: bool) -> None:
        self._ticker.wake_at(order.next_change)
        self._total = len(order.ids)
        shown = self.model.leads()
        if at_once or not shown or not self._current:
            self._held = None
            self._pill.hide()
            self._tell(order)
            return
        if not self.model.is_order(order.ids):
            self._held = order
            words, more = self._bridge.words, len(order.ids) - shown
            text = words.plural("{n} new in the queue", "{n} new in the queue", more) if more > 0 else ""
            self._pill.setText(text or words.say("The queue has changed"))
            self._pill.show()
        self.told.emit()

    def _tell(self, order: QueueOrder) -> None:
        self.model.tell(order.ids, order.lanes)
        self._speak_count()
        if order.ids:
            self._stack.setCurrentWidget(self.view)
        else:
            self._say_empty()
        if self._current:
            self.view.show_row(self.model.row_of(self._current))
        elif order.ids and self._place != SEARCH:
            self._picked(order.ids[0])
            self.view.show_row(self.model.row_of(order.ids[0]))
        elif not order.ids and self._place == QUEUE:
            self.chosen.emit("")
        self.told.emit()

    def _say_empty(self) -> None:
        words = self._bridge.words
        heading, text = {
            QUEUE: (words.say("The queue is empty"), ""),
            CALLBACKS: (words.say("No promised calls"), words.say("A call you promise comes here until its time.")),
            WAITING: (
                words.say("Nothing is waiting"),
                words.say("Snoozed and nurtured leads come here until their day."),
            ),
            MEETINGS: (words.say("No meetings booked"), words.say("A meeting you book comes here.")),
            ESCALATIONS: (
                words.say("Every promise is kept"),
                words.say("What is about to be late, or is, comes here while something can be done."),
            ),
            SEARCH: (
                words.say("Nothing found"),
                words.say("Searched: company, person, number, place, words of notes."),
            ),
            BETWEEN: (
                words.say("Nothing falls between"),
                words.say("Every lead has an owner, a next step and a segment, and is moved."),
            ),
            FOUND: (
                words.say("None of these leads is here"),
                words.say("They are not in your sight, or not yet synced."),
            ),
        }[self._place]
        self.message.tell(heading, text, offers=self._place == QUEUE)
        self._stack.setCurrentWidget(self.message)

    def _picked(self, lead: str) -> None:
        if lead:
            self._current = lead
            self.chosen.emit(lead)

    def _read_rows(self, ids: Sequence[str]) -> None:
        wanted, desk = list(ids), self._bridge.desk

        def read(rows: list[QueueRow]) -> None:
            if self._place not in _OWN:
                self.model.fill(rows)

        if wanted:
            self._bridge.ask(lambda: desk.rows(wanted), read, receiver=self)

    def _tick(self, now: datetime) -> None:
        self._delegate.now = now
        self.view.viewport().update()

    def _dress(self, settings: Settings) -> None:
        self._delegate.countdowns = settings.show_countdowns
        self.view.measure()
        self.view.viewport().update()

    def _speak(self) -> None:
        words = self._bridge.words
        titles = {
            QUEUE: words.say("My queue · most urgent first"),
            CALLBACKS: words.say("Promised calls · by time"),
            WAITING: words.say("Waiting · by day"),
            MEETINGS: words.say("Booked meetings · by time"),
            ESCALATIONS: words.say("Late, or soon · gravest first"),
            SEARCH: words.say("Found: {text}", text=self._search),
            BETWEEN: words.say("Between sales and marketing · longest unmoved first"),
            FOUND: self._found_title,
        }
        self._title.tell(titles[self._place])
        self.view.setAccessibleName(titles[self._place])
        self._speak_count()
        self.view.viewport().update()
        if self._stack.currentWidget() is self.message and self._asked and not self.model.leads():
            self._say_empty()

    def _speak_count(self) -> None:
        number = self.model.leads()
        self._count.tell(self._bridge.words.plural("{n} lead", "{n} leads", number) if number else "")
        if self._place == SEARCH:
            self._title.tell(self._bridge.words.say("Found: {text}", text=self._search))
