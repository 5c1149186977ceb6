"""What falls between, as a view of the desk."""

from leaddesk.domain import operation as op
from leaddesk.server import admin
from tests.sync.acts import typed
from tests.sync.near import world


def test_stalled_leads_are_shown_longest_unmoved_first_until_somebody_moves_them() -> None:
    with world() as here:
        rep = here.desks["rep"]
        leads = []
        for name in ("Ensimmäinen Oy", "Toinen Oy"):
            lead = typed(rep, name)
            rep.do(op.Accept(lead=lead))
            leads.append(lead)
            here.central.clock.step(days=1)
        assert rep.views.between() == []
        here.central.clock.step(days=20)
        rows = rep.views.between()
        assert [row.id for row in rows] == leads and {row.reason.key for row in rows} == {"gap-stalled"}
        rep.do(op.LogMeeting(lead=leads[0], held=here.central.clock.now()))
        assert [row.id for row in rep.views.between()] == leads[1:]


def test_a_lead_whose_owner_has_left_is_shown_to_the_manager() -> None:
    with world() as here:
        rep, manager = here.desks["rep"], here.desks["manager"]
        lead = typed(rep)
        rep.do(op.Take(lead=lead))
        rep.sync()
        admin.disable_user(here.central.database, "rep")
        manager.sync()
        (row,) = manager.views.between()
        assert (row.id, row.reason.key) == (lead, "gap-owner")
