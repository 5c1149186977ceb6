"""What a column can become: the target fields, by key.

Titles are messages of ``pages``; ``words`` are the headers people use.

A column can also become an attribute without a field of its own: ``fact:<name>`` of the company,
``person_fact:<name>`` of the person (``name``: small letters, digits, underscores).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

COMPANY, PERSON, LEAD, EVENT, ACTIVITY = "company", "person", "lead", "event", "activity"


@dataclass(frozen=True, slots=True)
class Field:
    """One target: the message key of its title, the part it belongs to, and headers (folded) that mean it."""

    label: str
    group: str
    words: tuple[str, ...]


def _field(key: str, group: str, words: str) -> tuple[str, Field]:
    return key, Field(f"field-{key.replace('_', '-')}", group, tuple(words.split()))


FIELDS: Final[Mapping[str, Field]] = dict(
    (
        _field(
            "company_id",
            COMPANY,
            "accountid companyid yritysid asiakasnumero asiakasnro kundnummer customernumber customerid "
            "yrityksenid företagsid",
        ),
        _field(
            "company_name",
            COMPANY,
            "yritys yrityksennimi yritysnimi companyname company account accountname organisation "
            "organization organisaatio företag företagsnamn företagetsnamn bolag asiakas toiminimi yhtiö "
            "firma kund",
        ),
        _field(
            "business_id",
            COMPANY,
            "ytunnus businessid liikejayhteisötunnus yritystunnus fonummer organisationsnummer orgnr "
            "vatnumber vat alvtunnus alvnumero",
        ),
        _field("tier", COMPANY, "tier asiakasluokka kundklass accounttier abcluokka luokitus"),
        _field(
            "company_phone",
            COMPANY,
            "companyphone yrityksenpuhelin yrityspuhelin vaihde puhelinvaihde växel företagstelefon switchboard",
        ),
        _field(
            "company_email",
            COMPANY,
            "companyemail yrityksensähköposti yrityssähköposti företagsepost yleinensähköposti",
        ),
        _field(
            "industry",
            COMPANY,
            "toimialakoodi tol tol2008 tol2025 tolkoodi päätoimialakoodi mainbusinesslinetype industrycode "
            "nace nacecode branschkod sni",
        ),
        _field(
            "industry_text",
            COMPANY,
            "toimiala toimialannimi päätoimiala päätoimialannimi mainbusinesslinedescription industry sector "
            "bransch näringsgren toimialateksti toimialakuvaus",
        ),
        _field(
            "street",
            COMPANY,
            "katuosoite osoite lähiosoite käyntiosoite postiosoite address street streetaddress gatuadress "
            "adress besöksadress",
        ),
        _field("postcode", COMPANY, "postinumero postinro postnro postcode postalcode zip zipcode postnummer"),
        _field(
            "municipality",
            COMPANY,
            "kunta paikkakunta kaupunki kotipaikka postitoimipaikka toimipaikka city town municipality kommun "
            "ort stad hemort postort",
        ),
        _field("region", COMPANY, "maakunta alue region landskap county"),
        _field(
            "revenue_eur",
            COMPANY,
            "liikevaihto liikevaihtoeur liikevaihtoluokka revenue revenueeur estimatedrevenueband turnover "
            "omsättning annualrevenue estimatedrevenue revenueband",
        ),
        _field(
            "employees",
            COMPANY,
            "henkilöstö henkilöstömäärä henkilöstöluokka henkilömäärä työntekijät työntekijöitä employees "
            "employeeband employeecount headcount anställda antalanställda personal personnel",
        ),
        _field(
            "legal_form",
            COMPANY,
            "yhtiömuoto yritysmuoto companyform companyformdescription legalform bolagsform företagsform",
        ),
        _field(
            "registered",
            COMPANY,
            "rekisteröity rekisteröintipäivä rekisteröintipvm perustettu registrationdate registered "
            "registreringsdatum grundad founded",
        ),
        _field(
            "website",
            COMPANY,
            "kotisivu kotisivut verkkosivu verkkosivut www website web url homepage webbplats hemsida domain",
        ),
        _field("linkedin", COMPANY, "companylinkedin yrityksenlinkedin linkedincompany"),
        _field(
            "current_supplier",
            COMPANY,
            "nykyinentoimittaja toimittaja currentsupplier supplier currentvendor incumbent "
            "nuvarandeleverantör leverantör kilpailija competitor",
        ),
        _field(
            "contract_ends",
            COMPANY,
            "sopimuspäättyy sopimuksenpäättyminen sopimuskausipäättyy contractends contractend "
            "contractenddate avtaletupphör avtalsslut",
        ),
        _field("person_id", PERSON, "contactid personid henkilöid yhteyshenkilöid kontaktid"),
        _field(
            "person_name",
            PERSON,
            "henkilö henkilönnimi yhteyshenkilö yhteyshenkilönnimi kontakti kontaktihenkilö päättäjä contact "
            "contactname contactperson person personname fullname kokonimi kontaktperson",
        ),
        _field("first_name", PERSON, "etunimi etunimet firstname givenname förnamn"),
        _field("last_name", PERSON, "sukunimi lastname surname familyname efternamn"),
        _field(
            "title",
            PERSON,
            "titteli tehtävänimike tehtävä nimike asema jobtitle title position titel yrkestitel befattning "
            "ammattinimike toimenkuva",
        ),
        _field("role", PERSON, "rooli ostorooli buyerrole buyingrole role roll köproll päättäjärooli"),
        _field(
            "phone",
            PERSON,
            "matkapuhelin gsm mobile mobilephone mobiili kännykkä suoranumero directphone mobil mobiltelefon "
            "henkilönpuhelin contactphone",
        ),
        _field("email", PERSON, "henkilönsähköposti contactemail personemail workemail työsähköposti"),
        _field("person_linkedin", PERSON, "personlinkedin henkilönlinkedin linkedinprofile linkedinprofiili"),
        _field("seniority", PERSON, "seniority senioriteetti"),
        _field("department", PERSON, "osasto department rolefunction avdelning function"),
        _field("lead_id", LEAD, "leadid liidiid liidinumero liidintunnus"),
        _field("lead_kind", LEAD, "leadkind leadtype liidilaji liidityyppi liidinlaji leadtyp"),
        _field("lead_source", LEAD, "leadsource liidinlähde lähde källa source leadkälla"),
        _field("theme", LEAD, "teema theme aihe kiinnostus tuote product interest topic ämne tuotealue"),
        _field("channel", LEAD, "kanava channel firsttouchchannel kanal"),
        _field("created", LEAD, "leadcreatedat liidiluotu leadcreated leaddate"),
        _field("event_id", EVENT, "touchid sessionid eventid tapahtumaid messageid"),
        _field(
            "event",
            EVENT,
            "event eventtype eventname touchtype sessiontype tapahtuma tapahtumatyyppi tapahtumanlaji händelse",
        ),
        _field("event_direction", EVENT, "touchdirection direction suunta riktning eventdirection"),
        _field(
            "event_at",
            EVENT,
            "touchtimestamp sessiontimestamp eventtimestamp eventtime eventdate occurredat tapahtumaaika "
            "tapahtumahetki händelsetid",
        ),
        _field("event_text", EVENT, "campaignid campaign kampanja pagetitle page sivu content sisältö kampanj"),
        _field("activity_id", ACTIVITY, "activityid aktiviteettiid toimenpideid aktivitetsid"),
        _field("activity", ACTIVITY, "activitytype activity aktiviteetti aktiviteettityyppi toimenpide aktivitet"),
        _field(
            "activity_at",
            ACTIVITY,
            "activitytimestamp activitydate activitytime aktiviteettiaika toimenpideaika",
        ),
        _field("activity_outcome", ACTIVITY, "activityoutcome outcome tulos lopputulos calloutcome resultat"),
        _field("activity_by", ACTIVITY, "repid rep activityby myyjä soittaja säljare"),
        _field("activity_text", ACTIVITY, "activitynote activitytext puhelumuistio"),
    )
)

#: ``fact:<name>`` and ``person_fact:<name>``.
FREE = re.compile(r"^(fact|person_fact):([a-z0-9_]{1,60})$")

#: Facts that have a field of their own with rules: no free attribute may take their place.
RESERVED: Final = frozenset(("name", "business_id", "tier", "phone", "email", "team", "title", "role"))


def is_target(key: str) -> bool:
    """Whether a column can become this; "" is a column that is left out."""
    free = FREE.match(key)
    return not key or key in FIELDS or (free is not None and free[2] not in RESERVED)
