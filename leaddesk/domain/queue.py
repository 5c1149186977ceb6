"""The order of the queue, and the reason, from the one function that sorts.

``place`` puts one lead into the first lane that claims it. Lanes and their order are policy. A lead changes lane only
at an instant known here (``until``), or by an operation or event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from leaddesk.domain import attempt, fact, privacy, sla
from leaddesk.domain import clock as clocks
from leaddesk.domain.fit import Fit, stands
from leaddesk.domain.policy import Policy
from leaddesk.domain.state import Account, Lead, Person, State
from leaddesk.domain.words import CallOutcome, Clock, Grade, Lane, LeadKind, LeadState

#: How long before the promised time a callback comes to the top.
CALLBACK_LEAD = timedelta(minutes=15)

#: Facts that open a buying window at their date.
WINDOW_FACTS = ("contract_ends", "buying_window_start", "budget_cycle")

#: Events that may raise an account's priority for a while.
TRIGGER_EVENTS = ("trigger", "appointment", "reorganisation", "result-change")

#: Behaviour of the lead itself, as opposed to what we sent it.
_OURS = frozenset({"touch-out", "sales-email"})

_GRADE_WEIGHT = {Grade.A: 8, Grade.B: 4, Grade.C: 2, Grade.D: 1}
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A lead's place: lane, key inside it (smaller first), reason with values, the countdown shown, and until when it
    holds."""

    lane: Lane
    reason: str
    key: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    until: datetime | None = None
    due: datetime | None = None
    clock: Clock | None = None
    warn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the lanes look at."""

    lead: Lead
    account: Account
    person: Person | None
    policy: Policy
    now: datetime
    points: int
    fits: Fit
    mql: bool
    countdown: sla.Countdown | None


def place(
    lead: Lead,
    account: Account,
    person: Person | None,
    policy: Policy,
    now: datetime,
    points: int,
    fits: Fit,
    mql: bool,
) -> Place:
    """Where the lead belongs at ``now``, and why."""
    running = sla.running(lead, policy, account)
    countdown = running[0] if running else None
    seen = _Seen(lead, account, person, policy, now, points, fits, mql, countdown)
    out = _out(seen)
    if out is not None:
        return out
    wakes: list[datetime] = []
    for lane in policy.lanes:
        claim = _LANES[lane](seen)
        if claim is None:
            continue
        if isinstance(claim, datetime):
            wakes.append(claim)
            continue
        found = _counting(claim, countdown)
        until = min((one for one in (*wakes, found.until) if one is not None and one > now), default=None)
        return replace(found, until=until)
    return Place(lane=Lane.OUT, reason="out-no-lane", until=min(wakes, default=None))


def _counting(found: Place, countdown: sla.Countdown | None) -> Place:
    """The place with the lead's running SLA countdown, where the lane has none of its own."""
    if found.due is not None or countdown is None or countdown.due is None:
        return found
    return replace(found, due=countdown.due, clock=countdown.clock, warn_at=countdown.warn_at)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


# --- out of the queue, and when it comes back -------------------------------------------------------------------


def _out(seen: _Seen) -> Place | None:
    lead, now = seen.lead, seen.now
    if lead.erased_at is not None:
        return Place(lane=Lane.OUT, reason="out-erased")
    persons = {seen.person.id: seen.person} if seen.person is not None else {}
    if privacy.objection_on(lead, State(seen.account, persons)) is not None:
        return Place(lane=Lane.OUT, reason="out-objection")
    if lead.state in (LeadState.REJECTED, LeadState.WON, LeadState.LOST):
        return Place(lane=Lane.OUT, reason=f"out-{lead.state.value}")
    if lead.state is LeadState.NURTURE and not _returns(seen):
        return Place(lane=Lane.OUT, reason="out-nurture", until=lead.nurture_until, values={"at": lead.nurture_until})
    if lead.snoozed_until is not None and lead.snoozed_until > now:
        return Place(lane=Lane.OUT, reason="out-snoozed", until=lead.snoozed_until, values={"at": lead.snoozed_until})
    if lead.callback_at is not None and lead.callback_at - CALLBACK_LEAD > now:
        wake = lead.callback_at - CALLBACK_LEAD
        return Place(lane=Lane.OUT, reason="out-callback-later", until=wake, values={"at": lead.callback_at})
    if lead.callback_at is None and lead.meeting_at is not None and lead.meeting_at > now:
        return Place(lane=Lane.OUT, reason="out-meeting-booked", until=lead.meeting_at, values={"at": lead.meeting_at})
    if lead.state is LeadState.NEW and lead.kind is not LeadKind.HAND_RAISER and seen.fits.target is False:
        return Place(lane=Lane.OUT, reason="out-not-target")
    # A tier-A account goes around the points: it is met early.
    if lead.state is LeadState.NEW and lead.kind is LeadKind.VERIFIED and not seen.mql and seen.account.tier != "A":
        return Place(lane=Lane.OUT, reason="out-with-marketing")
    early = _too_early(seen)
    if early is not None:
        return Place(lane=Lane.OUT, reason="out-next-attempt-later", until=early, values={"at": early})
    return None


def _returns(seen: _Seen) -> bool:
    """Whether a nurtured lead is sales' again: at its date, or, where it has none, with behaviour since that makes it
    ready for sales."""
    lead = seen.lead
    if lead.nurture_until is not None:
        return lead.nurture_until <= seen.now
    if not seen.mql or lead.last_event_at is None or lead.last_event in _OURS:
        return False
    return lead.decided_at is None or lead.last_event_at > lead.decided_at


def _too_early(seen: _Seen) -> datetime | None:
    """The instant proposed for the next attempt, before which nobody need try; None where an SLA deadline falls due
    before it."""
    at = attempt.proposed(seen.lead, seen.policy)
    if at is None or seen.lead.callback_at is not None or at <= seen.now:
        return None
    due = seen.countdown.due if seen.countdown is not None else None
    if due is not None and due <= at:
        return None
    return at


# --- lanes: a place, an instant at which the lane will claim the lead, or None -----------------------------------


def _callback(seen: _Seen) -> Place | None:
    at = seen.lead.callback_at
    if at is None:
        return None
    last = seen.lead.attempts[-1].by if seen.lead.attempts else ""
    return Place(
        lane=Lane.CALLBACK,
        reason="why-callback",
        key=_micros(at),
        values={"at": at, "by": last},
        due=at,
        clock=None,
        warn_at=at - CALLBACK_LEAD,
    )


def _hand_raiser(seen: _Seen) -> Place | None:
    lead = seen.lead
    if lead.kind is not LeadKind.HAND_RAISER or lead.state not in (LeadState.NEW, LeadState.OFFERED, LeadState.TAKEN):
        return None
    if any(one.outcome is CallOutcome.REACHED for one in lead.attempts if one.at >= (lead.offered_at or _EPOCH)):
        return None
    due = seen.countdown.due if seen.countdown is not None else None
    asked = lead.offered_at or lead.created_at
    return Place(
        lane=Lane.HAND_RAISER,
        reason="why-hand-raiser",
        key=_micros(due or asked),
        values={"at": asked, "text": lead.last_event_text, "channel": lead.channel, "theme": lead.theme},
    )


def _sla(seen: _Seen) -> Place | None:
    countdown = seen.countdown
    if countdown is not None and countdown.no_hours:
        return Place(lane=Lane.SLA, reason="why-no-hours", key=_micros(countdown.start))
    if countdown is None or countdown.due is None:
        return None
    return Place(
        lane=Lane.SLA,
        reason=f"why-sla-{countdown.clock.value}",
        key=_micros(countdown.due),
        values={
            "event": seen.lead.last_event,
            "at": countdown.start,
            "theme": seen.lead.theme,
            "score": seen.points,
            "attempts": sla.attempts_since_offer(seen.lead),
        },
    )


def _attempt(seen: _Seen) -> Place | datetime | None:
    lead = seen.lead
    if lead.meeting_at is not None:
        if lead.meeting_at > seen.now:
            return lead.meeting_at
        return Place(
            lane=Lane.ATTEMPT, reason="why-meeting-held", key=_micros(lead.meeting_at), values={"at": lead.meeting_at}
        )
    upcoming, at = sla.next_attempt(lead, seen.policy), attempt.proposed(lead, seen.policy)
    if upcoming is not None and at is not None:
        countdown = upcoming[0]
        if at > seen.now:
            return at
        return Place(
            lane=Lane.ATTEMPT,
            reason="why-attempt",
            key=_micros(countdown.due or at),
            values={
                "n": sla.attempts_since_offer(lead) + 1,
                "of": seen.policy.agreement.attempts,
                "at": lead.attempts[-1].at,
            },
            due=countdown.due,
            clock=countdown.clock,
            warn_at=countdown.warn_at,
        )
    if lead.state is LeadState.NURTURE and lead.nurture_until is not None:
        return Place(
            lane=Lane.ATTEMPT,
            reason="why-nurture-over",
            key=_micros(lead.nurture_until),
            values={"at": lead.nurture_until},
        )
    if lead.state is LeadState.ACCEPTED:
        # An accepted lead without a next step would fall between: it asks for one.
        last = lead.attempts[-1].at if lead.attempts else (lead.decided_at or lead.created_at)
        return Place(lane=Lane.ATTEMPT, reason="why-no-next-step", key=_micros(last), values={"at": last})
    return None


def _meet_early(seen: _Seen) -> Place | datetime | None:
    if seen.account.tier != "A":
        return None
    met, zone = seen.lead.met_at, seen.policy.calendar.zone
    patience = seen.policy.meet_early_days
    if met is not None and not patience:
        return None
    since = met or seen.account.created_at
    first, today = clocks.local_day(since, zone), clocks.local_day(seen.now, zone)
    if met is not None and first + patience > today:
        return clocks.local_midnight(first + patience, zone)
    return Place(
        lane=Lane.MEET_EARLY,
        reason="why-meet-early",
        key=_micros(since),
        values={"days": max(0, today - first)},
        until=clocks.local_midnight(today + 1, zone),
    )


def _silent(seen: _Seen) -> Place | datetime | None:
    rule = seen.policy.silence
    if seen.fits.grade > rule.grade:
        return None
    zone = seen.policy.calendar.zone
    today = clocks.local_day(seen.now, zone)
    first = today - rule.days
    touches = sum(one.count for one in seen.lead.tally if one.event == "touch-out" and one.day >= first)
    if touches < rule.touches:
        return None
    reactions = [one.day for one in seen.lead.tally if one.event not in _OURS and one.day >= first]
    if reactions:
        return clocks.local_midnight(max(reactions) + rule.days + 1, zone)
    return Place(
        lane=Lane.SILENT,
        reason="why-silent",
        key=-(touches * 10 + _GRADE_WEIGHT[seen.fits.grade]),
        values={"touches": touches, "days": rule.days, "grade": seen.fits.grade.value},
        until=clocks.local_midnight(today + 1, zone),
    )


def _sales_ready(seen: _Seen) -> Place | None:
    if not seen.mql:
        return None
    return Place(
        lane=Lane.SALES_READY,
        reason="why-sales-ready",
        key=-seen.points * _GRADE_WEIGHT[seen.fits.grade],
        values={
            "score": seen.points,
            "threshold": seen.policy.scorecard.sales_ready,
            "event": seen.lead.last_event,
            "at": seen.lead.last_event_at,
        },
        until=clocks.next_midnight(seen.now, seen.policy.calendar.zone),
    )


def _window(seen: _Seen) -> Place | datetime | None:
    zone, length = seen.policy.calendar.zone, seen.policy.window_days
    today = clocks.local_day(seen.now, zone)
    found: Place | None = None
    edges: list[int] = []
    standing = stands(seen.account.told, seen.policy.scorecard)
    for key in WINDOW_FACTS:
        value = standing.get(key, "")
        first = fact.day_of(value)
        day = first.toordinal() if first is not None else None
        if day is None or day < today:
            continue
        if day - length > today:
            edges.append(day - length)
            continue
        edges.append(day + 1)
        found = found or Place(lane=Lane.WINDOW, reason="why-window", key=day, values={"fact": key, "value": value})
    for one in seen.lead.tally:
        if one.event in TRIGGER_EVENTS and today - one.day <= length:
            edges.append(one.day + length + 1)
            found = found or Place(lane=Lane.WINDOW, reason="why-trigger", key=one.day, values={"event": one.event})
    until = clocks.local_midnight(min(edges), zone) if edges else None
    return replace(found, until=until) if found is not None else until


def _rest(seen: _Seen) -> Place | None:
    lead = seen.lead
    key = -(seen.points * 100 + seen.fits.points)
    if lead.state in (LeadState.TAKEN, LeadState.OFFERED):
        return Place(lane=Lane.REST, reason="why-yours-to-decide", key=key, values={"score": seen.points})
    if seen.points:
        values = {"score": seen.points, "event": lead.last_event, "at": lead.last_event_at}
        return Place(lane=Lane.REST, reason="why-rest-score", key=key, values=values)
    return Place(lane=Lane.REST, reason="why-rest-fit", key=key, values={"grade": seen.fits.grade.value})


_LANES: Mapping[Lane, Callable[[_Seen], Place | datetime | None]] = {
    Lane.CALLBACK: _callback,
    Lane.HAND_RAISER: _hand_raiser,
    Lane.SLA: _sla,
    Lane.ATTEMPT: _attempt,
    Lane.MEET_EARLY: _meet_early,
    Lane.SILENT: _silent,
    Lane.SALES_READY: _sales_ready,
    Lane.WINDOW: _window,
    Lane.REST: _rest,
}
