"""How the window looks: Fusion, a palette from the tokens, one short style sheet. Switches at run time.

Painters ask ``colour(name)`` and ``font(role)`` when they paint, so that a switch needs no more than a repaint.
"""

import sys
from collections.abc import Mapping
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from leaddesk.config.folders import data_dir
from leaddesk.ui import tokens

#: Points of the platform's usual interface font: what the user has chosen beside it is the text's scale.
_USUAL = {"win32": 9.0, "darwin": 13.0}
_USUAL_ELSEWHERE = 10.0
_LEAST, _MOST = 1.0, 2.0


class _Look:
    """What is in force. One application has one look."""

    name = "light"
    wish = "system"
    density = "comfortable"
    tokens: Mapping[str, str] = tokens.LIGHT
    scale = 1.0
    usual = 0.0


_look = _Look()


def apply(app: QApplication, theme: str = "system", density: str = "comfortable") -> None:
    """Dress the application. ``theme``: system, light, dark or contrast; ``density``: comfortable, compact or dense."""
    _load_fonts()
    if not _look.usual:
        _look.usual = app.font().pointSizeF()
        app.styleHints().colorSchemeChanged.connect(_follow)
    before = (_look.name, _look.density, _look.scale, app.style().objectName())
    _look.wish = theme
    _look.density = density if density in tokens.ROWS else "comfortable"
    _look.name = resolved(theme)
    _look.tokens = tokens.THEMES[_look.name]
    _look.scale = _scale()
    if before == (_look.name, _look.density, _look.scale, "fusion") and app.styleSheet():
        return
    _colours.cache_clear()
    _fonts.cache_clear()
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font("body"))
    app.setPalette(_palette())
    app.setStyleSheet(_sheet())


def resolved(theme: str) -> str:
    """The theme in tokens a wish means now: "system" follows the computer, light where it does not tell."""
    if theme in tokens.THEMES:
        return theme
    return "dark" if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else "light"


def name() -> str:
    """The theme in force: light, dark or contrast."""
    return _look.name


def density() -> str:
    """The density in force."""
    return _look.density


def colour(token: str) -> QColor:
    """A colour of the theme in force, by its name in ``tokens``."""
    return _colours(token)


def font(role: str) -> QFont:
    """A font by its role in ``tokens.TYPE``, at the user's text size."""
    return _fonts(role)


def px(length: float) -> int:
    """A length that grows with the text, in pixels."""
    return round(length * _look.scale)


def is_large() -> bool:
    """Whether the text is so large that what else stands side by side stands one under another."""
    return _look.scale >= tokens.LARGE_TEXT


def row_height() -> int:
    """The height of a row of the queue; with large text its countdown has a line of its own."""
    more = tokens.ROW_MORE if is_large() and _look.density != "dense" else 0
    return px(tokens.ROWS[_look.density] + more)


def lane_height() -> int:
    """The height of a lane's heading in the queue."""
    return px(tokens.LANES[_look.density])


def _follow() -> None:
    app = QApplication.instance()
    if _look.wish == "system" and isinstance(app, QApplication):
        apply(app, "system", _look.density)


@cache
def _load_fonts() -> None:
    for file in sorted((data_dir() / "resources" / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


@cache
def _colours(token: str) -> QColor:
    return QColor(_look.tokens[token])


@cache
def _fonts(role: str) -> QFont:
    size, weight = tokens.TYPE[role]
    made = QFont([tokens.FAMILY, *QFont().families()])
    made.setPixelSize(px(size))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if role in tokens.TABULAR:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _scale() -> float:
    if QGuiApplication.platformName() in ("offscreen", "minimal") or _look.usual <= 0:
        return _LEAST
    return min(_MOST, max(_LEAST, _look.usual / _USUAL.get(sys.platform, _USUAL_ELSEWHERE)))


def _palette() -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for one, token in {
        role.Window: "bg",
        role.WindowText: "text",
        role.Base: "panel",
        role.AlternateBase: "panel",
        role.Text: "text",
        role.Button: "raised",
        role.ButtonText: "text",
        role.BrightText: "late",
        role.ToolTipBase: "panel",
        role.ToolTipText: "text",
        role.PlaceholderText: "muted",
        role.Highlight: "accent",
        role.HighlightedText: "on-accent",
        role.Accent: "accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Light: "raised",
        role.Midlight: "line",
        role.Mid: "line2",
        role.Dark: "edge",
        role.Shadow: "edge",
    }.items():
        made.setColor(one, colour(token))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, colour("faint"))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, colour("line2"))
    made.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, colour("text"))
    return made


def _sheet() -> str:
    """What a palette cannot say: corners and edges of fields and buttons, a thin scroll bar."""
    t = _look.tokens
    round_ = tokens.RADIUS_CONTROL
    return f"""
    QLineEdit, QPlainTextEdit, QTextEdit {{
        background: {t["raised"]}; color: {t["text"]}; border: 1px solid {t["edge"]}; border-radius: {round_}px;
        selection-background-color: {t["accent"]}; selection-color: {t["on-accent"]};
    }}
    QLineEdit {{
        padding: 0 {tokens.SMALL}px; min-height: {px(tokens.FIELD)}px;
    }}
    QPlainTextEdit, QTextEdit {{ padding: {tokens.TINY}px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
        border: 2px solid {t["accent"]};
    }}
    QLineEdit:focus {{ padding: 0 {tokens.SMALL - 1}px; min-height: {px(tokens.FIELD) - 2}px; }}
    QPlainTextEdit:focus, QTextEdit:focus {{ padding: {tokens.TINY - 1}px; }}
    QLineEdit:disabled, QPlainTextEdit:disabled {{
        color: {t["faint"]}; border-color: {t["line2"]};
    }}
    QComboBox {{ min-height: {px(tokens.FIELD)}px; }}
    Listing, QTableWidget {{
        background: {t["panel"]}; border: 1px solid {t["line2"]}; border-radius: {round_}px; padding: {tokens.TINY}px;
        outline: none;
    }}
    Listing:focus, QTableWidget:focus {{ border: 2px solid {t["accent"]}; }}
    Listing::item, QTableWidget::item {{ padding: 0 {tokens.SMALL}px; border-radius: {tokens.RADIUS_CHIP}px; }}
    Listing::item:selected, QTableWidget::item:selected {{ background: {t["sel"]}; color: {t["text"]}; }}
    QHeaderView::section {{
        background: {t["panel"]}; color: {t["muted"]}; border: none; border-bottom: 1px solid {t["line"]};
        padding: {tokens.TINY}px {tokens.SMALL}px;
    }}
    QMenu {{ background: {t["panel"]}; border: 1px solid {t["line2"]}; padding: {tokens.TINY}px; }}
    QMenu::item {{
        padding: {tokens.TINY}px {tokens.WIDE}px {tokens.TINY}px {tokens.MEDIUM}px;
        min-height: {px(tokens.LARGE)}px; border-radius: {tokens.RADIUS_CHIP}px;
    }}
    QMenu::item:selected {{ background: {t["sel"]}; color: {t["text"]}; }}
    QMenu::item:disabled {{ color: {t["faint"]}; }}
    QProgressBar {{
        background: {t["line"]}; border: none; border-radius: {tokens.RADIUS_CHIP}px; max-height: {tokens.SMALL}px;
    }}
    QProgressBar::chunk {{ background: {t["accent"]}; border-radius: {tokens.RADIUS_CHIP}px; }}
    QPushButton {{
        background: {t["raised"]}; color: {t["text"]}; border: 1px solid {t["edge"]}; border-radius: {round_}px;
        padding: 0 {tokens.MEDIUM}px; min-height: {px(tokens.FIELD)}px;
    }}
    QPushButton:hover {{ background: {t["sel"]}; }}
    QPushButton:default {{ background: {t["accent"]}; color: {t["on-accent"]}; border-color: {t["accent"]}; }}
    QPushButton:focus {{
        border: 2px solid {t["accent"]}; padding: 0 {tokens.MEDIUM - 1}px; min-height: {px(tokens.FIELD) - 2}px;
    }}
    QPushButton:default:focus {{ border-color: {t["text"]}; }}
    QPushButton:disabled {{ background: {t["bg"]}; color: {t["faint"]}; border-color: {t["line2"]}; }}
    QToolTip {{
        background: {t["panel"]}; color: {t["text"]}; border: 1px solid {t["line2"]}; padding: {tokens.TINY}px;
    }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {t["line2"]}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: {tokens.WIDE}px; }}
    QScrollBar::handle:horizontal {{ min-width: {tokens.WIDE}px; }}
    QScrollBar::handle:hover {{ background: {t["edge"]}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0;
    }}
    QSplitter::handle {{ background: {t["line"]}; }}
    """
