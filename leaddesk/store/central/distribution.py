"""What giving leads to owners asks of the tables: who waits, who carries how many, whose turn it is, who is away."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, delete, func, or_, select

from leaddesk.domain.distribution import CARRIED, IN_WORK
from leaddesk.domain.lead import OPEN
from leaddesk.domain.words import LeadState
from leaddesk.store.central import tables as t
from leaddesk.store.central.sql import upsert

_OPEN, _CARRIED, _IN_WORK = (sorted(one.value for one in states) for states in (OPEN, CARRIED, IN_WORK))


def left_behind(connection: Connection, tenant: str, gone: Iterable[str], limit: int) -> list[tuple[str, str]]:
    """(account, lead) of open leads whose owner is one of these, and of leads in work that have none."""
    held, owners = t.leads.c, sorted(gone)
    theirs = held.owner.in_(owners) & held.state.in_(_OPEN)
    nobodys_ = (held.owner == "") & held.state.in_(_IN_WORK)
    query = select(held.account, held.id).where(
        held.tenant == tenant, or_(theirs, nobodys_) if owners else nobodys_, held.erased_at.is_(None)
    )
    return [(str(account), str(lead)) for account, lead in connection.execute(query.order_by(held.id).limit(limit))]


def nobodys(connection: Connection, tenant: str, limit: int) -> list[tuple[str, str]]:
    """(account, lead) of offered leads that nobody has, the latest offered first."""
    held = t.leads.c
    query = select(held.account, held.id).where(
        held.tenant == tenant, held.owner == "", held.state == LeadState.OFFERED.value, held.erased_at.is_(None)
    )
    found = connection.execute(query.order_by(held.offered_at.desc(), held.id).limit(limit))
    return [(str(account), str(lead)) for account, lead in found]


def carried(connection: Connection, tenant: str) -> dict[str, int]:
    """How many open leads each owner carries."""
    held = t.leads.c
    query = select(held.owner, func.count()).where(held.tenant == tenant, held.owner != "", held.state.in_(_CARRIED))
    return {str(owner): int(n) for owner, n in connection.execute(query.group_by(held.owner))}


def turns(connection: Connection, tenant: str) -> dict[str, int]:
    """When each user last got a lead by turns, in microseconds."""
    query = select(t.turns.c.user, t.turns.c.at).where(t.turns.c.tenant == tenant)
    return {str(user): int(at) for user, at in connection.execute(query)}


def set_turns(connection: Connection, tenant: str, at: Mapping[str, int]) -> None:
    """Keep when users got leads."""
    upsert(connection, t.turns, [{"tenant": tenant, "user": user, "at": when} for user, when in sorted(at.items())])


def away(connection: Connection, tenant: str, day: date) -> frozenset[str]:
    """The users who are away on a local day."""
    held, told = t.absences.c, day.isoformat()
    query = select(held.user).where(held.tenant == tenant, held.first_day <= told, held.last_day >= told)
    return frozenset(str(user) for user in connection.execute(query).scalars())


def set_away(connection: Connection, tenant: str, user: str, first: date, last: date) -> None:
    """Somebody is away from a local day to another, both included."""
    row = {"tenant": tenant, "user": user, "first_day": first.isoformat(), "last_day": last.isoformat()}
    upsert(connection, t.absences, [row])


def set_back(connection: Connection, tenant: str, user: str, day: date) -> int:
    """Somebody is there again from a local day on: absences that end then or later are gone. How many there were."""
    held = t.absences.c
    gone = delete(t.absences).where(held.tenant == tenant, held.user == user, held.last_day >= day.isoformat())
    return int(connection.execute(gone).rowcount)
