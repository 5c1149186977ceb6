"""The window: places above, the queue at the left, the card in the centre, acts at the right, the sync state below.

It arranges the panes and carries wishes between them; what a lead is, they know. In a call the script takes the place
of the queue, the note the centre, and whatever arrives waits for the end of it.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QMessageBox, QSplitter, QStackedWidget, QWidget

from leaddesk.config.settings import Settings
from leaddesk.desk.rows import ActResult, Card, Status, SyncResult
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError, Refusal, StoreTrouble
from leaddesk.domain.operation import Act, BookMeeting, CreateLead, LogCall, Objection
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import BantElement, CallOutcome, Telephony
from leaddesk.ui import icons, theme, tokens, window_acts
from leaddesk.ui.actions import BY_KEY, CALL, TRIAGE
from leaddesk.ui.acts import ActsPane
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.call import TIMED, Call, OutcomePane
from leaddesk.ui.card_pane import CardPane
from leaddesk.ui.commands import Commands
from leaddesk.ui.dialer import dial
from leaddesk.ui.queue_pane import CALLBACKS, MEETINGS, QUEUE, WAITING, QueuePane
from leaddesk.ui.script import CallCentre, ScriptPane
from leaddesk.ui.status_bar import StatusBar
from leaddesk.ui.surface import column
from leaddesk.ui.ticker import Ticker
from leaddesk.ui.top_bar import ATTENTION, TopBar

#: Files that the import wizard takes.
_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})

#: How long acts are held before they are sent, so that an undo need not travel; do-not-contact is sent at once.
_HELD = 8000

#: The names the layout and a call that is on are kept under.
LAYOUT, KEPT_CALL = "window", "call"


class Window(QMainWindow):
    """The desk. ``ready()``: the queue has been read and its first card shown."""

    ready = Signal()

    def __init__(self, bridge: Bridge, layout: str = "", status: Status | None = None) -> None:
        super().__init__()
        self.bridge = bridge
        self.mode = TRIAGE
        self.call: Call | None = None
        self._busy = False
        self._foreign = False
        self._acted = ""
        self._ahead: Card | None = None
        self._waiting = Changes()
        self._syncing = False
        self._tried: datetime | None = None
        self._is_ready = False
        self._resumed: datetime | None = None
        self._dialog: QDialog | None = None
        self._columns_triage, self._columns_call = list(tokens.COLUMNS), list(tokens.COLUMNS_CALL)
        self.ticker = Ticker(bridge.clock, self)
        self.top = TopBar(bridge)
        self.queue = QueuePane(bridge, self.ticker)
        self.script = ScriptPane(bridge)
        self.card = CardPane(bridge, self.ticker)
        self.centre = CallCentre(bridge)
        self.acts = ActsPane(bridge)
        self.outcomes = OutcomePane(bridge)
        self.bar = StatusBar(bridge)
        self.commands = Commands(self, lambda: bridge.words)
        self._sync_soon = QTimer(self)
        self._sync_soon.setSingleShot(True)
        self._sync_soon.setInterval(_HELD)
        self._sync_soon.timeout.connect(self.sync)
        self._arrange(layout)
        self._connect()
        self._dress(bridge.settings)
        self._speak()
        if status is not None:
            self.bar.show_status(status)
        self.ticker.start()
        self.queue.refresh()
        self._count()

    # --- showing leads ------------------------------------------------------------------------------------------------

    def show_lead(self, lead: str) -> None:
        """Choose a lead and show its card."""
        self.queue.select(lead)
        self._show(lead)

    def run(self, key: str) -> None:
        """Do a command of ``actions`` by its key."""
        action = BY_KEY[key]
        if self.mode not in action.modes:
            return
        if action.decides and not self._may_decide(key):
            return
        card = self.card.card()
        if window_acts.is_act(key):
            if card is not None:
                self._ask(key, card)
        elif key.startswith("bant-"):
            element = BantElement(key.removeprefix("bant-"))
            (self.outcomes if self.mode == CALL else self.acts).tiles.ask(element)
        elif key.startswith("call-"):
            self._run_call(key)
        elif key.startswith("go-"):
            self._go(key.removeprefix("go-"))
        else:
            self._run_other(key)

    # --- commands -----------------------------------------------------------------------------------------------------

    def _run_other(self, key: str) -> None:
        card = self.card.card()
        if key == "call" and card is not None and self.acts.is_possible("call"):
            self.begin_call()
        elif key == "note" and card is not None:
            self.card.note.setFocus()
        elif key == "save-note":
            self.card.note.save()
        elif key in ("next", "previous"):
            self.queue.step(1 if key == "next" else -1)
        elif key == "undo":
            self.undo()
        elif key == "search":
            self.top.search.setFocus()
            self.top.search.selectAll()
        elif key == "sync":
            self.sync(asked=True)
        elif key == "menu":
            self._menu()
        elif key == "quit":
            self.close()
        else:
            self._open(key)

    def _open(self, key: str, path: Path | None = None) -> None:
        """Open a dialog that stands for itself."""
        if key == "new-lead":
            from leaddesk.ui.act_dialogs import NewLeadDialog

            new = NewLeadDialog(self.bridge, self)
            new.chosen.connect(lambda act: self._create(act, new.account))
            new.open_lead.connect(self.show_lead)
            self._stand(new)
        elif key == "import":
            from leaddesk.ui.import_wizard import ImportWizard

            self._stand(ImportWizard(self.bridge, self, path))
        elif key == "settings":
            from leaddesk.ui.settings_dialog import SettingsDialog

            self._stand(SettingsDialog(self.bridge, self))
        elif key == "sign-in":
            from leaddesk.ui.sign_in import SignInDialog

            sign_in = SignInDialog(self.bridge, self)
            sign_in.finished.connect(self._signed_in)
            self._stand(sign_in)
        elif key == "attention":
            from leaddesk.ui.attention_dialog import AttentionDialog

            self._stand(AttentionDialog(self.bridge, self))
        elif key == "keys":
            from leaddesk.ui.keys_sheet import KeysSheet

            self._stand(KeysSheet(self.bridge, self, self.mode))
        elif key == "palette":
            from leaddesk.ui.palette import Palette

            palette = Palette(self.bridge, self, self.mode, self._is_possible)
            palette.action.connect(self.run, Qt.ConnectionType.QueuedConnection)
            palette.lead.connect(self.show_lead, Qt.ConnectionType.QueuedConnection)
            self._stand(palette)

    def _is_possible(self, key: str) -> bool:
        """Whether a command can be done now."""
        act = BY_KEY[key].act
        return self.mode in BY_KEY[key].modes and (not act or self.acts.is_possible(key))

    def _stand(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._left)
        dialog.open()

    def _left(self) -> None:
        self._dialog = None
        self._count()

    def _go(self, place: str) -> None:
        if place == ATTENTION:
            self.top.show_place(self.queue.place())
            self._open("attention")
            return
        self.top.search.blockSignals(True)
        self.top.search.clear()
        self.top.search.blockSignals(False)
        self.top.show_place(place)
        self.queue.show_place(place)
        self.queue.view.setFocus()

    def _search(self, text: str) -> None:
        self.queue.search(text)
        self.top.show_place("" if text.strip() else QUEUE)

    def undo(self) -> None:
        """Undo this computer's latest act, and show the lead it was about."""
        if self._busy:
            return
        self._busy = True

        def undone(result: ActResult) -> None:
            self._busy = False
            self.bar.tell(self.bridge.words.say("Undone"))
            if result.lead and self.mode == TRIAGE:
                self.show_lead(result.lead)

        def failed(trouble: LeadDeskError) -> None:
            self._busy = False
            self._trouble(trouble)

        self.bridge.undo(undone, failed)

    # --- acts ---------------------------------------------------------------------------------------------------------

    def _may_decide(self, key: str) -> bool:
        """A decision is for the card that was seen: none is taken while one is on its way or another card comes up."""
        card = self.card.card()
        seen = card is not None and (self.mode == CALL or self.card.painted() == card.row.id == self.queue.current())
        if self._busy or not seen:
            self.bar.tell(self.bridge.words.say("Not decided: the card was still changing."))
            return False
        act = BY_KEY[key].act
        told = next((one for one in card.acts if one.key == act), None) if card is not None else None
        if told is not None and not told.enabled:
            self.bar.tell(self.bridge.words.phrase(told.why) if told.why is not None else "", "soon")
            return False
        return True

    def _ask(self, key: str, card: Card) -> None:
        dialog = window_acts.ask(key, self.bridge, card, self, self._act)
        if dialog is not None:
            self._dialog = dialog
            dialog.finished.connect(self._left)

    def _act(self, act: Act) -> None:
        """Do an act on the shown lead; one that ends it brings up the next."""
        lead = str(getattr(act, "lead", ""))
        company = self._company(lead)
        ends = act.kind in window_acts.ENDING
        following = self.queue.after(lead) if ends else ""
        in_call = self.call is not None and self.call.lead == lead
        self._busy = True

        def done(result: ActResult) -> None:
            self._busy = False
            self._say_done(act, company)
            if in_call and ends:
                self._leave_call(reading=not following)
            if ends and self.queue.current() == lead:
                self._advance(following)

        def failed(trouble: LeadDeskError) -> None:
            self._busy = False
            self._trouble(trouble)

        if isinstance(act, LogCall) and act.note:
            self.card.note.consume(act, done, failed)
        else:
            self.bridge.do(act, done, failed, receiver=self)
        if isinstance(act, Objection):
            self._sync_soon.start(0)

    def _create(self, act: CreateLead, account: str) -> None:
        def done(result: ActResult) -> None:
            self.bar.tell(self.bridge.words.say("New lead: {company}", company=act.company.name if act.company else ""))
            self.show_lead(result.lead)

        self.bridge.do(act, done, account=account, receiver=self)

    def _advance(self, following: str) -> None:
        self.queue.select(following)
        if following:
            self._show(following)
        else:
            self.queue.forget_current()
            self.card.show_nothing("empty")
            self.acts.show_card(None)

    def _say_done(self, act: Act, company: str) -> None:
        words = self.bridge.words
        what = words.term("act", act.kind)
        self.bar.tell(words.say("{what}: {company}. Undo with {key}.", what=what, company=company, key="Ctrl+Z"))

    def _company(self, lead: str) -> str:
        card = self.card.card()
        return card.row.account if card is not None and card.row.id == lead else ""

    # --- the card -----------------------------------------------------------------------------------------------------

    def _show(self, lead: str) -> None:
        if not lead:
            self.card.show_nothing("empty")
            self.acts.show_card(None)
            self._settle()
            return
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.row.id == lead:
            self._shown(ahead)
            return
        self._read(lead)

    def _read(self, lead: str) -> None:
        desk = self.bridge.desk

        def failed(trouble: LeadDeskError) -> None:
            if self.queue.current() == lead:
                self.card.show_nothing("error", trouble)
                self.acts.show_card(None)
                self._settle()

        self.bridge.ask(lambda: desk.card(lead), self._came, failed, receiver=self)

    def _came(self, card: Card) -> None:
        if self.queue.current() == card.row.id:
            self._shown(card)

    def _shown(self, card: Card) -> None:
        if self.call is not None:
            if self.call.lead != card.row.id:
                return
            self.card.refresh(card)
            self.centre.show_card(card)
            self.outcomes.show_call(self.call, card, self._following())
            return
        self.card.show_card(card)
        self.acts.show_card(card)
        self._read_ahead()
        self._settle()

    def _read_ahead(self) -> None:
        """Have the next card ready, so that a decision is followed by it at once."""
        following = self.queue.after(self.queue.current())
        self.bar.show_next(self.queue.name_of(following))
        desk = self.bridge.desk
        if following and (self._ahead is None or self._ahead.row.id != following):
            self.bridge.ask(lambda: desk.card(following), self._keep_ahead, lambda _: None, receiver=self)

    def _keep_ahead(self, card: Card) -> None:
        if self.queue.after(self.queue.current()) == card.row.id:
            self._ahead = card
            self.bar.show_next(card.row.account)

    def _settle(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            self.ready.emit()

    # --- changes ------------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        acted, self._acted = self._acted, ""
        if self.call is not None and self._foreign:
            self._waiting |= changes
            self._say_call()
            self._count()
            return
        ahead = self._ahead
        if ahead is not None and (
            ahead.row.id in changes.leads or ahead.row.account_id in changes.accounts or ahead.row.id == acted
        ):
            self._ahead = None
        self.queue.change(changes, own=not self._foreign)
        card, current = self.card.card(), self.queue.current()
        if current and (
            current == acted
            or current in changes.leads
            or (card is not None and card.row.id == current and card.row.account_id in changes.accounts)
        ):
            self._read(current)
        if changes.sync:
            self._count()
        if changes.sync and not self._foreign:
            self._send_soon()

    def _did(self, result: ActResult) -> None:
        self._acted = result.lead

    def _list_told(self) -> None:
        if not self.queue.current():
            self._settle()
        elif self.call is None and self.card.card() is not None:
            self._read_ahead()

    def _count(self) -> None:
        """Read the counts and the state of the sync again."""
        desk = self.bridge.desk
        self.bridge.ask(lambda: (desk.views.counts(), desk.status()), self._counted)

    def _counted(self, both: tuple[dict[str, int], Status]) -> None:
        counts, status = both
        self.top.show_counts({**counts, QUEUE: self.queue.total()})
        self.bar.show_status(replace(status, syncing=self._syncing))

    def _total(self) -> None:
        counts = {place: self.top.count(place) for place in (CALLBACKS, WAITING, MEETINGS, ATTENTION)}
        self.top.show_counts({**counts, QUEUE: self.queue.total()})

    # --- sync ---------------------------------------------------------------------------------------------------------

    def sync(self, asked: bool = False) -> None:
        """Send and fetch, where the desk has a central. Being offline is a state, not an error."""
        status = self.bar.status()
        if self._syncing or status is None:
            return
        if not status.signed_in or not status.central:
            if asked:
                self._open("sign-in")
            return
        self._syncing = True
        self._tried = self.bridge.now()
        self._sync_soon.stop()
        self.bar.show_status(replace(status, syncing=True))
        desk, bridge = self.bridge.desk, self.bridge

        def failed(trouble: LeadDeskError) -> None:
            self._syncing = False
            self._count()
            if trouble.key == "pull-removes-much":
                self._ask_removal(trouble)
            elif asked or (isinstance(trouble, Refusal) and trouble.key != "sync-runs-already"):
                self._trouble(trouble)

        bridge.ask_network(lambda: desk.sync(cancelled=bridge.is_closed), self._synced, failed, receiver=self)

    def _synced(self, both: tuple[SyncResult, Changes]) -> None:
        result, changes = both
        self._syncing = False
        self._foreign = True
        self.bridge.changed.emit(changes)
        self._foreign = False
        self.bridge.read_names()
        if result.refused:
            words = self.bridge.words
            text = words.plural("{n} act needs your attention", "{n} acts need your attention", result.refused)
            self.bar.tell(text, "late")

    def _send_soon(self) -> None:
        status = self.bar.status()
        if status is not None and status.central and not self._sync_soon.isActive():
            self._sync_soon.start(_HELD)

    def _ask_removal(self, trouble: LeadDeskError) -> None:
        words = self.bridge.words
        box = QMessageBox(QMessageBox.Icon.Question, words.title(trouble), words.error(trouble), parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.addButton(words.say("Let them be removed"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(words.say("Keep them for now"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        desk = self.bridge.desk
        box.accepted.connect(lambda: self.bridge.ask(desk.allow_removal, lambda _: self.sync(), receiver=self))
        box.open()

    def _signed_in(self) -> None:
        self.bridge.read_names()
        self.queue.refresh()
        self.bridge.ask(self.bridge.desk.status, self._status_then_sync, receiver=self)

    def _status_then_sync(self, status: Status) -> None:
        self.bar.show_status(status)
        self.sync()

    def _tick(self, now: datetime) -> None:
        if self.call is not None:
            self.centre.tick(self.call.began, now)
        every = timedelta(minutes=self.bridge.settings.sync_minutes)
        if self._tried is None or now - self._tried >= every:
            self.sync()
        self._ahead = None if self.call is None and self.bridge.is_idle() and now.second == 0 else self._ahead

    # --- the call -----------------------------------------------------------------------------------------------------

    def begin_call(self, dialling: bool = True) -> None:
        """Dial the shown lead and go into the call: script, note and outcomes in place of the rest."""
        card = self.card.card()
        if card is None or self.call is not None:
            return
        began, self._resumed = self._resumed or self.bridge.now(), None
        self.call = Call(lead=card.row.id, began=began)
        self.bridge.policy(lambda policy: self._begun(policy, dialling), card.policy, receiver=self)

    def _begun(self, policy: Policy, dialling: bool) -> None:
        card, call = self.card.card(), self.call
        if card is None or call is None or card.row.id != call.lead:
            self.call = None
            return
        self.mode = CALL
        self._keep_call(call)
        self._columns_triage = self._columns.sizes()
        self._columns.setSizes(self._columns_call)
        self.centre.hold(self.card.note)
        self.centre.begin(card, policy)
        self.centre.tick(call.began, self.bridge.now())
        self._say_call()
        for stack in (self._left_stack, self._centre_stack, self._right_stack):
            stack.setCurrentIndex(1)
        self.commands.arrange(CALL, self.bridge.settings.single_letter_keys)
        self.ticker.time(True)
        self.card.note.setFocus()
        if dialling and card.phone and not dial(card.phone, self.bridge.settings.dialer):
            self.bar.tell(
                self.bridge.words.say("No program took the number; it is on the clipboard: {n:plain}", n=card.phone)
            )

    def resume_call(self, kept: str) -> None:
        """Go back into a call that was on when the program ended: its lead, its start, its note."""
        try:
            told = json.loads(kept)
            lead, began = str(told["lead"]), datetime.fromisoformat(told["began"])
        except (ValueError, TypeError, KeyError):
            return
        self._resumed = began

        def come(card: Card) -> None:
            self.queue.select(lead)
            self._shown(card)
            self.begin_call(dialling=False)

        desk = self.bridge.desk
        self.bridge.ask(lambda: desk.card(lead), come, lambda _: self._keep_call(None), receiver=self)

    def _keep_call(self, call: Call | None) -> None:
        """Have it on disk that a call is on, so that it is found again after a crash."""
        store = self.bridge.desk.store
        kept = json.dumps({"lead": call.lead, "began": call.began.isoformat()}) if call is not None else ""
        self.bridge.ask(lambda: store.set_meta(KEPT_CALL, kept))

    def _run_call(self, key: str) -> None:
        call, card = self.call, self.card.card()
        if call is None or card is None:
            return
        if key == "call-save":
            self._save_call()
        elif key == "call-meeting":
            self._ask_meeting(card)
        elif key == "call-next-question":
            self.centre.go(self.centre.at() + 1)
        elif key == "call-last-question":
            self.centre.go(self.centre.at() - 1)
        elif key == "call-leave":
            self._leave_call()
        else:
            self._choose_outcome(CallOutcome(key.removeprefix("call-")), card)

    def _choose_outcome(self, outcome: CallOutcome, card: Card) -> None:
        if self.call is None:
            return
        self.call = replace(self.call, outcome=outcome, until=None)
        self._say_call()
        if outcome in TIMED:
            asked = window_acts.ask_time if outcome is CallOutcome.CALL_BACK else window_acts.ask_day
            self._dialog = asked(self.bridge, card, self, self._promised)

    def _promised(self, promise: object) -> None:
        if self.call is not None:
            at = getattr(promise, "at_time", None) or getattr(promise, "until", None)
            self.call = replace(self.call, until=at)
            self._say_call()

    def _said(self, telephony: Telephony) -> None:
        if self.call is not None:
            self.call = replace(self.call, telephony=telephony)

    def _ask_meeting(self, card: Card) -> None:
        """A meeting agreed in the call: it is booked, and the call logged as one that reached."""

        def booked(act: BookMeeting) -> None:
            def done(_: ActResult) -> None:
                if self.call is not None:
                    self.call = replace(self.call, outcome=CallOutcome.REACHED)
                    self._save_call()

            self.bridge.do(act, done, receiver=self)

        from leaddesk.ui.act_dialogs import MeetingDialog

        dialog = MeetingDialog(self.bridge, card, self)
        dialog.chosen.connect(booked)
        self._stand(dialog)

    def _save_call(self) -> None:
        call = self.call
        if call is None:
            return
        words = self.bridge.words
        if call.outcome is None:
            self.bar.tell(words.say("Choose the outcome before saving."), "soon")
            return
        if call.outcome is CallOutcome.CALL_BACK and call.until is None:
            card = self.card.card()
            if card is not None:
                self._choose_outcome(call.outcome, card)
            return
        self.centre.keep()
        self._act(call.log(call.outcome, self.card.note.text(), self.bridge.now()))

    def _leave_call(self, reading: bool = True) -> None:
        """Back to triage. Answers are kept, the note stays a draft."""
        if self.call is None:
            return
        self.centre.keep()
        self.call = None
        self._keep_call(None)
        self.mode = TRIAGE
        self._columns_call = self._columns.sizes()
        self._columns.setSizes(self._columns_triage)
        self.ticker.time(False)
        self.card.hold_note()
        self.card.note.keep()
        self.top.show_call(None)
        for stack in (self._left_stack, self._centre_stack, self._right_stack):
            stack.setCurrentIndex(0)
        self.commands.arrange(TRIAGE, self.bridge.settings.single_letter_keys)
        self.queue.view.setFocus()
        waiting, self._waiting = self._waiting, Changes()
        current = self.queue.current()
        if current and reading:
            self._read(current)
        if waiting:
            self.queue.change(waiting, own=False)

    def _say_call(self) -> None:
        card, call = self.card.card(), self.call
        if card is None or call is None:
            return
        waiting = len(self._waiting.leads)
        self.top.show_call(card, waiting)
        self.script.show_script(card, self.centre.script(), self.centre.at(), self.centre.answers)
        self.outcomes.show_call(call, card, self._following())

    def _following(self) -> str:
        return self.queue.name_of(self.queue.after(self.queue.current()))

    # --- trouble ------------------------------------------------------------------------------------------------------

    def _trouble(self, trouble: LeadDeskError) -> None:
        words = self.bridge.words
        grave = isinstance(trouble, StoreTrouble)
        self.bar.tell(words.error(trouble), "late", stays=grave)
        if grave and self.call is None:
            box = QMessageBox(QMessageBox.Icon.Warning, words.title(trouble), words.error(trouble), parent=self)
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setInformativeText(words.advice(trouble))
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()

    # --- arranging ----------------------------------------------------------------------------------------------------

    def _arrange(self, layout: str) -> None:
        self.setWindowTitle("LeadDesk")
        self.setWindowIcon(icons.window_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(*tokens.WINDOW_LEAST)
        self._left_stack, self._centre_stack, self._right_stack = QStackedWidget(), QStackedWidget(), QStackedWidget()
        for stack, usual, live in (
            (self._left_stack, self.queue, self.script),
            (self._centre_stack, self.card, self.centre),
            (self._right_stack, self.acts, self.outcomes),
        ):
            stack.addWidget(usual)
            stack.addWidget(live)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setHandleWidth(tokens.HAIR)
        self._columns.setChildrenCollapsible(False)
        for place, stack in enumerate((self._left_stack, self._centre_stack, self._right_stack)):
            self._columns.addWidget(stack)
            stack.setMinimumWidth(tokens.COLUMNS_LEAST[place])
            self._columns.setStretchFactor(place, 1 if place == 1 else 0)
        middle = QWidget()
        whole = column(middle, 0, 0)
        whole.addWidget(self.top)
        whole.addWidget(self._columns, 1)
        whole.addWidget(self.bar)
        self.setCentralWidget(middle)
        self._restore(layout)
        for one, following in (
            (self.top.search, self.queue.view),
            (self.queue.view, self.card.note),
            (self.card.note, self.acts.buttons["call"]),
        ):
            QWidget.setTabOrder(one, following)
        self.queue.view.setFocus()

    def _connect(self) -> None:
        bridge = self.bridge
        bridge.changed.connect(self._changed)
        bridge.acted.connect(self._did)
        bridge.trouble.connect(self._trouble)
        bridge.language_changed.connect(self._speak)
        bridge.settings_changed.connect(self._dress)
        self.commands.wanted.connect(self.run)
        self.acts.wanted.connect(self.run)
        self.outcomes.wanted.connect(self.run)
        self.outcomes.said.connect(self._said)
        self.queue.chosen.connect(self._show)
        self.queue.opened.connect(lambda _: self.card.note.setFocus())
        self.queue.told.connect(self._total)
        self.queue.told.connect(self._list_told)
        self.script.picked.connect(self.centre.go)
        self.centre.moved.connect(lambda _: self._say_call())
        self.card.note.saved.connect(lambda result: self.run_after_note(result))
        self.card.message.again.connect(lambda: self._show(self.queue.current()))
        self.top.went.connect(self._go)
        self.top.search.textEdited.connect(self._search)
        self.top.search.left.connect(self.queue.view.setFocus)
        self.top.search.stepped.connect(self.queue.step)
        self.top.menu_wanted.connect(self._menu)
        self.top.palette_wanted.connect(lambda: self._open("palette"))
        self.bar.sync_pressed.connect(self._sync_pressed)
        self.bar.undo_pressed.connect(self.undo)
        self.bar.keys_pressed.connect(lambda: self._open("keys"))
        self.ticker.ticked.connect(self._tick)

    def run_after_note(self, result: ActResult) -> None:
        """A note was saved: its line is on the card, and the keyboard is back on the list."""
        self.bar.tell(self.bridge.words.say("Note saved"))
        if self.queue.current() == result.lead and self.call is None:
            self._read(result.lead)
            self.queue.view.setFocus()

    def _menu(self) -> None:
        menu = QMenu(self)
        self.commands.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        button = self.top.menu if self.call is None else self.top
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _sync_pressed(self) -> None:
        status = self.bar.status()
        if status is not None and status.attention:
            self._open("attention")
        else:
            self.sync(asked=True)

    def _dress(self, settings: Settings) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and (theme.name(), theme.density()) != (
            theme.resolved(settings.theme),
            settings.density,
        ):
            theme.apply(app, settings.theme, settings.density)
        self.commands.arrange(self.mode, settings.single_letter_keys)
        self.queue.view.measure()

    def _speak(self) -> None:
        self.commands.speak()
        self.top.show_place(self.queue.place())
        if self.call is not None:
            self.centre.speak()
            self._say_call()

    def _restore(self, layout: str) -> None:
        try:
            told = json.loads(layout) if layout else {}
            size, columns = told.get("size", tokens.WINDOW), told.get("columns", tokens.COLUMNS)
            self.resize(int(size[0]), int(size[1]))
            self._columns.setSizes([int(one) for one in columns])
            if told.get("maximised"):
                self.setWindowState(Qt.WindowState.WindowMaximized)
        except (ValueError, TypeError, KeyError, IndexError):
            self.resize(*tokens.WINDOW)
            self._columns.setSizes(list(tokens.COLUMNS))

    def layout_told(self) -> str:
        """The window's size and columns, as they are kept."""
        size = self.size()
        return json.dumps(
            {
                "size": [size.width(), size.height()],
                "columns": self._columns.sizes() if self.call is None else self._columns_triage,
                "maximised": self.isMaximized(),
            }
        )

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self.centre.keep()
        self.card.note.keep()
        self.ticker.stop()
        self._sync_soon.stop()
        told, store = self.layout_told(), self.bridge.desk.store
        self.bridge.ask(lambda: store.set_meta(LAYOUT, told))
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.ticker.show(not self.isMinimized())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.call is None and _table_in(event.mimeData().urls()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _table_in(event.mimeData().urls())
        if path is not None and self.call is None:
            event.acceptProposedAction()
            self._open("import", path)


def _table_in(urls: list[QUrl]) -> Path | None:
    """The first dropped file that the import wizard takes."""
    for url in urls:
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is not None and path.suffix.lower() in _TABLES:
            return path
    return None
