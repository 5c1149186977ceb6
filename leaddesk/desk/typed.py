"""A lead typed in by hand: what the form holds, read like a row of a file, as one act."""

from dataclasses import dataclass

from leaddesk.config.port import Ids
from leaddesk.domain.errors import BadInput
from leaddesk.domain.operation import CompanyPart, CreateLead, PersonPart
from leaddesk.domain.words import LeadKind
from leaddesk.intake.business_id import read_business_id
from leaddesk.intake.mail import read_mail
from leaddesk.intake.phone import read_phone
from leaddesk.intake.text import name
from leaddesk.store.local.store import LocalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLead:
    """What was typed, as it was typed. ``company`` or ``business_id`` is needed."""

    company: str = ""
    business_id: str = ""
    person: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    kind: LeadKind = LeadKind.OUTBOUND
    theme: str = ""
    channel: str = ""


def create_lead(typed: TypedLead, store: LocalStore, ids: Ids) -> tuple[CreateLead, str]:
    """The act and the account it is for. Raises ``BadInput`` naming the field."""
    company = CompanyPart(
        name=name(typed.company),
        business_id=read_business_id(typed.business_id) if typed.business_id.strip() else "",
    )
    if not company.name and not company.business_id:
        raise BadInput("lead-needs-company")
    contact = PersonPart(
        name=name(typed.person),
        title=typed.title.strip(),
        phone=read_phone(typed.phone).number if typed.phone.strip() else "",
        email=read_mail(typed.email).address if typed.email.strip() else "",
    )
    known = store.account_with(company.business_id) if company.business_id else ""
    act = CreateLead(
        lead=ids.new(),
        person=ids.new() if contact != PersonPart() else "",
        lead_kind=typed.kind,
        theme=typed.theme.strip(),
        channel=typed.channel.strip(),
        company=company,
        contact=contact if contact != PersonPart() else None,
    )
    return act, known or ids.new()
