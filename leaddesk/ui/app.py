"""Puts the parts together: the application, opening the store, the window, a clean end. ``picture`` draws it.

The only place where the parts of the window are made.
"""

import gc
import os
import sys
from dataclasses import dataclass, replace
from logging import getLogger
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, QLibraryInfo, QObject, QSize, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from leaddesk.config.folders import Profile
from leaddesk.config.key import PASSPHRASE, RECOVERY
from leaddesk.config.log import start_log
from leaddesk.config.port import Ids, SystemClock
from leaddesk.config.settings import Settings
from leaddesk.desk.desk import Desk, directly
from leaddesk.desk.rows import Status
from leaddesk.desk.worker import DeskWorkers
from leaddesk.domain.errors import LeadDeskError, StoreTrouble
from leaddesk.pages.words import Words
from leaddesk.ui import icons, tokens
from leaddesk.ui import theme as look
from leaddesk.ui.bridge import Bridge, names_of
from leaddesk.ui.live_call import KEPT
from leaddesk.ui.sign_in import PassphraseDialog, RecoveryCodeDialog
from leaddesk.ui.surface import Ground, column
from leaddesk.ui.text import Text, copy_whole
from leaddesk.ui.window import LAYOUT, Window

log = getLogger("leaddesk.ui")

#: Troubles of the key after which the passphrase is asked for again; and those a recovery code may help with.
_ASKED_AGAIN = frozenset({"wrong-passphrase", "passphrase-too-short", "wrong-recovery-code"})
_RECOVERABLE = frozenset({"key-missing", "keyring-locked"})


@dataclass(frozen=True, slots=True)
class Start:
    """What the window needs to be drawn for the first time, read in one piece of work."""

    desk: Desk
    settings: Settings
    names: dict[str, str]
    layout: str
    status: Status
    call: str


def read_start(desk: Desk) -> Start:
    """Read it. Database thread."""
    store = desk.store
    return Start(desk, desk.settings.all(), names_of(desk), store.meta(LAYOUT), desk.status(), store.meta(KEPT))


def run(profile: Profile, language: str = "") -> int:
    """Open the window on a profile and stay until it is closed. Gives the exit code."""
    start_log(profile)
    app = application()
    words = Words(language, "", SystemClock().now)
    look.apply(app)
    _load_qt_texts(app, words.language)
    hook, sys.excepthook = sys.excepthook, _Hook(words)
    try:
        return _Opening(app, profile, language, words).run()
    finally:
        sys.excepthook = hook


def application() -> QApplication:
    """The application, made where there is none."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(["leaddesk"])
    app.setApplicationName("LeadDesk")
    app.setApplicationDisplayName("LeadDesk")
    app.setDesktopFileName("leaddesk")
    app.setWindowIcon(icons.window_icon())
    app.clipboard().dataChanged.connect(copy_whole)
    return app


def picture(
    desk: Desk,
    words: Words,
    path: Path | str,
    theme: str = "light",
    size: tuple[int, int] = tokens.WINDOW,
    lead: str | None = None,
    mode: str = "triage",
    density: str = "comfortable",
) -> None:
    """Draw the window of an open desk to a PNG file, once everything in it has been read.

    ``size`` in logical pixels; ``lead`` the one shown, None for the first of the queue; ``mode`` "triage" or "call".
    The desk stays open and as it was. Without a screen it is drawn offscreen. Raises ``OSError`` where the file
    cannot be written.
    """
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    workers = DeskWorkers()
    lane = desk.lane
    start = workers.database(read_start, desk).result()
    settings = replace(start.settings, theme=theme, density=density, language=words.language)
    look.apply(app, theme, density)
    bridge = Bridge(desk, workers, settings, start.names)
    window = Window(bridge, status=start.status)
    try:
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.resize(*size)
        window.show()
        _settle(app, bridge)
        if lead is not None:
            window.show_lead(lead)
            _settle(app, bridge)
        if mode == "call":
            window.live.begin(dialling=False)
            _settle(app, bridge)
        image = window.grab()
        if not image.save(str(path), "PNG"):
            raise OSError(f"cannot write {path}")
    finally:
        window.ticker.stop()
        bridge.close()
        window.deleteLater()
        app.processEvents()
        desk.lane = lane if lane is not None else directly


def _settle(app: QApplication, bridge: Bridge) -> None:
    """Until nothing is on its way and everything that came is painted."""
    for _ in range(3):
        while not bridge.is_idle():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()


# --- opening ----------------------------------------------------------------------------------------------------------


class _Opening(QObject):
    """Opens the store on the database thread while a quiet window says so, then hands over to the desk's window."""

    _opened = Signal(object)

    def __init__(self, app: QApplication, profile: Profile, language: str, words: Words) -> None:
        super().__init__()
        self._app, self._profile, self._language, self._words = app, profile, language, words
        self._workers = DeskWorkers()
        self._bridge: Bridge | None = None
        self._window: Window | None = None
        self._desk: Desk | None = None
        self._passphrase = self._recovery = ""
        self._code = 0
        self._told = Ground("bg")
        self._told.setWindowTitle("LeadDesk")
        whole = column(self._told, tokens.WIDE, tokens.SMALL)
        whole.addStretch(1)
        for text, role, tone in (("LeadDesk", "title", "text"), (words.say("Opening…"), "body", "muted")):
            label = Text(text, role, tone)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            whole.addWidget(label)
        whole.addStretch(1)
        self._opened.connect(self._come, Qt.ConnectionType.QueuedConnection)

    def run(self) -> int:
        """Until the window is closed."""
        self._told.resize(QSize(*tokens.WINDOW))
        self._told.show()
        self._open()
        self._app.setQuitOnLastWindowClosed(True)
        self._app.exec()
        self._end()
        return self._code

    def _open(self) -> None:
        future = self._workers.database(self._work)
        future.add_done_callback(lambda done: self._opened.emit(done))

    def _work(self) -> Start:
        """Database thread."""
        if self._desk is None:
            self._desk = Desk.open(self._profile, SystemClock(), Ids(), self._given, self._recovery)
        return read_start(self._desk)

    def _given(self) -> str:
        """The passphrase that was typed; database thread. Raises ``StoreTrouble`` where it has not been asked for."""
        if not self._passphrase:
            raise StoreTrouble("passphrase-needed", variable=PASSPHRASE)
        return self._passphrase

    def _ask_passphrase(self, problem: str = "") -> None:
        new = not self._profile.store_path.exists()
        dialog = PassphraseDialog(self._words, self._told, new, problem)
        dialog.given.connect(self._take_passphrase)
        dialog.recovery_given.connect(self._take_recovery)
        dialog.rejected.connect(self._give_up)
        dialog.open()

    def _take_passphrase(self, passphrase: str) -> None:
        self._passphrase, self._recovery = passphrase, ""
        self._open()

    def _take_recovery(self, code: str) -> None:
        self._passphrase, self._recovery = "", code
        self._open()

    def _give_up(self) -> None:
        self._code = 1
        self._app.quit()

    def _come(self, future: object) -> None:
        try:
            start: Start = future.result()  # type: ignore[attr-defined]
        except LeadDeskError as trouble:
            self._say_trouble(trouble)
            return
        except Exception:
            sys.excepthook(*sys.exc_info())
            self._code = 1
            self._app.quit()
            return
        look.apply(self._app, start.settings.theme, start.settings.density)
        self._bridge = Bridge(start.desk, self._workers, start.settings, start.names, self._language)
        self._words = self._bridge.words
        if isinstance(sys.excepthook, _Hook):
            sys.excepthook.words = self._words
        _load_qt_texts(self._app, self._words.language)
        self._window = Window(self._bridge, start.layout, start.status)
        self._window.show()
        self._told.hide()
        if start.desk.recovery_code:
            RecoveryCodeDialog(self._words, start.desk.recovery_code, self._window).open()
        if not start.status.signed_in:
            self._window.run("sign-in")
        else:
            self._window.syncing.run()
        if start.call:
            self._window.resume_call(start.call)
        # What lives as long as the window is left out of every later collection.
        gc.collect()
        gc.freeze()

    def _say_trouble(self, trouble: LeadDeskError) -> None:
        if trouble.key == "passphrase-needed":
            self._ask_passphrase()
            return
        words = self._words
        if trouble.key in _ASKED_AGAIN or (
            trouble.key in _RECOVERABLE and self._profile.path.joinpath(RECOVERY).exists()
        ):
            self._ask_passphrase(words.error(trouble))
            return
        box = QMessageBox(QMessageBox.Icon.Warning, words.title(trouble), words.error(trouble), parent=self._told)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(words.advice(trouble))
        box.addButton(words.say("Try again"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(words.say("Quit"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(self._open)
        box.rejected.connect(self._give_up)
        box.open()

    def _end(self) -> None:
        if self._bridge is not None:
            self._bridge.close()
        else:
            self._workers.close()
        if self._window is not None:
            self._window.deleteLater()
            self._app.processEvents()
        if self._desk is not None:
            self._desk.close()


class _Hook:
    """What is nobody's error is a bug: it is logged, and said once in plain words with details that can be copied."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._showing = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        # Where it happened, never what was in it: values of people's data stay out of the log.
        log.error("unexpected %s", _details(kind, trace).replace("\n", " < "))
        if self._showing or QApplication.instance() is None:
            return
        self._showing = True
        say = self.words.say
        box = QMessageBox(QMessageBox.Icon.Warning, "LeadDesk", say("Something went wrong in the program."))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(
            say("What you have saved is safe. If it comes again, send the details to your administrator.")
        )
        box.setDetailedText(_details(kind, trace))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._shown)
        box.open()

    def _shown(self) -> None:
        self._showing = False


def _details(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The places in the program, without any value."""
    lines = [kind.__name__]
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n".join(lines)


def _load_qt_texts(app: QApplication, language: str) -> None:
    """Qt's own texts, for the buttons of its dialogs."""
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(app)
    if translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
