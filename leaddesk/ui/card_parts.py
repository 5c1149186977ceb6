"""The parts of the card: facts with their sources, points that sum, the grade's rows, the timeline."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from leaddesk.desk.rows import Card, FactRow, Phrase, TimelineRow
from leaddesk.pages.format import short_day
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.note import NoteField
from leaddesk.ui.widgets import Chip, Heading, Line, LinkButton, Panel, Text, column, line_of

#: Lines of the timeline shown before the rest is asked for.
SHOWN_LINES = 12

_DOTS = {"behaviour": "accent", "sales": "info", "decision": "ok", "system": "line2"}


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


class _FactLine:
    """The widgets of one fact in the grid, used again from card to card."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self.name = Text("", "body", "muted", elide=True)
        self.value = Text("", "body", "text", wrap=True, selectable=True)
        self.source = Text("", "small", "muted", elide=True)
        self.source.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.ask = Chip("", "info")
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.name, row, 0, top)
        grid.addWidget(self.value, row, 1, top)
        grid.addWidget(self.source, row, 2, top)
        grid.addWidget(self.ask, row, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    def show(self, fact: FactRow | None, words: Words, now: datetime) -> None:
        for one in (self.name, self.value, self.source, self.ask):
            one.setVisible(fact is not None)
        if fact is None:
            return
        self.name.tell(words.term("fact", fact.key))
        value = words.fact(fact.key, fact.value)
        for other, _ in fact.others:
            value += " ≠ " + words.fact(fact.key, other)
        self.value.tell(value, "muted" if fact.ask else "text")
        sources = [fact.source, *(source for _, source in fact.others)]
        self.source.tell_fitting(
            [" / ".join(_source(one, words, now, short) for one in sources) for short in (0, 1, 2)]
        )
        self.ask.setVisible(fact.ask)
        self.source.setVisible(not fact.ask)
        if fact.ask:
            self.ask.tell(words.say("ask"), "info")


def _source(source: Phrase, words: Words, now: datetime, short: int) -> str:
    """Where a fact comes from: in full, by its kind and day, or by its kind alone."""
    kind, at = source.key.removeprefix("source-"), source.values.get("at")
    if short == 0 or kind == source.key:
        return words.phrase(source)
    name = words.term("source", kind)
    if short == 2 or not isinstance(at, datetime):
        return name
    day = words.local(at).date()
    return f"{name} {short_day(day, words.language) if day.year == now.year else words.date(day)}"


class Facts(Part):
    """What is known of the company and the person, each with its source; what sources contradict shows both values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.SMALL)
        self._grid.setVerticalSpacing(tokens.SMALL)
        for place, stretch in enumerate((0, 10, 9)):
            self._grid.setColumnStretch(place, stretch)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self._lines: list[_FactLine] = []

    def show_card(self, card: Card, words: Words, now: datetime) -> None:
        """Fill in."""
        self.heading.tell(words.say("Facts"))
        open_ = sum(1 for one in card.facts if one.ask)
        self.beside.tell(words.plural("{n} to ask", "{n} to ask", open_) if open_ else "")
        while len(self._lines) < len(card.facts):
            self._lines.append(_FactLine(self._grid, len(self._lines)))
        for place, line in enumerate(self._lines):
            line.show(card.facts[place] if place < len(card.facts) else None, words, now)
        metrics = QFontMetrics(theme.font("body"))
        wide = max((metrics.horizontalAdvance(words.term("fact", one.key)) for one in card.facts), default=0)
        self._grid.setColumnMinimumWidth(0, min(wide + tokens.TINY, theme.px(tokens.FACT_NAME)))


class _SumLine(QWidget):
    """Words at the left, points at the right."""

    def __init__(self, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Text("", role, elide=True)
        self.points = Text("", "strong")
        self.points.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = line_of(self)
        line.addWidget(self.words, 1)
        line.addWidget(self.points)

    def tell(self, text: str, points: str, tone: str = "text") -> None:
        self.words.tell(text)
        self.points.tell(points, tone)


class Points(Part):
    """The ledger: rows that sum to the score; under it the rows of the grade."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = column()
        self._total = _SumLine("strong")
        self._line = Line()
        self._grade = Text("", "heading", "muted")
        self._fit = column()
        self._none = Text("", "body", "muted", wrap=True)
        self.body.addWidget(self._none)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._line)
        self.body.addWidget(self._total)
        self.body.addSpacing(tokens.SMALL)
        self.body.addWidget(self._grade)
        self.body.addLayout(self._fit)
        self.body.addStretch(1)
        self._lines: list[_SumLine] = []
        self._fits: list[_SumLine] = []

    def show_card(self, card: Card, words: Words, now: datetime) -> None:
        """Fill in."""
        row = card.row
        self.heading.tell(
            words.say("Points {score} · grade {grade}", score=words.number(row.score), grade=row.grade.value)
        )
        target = {
            True: words.say("target group ✓"),
            False: words.say("not in the target group"),
            None: words.say("target group not known"),
        }[card.target]
        self.beside.tell(words.say("threshold {threshold} · {target}", threshold=card.threshold, target=target))
        self.beside.setToolTip(words.phrase(card.target_why, now) if card.target_why is not None else "")
        self._none.setVisible(not card.points)
        self._none.tell(words.say("No behaviour yet that gives points."))
        _fill(self._lines, self._rows, [(words.phrase(one.text, now), one.points) for one in card.points], words)
        for part in (self._line, self._total):
            part.setVisible(bool(card.points))
        self._total.tell(words.say("Total"), words.number(sum(one.points for one in card.points)))
        self._grade.tell(
            words.say(
                "Grade {grade}: {points} points of fit", grade=row.grade.value, points=sum(f.points for f in card.fit)
            )
        )
        self._grade.setVisible(bool(card.fit))
        _fill(self._fits, self._fit, [(words.phrase(one.text, now), one.points) for one in card.fit], words)


def _fill(lines: list[_SumLine], layout: QVBoxLayout, rows: list[tuple[str, int]], words: Words) -> None:
    while len(lines) < len(rows):
        made = _SumLine()
        lines.append(made)
        layout.addWidget(made)
    for place, line in enumerate(lines):
        line.setVisible(place < len(rows))
        if place < len(rows):
            text, points = rows[place]
            shown = f"+{words.number(points)}" if points > 0 else words.number(points)
            line.tell(text, shown, "late" if points < 0 else "text")


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
    """One line of the timeline: when, what sort, what, and in whose words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = Text("", "second", "muted")
        self._dot = _Dot()
        self._text = Text("", "body", "text", wrap=True, selectable=True)
        self._beside = Text("", "small", "muted")
        line = line_of(self, 0, tokens.MEDIUM)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self._at, 0, top)
        line.addWidget(self._dot, 0, top)
        line.addWidget(self._text, 1, top)
        line.addWidget(self._beside, 0, top)

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
        self._text.tell(text, "faint" if row.undone else "text")


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
            line.setVisible(place < len(rows))
            if place < len(rows):
                line.tell(rows[place], words, now, wide)
        self._none.setVisible(not card.timeline)
        self._none.tell(words.say("Nothing has happened yet."))
        self._all.setVisible(len(rows) < len(card.timeline))
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
