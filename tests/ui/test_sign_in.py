"""Signing in from the window to a real central; then deciding without it, and with it again."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids
from leaddesk.desk.desk import Desk
from leaddesk.domain.words import LeadState
from leaddesk.store.local.store import LocalStore
from tests.support import KEY, PASSWORD, SteppedClock, live_central
from tests.ui.conftest import OpenWindow, close_window, settle
from tests.ui.dialog_support import add_lead


def test_from_signing_in_to_a_decision_on_the_central(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    clock = SteppedClock()
    profile = Profile(tmp_path / "desk")
    profile.make()
    store = LocalStore.open(profile.store_path, KEY)
    desk = Desk(store, profile, Credentials(store), clock, Ids())
    folder = tmp_path / "central"
    folder.mkdir()
    with live_central(folder, clock) as central:
        window = open_window(desk)
        assert window.bar.sync.text() == "Not signed in"
        window.syncing.run(asked=True)
        dialog: Any = window._dialog
        dialog.address.setText(central.url.removeprefix("http://"))
        dialog.user.setText("rep")
        dialog.password.setText("väärä")
        dialog.accept()
        settle(qtbot, window)
        assert dialog.isVisible() and dialog.message.text().startswith("●")
        assert dialog.password.text() == ""
        dialog.password.setText(PASSWORD)
        dialog.accept()
        qtbot.waitUntil(lambda: desk.status().signed_in and window._dialog is None)
        settle(qtbot, window)
        assert PASSWORD.encode() not in b"".join(one.read_bytes() for one in profile.path.iterdir() if one.is_file())

        lead = add_lead(desk)
        window.queue.refresh()
        settle(qtbot, window)
        central.stop()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.show_lead(lead)
        settle(qtbot, window)
        qtbot.keyClick(window.queue.view, Qt.Key.Key_A)
        settle(qtbot, window)
        accept: Any = window._dialog
        accept.accept()
        settle(qtbot, window)
        window.syncing.run(asked=True)
        settle(qtbot, window)
        assert "No connection since" in window.bar.sync.text()
        assert "waiting to be sent" in window.bar.sync.text()
        assert desk.card(lead).row.state is LeadState.ACCEPTED

        central.start()
        window.syncing.run(asked=True)
        settle(qtbot, window)
        assert window.bar.sync.text().startswith("Up to date")
        accepted = [row for row in central.operations() if row["act"] == "accept"]
        assert [row["verdict"] for row in accepted] == ["applied"]
        close_window(qtbot, window)
    desk.close()
