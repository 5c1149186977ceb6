"""The page for both sides at the desk: asked of the central, kept for when there is none."""

import pytest

from leaddesk.domain import operation as op
from leaddesk.domain.errors import Denied, Unreachable
from leaddesk.domain.report import WHOLE
from tests.sync.acts import typed
from tests.sync.near import world
from tests.sync.strangers import Lossy


class Away(Lossy):
    """A central that cannot be reached."""

    def report(self, ask: object) -> object:  # type: ignore[override]
        raise Unreachable("central-not-reached", url="")


def test_what_was_told_last_is_there_without_a_connection() -> None:
    with world() as here:
        rep, manager = here.desks["rep"], here.desks["manager"]
        lead = typed(rep)
        rep.do(op.Take(lead=lead))
        rep.sync()
        manager.sync()
        assert manager.reports.kept() is None
        found = manager.reports.ask()
        assert found.of("offered") == found.of("kept:take-into-work") == 1 and found.as_of == here.central.clock.now()
        assert manager.reports.leads(0, "offered") == [lead]
        assert [row.id for row in manager.reports.rows([lead, "gone"])] == [lead]
        good = manager._central
        manager._central = lambda url, token: Away(good(url, token), lambda what: "")
        here.central.clock.step(hours=1)
        with pytest.raises(Unreachable):
            manager.reports.ask()
        assert manager.reports.kept() == found and manager.reports.kept(WHOLE) is None


def test_nobody_who_is_not_signed_in_asks() -> None:
    with world() as here:
        manager = here.desks["manager"]
        manager._credentials.keep("")
        with pytest.raises(Denied, match="not-signed-in"):
            manager.reports.ask()
