"""The script of a call: its questions in place of the queue, the one asked now with its answers, and the note.

An answer becomes an operation when it has stood for a moment or its question is left. Nothing takes the focus from the
note but the user's own key.
"""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import Answer
from leaddesk.domain.policy import Policy, Question
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.button import Button
from leaddesk.ui.chip import cap_size
from leaddesk.ui.flow import Flow
from leaddesk.ui.note import NoteField
from leaddesk.ui.phone import spoken as spoken_number
from leaddesk.ui.surface import Ground, Panel, Scroller, column, line_of
from leaddesk.ui.text import Text, lines_of

#: How long an answer stands before it is kept, milliseconds.
_STANDS = 2000

#: Events of an answer's points, as the scorecard names them.
_EVENT = "answer.{question}.{choice}"


def spoken(question: Question, language: str) -> str:
    """A question in the reader's language, in any where it has none in that."""
    return question.text.get(language) or next(iter(question.text.values()), question.key)


def known_answers(card: Card, script: tuple[Question, ...], words: Words) -> dict[str, str]:
    """What is known already of the questions, in words, by question."""
    facts = {one.key: words.fact(one.key, one.value) for one in card.facts if one.value}
    return {one.key: facts[one.fact] for one in script if one.fact in facts}


class _Step(Button):
    """One question in the list: its number or a tick, its name, the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = self._answer = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, number: int, name: str, answer: str) -> None:
        self._number, self._answer = "✓" if answer else str(number), answer
        self.setText(name)
        self.setAccessibleName(f"{number} {name}")
        self.setAccessibleDescription(answer)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(tokens.COLUMNS_LEAST[0], self.heightForWidth(max(self.width(), tokens.COLUMNS_LEAST[0])))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        name, answer = self._words(width)
        body, small = QFontMetrics(theme.font("strong")).height(), QFontMetrics(theme.font("small")).height()
        return body * len(name) + small * len(answer) + tokens.LARGE

    def _words(self, width: int) -> tuple[list[str], list[str]]:
        inner = width - (tokens.LARGE - 2) - tokens.WIDE - tokens.TINY - tokens.MEDIUM
        return lines_of(self.text(), theme.font("strong"), inner), lines_of(self._answer, theme.font("small"), inner)

    def minimumSizeHint(self) -> QSize:
        return QSize(tokens.COLUMNS_LEAST[0] // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(self.rect(), theme.colour("sel" if chosen else "raised"))
        if chosen:
            painter.fillRect(QRect(0, 0, tokens.MARK, self.height()), theme.colour("accent"))
        body, small = QFontMetrics(theme.font("body")), QFontMetrics(theme.font("small"))
        left, top = tokens.LARGE - 2, tokens.SMALL
        centre = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font("strong" if chosen else "body"))
        painter.setPen(theme.colour("text" if chosen else "muted"))
        painter.drawText(QRect(left, top, tokens.WIDE, body.height()), centre, self._number)
        left += tokens.WIDE + tokens.TINY
        width = self.width() - left - tokens.MEDIUM
        name, answer = self._words(self.width())
        for line in name:
            painter.drawText(QRect(left, top, width, body.height()), centre, line)
            top += body.height()
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ok"))
        for line in answer:
            painter.drawText(QRect(left, top, width, small.height()), centre, line)
            top += small.height()


class ScriptPane(Ground):
    """The left column of a call: the questions, and what is known. ``picked(number)``: go to a question."""

    picked = Signal(int)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent=parent)
        self._bridge = bridge
        self._head = Text("", "lane", "muted")
        self._known_head = Text("", "lane", "muted")
        self._steps: list[_Step] = []
        self._inside = QWidget()
        self._list = column(gap=0)
        self._known = column(gap=tokens.TINY)
        self._facts: list[Text] = []
        inner = column(self._inside, 0, tokens.SMALL)
        inner.setContentsMargins(0, tokens.WIDE - 2, 0, tokens.LARGE)
        for part in (self._head, self._known_head):
            part.setContentsMargins(tokens.LARGE - 2, 0, 0, 0)
        inner.addWidget(self._head)
        inner.addLayout(self._list)
        inner.addSpacing(tokens.LARGE)
        inner.addWidget(self._known_head)
        self._known.setContentsMargins(tokens.LARGE - 2, 0, tokens.MEDIUM, 0)
        inner.addLayout(self._known)
        inner.addStretch(1)
        column(self, 0, 0).addWidget(Scroller(self._inside))

    def show_script(self, card: Card, script: tuple[Question, ...], at: int, answers: Mapping[str, str]) -> None:
        """The questions with their answers, the one asked now marked; under them what the card says."""
        words, now = self._bridge.words, self._bridge.now()
        self._head.tell(words.say("Script").upper())
        while len(self._steps) < len(script):
            made, place = _Step(), len(self._steps)
            made.clicked.connect(lambda _=False, of=place: self.picked.emit(of))
            self._steps.append(made)
            self._list.addWidget(made)
        for number, step in enumerate(self._steps):
            step.setVisible(number < len(script))
            if number < len(script):
                question = script[number]
                step.tell(number + 1, words.term("question", question.key), answers.get(question.key, ""))
                step.setChecked(number == at)
        self._known_head.tell(words.say("Known").upper())
        told = [words.phrase(one, now) for one in card.why_now]
        told += [f"{words.term('fact', f.key)}: {words.fact(f.key, f.value)}" for f in card.facts if f.value][:6]
        told += [words.phrase(one.text, now) for one in card.timeline[:2]]
        while len(self._facts) < len(told):
            line = Text("", "body", "muted", wrap=True)
            self._facts.append(line)
            self._known.addWidget(line)
        for place, line in enumerate(self._facts):
            line.setVisible(place < len(told))
            line.tell(told[place] if place < len(told) else "")


class _Choice(ActButton):
    """An answer that can be chosen, as wide as its words."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font("strong")).horizontalAdvance(self.text())
        return QSize(wide + cap_size(self._key).width() + 3 * tokens.MEDIUM + tokens.SMALL, self._height())

    def heightForWidth(self, width: int) -> int:
        return self._height()

    def _height(self) -> int:
        return theme.px(tokens.BUTTON - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class CallCentre(Ground):
    """The centre of a call: who, how long, the question asked now, the note. ``moved(number)``: another question."""

    moved = Signal(int)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("bg", parent=parent)
        self._bridge = bridge
        self._card: Card | None = None
        self._note: NoteField | None = None
        self._policy: Policy | None = None
        self._at = 0
        self.answers: dict[str, str] = {}
        self._stated: dict[str, tuple[str, str]] = {}
        self._kept: dict[str, tuple[str, str]] = {}
        self._title, self._who = Text("", "title", wrap=True), Text("", "body", "muted", wrap=True)
        self._timer = Text("", "timer", "muted")
        self._question = Text("", "question", wrap=True)
        self._hint = Text("", "body", "muted", wrap=True)
        self._choices: list[_Choice] = []
        self._flow_place = QWidget()
        self._flow = Flow(self._flow_place)
        self._detail_name = Text("", "body", "muted")
        self.detail = QLineEdit()
        self._effect = Text("", "second", "muted", wrap=True)
        self._note_head = Text("", "second", "muted")
        self._lay_out()
        self._stands = QTimer(self)
        self._stands.setSingleShot(True)
        self._stands.setInterval(_STANDS)
        self._stands.timeout.connect(self.keep)
        self.detail.textEdited.connect(self._typed)
        for number in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda of=number - 1: self.choose(of))

    # --- being told ---------------------------------------------------------------------------------------------------

    def begin(self, card: Card, policy: Policy) -> None:
        """A new call: the first question that has no answer yet."""
        self._card, self._policy = card, policy
        self._stated.clear()
        self._kept.clear()
        self.answers = known_answers(card, policy.script, self._bridge.words)
        self._at = next((n for n, one in enumerate(policy.script) if one.key not in self.answers), 0)
        self.speak()

    def hold(self, note: NoteField) -> None:
        """Take the note field into the centre, where it fills what is left."""
        note.grow(False)
        self._whole.addWidget(note, 1)
        note.show()
        self._note = note

    def _keep_note(self) -> None:
        """Where not everything fits, the note that is written stays in sight."""
        if self._note is not None and self._note.hasFocus():
            self._scroll.ensureWidgetVisible(self._note)

    def show_card(self, card: Card) -> None:
        """The same lead, read again."""
        self._card = card

    def script(self) -> tuple[Question, ...]:
        """The questions of this call."""
        return self._policy.script if self._policy is not None else ()

    def at(self) -> int:
        """The number of the question asked now."""
        return self._at

    def go(self, number: int) -> None:
        """To another question; the answer of this one is kept."""
        self.keep()
        if self.script():
            self._at = max(0, min(len(self.script()) - 1, number))
        self.speak()
        self.moved.emit(self._at)

    def choose(self, number: int) -> None:
        """State one of the choices of the question asked now."""
        question = self._asked()
        if question is None or number >= len(question.choices):
            return
        self._state(question, question.choices[number], self.detail.text().strip())
        self.speak()

    def keep(self) -> None:
        """Make operations of the answers stated and not yet kept."""
        self._stands.stop()
        card = self._card
        if card is None:
            return
        for question, (value, text) in self._stated.items():
            if value and self._kept.get(question) != (value, text):
                self._kept[question] = (value, text)
                self._bridge.do(Answer(lead=card.row.id, question=question, value=value, text=text))

    def tick(self, began: datetime, now: datetime) -> None:
        """The length of the call."""
        self._timer.tell(self._bridge.words.stopwatch((now - began).total_seconds()))

    def speak(self) -> None:
        """Fill in, in the language in force."""
        card, words, question = self._card, self._bridge.words, self._asked()
        if card is None:
            return
        row = card.row
        self._title.tell(row.account)
        self._who.tell(" · ".join(one for one in (row.person, card.title, spoken_number(card.phone)) if one))
        self._note_head.tell(words.say("Note · saves itself"))
        self._panel.setVisible(question is not None)
        if question is None:
            return
        self._question.tell(words.say("“{text}”", text=spoken(question, words.language)))
        value, text = self._stated.get(question.key, ("", ""))
        while len(self._choices) < len(question.choices):
            made, place = _Choice(), len(self._choices)
            made.clicked.connect(lambda _=False, of=place: self.choose(of))
            self._choices.append(made)
            self._flow.addWidget(made)
        for number, button in enumerate(self._choices):
            button.setVisible(number < len(question.choices))
            if number < len(question.choices):
                choice = question.choices[number]
                button.tell(words.term("answer", choice), f"Alt {number + 1}")
                button.setChecked(choice == value)
        self._flow_place.setVisible(bool(question.choices))
        shown = text if question.choices else (text or value)
        if self.detail.text() != shown:
            self.detail.setText(shown)
        name = words.say("In the customer's words") if question.choices else words.term("question", question.key)
        self._detail_name.tell(name)
        self.detail.setAccessibleName(name)
        known = self.answers.get(question.key, "")
        self._hint.tell(words.say("Known now: {value}", value=known) if known else "")
        self._hint.setVisible(bool(known))
        self._effect.tell(self._effects(question, value))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _asked(self) -> Question | None:
        script = self.script()
        return script[self._at] if self._at < len(script) else None

    def _typed(self, text: str) -> None:
        question = self._asked()
        if question is not None:
            value = self._stated.get(question.key, ("", ""))[0]
            if question.choices:
                self._state(question, value, text.strip())
            else:
                self._state(question, text.strip(), "")

    def _state(self, question: Question, value: str, text: str) -> None:
        self._stated[question.key] = (value, text)
        self.answers[question.key] = self._bridge.words.term("answer", value) if value else ""
        self._stands.start()
        self.moved.emit(self._at)

    def _effects(self, question: Question, value: str) -> str:
        words = self._bridge.words
        parts = []
        if question.fact:
            parts.append(words.say("Becomes a fact: {fact}", fact=words.term("fact", question.fact)))
        event = _EVENT.format(question=question.key, choice=value)
        rules = self._policy.scorecard.rules if self._policy is not None else ()
        points = next((one.points for one in rules if one.event == event), 0)
        if points:
            parts.append(words.plural("{n} point", "{n} points", points))
        following = self._at + 1
        if following < len(self.script()):
            parts.append(words.say("next: {question}", question=words.term("question", self.script()[following].key)))
        return " · ".join(parts)

    def _lay_out(self) -> None:
        inside = Ground("bg")
        self._scroll = Scroller(inside, ground=True)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._keep_note)
        whole = column(inside, tokens.WIDE, tokens.MEDIUM)
        whole.setContentsMargins(tokens.WIDE, 0, tokens.WIDE, tokens.LARGE)
        head = line_of(gap=tokens.MEDIUM)
        head.setContentsMargins(tokens.WIDE, tokens.LARGE, tokens.WIDE, tokens.MEDIUM)
        names = column(gap=tokens.TINY)
        names.addWidget(self._title)
        names.addWidget(self._who)
        head.addLayout(names, 1)
        head.addWidget(self._timer)
        outside = column(self, 0, 0)
        outside.addLayout(head)
        outside.addWidget(self._scroll, 1)
        self._panel = Panel()
        asked = column(self._panel, tokens.LARGE + tokens.TINY, tokens.MEDIUM)
        asked.addWidget(self._question)
        asked.addWidget(self._hint)
        asked.addWidget(self._flow_place)
        detail = line_of(gap=tokens.MEDIUM)
        detail.addWidget(self._detail_name)
        detail.addWidget(self.detail, 1)
        asked.addLayout(detail)
        asked.addWidget(self._effect)
        whole.addWidget(self._panel)
        whole.addWidget(self._note_head)
        self._whole = whole
