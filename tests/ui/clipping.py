"""Finds text that cannot be read whole: cut off, wider than its place, or cut with dots without telling the rest."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from leaddesk.ui import theme
from leaddesk.ui.act_button import ActButton, Tile
from leaddesk.ui.chip import Chip, KeyCap
from leaddesk.ui.text import Passage, Text


def clipped(whole: QWidget) -> list[str]:
    """What is clipped in a window or dialog, as it stands now; each with what is wrong with it."""
    found = []
    for one in (whole, *whole.findChildren(QWidget)):
        if one.isVisible() and (wrong := _wrong(one)):
            found.append(f"{type(one).__name__} {_said(one)!r}: {wrong}")
    return found


def _said(one: QWidget) -> str:
    return str(getattr(one, "text", one.accessibleName)() or one.accessibleName())


def _wrong(one: QWidget) -> str:
    outside = _outside(one)
    if outside:
        return outside
    size, hint = one.size(), one.sizeHint()
    if isinstance(one, QLabel):
        return _label(one)
    if isinstance(one, Passage):
        need = one.heightForWidth(size.width())
        return f"needs {need} px of height, has {size.height()}" if need > size.height() + 1 else ""
    if isinstance(one, ActButton | Tile) or (isinstance(one, QAbstractButton) and one.hasHeightForWidth()):
        need = _text_height(one) or one.heightForWidth(size.width())
        least = one.minimumSizeHint().width()
        if need > size.height() + 1:
            return f"needs {need} px of height, has {size.height()}"
        return f"needs {least} px of width, has {size.width()}" if least > size.width() + 1 else ""
    if isinstance(one, Chip | KeyCap | QAbstractButton) and _said(one):
        if type(one).__name__ == "_SyncButton":
            return ""
        return (
            f"needs {hint}, has {size}" if hint.width() > size.width() + 1 or hint.height() > size.height() + 1 else ""
        )
    if (
        isinstance(one, QLineEdit)
        and not one.text()
        and one.placeholderText()
        and one.echoMode() == QLineEdit.EchoMode.Normal
    ):
        need = one.fontMetrics().horizontalAdvance(one.placeholderText())
        return (
            f"its hint needs {need} px, has {one.contentsRect().width()}" if need > one.contentsRect().width() else ""
        )
    if isinstance(one, QComboBox):
        need = one.fontMetrics().horizontalAdvance(one.currentText()) + 2 * one.fontMetrics().height()
        return f"needs {need} px of width, has {size.width()}" if need > size.width() else ""
    return ""


def _text_height(one: QWidget) -> int:
    """What the lines of an act take, counted apart from what the button thinks it needs; 0 for other widgets."""
    if not isinstance(one, ActButton):
        return 0
    label, second = one._words(one.width())
    strong, small = QFontMetrics(theme.font("strong")), QFontMetrics(theme.font("small"))
    return strong.height() * len(label) + small.height() * len(second)


def _label(one: QLabel) -> str:
    if not one.text():
        return ""
    if isinstance(one, Text) and one._elide:
        shown = one._fitted()
        told = one.toolTip() or one.accessibleDescription()
        return (
            "cut with dots, and nothing tells the rest"
            if shown != one.text() and shown.endswith("…") and not told
            else ""
        )
    if one.wordWrap():
        need = one.heightForWidth(one.width())
        return f"needs {need} px of height, has {one.height()}" if need > one.height() + 1 else ""
    need = one.fontMetrics().horizontalAdvance(one.text())
    return f"needs {need} px of width, has {one.width()}" if need > one.width() + 1 else ""


def _outside(one: QWidget) -> str:
    """Beyond the edges of what it stands in; up and down only where that does not scroll."""
    parent = one.parentWidget()
    if one.isWindow() or parent is None or isinstance(one, QScrollBar):
        return ""
    place, room = one.geometry(), parent.rect()
    scrolls = isinstance(parent.parentWidget(), QAbstractScrollArea) or isinstance(parent, QAbstractScrollArea)
    if scrolls:
        room = QRect(room.left(), place.top(), room.width(), place.height())
    return "" if room.adjusted(-1, -1, 1, 1).contains(place) else f"stands at {place} in {parent.rect()}"
