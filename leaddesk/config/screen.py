"""Whether there is a screen: without one the window is not opened, and the demonstration is told in text."""

import os
import sys


def has_display() -> bool:
    """Whether a window could be shown to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) or os.environ.get("QT_QPA_PLATFORM") == "vnc"
