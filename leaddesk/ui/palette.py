"""Ctrl+K: every command and every lead by a few letters of its name, hands on the keyboard."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from rapidfuzz import fuzz, process

from leaddesk.desk.rows import QueueRow
from leaddesk.domain.words import Role
from leaddesk.ui import theme, tokens
from leaddesk.ui.actions import TRIAGE, Action, first_key, offered
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.chip import cap_size, paint_cap
from leaddesk.ui.surface import Line, column

_ENTRY = Qt.ItemDataRole.UserRole

#: What counts as alike, of 100; how many commands and leads are shown; letters before leads are looked for.
_ALIKE = 62
_COMMANDS, _LEADS = 8, 8
_LEAST = 2
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a command (``action``), a lead (``lead``), or a heading (neither)."""

    text: str
    second: str = ""
    key: str = ""
    action: str = ""
    lead: str = ""
    enabled: bool = True


class Palette(QDialog):
    """``action(key)`` of ``actions``, or ``lead(id)``, once; then it is closed.

    ``possible``: whether an action can be done now; one that cannot is shown and does nothing. ``role``: the user's.
    """

    action = Signal(str)
    lead = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        parent: QWidget | None = None,
        mode: str = TRIAGE,
        possible: Callable[[str], bool] = lambda _: True,
        text: str = "",
        role: Role | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.bridge, self.words = bridge, bridge.words
        self._mode, self._possible = mode, possible
        self._role = role
        self._leads: tuple[QueueRow, ...] = ()
        self._commands = self._all()
        self.setWindowTitle(self.words.say("All commands"))
        self.setFixedWidth(theme.px(tokens.DIALOG + tokens.WIDE * 4))
        whole = column(self, tokens.SMALL, tokens.SMALL)
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.words.say("Search a lead or a command"))
        self.line.setAccessibleName(self.words.say("Search a lead or a command"))
        self.line.textChanged.connect(self._typed)
        whole.addWidget(self.line)
        whole.addWidget(Line())
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setAccessibleName(self.words.say("Found"))
        self.list.itemClicked.connect(lambda _: self.run())
        whole.addWidget(self.list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(tokens.SEARCH_PAUSE)
        self._pause.timeout.connect(self._search)
        self._fill()
        self.line.setText(text)
        self.line.setFocus()

    def entries(self) -> list[Entry]:
        """What is listed, headings too."""
        return [self.list.item(row).data(_ENTRY) for row in range(self.list.count())]

    def entry(self) -> Entry | None:
        """The chosen line."""
        item = self.list.currentItem()
        found: Entry | None = item.data(_ENTRY) if item is not None else None
        return found

    def run(self) -> None:
        """Do the chosen command, or open the chosen lead."""
        entry = self.entry()
        if entry is None or not entry.enabled or not (entry.action or entry.lead):
            return
        self.accept()
        if entry.action:
            self.action.emit(entry.action)
        else:
            self.lead.emit(entry.lead)

    # --- finding ----------------------------------------------------------------------------------------------------

    def _all(self) -> list[tuple[Action, str]]:
        shown = (one for one in offered(self._role) if self._mode in one.modes and one.key != "palette")
        return [(one, self.words.say(one.text)) for one in shown]

    def _typed(self) -> None:
        self._pause.start()
        self._fill()

    def _search(self) -> None:
        text, desk = self._text(), self.bridge.desk
        if len(text) < _LEAST:
            self._know(("", ()))
            return
        self.bridge.ask(lambda: (text, tuple(desk.search(text, _LEADS))), self._know, receiver=self)

    def _know(self, found: tuple[str, tuple[QueueRow, ...]]) -> None:
        text, rows = found
        if text in ("", self._text()) and rows != self._leads:
            self._leads = rows
            self._fill()

    def _text(self) -> str:
        return self.line.text().strip()

    def _fill(self) -> None:
        chosen = self.entry()
        text = self._text()
        if len(text) < _LEAST:
            self._leads = ()
        commands = matching(text, self._commands)[: None if not text else _COMMANDS]
        entries: list[Entry] = []
        if commands:
            entries.append(Entry(self.words.say("Commands")))
            entries += [self._command(one, told) for one, told in commands]
        if self._leads:
            leads = [Entry(self.words.say("Leads")), *(self._lead(one) for one in self._leads)]
            # A command that is named from its beginning comes first; otherwise a lead is what was looked for.
            named = bool(commands) and commands[0][1].casefold().startswith(text.casefold())
            entries = entries + leads if named else leads + entries
        if not entries:
            entries.append(Entry(self.words.say("Nothing found.")))
        self.list.clear()
        for one in entries:
            self._add(one)
        self.list.setFixedHeight(theme.px(tokens.BUTTON) * min(_SHOWN, len(entries)))
        self.adjustSize()
        same = next((row for row, one in enumerate(entries) if chosen is not None and _same(one, chosen)), -1)
        first = next((row for row, one in enumerate(entries) if one.action or one.lead), -1)
        self.list.setCurrentRow(same if same >= 0 and not text else first)

    def _add(self, entry: Entry) -> None:
        item = QListWidgetItem()
        item.setData(_ENTRY, entry)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (entry.text, entry.second, entry.key))))
        if not (entry.action or entry.lead):
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _command(self, action: Action, text: str) -> Entry:
        key = first_key(action.key, self._mode, self.bridge.settings.single_letter_keys)
        return Entry(text, key=key, action=action.key, enabled=self._possible(action.key))

    def _lead(self, row: QueueRow) -> Entry:
        told = (row.person, self.words.label(row.state), row.owner_name)
        return Entry(row.account, " · ".join(one for one in told if one), lead=row.id)

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(Qt.Key(key))
        if step is not None:
            self._step(step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.run()
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        usable = [row for row, one in enumerate(self.entries()) if one.action or one.lead]
        if not usable:
            return
        here = self.list.currentRow()
        place = usable.index(here) if here in usable else 0
        self.list.setCurrentRow(usable[max(0, min(len(usable) - 1, place + step))])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("edge"))
        painter.setBrush(theme.colour("panel"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def matching(text: str, commands: list[tuple[Action, str]]) -> list[tuple[Action, str]]:
    """The commands a text may mean, likeliest first; all of them where nothing is typed."""
    if not text:
        return commands
    folded = text.casefold()
    by_place = {place: told.casefold() for place, (_, told) in enumerate(commands)}
    found = process.extract(folded, by_place, scorer=_alike, score_cutoff=_ALIKE, limit=None)
    return [commands[place] for _, _, place in sorted(found, key=lambda one: (-one[1], one[2]))]


def _alike(typed: str, text: str, **_: object) -> float:
    """How alike, 0 to 100: words that begin as typed first, then parts, then letters nearly right."""
    if text.startswith(typed):
        return 100.0
    if any(word.startswith(typed) for word in text.split()):
        return 95.0
    if typed in text:
        return 90.0
    if len(typed) < 3:
        return 0.0
    return float(fuzz.partial_ratio(typed, text)) * 0.85


def _same(one: Entry, other: Entry) -> bool:
    return bool(one.action or one.lead) and (one.action, one.lead) == (other.action, other.lead)


class _Lines(QStyledItemDelegate):
    """Paints one line: its words, what stands beside them, its key."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(tokens.COLUMNS_LEAST[0]), theme.px(tokens.BUTTON))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(_ENTRY)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        heading = not (entry.action or entry.lead)
        if state & QStyle.StateFlag.State_Selected and not heading:
            painter.fillRect(rect, theme.colour("sel"))
            painter.fillRect(QRect(rect.left(), rect.top(), tokens.MARK, rect.height()), theme.colour("accent"))
        inner = rect.adjusted(tokens.MEDIUM, 0, -tokens.MEDIUM, 0)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        if entry.key:
            size = cap_size(entry.key)
            cap = QRect(inner.right() - size.width() + 1, 0, size.width(), size.height())
            cap.moveTop(rect.center().y() - size.height() // 2 + 1)
            paint_cap(painter, cap, entry.key, theme.colour("line2"), theme.colour("muted"))
            inner.setRight(cap.left() - tokens.SMALL)
        role, tone = ("heading", "muted") if heading else ("body", "text" if entry.enabled else "faint")
        metrics = QFontMetrics(theme.font(role))
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour(tone))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, flags, text)
        inner.setLeft(inner.left() + metrics.horizontalAdvance(text) + tokens.MEDIUM)
        if entry.second and inner.width() > tokens.WIDE:
            metrics = QFontMetrics(theme.font("second"))
            painter.setFont(theme.font("second"))
            painter.setPen(theme.colour("muted"))
            painter.drawText(inner, flags, metrics.elidedText(entry.second, Qt.TextElideMode.ElideRight, inner.width()))
        painter.restore()
