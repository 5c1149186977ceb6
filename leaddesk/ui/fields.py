"""The controls of the dialogs, painted with the edges of the theme, so that they are seen on every ground."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from leaddesk.ui import icons, theme, tokens

#: Keys that decide.
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DecideButton(QPushButton):
    """The button that decides. A key held down does not press it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() and event.key() in ENTER:
            return
        super().keyPressEvent(event)


class NoteBox(QPlainTextEdit):
    """A few lines of plain text; Tab goes on."""

    def __init__(self, name: str, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 2 * (tokens.SMALL + tokens.FOCUS))

    def text(self) -> str:
        """What was typed, without the space around it."""
        return self.toPlainText().strip()


class Choice(QComboBox):
    """One of several, with a mark that it opens. The wheel scrolls what it stands in, never its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setEditable(self, editable: bool) -> None:
        super().setEditable(editable)
        line = self.lineEdit()
        if line is not None:
            line.setStyleSheet("border: none; background: transparent; padding: 0;")
            line.setTextMargins(tokens.SMALL, 0, 0, 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.px(tokens.FIELD) + 2 * tokens.HAIR)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(tokens.COLUMNS_LEAST[0]) // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.lineEdit()
        focused = self.hasFocus() or (line is not None and line.hasFocus())
        width = tokens.FOCUS if focused else tokens.HAIR
        painter.setPen(QPen(theme.colour("accent" if focused else "edge" if self.isEnabled() else "line2"), width))
        painter.setBrush(theme.colour("raised"))
        half = width / 2
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        mark = icons.pixmap("chevron-down", "muted" if self.isEnabled() else "faint")
        side = mark.deviceIndependentSize().toSize()
        place = QPoint(self.width() - side.width() - tokens.SMALL, (self.height() - side.height()) // 2)
        painter.drawPixmap(place, mark)
        if line is None:
            inner = self.rect().adjusted(
                tokens.SMALL + tokens.FOCUS + tokens.HAIR, 0, -(side.width() + 2 * tokens.SMALL), 0
            )
            painter.setPen(theme.colour("text" if self.isEnabled() else "faint"))
            text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _paint(button: QAbstractButton, round_: bool) -> None:
    """A radio button or a check box: its mark, its words, the focus."""
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = theme.px(tokens.ICON)
    box = QRectF(tokens.FOCUS + 0.5, (button.height() - side) / 2 + 0.5, side - 1, side - 1)
    enabled, checked = button.isEnabled(), button.isChecked()
    painter.setPen(QPen(theme.colour("accent" if checked and enabled else "edge"), 1.4))
    painter.setBrush(theme.colour("accent" if checked and not round_ and enabled else "raised"))
    if round_:
        painter.drawEllipse(box)
        if checked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if enabled else "faint"))
            painter.drawEllipse(box.adjusted(side / 4, side / 4, -side / 4, -side / 4))
    else:
        painter.drawRoundedRect(box, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        if checked:
            mark = icons.pixmap("check", "on-accent" if enabled else "faint", tokens.MEDIUM)
            inner = mark.deviceIndependentSize()
            painter.drawPixmap(
                QRectF(box.center().x() - inner.width() / 2, box.center().y() - inner.height() / 2, inner.width(),
                       inner.height()), mark, QRectF(mark.rect())
            )  # fmt: skip
    words = QRect(int(box.right()) + tokens.SMALL, 0, button.width() - int(box.right()) - tokens.SMALL, button.height())
    painter.setPen(theme.colour("text" if enabled else "faint"))
    flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic)
    painter.drawText(words, flags, button.text())
    if button.hasFocus():
        painter.setPen(QPen(theme.colour("accent"), tokens.FOCUS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)


def _size(button: QAbstractButton) -> QSize:
    words = button.fontMetrics().size(int(Qt.TextFlag.TextShowMnemonic), button.text())
    side = theme.px(tokens.ICON)
    return QSize(side + words.width() + tokens.LARGE, max(theme.px(tokens.TARGET), words.height() + tokens.TINY))


class Radio(QRadioButton):
    """One of several that are all seen."""

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, True)


class Check(QCheckBox):
    """On or off."""

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, False)


class Listing(QListWidget):
    """A list of plain lines, each as high as a field."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def add(self, text: str, data: object = None) -> None:
        """One more line, with what it stands for."""
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, data)
        item.setSizeHint(QSize(0, theme.px(tokens.FIELD)))
        self.addItem(item)
