"""From the store's rows to the rows of the queue."""

from collections.abc import Mapping

from leaddesk.desk.rows import Phrase, QueueRow
from leaddesk.domain.record import User
from leaddesk.store.local.rows import LeadRow


def name_of(user: str, users: Mapping[str, User]) -> str:
    """A user's name for people; the bare id where the user is not known here."""
    known = users.get(user)
    return (known.name or known.login) if known is not None else user


def queue_row(one: LeadRow, users: Mapping[str, User]) -> QueueRow:
    """One lead as the queue shows it."""
    return QueueRow(
        id=one.id,
        account_id=one.account,
        account=one.account_name,
        person=one.person_name,
        person_id=one.person,
        lane=one.lane,
        reason=Phrase(one.reason, one.values),
        due=one.due,
        clock=one.clock,
        warn_at=one.warn_at,
        score=one.score,
        grade=one.grade,
        kind=one.kind,
        state=one.state,
        owner=one.owner,
        owner_name=name_of(one.owner, users) if one.owner else "",
        tier=one.tier,
        pending=one.pending,
    )
