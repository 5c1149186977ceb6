"""Every command once: its key, its words, its shortcut, where it stands in the menu, and which act of the card it is.

Menu, palette, key sheet and act buttons read this list. A single letter acts on the shown card while no text field has
the focus; letters can be switched off as one, chords cannot. No Ctrl+Alt: that is AltGr, and letters of ours.
"""

from dataclasses import dataclass

from leaddesk.domain.operation import Erase
from leaddesk.domain.role import REPORTED, may
from leaddesk.domain.words import Role
from leaddesk.pages.marks import N_

#: Modes of the window.
TRIAGE, CALL = "triage", "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command.

    ``keys``: shortcuts in Qt's portable text; a single letter (or digit, sign, space) among them is a letter key.
    ``act``: the key of the ``desk.rows.Act`` that says whether it may be done; "" for a command that is not an act.
    ``menu``: the menu it stands in. ``modes``: where it works. ``decides``: it decides about the lead, so that
    auto-repeat and keys pressed before the card was painted are ignored. ``only``: it is there for those alone whose
    role may do operations of this kind; "" for everybody. ``roles``: it is there for these.
    """

    key: str
    text: str
    keys: tuple[str, ...] = ()
    act: str = ""
    menu: str = "lead"
    modes: tuple[str, ...] = (TRIAGE,)
    decides: bool = False
    only: str = ""
    roles: frozenset[Role] = frozenset(Role)

    def shown_keys(self) -> tuple[str, ...]:
        """Its keys as they are shown to people."""
        return tuple(shown(one) for one in self.keys)


#: Menus in order, with their names.
MENUS: tuple[tuple[str, str], ...] = (
    ("file", N_("File")),
    ("lead", N_("Lead")),
    ("call", N_("Phone call")),
    ("go", N_("Go")),
    ("help", N_("Help")),
)

_BOTH = (TRIAGE, CALL)

ACTIONS: tuple[Action, ...] = (
    Action(key="call", text=N_("Call"), keys=("Space",), act="call"),
    Action(key="accept", text=N_("Accept…"), keys=("A",), act="accept", decides=True),
    Action(key="reject", text=N_("Reject…"), keys=("R",), act="reject", decides=True),
    Action(key="snooze", text=N_("Later…"), keys=("H",), act="snooze", decides=True),
    Action(key="callback", text=N_("Promise a call…"), keys=("C",), act="callback", decides=True),
    Action(key="meeting", text=N_("Book a meeting…"), keys=("M",), act="meeting", decides=True),
    Action(key="note", text=N_("Note"), keys=("N",), act="note"),
    Action(key="take", text=N_("Take into work"), keys=("T",), act="take", decides=True),
    Action(key="nurture", text=N_("Back to nurture…"), keys=("B",), act="nurture", decides=True),
    Action(key="won", text=N_("Won…"), keys=("W",), act="won", decides=True),
    Action(key="lost", text=N_("Lost…"), keys=("L",), act="lost", decides=True),
    Action(key="offer", text=N_("Offer to sales…"), keys=("O",), act="offer", decides=True),
    Action(key="hand-over", text=N_("Hand over…"), keys=("V",), act="hand-over", decides=True),
    Action(key="object", text=N_("Do not contact…"), keys=("D", "Ctrl+D"), act="object", modes=_BOTH, decides=True),
    Action(key="erase", text=N_("Erase personal data…"), act="erase", only=Erase.kind, decides=True),
    Action(key="bant-budget", text=N_("BANT: budget"), keys=("Ctrl+1",), act="answer", modes=_BOTH),
    Action(key="bant-authority", text=N_("BANT: authority"), keys=("Ctrl+2",), act="answer", modes=_BOTH),
    Action(key="bant-need", text=N_("BANT: need"), keys=("Ctrl+3",), act="answer", modes=_BOTH),
    Action(key="bant-timing", text=N_("BANT: timing"), keys=("Ctrl+4",), act="answer", modes=_BOTH),
    Action(key="save-note", text=N_("Save the note"), keys=("Ctrl+Return",), modes=(TRIAGE,)),
    Action(key="outcome-reached", text=N_("Log: reached"), keys=("1",), act="call", menu="call", decides=True),
    Action(
        key="outcome-call-back", text=N_("Log: call back later…"), keys=("2",), act="call", menu="call", decides=True
    ),
    Action(key="outcome-no-answer", text=N_("Log: no answer"), keys=("3",), act="call", menu="call", decides=True),
    Action(key="outcome-not-now", text=N_("Log: not now"), keys=("4",), act="call", menu="call", decides=True),
    Action(
        key="outcome-not-interested", text=N_("Log: not interested"), keys=("5",), act="call", menu="call", decides=True
    ),
    Action(key="call-reached", text=N_("Outcome: reached"), keys=("F2",), menu="call", modes=(CALL,)),
    Action(key="call-call-back", text=N_("Outcome: call back later"), keys=("F3",), menu="call", modes=(CALL,)),
    Action(key="call-no-answer", text=N_("Outcome: no answer"), keys=("F4",), menu="call", modes=(CALL,)),
    Action(key="call-not-now", text=N_("Outcome: not now"), keys=("F5",), menu="call", modes=(CALL,)),
    Action(key="call-not-interested", text=N_("Outcome: not interested"), keys=("F6",), menu="call", modes=(CALL,)),
    Action(
        key="call-wrong-person", text=N_("Outcome: wrong person or number"), keys=("F7",), menu="call", modes=(CALL,)
    ),
    Action(key="call-meeting", text=N_("Outcome: meeting agreed…"), keys=("F8",), menu="call", modes=(CALL,)),
    Action(key="call-save", text=N_("Save and next"), keys=("Ctrl+Return",), menu="call", modes=(CALL,), decides=True),
    Action(key="call-next-question", text=N_("Next question"), keys=("Alt+Down",), menu="call", modes=(CALL,)),
    Action(key="call-last-question", text=N_("Previous question"), keys=("Alt+Up",), menu="call", modes=(CALL,)),
    Action(
        key="call-leave", text=N_("Leave the call without logging it"), keys=("Escape",), menu="call", modes=(CALL,)
    ),
    Action(key="next", text=N_("Next lead"), keys=("J",), menu="go"),
    Action(key="previous", text=N_("Previous lead"), keys=("K",), menu="go"),
    Action(key="undo", text=N_("Undo"), keys=("U", "Ctrl+Z"), menu="lead", modes=_BOTH),
    Action(key="search", text=N_("Search"), keys=("/", "Ctrl+F"), menu="go"),
    Action(key="palette", text=N_("All commands…"), keys=("Ctrl+K",), menu="go", modes=_BOTH),
    Action(key="go-queue", text=N_("Queue"), keys=("G, Q",), menu="go"),
    Action(key="go-callbacks", text=N_("Callbacks"), keys=("G, C",), menu="go"),
    Action(key="go-waiting", text=N_("Waiting"), keys=("G, W",), menu="go"),
    Action(key="go-meetings", text=N_("Meetings"), keys=("G, M",), menu="go"),
    Action(key="go-escalations", text=N_("Late, or soon"), keys=("G, L",), menu="go"),
    Action(key="go-attention", text=N_("Needs attention"), keys=("G, A",), menu="go"),
    Action(key="agreement", text=N_("Service level agreement…"), keys=("G, S",), menu="go"),
    Action(key="go-between", text=N_("What falls between"), keys=("G, B",), menu="go"),
    Action(key="report", text=N_("Promises kept…"), keys=("G, P",), menu="go", roles=REPORTED),
    Action(key="new-lead", text=N_("New lead…"), keys=("Ctrl+N",), menu="file"),
    Action(key="import", text=N_("Import a file…"), keys=("Ctrl+O",), menu="file"),
    Action(key="sync", text=N_("Sync now"), keys=("Ctrl+R",), menu="file", modes=_BOTH),
    Action(key="settings", text=N_("Settings…"), keys=("Ctrl+,",), menu="file"),
    Action(key="sign-in", text=N_("Sign in…"), menu="file"),
    Action(key="menu", text=N_("Menu"), keys=("F10",), menu="go", modes=_BOTH),
    Action(key="quit", text=N_("Quit"), keys=("Ctrl+Q",), menu="file", modes=_BOTH),
    Action(key="keys", text=N_("Keys"), keys=("?", "F1"), menu="help", modes=_BOTH),
)


def offered(role: Role | None) -> tuple[Action, ...]:
    """The commands there are for somebody of this role; None: nobody is signed in."""
    return tuple(
        one
        for one in ACTIONS
        if (not one.only or (role is not None and may(role, one.only))) and (role is None or role in one.roles)
    )


BY_KEY = {one.key: one for one in ACTIONS}

_SHOWN = {"Space": "␣", "Return": "⏎", "Escape": "Esc", "Down": "↓", "Up": "↑"}


def is_letter(key: str) -> bool:
    """Whether a shortcut is a single letter, digit or sign (or begins with one, as "G, Q"): dead in text fields."""
    first = key.split(",")[0].strip() or ","
    return len(first) == 1 or first == "Space"


def shown(key: str) -> str:
    """A shortcut as it is printed on a key cap: "Ctrl ⏎", "G Q"."""
    parts = key.replace(", ", "+").split("+") if key not in ("+", "Ctrl+,") else [key]
    return " ".join(_SHOWN.get(one, one) for one in parts) if key != "Ctrl+," else "Ctrl ,"


def first_key(key: str, mode: str = TRIAGE, letters: bool = True) -> str:
    """The key cap of an action: its first key that works in the mode; letters only where they are switched on."""
    found = BY_KEY[key]
    for one in found.keys:
        if is_letter(one) and (mode == CALL or not letters):
            continue
        return shown(one)
    return ""
