"""A live call as a value, and the right column of it: outcomes, what the telephone did, BANT, save and next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import LogCall
from leaddesk.domain.words import CallOutcome, Telephony
from leaddesk.pages.marks import N_
from leaddesk.ui import theme, tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.actions import CALL, first_key
from leaddesk.ui.bant_tiles import BantTiles
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import Choice
from leaddesk.ui.surface import Ground, Scroller, column, pin, show_if
from leaddesk.ui.text import Heading, Text

#: What the telephone most likely did, by outcome, in the order of the outcomes' keys; the caller may say otherwise.
USUAL: Mapping[CallOutcome, Telephony] = {
    CallOutcome.REACHED: Telephony.ANSWERED,
    CallOutcome.CALL_BACK: Telephony.ANSWERED,
    CallOutcome.NO_ANSWER: Telephony.UNANSWERED,
    CallOutcome.NOT_NOW: Telephony.ANSWERED,
    CallOutcome.NOT_INTERESTED: Telephony.ANSWERED,
    CallOutcome.WRONG_PERSON: Telephony.ANSWERED,
}

#: What follows from an outcome.
_FOLLOWS: Mapping[CallOutcome, str] = {
    CallOutcome.REACHED: N_("an attempt that reached; decide next"),
    CallOutcome.CALL_BACK: N_("promises a time and comes back then"),
    CallOutcome.NO_ANSWER: N_("comes back for the next attempt"),
    CallOutcome.NOT_NOW: N_("comes back on the day you give"),
    CallOutcome.NOT_INTERESTED: N_("logged; reject it next if it is so"),
    CallOutcome.WRONG_PERSON: N_("logged; correct the contact next"),
}

#: Outcomes that ask for a time.
TIMED = frozenset({CallOutcome.CALL_BACK, CallOutcome.NOT_NOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that is on: with whom, since when (UTC), and what is chosen of its outcome so far."""

    lead: str
    began: datetime
    outcome: CallOutcome | None = None
    telephony: Telephony | None = None
    until: datetime | None = None

    def log(self, outcome: CallOutcome, note: str, now: datetime) -> LogCall:
        """The call as an act; the telephony is the outcome's usual one where nothing else was said."""
        return LogCall(
            lead=self.lead,
            outcome=outcome,
            telephony=self.telephony or USUAL[outcome],
            note=note,
            seconds=max(0, int((now - self.began).total_seconds())),
            until=self.until if outcome in TIMED else None,
        )


class OutcomePane(Ground):
    """The right column of a call. ``wanted(key)``: an action; ``said(Telephony)``: what the telephone did."""

    wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent=parent)
        self._bridge = bridge
        self._head = Heading()
        self._phone_head = Heading()
        self._bant_head = Heading()
        self.tiles = BantTiles(bridge, brief=True)
        self.telephony = Choice()
        self.telephony.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.telephony.activated.connect(lambda _: self.said.emit(self.telephony.currentData()))
        self.outcomes: dict[CallOutcome, ActButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for outcome in USUAL:
            self.outcomes[outcome] = self._button(f"call-{outcome.value}")
            self.outcomes[outcome].setCheckable(True)
            self._group.addButton(self.outcomes[outcome])
        self.meeting = self._button("call-meeting")
        self.save = self._button("call-save", primary=True)
        self.objection = self._button("object")
        self._missing = Text("", "second", "muted", wrap=True)
        self._lay_out()

    def show_call(self, call: Call, card: Card, following: str) -> None:
        """Fill in. ``following``: the company that comes next."""
        words = self._bridge.words
        self._head.tell(words.say("Outcome"))
        self._phone_head.tell(words.say("What the telephone did"))
        self._bant_head.tell(words.say("BANT"))
        for outcome, button in self.outcomes.items():
            # With large text only the chosen one says what follows: all of them are to be seen.
            told = words.say(_FOLLOWS[outcome]) if outcome is call.outcome or not theme.is_large() else ""
            if outcome is call.outcome and call.until is not None:
                told = words.when(call.until)
            name = words.label(outcome) + ("…" if outcome in TIMED else "")
            button.tell(name, first_key(f"call-{outcome.value}", CALL), told)
            button.setChecked(outcome is call.outcome)
        books = "" if theme.is_large() else words.say("books it and logs the call")
        self.meeting.tell(words.say("Meeting agreed…"), first_key("call-meeting", CALL), books)
        self.save.tell(words.say("Save and next"), first_key("call-save", CALL), following)
        self.objection.tell(words.say("Do not contact…"), first_key("object", CALL))
        self._missing.tell("" if call.outcome else words.say("Choose the outcome before saving."))
        show_if(self._missing, call.outcome is None)
        self.telephony.setAccessibleName(words.say("What the telephone did"))
        self.telephony.clear()
        for one in Telephony:
            self.telephony.addItem(words.label(one), one)
        shown = call.telephony or (USUAL[call.outcome] if call.outcome else Telephony.UNKNOWN)
        self.telephony.setCurrentIndex(list(Telephony).index(shown))
        self.tiles.show_card(card)
        if call.outcome is not None:
            self._scroll.ensureWidgetVisible(self.outcomes[call.outcome])

    def _button(self, key: str, primary: bool = False) -> ActButton:
        made = ActButton(primary=primary)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda _=False, of=key: self.wanted.emit(of))
        return made

    def _lay_out(self) -> None:
        whole = column(self, 0, 0)
        inside = QWidget()
        inner = column(inside, tokens.LARGE, tokens.SMALL)
        inner.addWidget(self._head)
        for button in (*self.outcomes.values(), self.meeting):
            inner.addWidget(button)
        inner.addSpacing(tokens.TINY)
        inner.addWidget(self._phone_head)
        inner.addWidget(self.telephony)
        inner.addSpacing(tokens.TINY)
        inner.addWidget(self._bant_head)
        inner.addWidget(self.tiles)
        inner.addStretch(1)
        self._scroll = Scroller(inside)
        whole.addWidget(self._scroll, 1)
        foot = column(gap=tokens.SMALL)
        foot.setContentsMargins(tokens.LARGE, tokens.SMALL, tokens.LARGE, tokens.LARGE)
        foot.addWidget(self._missing)
        foot.addWidget(self.save)
        self._foot, self._inner = foot, inner
        pin(self.objection, foot, inner)
        whole.addLayout(foot)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            pin(self.objection, self._foot, self._inner)
