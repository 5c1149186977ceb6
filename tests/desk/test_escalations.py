"""What the central tells of promises about to be broken, at the desk of whom it is for."""

from collections.abc import Iterator

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.record import FeedRow
from leaddesk.domain.words import CallOutcome, Clock
from leaddesk.server.scheduler import tick
from tests.sync.acts import typed
from tests.sync.near import World, world


@pytest.fixture
def here() -> Iterator[World]:
    with world() as made:
        yield made


def later(here: World, **by: float) -> None:
    """Time goes by at the central, and every desk syncs."""
    here.central.clock.step(**by)
    while tick(here.central.store, here.central.clock.now()):
        pass
    for login in ("rep", "rep2", "manager"):
        here.desks[login].sync()


def offered(here: World) -> str:
    """A contact request that the rep has taken into work."""
    desk = here.desks["rep"]
    lead = typed(desk)
    desk.do(op.Take(lead=lead))
    desk.sync()
    return lead


def told(desk: Desk) -> list[tuple[str, Clock | None]]:
    return [(row.reason.key, row.clock) for row in desk.escalations.rows()]


def test_each_is_told_what_is_for_him_as_it_comes(here: World) -> None:
    lead = offered(here)
    later(here, minutes=100)
    rep, manager = here.desks["rep"], here.desks["manager"]
    assert told(rep) == [("escalation-warning", Clock.FIRST_ATTEMPT)] and told(manager) == []
    later(here, minutes=21)
    assert told(rep) == [("escalation-breach", Clock.FIRST_ATTEMPT)]
    assert told(manager) == [("escalation-manager", Clock.FIRST_ATTEMPT)]
    (row,) = manager.escalations.rows()
    assert row.id == lead and row.due is not None and row.due < here.central.clock.now()
    assert row.reason.values["owner"] == here.desks["rep"]._me().user.id
    later(here, minutes=120)
    assert told(manager) == [("escalation-proposal", Clock.FIRST_ATTEMPT)]
    assert here.desks["rep2"].escalations.rows() == []
    assert manager.views.counts()["escalations"] == 1


def test_it_is_over_as_soon_as_it_is_done_here_without_any_sync(here: World) -> None:
    lead = offered(here)
    later(here, minutes=121)
    rep = here.desks["rep"]
    assert rep.escalations.count() == 1
    rep.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED))
    assert rep.escalations.rows() == []
    rep.undo()
    assert told(rep) == [("escalation-breach", Clock.FIRST_ATTEMPT)]


def test_it_is_announced_once(here: World) -> None:
    offered(here)
    later(here, minutes=100)
    rep = here.desks["rep"]
    assert [row.reason.key for row in rep.escalations.announce()] == ["escalation-warning"]
    assert rep.escalations.announce() == []
    later(here, minutes=21)
    assert [row.reason.key for row in rep.escalations.announce()] == ["escalation-breach"]
    # What the central sends once more is not told once more.
    rep.store.begin_afresh()
    rep.sync()
    assert rep.escalations.announce() == [] and rep.escalations.count() == 1


def test_nobody_is_told_outside_working_time(here: World) -> None:
    offered(here)
    # From ten in the morning in Helsinki to noon, to midnight, and to noon again.
    later(here, hours=2)
    later(here, hours=12)
    rep, manager = here.desks["rep"], here.desks["manager"]
    assert rep.escalations.count() == manager.escalations.count() == 1
    assert rep.escalations.announce() == [] and manager.escalations.announce() == []
    later(here, hours=12)
    assert rep.escalations.announce() and manager.escalations.announce()


def test_what_a_restore_takes_back_leaves_and_comes_again(here: World) -> None:
    offered(here)
    copy = here.central.copy()
    later(here, minutes=121)
    rep = here.desks["rep"]
    assert rep.escalations.count() == 1
    here.central.restore(copy)
    rep.sync()
    assert rep.escalations.rows() == []
    later(here, minutes=1)
    assert told(rep) == [("escalation-breach", Clock.FIRST_ATTEMPT)]


def test_the_gravest_comes_first(here: World) -> None:
    rep = here.desks["rep"]
    first = offered(here)
    later(here, minutes=30)
    second = offered(here)
    later(here, minutes=95)
    assert [(row.id, row.reason.key) for row in rep.escalations.rows()] == [
        (first, "escalation-breach"), (second, "escalation-warning"),
    ]  # fmt: skip


def test_a_step_that_only_a_newer_program_knows_is_let_be(here: World) -> None:
    rep = here.desks["rep"]
    lead = offered(here)
    body = {"lead": lead, "step": "lawsuit", "clock": "decision"}
    rep.store.record_pull(
        [FeedRow(what="escalation", id="x", seq=1, body=body)], rep.store.cursor(), True, here.central.clock.now()
    )
    assert rep.escalations.rows() == []
