"""Hands a number to the program that dials, by the template of the settings."""

import re
from urllib.parse import quote

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication


def dial(number: str, template: str) -> bool:
    """Dial a number: ``{e164}`` in the template stands for it, without separators. False where no program takes it;
    the number is then on the clipboard."""
    plain = re.sub(r"[^0-9+]", "", number)
    if plain and QDesktopServices.openUrl(QUrl(template.replace("{e164}", quote(plain, safe="+")))):
        return True
    QGuiApplication.clipboard().setText(number)
    return False
