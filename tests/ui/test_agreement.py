"""The agreement in the window: what it says, a draft from a file, and who may sign."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from leaddesk.desk.desk import Desk
from leaddesk.domain.document import document
from leaddesk.domain.operation import PublishPolicy, SignAgreement
from leaddesk.domain.record import FeedRow
from leaddesk.domain.words import Party, Role
from leaddesk.ui.agreement_dialog import AgreementDialog
from leaddesk.ui.window import Window
from tests.ui.conftest import OpenWindow, settle
from tests.ui.dialog_support import NOW, add_lead, as_role, latest

DRAFT = 'note = "Kevät <b>"\n[targets.hand-raiser]\ntake = "30m"\n'


def opened(qtbot: QtBot, window: Window) -> AgreementDialog:
    window.run("agreement")
    dialog = window._dialog
    assert isinstance(dialog, AgreementDialog)
    settle(qtbot, window)
    return dialog


def published(desk: Desk) -> None:
    """A draft that the central has."""
    base = desk.store.policies().versions[1]
    draft = replace(base, version=2, agreement=replace(base.agreement, attempts=7), published=NOW)
    rows = [
        FeedRow(what="policy", id=str(one.version), seq=10 + one.version, body={"document": document(one)})
        for one in (base, draft)
    ]
    desk.store.record_pull(rows, "agreed", True, NOW)


@pytest.mark.parametrize("role", Role)
def test_who_may_sign_and_draft(qtbot: QtBot, desk: Desk, open_window: OpenWindow, role: Role) -> None:
    as_role(desk, role)
    add_lead(desk)
    dialog = opened(qtbot, open_window(desk))
    signs = role in (Role.MANAGER, Role.MARKETER)
    assert dialog.sign.isVisible() is signs and dialog.draft.isVisible() is signs
    assert "in force" in dialog.title.text()
    assert [one.text()[0] for one in dialog.signed.values()] == ["○", "○"]
    shown = dialog.terms.toPlainText()
    assert "Asked for contact: Take into work" in shown and "1 h" in shown and "Mon–Fri 08:00–16:00" in shown


def test_a_draft_is_read_looked_at_and_put_forward(
    qtbot: QtBot, tmp_path: Path, desk: Desk, open_window: OpenWindow
) -> None:
    as_role(desk, Role.MARKETER)
    add_lead(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window)
    file = tmp_path / "draft.toml"
    file.write_text("[targets.hand-raiser]\ntake = '-30m'\n", encoding="utf-8")
    dialog.read(file)
    settle(qtbot, window)
    assert "A target is negative" in dialog.message.text() and not dialog.publish.isVisible()
    file.write_text(DRAFT, encoding="utf-8")
    dialog.read(file)
    settle(qtbot, window)
    assert dialog.terms.toPlainText().split() == "Asked for contact: Take into work 1 h → 30 min".split()
    dialog.publish.click()
    settle(qtbot, window)
    act = latest(desk)
    assert isinstance(act, PublishPolicy) and act.version == 2 and act.note == "Kevät <b>"
    assert "Version 2 is a draft" in dialog.message.text() and not dialog.publish.isVisible()


def test_a_party_signs_once(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    as_role(desk, Role.MANAGER)
    add_lead(desk)
    published(desk)
    window = open_window(desk)
    dialog = opened(qtbot, window)
    # The one in force is not the newest: only the draft is there to be signed.
    assert [one.policy.version for one in dialog._versions] == [2, 1] and not dialog.sign.isEnabled()
    dialog.list.setCurrentRow(0)
    assert "What it changes" in dialog.terms.toPlainText() and "5 → 7" in dialog.terms.toPlainText()
    assert dialog.sign.isEnabled() and dialog.sign.text() == "Sign for Sales"
    dialog.sign.click()
    settle(qtbot, window)
    assert latest(desk) == SignAgreement(version=2, party=Party.SALES)
    assert "Signed" in dialog.message.text()


def test_the_card_leads_to_the_version_that_judges_its_lead(qtbot: QtBot, desk: Desk, open_window: OpenWindow) -> None:
    add_lead(desk)
    published(desk)
    window = open_window(desk)
    window.run("agreement")
    dialog = window._dialog
    assert isinstance(dialog, AgreementDialog)
    settle(qtbot, window)
    found = dialog.version()
    assert found is not None and found.policy.version == 1
