"""The queue's model: every order becomes insertions and removals, rows come by page, 100,000 leads are only ids."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from leaddesk.desk.rows import LaneCount, Phrase, QueueRow
from leaddesk.domain.words import Grade, Lane, LeadKind, LeadState
from leaddesk.ui.queue_model import ID, LANE, PAGE, ROW, QueueModel
from leaddesk.ui.queue_view import QueueDelegate, QueueView

pytestmark = pytest.mark.usefixtures("qapp")


def row(lead: str) -> QueueRow:
    return QueueRow(
        id=lead, account_id="a", account=f"Yritys {lead} Oy", person="", lane=Lane.REST, reason=Phrase("why-rest-fit"),
        due=None, clock=None, warn_at=None, score=0, grade=Grade.B, kind=LeadKind.OUTBOUND, state=LeadState.NEW,
        owner="", owner_name="", tier="",
    )  # fmt: skip


def lanes(*counts: tuple[Lane, int]) -> list[LaneCount]:
    return [LaneCount(lane=lane, count=count) for lane, count in counts]


def shown(model: QueueModel) -> list[str]:
    """What stands in the list: ids, and lanes by their names."""
    told = []
    for number in range(model.rowCount()):
        index = model.index(number)
        lane = index.data(LANE)
        told.append(lane.lane.name if lane is not None else str(index.data(ID)))
    return told


def test_headings_stand_before_their_lanes() -> None:
    model = QueueModel(lambda _: "")
    model.tell(["a", "b", "c"], lanes((Lane.CALLBACK, 1), (Lane.REST, 2)))
    assert shown(model) == ["CALLBACK", "a", "REST", "b", "c"]
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable


ORDERS = st.lists(
    st.tuples(
        st.lists(st.sampled_from([f"l{n}" for n in range(12)]), unique=True, max_size=12),
        st.integers(0, 12),
        st.integers(0, 12),
    ),
    min_size=1,
    max_size=6,
)


@given(ORDERS)
def test_any_order_after_any_other_is_shown_and_kept_ids_stay_known(
    orders: list[tuple[list[str], int, int]],
) -> None:
    model = QueueModel(lambda _: "")
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for ids, one, other in orders:
        held = [QPersistentModelIndex(model.index(number)) for number in range(model.rowCount())]
        before = shown(model)
        first, second = sorted((min(one, len(ids)), min(other, len(ids))))
        pairs = ((Lane.CALLBACK, first), (Lane.SLA, second - first), (Lane.REST, len(ids) - second))
        counts = lanes(*[pair for pair in pairs if pair[1]])
        model.tell(ids, counts)
        expected: list[str] = []
        rest = list(ids)
        for lane in counts:
            expected += [lane.lane.name, *rest[: lane.count]]
            rest = rest[lane.count :]
        assert shown(model) == expected
        for index, was in zip(held, before, strict=True):
            if index.isValid() and was.startswith("l"):
                assert model.id_at(index.row()) == was
    del tester


def test_steps_jump_over_headings_and_stop_at_the_ends() -> None:
    model = QueueModel(lambda _: "")
    model.tell(["a", "b", "c"], lanes((Lane.CALLBACK, 1), (Lane.REST, 2)))
    at = [model.id_at(model.step(model.row_of("a"), by)) for by in (-1, 0, 1, 2, 99)]
    assert at == ["a", "a", "b", "c", "c"]
    assert model.id_at(model.step(model.row_of("b"), -1)) == "a"
    empty = QueueModel(lambda _: "")
    assert empty.step(-1, 1) == -1


def test_only_pages_in_sight_are_asked_for(qtbot: QtBot) -> None:
    model = QueueModel(lambda one: one.account)
    asked: list[str] = []

    def bring(ids: Sequence[str]) -> None:
        asked.extend(ids)
        model.fill([row(one) for one in ids])

    model.wanted.connect(bring, Qt.ConnectionType.QueuedConnection)
    view = QueueView(model, QueueDelegate(lambda: None))  # type: ignore[arg-type,return-value]
    view.itemDelegate().paint = lambda *_: None  # type: ignore[method-assign]
    qtbot.addWidget(view)
    view.resize(380, 800)
    ids = [f"lead-{number:06}" for number in range(100_000)]
    model.tell(ids, lanes((Lane.CALLBACK, 10), (Lane.REST, 99_990)))
    with qtbot.waitExposed(view):
        view.show()
    for place in (0, 50_000, 99_999):
        index = model.index(model.row_of(ids[place]))
        assert index.data(ROW) is None or place == 0
        view.show_row(index.row())
        QApplication.processEvents()
        assert index.data(ROW) == row(ids[place])
    assert len(asked) <= 12 * PAGE
    assert len(asked) == len(set(asked))


def test_a_row_that_changed_is_told_alone(qtbot: QtBot) -> None:
    model = QueueModel(lambda _: "")
    model.tell(["a", "b"])
    model.fill([row("a"), row("b")])
    with qtbot.waitSignal(model.dataChanged) as told:
        model.fill([row("b")])
    assert [one.row() for one in told.args[:2]] == [1, 1]


def test_heights_follow_the_headings(qtbot: QtBot) -> None:
    from leaddesk.ui import theme

    model = QueueModel(lambda _: "")
    view = QueueView(model, QueueDelegate(lambda: None))  # type: ignore[arg-type,return-value]
    qtbot.addWidget(view)
    for ids, counts in (
        (["a", "b", "c"], lanes((Lane.CALLBACK, 1), (Lane.REST, 2))),
        (["b", "c"], lanes((Lane.REST, 2))),
        (["x", "y", "b", "z", "c"], lanes((Lane.CALLBACK, 2), (Lane.SLA, 1), (Lane.REST, 2))),
        (["x"], []),
    ):
        model.tell(ids, counts)
        heads = set(model.headings())
        heights = [view.rowHeight(number) for number in range(model.rowCount())]
        usual, low = theme.row_height(), theme.lane_height()
        assert heights == [low if number in heads else usual for number in range(model.rowCount())]
