"""The icons: small SVG drawings of ``resources/icons``, tinted, drawn sharp for the screen they stand on."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from leaddesk.config.folders import data_dir
from leaddesk.ui import theme, tokens


def icon(name: str, colour: str = "muted") -> QIcon:
    """An icon by its file's name, in a colour of the theme in force. Raises ``FileNotFoundError``."""
    return QIcon(pixmap(name, colour))


def pixmap(name: str, colour: str = "muted", size: int = tokens.ICON) -> QPixmap:
    """An icon as a picture of ``size`` logical pixels."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _drawn(name, theme.colour(colour).name(), theme.px(size), ratio)


def window_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return QIcon(str(data_dir() / "resources" / "icons" / "leaddesk.png"))


@lru_cache(maxsize=256)
def _drawn(name: str, tint: str, size: int, ratio: float) -> QPixmap:
    text = (data_dir() / "resources" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", tint).encode()))
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
