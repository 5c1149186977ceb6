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
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.words import Role
from tests.simulation import check
from tests.simulation.check import Failure
from tests.simulation.fate import DISASTERS, PLAYS, SINCE
from tests.simulation.line import Network, client
from tests.simulation.oracle import Oracle
from tests.simulation.people import created
from tests.simulation.world import STAFF, Copy, Died, Office, Station, begun, quick, user_id

Result = TypeVar("Result")

STAFF_ROLES = {login: (user_id(login), role.value, teams) for login, (role, teams) in STAFF.items()}

#: The first schedule in which happens what the simulator has learnt since it found its first bugs: those below go as
#: they went then, and find them again.
LATER = 10_000

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
        self.later = seed >= LATER
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
        #: Persons and leads that were ever erased, whatever a restore may have brought back since.
        self.erased: set[str] = set()
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
        plays = [one for one in PLAYS + SINCE * self.later if disasters or one[0] not in DISASTERS]
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
            self.lanes_clear(station)
        self._quiet()

    def _turn(self, by: timedelta) -> None:
        for clock in (self.office.clock, *(one.clock for one in self.stations.values())):
            clock.true += by

    def _killed(self, station: Station) -> None:
        station.fate = _lives
        station.kill()
        self.reap(station)
        check.whole(station)

    def lanes_clear(self, station: Station) -> None:
        """Nobody dies at this desk and nobody works beside its sync."""
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
        told = [(one["account"], one["n"]) for one in batch.operations if one["kind"] != "objection"]
        check.same(f"the order of {login}'s operations by account", _by_account(told), _by_account(sorted(told)))
        must = self.oracle.push(login, [dict(one) for one in batch.operations])
        self.erased |= self.oracle.bars.ids
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


def _by_account(told: list[tuple[str, int]]) -> dict[str, list[int]]:
    return {account: [n for one, n in told if one == account] for account, _ in told}


def _lives(where: str) -> None:
    """Nothing happens."""


def _directly(work: Callable[[], Result]) -> Result:
    return work()


# --- one schedule, from its seed ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a schedule ended: the hash of its trace, the trace, and what failed ("" for nothing)."""

    digest: str
    trace: list[str]
    failure: str = ""


@cache
def opened(later: bool = False) -> Begun:
    """A morning: everybody is signed in and knows of three leads; ``later`` the manager is administrator too. Made once
    a process."""
    central, desks = begun()
    books = Oracle(STAFF_ROLES).snapshot()
    with quick():
        return _morning(Play(LATER * later, 0, Begun(central, desks, books, {})))


def _morning(one: Play) -> Begun:
    try:
        manager = one.stations["manager"]
        if one.later:
            one.office.promote(manager.user)
            one.oracle.staff["manager"] = manager.user, Role.ADMIN.value, ()
        for number in range(3):
            one.do(manager, created(one, manager, number), manager.ids.new())
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
    begun = opened(seed >= LATER)
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
