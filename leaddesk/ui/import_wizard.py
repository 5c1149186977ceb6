"""Importing a file in four steps: choose it, say what its columns mean, try it out, import it.

Nothing is written before the last step. The file is read on the network worker, so that the desk stays usable; what a
stopped import has finished stays, and the whole import can be taken back by one button.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from leaddesk.desk.rows import ActResult, ImportPreview, ImportResult
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError
from leaddesk.pages.marks import N_
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.import_columns import ColumnList
from leaddesk.ui.import_result import Counts, FailureList
from leaddesk.ui.room import fit
from leaddesk.ui.surface import Line, Panel, column, line_of
from leaddesk.ui.text import Passage, Text

FILE, COLUMNS, TRIAL, RUN, RESULT = range(5)

_STEPS = (N_("File"), N_("Columns"), N_("Trial"), N_("Import"))
_STEP_OF = {FILE: 0, COLUMNS: 1, TRIAL: 2, RUN: 3, RESULT: 3}
_DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tabulator"), "|": N_("vertical bar")}
_KINDS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")


class _Told(QObject):
    """Brings the progress of the worker home."""

    progressed = Signal(int, int)


class ImportWizard(QDialog):
    """The wizard. ``path``: a file that was chosen already. ``imported(ImportResult)``: an import has ended."""

    imported = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None, path: Path | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.bridge, self.words = bridge, bridge.words
        self.path: Path | None = None
        self.preview: ImportPreview | None = None
        self.result_told: ImportResult | None = None
        self._stop = threading.Event()
        self._running = False
        self._leaving = False
        self._told = _Told(self)
        self._told.progressed.connect(self._progress, Qt.ConnectionType.QueuedConnection)
        self.setWindowTitle(self.words.say("Import a file"))
        self._lay_out()
        self._go(FILE)
        if path is not None:
            self.choose(path)

    # --- steps ------------------------------------------------------------------------------------------------------

    def step(self) -> int:
        """The step that is shown: FILE, COLUMNS, TRIAL, RUN or RESULT."""
        return self._pages.currentIndex()

    def choose(self, path: Path) -> None:
        """Look into a file; its columns are shown next."""
        self.path = path
        self._say(self.words.say("Reading the file…"))
        self._busy(True)
        desk = self.bridge.desk
        self.bridge.ask_network(lambda: desk.imports.look(path), self._looked, self._failed, receiver=self)

    def message(self) -> str:
        """What the line above the buttons says."""
        return self._message.text()

    def forward(self) -> None:
        """Go on from the shown step."""
        if not self.next.isEnabled():
            return
        step = self.step()
        if step == FILE:
            self._ask_file()
        elif step == COLUMNS:
            self._try()
        elif step == TRIAL:
            self._run()
        else:
            self.accept()

    def backward(self) -> None:
        """Back to the step before."""
        if self.back.isEnabled():
            self._go(FILE if self.step() == COLUMNS else COLUMNS)

    def undo_import(self) -> None:
        """Take the whole import back."""
        result = self.result_told
        if result is None:
            return
        self.undo.setEnabled(False)
        imports, import_id = self.bridge.desk.imports, result.import_id
        self.bridge.changing(lambda: imports.undo(import_id), self._undone, self._failed, receiver=self)

    # --- what the worker is asked -----------------------------------------------------------------------------------

    def _looked(self, preview: ImportPreview) -> None:
        self._busy(False)
        self.preview = preview
        words = self.words
        told = [preview.file, preview.format.upper()]
        if preview.encoding:
            told.append(preview.encoding.upper())
        if preview.delimiter:
            told.append(words.say(_DELIMITERS.get(preview.delimiter, preview.delimiter)))
        told.append(words.plural("{n} row", "{n} rows", preview.rows))
        self.about.tell(" · ".join(told))
        self.warnings.tell("\n".join(f"◐ {words.phrase(one)}" for one in preview.warnings))
        self.warnings.setVisible(bool(preview.warnings))
        self.source.setText(preview.source_name)
        self.columns.show_columns(preview)
        self._go(COLUMNS)

    def _try(self) -> None:
        assert self.path is not None
        path, mapping, name, desk = self.path, self.columns.mapping(), self.source.text().strip(), self.bridge.desk
        self._busy(True)
        self._say(self.words.say("Trying it out; nothing is written…"))
        self.bridge.ask_network(
            lambda: desk.imports.run(path, mapping, dry_run=True, source_name=name),
            self._tried, self._failed, receiver=self,
        )  # fmt: skip

    def _tried(self, both: tuple[ImportResult, Changes]) -> None:
        self._busy(False)
        result = both[0]
        self.trial.show_result(result)
        self.trial_failures.show_failures(result.failures, result.failed)
        self._go(TRIAL)
        good = result.rows - result.failed
        self.next.setEnabled(good > 0)
        self._say(
            self.words.plural("{n} row can be imported.", "{n} rows can be imported.", good)
            if good
            else self.words.say("No row of the file can be imported as its columns are mapped now."),
            "" if good else "late",
        )

    def _run(self) -> None:
        assert self.path is not None
        path, mapping, name, desk = self.path, self.columns.mapping(), self.source.text().strip(), self.bridge.desk
        self._stop.clear()
        self._running = True
        told, stop, words = self._told, self._stop, self.words
        self.bar.setRange(0, 0)
        self._go(RUN)
        self.bridge.ask_network(
            lambda: desk.imports.run(
                path, mapping, told.progressed.emit, stop.is_set, source_name=name, words=words
            ),
            self._ran, self._failed, receiver=self,
        )  # fmt: skip

    def _progress(self, done: int, total: int) -> None:
        if self._running:
            self.bar.setRange(0, max(1, total))
            self.bar.setValue(done)
            self.so_far.tell(self.words.say("{done} of {total} rows", done=done, total=total))

    def _ran(self, both: tuple[ImportResult, Changes]) -> None:
        self._running = False
        result, changes = both
        self.result_told = result
        words = self.words
        self.counts.show_result(result)
        self.result_failures.show_failures(result.failures, result.failed)
        self.failed_file.tell(result.failed_file)
        for one in (self.failed_file, self.failed_name, self.folder):
            one.setVisible(bool(result.failed_file))
        self._go(RESULT)
        if result.cancelled:
            stopped = words.say("◐ Stopped. What was finished stays: {n} rows. The rest was left out.", n=result.rows)
            self._say(stopped)
        else:
            self._say(words.say("○ The import is ready. It is sent to the server with the next sync."))
        self.undo.setEnabled(result.rows > result.failed)
        self.imported.emit(result)
        self.bridge.changed.emit(changes)
        if self._leaving:
            self.accept()

    def _undone(self, result: ActResult) -> None:
        say = self.words.say
        self._say(self.words.phrase(result.notice) if result.notice is not None else say("The import was undone."))

    def _failed(self, trouble: LeadDeskError) -> None:
        self._busy(False)
        was_running, self._running = self._running, False
        self._say("● " + self.words.error(trouble) + " " + self.words.advice(trouble), "late")
        if was_running:
            self._go(COLUMNS, keep=True)

    # --- the window -------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        say = self.words.say
        fit(self, tokens.COLUMNS[1], tokens.WINDOW_LEAST[1])
        whole = column(self, tokens.WIDE, tokens.MEDIUM)
        self._where = Passage("body")
        whole.addWidget(self._where)
        whole.addWidget(Line())
        self._pages = QStackedWidget()
        for made in (self._file_page, self._columns_page, self._trial_page, self._run_page, self._result_page):
            self._pages.addWidget(made())
        whole.addWidget(self._pages, 1)
        self._message = Text("", "body", "muted", wrap=True)
        whole.addWidget(self._message)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.SMALL)
        self.leave = self._button(say("Cancel"), self.reject)
        self.back = self._button(say("Back"), self.backward)
        self.next = self._button("", self.forward)
        self.next.setDefault(True)
        foot.addWidget(self.leave)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        whole.addLayout(foot)

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        made = QPushButton(text)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: slot())
        return made

    def _file_page(self) -> QWidget:
        say = self.words.say
        page = QWidget()
        whole = column(page, 0, tokens.MEDIUM)
        box = Panel()
        inner = column(box, tokens.WIDE, tokens.MEDIUM)
        inner.addStretch(1)
        for text, role, tone in (
            (say("Drop a file here, or choose one"), "question", "text"),
            (say("CSV or a spreadsheet; headings may be in Finnish, Swedish or English."), "body", "muted"),
            (say("Nothing is written before you have seen what would happen."), "body", "muted"),
        ):
            one = Text(text, role, tone, wrap=True)
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(one)
        inner.addStretch(1)
        whole.addWidget(box, 1)
        return page

    def _columns_page(self) -> QWidget:
        say = self.words.say
        page = QWidget()
        whole = column(page, 0, tokens.SMALL)
        self.about = Text("", "strong", wrap=True)
        self.warnings = Text("", "second", "soon", wrap=True)
        whole.addWidget(self.about)
        whole.addWidget(self.warnings)
        row = line_of(None, 0, tokens.SMALL)
        name = Text(say("Source"), "second", "muted")
        self.source = QLineEdit()
        self.source.setAccessibleName(say("Source"))
        name.setBuddy(self.source)
        row.addWidget(name)
        row.addWidget(self.source, 1)
        whole.addLayout(row)
        hint = say("Files of one source refer to each other by its own ids; the same file again updates.")
        whole.addWidget(Text(hint, "small", "muted", wrap=True))
        self.columns = ColumnList(self.words)
        self.columns.changed.connect(self._check)
        whole.addWidget(self.columns, 1)
        return page

    def _trial_page(self) -> QWidget:
        page = QWidget()
        whole = column(page, 0, tokens.MEDIUM)
        self.trial = Counts(self.words, would=True)
        self.trial_failures = FailureList(self.words)
        whole.addWidget(self.trial)
        whole.addWidget(self.trial_failures, 1)
        return page

    def _run_page(self) -> QWidget:
        page = QWidget()
        whole = column(page, 0, tokens.MEDIUM)
        whole.addStretch(1)
        whole.addWidget(Text(self.words.say("Importing"), "question"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.words.say("Importing"))
        self.bar.setTextVisible(False)
        self.so_far = Text("", "body", "muted")
        whole.addWidget(self.bar)
        whole.addWidget(self.so_far)
        whole.addStretch(1)
        return page

    def _result_page(self) -> QWidget:
        say = self.words.say
        page = QWidget()
        whole = column(page, 0, tokens.MEDIUM)
        self.counts = Counts(self.words)
        self.result_failures = FailureList(self.words)
        told = say("The rows that failed, with their reasons, to be corrected and imported again:")
        self.failed_name = Text(told, wrap=True)
        self.failed_file = Text("", "body", "text", wrap=True, selectable=True)
        row = line_of(None, 0, tokens.SMALL)
        self.folder = self._button(say("Open the folder"), self._open_folder)
        self.undo = self._button(say("Undo the import"), self.undo_import)
        row.addWidget(self.undo)
        row.addWidget(self.folder)
        row.addStretch(1)
        whole.addWidget(self.counts)
        whole.addWidget(self.result_failures, 1)
        whole.addWidget(self.failed_name)
        whole.addWidget(self.failed_file)
        whole.addLayout(row)
        return page

    def _go(self, step: int, keep: bool = False) -> None:
        words = self.words
        self._pages.setCurrentIndex(step)
        if not keep:
            self._say("")
        here = _STEP_OF[step]
        pieces: list[tuple[str, bool]] = []
        for place, text in enumerate(_STEPS):
            pieces.append((("   ›   " if place else "") + f"{place + 1} ", False))
            pieces.append((words.say(text), place == here))
        self._where.tell(pieces)
        self.back.setVisible(step in (COLUMNS, TRIAL))
        self.leave.setText(words.say("Stop") if step == RUN else words.say("Cancel"))
        self.leave.setVisible(step != RESULT)
        self.next.setVisible(step != RUN)
        self.next.setText(
            {
                FILE: words.say("Choose a file…"),
                COLUMNS: words.say("Try it out"),
                TRIAL: words.say("Import rows"),
                RESULT: words.say("Ready"),
            }.get(step, "")
        )
        self.next.setEnabled(True)
        self.back.setEnabled(True)
        self.leave.setEnabled(True)
        if step == COLUMNS:
            self._check(keep)
        (self.leave if step == RUN else self.next).setFocus()

    def _check(self, keep: bool = False) -> None:
        """Whether the columns can be imported as they are mapped."""
        problem = self.columns.problem()
        self.next.setEnabled(not problem)
        if problem:
            self._say("◐ " + problem, "soon")
        elif not keep:
            self._say(self.words.say("Next it is tried out; nothing is written yet."))

    def _busy(self, busy: bool) -> None:
        self.next.setEnabled(not busy)
        self.back.setEnabled(not busy)
        self._pages.setEnabled(not busy)

    def _say(self, text: str, tone: str = "") -> None:
        self._message.tell(text, tone or "muted")

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.words.say("Choose a file to import"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = " ".join(f"*.{one}" for one in _KINDS)
        dialog.setNameFilters([self.words.say("Tables") + f" ({kinds})", self.words.say("All files") + " (*)"])
        dialog.fileSelected.connect(lambda name: self.choose(Path(name)))
        dialog.open()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.failed_file.text()).parent)))

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Leave; a running import is stopped after the portion at hand, and what it did is shown."""
        if not self._running:
            super().reject()
            return
        self._stop.set()
        self.leave.setEnabled(False)
        self._say(self.words.say("Stopping after the rows at hand…"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.step() == FILE and _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if self.step() == FILE and path is not None:
            event.acceptProposedAction()
            self.choose(path)


def _dropped(event: QDropEvent) -> Path | None:
    """The one local file that is dropped."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
