"""Charts as SVG text: the window draws them, the page for paper holds them. Never the only place of a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

#: Sizes in pixels: of letters, of what lies between things, of a bar, of a letter's width about.
_TEXT, _GAP, _BAR, _LETTER = 12, 8, 14, 6.6

#: The colours a chart asks for by name, and the family of its letters, as CSS. A window hands in those of its theme.
INK: Mapping[str, str] = {
    "text": "var(--text)", "muted": "var(--muted)", "line": "var(--line)", "ok": "var(--ok)", "late": "var(--late)",
    "soon": "var(--soon)", "accent": "var(--accent)", "open": "var(--open)", "font": "inherit",
}  # fmt: skip

#: What an ink stands for in a chart, in its order: (ink, words).
Legend = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: how much, in which ink."""

    amount: float
    ink: str


def bars(
    rows: Sequence[tuple[str, Sequence[Part], str]],
    name: str,
    legend: Legend = (),
    ink: Mapping[str, str] = INK,
    width: int = 640,
) -> str:
    """One bar a row, all of one length: a label, its parts side by side, a text behind it. ``name`` says to a screen
    reader what is drawn."""
    drawing = _Drawing(ink)
    floor = drawing.legend(legend)
    left, right = width // 3, width // 8
    room = width - left - right - 2 * _GAP
    for label, parts, behind in rows:
        middle = floor + _GAP + _BAR - 3
        drawing.text(0, middle, label, "text")
        total, x = sum(one.amount for one in parts), float(left)
        for one in parts:
            long = room * one.amount / total if total else 0.0
            drawing.box(x, floor + _GAP, long, _BAR, one.ink)
            x += long
        if not total:
            drawing.box(left, floor + _GAP + _BAR // 2, room, 1, "line")
        drawing.text(left + room + _GAP, middle, behind, "muted")
        floor += _BAR + 2 * _GAP
    return drawing.svg(width, floor, name)


def columns(
    rows: Sequence[tuple[str, float, float, float | None]],
    name: str,
    legend: Legend = (),
    ink: Mapping[str, str] = INK,
    width: int = 640,
    height: int = 160,
) -> str:
    """One column a row: a label below, what there was in all, how much of it counts, and a mark at what was to be, None
    for none."""
    drawing = _Drawing(ink)
    top = drawing.legend(legend) + _GAP
    most = max((max(all_, wanted or 0.0) for _, all_, _, wanted in rows), default=0.0) or 1.0
    step = width / max(1, len(rows))
    floor = top + height - 2 * _TEXT
    drawing.box(0, floor, width, 1, "line")
    for place, (label, all_, counts, wanted) in enumerate(rows):
        x, wide = place * step + step * 0.2, step * 0.6
        for amount, colour in ((all_, "open"), (counts, "accent")):
            tall = (floor - top) * amount / most
            drawing.box(x, floor - tall, wide, tall, colour)
        if wanted is not None:
            drawing.box(x - step * 0.1, floor - (floor - top) * wanted / most - 1, step * 0.8, 2, "late")
        drawing.text(x + wide / 2, floor + 2 * _TEXT - 4, label, "muted", middle=True)
    return drawing.svg(width, floor + 2 * _TEXT, name)


class _Drawing:
    """What has been drawn."""

    def __init__(self, ink: Mapping[str, str]) -> None:
        self._ink = ink
        self._made: list[str] = []

    def legend(self, told: Legend) -> int:
        """What the inks stand for, in a line at the top; how far down it reaches."""
        x = 0.0
        for ink, words in told:
            self.box(x, 2, _TEXT - 2, _TEXT - 2, ink)
            self.text(x + _TEXT + 2, _TEXT - 1, words, "muted")
            x += _TEXT + 2 + _LETTER * len(words) + 2 * _GAP
        return _TEXT + _GAP if told else 0

    def box(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """A filled box."""
        size = f'width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
        self._made.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{self._ink[ink]}"/>')

    def text(self, x: float, y: float, text: str, ink: str, middle: bool = False) -> None:
        """A line of text on its ground line."""
        anchor = ' text-anchor="middle"' if middle else ""
        font = f'font-size="{_TEXT}" font-family="{escape(self._ink["font"])}" fill="{self._ink[ink]}"'
        self._made.append(f'<text x="{x:.1f}" y="{y:.1f}" {font}{anchor}>{escape(text)}</text>')

    def svg(self, width: int, height: float, name: str) -> str:
        """The whole."""
        name = escape(name)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
            f'height="{height:.0f}" role="img" aria-label="{name}"><title>{name}</title>{"".join(self._made)}</svg>'
        )
