"""The central gives leads to owners by the agreement: each once, with its reason in the history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from leaddesk.domain import operation as op
from leaddesk.domain.agreement import Share
from leaddesk.domain.between import Gap
from leaddesk.domain.words import LeadState
from leaddesk.server import admin
from leaddesk.server.checking import between
from leaddesk.server.scheduler import tick
from leaddesk.store.central import people
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import Unit
from tests.server.hands import Device
from tests.support import LiveCentral


@pytest.fixture
def still(tmp_path: Path, kind: str) -> Iterator[LiveCentral]:
    """A central that does not listen: rounds come when the test says so."""
    central = LiveCentral(tmp_path, kind=kind)
    yield central
    central.close()


def _tenant(central: LiveCentral) -> str:
    with central.store.read() as unit:
        return people.tenant_named(unit, "")[0]


def _agree(central: LiveCentral, *shares: Share, distributor: str = "") -> None:
    tenant = _tenant(central)

    def agree(unit: Unit) -> None:
        book = Book(unit, tenant)
        book.feed.lock()
        policy = book.policies().versions[1]
        terms = replace(policy.agreement, distribution=shares, distributor=distributor)
        book.publish(replace(policy, agreement=terms))
        book.feed.close()

    central.store.write(agree)


def _rounds(central: LiveCentral) -> None:
    while tick(central.store, central.clock.now()):
        pass


def _owner(central: LiveCentral, lead: str, account: str) -> str:
    with central.store.read() as unit:
        book = Book(unit, _tenant(central))
        names = {one.id: one.login for one in book.users().values()}
        return names.get(book.states([account])[account].leads[lead].owner, "")


def _assigned(central: LiveCentral, account: str) -> list[op.Assign]:
    """What the central itself assigned of an account, as a desk of the manager's that is new is told."""
    rows = [row for row in Device(central, "manager", "device-of-a-reader").pull() if row.what == "entry" and row.body]
    told = [row.body["operation"] for row in rows if row.body]
    return [
        op.Assign(**one["act"])
        for one in told
        if one["kind"] == "assign" and one["account"] == account and not one["by"]
    ]


def test_by_turns_and_each_once(still: LiveCentral) -> None:
    _agree(still, Share(to=("rep", "rep2")))
    device = Device(still, "manager")
    leads = [device.lead() for _ in range(6)]
    _rounds(still)
    owners = [_owner(still, *one) for one in leads]
    assert Counter(owners) == {"rep": 3, "rep2": 3}
    for lead, account in leads:
        (told,) = _assigned(still, account)
        assert told.lead == lead and told.reason == "turn"
    _rounds(still)
    assert [_owner(still, *one) for one in leads] == owners


def test_capacity_and_absence(still: LiveCentral) -> None:
    _agree(still, Share(to=("rep", "rep2"), capacity=2))
    device = Device(still, "manager")
    today = still.clock.now().date()
    admin.set_away(still.database, "rep2", today, today)
    leads = [device.lead() for _ in range(3)]
    _rounds(still)
    assert Counter(_owner(still, *one) for one in leads) == {"rep": 2, "": 1}
    still.clock.step(days=1)
    _rounds(still)
    assert Counter(_owner(still, *one) for one in leads) == {"rep": 2, "rep2": 1}
    admin.set_away(still.database, "rep2", today, date(2027, 1, 1))
    assert admin.set_back(still.database, "rep2", still.clock.now().date()) == 1


def test_what_somebody_who_leaves_had_goes_to_somebody(still: LiveCentral) -> None:
    rep, manager = Device(still, "rep"), Device(still, "manager")
    taken, offered = rep.lead(), rep.lead()
    rep.do(op.Take(lead=taken[0]), taken[1])
    manager.do(op.Assign(lead=offered[0], owner=rep.user.id), offered[1])
    _rounds(still)
    assert _owner(still, *taken) == _owner(still, *offered) == "rep"
    admin.disable_user(still.database, "rep")
    _rounds(still)
    assert (_owner(still, *taken), _owner(still, *offered)) == ("manager", "")
    with still.store.read() as unit:
        book = Book(unit, _tenant(still))
        lead = book.states([taken[1]])[taken[1]].leads[taken[0]]
    assert lead.state is LeadState.TAKEN and lead.taken_at is not None
    assert [one.reason for one in _assigned(still, taken[1])] == ["manager"]


def test_a_restart_and_a_restore_give_nothing_twice(still: LiveCentral) -> None:
    _agree(still, Share(to=("rep", "rep2")))
    device = Device(still, "manager")
    lead, account = device.lead()
    _rounds(still)
    still.restore(still.copy())
    _rounds(still)
    assert len(_assigned(still, account)) == 1 and _owner(still, lead, account)


def test_an_escalation_for_who_is_away_is_told_to_who_stands_in(still: LiveCentral) -> None:
    rep, manager = Device(still, "rep"), Device(still, "manager")
    lead, account = rep.lead()
    rep.do(op.Take(lead=lead), account)
    today = still.clock.now().date()
    admin.set_away(still.database, "rep", today, today)
    for one in (rep, manager):
        one.pull()
    still.clock.step(minutes=100)
    _rounds(still)
    assert not [row for row in rep.pull() if row.what == "escalation"]
    (told,) = [row.body for row in manager.pull() if row.what == "escalation"]
    assert told is not None and told["step"] == "warning" and told["to"] == [manager.user.id]


def test_a_lead_in_work_whose_owner_is_taken_away_gets_one(still: LiveCentral) -> None:
    rep, manager = Device(still, "rep"), Device(still, "manager")
    lead, account = rep.lead()
    rep.do(op.Take(lead=lead), account)
    manager.do(op.Assign(lead=lead, owner=""), account)
    found, _ = between(still.database, "", still.clock.now())
    assert [(one.lead, one.gap) for one in found] == [(lead, Gap.OWNER)]
    _rounds(still)
    assert _owner(still, lead, account) == "manager"
    assert between(still.database, "", still.clock.now()) == ([], 1)
