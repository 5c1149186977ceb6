"""What things stand on: panels, grounds, dividers, scrolling columns, and layouts with the scale's distances."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from leaddesk.ui import theme, tokens


class Panel(QFrame):
    """A part of the card: panel ground, one thin line round it. ``mark`` draws the accent at its left edge."""

    def __init__(self, mark: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = mark

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("line")))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(box, tokens.RADIUS, tokens.RADIUS)
        if self._mark:
            path = QPainterPath()
            path.addRoundedRect(QRectF(self.rect()), tokens.RADIUS, tokens.RADIUS)
            painter.setClipPath(path)
            painter.fillRect(QRect(0, 0, tokens.MARK, self.height()), theme.colour("accent"))


class Ground(QWidget):
    """A plain ground in a colour of the theme, with a thin line at some edges: "left", "right", "top", "bottom"."""

    def __init__(self, colour: str = "panel", lines: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour, self._lines = colour, tuple(lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(self._colour))
        line = theme.colour("line")
        width, height = self.width(), self.height()
        for edge, box in {
            "left": QRect(0, 0, 1, height),
            "right": QRect(width - 1, 0, 1, height),
            "top": QRect(0, 0, width, 1),
            "bottom": QRect(0, height - 1, width, 1),
        }.items():
            if edge in self._lines:
                painter.fillRect(box, line)


class Line(QWidget):
    """A thin divider."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(tokens.HAIR)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("line"))


class Scroller(QScrollArea):
    """A column that scrolls where it does not fit; its right edge stays where it is when the bar comes."""

    def __init__(self, inside: QWidget, ground: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        layout = inside.layout()
        self._right = layout.contentsMargins().right() if layout is not None else 0
        self.verticalScrollBar().rangeChanged.connect(self._keep_edge)
        if not ground:
            self.viewport().setAutoFillBackground(False)
            inside.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        inside = self.widget()
        return inside.sizeHint() if inside is not None else super().sizeHint()

    def _keep_edge(self, least: int, most: int) -> None:
        inside = self.widget()
        layout = inside.layout() if inside is not None else None
        if layout is None:
            return
        margins = layout.contentsMargins()
        right = max(0, self._right - self.verticalScrollBar().sizeHint().width()) if most > least else self._right
        if margins.right() != right:
            margins.setRight(right)
            layout.setContentsMargins(margins)


def column(parent: QWidget | None = None, margins: int = 0, gap: int = tokens.SMALL) -> QVBoxLayout:
    """A vertical layout with the scale's margins and gap."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setContentsMargins(margins, margins, margins, margins)
    made.setSpacing(gap)
    return made


def line_of(parent: QWidget | None = None, margins: int = 0, gap: int = tokens.SMALL) -> QHBoxLayout:
    """A horizontal layout with the scale's margins and gap."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    made.setContentsMargins(margins, margins, margins, margins)
    made.setSpacing(gap)
    return made


def pin(widget: QWidget, foot: QLayout, inner: QLayout) -> None:
    """Keep a widget in sight at the foot of a column; with large text, where that would crowd the rest out, inside."""
    (inner if theme.is_large() else foot).addWidget(widget)


def show_if(widget: QWidget, shown: bool) -> None:
    """Show or hide; nothing is laid out anew where it is so already."""
    if widget.isHidden() is shown:
        widget.setVisible(shown)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)
