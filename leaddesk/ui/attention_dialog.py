"""What needs attention: operations the server refused or could not read, each with its data intact and a way on."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QPushButton, QWidget

from leaddesk.desk.rows import AttentionRow
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import BadInput, LeadDeskError
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import Listing
from leaddesk.ui.room import fit
from leaddesk.ui.surface import Line, column, line_of
from leaddesk.ui.text import Heading, Text

#: Its size with something in it, and without.
_SIZE = (tokens.COLUMNS[1] + tokens.WIDE * 2, tokens.DIALOG)
_SIZE_EMPTY = (tokens.DIALOG, tokens.COLUMNS_LEAST[0])


class AttentionDialog(QDialog):
    """The tray. ``open_lead(id)``: the lead an operation was about is wanted."""

    open_lead = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bridge, self.words = bridge, bridge.words
        self._rows: list[AttentionRow] = []
        self._asked = ""
        say = self.words.say
        self.setWindowTitle(say("Needs attention"))
        fit(self, *_SIZE)
        whole = column(self, tokens.WIDE, tokens.MEDIUM)
        whole.addWidget(Text(say("Needs attention"), "question"))
        self.intro = Text("", "body", "muted", wrap=True)
        whole.addWidget(self.intro)
        both = line_of(None, 0, tokens.LARGE)
        self.list = Listing(say("Operations that need attention"))
        self.list.currentRowChanged.connect(self._show)
        both.addWidget(self.list, 2)
        self._side = QWidget()
        side = column(self._side, 0, tokens.SMALL)
        self.what = Text("", "strong", wrap=True)
        self.why = Text("", "body", "late", wrap=True)
        self.when = Text("", "second", "muted", wrap=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(say("What was written"))
        for one in (self.what, self.when, self.why, Heading(say("What was written")), self.text):
            side.addWidget(one, 1 if one is self.text else 0)
        both.addWidget(self._side, 3)
        whole.addLayout(both, 1)
        self.message = Text("", "body", "muted", wrap=True)
        whole.addWidget(self.message)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.SMALL)
        self.again = self._button(say("Try again"))
        self.again.clicked.connect(lambda: self.retry())
        self.go = self._button(say("Open the lead"))
        self.go.clicked.connect(self._open)
        self.let_go = self._button(say("Dismiss…"))
        self.let_go.clicked.connect(lambda: self.dismiss())
        self.save = self._button(say("Export to a file…"))
        self.save.clicked.connect(self._ask_file)
        self.shut = self._button(say("Close"))
        self.shut.clicked.connect(self.accept)
        for button in (self.again, self.go, self.let_go):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.save, self.shut):
            foot.addWidget(button)
        whole.addLayout(foot)
        bridge.changed.connect(self._changed)
        self._fill([])
        self._ask()

    def row(self) -> AttentionRow | None:
        """The chosen operation."""
        place = self.list.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    # --- ways on ----------------------------------------------------------------------------------------------------

    def retry(self) -> None:
        """Do the chosen one again, on the lead as it is now."""
        row = self.row()
        if row is None:
            return
        attention, operation = self.bridge.desk.attention, row.id
        self._busy()
        self.bridge.changing(lambda: (None, attention.retry(operation)), self._retried, self._failed, receiver=self)

    def dismiss(self) -> None:
        """Let the chosen one go: asked once, done the second time."""
        row = self.row()
        if row is None:
            return
        if self._asked != row.id:
            self._asked = row.id
            self.let_go.setText(self.words.say("Dismiss for good"))
            self._say(self.words.say("◐ It is not done, and will not be. Press again to take it off the list."), "soon")
            return
        attention, operation = self.bridge.desk.attention, row.id
        self._busy()
        self.bridge.changing(lambda: (None, attention.dismiss(operation)), self._dismissed, self._failed, receiver=self)

    def export(self, path: Path) -> None:
        """Write all of them to a file, one JSON line each."""
        attention = self.bridge.desk.attention

        def work() -> tuple[int, Path]:
            try:
                return attention.export(path), path
            except OSError as trouble:
                raise BadInput("failed-file-not-written", file=str(path), why=trouble.strerror or "") from trouble

        self.bridge.ask(work, self._exported, self._failed, receiver=self)

    def _retried(self, _: None) -> None:
        self._say(self.words.say("○ Done; it is sent with the next sync."), "ok")
        self._ask()

    def _dismissed(self, _: None) -> None:
        self._say(self.words.say("Dismissed. It stays in the history of this computer."))
        self._ask()

    def _exported(self, both: tuple[int, Path]) -> None:
        count, path = both
        words, where = self.words, str(path)
        self._say(words.plural("{n} operation written: {path}", "{n} operations written: {path}", count, path=where))

    def _failed(self, trouble: LeadDeskError) -> None:
        self._say(f"● {self.words.error(trouble)}", "late")
        self._show(self.list.currentRow(), keep=True)

    def _open(self) -> None:
        row = self.row()
        if row is not None and row.lead:
            self.open_lead.emit(row.lead)
            self.accept()

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.words.say("Export to a file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile("leaddesk-attention.jsonl")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if changes.sync:
            self._ask()

    def _ask(self) -> None:
        self.bridge.ask(self.bridge.desk.attention.list, self._fill)

    def _fill(self, rows: list[AttentionRow]) -> None:
        words, chosen = self.words, self.row()
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            told = (row.account, words.term("act", row.kind))
            self.list.add(" · ".join(one for one in told if one), row.id)
        self.list.blockSignals(False)
        self.intro.tell(
            words.plural(
                "{n} thing you did could not be done on the server. Nothing of it is lost.",
                "{n} things you did could not be done on the server. Nothing of them is lost.",
                len(rows),
            )
            if rows
            else words.say("○ Nothing needs attention: everything you did stands.")
        )
        same = next((place for place, row in enumerate(rows) if chosen is not None and row.id == chosen.id), 0)
        self.list.setCurrentRow(same if rows else -1)
        for one in (self.list, self._side, self.again, self.go, self.let_go, self.save):
            one.setVisible(bool(rows))
        fit(self, *(_SIZE if rows else _SIZE_EMPTY))
        self._show(self.list.currentRow(), keep=True)
        (self.list if rows else self.shut).setFocus()

    def _show(self, place: int, keep: bool = False) -> None:
        row, words = self.row(), self.words
        self._asked = ""
        self.let_go.setText(words.say("Dismiss…"))
        for button in (self.again, self.let_go):
            button.setEnabled(row is not None)
        self.go.setEnabled(row is not None and bool(row.lead))
        if not keep:
            self._say("")
        if row is None:
            return
        self.what.tell(" · ".join(one for one in (words.term("act", row.kind), row.account) if one))
        self.when.tell(words.say("You did this {at}.", at=row.at))
        held = words.plural("{n} later act is held back.", "{n} later acts are held back.", row.held)
        self.why.tell(f"● {words.phrase(row.reason)}" + (f" {held}" if row.held else ""))
        self.text.setPlainText(row.text or words.say("No text was written."))

    def _busy(self) -> None:
        for button in (self.again, self.let_go):
            button.setEnabled(False)

    def _button(self, text: str) -> QPushButton:
        made = QPushButton(text)
        made.setAutoDefault(False)
        return made

    def _say(self, text: str, tone: str = "muted") -> None:
        self.message.tell(text, tone)
