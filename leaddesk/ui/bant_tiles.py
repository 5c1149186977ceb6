"""The four BANT tiles of the shown card: what is known, who said it and when; a press states it anew."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import Answer
from leaddesk.domain.state import BantMark
from leaddesk.domain.words import BantElement, BantValue
from leaddesk.ui import tokens
from leaddesk.ui.actions import first_key
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.widgets import Tile


class BantTiles(QWidget):
    """Two by two."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._lead = ""
        self.tiles: dict[BantElement, Tile] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(tokens.SMALL)
        for place, element in enumerate(BantElement):
            tile = Tile()
            tile.clicked.connect(lambda _=False, of=element: self.ask(of))
            self.tiles[element] = tile
            grid.addWidget(tile, place // 2, place % 2)

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

    def _evidence(self, mark: BantMark | None) -> str:
        if mark is None:
            return ""
        words = self._bridge.words
        who = words.value("by", mark.by)
        told = words.say("{by}, {at}", by=mark.by, at=mark.at) if who else words.when(mark.at)
        return f"{mark.text} · {told}" if mark.text else told
