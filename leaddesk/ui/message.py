"""What a pane shows instead of its content: loading, empty, or what went wrong and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from leaddesk.domain.errors import LeadDeskError
from leaddesk.ui import tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.actions import BY_KEY, first_key
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.surface import Ground, column
from leaddesk.ui.text import Text

#: Where leads come from: what an empty queue offers.
OFFERS = ("import", "new-lead", "sync")


class Message(Ground):
    """A heading, a sentence, and perhaps a button or what can be done instead. ``again()``: the user wants it tried
    again; ``wanted(key)``: the action of ``actions`` that was offered."""

    again = Signal()
    wanted = Signal(str)

    def __init__(self, bridge: Bridge, ground: str = "bg", parent: QWidget | None = None) -> None:
        super().__init__(ground, parent=parent)
        self._bridge = bridge
        self._head = Text("", "question", "text", wrap=True)
        self._text = Text("", "body", "muted", wrap=True)
        self._button = QPushButton()
        self._button.clicked.connect(self.again)
        for one in (self._head, self._text):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        whole = column(self, tokens.WIDE, tokens.SMALL)
        whole.addStretch(2)
        whole.addWidget(self._head)
        whole.addWidget(self._text)
        whole.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.offers: dict[str, ActButton] = {}
        for key in OFFERS:
            self.offers[key] = ActButton()
            self.offers[key].clicked.connect(lambda _=False, of=key: self.wanted.emit(of))
            whole.addWidget(self.offers[key])
        whole.addStretch(3)
        self.tell("")

    def text(self) -> str:
        """What it says, heading and sentence."""
        return f"{self._head.text()} {self._text.text()}".strip()

    def tell(self, heading: str, text: str = "", button: str = "", offers: bool = False) -> None:
        """Say this; ``offers``: with the ways to get leads."""
        self._head.tell(heading)
        self._text.tell(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        for key, offer in self.offers.items():
            offer.tell(self._bridge.words.say(BY_KEY[key].text), first_key(key))
            offer.setVisible(offers)

    def loading(self) -> None:
        """Something is on its way."""
        self.tell("", self._bridge.words.say("Opening…"))

    def error(self, trouble: LeadDeskError) -> None:
        """What happened, what is safe, and a button to try again."""
        words = self._bridge.words
        self.tell(words.title(trouble), f"{words.error(trouble)}\n{words.advice(trouble)}", words.say("Try again"))
