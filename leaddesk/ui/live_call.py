"""A live call from its first second to the act that logs it: dialling, outcome, promised time, note, save or leave."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from leaddesk.desk.rows import ActResult, Card
from leaddesk.domain.operation import BookMeeting
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import CallOutcome, Telephony
from leaddesk.ui import window_acts
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.call import TIMED, Call, OutcomePane
from leaddesk.ui.card_pane import CardPane
from leaddesk.ui.dialer import dial
from leaddesk.ui.script import CallCentre, ScriptPane

#: The name a call that is on is kept under in the store.
KEPT = "call"


def kept_call(kept: str) -> tuple[str, datetime] | None:
    """The lead and the start of a call that was on when the program ended; None where it cannot be read."""
    try:
        told = json.loads(kept)
        return str(told["lead"]), datetime.fromisoformat(told["began"])
    except (ValueError, TypeError, KeyError):
        return None


class LiveCall(QObject):
    """The call and its three panes: script, centre, outcomes.

    ``began()``: the panes are filled; ``changed()``: something is another; ``left(bool)``: it is over, and whether
    the card is to be read again; ``wanted(Act)``: the act that logs it; ``told(str, str)``: a notice and its tone.
    """

    began = Signal()
    changed = Signal()
    left = Signal(bool)
    wanted = Signal(object)
    told = Signal(str, str)

    def __init__(self, bridge: Bridge, card: CardPane, following: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge, self._card, self._following, self._window = bridge, card, following, parent
        self.call: Call | None = None
        self._dialog: QDialog | None = None
        self.script = ScriptPane(bridge)
        self.centre = CallCentre(bridge)
        self.outcomes = OutcomePane(bridge)
        self.outcomes.said.connect(self._said)
        self.script.picked.connect(self.centre.go)
        self.centre.moved.connect(lambda _: self.say())

    # --- from beginning to end ----------------------------------------------------------------------------------------

    def begin(self, dialling: bool = True, since: datetime | None = None) -> None:
        """Dial the shown lead and begin the call; ``since`` when it is one that was on already."""
        card = self._card.card()
        if card is None or self.call is not None:
            return
        self.call = Call(lead=card.row.id, began=since or self._bridge.now())
        self._bridge.policy(lambda policy: self._begun(policy, dialling), card.policy, receiver=self)

    def _begun(self, policy: Policy, dialling: bool) -> None:
        card, call = self._card.card(), self.call
        if card is None or call is None or card.row.id != call.lead:
            self.call = None
            return
        self._keep(call)
        self.centre.hold(self._card.note)
        self.centre.begin(card, policy)
        self.centre.tick(call.began, self._bridge.now())
        self.say()
        self.began.emit()
        self._card.note.setFocus()
        if dialling and card.phone and not dial(card.phone, self._bridge.settings.dialer):
            say = self._bridge.words.say
            self.told.emit(say("No program took the number; it is on the clipboard: {n:plain}", n=card.phone), "soon")

    def leave(self, reading: bool = True) -> None:
        """Back from the call. Answers are kept, the note stays a draft."""
        if self.call is None:
            return
        self.centre.keep()
        self.call = None
        self._keep(None)
        self._card.hold_note()
        self._card.note.keep()
        self.left.emit(reading)

    def forget(self) -> None:
        """A call that was kept belongs to no lead any more."""
        self._keep(None)

    def tick(self, now: datetime) -> None:
        """Say how long it has lasted."""
        if self.call is not None:
            self.centre.tick(self.call.began, now)

    def show_card(self, card: Card) -> None:
        """The lead of the call, read again; another one's card is of no interest now."""
        if self.call is not None and self.call.lead == card.row.id:
            self._card.refresh(card)
            self.centre.show_card(card)
            self.outcomes.show_call(self.call, card, self._following())
            self.changed.emit()

    def say(self) -> None:
        """Fill the panes in."""
        card, call = self._card.card(), self.call
        if card is None or call is None:
            return
        self.script.show_script(card, self.centre.script(), self.centre.at(), self.centre.answers)
        self.outcomes.show_call(call, card, self._following())
        self.changed.emit()

    # --- commands -----------------------------------------------------------------------------------------------------

    def run(self, key: str) -> None:
        """Do a command of the call by its key in ``actions``."""
        card = self._card.card()
        if self.call is None or card is None:
            return
        if key == "call-save":
            self._save()
        elif key == "call-meeting":
            self._ask_meeting(card)
        elif key == "call-next-question":
            self.centre.go(self.centre.at() + 1)
        elif key == "call-last-question":
            self.centre.go(self.centre.at() - 1)
        elif key == "call-leave":
            self.leave()
        else:
            self._choose(CallOutcome(key.removeprefix("call-")), card)

    def _choose(self, outcome: CallOutcome, card: Card) -> None:
        if self.call is None:
            return
        self.call = replace(self.call, outcome=outcome, until=None)
        self.say()
        if outcome in TIMED:
            asked = window_acts.ask_time if outcome is CallOutcome.CALL_BACK else window_acts.ask_day
            self._dialog = asked(self._bridge, card, self._window, self._promised)

    def _promised(self, promise: object) -> None:
        if self.call is not None:
            at = getattr(promise, "at_time", None) or getattr(promise, "until", None)
            self.call = replace(self.call, until=at)
            self.say()

    def _said(self, telephony: Telephony) -> None:
        if self.call is not None:
            self.call = replace(self.call, telephony=telephony)

    def _ask_meeting(self, card: Card) -> None:
        """A meeting agreed in the call: it is booked, and the call logged as one that reached."""

        def booked(act: BookMeeting) -> None:
            def done(_: ActResult) -> None:
                if self.call is not None:
                    self.call = replace(self.call, outcome=CallOutcome.REACHED)
                    self._save()

            self._bridge.do(act, done, receiver=self)

        from leaddesk.ui.act_dialogs import MeetingDialog

        dialog = MeetingDialog(self._bridge, card, self._window)
        dialog.chosen.connect(booked)
        dialog.open()

    def _save(self) -> None:
        call, card = self.call, self._card.card()
        if call is None or card is None:
            return
        if call.outcome is None:
            self.told.emit(self._bridge.words.say("Choose the outcome before saving."), "soon")
            return
        if call.outcome is CallOutcome.CALL_BACK and call.until is None:
            self._choose(call.outcome, card)
            return
        self.centre.keep()
        self.wanted.emit(call.log(call.outcome, self._card.note.text(), self._bridge.now()))

    def _keep(self, call: Call | None) -> None:
        """Have it on disk that a call is on, so that it is found again after a crash."""
        store = self._bridge.desk.store
        kept = json.dumps({"lead": call.lead, "began": call.began.isoformat()}) if call is not None else ""
        self._bridge.ask(lambda: store.set_meta(KEPT, kept))
