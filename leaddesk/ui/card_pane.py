"""The card: one lead whole. Why now and what to say first, then facts, points, and what has happened."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QStackedWidget, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.errors import LeadDeskError
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.chip import Chip, chip_size
from leaddesk.ui.facts import Facts
from leaddesk.ui.message import Message
from leaddesk.ui.note import NoteField
from leaddesk.ui.phone import spoken
from leaddesk.ui.points import Points
from leaddesk.ui.queue_view import tone_of
from leaddesk.ui.surface import Ground, Panel, Scroller, column, line_of, show_if
from leaddesk.ui.text import Passage, Text, plain_tip
from leaddesk.ui.ticker import Ticker
from leaddesk.ui.timeline import Timeline

#: The share of the card's width that a title keeps beside the countdown; a longer one goes on on the next line.
_TITLE = 0.45

#: Below this width facts and points stand one above the other.
_SIDE_BY_SIDE = 600


def title_line(card: Card, words: Words) -> str:
    """Who and what the lead is, in one line: person and title, place, industry."""
    who = words.say("{name}, {title}", name=card.row.person, title=card.title) if card.title else card.row.person
    turnover = next(
        (words.fact(one.key, one.value) for one in card.facts if one.key == "revenue_eur" and one.value), ""
    )
    return " · ".join(one for one in (who, card.place, card.industry, turnover) if one)


def chip_text(card: Card, words: Words, now: datetime, fine: bool) -> str:
    """The running clock, its deadline and the time left, as the card's chip says it."""
    row = card.row
    left = words.countdown(row.due, now, fine)
    if row.due is None:
        return ""
    if row.clock is None:
        return left
    if left == words.when(row.due, now):
        return words.say("{clock}: {left}", clock=row.clock, left=left)
    return words.say("{clock}: {at:when} · {left}", clock=row.clock, at=row.due, left=left)


def standing_line(card: Card, words: Words) -> str:
    """Where the lead is in its life, and what is agreed with it."""
    parts = [words.label(card.row.state), words.label(card.row.kind), words.label(card.segment)]
    if card.stage is not None:
        parts.append(words.label(card.stage))
    if card.mql:
        parts.append(words.say("MQL"))
    if card.attempts:
        parts.append(words.say("attempt {n} of {of}", n=card.attempts, of=card.attempts_promised))
    if card.next_attempt is not None and card.callback_at is None:
        parts.append(words.say("next attempt: {at}", at=card.next_attempt))
    if card.callback_at is not None:
        parts.append(words.say("call promised: {at}", at=card.callback_at))
    if card.meeting_at is not None:
        parts.append(words.say("meeting: {at}", at=card.meeting_at))
    if card.snoozed_until is not None:
        parts.append(words.say("snoozed until: {at}", at=card.snoozed_until))
    if card.row.owner_name:
        parts.append(words.say("owner: {name}", name=card.row.owner_name))
    return " · ".join(parts)


class CardPane(QStackedWidget):
    """Shows the card it is told. ``painted()`` says which lead the user has really seen."""

    def __init__(self, bridge: Bridge, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._ticker = ticker
        self._card: Card | None = None
        self._painted = ""
        self.note = NoteField(bridge)
        self.message = Message(bridge)
        self._body = _CardBody(self)
        self._title = Text("", "title", wrap=True, selectable=True)
        self._who = Text("", "body", "muted", wrap=True, selectable=True)
        self._reach = Text("", "body", "text", wrap=True, selectable=True)
        self._standing = Text("", "second", "muted", wrap=True)
        self._chip = Chip()
        self._objection = Chip("", "late")
        self._why = Passage()
        self._facts, self._points = Facts(), Points()
        self._timeline = Timeline(self.note)
        self._lay_out()
        self.addWidget(self.message)
        self.addWidget(self._scroll)
        bridge.language_changed.connect(self._speak)
        ticker.ticked.connect(self._tick)
        self.show_nothing("loading")

    def card(self) -> Card | None:
        """The card shown, None while there is none."""
        return self._card

    def hold_note(self) -> None:
        """Take the note field back from a call."""
        self._timeline.hold(self.note)

    def painted(self) -> str:
        """The lead whose card has been painted since it was told."""
        return self._painted

    def show_card(self, card: Card) -> None:
        """Show this card; text being typed about the same lead stays."""
        other = self._card is None or self._card.row.id != card.row.id
        if other:
            self._painted = ""
        self._card = card
        why_not = next((one.why for one in card.acts if one.key == "note" and not one.enabled), None)
        self.note.show_lead(card.row.id, card.draft, why_not)
        self._fill()
        if other:
            self._scroll.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self._scroll)
        self._ticker.watch(card.row.due)

    def refresh(self, card: Card) -> None:
        """The same lead read again, while the note field is away in a call."""
        self._card = card
        self._fill()

    def show_nothing(self, why: str, trouble: LeadDeskError | None = None) -> None:
        """No card: "loading", "empty" (nothing is chosen or left), or "error"."""
        self._card = None
        self._painted = ""
        self.note.show_lead("", "")
        self._ticker.watch(None)
        if trouble is not None:
            self.message.error(trouble)
        elif why == "loading":
            self.message.loading()
        else:
            words = self._bridge.words
            self.message.tell(words.say("No lead chosen"), words.say("Choose one from the queue, or search."))
        self.setCurrentWidget(self.message)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = column(self._body, tokens.WIDE, tokens.MEDIUM)
        whole.setContentsMargins(tokens.WIDE, tokens.LARGE, tokens.WIDE, tokens.LARGE)
        self._scroll = Scroller(self._body, ground=True)
        head = column(gap=tokens.TINY)
        first = line_of(gap=tokens.MEDIUM)
        first.addWidget(self._title, 1)
        top = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        first.addWidget(self._objection, 0, top)
        first.addWidget(self._chip, 0, top)
        head.addLayout(first)
        for one in (self._who, self._reach, self._standing):
            head.addWidget(one)
        whole.addLayout(head)
        why = Panel(mark=True)
        inner = column(why, tokens.MEDIUM)
        inner.setContentsMargins(tokens.LARGE, tokens.MEDIUM, tokens.LARGE, tokens.MEDIUM)
        inner.addWidget(self._why)
        whole.addWidget(why)
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(tokens.LARGE - 2)
        self._pair.addWidget(self._facts, 25)
        self._pair.addWidget(self._points, 19)
        whole.addLayout(self._pair)
        whole.addWidget(self._timeline, 1)
        for part in (self._facts, self._points):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _fill(self) -> None:
        card, words, now = self._card, self._bridge.words, self._bridge.now()
        if card is None:
            return
        self._title.tell(card.row.account)
        _tell(self._who, title_line(card, words))
        _tell(self._reach, " · ".join(one for one in (spoken(card.phone), card.email) if one))
        self._standing.tell(standing_line(card, words))
        self._say_chip(now)
        show_if(self._objection, card.objection)
        self._objection.tell(words.say("Must not be contacted"), "late")
        self._why.tell(_why(card, words, now))
        self._facts.show_card(card, words, now)
        self._points.show_card(card, words, now)
        self._timeline.show_card(card, words, now)

    def _say_chip(self, now: datetime) -> None:
        card = self._card
        if card is None:
            return
        shown = card.row.due is not None and self._bridge.settings.show_countdowns
        show_if(self._chip, shown)
        if shown:
            words, tone = self._bridge.words, tone_of(card.row.due, card.row.warn_at, now)
            whole, short = chip_text(card, words, now, True), words.countdown(card.row.due, now, True)
            fits = chip_size(whole, tone).width() + self._title_width() <= self._body.width() - 2 * tokens.WIDE
            self._chip.tell(whole if fits else short, tone)
            self._chip.setToolTip(plain_tip(whole))
            self._chip.setAccessibleName(whole)

    def _title_width(self) -> int:
        whole = self._title.fontMetrics().horizontalAdvance(self._title.text())
        return min(whole, round(self._body.width() * _TITLE)) + tokens.MEDIUM

    def _tick(self, now: datetime) -> None:
        self._say_chip(now)

    def _speak(self) -> None:
        if self._card is None:
            self.show_nothing("empty")
        self._fill()

    def _seen(self) -> None:
        if self._card is not None and self.currentWidget() is self._scroll:
            self._painted = self._card.row.id

    def _reflow(self, width: int) -> None:
        wide = width >= theme.px(_SIDE_BY_SIDE)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._pair.direction() != way:
            self._pair.setDirection(way)
        self._say_chip(self._bridge.now())


class _CardBody(Ground):
    """The ground the parts stand on; tells the pane its width and that it was painted."""

    def __init__(self, pane: CardPane) -> None:
        super().__init__("bg")
        self._pane = pane

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pane._reflow(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._pane._seen()


def _why(card: Card, words: Words, now: datetime) -> Sequence[tuple[str, bool]]:
    why = " ".join(_sentence(words.phrase(one, now)) for one in card.why_now)
    pieces = [(words.say("Why now:"), True), (" " + why, False)]
    if card.say is not None:
        spoken_first = words.say("“{text}”", text=words.phrase(card.say, now))
        pieces += [("  " + words.say("Begin with:"), True), (" " + spoken_first, False)]
    return pieces


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "”", "…")) else text + "."


def _tell(label: Text, text: str) -> None:
    label.tell(text)
    show_if(label, bool(text))
