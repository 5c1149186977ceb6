"""What needs attention says whom it is about, also once the company is no longer here."""

from pathlib import Path

from leaddesk.desk.typed import TypedLead
from leaddesk.domain.operation import Note, SetFact
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from tests.support import LiveCentral, open_desk


def test_a_company_that_has_left_is_called_by_what_is_known_of_it(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    with (
        open_desk(tmp_path / "rep", clock, central) as rep,
        open_desk(tmp_path / "boss", clock, central, "boss") as boss,
    ):
        lead = boss.new_lead(TypedLead(company="Kaukana Oy"))[0].lead
        account = boss.store.account_of(lead)
        boss.sync()
        rep.sync()
        note = rep.do(Note(lead=lead, text="Soitettu"))[0].op
        rep.store.record_verdicts([VerdictRow(id=note, verdict=Verdict.REFUSED, reason="no-such-lead")], clock.now())
        (row,) = rep.attention.list()
        assert row.account == "Kaukana Oy"
        boss.perform(SetFact(key="team", value="etelä"), account)
        boss.sync()
        rep.sync()
        (row,) = rep.attention.list()
        assert (rep.store.account_name(account), row.account, row.text) == ("", account, "Soitettu")
        made = rep.new_lead(TypedLead(company="Uusi Oy"))[0]
        rep.store.record_verdicts([VerdictRow(id=made.op, verdict=Verdict.REFUSED, reason="lead-exists")], clock.now())
        assert [one.account for one in rep.attention.list()] == [account, "Uusi Oy"]
