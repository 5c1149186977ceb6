"""The window: places above, the queue at the left, the card in the centre, acts at the right, the sync state below.

It arranges the panes and carries wishes between them; what a lead is, they know. In a call the script takes the place
of the queue, the note the centre, and whatever arrives waits for the end of it.
"""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QMessageBox, QWidget

from leaddesk.config.settings import Settings
from leaddesk.desk.rows import ActResult, Card, Status, SyncResult
from leaddesk.domain.changes import Changes
from leaddesk.domain.errors import LeadDeskError, StoreTrouble
from leaddesk.domain.words import BantElement, Role
from leaddesk.ui import icons, theme, tokens, window_acts, window_dialogs
from leaddesk.ui.acting import Acting
from leaddesk.ui.actions import BY_KEY, CALL, TRIAGE
from leaddesk.ui.acts import ActsPane
from leaddesk.ui.announcing import Announcing
from leaddesk.ui.bridge import Bridge
from leaddesk.ui.card_pane import CardPane
from leaddesk.ui.columns import Columns
from leaddesk.ui.commands import Commands
from leaddesk.ui.live_call import LiveCall, kept_call
from leaddesk.ui.queue_pane import CALLBACKS, ESCALATIONS, MEETINGS, QUEUE, WAITING, QueuePane
from leaddesk.ui.reading import Reading
from leaddesk.ui.status_bar import StatusBar
from leaddesk.ui.surface import column
from leaddesk.ui.syncing import Syncing
from leaddesk.ui.ticker import Ticker
from leaddesk.ui.top_bar import ATTENTION, TopBar
from leaddesk.ui.undoing import Undoable, undoable

#: Files that the import wizard takes.
_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})

#: The name the layout is kept under.
LAYOUT = "window"


class Window(QMainWindow):
    """The desk. ``ready()``: the queue has been read and its first card shown."""

    ready = Signal()

    def __init__(self, bridge: Bridge, layout: str = "", status: Status | None = None) -> None:
        super().__init__()
        self.bridge = bridge
        self.mode = TRIAGE
        self._foreign = False
        self._acted = ""
        self._waiting = Changes()
        self._is_ready = False
        self._dialog: QDialog | None = None
        self.ticker = Ticker(bridge.clock, self)
        self.top = TopBar(bridge)
        self.queue = QueuePane(bridge, self.ticker)
        self.card = CardPane(bridge, self.ticker)
        self.acts = ActsPane(bridge)
        self.bar = StatusBar(bridge)
        self.commands = Commands(self, lambda: bridge.words)
        self.reading = Reading(bridge, self.queue, self)
        self.acting = Acting(bridge, self.card, self.queue, self)
        self.live = LiveCall(bridge, self.card, self._following, self)
        self.syncing = Syncing(bridge, self.bar.status, self)
        self.announcing = Announcing(bridge, lambda: self.live.call is not None, self)
        self._arrange(layout)
        self._connect()
        self._dress(bridge.settings)
        self._speak()
        if status is not None:
            self.bar.show_status(status)
        self.ticker.start()
        self.queue.refresh()
        self._count()

    # --- showing leads ------------------------------------------------------------------------------------------------

    def show_lead(self, lead: str) -> None:
        """Choose a lead and show its card."""
        self.queue.select(lead)
        self.reading.show(lead)

    def show_leads(self, title: str, leads: list[str]) -> None:
        """Show some leads in the list, in the order given."""
        self.top.show_place("")
        self.queue.show_leads(title, leads)
        self.queue.view.setFocus()

    def run(self, key: str) -> None:
        """Do a command of ``actions`` by its key."""
        action = BY_KEY[key]
        if self.mode not in action.modes:
            return
        if not (self.acting.may_decide(key, self.mode == CALL) if action.decides else self.acting.may(key)):
            return
        card = self.card.card()
        if window_acts.is_act(key):
            if card is not None:
                self._ask(key, card)
        elif key.startswith("bant-"):
            element = BantElement(key.removeprefix("bant-"))
            (self.live.outcomes if self.mode == CALL else self.acts).tiles.ask(element)
        elif key.startswith("call-"):
            self.live.run(key)
        elif key.startswith("go-"):
            self._go(key.removeprefix("go-"))
        else:
            self._run_other(key)

    # --- commands -----------------------------------------------------------------------------------------------------

    def _run_other(self, key: str) -> None:
        card = self.card.card()
        if key == "call" and card is not None:
            self.live.begin()
        elif key == "note" and card is not None:
            self.card.note.setFocus()
        elif key == "save-note":
            self.card.note.save()
        elif key in ("next", "previous"):
            self.queue.step(1 if key == "next" else -1)
        elif key == "undo":
            self.acting.undo()
        elif key == "search":
            self.top.search.setFocus()
            self.top.search.selectAll()
        elif key == "sync":
            self.syncing.run(asked=True)
        elif key == "menu":
            self._menu()
        elif key == "quit":
            self.close()
        else:
            self._open(key)

    def _open(self, key: str, path: Path | None = None) -> None:
        """Open a dialog that stands for itself."""
        self._stand(window_dialogs.make(self, key, path))

    def is_possible(self, key: str) -> bool:
        """Whether a command can be done now."""
        act = BY_KEY[key].act
        return self.mode in BY_KEY[key].modes and (not act or self.acts.is_possible(key))

    def role(self) -> Role | None:
        """The role of whoever is signed in, None while nobody is."""
        status = self.bar.status()
        return status.role if status is not None else None

    def _stand(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._left)
        dialog.open()

    def _left(self) -> None:
        self._dialog = None
        self._count()

    def _go(self, place: str) -> None:
        if place == ATTENTION:
            self.top.show_place(self.queue.place())
            self._open("attention")
            return
        self.top.search.blockSignals(True)
        self.top.search.clear()
        self.top.search.blockSignals(False)
        self.top.show_place(place)
        self.queue.show_place(place)
        self.queue.view.setFocus()

    def _search(self, text: str) -> None:
        self.queue.search(text)
        self.top.show_place("" if text.strip() else QUEUE)

    # --- acts ---------------------------------------------------------------------------------------------------------

    def _ask(self, key: str, card: Card) -> None:
        dialog = window_acts.ask(key, self.bridge, card, self, self.acting.do)
        if dialog is not None:
            self._dialog = dialog
            dialog.finished.connect(self._left)

    def _ended(self, lead: str, following: str) -> None:
        """An act ended the turn of a lead: on to the next one."""
        if self.live.call is not None and self.live.call.lead == lead:
            self.live.leave(reading=not following)
        if self.queue.current() != lead:
            return
        self.queue.select(following)
        if following:
            self.reading.show(following)
        else:
            self.queue.forget_current()
            self._show_none()

    def _show_acted(self, lead: str) -> None:
        if self.mode == TRIAGE:
            self.show_lead(lead)

    # --- the card -----------------------------------------------------------------------------------------------------

    def _shown(self, card: Card) -> None:
        if self.live.call is not None:
            self.live.show_card(card)
            return
        self.card.show_card(card)
        self.acts.show_card(card)
        self.reading.read_ahead()
        self._settle()

    def _show_none(self) -> None:
        self.card.show_nothing("empty")
        self.acts.show_card(None)
        self._settle()

    def _show_trouble(self, trouble: LeadDeskError) -> None:
        self.card.show_nothing("error", trouble)
        self.acts.show_card(None)
        self._settle()

    def _settle(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            # Before the list had anything in it, it could not take the keyboard.
            self.queue.view.setFocus()
            self.ready.emit()

    # --- changes ------------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        acted, self._acted = self._acted, ""
        if self.live.call is not None and self._foreign:
            self._waiting |= changes
            self._call_changed()
            self._count()
            return
        self.reading.forget(changes, acted)
        self.queue.change(changes, own=not self._foreign)
        card, current = self.card.card(), self.queue.current()
        if current and (
            current == acted
            or current in changes.leads
            or (card is not None and card.row.id == current and card.row.account_id in changes.accounts)
        ):
            self.reading.read(current)
        if changes.sync:
            self._count()
        if changes.sync and not self._foreign:
            self.syncing.soon()

    def _did(self, result: ActResult) -> None:
        self._acted = result.lead

    def _list_told(self) -> None:
        if not self.queue.current():
            self._settle()
        elif self.live.call is None and self.card.card() is not None:
            self.reading.read_ahead()

    def _count(self) -> None:
        """Read the counts and the state of the sync again."""
        desk = self.bridge.desk
        self.bridge.ask(lambda: (desk.views.counts(), desk.status(), undoable(desk, whole=False)), self._counted)

    def _counted(self, told: tuple[dict[str, int], Status, Undoable | None]) -> None:
        counts, status, found = told
        self.bar.show_undo(found is not None)
        self.top.show_counts({**counts, QUEUE: self.queue.total()})
        self.bar.show_status(replace(status, syncing=self.syncing.running))

    def _total(self) -> None:
        counts = {place: self.top.count(place) for place in (CALLBACKS, WAITING, MEETINGS, ESCALATIONS, ATTENTION)}
        self.top.show_counts({**counts, QUEUE: self.queue.total()})

    # --- sync ---------------------------------------------------------------------------------------------------------

    def _synced(self, result: SyncResult, changes: Changes) -> None:
        self._foreign = True
        self.bridge.changed.emit(changes)
        self._foreign = False
        self.bridge.read_names()
        self.announcing.look()
        if result.refused:
            words = self.bridge.words
            text = words.plural("{n} act needs your attention", "{n} acts need your attention", result.refused)
            self.bar.tell(text, "late")

    def signed_in(self) -> None:
        """This computer is signed in now: everything is read, and synced."""
        self.bridge.read_names()
        self.queue.refresh()
        self.bridge.ask(self.bridge.desk.status, self._status_then_sync, receiver=self)

    def _status_then_sync(self, status: Status) -> None:
        self.bar.show_status(status)
        self.syncing.run()

    def _tick(self, now: datetime) -> None:
        self.live.tick(now)
        self.bar.tick(now)
        self.syncing.tick(now)
        if now.second == 0:
            self.announcing.look()
        if self.mode == TRIAGE and self.bridge.is_idle() and now.second == 0:
            self.reading.forget()

    # --- the call -----------------------------------------------------------------------------------------------------

    def resume_call(self, kept: str) -> None:
        """Go back into a call that was on when the program ended: its lead, its start, its note."""
        found = kept_call(kept)
        if found is None:
            return
        lead, began = found

        def come(card: Card) -> None:
            self.queue.select(lead)
            self._shown(card)
            self.live.begin(dialling=False, since=began)

        desk = self.bridge.desk
        self.bridge.ask(lambda: desk.card(lead), come, lambda _: self.live.forget(), receiver=self)

    def _call_began(self) -> None:
        self._turn(CALL)

    def _call_left(self, reading: bool) -> None:
        self._turn(TRIAGE)
        self.top.show_call(None)
        self.bar.show_call(None)
        self.queue.view.setFocus()
        waiting, self._waiting = self._waiting, Changes()
        current = self.queue.current()
        if current and reading:
            self.reading.read(current)
        if waiting:
            self.queue.change(waiting, own=False)
        self.announcing.look()

    def _call_changed(self) -> None:
        card = self.card.card()
        if card is not None and self.live.call is not None:
            self.top.show_call(card, len(self._waiting.leads))
            self.bar.show_call(card)

    def _turn(self, mode: str) -> None:
        """Turn the three columns to a mode, with its commands."""
        self.mode = mode
        self.columns.turn(mode == CALL)
        self.commands.arrange(mode, self.bridge.settings.single_letter_keys)
        self.ticker.time(mode == CALL)

    def _following(self) -> str:
        return self.queue.name_of(self.queue.after(self.queue.current()))

    # --- trouble ------------------------------------------------------------------------------------------------------

    def _trouble(self, trouble: LeadDeskError) -> None:
        words = self.bridge.words
        grave = isinstance(trouble, StoreTrouble)
        self.bar.tell(words.error(trouble), "late", stays=grave)
        if grave and self.live.call is None:
            box = QMessageBox(QMessageBox.Icon.Warning, words.title(trouble), words.error(trouble), parent=self)
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setInformativeText(words.advice(trouble))
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()

    # --- arranging ----------------------------------------------------------------------------------------------------

    def _arrange(self, layout: str) -> None:
        self.setWindowTitle("LeadDesk")
        self.setWindowIcon(icons.window_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(*tokens.WINDOW_LEAST)
        self.columns = Columns(
            ((self.queue, self.live.script), (self.card, self.live.centre), (self.acts, self.live.outcomes))
        )
        middle = QWidget()
        whole = column(middle, 0, 0)
        whole.addWidget(self.top)
        whole.addWidget(self.columns, 1)
        whole.addWidget(self.bar)
        self.setCentralWidget(middle)
        self._restore(layout)
        for one, following in (
            (self.top.search, self.queue.view),
            (self.queue.view, self.card.note),
            (self.card.note, self.acts.buttons["call"]),
        ):
            QWidget.setTabOrder(one, following)
        self.queue.view.setFocus()

    def _connect(self) -> None:
        bridge = self.bridge
        bridge.changed.connect(self._changed)
        bridge.acted.connect(self._did)
        bridge.trouble.connect(self._trouble)
        bridge.language_changed.connect(self._speak)
        bridge.settings_changed.connect(self._dress)
        self.commands.wanted.connect(self.run)
        self.acts.wanted.connect(self.run)
        self.live.outcomes.wanted.connect(self.run)
        self.live.began.connect(self._call_began)
        self.live.left.connect(self._call_left)
        self.live.changed.connect(self._call_changed)
        self.live.wanted.connect(self.acting.do)
        self.acting.ended.connect(self._ended)
        self.acting.shown.connect(self._show_acted)
        self.acting.failed.connect(self._trouble)
        self.acting.told.connect(lambda text, tone: self.bar.tell(text, tone))
        self.acting.asked.connect(self._stand)
        self.acting.urgent.connect(self.syncing.at_once)
        self.live.told.connect(lambda text, tone: self.bar.tell(text, tone))
        self.syncing.came.connect(self._synced)
        self.syncing.ended.connect(self._count)
        self.syncing.stated.connect(self.bar.show_status)
        self.syncing.sign_in_wanted.connect(lambda: self._open("sign-in"))
        self.syncing.failed.connect(self._trouble)
        self.queue.wanted.connect(self.run)
        self.queue.chosen.connect(self.reading.show)
        self.reading.came.connect(self._shown)
        self.reading.failed.connect(self._show_trouble)
        self.reading.none.connect(self._show_none)
        self.reading.following.connect(self.bar.show_next)
        self.queue.opened.connect(lambda _: self.card.note.setFocus())
        self.queue.told.connect(self._total)
        self.queue.told.connect(self._list_told)
        self.card.note.saved.connect(lambda result: self.run_after_note(result))
        self.card.message.again.connect(lambda: self.reading.show(self.queue.current()))
        self.top.went.connect(self._go)
        self.top.search.textEdited.connect(self._search)
        self.top.search.left.connect(self.queue.view.setFocus)
        self.top.search.stepped.connect(self.queue.step)
        self.top.menu_wanted.connect(self._menu)
        self.top.palette_wanted.connect(lambda: self._open("palette"))
        self.bar.sync_pressed.connect(self._sync_pressed)
        self.bar.undo_pressed.connect(self.acting.undo)
        self.bar.keys_pressed.connect(lambda: self._open("keys"))
        self.announcing.told.connect(lambda text: self.bar.tell(text, "late"))
        self.announcing.wanted.connect(self._come_forward)
        self.ticker.ticked.connect(self._tick)

    def _come_forward(self) -> None:
        """To what the user was told of on the desktop."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        if self.live.call is None:
            self._go(ESCALATIONS)

    def run_after_note(self, result: ActResult) -> None:
        """A note was saved: its line is on the card, and the keyboard is back on the list."""
        self.bar.tell(self.bridge.words.say("Note saved"))
        if self.queue.current() == result.lead and self.live.call is None:
            self.reading.read(result.lead)
            self.queue.view.setFocus()

    def _menu(self) -> None:
        menu = QMenu(self)
        self.commands.fill(menu, self.role())
        menu.aboutToHide.connect(menu.deleteLater)
        button = self.top.menu if self.live.call is None else self.top
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _sync_pressed(self) -> None:
        status = self.bar.status()
        if status is not None and status.attention:
            self._open("attention")
        else:
            self.syncing.run(asked=True)

    def _dress(self, settings: Settings) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, settings.theme, settings.density)
        self.commands.arrange(self.mode, settings.single_letter_keys)
        self.queue.view.measure()

    def _speak(self) -> None:
        self.commands.speak()
        self.top.show_place(self.queue.place())
        if self.live.call is not None:
            self.live.centre.speak()
            self.live.say()

    def _restore(self, layout: str) -> None:
        try:
            told = json.loads(layout) if layout else {}
            size, columns = told.get("size", tokens.WINDOW), told.get("columns", tokens.COLUMNS)
            self.resize(int(size[0]), int(size[1]))
            self.columns.restore(columns)
            if told.get("maximised"):
                self.setWindowState(Qt.WindowState.WindowMaximized)
        except (ValueError, TypeError, KeyError, IndexError):
            self.resize(*tokens.WINDOW)
            self.columns.restore(tokens.COLUMNS)

    def layout_told(self) -> str:
        """The window's size and columns, as they are kept."""
        size = self.size()
        return json.dumps(
            {
                "size": [size.width(), size.height()],
                "columns": self.columns.told(),
                "maximised": self.isMaximized(),
            }
        )

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self.live.centre.keep()
        self.card.note.keep()
        self.ticker.stop()
        self.syncing.stop()
        told, store = self.layout_told(), self.bridge.desk.store
        self.bridge.ask(lambda: store.set_meta(LAYOUT, told))
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.ticker.show(not self.isMinimized())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.live.call is None and _table_in(event.mimeData().urls()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _table_in(event.mimeData().urls())
        if path is not None and self.live.call is None:
            event.acceptProposedAction()
            self._open("import", path)


def _table_in(urls: list[QUrl]) -> Path | None:
    """The first dropped file that the import wizard takes."""
    for url in urls:
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is not None and path.suffix.lower() in _TABLES:
            return path
    return None
