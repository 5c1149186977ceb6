"""A profile with many leads and a long past, for the benchmarks: made once, kept in a temporary folder.

Fictive companies, their persons as leads, and ten events and activities a lead on average, skewed as in life. All of it
is operations that ``domain.apply`` has applied, written by the store's own writers, so that every row, key, word and
line of history is what the product itself would have kept.
"""

import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from operator import itemgetter
from pathlib import Path

from leaddesk.config.folders import Profile
from leaddesk.config.key import PASSPHRASE, store_key
from leaddesk.config.port import Ids
from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.plain import pack
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import Entry, FeedRow, Session, User
from leaddesk.domain.words import CallOutcome, LeadKind, Role, Source
from leaddesk.domain.workset import Workset
from leaddesk.intake import fictive
from leaddesk.intake.vocabulary import role_of_title
from leaddesk.store.form import operation_text
from leaddesk.store.local import view
from leaddesk.store.local.store import LocalStore
from tests.store.hands import only_connection

PASSWORD = "a bench is not a secret"
ROOT = Path(__file__).resolve().parents[2]

#: The signed-in user, and somebody else who owns some leads.
ME = User(id="user-me", login="me", name="Aino Virtanen", role=Role.REP)
OTHER = User(id="user-other", login="other", name="Väinö Lahti", role=Role.REP)

#: Events and activities of one lead: ten on average, most leads fewer.
_LINES = (2, 2, 3, 4, 6, 9, 14, 40)

#: What happens, as often as it stands here.
_EVENTS = (
    *("email-open",) * 30, *("touch-out",) * 25, *("site-visit",) * 25, *("email-click",) * 8,
    *("guide-download",) * 3, *("price-page",) * 3, *("webinar",) * 3, *("careers-page",) * 2, "trial-request",
)  # fmt: skip
_ACTIVITIES = ("call", "email", "meeting")
_CALLS = (*(CallOutcome.NO_ANSWER,) * 6, *(CallOutcome.REACHED,) * 3, CallOutcome.CALL_BACK)
_THEMES = ("lämpöpumput", "huoltosopimus", "valaistus", "varastoautomaatio", "kyberturva", "pilvisiirto", "")

#: Words of notes; those first are the most common.
WORDS = (
    "soitin asiakkaalle hän oli kokouksessa palaan asiaan ensi viikolla kertoi budjetista tarjous nykyinen toimittaja "
    "sopimus päättyy keväällä kiinnostunut mutta kiire lähetin esitteen sähköpostilla päätöksen tekee johtaja "
    "investointi siirtyi syksyyn kilpailuttavat kolme hinta ratkaisee laatu tärkeä käynti tehtaalla sovittu "
    "vastaaja jätin viestin vaihde yhdisti väärin uusi yhteyshenkilö aloittaa huoltokatko pilotti käynnissä referenssit"
).split()
_CUMULATED = [sum(1000 // (place + 3) for place in range(end + 1)) for end in range(len(WORDS))]

#: Companies written in one transaction.
_SLICE = 250


def profile_of(leads: int) -> Profile:
    """The kept profile with so many leads, made where this program has not made it yet."""
    os.environ[PASSPHRASE] = PASSWORD
    kept = Path(tempfile.gettempdir()) / "leaddesk-bench"
    folder = kept / f"{leads}-{_key()}"
    if not folder.exists():
        for old in kept.glob(f"{leads}-*"):
            shutil.rmtree(old)
        part = kept / f"part-{os.getpid()}"
        try:
            make(Profile(part), leads)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Profile(folder)


def _key() -> str:
    """Of everything that decides what the store holds."""
    digest = hashlib.sha256()
    rooms = ("leaddesk/domain", "leaddesk/store", "leaddesk/intake", "migrations/local", "resources/fictive")
    files = sorted(one for room in rooms for one in (ROOT / room).rglob("*") if one.suffix in (".py", ".csv"))
    for one in (*files, Path(__file__)):
        digest.update(one.read_bytes())
    return digest.hexdigest()[:16]


def make(profile: Profile, leads: int) -> None:
    """Make a profile with so many leads, as of now."""
    os.environ[PASSPHRASE] = PASSWORD
    store = LocalStore.open(profile.path / profile.store_path.name, store_key(profile).key)
    try:
        now = datetime.now(UTC)
        store.record_pull(
            [FeedRow(what="user", id=one.id, seq=1, body=pack(one)) for one in (ME, OTHER)], "bench", True, now
        )
        store.set_me(Session(token="", device="device-bench", user=ME, tenant="bench"))
        # Nobody answers at this address: the desk is offline.
        store.set_meta("central", "http://127.0.0.1:9")
        store.set_meta("token", "bench")
        _fill(store, leads, now)
    finally:
        store.close()


def _fill(store: LocalStore, leads: int, now: datetime) -> None:
    connection = only_connection(store)
    # While it is made it may be lost; the file as it is left is whole.
    connection.execute("PRAGMA synchronous=OFF")
    policies = Policies({1: default_policy()})
    positions = count(1)
    for operations in _past(leads, now):
        work = Workset(policies, {})
        changed = view.Changed()
        entries: list[tuple[Entry, str]] = []
        homes: dict[str, tuple[str, str]] = {}
        for one in operations:
            if isinstance(one.act, op.Note | op.LogCall):
                # They name their lead by its outside id until it is known here.
                homes = homes or _homes(work)
                account, lead = homes[one.act.lead]
                one = replace(one, account=account, act=replace(one.act, lead=lead))
            done = work.run(one)
            changed.take(done, work.states)
            position = next(positions)
            entries += [(Entry(row, position), operation_text(row)) for row, _ in done.applied]
        with store._file.write() as unit:
            view.write_rows(unit, changed, {}, work.states, policies, now)
            view.write_entries(unit, entries)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA synchronous=FULL")


def _homes(work: Workset) -> dict[str, tuple[str, str]]:
    """Account and lead by the lead's outside id."""
    leads = (lead for state in work.states.values() for lead in state.leads.values())
    return {ref.id: (lead.account, lead.id) for lead in leads for ref in lead.refs}


def _past(leads: int, now: datetime) -> Iterator[list[op.Operation]]:
    """The operations of some companies after another, each oldest first."""
    chance = random.Random(20261124)
    ids = Ids()
    left = leads
    companies = iter(fictive.companies(leads, 7))
    while left > 0:
        customers = []
        for company in islice(companies, _SLICE):
            people = fictive.people(company, 7)[:left]
            left -= len(people)
            customers.append((company, people))
            if not left:
                break
        yield list(_operations(customers, chance, ids, now))


Customers = list[tuple[fictive.FictiveCompany, list[fictive.FictivePerson]]]


def _operations(customers: Customers, chance: random.Random, ids: Ids, now: datetime) -> Iterator[op.Operation]:
    def born(act: op.Act, at: datetime, by: str = ME.id) -> op.Operation:
        return op.Operation(id=ids.new(), act=act, account="", at=at, by=by, device="device-past")

    bought = list(_rows(customers, chance, now))
    for start in range(0, len(bought), 500):
        rows = tuple(bought[start : start + 500])
        yield born(_import("rekisteri.csv", Source.PURCHASED, rows), now - timedelta(days=120), "user-marketing")
    happened = sorted(
        (one for company, people in customers for person in people for one in _happened(company, person, chance, now)),
        key=itemgetter(0),
    )
    told = [one for _, one in happened if isinstance(one, op.Row)]
    for start in range(0, len(told), 500):
        rows = tuple(told[start : start + 500])
        yield born(_import("tapahtumat.csv", Source.BEHAVIOUR, rows), now - timedelta(minutes=60), "user-marketing")
    for at, act in happened:
        if not isinstance(act, op.Row):
            yield born(act, at, OTHER.id if chance.random() < 0.1 else ME.id)


def _import(file: str, source: Source, rows: tuple[op.Row, ...]) -> op.ImportRows:
    return op.ImportRows(import_id=f"import-{file}", file=file, source_name="bench", source=source, rows=rows)


def _rows(customers: Customers, chance: random.Random, now: datetime) -> Iterable[op.Row]:
    number = count(2)
    for company, people in customers:
        facts = [
            ("municipality", company.municipality), ("postcode", company.postcode), ("industry", company.industry_code),
            ("industry_text", company.industry), ("legal_form", company.form), ("employees", str(company.employees)),
            ("revenue_eur", str(company.revenue)), ("website", company.website),
        ]  # fmt: skip
        if chance.random() < 0.1:
            facts.append(("contract_ends", (now + timedelta(days=chance.randrange(400))).date().isoformat()))
        for person in people:
            yield op.Row(
                number=next(number),
                company=op.CompanyPart(
                    external_id=company.business_id, name=company.name, business_id=company.business_id,
                    tier=chance.choice(("A", "B", "C", "C", "")), phone=company.phone, facts=tuple(facts),
                ),
                person=op.PersonPart(
                    external_id=person.email, name=person.name, title=person.title, email=person.email,
                    phone=person.phone, role=role_of_title(person.title),
                ),
                lead=op.LeadPart(
                    external_id=person.email, lead_kind=LeadKind.OUTBOUND, theme=chance.choice(_THEMES), channel="lista"
                ),
            )  # fmt: skip


def _happened(
    company: fictive.FictiveCompany, person: fictive.FictivePerson, chance: random.Random, now: datetime
) -> Iterator[tuple[datetime, op.Row | op.Note | op.LogCall]]:
    for serial in range(chance.choice(_LINES)):
        at = now - timedelta(minutes=chance.randrange(60, 110 * 24 * 60))
        kind = chance.random()
        if kind < 0.1:
            yield at, op.Note(lead=person.email, text=_words(chance))
        elif kind < 0.15:
            yield at, op.LogCall(lead=person.email, outcome=chance.choice(_CALLS), note=_words(chance), seconds=90)
        else:
            parts: dict[str, op.EventPart | op.ActivityPart] = (
                {
                    "activity": op.ActivityPart(
                        external_id=f"{person.email}/{serial}", activity=chance.choice(_ACTIVITIES), at=at,
                        by=OTHER.name, text=_words(chance) if chance.random() < 0.3 else "",
                    )
                }
                if kind < 0.35
                else {
                    "event": op.EventPart(
                        external_id=f"{person.email}/{serial}", event=chance.choice(_EVENTS), at=at,
                        text=chance.choice(_THEMES),
                    )
                }
            )  # fmt: skip
            yield (
                at,
                op.Row(
                    number=serial + 2,
                    company=op.CompanyPart(external_id=company.business_id),
                    person=op.PersonPart(external_id=person.email),
                    lead=op.LeadPart(external_id=person.email),
                    **parts,  # type: ignore[arg-type]
                ),
            )


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=_CUMULATED, k=chance.randrange(4, 16)))
