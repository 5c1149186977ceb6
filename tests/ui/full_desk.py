"""A desk with a working day on it: every lane has leads, the first card has something in each of its parts.

Names are long, notes hold markup, sources contradict each other: what is hard to lay out is here.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from leaddesk.desk.desk import Desk
from leaddesk.domain.escalation import raised
from leaddesk.domain.handover import begun
from leaddesk.domain.operation import (
    Accept,
    Act,
    Answer,
    BookMeeting,
    Callback,
    CompanyPart,
    EventPart,
    ImportRows,
    LeadPart,
    LogCall,
    Note,
    Offer,
    PersonPart,
    Row,
    SetFact,
    Snooze,
    Take,
)
from leaddesk.domain.plain import pack
from leaddesk.domain.record import FeedRow, VerdictRow
from leaddesk.domain.words import BantElement, BantValue, CallOutcome, LeadKind, Source, Telephony, Verdict
from leaddesk.store.local.tables import PENDING
from tests.ui.dialog_support import ME, NOW, StillClock, make_desk

#: The lead whose card is looked at, and those that stand round it: company, person, title, kind, tier, days ago.
LOOKED_AT = "Hämeen Konepaja Oy"
_COMPANIES: tuple[tuple[str, str, str, LeadKind, str], ...] = (
    ("Kiinteistö Tammi Oy", "Sari Mäkelä-Lehtovaara", "kiinteistöpäällikkö", LeadKind.VERIFIED, ""),
    ("Nordlund Industri Ab", "Jan Lindqvist", "produktionschef", LeadKind.VERIFIED, ""),
    (LOOKED_AT, "Riikka Salonen", "tuotantopäällikkö", LeadKind.HAND_RAISER, "B"),
    ("Saimaan Logistiikkakeskuskiinteistöt Oy", "Maksimilian Äyräväinen-Pöyhönen", "toimitusjohtaja",
     LeadKind.HAND_RAISER, ""),
    ("Åbo Fastighetsservice Ab", "Åsa Öhman", "verkställande direktör", LeadKind.HAND_RAISER, ""),
    ("Pirkan Sähkötyö Oy", "Antti Virtanen", "toimitusjohtaja", LeadKind.VERIFIED, ""),
    ("Lakeuden Teräs Oy", "Heli Niemi", "hankintapäällikkö", LeadKind.VERIFIED, ""),
    ("Vantaan Koneistus Oy", "Pekka Korhonen", "tehtaanjohtaja", LeadKind.VERIFIED, ""),
    ("Suomen Prosessi Oyj", "Laura Lehto", "tuotantojohtaja", LeadKind.OUTBOUND, "A"),
    ("Itämeren Varustamo Oy", "Ville Saari", "tekninen johtaja", LeadKind.OUTBOUND, "A"),
    ("<b>Lihava</b> & Kumppanit Oy", "<i>Kalle</i> Kursiivi", "johtaja", LeadKind.OUTBOUND, ""),
    ("Oulun Putkityö Oy", "", "", LeadKind.OUTBOUND, ""),
)  # fmt: skip


def make_full_desk(folder: Path) -> Desk:
    """The desk, at 13.00 on a Tuesday."""
    desk = make_desk(folder)
    clock = desk.clock
    assert isinstance(clock, StillClock)
    rows = [_row(number, *one) for number, one in enumerate(_COMPANIES, 2)]
    clock.at = NOW - timedelta(days=50)
    _import(desk, [one for one in rows if not _asks(one)])
    clock.at = NOW - timedelta(minutes=26)
    _import(desk, [one for one in rows if _asks(one)])
    lead = {row.account: row.id for row in desk.search("oy", 50) + desk.search("ab", 50)}
    assert len(lead) == len(_COMPANIES)
    clock.at = NOW - timedelta(minutes=2)
    _import(desk, [_event(number, *one) for number, one in enumerate(_EVENTS, 2)])
    tammi, nordlund, looked_at = lead["Kiinteistö Tammi Oy"], lead["Nordlund Industri Ab"], lead[LOOKED_AT]

    def at(act: Act, **before: float) -> None:
        clock.at = NOW - timedelta(**before)
        desk.do(act)

    for company in ("Kiinteistö Tammi Oy", "Nordlund Industri Ab", "Pirkan Sähkötyö Oy", "Vantaan Koneistus Oy"):
        at(Offer(lead=lead[company], owner=ME.id), hours=26)
    at(Offer(lead=lead["Lakeuden Teräs Oy"], owner=ME.id), hours=3)
    at(Take(lead=tammi), hours=25)
    at(Callback(lead=tammi, at_time=NOW - timedelta(minutes=12), text="Lupasi katsoa luvut"), hours=20)
    at(Take(lead=nordlund), hours=24)
    at(Callback(lead=nordlund, at_time=NOW + timedelta(minutes=8)), hours=20)
    at(Take(lead=lead["Vantaan Koneistus Oy"]), hours=23)
    at(
        LogCall(lead=lead["Vantaan Koneistus Oy"], outcome=CallOutcome.NO_ANSWER, telephony=Telephony.VOICEMAIL),
        hours=22,
    )
    at(SetFact(lead=looked_at, key="employees", value="90", source=Source.SELF_TOLD), days=20)
    at(SetFact(lead=looked_at, key="contract_ends", value="2027-03-31", source=Source.SELF_TOLD), minutes=27)
    at(
        Note(lead=looked_at, text="Tapaaminen messuilla: kaksi linjaa, vanha sopimus tyydyttää <b>kohtalaisesti</b>."),
        days=90,
    )
    at(
        LogCall(
            lead=looked_at, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, seconds=214,
            note="Ei ajankohtaista ennen kevättä, siirto hoito-ohjelmaan “Kunnossapito”.",
        ),
        days=70,
    )  # fmt: skip
    at(
        Answer(lead=looked_at, question="bant.budget", value=BantValue.YES.value, text="Varattu ensi vuodelle"),
        minutes=26,
    )
    at(Answer(lead=looked_at, question="bant.need", value=BantValue.YES.value, text="Kaksi linjaa"), minutes=25)
    at(Answer(lead=looked_at, question="bant.authority", value=BantValue.NO.value, text="Rantala päättää"), minutes=24)
    at(Snooze(lead=lead["Oulun Putkityö Oy"], until=NOW + timedelta(days=9)), days=1)
    taken = lead["Pirkan Sähkötyö Oy"]
    at(Take(lead=taken), hours=22)
    at(Accept(lead=taken, bant=((BantElement.NEED, BantValue.YES),)), hours=21)
    at(BookMeeting(lead=taken, starts=NOW + timedelta(days=2), place="Teams"), hours=20)
    clock.at = NOW
    desk.store.set_meta("central", "http://127.0.0.1:8765")
    desk.store.set_meta("last_sync", (NOW - timedelta(minutes=1)).isoformat())
    send_all(desk)
    return desk


def send_all(desk: Desk) -> None:
    """As if the central had applied everything."""
    while waiting := desk.store.outbox():
        done = [VerdictRow(id=str(one["id"]), verdict=Verdict.APPLIED) for one in waiting]
        desk.store.record_verdicts(done, NOW)
    # And as if what it made of them had come back.
    with desk.store._file.write() as connection:
        connection.execute(f"UPDATE history SET position = position - {PENDING} WHERE position >= {PENDING}")
        connection.execute("DELETE FROM shadow")


def raise_all(desk: Desk, now: datetime = NOW) -> int:
    """As if the central had raised every step that is reached at ``now``, for everybody here; how many."""
    policies, users, found = desk.store.policies(), desk.store.users() or {ME.id: ME}, []
    with desk.store._file.read() as connection:
        accounts = [one for (one,) in connection.execute("SELECT id FROM accounts")]
    for state in desk.store.states(accounts).values():
        for lead in state.leads.values():
            if lead.offered_at is not None:
                policy = policies.at(lead.policy)
                found += raised(begun(lead, state, policy), lead, state, policy, users, now)
    rows = [
        FeedRow(what="escalation", id=one.name, seq=1, body=pack(replace(one, to=(ME.id,), deliver_at=one.at)))
        for one in found
    ]
    desk.store.record_pull(rows, desk.store.cursor(), True, now)
    return len(rows)


def refuse_some(desk: Desk, lead: str) -> None:
    """Two acts that the central did not take."""
    for text, reason in (("Soitettu, <b>ei</b> tarvetta ennen kevättä", "no-such-lead"), ("Toinen", "quarantined")):
        last = desk.do(Note(lead=lead, text=text))[0].op
        desk.store.record_verdicts([VerdictRow(id=last, verdict=Verdict.REFUSED, reason=reason)], NOW)


_EVENTS: tuple[tuple[int, str, float, str], ...] = (
    (2, "contact-request", 0.018, "Paljonko maksaisi huoltosopimus kahdelle linjalle, kun toinen seisoo keväisin?"),
    (2, "price-page", 0.03, "/hinnasto"),
    (2, "guide-download", 5, "Kunnossapidon mittarit"),
    (2, "site-visit", 6, "/palvelut"),
    (2, "site-visit", 7, "/referenssit"),
    (2, "email-open", 9, "Marraskuun uutiset"),
    (3, "contact-request", 0.014, "Lomake: huoltosopimus"),
    (4, "contact-request", 0.01, "Soitti vaihteeseen"),
    (0, "trial-request", 2, ""),
    (1, "guide-download", 3, "Energiaopas"),
    (5, "trial-request", 2, ""),
    (5, "webinar", 4, "Kunnossapidon ABC"),
    (6, "webinar", 6, "Kunnossapidon ABC"),
    (6, "price-page", 2, "/hinnasto"),
    (7, "trial-request", 1, ""),
    (10, "guide-download", 8, "<script>alert(1)</script>"),
)


def _row(number: int, company: str, person: str, title: str, kind: LeadKind, tier: str) -> Row:
    facts = (
        ("industry_text", "Metallituotteiden valmistus (pl. koneet ja laitteet)"), ("industry", "25"),
        ("municipality", "Hämeenlinna"), ("employees", "210"), ("revenue_eur", "48000000"),
        ("legal_form", "osakeyhtiö"), ("website", f"https://www.esimerkki{number}.example"),
    )  # fmt: skip
    return Row(
        number=number,
        company=CompanyPart(external_id=f"c{number}", name=company, tier=tier, facts=facts),
        person=PersonPart(
            external_id=f"p{number}", name=person, title=title, phone=f"+35840123{4500 + number}",
            email=f"etunimi.sukunimi{number}@esimerkki.example", role="decision-maker" if tier == "A" else "influencer",
        ) if person else None,
        lead=LeadPart(external_id=f"c{number}", lead_kind=kind, theme="Huoltosopimus", channel="verkkolomake"),
    )  # fmt: skip


def _event(number: int, of: int, event: str, days: float, text: str) -> Row:
    at = NOW - timedelta(days=days)
    return Row(
        number=number,
        company=CompanyPart(external_id=f"c{of + 2}"),
        person=PersonPart(external_id=f"p{of + 2}"),
        lead=LeadPart(external_id=f"c{of + 2}"),
        event=EventPart(external_id=f"e{number}", event=event, at=at, text=text),
    )


def _asks(row: Row) -> bool:
    return row.lead is not None and row.lead.lead_kind is LeadKind.HAND_RAISER


def _import(desk: Desk, rows: list[Row]) -> None:
    done = desk.perform(
        ImportRows(import_id=desk.ids.new(), file="tamrekisteri.csv", source_name="tam", rows=tuple(rows)), ""
    )
    assert not done.refused, done.refused
