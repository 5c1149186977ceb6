"""Colours, type scale, spacing, radii and row heights of the window. No other module writes a colour or a margin.

Lengths are pixels at 100 %, multiples of 4 where they are distances. Contrast is checked: text at least 4.5:1 on its
ground, borders of controls 3:1.
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "bg": "#f5f6f7", "panel": "#ffffff", "raised": "#fbfbfc", "line": "#e3e5e8", "line2": "#d0d4d9", "edge": "#878f99",
    "text": "#1b1f24", "muted": "#5b6470", "faint": "#646e79", "accent": "#0b6e6e", "accent-bg": "#e3f1f0",
    "on-accent": "#ffffff", "sel": "#e8f2f1", "ok": "#1c7a45", "ok-bg": "#e4f3ea", "soon": "#8a5200",
    "soon-bg": "#fdf0d9", "late": "#b3261e", "late-bg": "#fbe6e4", "info": "#2b5c9e", "info-bg": "#e6eef8",
}  # fmt: skip

DARK: Mapping[str, str] = {
    "bg": "#15181b", "panel": "#1c2024", "raised": "#22272c", "line": "#2e343a", "line2": "#3d454d", "edge": "#6f7984",
    "text": "#e8eaed", "muted": "#a3adb8", "faint": "#949ea9", "accent": "#5cc4bd", "accent-bg": "#173836",
    "on-accent": "#0d1f1e", "sel": "#1d3231", "ok": "#6fcf97", "ok-bg": "#17331f", "soon": "#f0b45a",
    "soon-bg": "#3a2b12", "late": "#ff8a80", "late-bg": "#44201d", "info": "#8ab4f0", "info-bg": "#1c2c42",
}  # fmt: skip

CONTRAST: Mapping[str, str] = {
    "bg": "#000000", "panel": "#000000", "raised": "#000000", "line": "#8c8c8c", "line2": "#b4b4b4", "edge": "#ffffff",
    "text": "#ffffff", "muted": "#e6e6e6", "faint": "#d9d9d9", "accent": "#ffd800", "accent-bg": "#2e2700",
    "on-accent": "#000000", "sel": "#2e2700", "ok": "#7dff9b", "ok-bg": "#00260b", "soon": "#ffc46b",
    "soon-bg": "#2e1f00", "late": "#ff9d94", "late-bg": "#3a0500", "info": "#a8ccff", "info-bg": "#001a3d",
}  # fmt: skip

THEMES: Mapping[str, Mapping[str, str]] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

#: Type: pixels and weight at 100 %. "title" heads a card, "question" is what is spoken, "body" what is read,
#: "second" what stands beside, "small" key caps and sources, "timer" the call's length, "number" points that sum.
TYPE: Mapping[str, tuple[int, int]] = {
    "title": (20, 600),
    "timer": (28, 600),
    "question": (17, 600),
    "spoken": (15, 400),
    "strong": (13, 600),
    "number": (13, 600),
    "body": (13, 400),
    "second": (12, 400),
    "heading": (12, 600),
    "lane": (11, 600),
    "small": (11, 400),
    "chip": (12, 600),
}
FAMILY = "Inter"

#: Roles whose digits all have one width. Not the others: the same feature widens the hyphen of words.
TABULAR = frozenset({"chip", "timer", "number"})

#: Distances.
HAIR = 1
TINY = 4
SMALL = 8
MEDIUM = 12
LARGE = 16
WIDE = 24

#: Corners.
RADIUS = 8
RADIUS_CONTROL = 6
RADIUS_CHIP = 4
RADIUS_ROUND = 4

#: Controls.
FOCUS = 2
TARGET = 24
FIELD = 28
BUTTON = 36
ACT = 48
CAP_MIN = 24
CAP_HEIGHT = 18
CHIP_HEIGHT = 20
DOT = 8
ICON = 16
FACT_NAME = 136
TOP_BAR = 44
BOTTOM_BAR = 30
SEARCH = 320
NOTE = 96
MARK = 3

#: Queue rows and lane headings by density.
ROWS: Mapping[str, int] = {"comfortable": 52, "compact": 40, "dense": 30}
LANES: Mapping[str, int] = {"comfortable": 32, "compact": 28, "dense": 24}

#: From this scale on the text is large; a row of the queue is then so much higher.
LARGE_TEXT = 1.5
ROW_MORE = 20

#: The columns: queue, card (the rest), acts; and the window.
COLUMNS = (380, 730, 330)
COLUMNS_CALL = (300, 810, 330)
COLUMNS_LEAST = (240, 360, 260)
WINDOW = (1440, 900)
WINDOW_LEAST = (1000, 600)
DIALOG = 480

#: Milliseconds: a pause in typing before a draft is kept, and before a search is asked; how long a notice stands.
DRAFT_PAUSE = 400
SEARCH_PAUSE = 60
NOTICE = 8000
