"""Draws every scene; where ``LEADDESK_PICTURES`` names a folder, in every language, theme and size, to be looked at."""

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from leaddesk.ui import theme
from tests.ui.conftest import OpenWindow, drop_window
from tests.ui.dialog_support import make_desk
from tests.ui.full_desk import make_full_desk
from tests.ui.scenes import Stage, play_all

#: The folder the pictures go to; without it each is drawn once, to see that it can be.
FOLDER = os.environ.get("LEADDESK_PICTURES", "")

#: name: language, theme, size, text scale, density.
LOOKS: dict[str, tuple[str, str, tuple[int, int], float, str]] = {
    "fi-light": ("fi", "light", (1440, 900), 1.0, "comfortable"),
    "fi-dark": ("fi", "dark", (1440, 900), 1.0, "comfortable"),
    "en-light": ("en", "light", (1440, 900), 1.0, "comfortable"),
    "en-dark": ("en", "dark", (1440, 900), 1.0, "comfortable"),
    "sv-light": ("sv", "light", (1366, 768), 1.0, "comfortable"),
    "fi-small": ("fi", "light", (1366, 768), 1.0, "comfortable"),
    "fi-large-text": ("fi", "light", (1366, 768), 2.0, "comfortable"),
    "sv-large-text": ("sv", "light", (1366, 768), 2.0, "comfortable"),
    "fi-compact": ("fi", "light", (1366, 768), 1.0, "compact"),
    "fi-dense": ("fi", "dark", (1366, 768), 1.0, "dense"),
    "fi-contrast": ("fi", "contrast", (1440, 900), 1.0, "comfortable"),
}

_WISHED = [one for one in os.environ.get("LEADDESK_LOOKS", "").split(",") if one]
_SCENES = [one for one in os.environ.get("LEADDESK_SCENES", "").split(",") if one]


@pytest.mark.parametrize("look", _WISHED or (list(LOOKS) if FOLDER else ["fi-light"]))
def test_every_scene_can_be_drawn(
    qtbot: QtBot, tmp_path: Path, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    language, dress, size, scale, density = LOOKS[look]
    folder = Path(FOLDER) if FOLDER else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(theme, "_scale", lambda: scale)
    desk = make_full_desk(tmp_path / "desk")
    empty = make_desk(tmp_path / "empty")
    window = open_window(empty, language, size, theme=dress, density=density)
    window.grab().save(str(folder / f"{look}-empty.png"))
    drop_window(qtbot, window)
    drawn = {}
    window = open_window(desk, language, size, theme=dress, density=density)
    for name, widget in play_all(Stage(qtbot, window, tmp_path), _SCENES):
        drawn[name] = widget.grab().toImage()
        assert drawn[name].save(str(folder / f"{look}-{name}.png"))
    drop_window(qtbot, window)
    blank = [name for name, image in drawn.items() if not has_something_on_it(image)]
    assert blank == []
    desk.close()
    empty.close()


def has_something_on_it(image: QImage) -> bool:
    """Whether there is more than a ground."""
    small = image.scaled(64, 64)
    return len({small.pixel(x, y) for x in range(64) for y in range(64)}) > 8
