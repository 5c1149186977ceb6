"""Small marks: a chip with a state's sign, a key cap. Painters of lists draw the same by the functions here."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from leaddesk.ui import theme, tokens

#: The sign that goes with a state, so that none is told by colour alone.
SIGNS = {"ok": "○", "soon": "◐", "late": "●"}


class Chip(QWidget):
    """A short word on a ground of its own: a state with its sign, or a quiet mark."""

    def __init__(self, text: str = "", tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def tell(self, text: str, tone: str = "") -> None:
        """Say something else."""
        if (text, tone or self._tone) == (self._text, self._tone):
            return
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What stands on it, its sign left out."""
        return self._text

    def tone(self) -> str:
        """ok, soon, late, info, accent or plain."""
        return self._tone

    def sizeHint(self) -> QSize:
        return chip_size(self._text, self._tone)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, QRect(QPoint(0, 0), self.size()), self._text, self._tone)


def chip_size(text: str, tone: str) -> QSize:
    """The room a chip takes."""
    metrics = QFontMetrics(theme.font("chip"))
    sign = theme.px(tokens.DOT) + tokens.TINY if tone in SIGNS else 0
    return QSize(
        metrics.horizontalAdvance(text) + sign + 2 * tokens.SMALL,
        max(theme.px(tokens.CHIP_HEIGHT), metrics.height() + 2),
    )


def paint_chip(painter: QPainter, rect: QRect, text: str, tone: str) -> None:
    """A chip into a rectangle of its size."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    stated = f"{tone}-bg" in tokens.LIGHT
    ground = theme.colour(f"{tone}-bg" if stated else "panel")
    edge = theme.colour(tone) if stated and theme.name() == "contrast" else theme.colour("line2")
    bordered = not stated or theme.name() == "contrast"
    painter.setPen(QPen(edge) if bordered else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    colour = theme.colour(tone if stated else "muted")
    painter.setFont(theme.font("chip"))
    left = rect.left() + tokens.SMALL
    if tone in SIGNS:
        left += paint_sign(painter, QPoint(left, rect.center().y()), tone, colour) + tokens.TINY
    painter.setPen(colour)
    painter.drawText(
        QRect(left, rect.top(), rect.right() - left, rect.height()),
        int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
        text,
    )


def paint_sign(painter: QPainter, left_centre: QPoint, tone: str, colour: QColor) -> int:
    """The sign of a state: an empty, half or full circle. Its width."""
    size = theme.px(tokens.DOT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(left_centre.x() + 0.5, left_centre.y() - size / 2 + 0.5, size, size)
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(colour if tone == "late" else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    if tone == "soon":
        half = QPainterPath()
        half.moveTo(box.center().x(), box.top())
        half.arcTo(box, 90, 180)
        half.closeSubpath()
        painter.fillPath(half, colour)
    return size


class KeyCap(QWidget):
    """A key as it is printed on the keyboard."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setVisible(bool(text))

    def tell(self, text: str) -> None:
        """Another key."""
        self._text = text
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The key."""
        return self._text

    def sizeHint(self) -> QSize:
        return cap_size(self._text)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_cap(painter, QRect(QPoint(0, 0), self.size()), self._text, theme.colour("line2"), theme.colour("muted"))


def cap_size(text: str) -> QSize:
    """The room a key cap takes."""
    metrics = QFontMetrics(theme.font("small"))
    return QSize(
        max(theme.px(tokens.CAP_MIN), metrics.horizontalAdvance(text) + tokens.MEDIUM),
        max(theme.px(tokens.CAP_HEIGHT), metrics.height() + 2),
    )


def paint_cap(painter: QPainter, rect: QRect, text: str, edge: QColor, ink: QColor) -> None:
    """A key cap into a rectangle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    painter.setPen(ink)
    painter.setFont(theme.font("small"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
