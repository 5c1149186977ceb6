"""What people do at a desk, wise or not."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from leaddesk.domain import operation as op
from leaddesk.domain.errors import Denied, LeadDeskError, Refusal
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
from tests.simulation.erased import marker
from tests.simulation.world import STAFF, Died, Station, user_id

if TYPE_CHECKING:
    from tests.simulation.play import Play

TEAMS = ("", "north", "south")


def created(play: "Play", station: Station, number: int) -> op.CreateLead:
    """A lead typed in on a new company."""
    kind = play.choose.choice((LeadKind.HAND_RAISER, LeadKind.HAND_RAISER, LeadKind.OUTBOUND))
    lead, person = station.ids.new(), station.ids.new()
    return op.CreateLead(
        lead=lead,
        person=person,
        lead_kind=kind,
        company=op.CompanyPart(name=f"Yritys {number} Oy", phone=play.choose.choice(("", "+35891234"))),
        contact=op.PersonPart(name=f"Aino {marker(person)}" if play.later else "Aino", phone=f"+35850{number:07}"),
    )


def act(play: "Play", station: Station) -> None:
    """Somebody does one thing, wise or not; now and then the process ends on the way."""
    choose = play.choose
    if choose.random() < 0.04:
        station.fate = dies_after(choose.randrange(2))
    if choose.random() < 0.06:
        play.do(station, created(play, station, choose.randrange(99)), station.ids.new())
        return
    leads = station.rows(
        "SELECT l.id, l.account, coalesce(p.id, '') FROM leads l JOIN accounts a ON a.id = l.account "
        "LEFT JOIN persons p ON p.id = l.person ORDER BY l.id"
    )
    if leads:
        lead, account, person = choose.choice(leads)
        play.do(station, _on_lead(play, station, lead, account, person), account)


def bring(play: "Play", station: Station) -> None:
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


def _on_lead(play: "Play", station: Station, lead: str, account: str, person: str) -> op.Act:
    choose = play.choose
    later = station.clock.now() + timedelta(days=choose.randrange(1, 9))
    everybody = [user_id(login) for login in STAFF]
    acts: list[tuple[int, Callable[[], op.Act]]] = [
        (10, lambda: op.Note(lead=lead, text=f"muistiinpano {choose.randrange(999)}{of(play, person)}")),
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
        (1, lambda: _another(station, lead, person)),
    ]
    if STAFF[station.login][0] is Role.MANAGER:
        acts += [
            (8, lambda: op.Offer(lead=lead)),
            (8, lambda: op.Assign(lead=lead, owner=choose.choice(everybody))),
            (12, lambda: _team(play, station, account, choose.choice(TEAMS))),
            (4, lambda: _revocation(play, station, account)),
        ]
    return choose.choices([one for _, one in acts], [weight for weight, _ in acts])[0]()


def _another(station: Station, lead: str, person: str) -> op.Act:
    if not person:
        return op.Take(lead=lead)
    return op.CreateLead(lead=station.ids.new(), person=person, lead_kind=LeadKind.HAND_RAISER)


def of(play: "Play", person: str) -> str:
    """A word that tells of somebody."""
    return f" {marker(person)}" if play.later and person else ""


def _team(play: "Play", station: Station, account: str, team: str) -> op.Act:
    ((was,),) = station.rows(f"SELECT team FROM accounts WHERE id = '{account}'")
    return op.SetFact(key="team", value=team, was=was)


def _fact(play: "Play", station: Station, account: str, person: str) -> op.Act:
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


def _revocation(play: "Play", station: Station, account: str) -> op.Act:
    objections = [
        one["id"]
        for (text,) in station.rows("SELECT objections FROM accounts UNION ALL SELECT objections FROM persons")
        for one in msgspec.json.decode(text)
        if one["id"] in play.born and play.born[one["id"]].told["account"] == account
    ]
    return op.RevokeObjection(objection=min(objections, default="none"), reason="asked for it")


def undo(play: "Play", station: Station) -> None:
    """Somebody takes back the latest act."""
    try:
        done = station.desk.undo()[0].op
    except (Refusal, Denied) as no:
        play.say("  no undo", no.key)
        return
    check.same("what was born", play.reap(station), [done])
    play.say("  undone", done[-6:])


def attend(play: "Play", station: Station) -> None:
    """Somebody looks into the tray and does one thing of it again, or lets it go."""
    tray = station.desk.store.attention()
    if not tray:
        return
    one = play.choose.choice(tray)
    if (one.reason != "unreadable-operation" or play.network.newer) and play.choose.random() < 0.5:
        try:
            station.desk.attention.retry(one.id)
            play.say("  again", one.id[-6:], len(play.reap(station)))
        except (Refusal, Denied) as no:
            play.say("  not again", no.key)
    else:
        station.desk.attention.dismiss(one.id)
        play.say("  dismissed", one.id[-6:])


def sync(play: "Play", station: Station) -> None:
    """A desk syncs over the line as it is, while somebody goes on working; now and then the process ends on the
    way."""
    choose = play.choose
    if station.offline:
        return
    if choose.random() < 0.1:
        station.fate = dies_after(choose.randrange(8))
    if choose.random() < 0.4:
        station.desk.lane = _busy(play, station)
    last = play.last(station)
    try:
        result, _ = station.desk.sync()
    except LeadDeskError as trouble:
        play.say("  trouble", trouble.key)
        return
    finally:
        play.lanes_clear(station)
    play.say("  synced", result.pushed, result.pulled, result.refused, result.waiting)
    check.whole(station)
    check.emptied(station, last)
    check.synced(station, play.oracle)


def _busy(play: "Play", station: Station) -> Callable[[Callable[[], Any]], Any]:
    """Between the steps of a sync somebody works on."""

    def lane(work: Callable[[], Any]) -> Any:
        if play.choose.random() < 0.2:
            act(play, station)
        return work()

    return lane


def dies_after(steps: int) -> Callable[[str], None]:
    """The process ends at the step after so many."""
    left = iter(range(steps))

    def fate(where: str) -> None:
        if next(left, None) is None:
            raise Died(where)

    return fate
