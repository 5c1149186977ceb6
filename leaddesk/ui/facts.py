"""What is known of the company and the person, each with its source; what sources contradict shows both values."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from leaddesk.desk.rows import Card, FactRow, Phrase
from leaddesk.pages.format import short_day
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.button import LinkButton
from leaddesk.ui.chip import Chip
from leaddesk.ui.definition import Definition
from leaddesk.ui.part import Part
from leaddesk.ui.surface import show_if
from leaddesk.ui.text import Text, plain_tip

#: Facts shown before the rest is asked for, so that the timeline is in sight.
SHOWN_FACTS = 8

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


class _FactLine:
    """The widgets of one fact in the grid, used again from card to card."""

    def __init__(self) -> None:
        self.name = Text("", "body", "muted", wrap=True)
        self.value = Text("", "body", "text", wrap=True, selectable=True)
        self.source = Text("", "small", "muted", elide=True)
        self.ask = Chip("", "info")
        self.sources: tuple[str, ...] = ()
        self.several = False

    def place(self, grid: QGridLayout, row: int, beside: bool) -> None:
        """Into the grid: the source at the right of the value, or under it."""
        top = Qt.AlignmentFlag.AlignTop
        for one in (self.name, self.value, self.source, self.ask):
            grid.removeWidget(one)
        grid.addWidget(self.name, 2 * row, 0, top)
        grid.addWidget(self.value, 2 * row, 1, top)
        grid.addWidget(self.ask, 2 * row, 2, _RIGHT)
        if beside:
            grid.addWidget(self.source, 2 * row, 2, top)
        else:
            grid.addWidget(self.source, 2 * row + 1, 1, 1, 2)
        self.source.setAlignment(
            (Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        )

    def show(self, fact: FactRow | None, words: Words, now: datetime) -> None:
        for one in (self.name, self.value):
            show_if(one, fact is not None)
        show_if(self.ask, fact is not None and fact.ask)
        show_if(self.source, fact is not None and not fact.ask)
        self.sources = ()
        if fact is None:
            return
        self.name.tell(words.term("fact", fact.key))
        value = words.fact(fact.key, fact.value)
        for other, _ in fact.others:
            value += " ≠ " + words.fact(fact.key, other)
        self.value.tell(value, "muted" if fact.ask else "text")
        if fact.ask:
            self.ask.tell(words.say("ask"), "info")
            return
        self.several = bool(fact.others)
        all_ = [fact.source, *(source for _, source in fact.others)]
        self.sources = tuple(" / ".join(_source(one, words, now, short) for one in all_) for short in (0, 1, 2))

    def say_source(self, short: int) -> None:
        """The source, this short or shorter; the whole of it is in the tool tip."""
        if self.sources:
            self.source.tell_fitting(self.sources[short:])
            self.source.setToolTip(plain_tip(self.sources[0]))

    def source_width(self, short: int) -> int:
        """The room its source takes in this form, in pixels; several are told by their kinds where they have to be."""
        if not self.sources:
            return 0
        text = self.sources[2 if self.several and short else short]
        return QFontMetrics(theme.font("small")).horizontalAdvance(text) + tokens.TINY


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
    """The facts of a card, the first ones, or all of them once they were asked for; and what they make of the lead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.SMALL)
        self._grid.setVerticalSpacing(tokens.TINY)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._all = LinkButton()
        self._all.clicked.connect(self.show_all)
        self.body.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addSpacing(tokens.SMALL)
        self.definition = Definition()
        self.body.addWidget(self.definition)
        self.body.addStretch(1)
        self._lines: list[_FactLine] = []
        self._beside = True
        self._names = 0
        self._lead = self._whole = ""
        self._again: Callable[[], None] | None = None

    def show_card(self, card: Card, words: Words, now: datetime) -> None:
        """Fill in."""
        self._again = lambda: self.show_card(card, words, now)
        self._lead = card.row.id
        self.heading.tell(words.say("Facts"))
        open_ = sum(1 for one in card.facts if one.ask)
        self.beside.tell(words.plural("{n} to ask", "{n} to ask", open_) if open_ else "")
        facts = card.facts if self._whole == self._lead else card.facts[:SHOWN_FACTS]
        while len(self._lines) < len(facts):
            made = _FactLine()
            made.place(self._grid, len(self._lines), self._beside)
            self._lines.append(made)
        for place, line in enumerate(self._lines):
            line.show(facts[place] if place < len(facts) else None, words, now)
        self.definition.show_card(card, words, now)
        show_if(self._all, len(facts) < len(card.facts))
        self._all.tell(words.plural("Show all {n} fact", "Show all {n} facts", len(card.facts)))
        metrics = QFontMetrics(theme.font("body"))
        wide = max((metrics.horizontalAdvance(words.term("fact", one.key)) for one in facts), default=0)
        self._names = min(wide + tokens.TINY, theme.px(tokens.FACT_NAME))
        self._measure()

    def show_all(self) -> None:
        """Every fact."""
        self._whole = self._lead
        if self._again is not None:
            self._again()

    def _measure(self) -> None:
        """Give the sources the room there is: beside the values with their day, by their kind alone, or under them."""
        lines = [one for one in self._lines if not one.name.isHidden()]
        values = max((one.value.minimumSizeHint().width() for one in lines), default=0)
        margins = self.body.contentsMargins()
        left = self.width() - margins.left() - margins.right() - self._names - values - 2 * tokens.SMALL
        asks = max((one.ask.sizeHint().width() for one in lines if not one.ask.isHidden()), default=0)
        wide = [max((one.source_width(short) for one in lines), default=0) for short in (0, 1, 2)]
        # All are told in one form, so that the eye need not change between them.
        short = next((n for n, one in enumerate(wide) if max(one, asks) <= left), -1)
        fitting = wide[short] if short >= 0 else 0
        if short < 0:
            below = self.width() - margins.left() - margins.right() - self._names - tokens.SMALL
            short = next((n for n, one in enumerate(wide) if one <= below), 2)
        for line in lines:
            line.say_source(short)
        if bool(fitting) is not self._beside:
            self._beside = bool(fitting)
            for row, line in enumerate(self._lines):
                line.place(self._grid, row, self._beside)
        if (self._grid.columnMinimumWidth(0), self._grid.columnMinimumWidth(2)) != (self._names, fitting):
            self._grid.setColumnMinimumWidth(0, self._names)
            self._grid.setColumnMinimumWidth(2, fitting)
            self._grid.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()
