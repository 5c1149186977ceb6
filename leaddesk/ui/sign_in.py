"""Signing in, and opening the store: address, user and password; the passphrase; the recovery code, shown once.

A password is sent and forgotten; it is never kept on this computer.
"""

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from leaddesk.desk.rows import Status
from leaddesk.domain.errors import LeadDeskError
from leaddesk.pages.words import Words
from leaddesk.ui import theme, tokens
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.form import Ask, Form
from leaddesk.ui.text import Text

#: The least length of a passphrase, as ``config.key`` demands it.
LEAST = 8


class SignInDialog(Form):
    """Sign this computer in. ``signed_in(Status)``: it is; what went wrong is said in the dialog, which stays."""

    signed_in = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        say = bridge.words.say
        super().__init__(bridge, say("Sign in"), say("Sign in"), "", parent)
        self._asking = False
        self.address = self.line(say("Address of the server"), hint="https://leaddesk.example.fi")
        self.user = self.line(say("User name"))
        self.password = self.line(say("Password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.message = Text("", "body", "late", wrap=True)
        self.message.hide()
        self.body.addWidget(self.message)
        self.follows(say("The password is sent to the server and not kept on this computer."))
        bridge.ask(bridge.desk.status, self._prefill)
        self.refresh()
        self.address.setFocus()

    def url(self) -> str:
        """The address with its scheme: https where none is typed, http for this computer itself."""
        told = self.address.text().strip().rstrip("/")
        if not told or "://" in told:
            return told
        host = urlsplit(f"//{told}").hostname or ""
        return f"{'http' if _is_here(host) else 'https'}://{told}"

    def why_not(self) -> str:
        say = self.words.say
        if self._asking:
            return say("Signing in…")
        if not self.address.text().strip():
            return say("Give the address of the server; your administrator knows it.")
        if not self.user.text().strip():
            return say("Give your user name.")
        if not self.password.text():
            return say("Give your password.")
        return ""

    def refresh(self) -> None:
        super().refresh()
        url = self.url()
        if url.startswith("http://") and not _is_here(urlsplit(url).hostname or ""):
            told = self.words.say("◐ This address is not encrypted: the password could be read on the way.")
            self._tell(told, "soon")
        elif not self._asking:
            self._tell("")

    def accept(self) -> None:
        """Ask the server; the dialog closes when it has agreed."""
        self.refresh()
        if not self.decide.isEnabled():
            return
        self._asking = True
        self.refresh()
        self._tell("")
        desk, url, user, password = self.bridge.desk, self.url(), self.user.text().strip(), self.password.text()
        self.bridge.ask_network(lambda: desk.sign_in(url, user, password), self._agreed, self._failed, receiver=self)

    def has_typed(self) -> bool:
        return False

    def done(self, result: int) -> None:
        """The password goes with the dialog, whichever way it is left."""
        self.password.clear()
        super().done(result)

    def _prefill(self, status: Status) -> None:
        if status.central and not self.address.isModified():
            self.address.setText(status.central)
            self.user.setFocus()

    def _agreed(self, status: Status) -> None:
        self._asking = False
        self.signed_in.emit(status)
        self.done(1)

    def _failed(self, trouble: LeadDeskError) -> None:
        self._asking = False
        self.refresh()
        self._tell("● " + self.words.error(trouble), "late")
        if trouble.key == "wrong-password":
            self.password.clear()
            self._tell("● " + self.words.error(trouble), "late")
            self.password.setFocus()

    def _tell(self, text: str, tone: str = "late") -> None:
        self.message.tell(text, tone)
        self.message.setVisible(bool(text))


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


class PassphraseDialog(Ask):
    """The passphrase of the store, before there is a desk. ``new``: it is chosen now, and typed twice.

    ``given(str)``: the passphrase; ``recovery_given(str)``: the recovery code in its place. ``problem``: what was wrong
    the last time, in words.
    """

    given = Signal(str)
    recovery_given = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None, new: bool = False, problem: str = "") -> None:
        say = words.say
        title = say("Choose a passphrase") if new else say("Open LeadDesk")
        super().__init__(words, title, say("Open"), "", parent)
        self._new, self._recovering = new, False
        self.body.addWidget(
            Text(
                say("This computer has no keyring, so a passphrase locks your data. Nobody can open them without it.")
                if new
                else say("Your data on this computer are locked with a passphrase."),
                "body",
                "muted",
                wrap=True,
            )
        )
        self.first = self._secret(say("Passphrase"))
        self.again = self._secret(say("The same again")) if new else None
        self.recover = QPushButton(say("Use the recovery code instead"))
        self.recover.setAutoDefault(False)
        self.recover.setCheckable(True)
        self.recover.toggled.connect(self._turn)
        self.recover.setVisible(not new)
        self.body.addWidget(self.recover)
        if problem:
            self.body.addWidget(Text(f"● {problem}", "body", "late", wrap=True))
        self.refresh()
        self.first.setFocus()

    def why_not(self) -> str:
        say = self.words.say
        if not self.first.text():
            return say("Give the recovery code.") if self._recovering else say("Give the passphrase.")
        if self._new and len(self.first.text()) < LEAST:
            return say("The passphrase is too short; it needs at least {least} characters.", least=LEAST)
        if self.again is not None and self.again.text() != self.first.text():
            return say("The two are not the same yet.")
        return ""

    def decided(self) -> None:
        (self.recovery_given if self._recovering else self.given).emit(self.first.text())

    def has_typed(self) -> bool:
        return False

    def _secret(self, label: str) -> QLineEdit:
        made = self.line(label)
        made.setEchoMode(QLineEdit.EchoMode.Password)
        return made

    def _turn(self, recovering: bool) -> None:
        self._recovering = recovering
        say = self.words.say
        self.first.clear()
        self.first.setEchoMode(QLineEdit.EchoMode.Normal if recovering else QLineEdit.EchoMode.Password)
        self.first.setAccessibleName(say("Recovery code") if recovering else say("Passphrase"))
        self.first.setPlaceholderText("ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2" if recovering else "")
        self.recover.setText(say("Use the passphrase") if recovering else say("Use the recovery code instead"))
        self.refresh()
        self.first.setFocus()


class RecoveryCodeDialog(Ask):
    """The recovery code, shown this once."""

    def __init__(self, words: Words, code: str, parent: QWidget | None = None) -> None:
        say = words.say
        super().__init__(words, say("Your recovery code"), say("I have kept it"), "", parent, tokens.DIALOG)
        self._code = code
        self.body.addWidget(
            Text(
                say("It opens your data where the keyring of this computer is lost. It is shown this once."),
                wrap=True,
            )
        )
        self.code = QLineEdit(code)
        self.code.setReadOnly(True)
        self.code.setFont(theme.font("question"))
        self.code.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.code.setAccessibleName(say("Recovery code"))
        self.body.addWidget(self.code)
        self.copy = QPushButton(say("Copy"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.body.addWidget(self.copy)
        self.leave.hide()
        self.follows(say("Keep it apart from this computer: on paper, or in a password manager."))
        self.refresh()
        self.code.selectAll()

    def reject(self) -> None:
        """Esc does not close it: only the button does, since the code is not shown again."""

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
        self.copy.setText(self.words.say("Copied"))
