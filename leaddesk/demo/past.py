"""The demonstration's past: what marketing, telemarketing and sales did before now, as operations of theirs."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.clock import zone_of
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.words import BantElement, BantValue, CallOutcome, LeadKind, RejectReason, Telephony
from leaddesk.intake import fictive
from leaddesk.intake.vocabulary import role_of_title

_THEMES = ("Energiaopas", "Kunnossapidon tarkistuslista", "Toimitusketjun riskit", "Hinnoittelun työkirja")
_ASKED = (
    "Voisitteko soittaa tällä viikolla? Meillä on kilpailutus alkamassa.",
    "Haluaisimme tarjouksen kahdesta toimipisteestä.",
    "Mitä käyttöönotto maksaa 40 hengen yritykselle?",
)
#: What was written down.
NOTES = (
    "Nykyinen toimittaja hoitaa kunnossapidon, sopimus vuoden loppuun. Hinta ei ole ongelma, vasteaika on.",
    "Kiinnostunut, mutta budjetti varmistuu vasta johtoryhmän jälkeen.",
    "Pyysi materiaalia ensin. Lähetetty opas, palataan.",
    "Puhelinvaihde, ei yhdistänyt.",
)


class Turned:
    """A clock that stands where it is put, and tells the present where it is not."""

    def __init__(self, present: Callable[[], datetime]) -> None:
        self.at: datetime | None = None
        self._present = present

    def now(self) -> datetime:
        """The instant it was put to, else the present."""
        return self.at if self.at is not None else self._present()


@dataclass(frozen=True, slots=True)
class _Customer:
    """One fictive company of the demonstration with the person there."""

    company: fictive.FictiveCompany
    person: fictive.FictivePerson
    part: str


#: What becomes of a company, one after the other; the rest is "plain".
_PARTS = (
    "asks", "offered", "attempt", "callback", "silent", "ready", "window", "early", "asks", "offered", "attempt",
    "accepted", "meeting", "snoozed", "rejected", "silent", "ready", "offered", "nurture", "callback", "window",
    "early", "objects", "handed", "handed",
)  # fmt: skip


class Past:
    """What marketing, the telemarketer and the salesperson did before now, as operations of theirs."""

    def __init__(self, rep: str, leads: int, present: Callable[[], datetime]) -> None:
        self.clock = Turned(present)
        self._rep = rep
        self._now = present()
        self._calendar = default_policy().calendar
        self._chance = random.Random(20)  # noqa: S311 (a made-up past, no secret)
        made = fictive.companies(leads, 1)
        self._customers = [
            _Customer(one, fictive.people(one)[0], _PARTS[index] if index < len(_PARTS) else "plain")
            for index, one in enumerate(made)
        ]

    def _put(self, days: float = 0.0, minutes: float = 0.0) -> None:
        """Put the clock back; to working hours, unless that is today."""
        at = self._now - timedelta(days=days, minutes=minutes)
        self.clock.at = at if days < 1 else self._working(at)

    def _working(self, at: datetime) -> datetime:
        """An instant squeezed into the working hours of its day, or into the end of the working day before.

        Never later than itself but within its day, and what came first still does.
        """
        zone = zone_of(self._calendar.zone)
        local = at.astimezone(zone)
        day, idle = local.date(), 0
        while not self._calendar.windows(day):
            day, idle = day - timedelta(days=1), idle + 1
        share = (local.hour * 60 + local.minute + local.second / 60) / (24 * 60)
        minutes = 8 * 60 + 15 + share * 450 if not idle else 15 * 60 + 45 + min(idle - 1 + share, 7) * 8
        return (datetime.combine(day, time(), zone) + timedelta(minutes=minutes)).astimezone(UTC)

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
            facts: tuple[tuple[str, str], ...] = (
                ("municipality", company.municipality), ("postcode", company.postcode),
                ("industry", company.industry_code), ("industry_text", company.industry),
                ("legal_form", company.form), ("employees", str(company.employees)),
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
        rows: list[op.Row] = []
        for one in self._customers:
            for event, days, text in self._events(one):
                at = self._now - timedelta(days=days)
                at = at if days < 1 else self._working(at)
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
                ("price-page", days(0.3, 4), "/hinnasto"), ("webinar", days(5, 15), theme),
                ("trial-request", days(1, 3), ""),
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
            desk.do(op.Note(lead=lead, text=NOTES[0]))
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
            desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=NOTES[2]))
            desk.do(op.Answer(lead=lead, question="supplier_satisfaction", value="so-so"))
            desk.do(op.HandOver(lead=lead, to=self._rep, text="Päättäjä tavoitettu, kiinnostus hereillä."))
        self.clock.at = None

    def selling(self, desk: Desk) -> None:
        """What the salesperson did in the last days."""
        no_answer = op.LogCall(lead="", outcome=CallOutcome.NO_ANSWER, telephony=Telephony.UNANSWERED)
        for lead in self._leads(desk, "attempt"):
            self._put(days=4.6)
            desk.do(op.Take(lead=lead))
            desk.do(replace(no_answer, lead=lead, note=NOTES[3]))
        for index, lead in enumerate(self._leads(desk, "callback")):
            self._put(days=3.5)
            desk.do(op.Take(lead=lead))
            promised = self._now + timedelta(minutes=7 + 4 * index)
            desk.do(
                op.LogCall(
                    lead=lead,
                    outcome=CallOutcome.CALL_BACK,
                    telephony=Telephony.ANSWERED,
                    note=NOTES[1],
                    until=promised,
                )
            )
        for lead in self._leads(desk, "accepted"):
            self._put(days=8.5)
            desk.do(op.Take(lead=lead))
            desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, telephony=Telephony.ANSWERED, note=NOTES[2]))
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
