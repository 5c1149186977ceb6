"""What may fall between sales and marketing: leads without an owner, a next step or a segment, and stalled ones.

The first three never are, after any history, once the central has given on what somebody who left had: that is checked.
A stalled lead is one that somebody has and nobody moves; it is shown for as long as that is so.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from leaddesk.domain.clock import Due, deadline
from leaddesk.domain.distribution import IN_WORK
from leaddesk.domain.lead import OPEN
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import User
from leaddesk.domain.standing import standing
from leaddesk.domain.state import Account, Lead, Person
from leaddesk.domain.words import Lane, LeadState, Segment


class Gap(StrEnum):
    """What a lead lacks."""

    OWNER = "owner"
    STEP = "step"
    SEGMENT = "segment"
    STALLED = "stalled"


#: What no lead may lack.
NEVER = frozenset({Gap.OWNER, Gap.STEP, Gap.SEGMENT})

#: Segments in which somebody goes on with a lead of a state, where it is not any.
_GOES_ON: Mapping[LeadState, Collection[Segment]] = {
    LeadState.OFFERED: {Segment.SALES_READY},
    LeadState.TAKEN: {Segment.SALES_READY},
    LeadState.ACCEPTED: {Segment.SALES_READY},
}


def gaps(
    lead: Lead,
    account: Account,
    person: Person | None,
    policies: Policies,
    users: Mapping[str, User],
    now: datetime,
) -> tuple[Gap, ...]:
    """What a lead lacks at an instant. ``users`` by id, of whom one who may not sign in any more has left."""
    if lead.state not in OPEN or lead.erased_at is not None:
        return ()
    found = []
    owner = users.get(lead.owner)
    if (lead.owner and (owner is None or not owner.active)) or (not lead.owner and lead.state in IN_WORK):
        found.append(Gap.OWNER)
    stands = standing(lead, account, person, policies, now)
    if stands.lane is Lane.OUT and stands.reason == "out-no-lane" and stands.until is None:
        # No lane has it, and no instant will bring it into one.
        found.append(Gap.STEP)
    if stands.segment not in _GOES_ON.get(lead.state, Segment):
        found.append(Gap.SEGMENT)
    if lead.state in IN_WORK and stands.lane is not Lane.OUT and _is_stalled(lead, policies, now):
        found.append(Gap.STALLED)
    return tuple(found)


def moved_at(lead: Lead) -> datetime:
    """When a lead was last moved: tried, met, decided, taken or offered."""
    moves = (lead.offered_at, lead.taken_at, lead.decided_at, lead.met_at, *(one.at for one in lead.attempts))
    return max((one for one in moves if one is not None), default=lead.created_at)


def _is_stalled(lead: Lead, policies: Policies, now: datetime) -> bool:
    policy = policies.at(lead.policy)
    if not policy.agreement.stalled:
        return False
    upto = deadline(moved_at(lead), policy.agreement.stalled, policy.calendar)
    return isinstance(upto, Due) and upto.at < now
