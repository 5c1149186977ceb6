"""Text of 200 % on a small screen: what a call runs by stays in sight, and what can be done is not crowded out."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from leaddesk.ui import theme
from leaddesk.ui.window import Window
from tests.ui.clipping import clipped
from tests.ui.conftest import OpenWindow, settle
from tests.ui.full_desk import make_full_desk
from tests.ui.scenes import SCENES, Stage

SMALL_SCREEN = (1366, 768)


def whole_in_sight(widget: QWidget) -> bool:
    """Whether all of it can be seen, not scrolled away."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


@pytest.fixture
def large(
    qtbot: QtBot,
    tmp_path: Path,
    open_window: OpenWindow,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Window:
    """The window in Finnish at 200 %."""
    monkeypatch.setattr(theme, "_scale", lambda: 2.0)
    desk = make_full_desk(tmp_path / "desk")
    request.addfinalizer(desk.close)
    return open_window(desk, "fi", SMALL_SCREEN)


def test_the_head_of_a_call_stays_and_its_outcomes_can_be_reached(qtbot: QtBot, tmp_path: Path, large: Window) -> None:
    SCENES["call"](Stage(qtbot, large, tmp_path))
    centre, outcomes = large.live.centre, large.live.outcomes
    large.card.note.setFocus()
    bar = centre._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    for place in (0, bar.maximum()):
        bar.setValue(place)
        QApplication.processEvents()
        assert whole_in_sight(centre._timer) and whole_in_sight(centre._title)
    assert sum(whole_in_sight(one) for one in outcomes.outcomes.values()) >= 4
    assert whole_in_sight(outcomes.save)
    for name, button in outcomes.outcomes.items():
        if not name.value.startswith(("call-back", "not-now")):
            large.run(f"call-{name.value}")
            settle(qtbot, large)
            QApplication.processEvents()
            assert whole_in_sight(button), name
    outcomes._scroll.ensureWidgetVisible(outcomes.objection)
    QApplication.processEvents()
    assert whole_in_sight(outcomes.objection)


def test_acts_are_not_crowded_out(qtbot: QtBot, tmp_path: Path, large: Window) -> None:
    Stage(qtbot, large, tmp_path).show()
    acts = large.acts
    assert all(whole_in_sight(acts.buttons[key]) for key in ("call", "accept", "reject", "snooze"))
    acts._scroll.ensureWidgetVisible(acts.buttons["object"])
    QApplication.processEvents()
    assert whole_in_sight(acts.buttons["object"])


def test_text_that_grows_while_the_window_is_open_is_laid_out_anew(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_full_desk(tmp_path / "desk")
    window = open_window(desk, "fi", SMALL_SCREEN)
    stage = Stage(qtbot, window, tmp_path)
    stage.show()
    assert whole_in_sight(window.acts.buttons["object"])
    for scale, pinned in ((2.0, False), (1.0, True)):
        monkeypatch.setattr(theme, "_scale", lambda now=scale: now)
        theme.apply(qapp, "light", "comfortable")
        stage.settle()
        qtbot.waitUntil(lambda: whole_in_sight(window.acts.buttons["call"]))
        assert clipped(window.acts) == []
        assert window.acts._scroll.widget().isAncestorOf(window.acts.buttons["object"]) is not pinned
    desk.close()
