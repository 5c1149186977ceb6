"""What an import did or would do: four counts, and the rows that failed with their reasons."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from leaddesk.desk.rows import FailedRow, ImportResult
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.surface import Panel, column, line_of
from leaddesk.ui.text import Heading, Text


class Counts(QWidget):
    """New, updated, unchanged, failed. ``would``: nothing is written yet."""

    def __init__(self, words: Words, would: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        say = words.say
        whole = column(self, 0, tokens.SMALL)
        whole.addWidget(Heading(say("If it is imported now") if would else say("What was imported")))
        row = line_of(None, 0, tokens.SMALL)
        self._numbers: dict[str, Text] = {}
        for key, name in (
            ("created", say("New")),
            ("updated", say("Updated")),
            ("unchanged", say("Unchanged")),
            ("failed", say("Failed")),
        ):
            box = Panel()
            inner = column(box, tokens.MEDIUM, tokens.TINY)
            number = Text("0", "title")
            number.setAccessibleName(name)
            inner.addWidget(number)
            inner.addWidget(Text(name, "second", "muted"))
            row.addWidget(box, 1)
            self._numbers[key] = number
        whole.addLayout(row)

    def show_result(self, result: ImportResult) -> None:
        """The counts of a result."""
        for key, number in self._numbers.items():
            count = int(getattr(result, key))
            number.tell(self._words.number(count), "late" if key == "failed" and count else "text")


class FailureList(QWidget):
    """The first failed rows: row of the file, column, reason. Cells are plain text."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        whole = column(self, 0, tokens.SMALL)
        self._heading = Heading()
        whole.addWidget(self._heading)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([words.say("Row"), words.say("Column"), words.say("Why it failed")])
        self.table.setAccessibleName(words.say("Failed rows"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        self.table.setColumnWidth(1, theme.px(tokens.COLUMNS_LEAST[0] // 2))
        self._none = Text(words.say("○ No row failed."), "body", "ok")
        whole.addWidget(self._none)
        whole.addWidget(self.table, 1)
        whole.addStretch(0)

    def show_failures(self, failures: Sequence[FailedRow], failed: int) -> None:
        """The first failures of ``failed`` in all."""
        words = self._words
        self._none.setVisible(not failures)
        self.table.setVisible(bool(failures))
        self._heading.setVisible(bool(failures))
        self._heading.tell(
            words.plural("{n} row failed", "{n} rows failed", failed)
            if failed <= len(failures)
            else words.say("{failed} rows failed; the first {shown}", failed=failed, shown=len(failures))
        )
        self.table.setRowCount(len(failures))
        for place, one in enumerate(failures):
            for side, text in enumerate((words.number(one.number), one.column, words.phrase(one.reason))):
                item = QTableWidgetItem(text)
                item.setToolTip("")
                self.table.setItem(place, side, item)
        self.table.resizeRowsToContents()
        for place in range(len(failures)):
            self.table.setRowHeight(place, self.table.rowHeight(place) + tokens.SMALL)
