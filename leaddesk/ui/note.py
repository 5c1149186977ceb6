"""The note field: plain text about one lead, on disk as a draft at every pause in typing, back when the card opens."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from leaddesk.desk.rows import ActResult, Phrase
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.operation import Act, Note
from leaddesk.ui import theme, tokens
from leaddesk.ui.bridge import Bridge

_LINES_LEAST, _LINES_MOST = 1, 8


class NoteField(QPlainTextEdit):
    """One lead's note. ``grows`` with its text or fills its place. ``saved(ActResult)``: it became a note."""

    saved = Signal(object)

    def __init__(self, bridge: Bridge, grows: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._lead = ""
        self._kept = ""
        self._why_not: Phrase | None = None
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.grow(grows)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(tokens.DRAFT_PAUSE)
        self._pause.timeout.connect(self.keep)
        self.textChanged.connect(self._typed)
        bridge.language_changed.connect(self.speak)
        self.speak()

    def grow(self, grows: bool) -> None:
        """Whether it is as high as its text, or fills its place."""
        self._grows = grows
        vertical = QSizePolicy.Policy.Fixed if grows else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self.updateGeometry()

    def speak(self) -> None:
        """Say its words in the language in force."""
        words, why_not = self._bridge.words, self._why_not
        self.setPlaceholderText(words.phrase(why_not) if why_not else words.say("Write a note; Ctrl+Enter saves it"))
        self.setAccessibleName(words.say("Note"))

    def show_lead(self, lead: str, draft: str, why_not: Phrase | None = None) -> None:
        """Write about this lead; the draft that is kept for it comes back. Text being typed about it is not touched.

        ``why_not``: why nothing can be written about it; what was being typed about it is let go.
        """
        self._why_not = why_not
        self.setEnabled(why_not is None)
        self.speak()
        if lead != self._lead:
            self.keep()
        elif why_not is None:
            return
        self._pause.stop()
        self._lead = lead
        self._kept = draft if why_not is None else ""
        self._put(self._kept)

    def lead(self) -> str:
        """The lead it writes about, "" none."""
        return self._lead

    def text(self) -> str:
        """The text without the space round it."""
        return self.toPlainText().strip()

    def keep(self) -> None:
        """Have the draft on disk, if it has changed."""
        self._pause.stop()
        text, lead = self.toPlainText(), self._lead
        if lead and text != self._kept:
            self._kept = text
            drafts = self._bridge.desk.drafts
            self._bridge.ask(lambda: drafts.save(lead, text))

    def save(self) -> None:
        """Make a note of the text. A refused one stays in the field."""
        if self._lead and self.text():
            self.consume(Note(lead=self._lead, text=self.text()))

    def consume(
        self,
        act: Act,
        done: Callable[[ActResult], None] | None = None,
        failed: Callable[[LeadDeskError], None] | None = None,
    ) -> None:
        """Do an act that carries the text; the draft is forgotten in the same piece of work. ``done`` or ``saved``."""
        self._pause.stop()
        desk, lead, text = self._bridge.desk, self._lead, self.toPlainText()
        self._kept = text

        def work() -> tuple[ActResult, Changes]:
            try:
                both = desk.do(act)
            except LeadDeskError:
                desk.drafts.save(lead, text)
                raise
            desk.drafts.clear(lead)
            return both

        def then(result: ActResult) -> None:
            if self._lead == lead and self.toPlainText() == text:
                self._kept = ""
                self._put("")
            (done or self.saved.emit)(result)

        self._bridge.changing(work, then, failed, receiver=self)

    def _put(self, text: str) -> None:
        blocked = self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(blocked)
        self.updateGeometry()

    def _typed(self) -> None:
        self._pause.start()
        if self._grows:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        if not self._grows:
            return super().sizeHint()
        line = QFontMetrics(theme.font("body")).lineSpacing()
        lines = max(_LINES_LEAST, min(_LINES_MOST, round(self.document().size().height())))
        return QSize(tokens.COLUMNS_LEAST[1], line * lines + 2 * tokens.SMALL + tokens.TINY)

    def minimumSizeHint(self) -> QSize:
        return QSize(tokens.COLUMNS_LEAST[1] // 2, self.sizeHint().height() if self._grows else theme.px(tokens.NOTE))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
