"""The points of a card as rows that sum to the score, and the rows of its grade."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from leaddesk.desk.rows import Card
from leaddesk.pages.words import Words
from leaddesk.ui import tokens
from leaddesk.ui.part import Part
from leaddesk.ui.surface import Line, column, line_of, show_if
from leaddesk.ui.text import Text, plain_tip


class _SumLine(QWidget):
    """Words at the left, points at the right."""

    def __init__(self, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Text("", role, wrap=True)
        self.points = Text("", "number")
        self.points.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
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
        self.beside.tell(target)
        why = words.phrase(card.target_why, now) if card.target_why is not None else ""
        self.beside.setToolTip(plain_tip("\n".join(one for one in (target, why) if one)))
        show_if(self._none, not card.points)
        self._none.tell(words.say("No behaviour yet that gives points."))
        _fill(self._lines, self._rows, [(words.phrase(one.text, now), one.points) for one in card.points], words)
        total = words.say("Total, threshold {threshold}", threshold=card.threshold)
        self._total.tell(total, words.number(sum(one.points for one in card.points)))
        self._grade.tell(
            words.say(
                "Grade {grade}: {points} points of fit", grade=row.grade.value, points=sum(f.points for f in card.fit)
            )
        )
        show_if(self._grade, bool(card.fit))
        _fill(self._fits, self._fit, [(words.phrase(one.text, now), one.points) for one in card.fit], words)


def _fill(lines: list[_SumLine], layout: QVBoxLayout, rows: list[tuple[str, int]], words: Words) -> None:
    while len(lines) < len(rows):
        made = _SumLine()
        lines.append(made)
        layout.addWidget(made)
    for place, line in enumerate(lines):
        show_if(line, place < len(rows))
        if place < len(rows):
            text, points = rows[place]
            shown = f"+{words.number(points)}" if points > 0 else words.number(points)
            line.tell(text, shown, "late" if points < 0 else "text")
