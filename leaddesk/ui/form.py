"""The ground of the dialogs: a question only the user can answer, asked with the keyboard in mind.

A form says its subject and what follows, names what is still missing beside its button, and is opened with ``open()``,
never with a nested event loop. Enter decides, Ctrl+Enter does so from a text of several lines; a key held down decides
nothing. Leaving a form with typed text takes Esc twice.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from leaddesk.desk.rows import Card
from leaddesk.pages.words import Words
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import ENTER, DecideButton, NoteBox, Radio
from leaddesk.ui.room import fit_content, widen
from leaddesk.ui.surface import Line, Scroller, column, line_of
from leaddesk.ui.text import Text


class Ask(QDialog):
    """A dialog with a heading, fields, what follows, what is missing, and two buttons."""

    def __init__(
        self, words: Words, title: str, verb: str, subject: str = "", parent: QWidget | None = None, width: int = 0
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = words
        self._warned = False
        self.setWindowTitle(title)
        widen(self, width or tokens.DIALOG)
        whole = column(self, tokens.WIDE, tokens.LARGE)
        head = column(None, 0, tokens.TINY)
        head.addWidget(Text(title, "question", wrap=True))
        if subject:
            head.addWidget(Text(subject, "body", "muted", elide=True))
        whole.addLayout(head)
        self._inside = QWidget()
        self.body = column(self._inside, 0, tokens.MEDIUM)
        self._scroll = Scroller(self._inside)
        self._inside.installEventFilter(self)
        whole.addWidget(self._scroll, 1)
        self._follows = Text("", "second", "muted", wrap=True)
        self._follows.hide()
        whole.addWidget(self._follows)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.MEDIUM)
        self._missing = Text("", "second", "muted", wrap=True)
        foot.addWidget(self._missing, 1)
        box = QDialogButtonBox()
        self.decide = DecideButton(verb)
        self.decide.setDefault(True)
        self.leave = QPushButton(self.words.say("Cancel"))
        self.leave.setAutoDefault(False)
        box.addButton(self.decide, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.leave, QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        foot.addWidget(box)
        whole.addLayout(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, autoRepeat=False).activated.connect(self.accept)

    # --- for the form that asks -------------------------------------------------------------------------------------

    def why_not(self) -> str:
        """What is still missing, in words; "" when it can be decided."""
        return ""

    def refresh(self) -> None:
        """Say anew what is missing."""
        why = self.why_not()
        self._warned = False
        self.decide.setEnabled(not why)
        self.decide.setToolTip(why)
        self.decide.setAccessibleDescription(why)
        self._missing.tell(why, "muted")

    def follows(self, text: str) -> None:
        """What follows from deciding."""
        self._follows.tell(text[:1].upper() + text[1:])
        self._follows.setVisible(bool(text))

    def field(self, label: str, widget: QWidget, hint: str = "") -> None:
        """A field under its label, with a hint beneath."""
        made = column(None, 0, tokens.TINY)
        name = Text(label, "second", "muted")
        name.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(label)
        made.addWidget(name)
        made.addWidget(widget)
        if hint:
            made.addWidget(Text(hint, "small", "muted", wrap=True))
        self.body.addLayout(made)

    def line(self, label: str, text: str = "", hint: str = "") -> QLineEdit:
        """A field of one line."""
        made = QLineEdit(text)
        made.setPlaceholderText(hint)
        made.textChanged.connect(self.refresh)
        self.field(label, made)
        return made

    def note(self, label: str, lines: int = 3) -> NoteBox:
        """A field of several lines."""
        made = NoteBox(label, lines)
        made.textChanged.connect(self.refresh)
        self.field(label, made)
        return made

    def radios(self, choices: Sequence[tuple[str, str]], chosen: int = 0) -> QButtonGroup:
        """One of several, each with a hint ("" none); the group's ids are their places."""
        group = QButtonGroup(self)
        for place, (text, hint) in enumerate(choices):
            one = Radio(text.replace("&", "&&"))
            one.setAccessibleDescription(hint)
            group.addButton(one, place)
            row = line_of(None, 0, tokens.SMALL)
            row.addWidget(one)
            if hint:
                row.addWidget(Text(hint, "second", "muted", elide=True), 1)
            else:
                row.addStretch(1)
            self.body.addLayout(row)
        group.button(chosen).setChecked(True)
        group.idToggled.connect(self.refresh)
        return group

    # --- deciding and leaving ---------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Decide, where nothing is missing."""
        self.refresh()
        if not self.decide.isEnabled():
            return
        self.decided()
        super().accept()

    def decided(self) -> None:
        """Tell what was decided, just before the dialog closes."""

    def reject(self) -> None:
        """Leave; with typed text the second time."""
        if self.has_typed() and not self._warned:
            self._warned = True
            self._missing.tell(self.words.say("Press Esc again to leave what you typed."), "soon")
            return
        super().reject()

    def has_typed(self) -> bool:
        """Whether text was typed that leaving would lose."""
        notes = self.findChildren(QPlainTextEdit)
        lines = self.findChildren(QLineEdit)
        return any(one.document().isModified() and one.toPlainText().strip() for one in notes) or any(
            one.isModified() and one.text().strip() for one in lines
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_content(self, self._scroll)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            fit_content(self, self._scroll)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() and event.key() in ENTER:
            return
        super().keyPressEvent(event)


class Form(Ask):
    """A dialog that asks for one act. ``chosen(act)`` comes once, when it is decided."""

    chosen = Signal(object)

    def __init__(
        self, bridge: Bridge, title: str, verb: str, subject: str = "", parent: QWidget | None = None, width: int = 0
    ) -> None:
        super().__init__(bridge.words, title, verb, subject, parent, width)
        self.bridge = bridge

    def act(self) -> object:
        """The act as it was asked for."""
        raise NotImplementedError

    def decided(self) -> None:
        self.chosen.emit(self.act())


def subject_of(card: Card) -> str:
    """Whom a card is about, in a line."""
    return " · ".join(one for one in (card.row.account, card.row.person, card.title) if one)
