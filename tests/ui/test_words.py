"""Words that are easily confused: a call as a thing and calling, an import and importing, a faulty row and a lead."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.ui.import_wizard import RESULT
from tests.ui.conftest import OpenWindow, settle
from tests.ui.test_import_window import a_file, to_trial, wizard_of


@pytest.mark.parametrize(("language", "heading", "verb"), [("fi", "Puhelu", "Soita"), ("sv", "Samtal", "Ring")])
def test_the_menu_of_a_call_is_named_by_the_noun(
    desk: Desk, open_window: OpenWindow, language: str, heading: str, verb: str
) -> None:
    window = open_window(desk, language)
    menu = QMenu(window)
    window.commands.fill(menu, window.role())
    names = [one.text() for one in menu.actions()]
    assert heading in names and verb not in names
    assert window.commands.actions["call"].text() == verb


@pytest.mark.parametrize(
    ("language", "verb", "faulty", "rejected"),
    [("fi", "Tuo rivit", "Virheellinen", "hylät"), ("sv", "Importera rader", "Felaktig", "avvis")],
)
def test_an_import_is_worded_by_itself(
    qtbot: QtBot,
    desk: Desk,
    open_window: OpenWindow,
    tmp_path: Path,
    language: str,
    verb: str,
    faulty: str,
    rejected: str,
) -> None:
    window = open_window(desk, language)
    wizard = wizard_of(qtbot, window, a_file(tmp_path, 2, bad=1))
    to_trial(qtbot, wizard)
    assert wizard.next.text() == verb
    wizard.forward()
    qtbot.waitUntil(lambda: wizard.step() == RESULT, timeout=20_000)
    settle(qtbot, window)
    assert wizard.counts._numbers["failed"].accessibleName() == faulty
    shown = [*texts(wizard), *(wizard.result_failures.table.horizontalHeaderItem(n).text() for n in range(3))]
    assert [one for one in shown if rejected in one.lower()] == []


def texts(wizard: object) -> list[str]:
    """What stands on the wizard's labels."""
    from leaddesk.ui.text import Text

    return [one.text() for one in wizard.findChildren(Text)]  # type: ignore[attr-defined]
