"""The central gives leads that nobody has to owners, by the agreement, and those of who has left to somebody else.

Each is an assignment like any other: an operation in the history of the lead, with its reason, born at the central.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from leaddesk.config.port import Ids
from leaddesk.domain import clock
from leaddesk.domain.distribution import CARRIED, Choice, choose
from leaddesk.domain.operation import Assign, Operation
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.domain.workset import needs
from leaddesk.store.central import distribution as waiting
from leaddesk.store.central.book import Book, Received
from leaddesk.store.central.store import Unit
from leaddesk.store.columns import micros

#: By which an operation says that the central itself did it.
CENTRAL = "central"

#: Leads looked at in one round.
AT_ONCE = 200


def choices(connection: Unit, tenant: str, now: datetime) -> list[tuple[str, str, Choice]]:
    """(account, lead, whose it shall be) of every lead that is to be given to somebody now."""
    book = Book(connection, tenant)
    users, policy = book.users(), book.policies().in_force(now)
    gone = [one.id for one in users.values() if not one.active]
    found = waiting.left_behind(connection, tenant, gone, AT_ONCE)
    if policy.agreement.distribution:
        found += waiting.nobodys(connection, tenant, AT_ONCE)
    if not found:
        return []
    states = book.states(account for account, _ in found)
    carried, turns = Counter(waiting.carried(connection, tenant)), waiting.turns(connection, tenant)
    absent = away(connection, tenant, now, policy.calendar.zone)
    made = []
    for place, (account, one) in enumerate(found):
        state = states[account]
        lead = state.leads[one]
        assert state.account is not None
        choice = choose(lead, state.account, policy, users.values(), absent, carried, turns)
        if choice is None or choice.owner == lead.owner:
            continue
        made.append((account, one, choice))
        turns[choice.owner] = micros(now) + place
        carried[choice.owner] += lead.state in CARRIED
    return made


def give(connection: Unit, tenant: str, now: datetime, ids: Ids) -> int:
    """Give every lead that waits for it to somebody; how many there were."""
    book = Book(connection, tenant)
    book.feed.lock()
    # Asked for again now that nobody else writes.
    found = choices(connection, tenant, now)
    number = book.policies().in_force(now).version
    operations = [
        Operation(
            id=ids.new(), act=Assign(lead=lead, owner=choice.owner, reason=choice.why), account=account, at=now,
            by="", device=CENTRAL, n=0, policy=number,
        )
        for account, lead, choice in found
    ]  # fmt: skip
    done = _apply(book, operations, now)
    waiting.set_turns(
        connection, tenant, {choice.owner: micros(now) + place for place, (*_, choice) in enumerate(found)}
    )
    book.feed.close()
    return done


def _apply(book: Book, operations: Sequence[Operation], now: datetime) -> int:
    policies = book.policies()
    work = book.workset(needs(operations), policies, now)
    before = dict(work.states)
    done = [work.run(one) for one in operations]
    applied = [one for one in done if one.verdict is not Verdict.REFUSED]
    numbers = book.write(applied, before, work.states)
    received = [
        Received(
            pack_operation(one.operation),
            one.operation,
            VerdictRow(id=one.operation.id, verdict=one.verdict, seq=numbers.get(one.operation.id, book.feed.seq)),
        )
        for one in applied
    ]
    book.write_operations(received, CENTRAL, now)
    book.handovers.follow(applied, work.states, policies, now, None)
    return len(applied)


def away(connection: Unit, tenant: str, now: datetime, zone: str) -> frozenset[str]:
    """The users who are away today, by the calendar of the agreement."""
    return waiting.away(connection, tenant, date.fromordinal(clock.local_day(now, zone)))
