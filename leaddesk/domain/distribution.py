"""Who gets a lead that nobody has: by the rules of the agreement, by turns, as far as each can carry.

A rule takes the leads of a territory, of industries or of some kinds; the first that takes a lead decides. Among those
it names whoever got one longest ago is next, but for those who are away, have left, may not see the account or carry as
many open leads as agreed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leaddesk.domain.agreement import Share
from leaddesk.domain.fit import stands
from leaddesk.domain.operation import Take
from leaddesk.domain.policy import Policy
from leaddesk.domain.record import User
from leaddesk.domain.role import SEES_ALL, may
from leaddesk.domain.state import Account, Lead
from leaddesk.domain.words import LeadState, Role

#: States in which a lead is carried by its owner.
CARRIED = frozenset({LeadState.OFFERED, LeadState.TAKEN})

#: States in which somebody must have a lead.
IN_WORK = frozenset({LeadState.TAKEN, LeadState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose a lead shall be, "" for everybody's, and why: "territory:33100", "industry:25", "kind:hand-raiser", "turn",
    "distributor", "manager" or "released"."""

    owner: str
    why: str


def choose(
    lead: Lead,
    account: Account,
    policy: Policy,
    users: Iterable[User],
    away: Iterable[str],
    carried: Mapping[str, int],
    turns: Mapping[str, int],
) -> Choice | None:
    """Whose a lead shall be that nobody has, or whose owner has left; None: nobody's yet, which it may be.

    ``away`` are users' ids; ``carried`` how many open leads each has; ``turns`` when each got one last, 0 for never.
    """
    free = [one for one in users if one.id not in set(away) and _may_have(one, account)]
    by_login = {one.login: one for one in free}
    told = {**stands(account.told, policy.scorecard)}
    for share in policy.agreement.distribution:
        why = _takes(share, lead, told)
        if why is None:
            continue
        fit = [by_login[login] for login in share.to if login in by_login]
        fit = [one for one in fit if not share.capacity or carried.get(one.id, 0) < share.capacity]
        if fit:
            return Choice(min(fit, key=lambda one: (turns.get(one.id, 0), share.to.index(one.login))).id, why)
        break
    if not lead.owner and lead.state not in IN_WORK:
        # It stands in everybody's queue until somebody can carry it.
        return None
    if policy.agreement.distributor in by_login:
        return Choice(by_login[policy.agreement.distributor].id, "distributor")
    if lead.state not in IN_WORK:
        return Choice("", "released")
    managers = [one for one in free if one.role in (Role.MANAGER, Role.ADMIN)]
    if not managers:
        return None
    team = [one for one in managers if account.team in one.teams] or managers
    return Choice(
        min(team, key=lambda one: (one.role is not Role.MANAGER, turns.get(one.id, 0), one.login)).id, "manager"
    )


def _may_have(user: User, account: Account) -> bool:
    """Whether somebody is there who may take leads and sees the account."""
    sees = user.role in SEES_ALL or not account.team or account.team in user.teams
    return user.active and sees and may(user.role, Take.kind)


def _takes(share: Share, lead: Lead, told: Mapping[str, str]) -> str | None:
    """Why a rule takes a lead; None where it does not."""
    if share.kinds and lead.kind not in share.kinds:
        return None
    why = f"kind:{lead.kind.value}" if share.kinds else "turn"
    if share.industries:
        industry = told.get("industry", "")
        if not any(industry.startswith(one) for one in share.industries):
            return None
        why = f"industry:{industry}"
    if share.places:
        town, code = told.get("municipality", "").casefold(), told.get("postcode", "")
        # A place is a municipality by name, or the beginning of a postcode.
        if not any(one.casefold() == town or (one.isdigit() and code.startswith(one)) for one in share.places):
            return None
        why = f"territory:{told.get('municipality') or code}"
    return why
