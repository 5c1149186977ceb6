"""The room a dialog may take: its screen, or the window it belongs to where that is larger."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from leaddesk.ui import theme, tokens
from leaddesk.ui.surface import Scroller


def room(dialog: QWidget) -> QSize:
    """The largest size of a dialog, in pixels."""
    most = dialog.screen().availableSize()
    parent = dialog.parentWidget()
    if parent is not None:
        most = most.expandedTo(parent.window().size())
    return most - QSize(tokens.WIDE, tokens.WIDE)


def fit(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog a size in pixels at 100 %, grown with the text, as far as there is room."""
    dialog.resize(QSize(theme.px(width), theme.px(height)).boundedTo(room(dialog)))


def widen(dialog: QWidget, width: int) -> None:
    """Give a dialog a least width in pixels at 100 %, grown with the text, as far as there is room."""
    dialog.setMinimumWidth(min(theme.px(width), room(dialog).width()))


def fit_content(dialog: QWidget, scroll: Scroller) -> None:
    """Make a dialog as high as its scrolled content needs, as far as there is room; the rest of it scrolls."""
    most, whole, inside = room(dialog), dialog.layout(), scroll.widget()
    if whole is None or inside is None:
        return
    scroll.updateGeometry()
    margins = whole.contentsMargins()
    sides = margins.left() + margins.right()
    least = max(whole.minimumSize().width(), inside.minimumSizeHint().width() + sides)
    width = min(max(dialog.minimumWidth(), least), most.width())
    inner = width - sides
    wanted = inside.heightForWidth(inner) if inside.hasHeightForWidth() else inside.sizeHint().height()
    rest = whole.heightForWidth(width) if whole.hasHeightForWidth() else whole.sizeHint().height()
    rest -= scroll.sizeHint().height()
    height = min(wanted, most.height() - rest)
    scroll.setVerticalScrollBarPolicy(
        Qt.ScrollBarPolicy.ScrollBarAsNeeded if height < wanted else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    )
    dialog.resize(width, rest + height)
