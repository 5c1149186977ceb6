"""The sheet of all keys: what can be done in the mode at hand, read from the list of actions."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from leaddesk.domain.words import Role
from leaddesk.pages.marks import N_
from leaddesk.ui import tokens
from leaddesk.ui.actions import CALL, MENUS, TRIAGE, is_letter, offered, shown
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.chip import KeyCap
from leaddesk.ui.room import fit_content, widen
from leaddesk.ui.surface import Line, Scroller, column, line_of
from leaddesk.ui.text import Heading, Text

#: Keys of the dialogs, which no action has.
_DIALOGS = (
    (N_("Decide"), ("⏎",)),
    (N_("Decide, from a text of several lines"), ("Ctrl ⏎",)),
    (N_("Take a suggested time"), ("Alt 1", "Alt 4")),
    (N_("Choose a reason to reject"), ("1", "8")),
    (N_("Leave"), ("Esc",)),
)

#: Where a command without a key is found.
_ELSEWHERE = N_("menu, Ctrl K")


class KeysSheet(QDialog):
    """All keys that a user of this role has in a mode (``actions.TRIAGE`` or ``CALL``), in two columns."""

    def __init__(
        self, bridge: Bridge, parent: QWidget | None = None, mode: str = TRIAGE, role: Role | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        say = bridge.words.say
        self.letters = bridge.settings.single_letter_keys and mode != CALL
        self._say = say
        self.setWindowTitle(say("Keys"))
        widen(self, tokens.COLUMNS[1] + tokens.WIDE * 4)
        whole = column(self, tokens.WIDE, tokens.MEDIUM)
        whole.addWidget(Text(say("Keys during a call") if mode == CALL else say("Keys"), "question"))
        note = (
            say("During a call letters write text.")
            if mode == CALL
            else say("Letters act on the shown lead, never while you type. They can be switched off in the settings.")
            if self.letters
            else say("Single letters are switched off in the settings; everything is in the menus and under Ctrl K.")
        )
        whole.addWidget(Text(note, "body", "muted", wrap=True))
        inside = QWidget()
        both = line_of(inside, 0, tokens.WIDE * 2)
        both.setContentsMargins(0, 0, tokens.LARGE, 0)
        self.rows: dict[str, tuple[str, ...]] = {}
        parts = [
            (say(name), [one for one in offered(role) if one.menu == menu and mode in one.modes])
            for menu, name in MENUS
        ]
        parts = [(name, actions) for name, actions in parts if actions]
        half = sum(len(actions) + 2 for _, actions in parts) / 2
        side, used = column(None, 0, tokens.TINY - 2 * tokens.HAIR), 0
        both.addLayout(side, 1)
        for name, actions in parts:
            if used and used + len(actions) / 2 > half:
                side.addStretch(1)
                side, used = column(None, 0, tokens.TINY - 2 * tokens.HAIR), 0
                both.addLayout(side, 1)
                half = float("inf")
            if used:
                side.addSpacing(tokens.SMALL)
            side.addWidget(Heading(name))
            for action in actions:
                keys = tuple(one for one in action.keys if self.letters or not is_letter(one))
                self.rows[action.key] = tuple(shown(one) for one in keys)
                self._row(side, say(action.text), self.rows[action.key])
            used += len(actions) + 2
        side.addSpacing(tokens.SMALL)
        side.addWidget(Heading(say("In a dialog")))
        for text, caps in _DIALOGS:
            self._row(side, say(text), caps, "–" if len(caps) == 2 else "")
        side.addStretch(1)
        self._scroll = Scroller(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(say("Keys"))
        whole.addWidget(self._scroll, 1)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.SMALL)
        foot.addStretch(1)
        close = QPushButton(say("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        whole.addLayout(foot)
        close.setFocus()

    def _row(self, side: QVBoxLayout, text: str, caps: tuple[str, ...], between: str = "") -> None:
        row = line_of(None, 0, tokens.TINY)
        told = Text(text, "body", wrap=True)
        told.setAccessibleDescription(", ".join(caps))
        row.addWidget(told, 1)
        for place, cap in enumerate(caps):
            if place and between:
                row.addWidget(Text(between, "small", "muted"))
            row.addWidget(KeyCap(cap))
        if not caps:
            row.addWidget(Text(self._say(_ELSEWHERE), "small", "muted"))
        side.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_content(self, self._scroll)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?" or event.key() == Qt.Key.Key_F1:
            self.accept()
            return
        super().keyPressEvent(event)
