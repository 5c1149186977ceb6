"""Made-up lines of handed-over leads, for tests of the page for both sides."""

import random
from datetime import datetime, timedelta

from leaddesk.domain.report import Line
from leaddesk.domain.words import LeadState, RejectReason

OWNERS = ("aino", "pekka", "liisa", "")


def made(number: int, now: datetime, seed: int = 1, days: int = 365) -> list[Line]:
    """So many lines of the ``days`` before ``now``, as chance has it; instants are datetimes."""
    chance = random.Random(seed)

    def within(at: datetime, share: float, minutes: int) -> datetime | None:
        return at + timedelta(minutes=chance.randrange(minutes)) if chance.random() < share else None

    lines = []
    for place in range(number):
        at = now - timedelta(minutes=chance.randrange(days * 24 * 60))
        state = chance.choice(list(LeadState)[1:])
        failed, unknown = chance.choice(("[]", "[]", '["theme"]')), chance.choice(("[]", '["stage"]'))
        lines.append(
            Line(
                offered_at=at,
                owner=chance.choice(OWNERS),
                conforms=failed == unknown == "[]",
                failed=failed,
                unknown=unknown,
                take_due=at + timedelta(hours=1),
                taken_at=within(at, 0.9, 80),
                first_due=at + timedelta(hours=2),
                first_at=within(at, 0.8, 160),
                decision_due=at + timedelta(hours=16),
                decided_at=within(at, 0.6, 1200),
                ended_at=within(at, 0.1, 2000),
                attempts=chance.randrange(6),
                gaps_late=chance.randrange(2),
                reached=chance.random() < 0.5,
                decider=chance.random() < 0.5,
                met_at=within(at, 0.2, 9000),
                state=state,
                reason=chance.choice(list(RejectReason)) if state is LeadState.REJECTED else None,
                told_late=chance.choice(("[]", '["take-into-work"]')),
                flagged=chance.choice(("[]", "[]", "[]", '["decision"]')),
                lead=f"lead-{place}",
            )
        )
    return lines
