"""Makes Qt's actions of the list in ``actions``: shortcuts by mode and setting, and the menus."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from leaddesk.domain.words import Role
from leaddesk.pages.words import Words
from leaddesk.ui.actions import ACTIONS, MENUS, TRIAGE, is_letter, offered


class Commands(QObject):
    """Every command of the window. ``wanted(key)``: one was asked for, by its key, its menu or a caller."""

    wanted = Signal(str)

    def __init__(self, window: QWidget, words: Callable[[], Words]) -> None:
        super().__init__(window)
        self._words = words
        self._mode = TRIAGE
        self._letters = True
        self.actions: dict[str, QAction] = {}
        for one in ACTIONS:
            made = QAction(self)
            made.setObjectName(one.key)
            made.setAutoRepeat(one.key in ("next", "previous"))
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            made.triggered.connect(lambda _=False, key=one.key: self.wanted.emit(key))
            window.addAction(made)
            self.actions[one.key] = made
        self.arrange(TRIAGE, True)
        self.speak()

    def arrange(self, mode: str, letters: bool) -> None:
        """Which commands work now: those of the mode; single letters only where the setting has them."""
        self._mode, self._letters = mode, letters
        for one in ACTIONS:
            made = self.actions[one.key]
            keys = [key for key in one.keys if not (is_letter(key) and (mode != TRIAGE or not letters))]
            made.setShortcuts([QKeySequence(key) for key in keys])
            made.setEnabled(mode in one.modes)

    def speak(self) -> None:
        """Name every command in the language in force."""
        words = self._words()
        for one in ACTIONS:
            self.actions[one.key].setText(words.say(one.text).replace("&", "&&"))

    def fill(self, menu: QMenu, role: Role | None) -> None:
        """Put every command that somebody of this role has into a menu, under its own."""
        menu.clear()
        words = self._words()
        for name, text in MENUS:
            inner = menu.addMenu(words.say(text))
            for one in offered(role):
                if one.menu == name and self._mode in one.modes:
                    inner.addAction(self.actions[one.key])
