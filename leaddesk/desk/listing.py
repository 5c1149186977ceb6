"""From the store's rows to the rows of the queue."""

from collections.abc import Mapping

from leaddesk.desk.rows import Phrase, QueueRow
from leaddesk.store.local.rows import LeadRow
from leaddesk.wire.message import User


def name_of(user: str, users: Mapping[str, User]) -> str:
    """A user's name for people; the bare id where the user is not known here."""
    known = users.get(user)
    return (known.name or known.login) if known is not None else user


def queue_row(one: LeadRow, users: Mapping[str, User]) -> QueueRow:
    """One lead as the queue shows it."""
    lead, place = one.lead, one.standing
    return QueueRow(
        id=lead.id,
        account_id=lead.account,
        account=one.account.name,
        person=one.person.name if one.person is not None else "",
        person_id=lead.person,
        lane=place.lane,
        reason=Phrase(place.reason, place.values),
        due=place.due,
        clock=place.clock,
        warn_at=place.warn_at,
        score=place.score,
        grade=place.grade,
        kind=lead.kind,
        state=lead.state,
        owner=lead.owner,
        owner_name=name_of(lead.owner, users) if lead.owner else "",
        tier=one.account.tier,
        pending=one.pending,
    )
