"""The four BANT tiles of the shown card: what is known, who said it and when; a press states it anew."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import Answer
from leaddesk.domain.state import BantMark
from leaddesk.domain.words import BantElement, BantValue
from leaddesk.ui import tokens
from leaddesk.ui.act_button import Tile
from leaddesk.ui.actions import first_key
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.surface import Scroller


class BantTiles(QWidget):
    """Two by two; one under another where that is too narrow. ``brief``: who said it stands in the tool tip alone."""

    def __init__(self, bridge: Bridge, brief: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._lead = ""
        self.tiles: dict[BantElement, Tile] = {}
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(tokens.SMALL)
        for element in BantElement:
            tile = Tile(brief, self)
            tile.clicked.connect(lambda _=False, of=element: self.ask(of))
            self.tiles[element] = tile
        self._lay_out(2)

    def show_card(self, card: Card) -> None:
        """Fill in."""
        words = self._bridge.words
        self._lead = card.row.id
        marks = {one.element: one for one in card.bant}
        for element, tile in self.tiles.items():
            mark = marks.get(element)
            value = mark.value if mark is not None else BantValue.UNKNOWN
            key = first_key(f"bant-{element.value}")
            tile.tell(words.label(element), key, value.value, words.label(value), self._evidence(mark))

    def ask(self, element: BantElement) -> None:
        """Offer the three values at the tile; the one chosen becomes an answer."""
        words, tile = self._bridge.words, self.tiles[element]
        above = self.parentWidget()
        while above is not None and not isinstance(above, Scroller):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(tile)
        menu = QMenu(tile)
        for value in (BantValue.YES, BantValue.NO, BantValue.UNKNOWN):
            menu.addAction(words.label(value)).triggered.connect(lambda _=False, v=value: self.state(element, v))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(tile.mapToGlobal(QPoint(0, tile.height())))

    def state(self, element: BantElement, value: BantValue) -> None:
        """State an element: an answer of the acting user, now."""
        if self._lead:
            self._bridge.do(Answer(lead=self._lead, question=f"bant.{element.value}", value=value.value))

    def _lay_out(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, tile in enumerate(self.tiles.values()):
            self._grid.removeWidget(tile)
            self._grid.addWidget(tile, place // across, place % across)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, across - 1)

    def minimumSizeHint(self) -> QSize:
        wide = max(tile.minimumSizeHint().width() for tile in self.tiles.values())
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = max(tile.minimumSizeHint().width() for tile in self.tiles.values())
        self._lay_out(2 if 2 * wide + tokens.SMALL <= self.width() else 1)

    def _evidence(self, mark: BantMark | None) -> str:
        if mark is None:
            return ""
        words = self._bridge.words
        who = words.value("by", mark.by)
        told = words.say("{by}, {at}", by=mark.by, at=mark.at) if who else words.when(mark.at)
        return f"{mark.text} · {told}" if mark.text else told
