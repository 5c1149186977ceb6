"""A real desk over a real keyed store, with some leads and users, for the tests of dialogs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from leaddesk.config.credentials import Credentials
from leaddesk.config.folders import Profile
from leaddesk.config.port import Ids
from leaddesk.config.settings import Settings
from leaddesk.desk.desk import Desk
from leaddesk.desk.rows import Card
from leaddesk.desk.worker import DeskWorkers
from leaddesk.domain.operation import Act, CompanyPart, CreateLead, PersonPart
from leaddesk.domain.plain import pack
from leaddesk.domain.record import FeedRow, Session, User
from leaddesk.domain.words import LeadKind, Role
from leaddesk.store.local.store import LocalStore
from leaddesk.ui.bridge import Bridge, names_of

#: A Tuesday, 13.00 in Helsinki.
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)

ME = User(id="u-me", login="riikka", name="Riikka Salonen", role=Role.ADMIN, teams=("t",))
OTHERS = (
    User(id="u-eero", login="eero", name="Eero Virtanen", role=Role.REP, teams=("t",)),
    User(id="u-asa", login="asa", name="Åsa Öhman", role=Role.MANAGER, teams=("t",)),
)


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        """The present instant."""
        return self.at

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


def make_desk(folder: Path) -> Desk:
    """A signed-in desk over a store of its own."""
    profile = Profile(folder)
    profile.make()
    store = LocalStore.open(profile.store_path, "5a" * 32)
    desk = Desk(store, profile, Credentials(store), StillClock(), Ids(), "passphrase")
    store.set_me(Session(token="", device="d-1", user=ME, tenant="t"))
    rows = [FeedRow(what="user", id=one.id, seq=n, body=pack(one)) for n, one in enumerate((ME, *OTHERS), 1)]
    store.record_pull(rows, "cursor", True, NOW)
    return desk


def add_lead(
    desk: Desk,
    company: str = "Hämeen Konepaja Oy",
    person: str = "Riikka Rantala",
    phone: str = "+358401234567",
    kind: LeadKind = LeadKind.HAND_RAISER,
    business_id: str = "",
) -> str:
    """A lead of a company; its id."""
    ids = desk.ids
    contact = PersonPart(name=person, title="tuotantopäällikkö", phone=phone, email="rr@konepaja.fi")
    act = CreateLead(
        lead=ids.new(),
        person=ids.new() if person else "",
        lead_kind=kind,
        theme="Huoltosopimus",
        channel="web",
        company=CompanyPart(name=company, business_id=business_id, facts=(("employees", "210"),)),
        contact=contact if person else None,
    )
    desk.do(act, ids.new())
    return act.lead


def card_of(desk: Desk, lead: str) -> Card:
    """The card as the window would hold it."""
    return desk.card(lead)


@contextmanager
def bridged(desk: Desk, language: str = "en") -> Iterator[Bridge]:
    """A bridge over the desk with workers of its own, ended on leaving."""
    bridge = Bridge(desk, DeskWorkers(), Settings(language=language), names_of(desk))
    try:
        yield bridge
    finally:
        bridge.close()
        desk.close()


def as_role(desk: Desk, role: Role) -> Desk:
    """The central says that the user has another role."""
    me = replace(ME, role=role)
    desk.store.set_me(Session(token="", device="d-1", user=me, tenant="t"))
    desk.store.record_pull([FeedRow(what="user", id=me.id, seq=9, body=pack(me))], "later", True, NOW)
    return desk


def latest(desk: Desk) -> Act:
    """The act of the latest operation of this desk."""
    return desk.store.own_latest(1)[0][0].act
