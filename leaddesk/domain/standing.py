"""Where a lead stands at an instant: score, grade, gate, segment, running clock, and its place in the queue with the
reason.

Everything here is derived and can be rebuilt from the lead, its account and the policies; nothing here is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leaddesk.domain import clock as clocks
from leaddesk.domain import queue, score
from leaddesk.domain.fit import Fit, fit
from leaddesk.domain.policy import Policies, Policy
from leaddesk.domain.state import Account, Lead, Person
from leaddesk.domain.words import Clock, Grade, Lane, LeadKind, LeadState, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One lead at one instant.

    ``key`` sorts inside the lane, smaller first; ``until`` is when this must be asked again (None: only after an
    operation), be it only at local midnight, at which scores decay and days are counted; ``moves`` where that is
    another time, which somebody waits for; ``due`` and ``warn_at`` belong to ``clock``, the countdown shown; ``reason``
    with ``values`` is the queue's sentence.
    """

    lane: Lane
    key: int
    until: datetime | None
    moves: datetime | None
    score: int
    grade: Grade
    mql: bool
    target: bool | None
    segment: Segment
    due: datetime | None
    clock: Clock | None
    warn_at: datetime | None
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


def standing(
    lead: Lead, account: Account, person: Person | None, policies: Policies, now: datetime, fits: Fit | None = None
) -> Standing:
    """Where the lead stands at ``now``. ``fits`` may be given where it is already known for this account and person."""
    policy = policies.at(lead.policy)
    card = policy.scorecard
    if fits is None:
        fits = fit(account, person, card)
    zone = policy.calendar.zone
    points = 0
    midnight = clocks.next_midnight(now, zone)
    if lead.tally:
        points = score.score(lead.tally, card, clocks.local_day(now, zone))
    mql = fits.target is not False and points >= card.sales_ready
    place = queue.place(lead, account, person, policy, now, points, fits, mql)
    until = place.until
    if lead.tally and (until is None or midnight < until):
        until = midnight
    return Standing(
        lane=place.lane,
        key=place.key,
        until=until,
        moves=None if lead.tally and place.until == midnight else place.until,
        score=points,
        grade=fits.grade,
        mql=mql,
        target=fits.target,
        segment=segment(lead, points, mql, policy),
        due=place.due,
        clock=place.clock,
        warn_at=place.warn_at,
        reason=place.reason,
        values=place.values,
    )


def segment(lead: Lead, points: int, mql: bool, policy: Policy) -> Segment:
    """Which of the three follow-ups the lead belongs to: exactly one, always."""
    if lead.state in (LeadState.OFFERED, LeadState.TAKEN, LeadState.ACCEPTED):
        return Segment.SALES_READY
    if lead.state is LeadState.NEW and (mql or lead.kind is LeadKind.HAND_RAISER):
        return Segment.SALES_READY
    if lead.state in (LeadState.WON, LeadState.LOST):
        return Segment.STEADY
    return Segment.MARKETING_READY if points >= policy.scorecard.marketing_ready else Segment.STEADY
