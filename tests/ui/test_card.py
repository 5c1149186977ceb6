"""The card: what it says of a lead, its countdown in words, and how it stays readable."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.operation import SetFact
from leaddesk.domain.words import Grade, Lane, Source
from leaddesk.pages.listing import MARKS
from leaddesk.ui.card_pane import chip_text
from leaddesk.ui.phone import spoken
from leaddesk.ui.queue_view import tone_of
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import NOW, StillClock, add_lead
from tests.ui.full_desk import make_full_desk
from tests.ui.scenes import Stage


def texts(window: Window) -> list[str]:
    """Every label of the card that is seen."""
    return [one.text() for one in window.card.findChildren(QLabel) if one.isVisible() and one.text()]


@pytest.mark.parametrize(
    ("language", "later", "text", "tone"),
    [
        ("en", timedelta(), "Take into work: today 14.00 · 1 h", "ok"),
        ("en", timedelta(minutes=56), "Take into work: today 14.00 · 4.00", "soon"),
        ("en", timedelta(minutes=72), "Take into work: today 14.00 · overdue 12 min", "late"),
        ("fi", timedelta(minutes=26), "Ota työn alle: tänään 14.00 · 34 min", "ok"),
        ("fi", timedelta(minutes=72), "Ota työn alle: tänään 14.00 · myöhässä 12 min", "late"),
    ],
)
def test_the_countdown_is_said_in_words(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str, later: timedelta, text: str, tone: str
) -> None:
    add_lead(desk)
    window = open_window(desk, language=language)
    assert isinstance(desk.clock, StillClock)
    desk.clock.at = NOW + later
    window.ticker.tick()
    assert window.card._chip.text() == text
    assert window.card._chip.tone() == tone


def test_the_countdown_can_be_hidden(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk, show_countdowns=False)
    assert not window.card._chip.isVisible()
    window.bridge.choose("show_countdowns", True)
    settle(qtbot, window)
    window.ticker.tick()
    assert window.card._chip.isVisible()


def test_a_lead_without_a_clock_has_no_countdown(desk: Desk) -> None:
    assert tone_of(None, None, NOW) == "plain"
    assert tone_of(NOW, NOW, NOW) == "late"
    assert tone_of(NOW + timedelta(hours=1), NOW, NOW) == "soon"


def test_contradicting_facts_show_both_and_unknown_ones_are_to_ask(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow
) -> None:
    lead = add_lead(desk)
    desk.do(SetFact(lead=lead, key="employees", value="90", source=Source.SELF_TOLD))
    window = open_window(desk)
    told = texts(window)
    assert any("210" in one and "90" in one and "≠" in one for one in told)
    chips = [one.text() for one in window.card._facts.findChildren(type(window.card._chip)) if one.isVisible()]
    assert chips.count("ask") == sum(1 for one in desk.card(lead).facts if one.ask) > 0


def test_the_points_sum_to_the_score(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    lead = add_lead(desk)
    window = open_window(desk)
    card = desk.card(lead)
    assert sum(one.points for one in card.points) == card.row.score == 40
    assert window.card._points._total.points.text() == "40"


def test_the_first_sentence_says_why_now_and_what_to_say(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    told = window.card._why.text()
    assert told.startswith("Why now: Asked for contact today 13.00")
    assert "Begin with:" in told
    # What was asked is said once, and quotes do not stand in quotes.
    assert told.count("“") == told.count("”") == 1 + ("Asked for contact today 13.00: “" in told)
    assert window.card._why.accessibleName() == told


@pytest.mark.parametrize(("language", "size"), [("fi", (1366, 768)), ("sv", (1366, 768)), ("en", (1440, 900))])
def test_nothing_in_the_card_needs_sideways_scrolling(
    qtbot: QtBot, desk: Desk, open_window: OpenWindow, language: str, size: tuple[int, int]
) -> None:
    add_lead(
        desk, "Pohjois-Pohjanmaan Kiinteistöhuolto- ja Isännöintipalvelut Oy", "Karoliina-Elisabet Hautamäki-Wirtanen"
    )
    window = open_window(desk, language=language, size=size)
    scroll = window.card._scroll
    assert scroll.widget().width() <= scroll.viewport().width()
    for label in window.card.findChildren(QLabel):
        if label.isVisible():
            assert label.mapTo(scroll.widget(), label.rect().bottomRight()).x() <= scroll.viewport().width()
            assert label.height() >= label.fontMetrics().height() - 2


def test_every_line_of_wrapped_text_is_seen(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk, size=(1000, 700))
    why = window.card._why
    assert why.height() >= why.heightForWidth(why.width())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+358401234567", "040 123 4567"),
        ("+35891234567", "09 123 4567"),
        ("+358501234567", "050 123 4567"),
        ("+46701234567", "+46701234567"),
        ("", ""),
    ],
)
def test_numbers_are_read_as_they_are_said(number: str, text: str) -> None:
    assert spoken(number) == text


def test_the_chip_says_a_far_time_once(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    lead = add_lead(desk)
    window = open_window(desk)
    card = desk.card(lead)
    far = NOW - timedelta(days=1)
    text = chip_text(card, window.bridge.words, far, True)
    assert text.count("14.00") == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("width", [1000, 1366, 1440, 1900])
def test_sources_are_told_in_one_form_and_the_threshold_stands(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, language: str, width: int
) -> None:
    desk = make_full_desk(tmp_path / "desk")
    window = open_window(desk, language, (width, 800))
    Stage(qtbot, window, tmp_path).show()
    card = window.card.card()
    assert card is not None
    why = window.card._why.text()
    assert why.count("Paljonko maksaisi") == 1
    assert str(card.threshold) in window.card._points._total.words.text()
    assert not window.card._points._total.isHidden()
    lines = [one for one in window.card._facts._lines if one.sources and not one.source.isHidden()]
    forms = {one.sources.index(one.source.text()) for one in lines}
    assert len(lines) > 3 and len(forms) == 1
    assert all(one.source.toolTip() == one.sources[0] for one in lines if not one.several)
    desk.close()


def test_the_desk_of_the_pictures_is_one_that_can_be(tmp_path: Path) -> None:
    desk = make_full_desk(tmp_path / "desk")
    assert desk.status().waiting == 0
    rows = desk.rows(desk.order().ids)
    assert [one.account for one in rows if one.pending] == []
    assert {one.grade for one in rows if one.lane is Lane.MEET_EARLY} == {Grade.A}
    lines = [line for row in rows for line in desk.card(row.id).timeline]
    assert lines and not any(one.pending for one in lines)
    desk.close()


def test_the_card_says_how_far_it_is_a_lead_as_agreed(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    settle(qtbot, window)
    definition = window.card._facts.definition
    told = [line.text() for line in definition.lines]
    assert definition.heading.text().endswith("of 4") and len(told) == 4
    assert [one[0] for one in told] == [MARKS[one.met] for one in desk.card(window.queue.current()).criteria]
    assert told[1] == "○ The role in buying is not known" and told[2] == "○ The buying stage is not known"
