"""What a command of the lead does: the dialog it asks with, or the act itself."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from leaddesk.desk.rows import Card
from leaddesk.domain.operation import Act, LogCall, Take
from leaddesk.domain.words import CallOutcome
from leaddesk.ui.act_dialogs import (
    AcceptDialog,
    CallbackDialog,
    HandOverDialog,
    LostDialog,
    MeetingDialog,
    NurtureDialog,
    ObjectDialog,
    OfferDialog,
    RejectDialog,
    SnoozeDialog,
    WonDialog,
)
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.call import TIMED, USUAL
from leaddesk.ui.form import Form

_DIALOGS: dict[str, Callable[[Bridge, Card, QWidget | None], Form]] = {
    "accept": AcceptDialog,
    "reject": RejectDialog,
    "snooze": SnoozeDialog,
    "callback": CallbackDialog,
    "meeting": MeetingDialog,
    "nurture": NurtureDialog,
    "won": WonDialog,
    "lost": LostDialog,
    "offer": OfferDialog,
    "hand-over": HandOverDialog,
    "object": ObjectDialog,
}

_OUTCOME = "outcome-"

#: Acts after which the next lead is shown; the others leave the card where it is.
ENDING = frozenset(
    {
        "accept", "reject", "snooze", "callback", "return-to-nurture", "won", "lost", "offer", "hand-over", "objection",
        "log-call", "book-meeting",
    }
)  # fmt: skip


def is_act(key: str) -> bool:
    """Whether a command is an act on the shown lead."""
    return key in _DIALOGS or key == "take" or key.startswith(_OUTCOME)


def ask(key: str, bridge: Bridge, card: Card, parent: QWidget, then: Callable[[Act], None]) -> QDialog | None:
    """Ask what the act needs and hand it to ``then``; without anything to ask, at once. The dialog opened, or None."""
    if key == "take":
        then(Take(lead=card.row.id))
        return None
    if key.startswith(_OUTCOME):
        return _log(CallOutcome(key.removeprefix(_OUTCOME)), bridge, card, parent, then)
    made = _DIALOGS[key](bridge, card, parent)
    made.chosen.connect(then)
    made.open()
    return made


def ask_time(bridge: Bridge, card: Card, parent: QWidget, then: Callable[[object], None]) -> QDialog:
    """Ask for the time a call-back is promised for; ``then`` is given the promise (a ``Callback``)."""
    made = CallbackDialog(bridge, card, parent)
    made.chosen.connect(then)
    made.open()
    return made


def ask_day(bridge: Bridge, card: Card, parent: QWidget, then: Callable[[object], None]) -> QDialog:
    """Ask for the day to return on; ``then`` is given a ``ReturnToNurture``."""
    made = NurtureDialog(bridge, card, parent)
    made.chosen.connect(then)
    made.open()
    return made


def _log(
    outcome: CallOutcome, bridge: Bridge, card: Card, parent: QWidget, then: Callable[[Act], None]
) -> QDialog | None:
    def log(until: object = None) -> None:
        at = getattr(until, "at_time", None) or getattr(until, "until", None)
        then(LogCall(lead=card.row.id, outcome=outcome, telephony=USUAL[outcome], until=at))

    if outcome not in TIMED:
        log()
        return None
    asked = ask_time if outcome is CallOutcome.CALL_BACK else ask_day
    return asked(bridge, card, parent, log)
