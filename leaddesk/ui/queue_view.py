"""How the queue is drawn: quiet lane headings, rows of two lines (one when dense), a countdown with sign and word."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from leaddesk.desk.rows import QueueRow
from leaddesk.pages.words import Words
from leaddesk.ui import icons, theme, tokens
from leaddesk.ui.chip import chip_size, paint_chip
from leaddesk.ui.queue_model import LANE, ROW, QueueModel

Index = QModelIndex | QPersistentModelIndex

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


def tone_of(due: datetime | None, warn_at: datetime | None, now: datetime) -> str:
    """The state of a deadline: ok, soon or late; "plain" without one."""
    if due is None:
        return "plain"
    if now >= due:
        return "late"
    return "soon" if warn_at is not None and now >= warn_at else "ok"


def sentence(row: QueueRow, words: Words, now: datetime) -> str:
    """A row as it is read aloud, one sentence."""
    parts = [row.account, row.person, words.label(row.lane)]
    if row.due is not None:
        left = words.countdown(row.due, now)
        parts.append(words.say("{clock}: {left}", clock=row.clock, left=left) if row.clock is not None else left)
    parts.append(words.phrase(row.reason))
    parts.append(words.say("grade {grade}, {score} points", grade=row.grade.value, score=row.score))
    if row.pending:
        parts.append(words.say("not yet sent"))
    return ", ".join(one for one in parts if one)


class QueueDelegate(QStyledItemDelegate):
    """Paints one row from what the model says of it."""

    def __init__(self, words: Callable[[], Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.now: datetime | None = None
        self.countdowns = True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(tokens.COLUMNS_LEAST[0], theme.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect = option.rect
        state = option.state
        heading = index.data(LANE)
        if heading is not None:
            self._heading(painter, rect, heading)
        else:
            row = index.data(ROW)
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, theme.colour("sel"))
                painter.fillRect(QRect(rect.left(), rect.top(), tokens.MARK, rect.height()), theme.colour("accent"))
                if state & QStyle.StateFlag.State_HasFocus:
                    painter.setPen(QPen(theme.colour("accent")))
                    painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))
            elif state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(rect, theme.colour("raised"))
            if isinstance(row, QueueRow):
                inner = rect.adjusted(tokens.LARGE, 0, -tokens.MEDIUM, 0)
                (self._dense if theme.density() == "dense" else self._lines)(painter, inner, row)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, heading: object) -> None:
        words = self._words()
        inner = rect.adjusted(tokens.LARGE - 2, tokens.SMALL, -tokens.LARGE, 0)
        painter.setFont(theme.font("lane"))
        painter.setPen(theme.colour("muted"))
        painter.drawText(inner, _LEFT, words.label(heading.lane).upper())  # type: ignore[attr-defined]
        painter.drawText(inner, _RIGHT, words.number(heading.count))  # type: ignore[attr-defined]

    def _chip(self, row: QueueRow) -> tuple[str, str]:
        if row.due is None or self.now is None or not self.countdowns:
            return "", "plain"
        return self._words().countdown(row.due, self.now), tone_of(row.due, row.warn_at, self.now)

    def _lines(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        words = self._words()
        strong, second = QFontMetrics(theme.font("strong")), QFontMetrics(theme.font("second"))
        gap = tokens.TINY // 2 if theme.density() == "compact" else tokens.TINY
        top = inner.top() + (inner.height() - strong.height() - second.height() - gap) // 2
        large = theme.is_large()
        if large:
            top -= theme.px(tokens.ROW_MORE) // 2
        upper = QRect(inner.left(), top, inner.width(), strong.height())
        lower = QRect(inner.left(), upper.bottom() + 1 + gap, inner.width(), second.height())
        third = lower.translated(0, theme.px(tokens.ROW_MORE)) if large else upper
        right = self._paint_chip(painter, third, row, at_left=large)
        if not large:
            upper.setRight(right)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        painter.drawText(upper, _LEFT, strong.elidedText(row.account, Qt.TextElideMode.ElideRight, upper.width()))
        right = self._paint_points(painter, third if large else lower, row)
        if not large:
            lower.setRight(right)
        self._paint_reason(painter, lower, words.phrase(row.reason, self.now))

    def _dense(self, painter: QPainter, inner: QRect, row: QueueRow) -> None:
        words = self._words()
        inner.setRight(self._paint_chip(painter, inner, row))
        inner.setRight(self._paint_points(painter, inner, row))
        metrics = QFontMetrics(theme.font("strong"))
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        wide = min(metrics.horizontalAdvance(row.account), inner.width())
        name = QRect(inner.left(), inner.top(), wide, inner.height())
        painter.drawText(name, _LEFT, metrics.elidedText(row.account, Qt.TextElideMode.ElideRight, wide))
        inner.setLeft(name.right() + tokens.SMALL)
        if inner.width() > theme.px(tokens.ACT):
            self._paint_reason(painter, inner, words.phrase(row.reason, self.now))

    def _paint_chip(self, painter: QPainter, line: QRect, row: QueueRow, at_left: bool = False) -> int:
        """The right end that is left for text."""
        text, tone = self._chip(row)
        if not text:
            return line.right()
        size = chip_size(text, tone)
        left = line.left() if at_left else line.right() - size.width() + 1
        box = QRect(QPoint(left, line.center().y() - size.height() // 2), size)
        paint_chip(painter, box, text, tone)
        return box.left() - tokens.SMALL

    def _paint_points(self, painter: QPainter, line: QRect, row: QueueRow) -> int:
        text = f"{row.grade.value} · {self._words().number(row.score)}"
        wide = QFontMetrics(theme.font("second")).horizontalAdvance(text)
        painter.setFont(theme.font("second"))
        painter.setPen(theme.colour("muted"))
        painter.drawText(line, _RIGHT, text)
        right = line.right() - wide - tokens.SMALL
        if row.pending:
            picture = icons.pixmap("clock", "faint", tokens.MEDIUM)
            size = theme.px(tokens.MEDIUM)
            painter.drawPixmap(QPoint(right - size, line.center().y() - size // 2), picture)
            right -= size + tokens.TINY
        return right

    def _paint_reason(self, painter: QPainter, line: QRect, text: str) -> None:
        metrics = QFontMetrics(theme.font("second"))
        painter.setFont(theme.font("second"))
        painter.setPen(theme.colour("muted"))
        text = text.replace("\n", " ")
        painter.drawText(line, _LEFT, metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width()))


class QueueView(QTableView):
    """The list itself: one column, rows of one height, headings lower. ``picked(id)``: the user chose a row."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, model: QueueModel, delegate: QueueDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.measure()
        self.clicked.connect(lambda index: self._pick(index.row()))
        self.doubleClicked.connect(lambda index: self.opened.emit(model.id_at(index.row())))
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            changed.connect(self._heights)

    def measure(self) -> None:
        """Take the heights of the density in force."""
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        self._heights()

    def show_row(self, row: int) -> None:
        """Select a row and bring it into sight, nothing else."""
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = self._model.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _pick(self, row: int) -> None:
        lead = self._model.id_at(row)
        if lead:
            self.show_row(row)
            self.picked.emit(lead)

    def _heights(self) -> None:
        header = self.verticalHeader()
        usual, low = theme.row_height(), theme.lane_height()
        heads = set(self._model.headings())
        for row in self._low - heads:
            if row < self._model.rowCount():
                header.resizeSection(row, usual)
        for row in heads:
            header.resizeSection(row, low)
        self._low = heads

    #: Rows that were given the height of a heading.
    _low: set[int] = set()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnWidth(0, self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self.viewport().height() // max(1, theme.row_height()) - 1)
        last = self._model.rowCount()
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -last,
            Qt.Key.Key_End: last,
        }
        by = steps.get(Qt.Key(event.key()))
        if by is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            row = self._model.step(self.currentIndex().row(), by)
            if row >= 0:
                self._pick(row)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._model.id_at(self.currentIndex().row()))
            return
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.measure()
