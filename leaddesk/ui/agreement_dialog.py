"""The agreement: its versions, who signed them, what they promise, what a draft changes; publishing a draft and signing
it."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QTextBrowser, QWidget

from leaddesk.desk.agreements import Version
from leaddesk.domain.changes import Changes
from leaddesk.domain.document import promises
from leaddesk.domain.errors import LeadDeskError
from leaddesk.domain.policy import Policy
from leaddesk.domain.words import Party
from leaddesk.pages.agreement import change_lines, headline, promise_lines, signature_lines
from leaddesk.ui import tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.fields import Listing
from leaddesk.ui.room import fit
from leaddesk.ui.surface import Line, column, line_of
from leaddesk.ui.text import Text

_SIZE = (tokens.COLUMNS[1] + tokens.WIDE * 4, tokens.DIALOG + tokens.WIDE * 6)


class AgreementDialog(QDialog):
    """Opened at ``version``, 0 for the one in force."""

    def __init__(self, bridge: Bridge, version: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bridge, self.words = bridge, bridge.words
        self._versions: list[Version] = []
        self._wanted = version
        self._draft: Policy | None = None
        say = self.words.say
        self.setWindowTitle(say("Service level agreement"))
        fit(self, *_SIZE)
        whole = column(self, tokens.WIDE, tokens.MEDIUM)
        whole.addWidget(Text(say("Service level agreement"), "question"))
        whole.addWidget(
            Text(
                say("What sales and marketing have promised each other. Both see the same."), "body", "muted", wrap=True
            )
        )
        both = line_of(None, 0, tokens.LARGE)
        self.list = Listing(say("Versions"))
        self.list.currentRowChanged.connect(self._show)
        both.addWidget(self.list, 2)
        side = column(None, 0, tokens.SMALL)
        self.title = Text("", "strong", wrap=True)
        self.signed = {party: Text("", "body", wrap=True) for party in Party}
        self.terms = QTextBrowser()
        self.terms.setOpenLinks(False)
        self.terms.setTabChangesFocus(True)
        self.terms.setAccessibleName(say("What it promises"))
        for one in (self.title, *self.signed.values(), self.terms):
            side.addWidget(one, 1 if one is self.terms else 0)
        both.addLayout(side, 5)
        whole.addLayout(both, 1)
        self.message = Text("", "body", "muted", wrap=True)
        whole.addWidget(self.message)
        whole.addWidget(Line())
        foot = line_of(None, 0, tokens.SMALL)
        self.sign = self._button("")
        self.sign.clicked.connect(lambda: self.put_name())
        self.draft = self._button(say("Draft from a file…"))
        self.draft.clicked.connect(self._ask_file)
        self.publish = self._button(say("Put before both parties"))
        self.publish.clicked.connect(lambda: self.put_forward())
        self.shut = self._button(say("Close"))
        self.shut.clicked.connect(self.accept)
        for button in (self.sign, self.draft, self.publish):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        whole.addLayout(foot)
        self.publish.hide()
        self._party: Party | None = None
        self._waits = False
        self._buttons()
        bridge.changed.connect(lambda changes: self._ask() if changes.sync else None)
        self._ask()

    def version(self) -> Version | None:
        """The chosen version."""
        place = self.list.currentRow()
        return self._versions[place] if 0 <= place < len(self._versions) else None

    # --- ways on ----------------------------------------------------------------------------------------------------

    def put_name(self) -> None:
        """Sign the chosen version for one's party."""
        found = self.version()
        if found is None or self._party is None:
            return
        agreements, number = self.bridge.desk.agreements, found.policy.version
        self.sign.setEnabled(False)

        def work() -> tuple[None, Changes]:
            *_, changes = agreements.sign(number)
            return None, changes

        self.bridge.changing(work, self._signed, self._failed, receiver=self)

    def read(self, path: Path) -> None:
        """Read a draft and show what it would change."""
        agreements = self.bridge.desk.agreements

        def work() -> tuple[Policy, tuple[tuple[str, object, object], ...]]:
            draft = agreements.read(path)
            return draft, agreements.changes(draft)

        self.bridge.ask(work, self._drafted, self._failed, receiver=self)

    def put_forward(self) -> None:
        """Publish the draft that was read."""
        agreements, draft = self.bridge.desk.agreements, self._draft
        if draft is None:
            return
        self.publish.setEnabled(False)
        self.bridge.changing(lambda: agreements.publish(draft), self._published, self._failed, receiver=self)

    def _signed(self, _: None) -> None:
        self._say(self.words.say("○ Signed. The other party sees it once this desk has synced."), "ok")

    def _published(self, number: int) -> None:
        self._draft = None
        self._wanted = number
        self.publish.hide()
        self.publish.setEnabled(True)
        self._say(
            self.words.say(
                "○ Version {version:plain} is a draft. It comes here with the next sync, and can be signed then.",
                version=number,
            ),
            "ok",
        )
        self._show(self.list.currentRow(), keep=True)

    def _drafted(self, both: tuple[Policy, tuple[tuple[str, object, object], ...]]) -> None:
        self._draft, changes = both
        say = self.words.say
        self.list.setCurrentRow(-1)
        self.title.tell(say("A draft from a file, not published yet"))
        for one in self.signed.values():
            one.tell("")
        self.terms.setHtml(self._changes(changes) or escape(say("Nothing would change.")))
        self.publish.setVisible(bool(changes))
        self._say(say("Look at what it changes, then put it before both parties.") if changes else "")
        self._buttons()

    def _failed(self, trouble: LeadDeskError) -> None:
        self._say(f"● {self.words.error(trouble)}", "late")
        self.publish.setEnabled(True)
        self._buttons()

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.words.say("Draft from a file"), "", "TOML (*.toml)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        agreements = self.bridge.desk.agreements
        self.bridge.ask(
            lambda: (agreements.versions(), agreements.party(), agreements.waits()),
            self._fill,
            self._failed,
            receiver=self,
        )

    def _fill(self, told: tuple[list[Version], Party | None, bool]) -> None:
        chosen = self.version()
        self._versions, self._party, self._waits = told
        wanted = self._wanted or (chosen.policy.version if chosen is not None else 0)
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._versions:
            self.list.add(headline(one, self.words), str(one.policy.version))
        here = [one.policy.version == wanted or (not wanted and one.in_force) for one in self._versions]
        if self._draft is None:
            self.list.setCurrentRow(here.index(True) if True in here else 0)
            self._show(self.list.currentRow(), keep=True)
        self.list.blockSignals(False)
        self.list.setFocus()

    def _show(self, place: int, keep: bool = False) -> None:
        found = self.version()
        if found is None:
            return
        self._wanted, self._draft = found.policy.version, None
        self.publish.hide()
        if not keep:
            self._say("")
        note = found.policy.note
        self.title.tell(headline(found, self.words) + (f" · {note}" if note else ""))
        for party, line in zip(Party, signature_lines(found, self.words), strict=True):
            is_signed = any(mark.party is party for mark in found.signed)
            self.signed[party].tell(("✓ " if is_signed else "○ ") + line, "ok" if is_signed else "muted")
        say = self.words.say
        parts = []
        if found.changes:
            parts += [_heading(say("What it changes")), self._changes(found.changes), _heading(say("What it promises"))]
        rows = promise_lines(promises(found.policy), self.words)
        parts.append(_table((name, value) for name, value in rows))
        self.terms.setHtml("".join(parts))
        self._buttons()

    def _changes(self, changes: tuple[tuple[str, object, object], ...]) -> str:
        rows = ((name, f"{was} → {now}") for name, was, now in change_lines(changes, self.words))
        return _table(rows) if changes else ""

    def _buttons(self) -> None:
        found, party = self.version(), self._party
        newest = max((one.policy.version for one in self._versions), default=0)
        self.sign.setVisible(party is not None)
        if party is not None:
            self.sign.setText(self.words.say("Sign for {party}", party=self.words.label(party)))
        self.sign.setEnabled(
            found is not None
            and party is not None
            and not self._waits
            and found.policy.version == newest
            and all(mark.party is not party for mark in found.signed)
        )
        self.draft.setVisible(party is not None)
        self.draft.setEnabled(not self._waits)

    def _button(self, text: str) -> QPushButton:
        made = QPushButton(text)
        made.setAutoDefault(False)
        return made

    def _say(self, text: str, tone: str = "muted") -> None:
        self.message.tell(text, tone)


def _heading(text: str) -> str:
    return f"<p><b>{escape(text)}</b></p>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns, as text."""
    name_cell, value_cell = '<td style="padding: 2px 16px 2px 0">', '<td style="padding: 2px 0">'
    made = "".join(f"<tr>{name_cell}{escape(name)}</td>{value_cell}{escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{made}</table>"
