"""For tests of the sync: things done at a desk."""

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.words import LeadKind


def typed(desk: Desk, company: str = "Kuusikon Saha Oy", kind: LeadKind = LeadKind.HAND_RAISER) -> str:
    """A lead typed in on a new company; its id."""
    lead = desk.ids.new()
    desk.perform(op.CreateLead(lead=lead, lead_kind=kind, company=op.CompanyPart(name=company)), desk.ids.new())
    return lead
