"""The question before an undo that reaches far: a whole import, or an act of an earlier day."""

from PySide6.QtWidgets import QWidget

from leaddesk.pages.words import Words
from leaddesk.ui.form import Ask
from leaddesk.ui.text import Text
from leaddesk.ui.undoing import Undoable


class UndoDialog(Ask):
    """Asks before an undo that reaches far; leaving it changes nothing."""

    def __init__(self, words: Words, found: Undoable, parent: QWidget | None = None) -> None:
        if found.import_id:
            title, verb = words.say("Undo the whole import?"), words.say("Undo the import")
        else:
            title, verb = words.say("Undo something of an earlier day?"), words.say("Undo")
        super().__init__(words, title, verb, parent=parent)
        what = words.term("act", found.kind)
        if found.import_id:
            told = words.plural("{file} · {n} row, imported {at}", "{file} · {n} rows, imported {at}", found.rows,
                                file=found.file, at=found.at)  # fmt: skip
        elif found.company:
            told = words.say("{what}: {company}, {at}", what=what, company=found.company, at=found.at)
        else:
            told = words.say("{what}, {at}", what=what, at=found.at)
        self.body.addWidget(Text(told, "body", wrap=True))
        if found.import_id:
            self.follows(words.say("Its leads and facts are taken back; what somebody has worked on since stays."))
        self.decide.setFocus()
