"""Dialogs that ask for a time: later, a promised call, a meeting to come, a meeting that was."""

from PySide6.QtWidgets import QPushButton, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import BookMeeting, Callback, LogMeeting, Snooze
from leaddesk.pages.marks import N_
from leaddesk.ui.bridge import Bridge, names_of
from leaddesk.ui.fields import Choice
from leaddesk.ui.form import Form, subject_of
from leaddesk.ui.when_field import DAYS, SOON, WhenField, field_width, spelled

#: Lengths of a meeting, minutes.
LENGTHS = (15, 30, 45, 60, 90, 120)
_USUAL_LENGTH = 60

_CALLS = ((N_("In an hour"), "in 1 hour"), *DAYS)
_MEETINGS = ((N_("In a week"), "in 1 week 9"), (N_("In two weeks"), "in 2 weeks 9"))


class SnoozeDialog(Form):
    """When to see the lead again. A button decides at once; a typed time by Enter."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Later"), say("Put aside"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self.when = WhenField(bridge, say("When to see it again"), SOON)
        self.field(say("When to see it again"), self.when)
        self.when.changed.connect(self.refresh)
        self.when.picked.connect(self.accept)
        told = next((one.consequence for one in card.acts if one.key == "snooze"), None)
        hint = bridge.words.phrase(told) + ". " if told is not None else ""
        self.follows(hint + say("No promise is made and no clock stops."))
        self.refresh()
        self.when.line.setFocus()

    def why_not(self) -> str:
        return self.when.missing()

    def act(self) -> Snooze:
        until = self.when.instant()
        assert until is not None
        return Snooze(lead=self._lead, until=until)


class CallbackDialog(Form):
    """A call promised for a time, or the promise withdrawn."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("Promise a call"), say("Promise"), subject_of(card), parent, field_width())
        self._lead, self._withdrawn = card.row.id, False
        self.when = WhenField(bridge, say("When you call"), _CALLS)
        self.field(say("When you call"), self.when)
        self.text = self.line(say("What it is about"))
        self.when.changed.connect(self.refresh)
        if card.callback_at is not None:
            self.withdraw = QPushButton(say("Withdraw the promise of {at}", at=card.callback_at))
            self.withdraw.setAutoDefault(False)
            self.withdraw.clicked.connect(self._withdraw)
            self.body.addWidget(self.withdraw)
        self.follows(say("The lead comes first in the queue at that time."))
        self.refresh()
        self.when.line.setFocus()

    def _withdraw(self) -> None:
        self._withdrawn = True
        self.accept()

    def why_not(self) -> str:
        return "" if self._withdrawn else self.when.missing()

    def act(self) -> Callback:
        at = None if self._withdrawn else self.when.instant()
        return Callback(lead=self._lead, at_time=at, text=self.text.text().strip())


class MeetingDialog(Form):
    """A meeting agreed: when, how long, where, with whom of us."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Book a meeting"), say("Book"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self.when = WhenField(bridge, say("Starts"), _MEETINGS)
        self.field(say("Starts"), self.when)
        self.when.changed.connect(self.refresh)
        self.length = Choice()
        for minutes in LENGTHS:
            self.length.addItem(bridge.words.duration(minutes), minutes)
        self.length.setCurrentIndex(LENGTHS.index(_USUAL_LENGTH))
        self.field(say("Lasts"), self.length)
        self.place = self.line(say("Place or link"))
        self.host = Choice()
        self.host.addItem(say("Yourself"), "")
        self.field(say("Who meets them"), self.host)
        self.text = self.note(say("Note"), 2)
        told = next((one.consequence for one in card.acts if one.key == "meeting"), None)
        self.follows(bridge.words.phrase(told) if told is not None else "")
        if card.meeting_at is not None:
            self.follows(say("Takes the place of the meeting of {at}.", at=card.meeting_at))
        bridge.ask(lambda: names_of(bridge.desk), self._know)
        self.refresh()
        self.when.line.setFocus()

    def minutes(self) -> int:
        """How long it lasts, minutes."""
        return int(self.length.currentData())

    def _know(self, names: dict[str, str]) -> None:
        for user, name in sorted(names.items(), key=lambda one: one[1].casefold()):
            self.host.addItem(name, user)

    def why_not(self) -> str:
        return self.when.missing()

    def act(self) -> BookMeeting:
        starts = self.when.instant()
        assert starts is not None
        lasts = self.words.say("Lasts {time}.", time=self.words.duration(self.minutes()))
        return BookMeeting(
            lead=self._lead,
            starts=starts,
            host=str(self.host.currentData()),
            place=self.place.text().strip(),
            note="\n".join(one for one in (lasts, self.text.text()) if one),
        )


class MetDialog(Form):
    """A meeting that was held, or was not."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("How the meeting went"), say("Save"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self.took_place = self.radios([(say("It was held"), ""), (say("It did not take place"), "")])
        self.when = WhenField(bridge, say("When it was"), (), back=True)
        self.field(say("When it was"), self.when)
        now = bridge.now()
        self.when.set_instant(card.meeting_at if card.meeting_at is not None and card.meeting_at <= now else now)
        self.when.changed.connect(self.refresh)
        self.text = self.note(say("What was said"), 5)
        if card.meeting_at is not None:
            self.follows(say("Booked for {when}.", when=spelled(words, card.meeting_at)))
        self.refresh()
        self.text.setFocus()

    def why_not(self) -> str:
        return self.when.missing()

    def act(self) -> LogMeeting:
        held = self.when.instant()
        assert held is not None
        return LogMeeting(
            lead=self._lead, held=held, took_place=self.took_place.checkedId() == 0, note=self.text.text()
        )
