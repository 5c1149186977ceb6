"""The bridge: work on the workers, results home on the GUI thread, nothing for those who are gone."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.desk.worker import DeskWorkers
from leaddesk.domain.errors import Refusal
from leaddesk.pages.words import Words
from leaddesk.ui.app import picture
from leaddesk.ui.bridge import Bridge
from tests.ui.dialog_support import add_lead, bridged


@pytest.fixture
def bridge(desk: Desk, qtbot: QtBot) -> Iterator[Bridge]:
    with bridged(desk) as made:
        yield made


def test_work_runs_on_the_worker_and_comes_home(qtbot: QtBot, bridge: Bridge) -> None:
    threads: list[threading.Thread] = []

    def work() -> int:
        threads.append(threading.current_thread())
        return 7

    home: list[tuple[int, threading.Thread]] = []
    bridge.ask(work, lambda result: home.append((result, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(home))
    assert home == [(7, threading.main_thread())]
    assert threads[0] is not threading.main_thread()


def test_a_refusal_goes_to_its_asker_else_to_trouble(qtbot: QtBot, bridge: Bridge) -> None:
    def refuse() -> None:
        raise Refusal("no-such-lead", lead="x")

    told: list[str] = []
    bridge.ask(refuse, None, lambda trouble: told.append(trouble.key))
    qtbot.waitUntil(lambda: told == ["no-such-lead"])
    with qtbot.waitSignal(bridge.trouble) as heard:
        bridge.ask(refuse)
    assert heard.args[0].key == "no-such-lead"


def test_what_is_no_error_of_ours_is_a_bug(qtbot: QtBot, bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: caught.append(kind))
    bridge.ask(lambda: 1 // 0, None, lambda _: caught.append(Refusal))
    qtbot.waitUntil(bool_of(caught))
    assert caught == [ZeroDivisionError]


def bool_of(told: list[type[BaseException]]):  # type: ignore[no-untyped-def]
    return lambda: bool(told)


def test_nothing_comes_to_those_who_are_gone(qtbot: QtBot, bridge: Bridge) -> None:
    from shiboken6 import delete

    told: list[int] = []
    gone = QObject()
    bridge.ask(lambda: 1, told.append, receiver=gone)
    delete(gone)
    bridge.ask(lambda: 2, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [2]


def test_what_was_asked_before_closing_is_done(desk: Desk, qtbot: QtBot) -> None:
    lead = add_lead(desk)
    bridge = Bridge(desk, DeskWorkers())
    for number in range(50):
        bridge.ask(lambda text=f"versio {number}": desk.drafts.save(lead, text))
    bridge.close()
    assert desk.drafts.load(lead) == "versio 49"


def test_signals_and_void_calls_lose_no_reference(qtbot: QtBot, bridge: Bridge) -> None:
    """The defect of PySide6 6.12.0 under Python 3.11, see pyproject.toml."""
    before_true, before_none = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(1000):
        bridge.changed.emit(bridge)
        bridge.blockSignals(False)
    assert sys.getrefcount(True) > before_true - 500
    assert sys.getrefcount(None) > before_none - 500


@pytest.mark.parametrize("mode", ["triage", "call"])
def test_a_picture_is_drawn_and_the_desk_stays_open(desk: Desk, qtbot: QtBot, tmp_path: Path, mode: str) -> None:
    from PySide6.QtGui import QImage

    lead = add_lead(desk)
    path = tmp_path / "kuva.png"
    picture(desk, Words("fi", "Europe/Helsinki", desk.clock.now), path, "dark", (1366, 768), lead, mode)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1366, 768)
    assert desk.card(lead).row.id == lead
    with pytest.raises(OSError, match="cannot write"):
        picture(desk, Words("fi"), tmp_path / "no" / "such.png")
