"""The user's choices, each applied at once; and where this desk, its key and its data are."""

from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QPushButton, QWidget

from leaddesk.config.settings import DENSITIES, LANGUAGES, THEMES, Settings
from leaddesk.desk.rows import Status
from leaddesk.pages.marks import N_
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import Check, Choice
from leaddesk.ui.room import fit_content, widen
from leaddesk.ui.surface import Line, Scroller, column
from leaddesk.ui.text import Heading, Text

#: Languages call themselves by their own names.
_LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}

_THEMES = {
    "system": N_("As the computer"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "contrast": N_("High contrast"),
}
_DENSITIES = {"comfortable": N_("Comfortable"), "compact": N_("Compact"), "dense": N_("Dense")}
_ZONES = ("Europe/Helsinki", "Europe/Mariehamn", "Europe/Stockholm", "Europe/Tallinn", "Europe/London", "UTC")
#: How numbers are dialled, each with the name it is chosen by; another template may be typed.
_DIALERS = {
    "tel:{e164}": N_("Telephone program"),
    "msteams:/l/call/0/0?users=4:{e164}": N_("Microsoft Teams"),
    "sip:{e164}": N_("SIP telephone"),
    "callto:{e164}": N_("callto program"),
}
_PLACE = "{e164}"
_MINUTES = (1, 2, 5, 10, 15, 30, 60)

_KEPT = {
    "keyring": N_("by the keyring of this computer"),
    "environment": N_("by the passphrase of the environment"),
    "passphrase": N_("by your passphrase"),
    "recovery": N_("opened with the recovery code"),
}


class SettingsDialog(QDialog):
    """Every setting of ``config.settings``. There is no OK: what is chosen holds."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bridge = bridge
        whole = column(self, tokens.WIDE, tokens.LARGE)
        self._inside = QWidget()
        self._scroll = Scroller(self._inside)
        whole.addWidget(self._scroll, 1)
        self._close = QPushButton()
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)
        whole.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        self._status: Status | None = None
        self._named: dict[str, dict[str, str]] = {}
        widen(self, tokens.DIALOG + tokens.WIDE * 4)
        self._build()
        bridge.language_changed.connect(self._build)
        bridge.ask(bridge.desk.status, self._know)

    # --- building ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Everything anew, in the language in force."""
        focused = self.focusWidget()
        name = focused.objectName() if focused is not None else ""
        words, settings = self.bridge.words, self.bridge.settings
        say = words.say
        self.setWindowTitle(say("Settings"))
        self._inside = QWidget()
        whole = column(self._inside, 0, tokens.LARGE)
        whole.addWidget(Text(say("Settings"), "question"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.LARGE)
        grid.setVerticalSpacing(tokens.SMALL)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        languages = {one: _LANGUAGES[one] for one in LANGUAGES}
        self.language = self._choice("language", say("Language"), languages, settings)
        self.theme = self._choice("theme", say("Colours"), {one: say(_THEMES[one]) for one in THEMES}, settings)
        self.density = self._choice(
            "density", say("Row height"), {one: say(_DENSITIES[one]) for one in DENSITIES}, settings
        )
        zones = {"": say("As the computer"), **{one: one for one in _ZONES}}
        self.zone = self._typed("zone", say("Time zone"), zones, settings)
        dialers = {template: say(name) for template, name in _DIALERS.items()}
        self.dialer = self._typed("dialer", say("How a number is dialled"), dialers, settings)
        minutes = {str(one): words.duration(one) for one in sorted({*_MINUTES, settings.sync_minutes})}
        self.minutes = self._choice("sync_minutes", say("Time between syncs"), minutes, settings)
        whole.addLayout(grid)
        letters = say("Single letters act on the shown lead (never while typing)")
        self.letters = self._switch("single_letter_keys", letters)
        self.countdowns = self._switch("show_countdowns", say("Show how long the SLA still runs"))
        self.notifications = self._switch("notifications", say("Tell on the desktop of promises late, or soon"))
        whole.addWidget(self.letters)
        whole.addWidget(self.countdowns)
        whole.addWidget(self.notifications)
        self.message = Text("", "second", "late", wrap=True)
        self.message.hide()
        whole.addWidget(self.message)
        whole.addWidget(Line())
        whole.addWidget(Heading(say("This computer")))
        self.about = Text("", "second", "muted", wrap=True, selectable=True)
        whole.addWidget(self.about)
        whole.addStretch(1)
        self._close.setText(say("Close"))
        # What was there before is let go by the scroller.
        self._scroll.setWidget(self._inside)
        self._tell_status()
        again = self._inside.findChild(QWidget, name) if name else None
        (again or self.language).setFocus()

    def _row(self, name: str, label: str, widget: QWidget) -> None:
        row = self._grid.rowCount()
        told = Text(label, "body")
        told.setBuddy(widget)
        widget.setObjectName(name)
        widget.setAccessibleName(label)
        self._grid.addWidget(told, row, 0)
        self._grid.addWidget(widget, row, 1)

    def _choice(self, name: str, label: str, choices: dict[str, str], settings: Settings) -> Choice:
        made = Choice()
        for key, text in choices.items():
            made.addItem(text, key)
        made.setCurrentIndex(made.findData(str(getattr(settings, name))))
        made.activated.connect(lambda _, of=name, one=made: self.bridge.choose(of, one.currentData()))
        self._row(name, label, made)
        return made

    def _typed(self, name: str, label: str, choices: dict[str, str], settings: Settings) -> Choice:
        """A field with choices by their names, where another value may be typed."""
        made = Choice()
        made.setEditable(True)
        made.addItems(list(choices.values()))
        value = str(getattr(settings, name))
        made.setCurrentText(choices.get(value, value))
        self._named[name] = {text: one for one, text in choices.items()}
        made.activated.connect(lambda _, of=name, one=made: self._choose_text(of, one.currentText()))
        line = made.lineEdit()
        assert isinstance(line, QLineEdit)
        line.editingFinished.connect(lambda of=name, one=made: self._choose_text(of, one.currentText()))
        self._row(name, label, made)
        return made

    def _switch(self, name: str, label: str) -> Check:
        made = Check(label)
        made.setObjectName(name)
        made.setChecked(bool(getattr(self.bridge.settings, name)))
        made.toggled.connect(lambda on, of=name: self.bridge.choose(of, on))
        return made

    # --- choosing ---------------------------------------------------------------------------------------------------

    def _choose_text(self, name: str, text: str) -> None:
        told = self._named[name].get(text.strip(), text.strip())
        problem = self._problem(name, told)
        self.message.tell(f"● {problem}" if problem else "")
        self.message.setVisible(bool(problem))
        if not problem and told != getattr(self.bridge.settings, name):
            self.bridge.choose(name, told)

    def _problem(self, name: str, text: str) -> str:
        say = self.bridge.words.say
        if name == "zone" and text and text not in available_timezones():
            return say("There is no such time zone: {zone}", zone=text)
        if name == "dialer" and (_PLACE not in text or ":" not in text.partition(_PLACE)[0]):
            return say(
                "It needs a scheme and {place}, for example {example}", place=_PLACE, example=next(iter(_DIALERS))
            )
        return ""

    # --- this computer ----------------------------------------------------------------------------------------------

    def _know(self, status: Status) -> None:
        self._status = status
        self._tell_status()

    def _tell_status(self) -> None:
        status, words = self._status, self.bridge.words
        if status is None:
            return
        say = words.say
        lines = []
        if status.signed_in:
            role = words.label(status.role) if status.role is not None else ""
            lines.append(say("Signed in: {user} ({role:plain})", user=status.user, role=role))
            if status.central:
                lines.append(say("Server: {central}", central=status.central))
            lines.append(
                say("To sign out this or a lost computer, ask your administrator: unsent work is never thrown away.")
            )
        else:
            lines.append(say("Not signed in."))
        lines.append(say("Sync: {state:plain}", state=words.sync_state(status)))
        kept = say(_KEPT[status.key_kept]) if status.key_kept in _KEPT else status.key_kept
        lines.append(say("The data are encrypted; their key is kept {where}.", where=kept))
        lines.append(say("Folder: {path}", path=status.profile))
        self.about.tell("\n".join(lines))
        fit_content(self, self._scroll)
