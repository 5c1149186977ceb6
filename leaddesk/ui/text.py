"""Text: labels, headings, running passages. Data is plain text on all of them: markup in it is shown, never read."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QWidget

from leaddesk.ui import theme, tokens

#: An invisible place where a line may break; taken out again when text is copied.
SOFT = "\u200b"

#: Characters of a word that certainly fit a line; a longer one (an address of a page) may break inside.
_LONG = 24


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
        self.setText(breakable(text) if wrap else text)

    def text(self) -> str:
        """What it says, without the places where it may break."""
        return super().text().replace(SOFT, "")

    def tell(self, text: str, tone: str = "") -> None:
        """Say something else, in another tone if one is given."""
        if tone and tone != self._tone:
            self._tone = tone
            self._dress()
        shown = breakable(text) if self.wordWrap() else text
        if shown != super().text():
            self.setText(shown)

    def tell_fitting(self, texts: Sequence[str], tone: str = "") -> None:
        """Say the first of these that fits the room there is; the first is the whole of it, told in the tool tip."""
        self._fitting = tuple(texts)
        self.setToolTip(plain_tip(texts[0]) if texts else "")
        self.tell(texts[0] if texts else "", tone)

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


def breakable(text: str) -> str:
    """Text whose very long words may break inside; an address of e-mail, which is copied, stays whole."""
    if len(text) <= _LONG:
        return text
    return re.sub(
        rf"\S{{{_LONG},}}",
        lambda word: word[0] if "@" in word[0] else re.sub(rf"([/._?&=-]+|\w{{{_LONG}}})", rf"\1{SOFT}", word[0]),
        text,
    )


def copy_whole() -> None:
    """Take the places where text may break out of what was copied from a label, once the clipboard has changed."""
    label, clipboard = QApplication.focusWidget(), QApplication.clipboard()
    if isinstance(label, Text) and SOFT in clipboard.text() and clipboard.text() == label.selectedText():
        clipboard.setText(clipboard.text().replace(SOFT, ""))


def lines_of(text: str, font: QFont, width: int, most: int = 0) -> list[str]:
    """Text broken into lines of at most ``width`` pixels; with ``most`` the last of so many is cut with dots."""
    if not text:
        return []
    if "\n" not in text and QFontMetrics(font).horizontalAdvance(text) <= width:
        return [text]
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    ends = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        ends.append((line.textStart(), line.textStart() + line.textLength()))
    layout.endLayout()
    data = text.encode("utf-16-le")
    lines = [data[2 * start : 2 * end].decode("utf-16-le").strip() for start, end in ends]
    if most and len(lines) > most:
        rest = data[2 * ends[most - 1][0] :].decode("utf-16-le")
        lines = [*lines[: most - 1], QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return lines


def longest_word(text: str, font: QFont) -> int:
    """The width of the longest word, in pixels: narrower than that, text is not read well."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(word) for word in text.split()), default=0)


def plain_tip(text: str) -> str:
    """Text for a tool tip, which Qt would otherwise read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if "<" in text else text


class Heading(Text):
    """A quiet heading over a part."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "heading", "muted", wrap=True, parent=parent)


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
