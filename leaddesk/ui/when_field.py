"""A field for a time: typed as it is said, or taken from buttons; the time it means stands beneath before Enter."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from leaddesk.domain.clock import Calendar, zone_of
from leaddesk.domain.policy import Policy
from leaddesk.pages.marks import N_
from leaddesk.pages.words import Words
from leaddesk.ui import spoken_time, theme, tokens
from leaddesk.ui.act_button import ActButton
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.surface import column, empty, line_of
from leaddesk.ui.text import Text

_WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip

#: Buttons of the usual times: name and the same as it would be typed.
DAYS: tuple[tuple[str, str], ...] = (
    (N_("Tomorrow morning"), "tomorrow 9"),
    (N_("Next Monday"), "next monday 9"),
    (N_("In two weeks"), "in 2 weeks 9"),
)
SOON: tuple[tuple[str, str], ...] = ((N_("In two hours"), "in 2 hours"), *DAYS)
LATER: tuple[tuple[str, str], ...] = (
    (N_("In a month"), "in 1 month 9"),
    (N_("In three months"), "in 3 months 9"),
    (N_("In six months"), "in 6 months 9"),
    (N_("In a year"), "in 1 year 9"),
)

_TROUBLES = {
    "empty": N_("Say when."),
    "unread": N_("This is not understood as a time. Write for example: {example}"),
    "unclear": N_("This can mean two times. Choose which one:"),
    "past": N_("The time has passed already."),
    "future": N_("The time has not come yet."),
    "no-day": N_("There is no such day."),
    "no-time": N_("There is no such time of day."),
}


def zone_in(bridge: Bridge) -> tzinfo | None:
    """The zone the user has chosen; None is the computer's own."""
    return zone_of(bridge.settings.zone) if bridge.settings.zone else None


def spelled(words: Words, at: datetime) -> str:
    """An instant in full, with its weekday."""
    weekday = words.say(_WEEKDAYS[words.local(at).weekday()])
    return words.say("{weekday} {day} at {clock}", weekday=weekday, day=words.date(at), clock=words.time(at))


class WhenField(QWidget):
    """``changed``: what it means may be another; ``picked``: a button was pressed.

    ``presets``: buttons as (message, typed text), with Alt and a digit. ``back``: a time that has been is asked for.
    """

    changed = Signal()
    picked = Signal()

    def __init__(
        self,
        bridge: Bridge,
        name: str,
        presets: Sequence[tuple[str, str]] = SOON,
        back: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._words, self._zone, self._back = bridge, bridge.words, zone_in(bridge), back
        self._calendar: Calendar | None = None
        self._reading = spoken_time.Reading(trouble="empty")
        whole = column(self, 0, tokens.SMALL)
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(self._words.say("for example “mon 9”, “tomorrow 14.30”, “in 2 weeks”"))
        self.line.textChanged.connect(self._read)
        whole.addWidget(self.line)
        self._told = Text("", "body", wrap=True)
        self._warning = Text("", "second", "soon", wrap=True)
        self._warning.hide()
        self._choices = line_of(None, 0, tokens.SMALL)
        whole.addWidget(self._told)
        whole.addLayout(self._choices)
        whole.addWidget(self._warning)
        if presets:
            whole.addLayout(self._buttons(presets))
        self.setFocusProxy(self.line)
        bridge.policy(self._know, receiver=self)
        self._show()

    def instant(self) -> datetime | None:
        """The UTC instant that is meant, None while it is not clear."""
        return self._reading.at

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.line.text().strip()

    def problem(self) -> str:
        """Why no time is meant yet, in words; "" when one is."""
        if self._reading.at is not None:
            return ""
        if self._reading.trouble == "year":
            year = self._words.local(self._bridge.now()).year
            return self._words.say(
                "The year must be between {first:plain} and {last:plain}.",
                first=year - (spoken_time.BACK if self._back else 0),
                last=year + (0 if self._back else spoken_time.AHEAD),
            )
        example = self._words.say("“mon 9”, “tomorrow 14.30”")
        return self._words.say(_TROUBLES[self._reading.trouble], example=example)

    def missing(self) -> str:
        """What is still missing, shortly: what is wrong with it stands beneath the field."""
        if self._reading.at is not None:
            return ""
        return self._words.say("Say when.") if self.is_empty() else self._words.say("The time is not clear yet.")

    def set_instant(self, at: datetime) -> None:
        """Fill in an instant as it would be typed."""
        self.line.setText(f"{self._words.date(at)} {self._words.time(at)}")

    def told(self) -> str:
        """What stands beneath the field."""
        return self._told.text()

    def warning(self) -> str:
        """What should be known of the time: a weekend, a holiday, outside working hours; "" nothing."""
        return self._warning.text()

    # --- how --------------------------------------------------------------------------------------------------------

    def _buttons(self, presets: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(tokens.SMALL)
        for place, (name, typed) in enumerate(presets):
            reading = spoken_time.read(typed, self._bridge.now(), self._zone, self._back)
            if reading.at is None:
                continue
            key = f"Alt+{place + 1}"
            one = ActButton(self._words.say(name), key.replace("+", " "), self._words.when(reading.at))
            one.clicked.connect(lambda _=False, at=reading.at: self._pick(at))
            QShortcut(QKeySequence(key), self).activated.connect(one.click)
            grid.addWidget(one, place // 2, place % 2)
        return grid

    def _pick(self, at: datetime) -> None:
        self.set_instant(at)
        self.line.setFocus()
        self.picked.emit()

    def _know(self, policy: Policy) -> None:
        self._calendar = policy.calendar
        self._show()

    def _read(self, text: str) -> None:
        self._reading = spoken_time.read(text, self._bridge.now(), self._zone, self._back)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        words, reading = self._words, self._reading
        empty(self._choices)
        if reading.at is not None:
            self._told.tell(spelled(words, reading.at), "text")
        elif reading.trouble == "empty":
            self._told.tell("")
        else:
            self._told.tell(self.problem(), "late")
        self._told.setVisible(bool(self._told.text()))
        for at in reading.choices[:2]:
            one = QPushButton(spelled(words, at))
            one.setAutoDefault(False)
            one.clicked.connect(lambda _=False, at=at: self._pick(at))
            self._choices.addWidget(one)
        warning = self._warn(reading.at) if reading.at is not None and not self._back else ""
        self._warning.tell(warning)
        self._warning.setVisible(bool(warning))

    def _warn(self, at: datetime) -> str:
        if self._calendar is None:
            return ""
        there = at.astimezone(zone_of(self._calendar.zone))
        windows = self._calendar.windows(there.date())
        if not windows:
            usual = self._calendar.week[there.weekday()]
            return self._words.say("◐ A public holiday.") if usual else self._words.say("◐ Not a working day.")
        minute = there.hour * 60 + there.minute
        if any(start <= minute < end for start, end in windows):
            return ""
        return self._words.say("◐ Outside working hours.")


def field_width() -> int:
    """The width a form with a time field needs, in pixels at 100 %."""
    return tokens.DIALOG + theme.px(tokens.WIDE) * 2
