"""What the desk makes of an act before it is done: whose act it is, and what an undo is about."""

from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.desk.typed import TypedLead
from leaddesk.domain.errors import Refusal
from leaddesk.domain.operation import CompanyPart, HandOver, ImportRows, Row, Take
from tests.support import LiveCentral, open_desk


def _owner(desk: Desk, lead: str) -> str:
    return desk.rows([lead])[0].owner


def test_a_manager_gives_anybodys_lead_to_a_colleague(tmp_path: Path, central: LiveCentral) -> None:
    clock, users = central.clock, central.users
    with (
        open_desk(tmp_path / "rep", clock, central) as rep,
        open_desk(tmp_path / "other", clock, central, "rep2") as other,
        open_desk(tmp_path / "manager", clock, central, "manager") as manager,
    ):
        lead = rep.new_lead(TypedLead(company="Sairaan Lead Oy"))[0].lead
        rep.do(Take(lead=lead))
        rep.sync()
        other.sync()
        manager.sync()
        act = HandOver(lead=lead, to=users["rep2"].id, text="sairas")
        with pytest.raises(Refusal) as refused:
            other.do(act)
        assert refused.value.key == "owned-by-other"
        manager.do(act)
        assert manager.sync()[0].refused == 0
        rep.sync()
        for desk in (rep, manager):
            assert _owner(desk, lead) == users["rep2"].id
            card = desk.store.card(lead)
            assert card is not None and card.entries[0].operation.kind == "assign"
        # A lead of one's own is handed over, by a manager too.
        own = manager.new_lead(TypedLead(company="Oma Oy"))[0].lead
        manager.do(Take(lead=own))
        manager.do(HandOver(lead=own, to=users["rep"].id))
        card = manager.store.card(own)
        assert card is not None and card.entries[0].operation.kind == "hand-over"


def test_an_import_taken_back_is_not_undone_but_imported_again(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "desk", central.clock, central) as desk:
        rows = (Row(number=1, company=CompanyPart(name="Tuotu Oy", external_id="1")),)
        desk.perform(ImportRows(import_id="import-one", file="f.csv", source_name="s", rows=rows), "")
        desk.undo()
        with pytest.raises(Refusal) as refused:
            desk.undo()
        assert (refused.value.key, refused.value.values) == ("cannot-be-undone", {"act": "undo-import"})
