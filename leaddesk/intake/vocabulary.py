"""Other people's words for roles, events, calls and company forms, as ours.

Tables of data; a new language is a new word here.

Keys are compared ``folded``: ``Content_Download``, ``content download`` and ``contentDownload`` are one word.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeVar

from leaddesk.domain.words import LeadKind
from leaddesk.intake.text import folded

Meaning = TypeVar("Meaning", bound=str)


def _by_word(table: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """A table of meanings with the folded words for each, turned over."""
    return {word: meaning for meaning, words in table.items() for word in words.split()}


# --- buying roles ---------------------------------------------------------------------------------------------------

#: The buying roles of ``Scorecard.role_points``.
ROLES: Final = (
    "decision-maker", "economic-buyer", "champion", "technical-evaluator", "influencer", "end-user", "gatekeeper",
    "unknown",
)  # fmt: skip

_ROLE_WORDS: Final[Mapping[str, str]] = _by_word(
    {
        "decision-maker": "decisionmaker päättäjä päätöksentekijä beslutsfattare",
        "economic-buyer": "economicbuyer budjettivastaava taloudellinenpäättäjä budgetansvarig",
        "champion": "champion puolestapuhuja sponsor förespråkare",
        "technical-evaluator": "technicalevaluator technicalbuyer tekninenarvioija tekniskutvärderare",
        "influencer": "influencer vaikuttaja suosittelija påverkare",
        "end-user": "enduser user käyttäjä loppukäyttäjä användare slutanvändare",
        "gatekeeper": "gatekeeper portinvartija grindvakt",
        "unknown": "unknown tuntematon okänd",
    }
)

#: Titles, first match wins: the more particular stand before the general.
_TITLES: Final = tuple(
    (role, re.compile("|".join(part for line in lines for part in line.split("; ")), re.IGNORECASE))
    for role, *lines in (
        (
            "gatekeeper",
            r"assistentti; assistent\b; assistant; sihteeri; sekreterare; secretary; receptionist; vastaanot",
        ),
        (
            "decision-maker",
            r"toimitusjohtaja; toim\.?\s?joht; \btj\b; \bceo\b; chief executive; managing director; verkställande",
            r"\bvd\b; yrittäjä; omistaja; \bowner\b; founder; perustaja; grundare; ägare",
            r"(?<!vice )(?<!vice-)\bpresident\b; chair; puheenjohtaja",
        ),
        (
            "economic-buyer",
            r"talous(johtaja|päällikkö); \bcfo\b; chief financial; finance director; financial director",
            r"head of finance; \bv\.?p\.? (of )?finance; ekonomi(chef|direktör); hankintajohtaja; ostojohtaja",
            r"chief procurement",
        ),
        (
            "technical-evaluator",
            r"tekninen; teknologia; tietohallin; \bit\b; \bict\b; \bcto\b; \bcio\b; \bciso\b; technology; technical",
            r"teknisk; engineering; arkkitehti; architect",
        ),
        ("influencer", r"osto; ostaja; hankinta; procurement; purchas; inköp"),
        ("decision-maker", r"johtaja\b; direktör; director; \bv\.?p\.?\b; vice president; \bchief\b; \bc[mos]o\b"),
        ("influencer", r"päällikkö; päälikkö; chef\b; manager; head of; \blead\b; kehittäjä"),
        (
            "end-user",
            r"asiantuntija; specialist; suunnittelija; engineer; insinööri; developer; analyst; koordinaattori",
            r"coordinator; työntekijä; hoitaja; clerk; myyjä; konsultti; consultant",
        ),
    )
)


def role_named(text: str) -> str:
    """The buying role a cell of a role column names, or "" where it is none of ours."""
    return _ROLE_WORDS.get(folded(text), "")


@lru_cache(maxsize=2048)
def role_of_title(title: str) -> str:
    """The buying role that usually goes with a title, fi/sv/en; "" where the title says nothing of it."""
    return next((role for role, words in _TITLES if words.search(title[:300])), "")


# --- lead kinds -----------------------------------------------------------------------------------------------------

KINDS: Final[Mapping[str, LeadKind]] = _by_word(
    {
        LeadKind.HAND_RAISER: (
            "handraiser contactrequest inboundform webform contactform yhteydenottopyyntö kontaktförfrågan "
            "demorequest tarjouspyyntö"
        ),
        LeadKind.VERIFIED: (
            "marketingverified verified mql inboundmarketing inbound marketing trialrequest "
            "markkinoinnintoteama markkinointi marknadsföring"
        ),
        LeadKind.OUTBOUND: (
            "outbound outboundliidi sdroutbound coldcall sales prospect prospekti partnerreferral partner "
            "referral ostettu purchased"
        ),
    }
)


def kind_named(text: str) -> LeadKind | None:
    """The lead kind a cell names; a partner's referral has shown no behaviour and is outbound.

    None where it is none of ours.
    """
    return KINDS.get(folded(text))


# --- events ---------------------------------------------------------------------------------------------------------

#: The scorecard's vocabulary of behaviour, and ``touch-out``: our own touch, counted for the silence rule only.
EVENTS: Final = (
    "contact-request", "trial-request", "guide-download", "webinar", "email-open", "email-click", "site-visit",
    "price-page", "demo-page", "inbound-call", "social-message", "unsubscribe", "careers-page", "touch-out",
)  # fmt: skip

_EVENT_WORDS: Final[Mapping[str, str]] = _by_word(
    {
        "contact-request": ("contactrequest yhteydenottopyyntö contactform formsubmit kontaktförfrågan tarjouspyyntö"),
        "trial-request": "trialrequest trial trialsignup kokeilupyyntö kokeilu demorequest",
        "guide-download": (
            "guidedownload contentdownload download whitepaper oppaanlataus opas lataus guide nedladdning ebook"
        ),
        "webinar": "webinar webinaari webinarattended webinaariosallistuminen",
        "email-open": "emailopen open emailopened sähköpostiavattu avattu öppnad",
        "email-click": "emailclick click emailclicked klikkaus klick",
        "site-visit": (
            "sitevisit website web visit pageview websitevisit session sivustokäynti sivukäynti käynti besök"
        ),
        "price-page": "pricepage pricingpage pricing hinnasto hintasivu prissida",
        "demo-page": "demopage demosivu demosida",
        "inbound-call": "inboundcall",
        "social-message": "socialmessage",
        "unsubscribe": "unsubscribe unsubscribed optout peruutus tilauksenperuutus avregistrering",
        "careers-page": "careerspage careers jobs rekrysivu työpaikat karriär",
        "touch-out": "touchout",
    }
)

#: What these mean depends on who made the touch: an e-mail that came in is a reaction, one that went out is not.
_INBOUND_WORDS: Final[Mapping[str, str]] = _by_word(
    {
        "email-click": "email sähköposti epost",
        "inbound-call": "call puhelu phone samtal phonecall",
        "social-message": "linkedinmessage linkedin message social viesti",
    }
)

_OUT: Final = frozenset(("outbound", "out", "outgoing", "lähtevä", "ulos", "utgående", "sent", "lähetetty"))
_IN: Final = frozenset(("inbound", "in", "incoming", "saapuva", "sisään", "inkommande", "received"))


def event_named(text: str, direction: str = "") -> str:
    """The event of our vocabulary a cell names; ``direction`` outbound makes any touch ``touch-out``. "" where unknown.

    An e-mail, call or message is an event only where the direction says that it came in.
    """
    way, word = folded(direction), folded(text)
    if way in _OUT:
        return "touch-out"
    if way in _IN and word in _INBOUND_WORDS:
        return _INBOUND_WORDS[word]
    return _EVENT_WORDS.get(word, "")


# --- what sales did before ------------------------------------------------------------------------------------------

ACTIVITIES: Final = ("call", "email", "meeting", "demo")
OUTCOMES: Final = (
    "reached", "no-answer", "call-back", "not-now", "not-interested", "wrong-person", "meeting-set", "demo-completed",
)  # fmt: skip

_ACTIVITY_WORDS: Final[Mapping[str, str]] = _by_word(
    {
        "call": "call phonecall phone puhelu soitto samtal",
        "email": "email mail sähköposti epost",
        "meeting": "meeting visit tapaaminen palaveri käynti möte besök",
        "demo": "demo demonstration esittely demonstraatio",
    }
)
_OUTCOME_WORDS: Final[Mapping[str, str]] = _by_word(
    {
        "reached": "reached connected tavoitettu vastasi puhuttu nådd answered",
        "no-answer": (
            "noanswer leftvoicemail voicemail vastaaja eivastannut eitavoitettu eivastausta busy varattu ejsvar "
            "noreply unanswered"
        ),
        "call-back": "callback soitauudelleen soittopyyntö ringtillbaka callagain",
        "not-now": "notnow eiajankohtainen eiajankohtaista einyt intenu",
        "not-interested": "notinterested eikiinnostunut eikiinnosta intressesaknas",
        "wrong-person": "wrongperson väärähenkilö felperson",
        "meeting-set": "meetingset meetingbooked tapaaminensovittu mötebokat appointment",
        "demo-completed": "democompleted demodone demopidetty demogenomförd",
    }
)


def activity_named(text: str) -> str:
    """call, email, meeting or demo; "" where the cell names none of them."""
    return _ACTIVITY_WORDS.get(folded(text), "")


def outcome_named(text: str) -> str:
    """The outcome of ``OUTCOMES`` a cell names; a message left on an answering machine is no answer. "" where
    unknown.
    """
    return _OUTCOME_WORDS.get(folded(text), "")


# --- companies ------------------------------------------------------------------------------------------------------

#: Forms of the Finnish trade register by name, abbreviation and the code of the open data, as the Finnish official
#: name.
_FORMS: Final[Mapping[str, str]] = _by_word(
    {
        "osakeyhtiö": "16 oy ab oyab limitedcompany osakeyhtiö aktiebolag privatelimitedcompany",
        "julkinen osakeyhtiö": "oyj abp julkinenosakeyhtiö publiclimitedcompany publiktaktiebolag",
        "asunto-osakeyhtiö": (
            "2 asoy aoy asuntooy asuntoosakeyhtiö housingcorporation housingcompany bostadsaktiebolag"
        ),
        "keskinäinen kiinteistöosakeyhtiö": (
            "10 kkoy keskinäinenkiinteistöosakeyhtiö mutualrealestatelimitedcompany ömsesidigtfastighetsaktiebolag"
        ),
        "kommandiittiyhtiö": "13 ky kommandiittiyhtiö limitedpartnership kommanditbolag",
        "avoin yhtiö": "ay avoinyhtiö generalpartnership öppetbolag",
        "aatteellinen yhdistys": "6 ry aatteellinenyhdistys nonprofitassociation ideellförening",
        "yksityinen elinkeinonharjoittaja": "tmi yksityinenelinkeinonharjoittaja soletrader enskildnäringsidkare",
        "osuuskunta": "osk osuuskunta cooperative andelslag",
        "säätiö": "säätiö foundation stiftelse",
    }
)

_TOL = re.compile(
    r"^(?:TOL\s*)?[A-U]?\s?(\d{2}(?:\.?\d{1,2}(?:\.?\d)?)?)(?:\s*[-–:,]?\s+(\D.*))?$", re.IGNORECASE | re.DOTALL
)


def form_named(text: str) -> str:
    """The company form by its Finnish official name, where we know it, else the cell as it is."""
    return _FORMS.get(folded(text), text)


def industry(text: str) -> tuple[str, str]:
    """(TOL code, text) of a cell that may hold either or both: ``62010``, ``62.01 Ohjelmistot``, ``Ohjelmistot``.

    00000 is Statistics Finland's "industry unknown": no code at all.
    """
    found = _TOL.match(text)
    if found is None:
        return "", text
    code = found[1].replace(".", "")
    return ("" if not code.strip("0") else code), (found[2] or "").strip()
