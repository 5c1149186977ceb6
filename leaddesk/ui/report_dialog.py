"""The page for both sides in the window: what was delivered, what was kept, from the same rows as on paper. Each number
opens to its leads in the list. Without a connection it shows what was last told, and says as of when."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.report import Report
from leaddesk.pages.chart import INK
from leaddesk.pages.report import Cell, Section, as_of, figure_name, periods, sections, title_of
from leaddesk.ui import theme, tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.button import NumberButton
from leaddesk.ui.fields import Choice
from leaddesk.ui.room import fit
from leaddesk.ui.surface import Line, Scroller, column, line_of
from leaddesk.ui.text import Text

#: Inks of a chart that the theme calls otherwise.
_INK = {"open": "line2"}

_SIZE = (tokens.COLUMNS[1] + tokens.WIDE * 6, tokens.DIALOG + tokens.WIDE * 10)


class ReportDialog(QDialog):
    """``opened(title, ids)``: show these leads in the list."""

    opened = Signal(str, list)

    def __init__(self, bridge: Bridge, names: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(bridge.words.say("Promises kept"))
        self._bridge, self._names = bridge, names
        self._report: Report | None = None
        fit(self, *_SIZE)
        say = bridge.words.say
        whole = column(self, tokens.WIDE, tokens.MEDIUM)
        whole.addWidget(Text(say("Promises kept"), "question"))
        whole.addWidget(
            Text(say("Both sides see the same figures, counted from the same leads."), "body", "muted", wrap=True)
        )
        head = line_of(None, 0, tokens.MEDIUM)
        self.period = Choice()
        self.period.setAccessibleName(say("Period"))
        self.period.setMinimumContentsLength(26)
        self.title = Text("", "strong", elide=True)
        head.addWidget(self.period, 1)
        head.addWidget(self.title, 2)
        whole.addLayout(head)
        self.message = Text("", "second", "muted", wrap=True)
        whole.addWidget(self.message)
        self._scroll = Scroller(QWidget())
        whole.addWidget(self._scroll, 1)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.SMALL)
        self._shut = QPushButton(say("Close"))
        self._shut.setAutoDefault(False)
        self._shut.clicked.connect(self.accept)
        foot.addStretch(1)
        foot.addWidget(self._shut)
        whole.addLayout(foot)
        self._fill_periods(0)
        self.period.currentIndexChanged.connect(lambda _: self.ask())
        self.ask()

    def back(self) -> int:
        """The period chosen: so many ago, -1 for all of them."""
        chosen = self.period.currentData()
        return int(chosen) if chosen is not None else 0

    def ask(self) -> None:
        """Show what was last told of the period, and ask for what is now."""
        desk, back = self._bridge.desk, self.back()
        self._say(self._bridge.words.say("Counting…"))
        self._bridge.ask(lambda: desk.reports.kept(back), self._show_kept, receiver=self)
        self._bridge.ask_network(lambda: desk.reports.ask(back), self._show, self._failed, receiver=self)

    def open_figure(self, figure: str) -> None:
        """Show the leads that a number counts."""
        report, desk = self._report, self._bridge.desk
        if report is None:
            return
        title = f"{figure_name(figure, self._bridge.words, self._names)} · {title_of(report, self._bridge.words)}"
        self._say(self._bridge.words.say("Looking for the leads…"))
        self._bridge.ask_network(
            lambda: desk.reports.leads(report.back, figure), partial(self._opened, title), self._failed, receiver=self
        )

    def _opened(self, title: str, leads: list[str]) -> None:
        self.opened.emit(title, leads)
        self.accept()

    def _show_kept(self, report: Report | None) -> None:
        if report is not None and self._report is None:
            self._show(report)
            self._say(as_of(report, self._bridge.words))

    def _show(self, report: Report) -> None:
        if report.back != self.back():
            return
        self._report = report
        words = self._bridge.words
        self.title.tell(title_of(report, words))
        self._fill_periods(report.back)
        self._say(as_of(report, words))
        inside = QWidget()
        whole = column(inside, 0, tokens.SMALL)
        ink = {one: theme.colour(_INK.get(one, one)).name() for one in INK if one != "font"}
        ink["font"] = tokens.FAMILY
        for one in sections(report, words, self._names, ink, tokens.COLUMNS[1]):
            self._add(whole, one)
        whole.addStretch(1)
        at = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().setValue(at)

    def _add(self, place: QVBoxLayout, one: Section) -> None:
        place.addSpacing(tokens.MEDIUM)
        place.addWidget(Text(one.title, "question"))
        if one.about:
            place.addWidget(Text(one.about, "body", "muted", wrap=True))
        if one.chart:
            chart = QSvgWidget()
            chart.load(QByteArray(one.chart.encode()))
            chart.setFixedSize(chart.sizeHint())
            chart.setAccessibleName(one.title)
            place.addWidget(chart)
        if not one.rows:
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.LARGE)
        grid.setVerticalSpacing(tokens.TINY)
        grid.setColumnStretch(0, 1)
        for place_, name in enumerate(one.columns, 1):
            grid.addWidget(Text(name, "small", "muted"), 0, place_, Qt.AlignmentFlag.AlignRight)
        for row, (label, cells) in enumerate(one.rows, 1):
            grid.setRowMinimumHeight(row, theme.px(tokens.TARGET))
            grid.addWidget(Text(label, "body", wrap=True), row, 0)
            for place_, cell in enumerate(cells, 1):
                grid.addWidget(self._cell(cell, label), row, place_, Qt.AlignmentFlag.AlignRight)
        place.addLayout(grid)

    def _cell(self, cell: Cell, label: str) -> QWidget:
        if not cell.figure:
            return Text(cell.text, "number", cell.tone or "muted")
        button = NumberButton(cell.text, cell.tone)
        button.setAccessibleName(f"{label}: {cell.text}")
        button.setObjectName(cell.figure)
        button.clicked.connect(lambda _=False, of=cell.figure: self.open_figure(of))
        return button

    def _fill_periods(self, back: int) -> None:
        self.period.blockSignals(True)
        self.period.clear()
        for number, name in periods(self._report, self._bridge.words):
            self.period.addItem(name, number)
        self.period.setCurrentIndex(max(0, self.period.findData(back)))
        self.period.blockSignals(False)

    def _failed(self, trouble: LeadDeskError) -> None:
        words, told = self._bridge.words, self._report
        kept = f" {as_of(told, words)}" if told is not None else ""
        self._say(f"● {words.error(trouble)}{kept}", "late")

    def _say(self, text: str, tone: str = "muted") -> None:
        self.message.tell(text, tone)
