"""A part of the card: a panel with a heading at its left and a quiet word at its right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from leaddesk.ui import tokens
from leaddesk.ui.surface import Panel, column, line_of
from leaddesk.ui.text import Heading, Text


class Part(Panel):
    """A panel with a heading at its left and a quiet word at its right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body: QVBoxLayout = column(self, tokens.LARGE - 2, tokens.SMALL)
        self.head: QHBoxLayout = line_of()
        self.heading = Heading()
        self.beside = Text("", "small", "muted", elide=True)
        self.beside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head.addWidget(self.heading)
        self.head.addWidget(self.beside, 1)
        self.body.addLayout(self.head)
        self.body.addSpacing(tokens.TINY)
