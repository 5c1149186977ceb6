"""The handful of small widgets of our own. Data is plain text on all of them: markup in it is shown, never read."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from leaddesk.ui import theme, tokens

#: The sign that goes with a state, so that none is told by colour alone.
SIGNS = {"ok": "○", "soon": "◐", "late": "●"}


class Text(QLabel):
    """A label of plain text in a tone and a role of the type scale. ``wrap`` breaks lines, ``elide`` cuts with dots."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "text",
        wrap: bool = False,
        elide: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone, self._role, self._elide = tone, role, elide
        self._fitting: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()
        self.setText(text)

    def tell(self, text: str, tone: str = "") -> None:
        """Say something else, in another tone if one is given."""
        if tone and tone != self._tone:
            self._tone = tone
            self._dress()
        if text != self.text():
            self.setText(text)

    def tell_fitting(self, texts: Sequence[str]) -> None:
        """Say the first of these that fits the room there is; the first is the whole of it, told in the tool tip."""
        self._fitting = tuple(texts)
        self.setToolTip(plain_tip(texts[0]) if texts else "")
        self.setText(texts[0] if texts else "")

    def _fitted(self) -> str:
        """The text as it is painted."""
        metrics, text = self.fontMetrics(), self.text()
        if self._fitting and text == self._fitting[0]:
            text = next(
                (one for one in self._fitting if metrics.horizontalAdvance(one) <= self.width()), self._fitting[-1]
            )
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def _dress(self) -> None:
        if self.font() != theme.font(self._role):
            self.setFont(theme.font(self._role))
        if self.palette().color(QPalette.ColorRole.WindowText) != theme.colour(self._tone):
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.WindowText, theme.colour(self._tone))
            self.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange, QEvent.Type.FontChange):
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(theme.colour(self._tone))
        shown = self._fitted()
        if shown != self.text() and self.toolTip() != self.text():
            self.setToolTip(plain_tip(self.text()))
        painter.drawText(self.rect(), int(self.alignment()), shown)

    def sizeHint(self) -> QSize:
        if not self._elide:
            return super().sizeHint()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()), metrics.height())

    def minimumSizeHint(self) -> QSize:
        if not self._elide:
            return super().minimumSizeHint()
        return QSize(tokens.WIDE, self.fontMetrics().height())


def plain_tip(text: str) -> str:
    """Text for a tool tip, which Qt would otherwise read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if "<" in text else text


class Heading(Text):
    """A quiet heading over a part."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "heading", "muted", parent=parent)


class Passage(QWidget):
    """Running text of several pieces, some of them strong. Plain text, wrapped to its width."""

    def __init__(self, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._pieces: tuple[tuple[str, bool], ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, pieces: Sequence[tuple[str, bool]]) -> None:
        """Show (text, strong) pieces one after another."""
        self._pieces = tuple((text.replace("\n", " "), strong) for text, strong in pieces if text)
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The whole text."""
        return "".join(text for text, _ in self._pieces)

    def _layout(self, width: int) -> QTextLayout:
        made = QTextLayout(self.text(), theme.font(self._role))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        made.setTextOption(option)
        ranges, start = [], 0
        for text, strong in self._pieces:
            one = QTextLayout.FormatRange()
            one.start, one.length = start, _units(text)
            form = one.format
            if strong:
                form.setFontWeight(tokens.TYPE["strong"][1])
            form.setForeground(theme.colour("text"))
            one.format = form
            ranges.append(one)
            start += _units(text)
        made.setFormats(ranges)
        made.beginLayout()
        y, gap = 0.0, theme.px(tokens.TINY) / 2
        while True:
            line = made.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, y))
            y += line.height() + gap
        made.endLayout()
        return made

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._layout(width).boundingRect().height()) + 1

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > tokens.WIDE else tokens.COLUMNS[1]
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(tokens.WIDE, QFontMetrics(theme.font(self._role)).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._layout(self.width()).draw(QPainter(self), QPointF(0, 0))


def _units(text: str) -> int:
    """The length Qt counts: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chip(painter, QRect(QPoint(0, 0), self.size()), self._text, self._tone)


def chip_size(text: str, tone: str) -> QSize:
    """The room a chip takes."""
    metrics = QFontMetrics(theme.font("chip"))
    sign = metrics.height() // 2 + tokens.TINY if tone in SIGNS else 0
    return QSize(
        metrics.horizontalAdvance(text) + sign + 2 * tokens.SMALL,
        max(theme.px(tokens.CHIP_HEIGHT), metrics.height() + 2),
    )


def paint_chip(painter: QPainter, rect: QRect, text: str, tone: str) -> None:
    """A chip into a rectangle of its size."""
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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
    painter.setPen(QPen(edge))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    painter.setPen(ink)
    painter.setFont(theme.font("small"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)


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


class ActButton(Button):
    """What can be done: key, name and consequence. Disabled, it says why. ``primary`` is filled, checked is tinted."""

    def __init__(
        self,
        label: str = "",
        key: str = "",
        consequence: str = "",
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key, self._consequence, self._primary, self._why = key, consequence, primary, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tell(label, key, consequence)

    def tell(self, label: str, key: str, consequence: str = "", enabled: bool = True, why: str = "") -> None:
        """Its name, its key, what follows, and where it is disabled why."""
        self._key, self._consequence, self._why = key, consequence, why
        self.setText(label.replace("&", "&&"))
        self.setEnabled(enabled)
        second = self.second_line()
        self.setAccessibleName(label)
        self.setAccessibleDescription(second)
        self.setToolTip(plain_tip(second))
        self.updateGeometry()
        self.update()

    def second_line(self) -> str:
        """What follows, or why not."""
        return self._consequence if self.isEnabled() else self._why

    def sizeHint(self) -> QSize:
        height = tokens.ACT if self.second_line() else tokens.BUTTON
        return QSize(tokens.COLUMNS_LEAST[2] - 2 * tokens.LARGE, theme.px(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(tokens.COLUMNS_LEAST[2] // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        enabled = self.isEnabled()
        filled = self._primary and enabled
        if filled:
            ground, edge = theme.colour("accent"), theme.colour("accent")
        elif self.isChecked():
            ground, edge = theme.colour("accent-bg"), theme.colour("accent")
        elif not enabled:
            ground, edge = theme.colour("panel"), theme.colour("line2")
        else:
            ground, edge = theme.colour("sel" if self.underMouse() else "raised"), theme.colour("edge")
        self._box(painter, ground, edge)
        ink = theme.colour("on-accent" if filled else "text" if enabled else "faint")
        beside = theme.colour("on-accent" if filled else "muted" if enabled else "faint")
        left = tokens.MEDIUM
        if self._key:
            size = cap_size(self._key)
            cap = QRect(QPoint(left, (self.height() - size.height()) // 2), size)
            paint_cap(painter, cap, self._key, ink if filled else theme.colour("line2"), beside)
            left = cap.right() + tokens.MEDIUM
        second = self.second_line()
        width = self.width() - left - tokens.SMALL
        strong, small = QFontMetrics(theme.font("strong")), QFontMetrics(theme.font("small"))
        whole = strong.height() + (small.height() + tokens.HAIR if second else 0)
        top = (self.height() - whole) // 2
        painter.setFont(theme.font("strong"))
        painter.setPen(ink)
        label = strong.elidedText(self.text().replace("&&", "&"), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top, width, strong.height()), int(Qt.AlignmentFlag.AlignVCenter), label)
        if second:
            painter.setFont(theme.font("small"))
            painter.setPen(beside)
            told = small.elidedText(second, Qt.TextElideMode.ElideRight, width)
            place = QRect(left, top + strong.height() + tokens.HAIR, width, small.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), told)


class Tile(Button):
    """One BANT element: its name, its key, what is known, and who said it when. ``value`` is unknown, yes or no."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._key = self._shown = self._value = self._evidence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, name: str, key: str, value: str, shown: str, evidence: str) -> None:
        """``value`` unknown, yes or no; ``shown`` its word; ``evidence`` who said it and when."""
        self._name, self._key, self._value, self._shown, self._evidence = name, key, value, shown, evidence
        self.setAccessibleName(f"{name}: {shown}")
        self.setAccessibleDescription(evidence)
        self.setToolTip(plain_tip(evidence))
        self.update()

    def shown(self) -> str:
        """The word of its value."""
        return self._shown

    def sizeHint(self) -> QSize:
        heights = sum(QFontMetrics(theme.font(role)).height() for role in ("small", "strong", "small"))
        return QSize(theme.px(120), heights + 2 * tokens.SMALL + tokens.TINY)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(88), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tone = {"yes": "ok", "no": "late"}.get(self._value, "")
        edge = theme.colour(tone or "edge") if self.isEnabled() else theme.colour("line2")
        self._box(painter, theme.colour("sel" if self.underMouse() else "panel"), edge)
        inner = self.rect().adjusted(tokens.MEDIUM - 2, tokens.SMALL, -tokens.SMALL, -tokens.SMALL)
        small, strong = QFontMetrics(theme.font("small")), QFontMetrics(theme.font("strong"))
        width = inner.width()
        if self._key:
            size = cap_size(self._key)
            cap = QRect(QPoint(inner.right() - size.width() + 1, inner.top() - 1), size)
            paint_cap(painter, cap, self._key, theme.colour("line2"), theme.colour("muted"))
            width -= size.width() + tokens.TINY
        left, y = inner.left(), inner.top()
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("muted"))
        shown = small.elidedText(self._name, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, y, width, small.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
        y += small.height() + 2
        painter.setFont(theme.font("strong" if tone else "body"))
        painter.setPen(theme.colour(tone or "muted"))
        shown = strong.elidedText(self._shown, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QRect(left, y, inner.width(), strong.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
        y += strong.height() + 2
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("muted"))
        shown = small.elidedText(self._evidence, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QRect(left, y, inner.width(), small.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)


class Bar(QWidget):
    """A measure as a bar: a value of a whole, the value written at it, a mark for the target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._target, self._tone = 0.0, -1.0, "accent"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, share: float, target: float = -1.0, tone: str = "accent", said: str = "") -> None:
        """``share`` and ``target`` of the whole, 0 to 1; a target below 0 is none. ``said``: the same in words."""
        self._share, self._target, self._tone = max(0.0, min(1.0, share)), target, tone
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), tokens.BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(tokens.WIDE, tokens.BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        half = self.height() / 2
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(QRectF(self.rect()), half, half)
        if self._share > 0:
            painter.setBrush(theme.colour(self._tone))
            painter.drawRoundedRect(
                QRectF(0, 0, max(self.height(), self.width() * self._share), self.height()), half, half
            )
        if 0 <= self._target <= 1:
            painter.setBrush(theme.colour("text"))
            painter.drawRect(QRectF(min(self.width() - 2, self.width() * self._target), 0, 2, self.height()))


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


class PlaceButton(Button):
    """One place of the top bar: its name and how many stand there. Checked: it is the one shown."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = ""
        self.setCheckable(True)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

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


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)
