"""The queue as a Qt model: every id in order, lane headings among them, rows filled in by page as they come into sight.

The model reads nothing; it emits ``wanted`` and is told. A new order becomes the smallest insertion and removal, so
that selection and scroll position stay where they are.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from leaddesk.desk.rows import LaneCount, QueueRow

Index = QModelIndex | QPersistentModelIndex

#: The row (``QueueRow``, None while on its way), the lane of a heading (``LaneCount`` or None), and the lead's id.
ROW = Qt.ItemDataRole.UserRole
LANE = Qt.ItemDataRole.UserRole + 1
ID = Qt.ItemDataRole.UserRole + 2

PAGE = 64
#: Rows kept at most; the ones read first go first.
_KEPT = 4096
_HEADING = "\0lane "


class QueueModel(QAbstractListModel):
    """Ids in order with headings; ``wanted(ids)`` asks for rows, ``fill`` brings them."""

    wanted = Signal(object)

    def __init__(self, sentence: Callable[[QueueRow], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self._flat: list[str] = []
        self._lanes: tuple[LaneCount, ...] = ()
        self._heads: tuple[int, ...] = ()
        self._rows: dict[str, QueueRow] = {}
        self._asked: set[str] = set()

    # --- being told ---------------------------------------------------------------------------------------------------

    def tell(self, ids: Sequence[str], lanes: Sequence[LaneCount] = ()) -> None:
        """A new order. Without ``lanes`` there are no headings."""
        flat, heads = _flat(ids, lanes)
        old = self._flat
        first = _common(old, flat)
        last = _common_end(old, flat, first)
        gone, come = len(old) - first - last, len(flat) - first - last
        if gone:
            self.beginRemoveRows(QModelIndex(), first, first + gone - 1)
            self._flat = old[:first] + old[first + gone :]
            before = tuple(one for one in self._heads if one < first)
            self._heads = before + tuple(one - gone for one in self._heads if one >= first + gone)
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), first, first + come - 1)
            self._flat, self._heads, self._lanes = flat, heads, tuple(lanes)
            self.endInsertRows()
        self._flat, self._heads = flat, heads
        if self._lanes != tuple(lanes):
            self._lanes = tuple(lanes)
            for row in self._heads:
                self.dataChanged.emit(self.index(row), self.index(row))

    def fill(self, rows: Sequence[QueueRow]) -> None:
        """Rows that were wanted, or have changed."""
        for row in rows:
            self._rows.pop(row.id, None)
            self._rows[row.id] = row
            self._asked.discard(row.id)
        while len(self._rows) > _KEPT:
            del self._rows[next(iter(self._rows))]
        if rows:
            places = [self.row_of(row.id) for row in rows] if len(rows) <= 4 else []
            if places and min(places) >= 0:
                for place in places:
                    self.dataChanged.emit(self.index(place), self.index(place))
            elif self._flat:
                self.dataChanged.emit(self.index(0), self.index(len(self._flat) - 1))

    def forget(self, leads: Sequence[str] | None = None) -> list[str]:
        """Rows to be read again: these leads, or all. Gives those in use; what is known of them stays until then."""
        known = list(self._rows) if leads is None else [one for one in leads if one in self._rows]
        self._asked.difference_update(known)
        return known

    def drop(self) -> None:
        """Nothing is known of any row any more."""
        self._rows.clear()
        self._asked.clear()

    # --- questions ----------------------------------------------------------------------------------------------------

    def id_at(self, row: int) -> str:
        """The lead of a row, "" for a heading or past the end."""
        one = self._flat[row] if 0 <= row < len(self._flat) else ""
        return "" if one[:1] == "\0" else one

    def row_of(self, lead: str) -> int:
        """The row of a lead, -1 where it is not in the list."""
        try:
            return self._flat.index(lead)
        except ValueError:
            return -1

    def row_for(self, lead: str) -> QueueRow | None:
        """What is known of a lead already."""
        return self._rows.get(lead)

    def step(self, row: int, by: int) -> int:
        """The nearest row that holds a lead, ``by`` leads away (clamped to the list); -1 in an empty list."""
        count = len(self._flat) - len(self._heads)
        if not count:
            return -1
        lead = row - bisect_right(self._heads, row) + by if row >= 0 else (0 if by > 0 else count - 1)
        lead = max(0, min(count - 1, lead))
        place = lead
        for head in self._heads:
            if head <= place:
                place += 1
        return place

    def is_order(self, ids: Sequence[str]) -> bool:
        """Whether the leads stand in this order already, whatever the headings say."""
        return len(ids) == self.leads() and [one for one in self._flat if one[0] != "\0"] == list(ids)

    def headings(self) -> tuple[int, ...]:
        """Rows that are headings."""
        return self._heads

    def leads(self) -> int:
        """How many leads there are."""
        return len(self._flat) - len(self._heads)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._flat)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.id_at(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        lead = self.id_at(row)
        if role == ID:
            return lead
        if not lead:
            return self._lane_at(row) if role == LANE else None
        if role == ROW:
            return self._row(row, lead)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            found = self._row(row, lead)
            if found is None:
                return ""
            return self._sentence(found) if role == Qt.ItemDataRole.AccessibleTextRole else found.account
        return None

    def _lane_at(self, row: int) -> LaneCount | None:
        place = bisect_right(self._heads, row) - 1
        return self._lanes[place] if 0 <= place < len(self._lanes) else None

    def _row(self, place: int, lead: str) -> QueueRow | None:
        found = self._rows.get(lead)
        if found is None and lead not in self._asked:
            first = place // PAGE * PAGE
            page = [one for one in self._flat[first : first + PAGE] if one[0] != "\0" and one not in self._rows]
            page = [one for one in page if one not in self._asked]
            self._asked.update(page)
            self.wanted.emit(page)
        return found


def _flat(ids: Sequence[str], lanes: Sequence[LaneCount]) -> tuple[list[str], tuple[int, ...]]:
    if not lanes:
        return list(ids), ()
    flat: list[str] = []
    heads, start = [], 0
    for one in lanes:
        heads.append(len(flat))
        flat.append(f"{_HEADING}{int(one.lane)}")
        flat.extend(ids[start : start + one.count])
        start += one.count
    flat.extend(ids[start:])
    return flat, tuple(heads)


def _common(one: list[str], other: list[str]) -> int:
    """How many items both lists begin with."""
    most, done, step = min(len(one), len(other)), 0, 1024
    while done < most and one[done : done + step] == other[done : done + step] and done + step <= most:
        done += step
    while done < most and one[done] == other[done]:
        done += 1
    return done


def _common_end(one: list[str], other: list[str], first: int) -> int:
    """How many items both lists end with, beyond the first ones."""
    most, done, step = min(len(one), len(other)) - first, 0, 1024
    while done + step <= most and (
        one[len(one) - done - step : len(one) - done] == other[len(other) - done - step : len(other) - done]
    ):
        done += step
    while done < most and one[-1 - done] == other[-1 - done]:
        done += 1
    return done
