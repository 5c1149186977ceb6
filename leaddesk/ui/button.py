"""The buttons we paint: their ground, the places of the top bar, quiet commands of the bars."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from leaddesk.ui import theme, tokens
from leaddesk.ui.chip import cap_size, paint_cap


class Button(QAbstractButton):
    """The ground of the buttons we paint: focus ring, enabled look, names for assistive technology."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _box(self, painter: QPainter, ground: QColor, edge: QColor | None, radius: int = tokens.RADIUS_CONTROL) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(edge) if edge is not None else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("text" if ground == theme.colour("accent") else "accent"), tokens.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


class PlaceButton(Button):
    """One place of the top bar: its name and how many stand there. Checked: it is the one shown."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = ""
        self.setCheckable(True)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def count(self) -> str:
        """How many stand there, as shown."""
        return self._count

    def tell(self, text: str, count: str = "") -> None:
        """Its name and its count ("" none)."""
        self._count = count
        self.setText(text)
        self.setAccessibleName(f"{text} {count}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font("strong")).horizontalAdvance(self.text())
        count = QFontMetrics(theme.font("small")).horizontalAdvance(self._count) + tokens.SMALL if self._count else 0
        return QSize(wide + count + 2 * tokens.MEDIUM - tokens.TINY, theme.px(tokens.FIELD))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = theme.colour("accent-bg" if chosen else "sel" if self.underMouse() else "panel")
        self._box(painter, ground, None)
        ink = theme.colour("accent" if chosen else "muted")
        inner = self.rect().adjusted(tokens.MEDIUM - 2, 0, -(tokens.MEDIUM - 2), 0)
        painter.setPen(ink)
        painter.setFont(theme.font("strong" if chosen else "body"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        if self._count:
            painter.setFont(theme.font("small"))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._count)


class LinkButton(Button):
    """A quiet command in a bar: words and, after them, the key."""

    def __init__(self, text: str = "", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tell(text, key)

    def tell(self, text: str, key: str = "") -> None:
        """Its words and its key."""
        self._key = key
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font("second")).horizontalAdvance(self.text())
        cap = cap_size(self._key).width() + tokens.TINY if self._key else 0
        return QSize(wide + cap + 2 * tokens.TINY, theme.px(tokens.TARGET))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._box(
            painter,
            theme.colour("sel" if self.underMouse() and self.isEnabled() else "panel"),
            None,
            tokens.RADIUS_CHIP,
        )
        inner = self.rect().adjusted(tokens.TINY, 0, -tokens.TINY, 0)
        painter.setPen(theme.colour("muted" if self.isEnabled() else "faint"))
        painter.setFont(theme.font("second"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        if self._key:
            size = cap_size(self._key)
            cap = QRect(QPoint(inner.right() - size.width() + 1, (self.height() - size.height()) // 2), size)
            paint_cap(painter, cap, self._key, theme.colour("line2"), theme.colour("muted"))


class NumberButton(Button):
    """A number of a table that opens to what it counts: underlined, in the tone of what it tells."""

    def __init__(self, text: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone or "text"
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font("number")).horizontalAdvance(self.text())
        return QSize(wide + 2 * tokens.TINY, theme.px(tokens.TARGET))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._box(painter, theme.colour("sel" if self.underMouse() else "bg"), None, tokens.RADIUS_CHIP)
        font = theme.font("number")
        font.setUnderline(True)
        painter.setFont(font)
        painter.setPen(theme.colour(self._tone))
        inner = self.rect().adjusted(tokens.TINY, 0, -tokens.TINY, 0)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self.text())
