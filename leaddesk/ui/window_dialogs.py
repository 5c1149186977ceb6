"""Dialogs that stand for themselves: made here when they are wanted, so that the window opens without them."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from leaddesk.ui.window import Window


def make(window: "Window", key: str, path: Path | None = None) -> QDialog:
    """The dialog of a command of ``actions``, connected to the window; ``path``: a file to import."""
    bridge = window.bridge
    if key == "erase":
        from leaddesk.ui.erase_dialog import EraseDialog

        card = window.card.card()
        assert card is not None
        erase = EraseDialog(bridge.words, card, window)
        erase.chosen.connect(lambda ground: window.acting.erase(card.row.id, ground))
        return erase
    if key == "new-lead":
        from leaddesk.ui.act_dialogs import NewLeadDialog

        new = NewLeadDialog(bridge, window)
        new.chosen.connect(lambda act: window.acting.create(act, new.account))
        new.open_lead.connect(window.show_lead)
        return new
    if key == "import":
        from leaddesk.ui.import_wizard import ImportWizard

        return ImportWizard(bridge, window, path)
    if key == "settings":
        from leaddesk.ui.settings_dialog import SettingsDialog

        return SettingsDialog(bridge, window)
    if key == "sign-in":
        from leaddesk.ui.sign_in import SignInDialog

        sign_in = SignInDialog(bridge, window)
        sign_in.signed_in.connect(window.signed_in)
        return sign_in
    if key == "attention":
        from leaddesk.ui.attention_dialog import AttentionDialog

        attention = AttentionDialog(bridge, window)
        attention.open_lead.connect(window.show_lead)
        return attention
    if key == "agreement":
        from leaddesk.ui.agreement_dialog import AgreementDialog

        shown = window.card.card()
        return AgreementDialog(bridge, shown.policy if shown is not None else 0, window)
    if key == "report":
        from leaddesk.ui.report_dialog import ReportDialog

        report = ReportDialog(bridge, bridge.name_of, window)
        report.opened.connect(window.show_leads)
        return report
    if key == "keys":
        from leaddesk.ui.keys_sheet import KeysSheet

        return KeysSheet(bridge, window, window.mode, window.role())
    from leaddesk.ui.palette import Palette

    palette = Palette(bridge, window, window.mode, window.is_possible, role=window.role())
    palette.action.connect(window.run, Qt.ConnectionType.QueuedConnection)
    palette.lead.connect(window.show_lead, Qt.ConnectionType.QueuedConnection)
    return palette
