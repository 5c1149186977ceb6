"""Every state of the window and every dialog: nothing is clipped, everything has a name, data stay plain text."""

import gettext
import math
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

import leaddesk.pages.words
from leaddesk.ui import theme
from tests.ui.clipping import clipped
from tests.ui.conftest import OpenWindow
from tests.ui.full_desk import make_full_desk
from tests.ui.scenes import Stage, play_all

#: What a full look at every scene found; an empty list is what is wanted.
Found = dict[str, list[str]]


class Stretched(gettext.NullTranslations):
    """A language whose every text is 40 % longer than English, as Finnish can be."""

    def gettext(self, message: str) -> str:
        letters = math.ceil(0.4 * len(re.sub(r"\{[^}]*\}", "", message)))
        more = " ".join("ääkköset"[: min(8, letters - start)] for start in range(0, letters, 9))
        return f"{message} {more}".strip() if message else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.mark.parametrize(
    ("language", "scale", "density"),
    [
        ("fi", 1.0, "comfortable"),
        ("fi", 2.0, "comfortable"),
        ("sv", 2.0, "compact"),
        ("en", 2.0, "dense"),
        ("stretched", 1.0, "comfortable"),
    ],
)
def test_every_scene_is_read_whole_and_named(
    qtbot: QtBot,
    tmp_path: Path,
    open_window: OpenWindow,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    scale: float,
    density: str,
) -> None:
    if language == "stretched":
        monkeypatch.setattr(leaddesk.pages.words, "load", lambda _: Stretched())
    monkeypatch.setattr(theme, "_scale", lambda: scale)
    desk = make_full_desk(tmp_path / "desk")
    window = open_window(desk, "en" if language == "stretched" else language, (1366, 768), density=density)
    wrong: Found = {}
    for name, widget in play_all(Stage(qtbot, window, tmp_path)):
        widget.grab()
        found = clipped(widget) + nameless(widget) + marked_up(widget)
        if found:
            wrong[name] = found
    told = {one: name for name, found in wrong.items() for one in found}
    if told:
        pytest.fail("\n".join(f"{name}: {one}" for one, name in told.items()), pytrace=False)
    desk.close()


def nameless(whole: QWidget) -> list[str]:
    """Widgets that take the keyboard and have nothing to be read out."""
    return [
        f"{type(one).__name__} has no name"
        for one in whole.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(one.parentWidget(), QComboBox))
        and not (one.accessibleName() or str(getattr(one, "text", str)()))
    ]


def marked_up(whole: QWidget) -> list[str]:
    """Labels and tool tips that would read data as markup."""
    labels = [f"{one.text()!r} is not plain" for one in whole.findChildren(QLabel) if not is_plain(one)]
    return labels + [f"tool tip {one.toolTip()!r}" for one in whole.findChildren(QWidget) if "<b>" in one.toolTip()]


def is_plain(label: QLabel) -> bool:
    """Whether a label shows text as it is."""
    return label.textFormat() is Qt.TextFormat.PlainText


def test_clipping_is_found(qtbot: QtBot) -> None:
    from leaddesk.ui.text import Text

    label = Text("Yhteydenottopyyntö Saimaan Logistiikkakeskuskiinteistöt Oy")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert clipped(label) != []
    label.resize(label.sizeHint())
    assert clipped(label) == []
