"""Acts on the shown lead, as the window does them: one at a time, on a card that was seen, each with a way back."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from leaddesk.desk.rows import ActResult, Phrase
from leaddesk.domain.apply import NOT_UNDOABLE
from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.operation import Act, CreateLead, LogCall, Objection
from leaddesk.ui import window_acts
from leaddesk.ui.actions import BY_KEY
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.card_pane import CardPane
from leaddesk.ui.queue_pane import QueuePane
from leaddesk.ui.undo_dialog import UndoDialog
from leaddesk.ui.undoing import Undoable, undoable, undone_text


class Acting(QObject):
    """``told(text, tone)``: a notice; ``failed(LeadDeskError)``; ``ended(lead, following)``: an act ended its turn, and
    who comes next; ``shown(lead)``: show this one; ``urgent()``: it is to be sent at once; ``asked(QDialog)``: a
    question that has to be answered first.
    """

    told = Signal(str, str)
    failed = Signal(object)
    ended = Signal(str, str)
    shown = Signal(str)
    urgent = Signal()
    asked = Signal(object)

    def __init__(self, bridge: Bridge, card: CardPane, queue: QueuePane, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._bridge, self._card, self._queue = bridge, card, queue
        self._busy = False

    def may_decide(self, key: str, in_call: bool) -> bool:
        """A decision is for the card that was seen: none is taken while one is on its way or another card comes up."""
        card, words = self._card.card(), self._bridge.words
        seen = card is not None and (in_call or self._card.painted() == card.row.id == self._queue.current())
        if self._busy or not seen:
            self.told.emit(words.say("Not decided: the card was still changing."), "text")
            return False
        return self.may(key)

    def may(self, key: str) -> bool:
        """Whether the shown card allows what a command does; if not, it is said why."""
        card, words, act = self._card.card(), self._bridge.words, BY_KEY[key].act
        told = next((one for one in card.acts if one.key == act), None) if card is not None else None
        if told is not None and not told.enabled:
            self.told.emit(words.phrase(told.why) if told.why is not None else "", "soon")
            return False
        return True

    def do(self, act: Act) -> None:
        """Do an act on the shown lead; one that ends its turn brings up the next."""
        lead = str(getattr(act, "lead", ""))
        company = self._company(lead)
        ends = act.kind in window_acts.ENDING
        following = self._queue.after(lead) if ends else ""
        self._busy = True

        def done(_: ActResult) -> None:
            self._busy = False
            words = self._bridge.words
            what = words.term("act", act.kind)
            if act.kind in NOT_UNDOABLE:
                text = words.say("{what}: {company}.", what=what, company=company)
            else:
                text = words.say("{what}: {company}. Undo with {key}.", what=what, company=company, key="Ctrl+Z")
            self.told.emit(text, "text")
            if ends:
                self.ended.emit(lead, following)

        if isinstance(act, LogCall) and act.note:
            self._card.note.consume(act, done, self._fail)
        else:
            self._bridge.do(act, done, self._fail, receiver=self)
        if isinstance(act, Objection):
            self.urgent.emit()

    def create(self, act: CreateLead, account: str) -> None:
        """Make a lead that was typed in, and show it."""

        def done(result: ActResult) -> None:
            name = act.company.name if act.company else ""
            self.told.emit(self._bridge.words.say("New lead: {company}", company=name), "text")
            self.shown.emit(result.lead)

        self._bridge.do(act, done, account=account, receiver=self)

    def erase(self, lead: str, ground: str) -> None:
        """Erase the person of a lead. There is no undo to wait for: it is sent at once."""
        self._busy = True

        def done(result: ActResult) -> None:
            self._busy = False
            if result.notice is not None:
                self.told.emit(self._bridge.words.phrase(result.notice), "text")
            self.urgent.emit()

        self._bridge.erase(lead, ground, done, self._fail)

    def undo(self) -> None:
        """Undo this computer's latest act, and show the lead it was about; what reaches far is asked first."""
        if self._busy:
            return
        self._busy = True
        desk = self._bridge.desk
        self._bridge.ask(lambda: undoable(desk), self._found, self._fail, receiver=self)

    def _found(self, found: Undoable | None) -> None:
        words = self._bridge.words
        if found is None or not found.must_be_asked(words, self._bridge.now()):
            self._undo(found)
            return
        self._busy = False
        dialog = UndoDialog(words, found, self._window)
        dialog.accepted.connect(lambda: self._undo(found))
        self.asked.emit(dialog)

    def _undo(self, found: Undoable | None) -> None:
        self._busy = True
        words = self._bridge.words

        def undone(result: ActResult) -> None:
            self._busy = False
            if found is None or found.import_id:
                self.told.emit(words.phrase(result.notice or Phrase("undone")), "text")
            else:
                self.told.emit(undone_text(words, found), "text")
            if result.lead and found is not None and found.kind != CreateLead.kind:
                self.shown.emit(result.lead)

        self._bridge.undo(found.operation if found is not None else "", undone, self._fail)

    def _fail(self, trouble: LeadDeskError) -> None:
        self._busy = False
        self.failed.emit(trouble)

    def _company(self, lead: str) -> str:
        card = self._card.card()
        return card.row.account if card is not None and card.row.id == lead else ""
