"""The four criteria of a lead on its card: met, not met or not known, each with its reason."""

from datetime import datetime

from PySide6.QtWidgets import QWidget

from leaddesk.desk.rows import Card
from leaddesk.pages.listing import MARKS
from leaddesk.pages.words import Words
from leaddesk.ui import tokens
from leaddesk.ui.surface import column
from leaddesk.ui.text import Text

_TONES = {True: "ok", False: "late", None: "muted"}


class Definition(QWidget):
    """How far the lead is what sales and marketing agreed to call one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = column(self, 0, tokens.TINY)
        self.heading = Text("", "heading", "muted")
        self._lines.addWidget(self.heading)
        self.lines: list[Text] = []

    def show_card(self, card: Card, words: Words, now: datetime) -> None:
        """Fill in."""
        met, of = sum(one.met is True for one in card.criteria), len(card.criteria)
        self.heading.tell(words.say("Definition of a lead: {met:plain} of {of:plain}", met=met, of=of))
        while len(self.lines) < of:
            made = Text("", "body", wrap=True)
            self.lines.append(made)
            self._lines.addWidget(made)
        for line, one in zip(self.lines, card.criteria, strict=True):
            line.tell(f"{MARKS[one.met]} {words.phrase(one.why, now)}", _TONES[one.met])
