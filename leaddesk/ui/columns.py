"""The three columns: each shows its usual pane or the one of a call; their widths are kept apart for the two."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from leaddesk.ui import tokens


class Columns(QSplitter):
    """Left, centre and right, each as (usual pane, pane of a call)."""

    def __init__(self, panes: Sequence[tuple[QWidget, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(tokens.HAIR)
        self.setChildrenCollapsible(False)
        self._in_call = False
        self._usual, self._live = list(tokens.COLUMNS), list(tokens.COLUMNS_CALL)
        self._stacks: list[QStackedWidget] = []
        for place, pair in enumerate(panes):
            stack = QStackedWidget()
            for pane in pair:
                stack.addWidget(pane)
            self.addWidget(stack)
            stack.setMinimumWidth(tokens.COLUMNS_LEAST[place])
            self.setStretchFactor(place, 1 if place == 1 else 0)
            self._stacks.append(stack)

    def turn(self, in_call: bool) -> None:
        """Show the panes of a call, or the usual ones."""
        if self._in_call:
            self._live = self.sizes()
        else:
            self._usual = self.sizes()
        self._in_call = in_call
        for stack in self._stacks:
            stack.setCurrentIndex(1 if in_call else 0)
        self.setSizes(self._live if in_call else self._usual)

    def restore(self, sizes: Sequence[int]) -> None:
        """Widths as they were told."""
        self.setSizes([int(one) for one in sizes])

    def told(self) -> list[int]:
        """The widths of the usual panes, as they are kept."""
        return self._usual if self._in_call else self.sizes()
