"""The right column: what can be done with the shown lead now, each act with its key and its consequence, or why not."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from leaddesk.desk.rows import Act, Card
from leaddesk.ui import theme, tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.actions import BY_KEY, first_key
from leaddesk.ui.bant_tiles import BantTiles
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.phone import spoken
from leaddesk.ui.surface import Ground, Scroller, column, show_if
from leaddesk.ui.text import Heading

#: Acts that are always shown; the others where they can be done. Their order.
_ALWAYS = ("accept", "reject", "snooze", "callback", "meeting", "note")
_ORDER = (
    "take",
    "accept",
    "reject",
    "won",
    "lost",
    "snooze",
    "callback",
    "meeting",
    "nurture",
    "offer",
    "hand-over",
    "note",
)


class ActsPane(Ground):
    """``wanted(key)``: the user pressed the act with this key of ``actions``."""

    wanted = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent=parent)
        self._bridge = bridge
        self._card: Card | None = None
        self.buttons: dict[str, ActButton] = {}
        self.tiles = BantTiles(bridge)
        self._bant = Heading()
        self._decide = Heading()
        self._primary = self._button("call", primary=True)
        for key in _ORDER:
            self._button(key)
        self._object = self._button("object")
        self._lay_out()
        bridge.language_changed.connect(self._fill)
        bridge.settings_changed.connect(lambda _: self._fill())
        self.show_card(None)

    def show_card(self, card: Card | None) -> None:
        """What can be done with this lead; without one, nothing is offered."""
        self._card = card
        self._scroll.setVisible(card is not None)
        self._object.setVisible(card is not None)
        self._fill()

    def is_possible(self, key: str) -> bool:
        """Whether an act of ``actions`` can be done with the shown lead."""
        return self._card is not None and allowed(self._card, BY_KEY[key].act)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _button(self, key: str, primary: bool = False) -> ActButton:
        made = ActButton(primary=primary)
        made.clicked.connect(lambda _=False, of=key: self.wanted.emit(of))
        self.buttons[key] = made
        return made

    def _lay_out(self) -> None:
        whole = column(self, 0, 0)
        self._inside = QWidget()
        self._inner = column(self._inside, tokens.LARGE, tokens.SMALL)
        self._inner.addStretch(1)
        self._scroll = Scroller(self._inside)
        whole.addWidget(self._scroll, 1)
        whole.addStretch(0)
        self._foot = column()
        self._foot.setContentsMargins(tokens.LARGE, tokens.SMALL, tokens.LARGE, tokens.LARGE)
        whole.addLayout(self._foot)
        self._stand()

    def _stand(self) -> None:
        """One under another: the call, BANT, what can be decided; with large text what can be decided before BANT."""
        self._large = theme.is_large()
        bant, acts = (self._bant, self.tiles), (self._decide, *(self.buttons[key] for key in _ORDER))
        rest = (*acts, self._object, *bant) if self._large else (*bant, *acts)
        for place, one in enumerate((self._primary, *rest)):
            self._inner.removeWidget(one)
            self._inner.insertWidget(place, one)
        if not self._large:
            self._foot.addWidget(self._object)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and theme.is_large() is not self._large:
            self._stand()

    def _fill(self) -> None:
        card, words = self._card, self._bridge.words
        self._bant.tell(words.say("BANT"))
        self._decide.tell(words.say("Decide"))
        if card is None:
            return
        self.tiles.show_card(card)
        self.tiles.setEnabled(allowed(card, "answer"))
        letters = self._bridge.settings.single_letter_keys
        acts = {one.key: one for one in card.acts}
        for key, button in self.buttons.items():
            act = acts.get(BY_KEY[key].act)
            enabled = allowed(card, BY_KEY[key].act)
            shown = key in ("call", "object", *_ALWAYS) or enabled
            show_if(button, shown)
            button.tell(
                self._name(key, card),
                first_key(key, letters=letters),
                self._consequence(act, key),
                enabled,
                words.phrase(act.why) if act is not None and act.why is not None else "",
            )

    def _name(self, key: str, card: Card) -> str:
        words = self._bridge.words
        if key == "call":
            return words.say("Call {number}", number=spoken(card.phone)) if card.phone else words.say("Log a call")
        return words.say(BY_KEY[key].text)

    def _consequence(self, act: Act | None, key: str) -> str:
        if act is not None and act.consequence is not None:
            return self._bridge.words.phrase(act.consequence)
        return ""


def allowed(card: Card, act: str) -> bool:
    """Whether an act of the card, by its key, can be done."""
    return any(one.enabled for one in card.acts if one.key == act)
