"""Dialogs of the acts that need an answer first. Each carries its act in ``chosen`` and does nothing itself.

Those that ask for a time are in ``date_dialogs``, those that ask for data in ``lead_dialogs``; all can be had here.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from leaddesk.desk.rows import Card
from leaddesk.domain.bant import ELEMENT_OF, value_of
from leaddesk.domain.errors import Refusal
from leaddesk.domain.operation import Accept, HandOver, Lost, Objection, Offer, Reject, ReturnToNurture, Won
from leaddesk.domain.words import BantElement, BantValue, ObjectionScope, RejectReason
from leaddesk.pages.marks import N_
from leaddesk.ui import theme, tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.bridge import Bridge, names_of
from leaddesk.ui.chip import KeyCap
from leaddesk.ui.date_dialogs import CallbackDialog, MeetingDialog, MetDialog, SnoozeDialog
from leaddesk.ui.fields import Choice, Listing, Radio
from leaddesk.ui.form import Form, subject_of
from leaddesk.ui.lead_dialogs import FactDialog, NewLeadDialog
from leaddesk.ui.phone import spoken
from leaddesk.ui.surface import column, line_of
from leaddesk.ui.text import Heading, Text
from leaddesk.ui.when_field import LATER, WhenField, field_width

__all__ = [
    "AcceptDialog", "CallbackDialog", "FactDialog", "HandOverDialog", "LostDialog", "MeetingDialog", "MetDialog",
    "NewLeadDialog", "NurtureDialog", "ObjectDialog", "OfferDialog", "RejectDialog", "SnoozeDialog", "WonDialog",
]  # fmt: skip

#: The order in which a BANT value is stepped through by its key.
_VALUES = (BantValue.UNKNOWN, BantValue.YES, BantValue.NO)

_WHY_LOST = (
    N_("Chose another supplier"),
    N_("Price"),
    N_("No decision was made"),
    N_("Stays with the present supplier"),
    N_("No longer answers"),
)

_HOW_OBJECTED = (N_("Said so on the phone"), N_("By e-mail"), N_("In a meeting"), N_("By a form or a letter"))


def consequence_of(bridge: Bridge, card: Card, key: str) -> str:
    """What follows from an act of the card, in words; "" where nothing is said."""
    told = next((one.consequence for one in card.acts if one.key == key), None)
    return bridge.words.phrase(told) if told is not None else ""


class AcceptDialog(Form):
    """Accept the lead, with what is known of the four BANT elements. Only what is stated anew goes into the act."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("Accept the lead"), say("Accept"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self._before = {element: value_of(card.bant, element) for element in BantElement}
        self.bant: dict[BantElement, QButtonGroup] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.LARGE)
        grid.setVerticalSpacing(tokens.SMALL)
        grid.setColumnStretch(5, 1)
        marks = {one.element: one for one in card.bant}
        for row, element in enumerate(BantElement):
            name = words.label(element)
            grid.addWidget(KeyCap(f"Ctrl {row + 1}"), 2 * row, 0)
            grid.addWidget(Text(name, "strong"), 2 * row, 1)
            group = QButtonGroup(self)
            for place, value in enumerate(_VALUES):
                one = Radio(words.label(value))
                one.setAccessibleName(f"{name}: {words.label(value)}")
                one.setChecked(value is self._before[element])
                group.addButton(one, place)
                grid.addWidget(one, 2 * row, 2 + place)
            mark = marks.get(element)
            told = say("{by}, {at}", by=mark.by, at=mark.at) if mark is not None else ""
            if told:
                grid.addWidget(Text(told.removeprefix(", "), "small", "muted", wrap=True), 2 * row + 1, 1, 1, 5)
            self.bant[element] = group
            QShortcut(QKeySequence(f"Ctrl+{row + 1}"), self).activated.connect(lambda of=element: self._step(of))
        self.body.addLayout(grid)
        self.text = self.note(say("Note"))
        self.follows(consequence_of(bridge, card, "accept"))
        self.refresh()
        first = self.bant[BantElement.BUDGET].checkedButton()
        assert first is not None
        first.setFocus()

    def _step(self, element: BantElement) -> None:
        group = self.bant[element]
        following = group.button((group.checkedId() + 1) % len(_VALUES))
        following.setChecked(True)
        following.setFocus()

    def act(self) -> Accept:
        now = {element: _VALUES[group.checkedId()] for element, group in self.bant.items()}
        stated = tuple((element, value) for element, value in now.items() if value is not self._before[element])
        return Accept(lead=self._lead, bant=stated, note=self.text.text())


class RejectDialog(Form):
    """Reject with a reason that is agreed and that marketing reads. A digit chooses; "other" needs words; a wrong time
    may name a day; "not reached" waits for as many attempts as agreed."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("Reject the lead"), say("Reject"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self._group = QButtonGroup(self)
        self._tried, self._agreed = card.attempts, card.attempts_promised
        lacking = tuple(one for one in ELEMENT_OF if one in card.reasons)
        others = tuple(one for one in card.reasons if one not in ELEMENT_OF)
        self._reasons = (*lacking, *others)
        both = line_of(None, 0, tokens.LARGE)
        for heading, reasons in (
            (say("BANT: the buyer lacks"), lacking),
            (say("The lead itself"), others),
        ):
            if not reasons:
                continue
            side = column(None, 0, tokens.SMALL)
            side.addWidget(Heading(heading))
            for reason in reasons:
                place = self._reasons.index(reason)
                one = ActButton(words.label(reason), str(place + 1))
                one.setCheckable(True)
                self._group.addButton(one, place)
                side.addWidget(one)
            both.addLayout(side, 1)
        self.body.addLayout(both)
        self._until = QWidget()
        until = column(self._until, 0, tokens.TINY)
        until.addWidget(Text(say("When to return to it (may be left empty)"), "second", "muted"))
        self.when = WhenField(bridge, say("When to return to it"), LATER)
        self.when.changed.connect(self.refresh)
        until.addWidget(self.when)
        self._until.hide()
        self.body.addWidget(self._until)
        self.text = self.note(say("In your own words, for marketing"), 2)
        self.follows(consequence_of(bridge, card, "reject"))
        self._group.idToggled.connect(self._picked)
        self.refresh()
        if self._reasons:
            self._group.button(0).setFocus()

    def reason(self) -> RejectReason | None:
        """The chosen reason."""
        place = self._group.checkedId()
        return self._reasons[place] if place >= 0 else None

    def choose(self, reason: RejectReason) -> None:
        """Choose a reason, as its digit does."""
        self._group.button(self._reasons.index(reason)).setChecked(True)

    def _picked(self, place: int, chosen: bool) -> None:
        if not chosen:
            return
        self._until.setVisible(self.reason() is RejectReason.TIMING)
        if self.reason() is RejectReason.OTHER:
            self.text.setFocus()
        else:
            self._group.button(place).setFocus()
        self.refresh()

    def why_not(self) -> str:
        reason = self.reason()
        if reason is None:
            return self.words.say("Choose a reason.")
        if reason is RejectReason.NOT_REACHED and self._tried < self._agreed:
            return self.words.error(Refusal("too-few-attempts", attempts=self._tried, agreed=self._agreed))
        if reason is RejectReason.OTHER and not self.text.text():
            return self.words.say("“Other reason” needs a few words.")
        if reason is RejectReason.TIMING and not self.when.is_empty():
            return self.when.missing()
        return ""

    def act(self) -> Reject:
        reason = self.reason()
        assert reason is not None
        until = self.when.instant() if reason is RejectReason.TIMING else None
        return Reject(lead=self._lead, reason=reason, text=self.text.text(), until=until)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - Qt.Key.Key_1
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if 0 <= place < len(self._reasons) and plain and not event.isAutoRepeat():
            self.choose(self._reasons[place])
            return
        super().keyPressEvent(event)


class NurtureDialog(Form):
    """Back to marketing, until a day or until something happens."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Back to nurture"), say("Return"), subject_of(card), parent, field_width())
        self._lead = card.row.id
        self.when = WhenField(bridge, say("Until"), LATER)
        self.field(say("Until (may be left empty)"), self.when)
        self.when.changed.connect(self.refresh)
        self.programme = self.line(say("Programme"))
        self.text = self.note(say("Why, for marketing"), 2)
        self.follows(consequence_of(bridge, card, "nurture"))
        self.refresh()
        self.when.line.setFocus()

    def why_not(self) -> str:
        return "" if self.when.is_empty() else self.when.missing()

    def act(self) -> ReturnToNurture:
        return ReturnToNurture(
            lead=self._lead,
            until=self.when.instant(),
            programme=self.programme.text().strip(),
            text=self.text.text(),
        )


class _UserForm(Form):
    """A form that asks for one of the users: typing narrows the list, arrows choose."""

    def __init__(self, bridge: Bridge, title: str, verb: str, card: Card, none: str, parent: QWidget | None) -> None:
        super().__init__(bridge, title, verb, subject_of(card), parent)
        self._none, self._but = none, card.row.owner
        self._names: Mapping[str, str] = {}
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.words.say("Part of a name"))
        self.filter.textChanged.connect(self._fill)
        self.users = Listing(self.words.say("Users"))
        self.users.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.users.setFixedHeight(theme.px(tokens.ACT) * 4)
        self.users.currentItemChanged.connect(self.refresh)
        self.users.itemDoubleClicked.connect(self.accept)
        self.field(self.words.say("To whom"), self.filter)
        self.body.addWidget(self.users)
        bridge.ask(lambda: names_of(bridge.desk), self._know)
        self._fill()

    def user(self) -> str | None:
        """The id of the chosen user, "" where nobody is meant, None where none is chosen."""
        item = self.users.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None

    def _know(self, names: dict[str, str]) -> None:
        self._names = names
        self._fill()

    def _fill(self) -> None:
        wanted = self.filter.text().casefold().strip()
        self.users.clear()
        if self._none and not wanted:
            self.users.add(self._none, "")
        for user, name in sorted(self._names.items(), key=lambda one: one[1].casefold()):
            if wanted in name.casefold() and user != self._but:
                self.users.add(name, user)
        if self.users.count() and (self._none or wanted):
            self.users.setCurrentRow(0)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.users.count():
            row = self.users.currentRow() + step
            self.users.setCurrentRow(max(0, min(self.users.count() - 1, row)))
            return
        super().keyPressEvent(event)


class HandOverDialog(_UserForm):
    """Give the lead to a named user."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Hand over the lead"), say("Hand over"), card, "", parent)
        self._lead = card.row.id
        self.text = self.note(say("What they should know"), 2)
        self.follows(say("It leaves your queue and comes into theirs; the clocks go on."))
        self.refresh()
        self.filter.setFocus()

    def why_not(self) -> str:
        return "" if self.user() else self.words.say("Choose to whom the lead is handed over.")

    def act(self) -> HandOver:
        return HandOver(lead=self._lead, to=self.user() or "", text=self.text.text())


class OfferDialog(_UserForm):
    """Offer the lead to sales, to everybody or to one."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(
            bridge, say("Offer the lead to sales"), say("Offer"), card, say("Nobody yet: the first to take it"), parent
        )
        self._lead = card.row.id
        self.follows(say("The clocks of the agreement start now."))
        self.refresh()
        self.filter.setFocus()

    def why_not(self) -> str:
        return "" if self.user() is not None else self.words.say("Choose to whom the lead is offered.")

    def act(self) -> Offer:
        return Offer(lead=self._lead, owner=self.user() or "")


class WonDialog(Form):
    """The sale, with its value where it is known."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Won"), say("Won"), subject_of(card), parent)
        self._lead = card.row.id
        self.value = self.line(say("Value, euros (may be left empty)"), hint="12 500")
        self.text = self.note(say("What decided it"), 2)
        self.refresh()
        self.value.setFocus()

    def euros(self) -> int | None:
        """The value in whole euros. Raises ``ValueError`` where the field holds none."""
        told = "".join(self.value.text().replace("€", "").replace("EUR", "").split())
        if not told:
            return None
        whole, _, cents = told.partition(",")
        if not whole.isdecimal() or (cents and not cents.isdecimal()) or len(whole) > 12:
            raise ValueError(told)
        return int(whole)

    def why_not(self) -> str:
        try:
            self.euros()
        except ValueError:
            return self.words.say("The value is a number of euros, for example 12 500.")
        return ""

    def act(self) -> Won:
        return Won(lead=self._lead, value_eur=self.euros(), text=self.text.text())


class LostDialog(Form):
    """The accepted lead that did not become a sale, with the reason."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Lost"), say("Lost"), subject_of(card), parent)
        self._lead = card.row.id
        self.why = Choice()
        self.why.setEditable(True)
        self.why.addItems([say(one) for one in _WHY_LOST])
        self.why.setCurrentIndex(-1)
        self.why.currentTextChanged.connect(self.refresh)
        self.field(say("Why"), self.why)
        self.text = self.note(say("What we learned"), 2)
        self.refresh()
        self.why.setFocus()

    def why_not(self) -> str:
        return "" if self.why.currentText().strip() else self.words.say("Say why in a few words, or choose.")

    def act(self) -> Lost:
        return Lost(lead=self._lead, reason=self.why.currentText().strip(), text=self.text.text())


class ObjectDialog(Form):
    """Do not contact: whom it covers and how it was told. Enter confirms; there is no undo, and the form says so."""

    def __init__(self, bridge: Bridge, card: Card, parent: QWidget | None = None) -> None:
        words = bridge.words
        say = words.say
        super().__init__(bridge, say("Do not contact"), say("Do not contact again"), subject_of(card), parent)
        self._lead = card.row.id
        offered: list[tuple[ObjectionScope, str]] = []
        if card.row.person:
            offered.append((ObjectionScope.PERSON, card.row.person))
        if card.phone:
            offered.append((ObjectionScope.NUMBER, card.phone))
        offered.append((ObjectionScope.COMPANY, card.row.account))
        self._scopes = tuple(scope for scope, _ in offered)
        self.body.addWidget(Heading(say("Whom it covers")))
        self.scope = self.radios([(words.label(scope), spoken(whom)) for scope, whom in offered])
        self.how = Choice()
        self.how.setEditable(True)
        self.how.addItems([say(one) for one in _HOW_OBJECTED])
        self.field(say("How it was told"), self.how)
        self.body.addWidget(
            Text(
                say("● Holds at once, for everybody, and has no undo. Only a manager can revoke it, with a reason."),
                "body",
                "late",
                wrap=True,
            )
        )
        self.refresh()
        self.decide.setFocus()

    def act(self) -> Objection:
        scope = self._scopes[self.scope.checkedId()]
        return Objection(lead=self._lead, scope=scope, how=self.how.currentText().strip())
