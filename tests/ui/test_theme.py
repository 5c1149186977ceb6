"""Colours, contrast, and the switch at run time."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import leaddesk.ui
from leaddesk.config.folders import data_dir
from leaddesk.desk.desk import Desk
from leaddesk.ui import icons, theme, tokens
from leaddesk.ui.chip import Chip
from leaddesk.ui.text import Text, copy_whole
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import add_lead


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""

    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * part(made.redF()) + 0.7152 * part(made.greenF()) + 0.0722 * part(made.blueF())


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


@pytest.mark.parametrize("name", list(tokens.THEMES))
def test_every_text_can_be_read_on_its_ground(name: str) -> None:
    colours = tokens.THEMES[name]
    pairs = [
        (text, ground) for text in ("text", "muted", "faint", "accent") for ground in ("bg", "panel", "raised", "sel")
    ]
    pairs += [(state, f"{state}-bg") for state in ("ok", "soon", "late", "info", "accent")]
    pairs += [(state, "panel") for state in ("ok", "soon", "late", "info")] + [("on-accent", "accent")]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < 4.5} == {}
    edges = {ground: contrast(colours["edge"], colours[ground]) for ground in ("panel", "raised")}
    assert {ground: value for ground, value in edges.items() if value < 3.0} == {}


def test_every_theme_has_every_colour() -> None:
    assert set(tokens.DARK) == set(tokens.LIGHT) == set(tokens.CONTRAST)


def test_the_theme_changes_while_the_window_is_open(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    window = open_window(desk)
    for name in ("dark", "contrast", "light"):
        window.bridge.choose("theme", name)
        settle(qtbot, window)
        image = window.grab().toImage()
        colours = tokens.THEMES[name]
        ratio = image.devicePixelRatio()

        def seen(x: int, y: int, image=image, ratio=ratio) -> str:  # type: ignore[no-untyped-def]
            return str(image.pixelColor(round(x * ratio), round(y * ratio)).name())

        assert seen(window.width() // 2, 3) == colours["panel"]
        assert seen(385, window.height() // 2) == colours["bg"]
        labels = [one for one in window.card.findChildren(Text) if one.isVisible()]
        inks = {one.palette().color(QPalette.ColorRole.WindowText).name() for one in labels}
        assert inks <= set(colours.values())


def test_system_follows_the_computer_and_names_stay(qapp: QApplication) -> None:
    theme.apply(qapp, "system")
    assert theme.name() in ("light", "dark")
    theme.apply(qapp, "dark")
    assert theme.name() == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == tokens.DARK["bg"]
    theme.apply(qapp, "light")


@pytest.mark.parametrize("density", list(tokens.ROWS))
def test_rows_are_as_high_as_the_density_says(qtbot: QtBot, desk: Desk, open_window: OpenWindow, density: str) -> None:
    add_lead(desk)
    window = open_window(desk, density=density)
    assert window.queue.view.rowHeight(1) == tokens.ROWS[density]
    window.bridge.choose("density", "dense")
    settle(qtbot, window)
    assert window.queue.view.rowHeight(1) == tokens.ROWS["dense"]


def test_digits_have_one_width(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetrics

    theme.apply(qapp)
    metrics = QFontMetrics(theme.font("chip"))
    assert QFontInfo(theme.font("body")).family() == tokens.FAMILY
    assert len({metrics.horizontalAdvance(digit * 8) for digit in "0123456789"}) == 1


def test_icons_take_the_colour_of_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    light = icons.pixmap("clock", "late").toImage()
    theme.apply(qapp, "dark")
    dark = icons.pixmap("clock", "late").toImage()
    theme.apply(qapp, "light")
    assert light != dark
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon")


def test_every_icon_has_its_use() -> None:
    used = set()
    for file in Path(leaddesk.ui.__file__).parent.glob("*.py"):
        used |= set(re.findall(r'icons\.(?:pixmap|icon)\("([a-z0-9-]+)"', file.read_text(encoding="utf-8")))
    there = {file.stem for file in (data_dir() / "resources" / "icons").glob("*.svg")}
    assert there - {"leaddesk"} == used


def test_every_weight_has_its_font_and_no_other_is_shipped(qapp: QApplication) -> None:
    theme.apply(qapp)
    weights = {weight for _, weight in tokens.TYPE.values()}
    assert len(list((data_dir() / "resources" / "fonts").glob("*.ttf"))) == len(weights)
    assert {QFontInfo(theme.font(role)).family() for role in tokens.TYPE} == {tokens.FAMILY}


def test_a_long_word_breaks_and_is_copied_whole(qtbot: QtBot, qapp: QApplication) -> None:
    address = "https://www.esimerkki.example/erittain/pitka/polku/jota-ei-voi-katkaista.html"
    label = Text(address, wrap=True, selectable=True)
    qtbot.addWidget(label)
    assert label.text() == address
    assert label.minimumSizeHint().width() < label.fontMetrics().horizontalAdvance(address) / 2
    label.setSelection(0, len(QLabel.text(label)))
    with qtbot.waitExposed(label):
        label.show()
    label.activateWindow()
    qtbot.waitUntil(label.isActiveWindow)
    label.setFocus()
    label.setSelection(0, len(QLabel.text(label)))
    qapp.clipboard().setText(label.selectedText())
    copy_whole()
    assert qapp.clipboard().text() == address
    mail = "etunimi.pitkasukunimi@pitka-yrityksen-nimi.example"
    label.tell(mail)
    label.setSelection(0, len(mail))
    assert label.selectedText() == mail


def test_markup_in_a_label_is_text(qtbot: QtBot) -> None:
    label = Text("<b>hei</b>", elide=True)
    qtbot.addWidget(label)
    wide = label.fontMetrics().horizontalAdvance("<b>hei</b>")
    assert label.sizeHint().width() == wide
    chip = Chip("34 min", "soon")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "34 min"
