"""The demonstration: a central on loopback, fictive companies with a past, a salesperson's desk over them.

Everything is real but the companies: the central is a child process, the past is written through desks whose clock is
turned back, and the salesperson's desk is an ordinary profile. With a display the window opens; without one the same
work is done in text, and the exit code says whether the central has each decision exactly once.
"""

import os
import secrets
import signal
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import HOME, Profile
from leaddesk.config.key import PASSPHRASE
from leaddesk.config.port import Ids, SystemClock
from leaddesk.config.screen import has_display
from leaddesk.demo.central import CentralChild
from leaddesk.demo.past import NOTES, Past, Turned
from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.errors import StoreTrouble, Unreachable
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    CallOutcome,
    Lane,
    LeadState,
    RejectReason,
    Role,
    Telephony,
)
from leaddesk.pages.words import Words
from leaddesk.server import admin
from leaddesk.store.local.store import LocalStore

#: The salesperson whose desk it is.
NAME, LOGIN = "Aino Salo", "aino"


def run(arguments: Namespace, words: Words) -> int:
    """The whole demonstration. Gives the exit code: 0 only where everything it claims was so."""
    with (
        tempfile.TemporaryDirectory(prefix="leaddesk-demo-", ignore_cleanup_errors=True) as folder,
        _environment(Path(folder)),
    ):
        scene = _Scene(Path(folder), words)
        try:
            scene.set_up(arguments.leads)
            if arguments.headless or not has_display():
                return scene.text(Path(arguments.picture))
            from leaddesk.ui.app import run as run_window

            return run_window(Profile.default(), arguments.language or "")
        finally:
            scene.central.stop()


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """The demonstration's own profile and passphrase, and the user's own put back afterwards."""
    before = {name: os.environ.get(name) for name in (HOME, PASSPHRASE)}
    # Ended from outside, it takes its central along as Ctrl-C does.
    ended = signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ[HOME] = str(folder / "desk")
    os.environ[PASSPHRASE] = secrets.token_urlsafe(24)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, ended)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Scene:
    """One demonstration in a folder that goes away with it."""

    def __init__(self, folder: Path, words: Words) -> None:
        self._folder = folder
        self._words = words
        self._database = f"sqlite:///{(folder / 'central.db').as_posix()}"
        self.central = CentralChild(self._database)

    def say(self, text: str, **values: object) -> None:
        print(self._words.say(text, **values), flush=True)

    def set_up(self, leads: int) -> None:
        """A central with an organisation and its past, and the salesperson's desk signed in and synced."""
        passwords = {login: secrets.token_urlsafe(12) for login in ("admin", "marko", LOGIN, "tero")}
        admin.init(self._database, "Demo Oy", "admin", passwords["admin"])
        self.central.launch()
        users = {
            login: admin.add_user(self._database, login, role, passwords[login], name=name)
            for login, role, name in (
                ("marko", Role.MARKETER, "Marko Niemi"),
                (LOGIN, Role.REP, NAME),
                ("tero", Role.TELEMARKETER, "Tero Laine"),
            )
        }
        self.central.wait()
        self.say("The central listens at {url}.", url=self.central.url)
        past = Past(users[LOGIN].id, leads, SystemClock().now)
        with self._colleague("marko", passwords, past.clock) as marketer:
            marketer.sync()
            past.marketing(marketer)
            marketer.sync()
        with self._colleague("tero", passwords, past.clock) as caller:
            caller.sync()
            past.calling(caller)
            caller.sync()
        with self._signed_in(Desk.open(Profile.default(), past.clock, Ids()), LOGIN, passwords) as desk:
            desk.sync()
            past.selling(desk)
            desk.sync()
            counts = {one.lane: one.count for one in desk.order().lanes}
        self.say(
            "{n} fictive companies with their past are on the central and on the desk of {name}.", n=leads, name=NAME
        )
        missing = [lane for lane in Lane if lane is not Lane.OUT and not counts.get(lane)]
        if missing:
            raise StoreTrouble("demo-lane-empty", lanes=", ".join(one.name for one in missing))

    @contextmanager
    def _colleague(self, login: str, passwords: dict[str, str], clock: Turned) -> Iterator[Desk]:
        """A colleague's desk; nobody opens it again, so its key is known to this process alone."""
        profile = Profile(self._folder / login)
        profile.make()
        store = LocalStore.open(profile.store_path, secrets.token_hex(32))
        with self._signed_in(Desk(store, profile, Credentials(store), clock, Ids()), login, passwords) as desk:
            yield desk

    @contextmanager
    def _signed_in(self, desk: Desk, login: str, passwords: dict[str, str]) -> Iterator[Desk]:
        try:
            desk.sign_in(self.central.url, login, passwords[login])
            yield desk
        finally:
            desk.close()

    def text(self, picture: Path) -> int:
        """The day in text. 0 where the central ends up with each act exactly once and the lanes all have leads."""
        words = self._words
        desk = Desk.open(Profile.default(), SystemClock(), Ids())
        try:
            words = Words(words.language, "", SystemClock().now, desk.user_name)
            _print_queue(desk, words)
            ids = desk.order().ids
            one, other = _two_to_decide(desk, ids)
            call, _ = desk.do(
                op.LogCall(
                    lead=one, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=NOTES[0], seconds=214
                )
            )
            self.say("Logged a call to {name}.", name=desk.card(one).row.account)
            self.central.stop()
            self.say("The central is down. Work goes on.")
            accepted, _ = desk.do(
                op.Accept(lead=one, bant=((BantElement.NEED, BantValue.YES), (BantElement.AUTHORITY, BantValue.YES)))
            )
            self.say("Accepted offline: {name}", name=desk.card(one).row.account)
            rejected, _ = desk.do(
                op.Reject(lead=other, reason=RejectReason.BUDGET, text="Budjetti jäissä ensi vuoteen.")
            )
            self.say("Rejected offline: {name}", name=desk.card(other).row.account)
            try:
                desk.sync()
                raise StoreTrouble("central-does-not-stop")
            except Unreachable as trouble:
                print(words.error(trouble))
            print(words.sync_state(desk.status()))
            self.central.launch()
            self.central.wait()
            sent, _ = desk.sync()
            self.say("The central is back: sent {pushed}, refused {refused}, waiting {waiting}.",
                     pushed=sent.pushed, refused=sent.refused, waiting=sent.waiting)  # fmt: skip
            desk.sync()
            kept = [row for row in admin.export(self._database) if row["kind"] == "operation"]
            good = sent.waiting == 0 and sent.refused == 0
            for did in (call, accepted, rejected):
                found = [row for row in kept if row["id"] == did.op]
                good = good and len(found) == 1 and found[0]["verdict"] == "applied"
                for row in found:
                    self.say(
                        "On the central: {act} {id}, {verdict}", act=row["act"], id=row["id"], verdict=row["verdict"]
                    )
            states = (desk.card(one).row.state, desk.card(other).row.state)
            good = good and states == (LeadState.ACCEPTED, LeadState.REJECTED)
            _picture(desk, words, picture)
            self.say("A picture of the window: {path}", path=picture)
            if not good:
                raise StoreTrouble("demo-not-once")
            self.say("Each decision is on the central exactly once.")
            return 0
        finally:
            desk.close()


def _picture(desk: Desk, words: Words, path: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from leaddesk.ui.app import picture

    try:
        picture(desk, words, path)
    except OSError as trouble:
        raise StoreTrouble("demo-without-picture", path=str(path)) from trouble
    if not path.is_file() or path.stat().st_size < 10_000:
        raise StoreTrouble("demo-without-picture", path=str(path))


def _print_queue(desk: Desk, words: Words) -> None:
    order, now = desk.order(), desk.clock.now()
    first: dict[Lane, str] = {}
    for row in desk.rows(order.ids):
        first.setdefault(row.lane, row.id)
    counts = {one.lane: one.count for one in order.lanes}
    for lane, lead in first.items():
        row = desk.rows([lead])[0]
        left = words.countdown(row.due, now)
        print(f"{words.label(lane)} ({counts[lane]})")
        print(f"  {row.account}" + (f" · {row.person}" if row.person else "") + (f" · {left}" if left else ""))
        print(f"  {words.phrase(row.reason)} · {row.grade.value} · {words.number(row.score)}")


def _two_to_decide(desk: Desk, ids: tuple[str, ...]) -> tuple[str, str]:
    """The first two leads of the queue that can be accepted and rejected now."""
    found = []
    for lead in ids:
        acts = {act.key: act.enabled for act in desk.card(lead).acts}
        if acts.get("accept") and acts.get("reject"):
            found.append(lead)
        if len(found) == 2:
            return found[0], found[1]
    raise StoreTrouble("demo-lane-empty", lanes="decide")
