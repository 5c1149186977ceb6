"""Buttons that say what follows: an act with its key and consequence, a BANT element with who said it and when."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from leaddesk.ui import theme, tokens
from leaddesk.ui.button import Button
from leaddesk.ui.chip import cap_size, paint_cap
from leaddesk.ui.text import lines_of, longest_word, plain_tip

#: Lines of evidence on a tile; the whole of it is in the tool tip.
_EVIDENCE = 3

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def _height(role: str, lines: int = 1) -> int:
    return QFontMetrics(theme.font(role)).height() * lines


def _paint_lines(painter: QPainter, place: QRect, lines: list[str], role: str, ink: QColor) -> int:
    """Lines one under another from the top of ``place``; where the next thing begins."""
    painter.setFont(theme.font(role))
    painter.setPen(ink)
    y, step = place.top(), _height(role)
    for line in lines:
        painter.drawText(QRect(place.left(), y, place.width(), step), _LEFT, line)
        y += step
    return y


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
        self._told: tuple[str, str, str, bool, str] | None = None
        self._broken: dict[int, tuple[list[str], list[str]]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.tell(label, key, consequence)

    def tell(self, label: str, key: str, consequence: str = "", enabled: bool = True, why: str = "") -> None:
        """Its name, its key, what follows, and where it is disabled why."""
        told = (label, key, consequence, enabled, why)
        if told == self._told:
            return
        self._told = told
        self._broken.clear()
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

    def _label(self) -> str:
        return self.text().replace("&&", "&")

    def _text_left(self) -> int:
        """Where its words begin."""
        return tokens.MEDIUM + (cap_size(self._key).width() + tokens.MEDIUM if self._key else 0)

    def _words(self, width: int) -> tuple[list[str], list[str]]:
        """Its name and what follows, broken to the width of the whole button."""
        found = self._broken.get(width)
        if found is None:
            inner = width - self._text_left() - tokens.SMALL
            name = lines_of(self._label(), theme.font("strong"), inner)
            found = self._broken[width] = name, lines_of(self.second_line(), theme.font("small"), inner)
        return found

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.EnabledChange):
            self._broken.clear()
        super().changeEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        label, second = self._words(width)
        least = theme.px(tokens.ACT if second else tokens.BUTTON)
        return max(least, _height("strong", len(label)) + _height("small", len(second)) + tokens.LARGE)

    def sizeHint(self) -> QSize:
        return QSize(self._least(), theme.px(tokens.ACT if self.second_line() else tokens.BUTTON))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least(), self.sizeHint().height())

    def _least(self) -> int:
        words = max(
            longest_word(self._label(), theme.font("strong")), longest_word(self.second_line(), theme.font("small"))
        )
        return self._text_left() + words + tokens.SMALL

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
        if self._key:
            size = cap_size(self._key)
            cap = QRect(QPoint(tokens.MEDIUM, (self.height() - size.height()) // 2), size)
            paint_cap(painter, cap, self._key, ink if filled else theme.colour("line2"), beside)
        label, second = self._words(self.width())
        whole = _height("strong", len(label)) + (_height("small", len(second)) + tokens.HAIR if second else 0)
        left = self._text_left()
        place = QRect(left, (self.height() - whole) // 2, self.width() - left - tokens.SMALL, whole)
        place.setTop(_paint_lines(painter, place, label, "strong", ink) + tokens.HAIR)
        _paint_lines(painter, place, second, "small", beside)


class Tile(Button):
    """One BANT element: its name, its key, what is known, and who said it when. ``value`` is unknown, yes or no."""

    def __init__(self, brief: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brief = brief
        self._name = self._key = self._shown = self._value = self._evidence = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, name: str, key: str, value: str, shown: str, evidence: str) -> None:
        """``value`` unknown, yes or no; ``shown`` its word; ``evidence`` who said it and when."""
        told = (name, key, value, shown, evidence)
        if told == (self._name, self._key, self._value, self._shown, self._evidence):
            return
        self._name, self._key, self._value, self._shown, self._evidence = told
        self.setAccessibleName(f"{name}: {shown}")
        self.setAccessibleDescription(evidence)
        self.setToolTip(plain_tip(evidence))
        self.updateGeometry()
        self.update()

    def shown(self) -> str:
        """The word of its value."""
        return self._shown

    def _evidence_lines(self, width: int) -> list[str]:
        if self._brief:
            return []
        return lines_of(self._evidence, theme.font("small"), width - tokens.MEDIUM - tokens.SMALL, _EVIDENCE)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = max(0 if self._brief else 1, len(self._evidence_lines(width)))
        return _height("small", 1 + lines) + _height("strong") + 2 * tokens.SMALL + tokens.TINY

    def sizeHint(self) -> QSize:
        return QSize(self._least(), self.heightForWidth(max(self._least(), self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(
            self._least(),
            _height("small", 1 if self._brief else 2) + _height("strong") + 2 * tokens.SMALL + tokens.TINY,
        )

    def _least(self) -> int:
        words = max(
            QFontMetrics(theme.font("small")).horizontalAdvance(self._name),
            QFontMetrics(theme.font("strong")).horizontalAdvance(self._shown),
        )
        return words + tokens.MEDIUM + tokens.SMALL

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tone = {"yes": "ok", "no": "late"}.get(self._value, "")
        edge = theme.colour(tone or "edge") if self.isEnabled() else theme.colour("line2")
        self._box(painter, theme.colour("sel" if self.underMouse() else "panel"), edge)
        place = self.rect().adjusted(tokens.MEDIUM - 2, tokens.SMALL, -tokens.SMALL, -tokens.SMALL)
        if self._key:
            size = cap_size(self._key)
            name = QFontMetrics(theme.font("small")).horizontalAdvance(self._name)
            # Where the two do not fit side by side the key gives way; the key sheet and the menu have it.
            if name + tokens.TINY + size.width() <= place.width():
                cap = QRect(QPoint(place.right() - size.width() + 1, place.top() - 1), size)
                paint_cap(painter, cap, self._key, theme.colour("line2"), theme.colour("muted"))
        muted = theme.colour("muted")
        place.setTop(_paint_lines(painter, place, [self._name], "small", muted) + 2)
        ink = theme.colour(tone or "muted")
        place.setTop(_paint_lines(painter, place, [self._shown], "strong" if tone else "body", ink) + 2)
        _paint_lines(painter, place, self._evidence_lines(self.width()), "small", muted)
