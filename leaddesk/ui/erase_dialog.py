"""The question before a person is erased: whose data, what goes and what stays, and at whose wish or by which rule."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from leaddesk.desk.rows import Card
from leaddesk.pages.words import Words
from leaddesk.ui.form import Ask, subject_of
from leaddesk.ui.text import Text


class EraseDialog(Ask):
    """Asks for the ground of an erasure. ``chosen(ground)`` comes once, when it is decided; leaving changes nothing."""

    chosen = Signal(str)

    def __init__(self, words: Words, card: Card, parent: QWidget | None = None) -> None:
        say = words.say
        super().__init__(words, say("Erase this person's data?"), say("Erase for good"), subject_of(card), parent)
        gone = say(
            "Name, title, numbers, addresses, notes and whatever else tells of this person are erased: here, at the "
            "central, and at every desk as it syncs."
        )
        stays = say("The company stays, and so does what was done with this lead, when and by whom.")
        for text, role in ((gone, "body"), (stays, "body"), (say("This cannot be undone."), "strong")):
            self.body.addWidget(Text(text, role, wrap=True))
        self.ground = self.line(say("Ground: whose wish it is, or which rule"))
        self.body.addWidget(Text(say("The ground is kept. Write no personal data in it."), "small", "muted", wrap=True))
        self.refresh()
        self.ground.setFocus()

    def why_not(self) -> str:
        return "" if self.ground.text().strip() else self.words.say("Write on which ground the data are erased.")

    def decided(self) -> None:
        self.chosen.emit(self.ground.text().strip())
