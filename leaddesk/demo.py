"""The demonstration: a central on loopback, fictive companies with a past, a salesperson's desk over them.

Everything is real but the companies: the central is a child process, the past is written through desks whose clock is
turned back, and the salesperson's desk is an ordinary profile. With a display the window opens; without one the same
work is done in text, and the exit code says whether the central has each decision exactly once.
"""

import os
import random
import secrets
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from leaddesk.config.folders import HOME, Profile
from leaddesk.config.key import PASSPHRASE
from leaddesk.config.port import Ids, SystemClock
from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.errors import StoreTrouble, Unreachable
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    CallOutcome,
    Lane,
    LeadKind,
    LeadState,
    RejectReason,
    Role,
    Telephony,
)
from leaddesk.intake import fictive
from leaddesk.intake.vocabulary import role_of_title
from leaddesk.pages.words import Words
from leaddesk.server import admin

#: The salesperson whose desk it is.
NAME, LOGIN = "Aino Salo", "aino"

_THEMES = ("Energiaopas", "Kunnossapidon tarkistuslista", "Toimitusketjun riskit", "Hinnoittelun työkirja")
_ASKED = (
    "Voisitteko soittaa tällä viikolla? Meillä on kilpailutus alkamassa.",
    "Haluaisimme tarjouksen kahdesta toimipisteestä.",
    "Mitä käyttöönotto maksaa 40 hengen yritykselle?",
)
_NOTES = (
    "Nykyinen toimittaja hoitaa kunnossapidon, sopimus vuoden loppuun. Hinta ei ole ongelma, vasteaika on.",
    "Kiinnostunut, mutta budjetti varmistuu vasta johtoryhmän jälkeen.",
    "Pyysi materiaalia ensin. Lähetetty opas, palataan.",
    "Puhelinvaihde, ei yhdistänyt.",
)


class Turned:
    """A clock that stands where it is put, and tells the present where it is not."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def now(self) -> datetime:
        """The instant it was put to, else the present."""
        return self.at if self.at is not None else datetime.now(UTC)


class CentralChild:
    """The central as a process of its own, on a port that stays the same when it comes back."""

    def __init__(self, url: str) -> None:
        self._database = url
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it listens. Raises ``StoreTrouble`` where it does not come up."""
        command = [*program(), "serve", "--db", self._database, "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if "http://" not in line:
            self.stop()
            raise StoreTrouble("central-does-not-start", why=line.strip())
        self.url = line.strip().rpartition(" ")[2]
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """End it and wait until it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None


def program() -> list[str]:
    """How this program is started again as a child."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "leaddesk"]


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


def has_display() -> bool:
    """Whether a window could be shown to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    return (
        bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        or os.environ.get("QT_QPA_PLATFORM") == "vnc"
    )


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """The demonstration's own profile and passphrase, and the user's own put back afterwards."""
    before = {name: os.environ.get(name) for name in (HOME, PASSPHRASE)}
    os.environ[HOME] = str(folder / "desk")
    os.environ[PASSPHRASE] = secrets.token_urlsafe(24)
    try:
        yield
    finally:
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
        users = {
            login: admin.add_user(self._database, login, role, passwords[login], name=name)
            for login, role, name in (
                ("marko", Role.MARKETER, "Marko Niemi"),
                (LOGIN, Role.REP, NAME),
                ("tero", Role.TELEMARKETER, "Tero Laine"),
            )
        }
        self.central.start()
        self.say("The central listens at {url}.", url=self.central.url)
        past = Past(users[LOGIN].id, leads)
        with self._desk("marketer", "marko", passwords, past.clock) as marketer:
            past.marketing(marketer)
            marketer.sync()
        with self._desk("phone", "tero", passwords, past.clock) as caller:
            caller.sync()
            past.calling(caller)
            caller.sync()
        with self._desk("desk", LOGIN, passwords, past.clock) as desk:
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
    def _desk(self, folder: str, login: str, passwords: dict[str, str], clock: Turned) -> Iterator[Desk]:
        desk = Desk.open(Profile(self._folder / folder), clock, Ids())
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
                    lead=one, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=_NOTES[0], seconds=214
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
            self.central.start()
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

    picture(desk, words, path)
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


# --- the past ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Customer:
    """One fictive company of the demonstration with the person there."""

    company: fictive.FictiveCompany
    person: fictive.FictivePerson
    part: str


#: What becomes of a company, one after the other; the rest is "plain".
_PARTS = (
    "asks", "offered", "attempt", "callback", "silent", "ready", "window", "early", "asks", "offered", "attempt", "accepted",
    "meeting", "snoozed", "rejected", "silent", "ready", "offered", "nurture", "callback", "window", "early", "objects",
    "handed", "handed",
)  # fmt: skip


class Past:
    """What marketing, the telemarketer and the salesperson did before now, as operations of theirs."""

    def __init__(self, rep: str, leads: int) -> None:
        self.clock = Turned()
        self._rep = rep
        self._now = datetime.now(UTC)
        self._chance = random.Random(20)
        made = fictive.companies(leads, 1)
        self._customers = [
            _Customer(one, fictive.people(one)[0], _PARTS[index] if index < len(_PARTS) else "plain")
            for index, one in enumerate(made)
        ]

    def _put(self, days: float = 0.0, minutes: float = 0.0) -> datetime:
        self.clock.at = self._now - timedelta(days=days, minutes=minutes)
        return self.clock.at

    def _leads(self, desk: Desk, part: str) -> list[str]:
        wanted = [one for one in self._customers if one.part == part]
        found = []
        for one in wanted:
            found.extend(desk.search(one.company.business_id, 1))
        return [row.id for row in found]

    # --- marketing ----------------------------------------------------------------------------------------------------

    def marketing(self, desk: Desk) -> None:
        """Lists bought, behaviour seen, leads offered."""
        early = [one for one in self._customers if one.part == "early"]
        later = [one for one in self._customers if one.part != "early"]
        self._put(days=45)
        self._import(desk, "asiakkaat.csv", early)
        self._put(days=40)
        self._import(desk, "tamrekisteri.csv", later)
        for index, lead in enumerate(self._leads(desk, "offered")):
            self._put(minutes=35 + 50 * index)
            desk.do(op.Offer(lead=lead, owner=self._rep))
        for part, days in (("attempt", 5), ("callback", 4), ("accepted", 9), ("meeting", 6), ("rejected", 8)):
            for lead in self._leads(desk, part):
                self._put(days=days)
                desk.do(op.Offer(lead=lead, owner=self._rep))
        self._put(minutes=24)
        self._import(
            desk, "yhteydenotot.csv", [one for one in self._customers if one.part == "asks"], LeadKind.HAND_RAISER
        )
        self._put()
        self._behaviour(desk)
        self.clock.at = None

    def _import(self, desk: Desk, file: str, customers: list[_Customer], asked: LeadKind | None = None) -> None:
        rows = []
        for number, one in enumerate(customers, 2):
            company, person = one.company, one.person
            facts = (
                ("municipality", company.municipality), ("postcode", company.postcode), ("industry", company.industry_code),
                ("industry_text", company.industry), ("legal_form", company.form), ("employees", str(company.employees)),
                ("revenue_eur", str(company.revenue)), ("website", company.website),
            )  # fmt: skip
            if one.part == "window":
                contract = (self._now + timedelta(days=9 + number)).date().isoformat()
                facts += (("contract_ends", contract),)
            verified = one.part in ("offered", "attempt", "callback", "accepted", "meeting", "rejected")
            kind = asked or (LeadKind.VERIFIED if verified else LeadKind.OUTBOUND)
            rows.append(
                op.Row(
                    number=number,
                    company=op.CompanyPart(
                        external_id=company.business_id, name=company.name, business_id=company.business_id,
                        tier="A" if one.part == "early" else "", phone=company.phone, facts=facts,
                    ),
                    person=op.PersonPart(
                        external_id=person.email, name=person.name, title=person.title, email=person.email,
                        phone=person.phone, role=role_of_title(person.title),
                    ),
                    lead=op.LeadPart(
                        external_id=company.business_id, lead_kind=kind, theme=self._chance.choice(_THEMES),
                        channel="verkkolomake" if asked else "lista",
                    ),
                )
            )  # fmt: skip
        self._perform(desk, file, rows)

    def _behaviour(self, desk: Desk) -> None:
        rows = []
        for one in self._customers:
            for event, days, text in self._events(one):
                at = self._office_hours(self._now - timedelta(days=days))
                rows.append(
                    op.Row(
                        number=len(rows) + 2,
                        company=op.CompanyPart(external_id=one.company.business_id),
                        person=op.PersonPart(external_id=one.person.email),
                        lead=op.LeadPart(external_id=one.company.business_id),
                        event=op.EventPart(
                            external_id=f"{one.company.business_id}/{event}/{days:.4f}", event=event, at=at, text=text
                        ),
                    )
                )
        rows.sort(key=lambda row: row.event.at if row.event is not None else self._now)
        self._perform(desk, "sivusto.csv", [replace(row, number=number) for number, row in enumerate(rows, 2)])

    def _office_hours(self, at: datetime) -> datetime:
        """The instant moved into a day's work, unless it is of today."""
        return at if self._now - at < timedelta(days=1) else at.replace(hour=6 + int(self._chance.random() * 9))

    def _events(self, one: _Customer) -> list[tuple[str, float, str]]:
        chance, days = self._chance, self._chance.uniform
        theme = chance.choice(_THEMES)
        if one.part == "silent":
            return [("touch-out", days(1, 20), theme) for _ in range(4)]
        if one.part == "early":
            return [("site-visit", days(2, 12), "/referenssit")]
        seen = [("site-visit", days(0.2, 25), chance.choice(("/hinnasto", "/referenssit", "/palvelut")))]
        if one.part in ("ready", "offered", "attempt", "callback", "accepted", "meeting"):
            seen += [
                ("guide-download", days(0.5, 6), theme), ("guide-download", days(7, 12), chance.choice(_THEMES)),
                ("price-page", days(0.3, 4), "/hinnasto"), ("webinar", days(5, 15), theme), ("trial-request", days(1, 3), ""),
            ]  # fmt: skip
        if one.part == "asks":
            seen.append(("contact-request", days(0.004, 0.02), chance.choice(_ASKED)))
        if one.part == "plain":
            if chance.random() < 0.45:
                seen.append(("guide-download", days(2, 40), theme))
            if chance.random() < 0.5:
                seen += [("touch-out", days(1, 28), theme), ("email-open", days(1, 28), theme)]
            if chance.random() < 0.3:
                return []
        return seen

    def _perform(self, desk: Desk, file: str, rows: list[op.Row]) -> None:
        import_id = desk.ids.new()
        for start in range(0, len(rows), 500):
            act = op.ImportRows(
                import_id=import_id, file=file, source_name="demo", rows=tuple(rows[start : start + 500])
            )
            done = desk.perform(act, "")
            if done.refused:
                raise StoreTrouble("demo-row-refused", why=str(done.refused[0][1].reason))

    # --- sales --------------------------------------------------------------------------------------------------------

    def calling(self, desk: Desk) -> None:
        """What the telemarketer heard and handed over."""
        for lead in self._leads(desk, "window"):
            self._put(days=3)
            desk.do(op.Note(lead=lead, text=_NOTES[0]))
            desk.do(
                op.Answer(
                    lead=lead,
                    question="current_supplier",
                    value="competitor",
                    text="Nykyinen kumppani, jo kolmas vuosi.",
                )
            )
        for lead in self._leads(desk, "handed"):
            self._put(days=1)
            desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=_NOTES[2]))
            desk.do(op.Answer(lead=lead, question="supplier_satisfaction", value="so-so"))
            desk.do(op.HandOver(lead=lead, to=self._rep, text="Päättäjä tavoitettu, kiinnostus hereillä."))
        self.clock.at = None

    def selling(self, desk: Desk) -> None:
        """What the salesperson did in the last days."""
        no_answer = op.LogCall(lead="", outcome=CallOutcome.NO_ANSWER, telephony=Telephony.UNANSWERED)
        for lead in self._leads(desk, "attempt"):
            self._put(days=4.6)
            desk.do(op.Take(lead=lead))
            desk.do(replace(no_answer, lead=lead, note=_NOTES[3]))
        for index, lead in enumerate(self._leads(desk, "callback")):
            self._put(days=3.5)
            desk.do(op.Take(lead=lead))
            promised = self._now + timedelta(minutes=7 + 4 * index)
            desk.do(
                op.LogCall(
                    lead=lead,
                    outcome=CallOutcome.CALL_BACK,
                    telephony=Telephony.ANSWERED,
                    note=_NOTES[1],
                    until=promised,
                )
            )
        for lead in self._leads(desk, "accepted"):
            self._put(days=8.5)
            desk.do(op.Take(lead=lead))
            desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=_NOTES[2]))
            desk.do(op.Accept(lead=lead, bant=((BantElement.NEED, BantValue.YES), (BantElement.TIMING, BantValue.YES))))
        for lead in self._leads(desk, "meeting"):
            self._put(days=5)
            desk.do(op.Take(lead=lead))
            desk.do(op.BookMeeting(lead=lead, starts=self._now + timedelta(days=2), place="Teams"))
        for lead in self._leads(desk, "rejected"):
            self._put(days=7)
            desk.do(op.Reject(lead=lead, reason=RejectReason.NEED, text="Hankinta tehty viime kuussa muualta."))
        for part, act in (
            ("snoozed", lambda lead: op.Snooze(lead=lead, until=self._now + timedelta(days=3))),
            ("nurture", lambda lead: op.ReturnToNurture(lead=lead, until=self._now + timedelta(days=60))),
            ("objects", lambda lead: op.Objection(lead=lead, how="Pyysi puhelimessa, ettei soiteta.")),
        ):
            self._each(desk, part, act)
        self.clock.at = None

    def _each(self, desk: Desk, part: str, act: Callable[[str], op.Act]) -> None:
        for lead in self._leads(desk, part):
            self._put(days=2)
            desk.do(act(lead))
