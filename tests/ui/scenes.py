"""Every state of the window and every dialog, by name, each brought up as its user would.

``LEADDESK_PICTURES=FOLDER pytest tests/ui/test_pictures.py`` draws them all, in both themes, three languages, two
sizes, at 200 % text and in every density. The tests of names, clipping and plain text walk the same list.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from leaddesk.desk.rows import Phrase, Status
from leaddesk.domain.agreement import Signature, Targets, Volume
from leaddesk.domain.document import document
from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import FeedRow
from leaddesk.domain.report import count, periods
from leaddesk.domain.words import LeadKind, Party, Role
from leaddesk.ui.agreement_dialog import AgreementDialog
from leaddesk.ui.import_wizard import COLUMNS, RESULT, TRIAL, ImportWizard
from leaddesk.ui.report_dialog import ReportDialog
from leaddesk.ui.sign_in import PassphraseDialog, RecoveryCodeDialog
from leaddesk.ui.window import Window
from tests.domain.lines import made
from tests.ui.conftest import settle
from tests.ui.dialog_support import NOW, as_role
from tests.ui.full_desk import LOOKED_AT, raise_all, refuse_some

_FILE = """Yritys;Y-tunnus;Yhteyshenkilö;Titteli;Puhelin;Sähköposti;Liikevaihto;Huomio
Koe Oy;0100990-4;Aino Salo;toimitusjohtaja;040 1234567;aino@koe.example;1,2 M€;Uusi <b>asiakas</b>
Väärä Numero Oy;;Pekka;johtaja;puh. tuntematon;ei-osoite;;
Toinen Oy;1234567-8;Liisa Lehto;ostaja;050 7654321;liisa@toinen.example;500000;
Kolmas Ab;;Åsa Öhman;vd;+46 8 123 456 78;asa@kolmas.example;;
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene is played on."""

    qtbot: QtBot
    window: Window
    folder: Path

    def settle(self) -> None:
        """Until nothing is on its way."""
        settle(self.qtbot, self.window)

    def show(self, company: str = LOOKED_AT) -> None:
        """Choose a company's lead."""
        rows = self.window.bridge.desk.search(company, 1)
        self.window.show_lead(rows[0].id)
        self.settle()


Play = Callable[[Stage], QWidget]


def _window(stage: Stage) -> QWidget:
    stage.show()
    return stage.window


def _place(place: str) -> Play:
    def play(stage: Stage) -> QWidget:
        stage.show()
        stage.window.run(f"go-{place}")
        stage.settle()
        return stage.window

    return play


def _late(stage: Stage) -> QWidget:
    raise_all(stage.window.bridge.desk)
    stage.window.run("go-escalations")
    stage.settle()
    return stage.window


def _search(text: str) -> Play:
    def play(stage: Stage) -> QWidget:
        stage.show()
        stage.window.top.search.setText(text)
        stage.window.top.search.textEdited.emit(text)
        stage.qtbot.waitUntil(lambda: not stage.window.queue._pause.isActive())
        stage.settle()
        return stage.window

    return play


def _call(stage: Stage) -> QWidget:
    stage.show()
    stage.window.live.begin(dialling=False)
    stage.settle()
    stage.window.live.centre.tick(NOW.replace(minute=56, hour=10), NOW)
    stage.window.live.centre.choose(0)
    stage.window.card.note.setPlainText(
        "Kaksi linjaa, vanhempi seisoo keväisin. Sopimus 3/27 asti, hinta hiertää. Rantala päättää."
    )
    stage.window.run("call-reached")
    stage.settle()
    return stage.window


def _dialog(key: str, company: str = LOOKED_AT, then: Callable[[Stage, QDialog], None] | None = None) -> Play:
    def play(stage: Stage) -> QWidget:
        stage.show(company)
        stage.window.run(key)
        stage.settle()
        dialog = stage.window._dialog
        assert dialog is not None and dialog.isVisible(), key
        if then is not None:
            then(stage, dialog)
            stage.settle()
        return dialog

    return play


def _type_when(text: str) -> Callable[[Stage, QDialog], None]:
    def play(stage: Stage, dialog: QDialog) -> None:
        dialog.when.line.setText(text)  # type: ignore[attr-defined]

    return play


def _timing(stage: Stage, dialog: QDialog) -> None:
    dialog._group.button(3).click()  # type: ignore[attr-defined]


def _new_lead(stage: Stage, dialog: QDialog) -> None:
    dialog.fields["company"].setText("Konepaja")  # type: ignore[attr-defined]
    dialog.fields["phone"].setText("ei numero")  # type: ignore[attr-defined]
    stage.qtbot.waitUntil(lambda: not dialog._pause.isActive())  # type: ignore[attr-defined]


def _wizard(step: int) -> Play:
    def play(stage: Stage) -> QWidget:
        path = stage.folder / "markkinointirekisterin-poiminta.csv"
        path.write_bytes(_FILE.encode("cp1252"))
        stage.window._open("import", path)
        wizard = stage.window._dialog
        assert isinstance(wizard, ImportWizard)
        for reached in (COLUMNS, TRIAL, RESULT):
            stage.qtbot.waitUntil(lambda at=reached: wizard.step() == at)
            stage.settle()
            if reached == step:
                return wizard
            wizard.forward()
        raise AssertionError(step)

    return play


def _attention(stage: Stage) -> QWidget:
    stage.show()
    lead = stage.window.queue.current()
    refuse_some(stage.window.bridge.desk, lead)
    stage.window.run("go-attention")
    stage.settle()
    dialog = stage.window._dialog
    assert dialog is not None
    return dialog


def _agreement(stage: Stage) -> QWidget:
    """A draft that marketing has signed, looked at by the manager."""
    desk = as_role(stage.window.bridge.desk, Role.MANAGER)
    base = desk.store.policies().versions[1]
    targets = {**base.agreement.targets, LeadKind.HAND_RAISER: Targets(take=30, first_attempt=90, decision=16 * 60)}
    terms = replace(base.agreement, targets=targets, attempts=6, volume=Volume(leads=40), effective=date(2027, 1, 1))
    mark = Signature(party=Party.MARKETING, by="maija", at=NOW)
    draft = replace(base, version=2, agreement=terms, note="Kevään <b>tavoitteet</b>", published=NOW, signed=(mark,))
    rows = [
        FeedRow(what="policy", id=str(one.version), seq=10 + one.version, body={"document": document(one)})
        for one in (base, draft)
    ]
    desk.store.record_pull(rows, "agreed", True, NOW)
    stage.show()
    stage.window.run("agreement")
    stage.settle()
    dialog = stage.window._dialog
    assert isinstance(dialog, AgreementDialog)
    dialog.list.setCurrentRow(0)
    return dialog


def _report(number: int) -> Play:
    """The page for both sides as the manager sees it, of so many leads."""

    def play(stage: Stage) -> QWidget:
        desk = as_role(stage.window.bridge.desk, Role.MANAGER)
        base = desk.store.policies().versions[1]
        volume = Volume(leads=max(1, number // 20)) if number else Volume()
        policies = Policies({1: replace(base, agreement=replace(base.agreement, volume=volume))})
        lines = made(number, NOW)
        desk.reports.ask = lambda back=0: (
            count(  # type: ignore[method-assign]
                lines, periods(NOW, policies), lambda at: at, NOW, policies, back
            ).report
        )
        stage.show()
        stage.window.run("report")
        stage.settle()
        dialog = stage.window._dialog
        assert isinstance(dialog, ReportDialog)
        return dialog

    return play


def _stated(**changes: object) -> Play:
    def play(stage: Stage) -> QWidget:
        stage.show()
        status = stage.window.bar.status()
        assert isinstance(status, Status)
        stage.window.bar.show_status(replace(status, **changes))  # type: ignore[arg-type]
        return stage.window

    return play


def _error(stage: Stage) -> QWidget:
    trouble = StoreTrouble("store-damaged", path="/koti/aino/leaddesk/desk.db")
    stage.show()
    stage.window.queue.message.error(trouble)
    stage.window.queue._stack.setCurrentWidget(stage.window.queue.message)
    stage.window.card.show_nothing("error", trouble)
    stage.window.acts.show_card(None)
    return stage.window


def _loading(stage: Stage) -> QWidget:
    stage.window.queue.message.loading()
    stage.window.queue._stack.setCurrentWidget(stage.window.queue.message)
    stage.window.card.show_nothing("loading")
    stage.window.acts.show_card(None)
    return stage.window


def _passphrase(new: bool) -> Play:
    def play(stage: Stage) -> QWidget:
        problem = "" if new else stage.window.bridge.words.error(StoreTrouble("wrong-passphrase"))
        dialog = PassphraseDialog(stage.window.bridge.words, stage.window, new, problem)
        dialog.open()
        return dialog

    return play


def _recovery(stage: Stage) -> QWidget:
    dialog = RecoveryCodeDialog(stage.window.bridge.words, "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2", stage.window)
    dialog.open()
    return dialog


def _menu(stage: Stage) -> QWidget:
    stage.show()
    stage.window.run("menu")
    QApplication.processEvents()
    return next(one for one in stage.window.findChildren(QMenu) if one.isVisible())


def _notice(stage: Stage) -> QWidget:
    stage.show()
    stage.window.bar.tell(stage.window.bridge.words.say("Choose the outcome before saving."), "soon")
    return stage.window


#: Scenes of a desk with a working day on it.
SCENES: dict[str, Play] = {
    "triage": _window,
    "notice": _notice,
    # Before any act of today.
    "undo": _dialog("undo", "Pirkan Sähkötyö Oy"),
    "callbacks": _place("callbacks"),
    "waiting": _place("waiting"),
    "meetings": _place("meetings"),
    "late-nothing": _place("escalations"),
    "between": _place("between"),
    "late": _late,
    "search": _search("konepaja"),
    "search-nothing": _search("zzzzz"),
    "call": _call,
    "menu": _menu,
    "accept": _dialog("accept"),
    "reject": _dialog("reject"),
    "reject-timing": _dialog("reject", then=_timing),
    "snooze": _dialog("snooze"),
    "snooze-typed": _dialog("snooze", then=_type_when("6.12. 9")),
    "snooze-unread": _dialog("snooze", then=_type_when("kohta puoliin")),
    "callback": _dialog("callback", "Kiinteistö Tammi Oy"),
    "meeting": _dialog("meeting"),
    "nurture": _dialog("nurture"),
    "object": _dialog("object"),
    "erase": _dialog("erase"),
    "won": _dialog("won", "Pirkan Sähkötyö Oy"),
    "lost": _dialog("lost", "Pirkan Sähkötyö Oy"),
    "hand-over": _dialog("hand-over", "Kiinteistö Tammi Oy"),
    "offer": _dialog("offer", "Itämeren Varustamo Oy"),
    "new-lead": _dialog("new-lead", then=_new_lead),
    "import-file": _dialog("import"),
    "import-columns": _wizard(COLUMNS),
    "import-trial": _wizard(TRIAL),
    "import-result": _wizard(RESULT),
    "settings": _dialog("settings"),
    "sign-in": _dialog("sign-in"),
    "keys": _dialog("keys"),
    "palette": _dialog("palette"),
    "attention-empty": _dialog("go-attention"),
    "attention": _attention,
    "agreement": _agreement,
    "report-empty": _report(0),
    "report": _report(2400),
    "passphrase-new": _passphrase(True),
    "passphrase": _passphrase(False),
    "recovery-code": _recovery,
    "offline": _stated(online=False, offline_since=NOW.replace(hour=7), waiting=37),
    "syncing": _stated(syncing=True, waiting=3),
    "needs-a-person": _stated(attention=2, waiting=1),
    "trouble": _stated(trouble=Phrase("history-changed"), online=False),
    "not-signed-in": _stated(signed_in=False),
    "error": _error,
    "loading": _loading,
}


def leave(stage: Stage) -> None:
    """Whatever the scene opened is put away, and the window stands in the queue again."""
    window = stage.window
    for dialog in window.findChildren(QDialog):
        dialog.done(0)
    for menu in window.findChildren(QMenu):
        menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.live.leave()
    window.bar.tell("")
    window.run("go-queue")
    window._count()
    stage.settle()


def play_all(stage: Stage, only: Collection[str] = ()) -> Iterator[tuple[str, QWidget]]:
    """Every scene by name, with the widget to be looked at; each is put away before the next."""
    for name, play in SCENES.items():
        if not only or name in only:
            widget = play(stage)
            QApplication.processEvents()
            yield name, widget
            leave(stage)
