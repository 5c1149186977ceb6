"""The top bar: places with their counts, the search field, the menu. In a call it says with whom, and what waits."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QStackedWidget, QWidget

from leaddesk.desk.rows import Card
from leaddesk.ui import theme, tokens
from leaddesk.ui.actions import first_key
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.button import LinkButton, PlaceButton
from leaddesk.ui.chip import Chip, KeyCap
from leaddesk.ui.phone import spoken
from leaddesk.ui.queue_pane import CALLBACKS, ESCALATIONS, MEETINGS, QUEUE, WAITING
from leaddesk.ui.surface import Ground, line_of
from leaddesk.ui.text import Text

ATTENTION = "attention"


class SearchField(QLineEdit):
    """What is typed here is searched for at once. Esc empties it; Enter and the arrows go to the list."""

    left = Signal()
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap("", self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.px(tokens.SEARCH))
        self.setMinimumWidth(theme.px(tokens.SEARCH) // 2)
        self.textChanged.connect(lambda _: self._place_cap())

    def tell(self, hint: str, key: str) -> None:
        """Its hint and its key."""
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self._cap.tell(key)
        self._place_cap()

    def _place_cap(self) -> None:
        size = self._cap.sizeHint()
        self._cap.resize(size)
        self._cap.move(self.width() - size.width() - tokens.SMALL, (self.height() - size.height()) // 2)
        self._cap.setVisible(bool(self._cap.text()) and not self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cap()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.textEdited.emit("")
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class TopBar(Ground):
    """``went(place)``: a place was chosen; ``menu_wanted()``; ``palette_wanted()``."""

    went = Signal(str)
    menu_wanted = Signal()
    palette_wanted = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("panel", ("bottom",), parent)
        self._bridge = bridge
        self._counts: Mapping[str, int] = {}
        self._card: Card | None = None
        self._waiting = 0
        self.places: dict[str, PlaceButton] = {}
        self.search = SearchField()
        self.commands, self.menu = LinkButton(), LinkButton()
        self.commands.clicked.connect(self.palette_wanted)
        self.menu.clicked.connect(self.menu_wanted)
        self.here = PlaceButton()
        self.here.setChecked(True)
        self.here.clicked.connect(self._choose_place)
        self._brand = Text("LeadDesk", "strong")
        self._place = QUEUE
        self._on = Chip("", "accent")
        self._with = Text("", "body", "muted", elide=True)
        self._rail = Chip()
        self.setFixedHeight(theme.px(tokens.TOP_BAR))
        self._stack = QStackedWidget()
        self._lay_out()
        bridge.language_changed.connect(self.speak)
        bridge.settings_changed.connect(lambda _: self.speak())
        self.speak()

    def show_place(self, place: str) -> None:
        """Mark the place shown; none while a search is."""
        self._place = place
        for name, button in self.places.items():
            button.setChecked(name == place)
        self._say_here()
        self._fit()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How many stand in each place."""
        self._counts = dict(counts)
        self.speak()

    def count(self, place: str) -> int:
        """How many stand in a place, as shown."""
        return self._counts.get(place, 0)

    def show_call(self, card: Card | None, waiting: int = 0) -> None:
        """A call is on with this lead, and so many things wait for its end; None: no call is on."""
        self._card, self._waiting = card, waiting
        self._stack.setCurrentIndex(0 if card is None else 1)
        self.speak()

    def speak(self) -> None:
        """Fill in, in the language in force."""
        words = self._bridge.words
        names = {
            QUEUE: words.say("Queue"),
            CALLBACKS: words.say("Callbacks"),
            WAITING: words.say("Waiting"),
            MEETINGS: words.say("Meetings"),
            ESCALATIONS: words.say("Late"),
            ATTENTION: words.say("Needs attention"),
        }
        for place, name in names.items():
            number = self._counts.get(place, 0)
            self.places[place].tell(name, words.number(number) if number else "")
        self._say_here()
        letters = self._bridge.settings.single_letter_keys
        self.search.tell(words.say("Search for a lead"), first_key("search", letters=letters))
        self.commands.tell(words.say("Commands"), first_key("palette"))
        self.menu.tell(words.say("Menu"), "F10")
        card = self._card
        if card is not None:
            self._on.tell("● " + words.say("Call going on"), "accent")
            self._with.tell(" · ".join(one for one in (card.row.account, card.row.person, spoken(card.phone)) if one))
            self._rail.setVisible(self._waiting > 0)
            self._rail.tell(
                words.plural(
                    "{n} change waits for the end of the call",
                    "{n} changes wait for the end of the call",
                    self._waiting,
                )
            )
        self._fit()

    def _say_here(self) -> None:
        shown = self.places.get(self._place or QUEUE)
        if shown is not None:
            self.here.tell(f"{shown.text()} ▾", shown.count())

    def _fit(self) -> None:
        """What does not fit gives way, the least needed first: the palette's name, the program's, the row of places."""
        row = (*self.places.values(), self.search, self.commands, self.menu)
        wide = {one: one.minimumSizeHint().width() for one in (self._brand, *row)}
        wide[self.search] = self.search.minimumWidth()
        left = self.width() - 2 * tokens.MEDIUM - tokens.SMALL
        need = sum(one + tokens.SMALL for one in wide.values())
        for one in (self.commands, self._brand):
            one.setVisible(need <= left)
            need -= 0 if need <= left else wide[one] + tokens.SMALL
        for button in self.places.values():
            button.setVisible(need <= left)
        self.here.setVisible(need > left)

    def _choose_place(self) -> None:
        self.here.setChecked(True)
        menu = QMenu(self.here)
        for place, button in self.places.items():
            one = menu.addAction(" ".join(part for part in (button.text(), button.count()) if part))
            one.triggered.connect(lambda _=False, of=place: self.went.emit(of))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.here.mapToGlobal(QPoint(0, self.here.height())))

    def _lay_out(self) -> None:
        whole = line_of(self, 0, tokens.SMALL)
        whole.setContentsMargins(tokens.MEDIUM, 0, tokens.MEDIUM, tokens.HAIR)
        whole.addWidget(self._brand)
        whole.addSpacing(tokens.SMALL)
        triage = QWidget()
        line = line_of(triage, 0, tokens.TINY)
        for place in (QUEUE, CALLBACKS, WAITING, MEETINGS, ESCALATIONS, ATTENTION):
            button = PlaceButton()
            button.clicked.connect(lambda _=False, of=place: self.went.emit(of))
            self.places[place] = button
            line.addWidget(button)
        line.addWidget(self.here)
        line.addStretch(1)
        line.addWidget(self.search, 2)
        line.addWidget(self.commands)
        line.addWidget(self.menu)
        call = QWidget()
        told = line_of(call, 0, tokens.SMALL)
        told.addWidget(self._on)
        told.addWidget(self._with, 1)
        told.addWidget(self._rail)
        self._stack.addWidget(triage)
        self._stack.addWidget(call)
        whole.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(theme.px(tokens.TOP_BAR))
            self._fit()
