"""One schedule: what people and fate do at four desks and a central, all of it drawn from one seed."""

import hashlib
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec

from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, Denied, LeadDeskError, Refusal
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    ObjectionScope,
    RejectReason,
    Role,
)
from tests.simulation import check
from tests.simulation.check import Failure
from tests.simulation.line import STRANGE, Network, client
from tests.simulation.oracle import Oracle
from tests.simulation.world import STAFF, Copy, Died, Office, Station, begun, quick, user_id

Result = TypeVar("Result")

STAFF_ROLES = {login: (user_id(login), role.value, teams) for login, (role, teams) in STAFF.items()}
TEAMS = ("", "north", "south")

#: Fault-free rounds after which everything must be still.
ROUNDS = 3


@dataclass(slots=True)
class Birth:
    """An operation as it stands in the outbox it was born into. ``given_up``: its desk's profile was put back to a copy
    from before."""

    login: str
    n: int
    told: dict[str, Any]
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """What a schedule begins with: the files of the central and of each desk, the oracle's books, and what was born."""

    central: Copy
    desks: dict[str, Copy]
    books: dict[str, Any]
    born: dict[str, Birth]


class Play:
    """A world and what happens in it. ``trace`` is everything that happened, the same for the same seed."""

    office_kind: type[Office] = Office
    network_kind: type[Network] = Network
    station_kind: type[Station] = Station

    def __init__(self, seed: int, actions: int, begun: Begun) -> None:
        self.seed = seed
        self.actions = actions
        self.choose = random.Random(seed)
        self.trace: list[str] = []
        self.office = self.office_kind(begun.central)
        self.network = self.network_kind(self.office, self.choose, self.say)
        self.network.heard = self._heard
        self.oracle = Oracle(STAFF_ROLES)
        self.stations = {login: self._station(login, copy) for login, copy in begun.desks.items()}
        self.born: dict[str, Birth] = {one: replace(birth) for one, birth in begun.born.items()}
        self.oracle.restore(begun.books)
        self.restored = False
        self._pages: tuple[int, ...] = (1_000,)
        self.backups: list[tuple[Any, Any]] = []
        self.profiles: dict[str, tuple[Any, int]] = {}

    def _station(self, login: str, copy: Copy, place: str = "") -> Station:
        central, line = client(login)
        central.page, line.network = lambda: self.choose.choice(self._pages), self.network
        return self.station_kind(login, f"{self.seed}", central, copy, place)

    def fresh(self, login: str) -> Station:
        """A desk that has just signed in and fetched everything."""
        made = self._station(login, begun()[1][login], "fresh")
        made.desk.sync()
        return made

    def close(self) -> None:
        """Close every file."""
        for station in self.stations.values():
            station.close()
        self.office.close()

    def say(self, *words: object) -> None:
        """A line of the trace."""
        self.trace.append(" ".join(map(str, words)))

    # --- the schedule -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """All of it. Raises ``Failure``."""
        choose = self.choose
        self.network.weather = choose.choice((0.0, 0.1, 0.2, 0.4, 0.6))
        self._pages = choose.choice(((1_000,), (1_000, 3), (1_000, 1_000, 40, 10, 1)))
        disasters = choose.random() < 0.5
        plays = [one for one in PLAYS if disasters or one[0] not in DISASTERS]
        for step in range(self.actions):
            self._turn(timedelta(seconds=choose.choice((1, 30, 600, 7_200, 90_000))))
            station = choose.choice(list(self.stations.values()))
            what = choose.choices([one[0] for one in plays], [one[1] for one in plays])[0]
            self.say(step, station.login, what.__name__)
            try:
                what(self, station)
            except Died as died:
                self.say("  killed", died)
                self._killed(station)
            self._lanes_clear(station)
        self._quiet()

    def _turn(self, by: timedelta) -> None:
        for clock in (self.office.clock, *(one.clock for one in self.stations.values())):
            clock.true += by

    def _killed(self, station: Station) -> None:
        station.fate = _lives
        station.kill()
        self.reap(station)
        check.whole(station)

    def _lanes_clear(self, station: Station) -> None:
        station.fate = _lives
        station.desk.lane = _directly

    def _quiet(self) -> None:
        """Nothing goes wrong any more: within three rounds everything must be said and heard."""
        self.say("quiet")
        self.network.weather = 0.0
        self.network.down = False
        self._pages = (1_000,)
        while self.network.flying:
            self.network.deliver_old()
        for _ in range(ROUNDS):
            if not sum([self._sync_out(station) for station in self.stations.values()]):
                break
        for holds in check.HOLDS:
            holds(self)
        for station in self.stations.values():
            held = msgspec.json.encode(check.held(station), order="sorted")
            self.say(station.login, hashlib.sha256(held).hexdigest()[:16])

    def _sync_out(self, station: Station) -> int:
        """Sync, and let go of what the central could not judge, so that what stands behind it goes out. How many
        operations went out."""
        pushed = 0
        while True:
            station.desk.allow_removal()
            pushed += station.desk.sync()[0].pushed
            bad = station.desk.store.attention()
            for one in bad:
                station.desk.attention.dismiss(one.id)
            if not bad:
                return pushed

    # --- the oracle's ears ------------------------------------------------------------------------------------------

    def _heard(self, login: str, batch: Any, answer: Any) -> None:
        must = self.oracle.push(login, [dict(one) for one in batch.operations])
        check.same("the verdicts told", {one.id: one.verdict.value for one in answer.verdicts}, must)

    def last(self, station: Station) -> int:
        """The number of the latest operation born at a desk."""
        return max((one.n for one in self.born.values() if one.login == station.login and not one.given_up), default=0)

    def reap(self, station: Station) -> list[str]:
        """Write down what has been born at a desk since last asked; the new ids."""
        last = self.last(station)
        rows = station.rows(f"SELECT id, n, body FROM outbox WHERE n > {last} ORDER BY n")
        for number, (one, n, body) in enumerate(rows):
            check.same("the device's number", n, last + number + 1)
            self.born[one] = Birth(station.login, n, msgspec.json.decode(body))
        return [one for one, _, _ in rows]

    def do(self, station: Station, act: op.Act, account: str = "") -> None:
        """An act, where the desk lets it."""
        try:
            done = station.desk.do(act, account)[0].op
        except (Refusal, Denied, BadInput) as no:
            self.say("  no", act.kind, no.key)
            return
        new = self.reap(station)
        check.same("what was born", new, [done])
        self.say("  did", act.kind, done[-6:])


def _lives(where: str) -> None:
    """Nothing happens."""


def _directly(work: Callable[[], Result]) -> Result:
    return work()


# --- what people do -------------------------------------------------------------------------------------------------


def _created(play: Play, station: Station, number: int) -> op.CreateLead:
    kind = play.choose.choice((LeadKind.HAND_RAISER, LeadKind.HAND_RAISER, LeadKind.OUTBOUND))
    return op.CreateLead(
        lead=station.ids.new(),
        person=station.ids.new(),
        lead_kind=kind,
        company=op.CompanyPart(name=f"Yritys {number} Oy", phone=play.choose.choice(("", "+35891234"))),
        contact=op.PersonPart(name="Aino", phone=f"+35850{number:07}"),
    )


def act(play: Play, station: Station) -> None:
    """Somebody does one thing, wise or not; now and then the process ends on the way."""
    choose = play.choose
    if choose.random() < 0.04:
        station.fate = _after(choose.randrange(2))
    if choose.random() < 0.06:
        play.do(station, _created(play, station, choose.randrange(99)), station.ids.new())
        return
    leads = station.rows(
        "SELECT l.id, l.account, l.person FROM leads l JOIN accounts a ON a.id = l.account ORDER BY l.id"
    )
    if leads:
        lead, account, person = choose.choice(leads)
        play.do(station, _on_lead(play, station, lead, account, person), account)


def bring(play: Play, station: Station) -> None:
    """Somebody imports a small list, of companies that others import too."""
    rows = tuple(
        op.Row(
            number=number,
            company=op.CompanyPart(name=play.choose.choice(("Tuotu Oy", "Tuotu Oyj")), external_id=company),
            person=op.PersonPart(name="Eero", external_id=f"{company}-{play.choose.randrange(2)}"),
        )
        for number in range(play.choose.randrange(1, 4))
        for company in (f"c{play.choose.randrange(4)}",)
    )
    play.do(station, op.ImportRows(import_id=station.ids.new(), file="f.csv", source_name="s", rows=rows))


def _on_lead(play: Play, station: Station, lead: str, account: str, person: str) -> op.Act:
    choose = play.choose
    later = station.clock.now() + timedelta(days=choose.randrange(1, 9))
    everybody = [user_id(login) for login in STAFF]
    acts: list[tuple[int, Callable[[], op.Act]]] = [
        (10, lambda: op.Note(lead=lead, text=f"muistiinpano {choose.randrange(999)}")),
        (8, lambda: op.LogCall(lead=lead, outcome=choose.choice(tuple(CallOutcome)), until=later)),
        (6, lambda: op.Take(lead=lead)),
        (6, lambda: op.Accept(lead=lead, bant=((BantElement.NEED, BantValue.YES),))),
        (3, lambda: op.Reject(lead=lead, reason=choose.choice((RejectReason.BUDGET, RejectReason.DUPLICATE)))),
        (5, lambda: op.HandOver(lead=lead, to=choose.choice(everybody))),
        (3, lambda: op.ReturnToNurture(lead=lead, until=later)),
        (6, lambda: _team(play, station, account, choose.choice(TEAMS))),
        (8, lambda: _fact(play, station, account, person)),
        (2, lambda: op.Snooze(lead=lead, until=later)),
        (2, lambda: op.Callback(lead=lead, at_time=choose.choice((later, None)))),
        (3, lambda: op.Answer(lead=lead, question="bant.budget", value=choose.choice(("yes", "no")))),
        (1, lambda: op.SetStage(lead=lead, stage=choose.choice(tuple(BuyingStage)))),
        (2, lambda: op.BookMeeting(lead=lead, starts=later)),
        (1, lambda: op.LogMeeting(lead=lead, held=station.clock.now())),
        (2, lambda: op.Won(lead=lead)),
        (1, lambda: op.Lost(lead=lead)),
        (4, lambda: op.Objection(lead=lead, scope=choose.choice(tuple(ObjectionScope)))),
        (1, lambda: op.CreateLead(lead=station.ids.new(), person=person, lead_kind=LeadKind.HAND_RAISER)),
    ]
    if STAFF[station.login][0] is Role.MANAGER:
        acts += [
            (8, lambda: op.Offer(lead=lead)),
            (8, lambda: op.Assign(lead=lead, owner=choose.choice(everybody))),
            (12, lambda: _team(play, station, account, choose.choice(TEAMS))),
            (4, lambda: _revocation(play, station, account)),
        ]
    return choose.choices([one for _, one in acts], [weight for weight, _ in acts])[0]()


def _team(play: Play, station: Station, account: str, team: str) -> op.Act:
    ((was,),) = station.rows(f"SELECT team FROM accounts WHERE id = '{account}'")
    return op.SetFact(key="team", value=team, was=was)


def _fact(play: Play, station: Station, account: str, person: str) -> op.Act:
    """Something said of the company or the person, by somebody who sees what this desk shows."""
    choose = play.choose
    about = choose.choice(("", person)) if person else ""
    key = choose.choice(("name", "phone", "email") if about else ("name", "phone", "email", "tier", "city"))
    value = choose.choice({"phone": ("+35891234", "+35850123", "")}.get(key, ("a", "b", "c")))
    was = ""
    if key != "city":
        table, one = ("persons", about) if about else ("accounts", account)
        ((was,),) = station.rows(f"SELECT {key} FROM {table} WHERE id = '{one}'")
    return op.SetFact(key=key, value=value, was=was, person=about)


def _revocation(play: Play, station: Station, account: str) -> op.Act:
    objections = [
        one["id"]
        for (text,) in station.rows("SELECT objections FROM accounts UNION ALL SELECT objections FROM persons")
        for one in msgspec.json.decode(text)
        if one["id"] in play.born and play.born[one["id"]].told["account"] == account
    ]
    return op.RevokeObjection(objection=min(objections, default="none"), reason="asked for it")


def undo(play: Play, station: Station) -> None:
    """Somebody takes back the latest act."""
    try:
        done = station.desk.undo()[0].op
    except (Refusal, Denied) as no:
        play.say("  no undo", no.key)
        return
    check.same("what was born", play.reap(station), [done])
    play.say("  undone", done[-6:])


def attend(play: Play, station: Station) -> None:
    """Somebody looks into the tray and does one thing of it again, or lets it go."""
    tray = station.desk.store.attention()
    if not tray:
        return
    one = play.choose.choice(tray)
    if one.reason != "unreadable-operation" and play.choose.random() < 0.5:
        try:
            station.desk.attention.retry(one.id)
            play.say("  again", one.id[-6:], len(play.reap(station)))
        except (Refusal, Denied) as no:
            play.say("  not again", no.key)
    else:
        station.desk.attention.dismiss(one.id)
        play.say("  dismissed", one.id[-6:])


def sync(play: Play, station: Station) -> None:
    """A desk syncs over the line as it is, while somebody goes on working; now and then the process ends on the
    way."""
    choose = play.choose
    if station.offline:
        return
    if choose.random() < 0.1:
        station.fate = _after(choose.randrange(8))
    if choose.random() < 0.4:
        station.desk.lane = _busy(play, station)
    last = play.last(station)
    try:
        result, _ = station.desk.sync()
    except LeadDeskError as trouble:
        play.say("  trouble", trouble.key)
        return
    finally:
        play._lanes_clear(station)
    play.say("  synced", result.pushed, result.pulled, result.refused, result.waiting)
    check.whole(station)
    check.emptied(station, last)
    check.synced(station, play.oracle)


def _busy(play: Play, station: Station) -> Callable[[Callable[[], Any]], Any]:
    """Between the steps of a sync somebody works on."""

    def lane(work: Callable[[], Any]) -> Any:
        if play.choose.random() < 0.2:
            act(play, station)
        return work()

    return lane


def _after(steps: int) -> Callable[[str], None]:
    """The process ends at the step after so many."""
    left = iter(range(steps))

    def fate(where: str) -> None:
        if next(left, None) is None:
            raise Died(where)

    return fate


# --- what fate does -------------------------------------------------------------------------------------------------


def strange(play: Play, station: Station) -> None:
    """A newer program does something that this central cannot read."""
    leads = station.rows("SELECT id, account FROM leads ORDER BY id")
    if leads:
        lead, account = play.choose.choice(leads)
        play.do(station, op.Note(lead=lead, text=STRANGE), account)


def kill(play: Play, station: Station) -> None:
    """The process ends between two acts."""
    raise Died("between two acts")


def go_offline(play: Play, station: Station) -> None:
    """A desk is taken along on a journey, or comes back."""
    station.offline = not station.offline


def close_central(play: Play, station: Station) -> None:
    """The central is down for a while, or up again."""
    play.network.down = not play.network.down


def kill_central(play: Play, station: Station) -> None:
    """The central's process ends and is begun again."""
    play.office.kill()


def turn_clock(play: Play, station: Station) -> None:
    """A clock is set, ahead or back, by up to ten years."""
    days = play.choose.choice((1 / 24, 3, 400, 3_650))
    clock = play.choose.choice((station.clock, station.clock, station.clock, play.office.clock))
    clock.skew = timedelta(seconds=int(play.choose.uniform(-days, days) * 86_400))
    play.say("  skew", clock.skew)


def old_request(play: Play, station: Station) -> None:
    """Something sent long ago comes once more."""
    play.network.deliver_old()


def change_teams(play: Play, station: Station) -> None:
    """A manager moves somebody to another team."""
    login = play.choose.choice(("rep", "north", "phone"))
    teams = play.choose.choice(((), ("north",), ("south",), ("north", "south")))
    play.office.change_teams(user_id(login), teams)
    one, role, _ = play.oracle.staff[login]
    play.oracle.staff[login] = one, role, teams
    play.say("  teams", login, *teams)


def back_up(play: Play, station: Station) -> None:
    """A copy of the central is made."""
    play.backups.append((play.office.copy(), play.oracle.snapshot()))


def restore(play: Play, station: Station) -> None:
    """The central is put back to a copy, with a word or without."""
    if not play.backups:
        return
    copy, snapshot = play.choose.choice(play.backups)
    declared = play.choose.random() < 0.5
    play.office.restore(copy, declared)
    play.oracle.restore(snapshot)
    play.restored = True
    play.say("  restored", "declared" if declared else "silently")


def copy_profile(play: Play, station: Station) -> None:
    """Somebody copies a profile."""
    last = play.last(station)
    play.profiles[station.login] = (station.copy(), last)


def put_profile_back(play: Play, station: Station) -> None:
    """A profile is put back to its old copy; what was born since and not yet sent is its owner's loss."""
    if station.login not in play.profiles:
        return
    copy, last = play.profiles[station.login]
    station.put_back(copy)
    for birth in play.born.values():
        if birth.login == station.login and birth.n > last:
            birth.given_up = True
    play.say("  put back to", last)


#: What may happen, and how often beside the others.
PLAYS: list[tuple[Callable[[Play, Station], None], float]] = [
    (act, 55),
    (sync, 25),
    (bring, 2),
    (undo, 4),
    (attend, 3),
    (strange, 1.5),
    (kill, 2),
    (go_offline, 2),
    (close_central, 0.6),
    (kill_central, 1),
    (turn_clock, 2),
    (old_request, 1),
    (change_teams, 2),
    (back_up, 3),
    (restore, 2.5),
    (copy_profile, 1),
    (put_profile_back, 0.7),
]

#: What half of the schedules go without, so that they are held to the letter.
DISASTERS = {back_up, restore, copy_profile, put_profile_back}


# --- one schedule, from its seed ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a schedule ended: the hash of its trace, the trace, and what failed ("" for nothing)."""

    digest: str
    trace: list[str]
    failure: str = ""


@cache
def opened() -> Begun:
    """A morning: everybody is signed in and knows of three leads. Made once a process."""
    central, desks = begun()
    books = Oracle(STAFF_ROLES).snapshot()
    with quick():
        return _morning(Play(0, 0, Begun(central, desks, books, {})))


def _morning(one: Play) -> Begun:
    try:
        manager = one.stations["manager"]
        for number in range(3):
            one.do(manager, _created(one, manager, number), manager.ids.new())
        for station in one.stations.values():
            station.desk.sync()
        copies = {login: station.copy() for login, station in one.stations.items()}
        return Begun(one.office.copy(), copies, one.oracle.snapshot(), one.born)
    finally:
        one.close()


@cache
def length(seed: int) -> int:
    """How many actions the schedule of a seed has where nobody says: 20 to 200, short ones more often."""
    return round(20 * 10 ** random.Random(f"length {seed}").random())


def play(seed: int, actions: int = 0) -> Outcome:
    """Play one schedule in memory."""
    begun = opened()
    with quick():
        return ended(Play(seed, actions or length(seed), begun))


def ended(one: Play) -> Outcome:
    """A schedule played to its end. What is no ``Failure`` of a check but an error of the product is one, too."""
    failure = ""
    try:
        one.run()
    except Failure as told:
        failure = str(told)
    except Exception:
        failure = traceback.format_exc()
    finally:
        one.close()
    digest = hashlib.sha256("\n".join(one.trace).encode()).hexdigest()
    return Outcome(digest, one.trace, failure)
