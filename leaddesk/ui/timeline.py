"""What has happened to a lead, newest first, under the field in which the next note is written."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from leaddesk.desk.rows import Card, TimelineRow
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.button import LinkButton
from leaddesk.ui.note import NoteField
from leaddesk.ui.part import Part
from leaddesk.ui.surface import column, show_if
from leaddesk.ui.text import Text

#: Lines of the timeline shown before the rest is asked for.
SHOWN_LINES = 12

#: The share of a line that who did it may take before it goes under the text.
_BESIDE = 0.36

_TOP = Qt.AlignmentFlag.AlignTop

_DOTS = {"behaviour": "accent", "sales": "info", "decision": "ok", "system": "line2"}


class _Dot(QWidget):
    """What sort of thing happened, as a dot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = "line2"
        self.setFixedSize(QSize(tokens.DOT, theme.px(18)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tell(self, colour: str) -> None:
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._colour))
        painter.drawEllipse(QRectF(0, (self.height() - tokens.DOT) / 2, tokens.DOT, tokens.DOT))


class _TimeLine(QWidget):
    """One line: when, what sort, what, and in whose words, at the right or, where that is narrow, under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = Text("", "second", "muted")
        self._dot = _Dot()
        self._text = Text("", "body", "text", wrap=True, selectable=True)
        self._beside = Text("", "small", "muted", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.MEDIUM)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self._at, 0, 0, _TOP)
        self._grid.addWidget(self._dot, 0, 1, _TOP)
        self._grid.addWidget(self._text, 0, 2, _TOP)
        self._under: bool | None = None
        self._place()

    def tell(self, row: TimelineRow, words: Words, now: datetime, wide: int) -> None:
        self._at.tell(words.when(row.at, now))
        self._at.setFixedWidth(wide)
        self._dot.tell(_DOTS.get(row.kind, "line2"))
        text = words.phrase(row.text, now)
        if row.note:
            text = words.say("{what}: {note}", what=text, note=row.note)
        beside = [
            row.by,
            words.say("undone") if row.undone else "",
            words.say("not yet sent") if row.pending else "",
        ]
        self._beside.tell(" · ".join(one for one in beside if one))
        show_if(self._beside, any(beside))
        self._text.tell(text, "faint" if row.undone else "text")
        self._place()

    def _place(self) -> None:
        wide = self._beside.fontMetrics().horizontalAdvance(self._beside.text()) + tokens.TINY
        rest = self._at.minimumWidth() + self._text.minimumSizeHint().width() + tokens.DOT + 3 * tokens.MEDIUM
        # A row that is only as wide as its words make it has no room to spare: it would push the card out.
        under = wide > self.width() * _BESIDE or rest + wide >= self.width() - tokens.TINY
        self._beside.setMinimumWidth(0 if under else wide)
        if under is self._under:
            return
        self._under = under
        self._beside.setAlignment(Qt.AlignmentFlag.AlignLeft if under else Qt.AlignmentFlag.AlignRight)
        self._grid.removeWidget(self._beside)
        self._grid.addWidget(self._beside, *((1, 2) if under else (0, 3)), _TOP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()


class Timeline(Part):
    """What has happened, newest first; the note field stands on top of it."""

    def __init__(self, note: NoteField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_TimeLine] = []
        self._rows = column(gap=tokens.SMALL)
        self._none = Text("", "body", "muted")
        self._all = LinkButton()
        self._all.clicked.connect(self.show_all)
        self._again: Callable[[], None] | None = None
        self._whole = ""
        self.body.addSpacing(tokens.TINY)
        self.body.addWidget(self._none)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        self.hold(note)

    def show_card(self, card: Card, words: Words, now: datetime) -> None:
        """Fill in: the first lines, or all of them once they were asked for."""
        self._again = lambda: self.show_card(card, words, now)
        self.heading.tell(words.say("Timeline"))
        waiting = sum(1 for one in card.timeline if one.pending)
        self.beside.tell(words.plural("{n} not yet sent", "{n} not yet sent", waiting) if waiting else "")
        rows = card.timeline if self._whole == card.row.id else card.timeline[:SHOWN_LINES]
        metrics = QFontMetrics(theme.font("second"))
        wide = max((metrics.horizontalAdvance(words.when(one.at, now)) for one in rows), default=0) + tokens.TINY
        while len(self._lines) < len(rows):
            made = _TimeLine()
            self._lines.append(made)
            self._rows.addWidget(made)
        for place, line in enumerate(self._lines):
            show_if(line, place < len(rows))
            if place < len(rows):
                line.tell(rows[place], words, now, wide)
        show_if(self._none, not card.timeline)
        self._none.tell(words.say("Nothing has happened yet."))
        show_if(self._all, len(rows) < len(card.timeline))
        self._all.tell(words.plural("Show all {n} line", "Show all {n} lines", len(card.timeline)))
        self._lead = card.row.id

    def hold(self, note: NoteField) -> None:
        """Take the note field to the top of the lines."""
        note.grow(True)
        self.body.insertWidget(2, note)
        note.show()

    def show_all(self) -> None:
        """Every line."""
        self._whole = self._lead
        if self._again is not None:
            self._again()

    _lead = ""
