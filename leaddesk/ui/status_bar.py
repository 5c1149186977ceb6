"""The bottom bar: how the desk stands with the central in words, notices of what was done, what is next, undo, keys.

In a call the deadline of its lead stands in the place of what is next, and the keys are those of the call.
"""

from datetime import datetime

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from leaddesk.desk.rows import Card, Status
from leaddesk.ui import theme, tokens
from leaddesk.ui.actions import CALL, TRIAGE, first_key
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.button import Button, LinkButton
from leaddesk.ui.card_pane import chip_text
from leaddesk.ui.chip import SIGNS
from leaddesk.ui.queue_view import tone_of as due_tone
from leaddesk.ui.surface import Ground, line_of, show_if
from leaddesk.ui.text import Text


def tone_of(status: Status) -> str:
    """The colour of the dot: ok, soon (offline or something waits), late (a person is needed)."""
    if status.attention or (status.trouble is not None and status.offline_since is None) or not status.signed_in:
        return "late"
    if status.offline_since is not None or status.waiting or status.last_sync is None:
        return "soon"
    return "ok"


class _SyncButton(Button):
    """The state of the sync as a dot and words; pressed, it leads on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "soon"
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def tell(self, text: str, tone: str) -> None:
        self._tone = tone
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font("second")).horizontalAdvance(self.text())
        return QSize(wide + tokens.DOT + 2 * tokens.SMALL, theme.px(tokens.TARGET))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(tokens.SEARCH) // 4, theme.px(tokens.TARGET))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._box(painter, theme.colour("sel" if self.underMouse() else "panel"), None, tokens.RADIUS_CHIP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone))
        painter.drawEllipse(QRect(tokens.TINY, (self.height() - tokens.DOT) // 2, tokens.DOT, tokens.DOT))
        painter.setPen(theme.colour("muted"))
        painter.setFont(theme.font("second"))
        inner = self.rect().adjusted(tokens.DOT + 2 * tokens.TINY + 2, 0, 0, 0)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)


class StatusBar(Ground):
    """``sync_pressed()``; ``undo_pressed()``; ``keys_pressed()``."""

    sync_pressed = Signal()
    undo_pressed = Signal()
    keys_pressed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("panel", ("top",), parent)
        self._bridge = bridge
        self._status: Status | None = None
        self._next = ""
        self._call: Card | None = None
        self.sync = _SyncButton()
        self.following = Text("", "second", "muted", elide=True)
        self.notice = Text("", "second", "text", elide=True)
        self.undo, self.keys = LinkButton(), LinkButton()
        self.undo.hide()
        self._stands = QTimer(self)
        self._stands.setSingleShot(True)
        self._stands.setInterval(tokens.NOTICE)
        self._stands.timeout.connect(self._clear)
        self.sync.clicked.connect(self.sync_pressed)
        self.undo.clicked.connect(self.undo_pressed)
        self.keys.clicked.connect(self.keys_pressed)
        self.setFixedHeight(theme.px(tokens.BOTTOM_BAR))
        line = line_of(self, 0, tokens.LARGE)
        line.setContentsMargins(tokens.SMALL, tokens.HAIR, tokens.SMALL, 0)
        line.addWidget(self.sync)
        line.addWidget(self.following, 2)
        line.addWidget(self.notice, 3)
        line.addWidget(self.undo)
        line.addWidget(self.keys)
        bridge.language_changed.connect(self._turn_over)
        bridge.settings_changed.connect(lambda _: self.speak())
        self.speak()

    def status(self) -> Status | None:
        """The state shown."""
        return self._status

    def show_status(self, status: Status) -> None:
        """How the desk stands with the central."""
        self._status = status
        self.speak()

    def show_undo(self, possible: bool) -> None:
        """Undo is offered while there is something to undo."""
        show_if(self.undo, possible)

    def show_next(self, company: str) -> None:
        """The company that comes next, "" none."""
        self._next = company
        self.tick(self._bridge.now())

    def show_call(self, card: Card | None) -> None:
        """A call is on with this lead; None: no call is on."""
        self._call = card
        self.speak()

    def tick(self, now: datetime) -> None:
        """Say what is next, or in a call how long its lead can wait."""
        words, card = self._bridge.words, self._call
        if card is None:
            self.following.tell(words.say("Next: {company}", company=self._next) if self._next else "", "muted")
        elif card.row.due is None or not self._bridge.settings.show_countdowns:
            self.following.tell("", "muted")
        else:
            tone = due_tone(card.row.due, card.row.warn_at, now)
            texts = (chip_text(card, words, now, True), words.countdown(card.row.due, now, True))
            self.following.tell_fitting([f"{SIGNS[tone]} {one}" for one in texts], tone)

    def tell(self, text: str, tone: str = "text", stays: bool = False) -> None:
        """Say what was done or went wrong, for eight seconds or until the next; screen readers are told politely."""
        self.notice.tell(text, tone)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        if stays:
            self._stands.stop()
        else:
            self._stands.start()

    def speak(self) -> None:
        """Fill in, in the language in force."""
        words = self._bridge.words
        letters = self._bridge.settings.single_letter_keys
        mode = TRIAGE if self._call is None else CALL
        # In a call the keyboard is in the note, where the key of undo takes back typing.
        self.undo.tell(words.say("Undo"), first_key("undo", letters=letters) if mode == TRIAGE else "")
        self.keys.tell(words.say("Keys"), first_key("keys", mode, letters))
        self.show_next(self._next)
        if self._status is not None:
            self.sync.tell(words.sync_state(self._status), tone_of(self._status))
        else:
            self.sync.tell("", "line2")

    def _turn_over(self) -> None:
        """Another language: a notice of what was done is not left standing in the old one."""
        if self._stands.isActive():
            self._stands.stop()
            self._clear()
        self.speak()

    def _clear(self) -> None:
        self.notice.tell("", "text")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(theme.px(tokens.BOTTOM_BAR))
