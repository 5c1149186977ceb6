"""A lead of the peers' workload, 26 fields, as a row of an import: account, person, lead, and facts for what fits none.

A company is known by its name, as in any list that gives it no id, and a person and a lead by the lead's id. What was
done to a lead elsewhere (its stage, owner, next action) is told, not done: facts of the person.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from leaddesk.domain.operation import CompanyPart, LeadPart, PersonPart, Row
from leaddesk.intake.vocabulary import role_of_title

#: Facts by the field they come from: of the company, of the person.
COMPANY_FACTS = {
    "website": "website", "street": "street", "city": "municipality", "postal_code": "postcode", "country": "country",
    "industry": "industry_text", "employees": "employees",
}  # fmt: skip
PERSON_FACTS = {
    one: one
    for one in (
        "first_name", "last_name", "mobile", "stage", "owner_id", "score", "priority", "next_action",
        "next_action_at", "last_contact_at", "notes", "updated_at",
    )
}  # fmt: skip

#: The longest text of an edit, in characters, as the other contestants keep it.
NOTE = 420


def row(number: int, told: Mapping[str, Any]) -> Row:
    """One lead as a row of an import; nothing of it is left out."""
    one = str(told["id"])
    return Row(
        number=number,
        company=CompanyPart(name=told["company"], facts=_facts(told, COMPANY_FACTS)),
        person=PersonPart(
            external_id=one,
            name=f"{told['first_name']} {told['last_name']}",
            title=told["title"],
            role=role_of_title(told["title"]),
            phone=str(told["phone"]).replace(" ", ""),
            email=told["email"],
            facts=_facts(told, PERSON_FACTS),
        ),
        lead=LeadPart(
            external_id=one,
            channel=told["source"],
            created_at=datetime.fromtimestamp(told["created_at"] / 1000, UTC),
        ),
    )


def note(told: Mapping[str, Any], tag: str) -> str:
    """What one call leaves in the notes of a lead: the same text that the other contestants write."""
    return f"{tag} {told['notes']}"[:NOTE]


def _facts(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(told[name])) for name, key in names.items())
