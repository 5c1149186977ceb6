"""Drafts, settings and the tray of what needs attention."""

import json
import os
import shutil
from pathlib import Path

import pytest

from leaddesk.config.settings import setting_names
from leaddesk.desk.desk import Desk
from leaddesk.desk.typed import TypedLead
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.domain.operation import LogCall, Note, Take
from leaddesk.domain.words import CallOutcome, LeadState
from leaddesk.pages.words import Words
from tests.support import LiveCentral, SteppedClock, open_desk


def test_a_draft_outlives_the_desk(tmp_path: Path) -> None:
    clock = SteppedClock()
    with open_desk(tmp_path / "a", clock) as desk:
        desk.drafts.save("lead-1", "Soitettu, palataan <b>ensi</b> viikolla\n👋")
        desk.drafts.save("lead-2", "toinen")
        desk.drafts.save("lead-2", "")
    with open_desk(tmp_path / "a", clock) as desk:
        assert desk.drafts.load("lead-1") == "Soitettu, palataan <b>ensi</b> viikolla\n👋"
        assert desk.drafts.load("lead-2") == desk.drafts.load("lead-3") == ""
        desk.drafts.clear("lead-1")
        assert desk.drafts.load("lead-1") == ""


def test_a_draft_outlives_a_kill(tmp_path: Path) -> None:
    """The files as they lie on disk while the desk is open are all that a kill leaves."""
    clock = SteppedClock()
    with open_desk(tmp_path / "a", clock) as desk:
        desk.drafts.save("lead-1", "kesken jäänyt")
        shutil.copytree(tmp_path / "a", tmp_path / "killed")
    with open_desk(tmp_path / "killed", clock) as desk:
        assert desk.drafts.load("lead-1") == "kesken jäänyt"


def test_the_card_shows_its_draft(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        made, _ = desk.new_lead(TypedLead(company="Uusi Oy"))
        desk.drafts.save(made.lead, "kesken")
        assert desk.card(made.lead).draft == "kesken"


def test_settings_are_kept_and_checked(tmp_path: Path) -> None:
    clock = SteppedClock()
    with open_desk(tmp_path / "a", clock) as desk:
        before = desk.settings.all()
        desk.settings.set("language", "sv")
        desk.settings.set("zone", "Europe/Stockholm")
        desk.settings.set("single_letter_keys", False)
        desk.settings.set("sync_minutes", 99_999)
        for name, value in (
            ("language", "de"), ("zone", "Mars/Olympus"), ("zone", "../etc/passwd"), ("theme", ""),
            ("sync_minutes", "x"), ("single_letter_keys", "perhaps"), ("dialer", "{e164}"), ("dialer", "tel:"),
            ("colour", "red"),
        ):  # fmt: skip
            with pytest.raises(BadInput):
                desk.settings.set(name, value)
    with open_desk(tmp_path / "a", clock) as desk:
        now = desk.settings.all()
        assert (now.language, now.zone) == ("sv", "Europe/Stockholm")
        assert (now.single_letter_keys, now.sync_minutes) == (False, 1440)
        assert (now.theme, now.density, now.dialer) == (before.theme, before.density, before.dialer)
        assert [desk.settings.get(name) for name in setting_names()] == [getattr(now, name) for name in setting_names()]
        # What an older or newer LeadDesk has written does not keep the desk shut.
        desk.store.set_setting("theme", "psychedelic")
        desk.store.set_setting("zone", "Mars/Olympus")
        assert (desk.settings.all().theme, desk.settings.all().zone) == (before.theme, before.zone)


def two_on_one_lead(one: Desk, two: Desk) -> tuple[str, str]:
    """Both take the same lead; the second one's taking is refused. The lead and the refused operation."""
    made, _ = one.new_lead(TypedLead(company="Yhteinen Oy"))
    one.sync()
    two.sync()
    one.do(Take(lead=made.lead))
    late, _ = two.do(Take(lead=made.lead))
    one.sync()
    result, _ = two.sync()
    assert result.refused == 1
    return made.lead, late.op


def test_the_loser_is_told_and_keeps_what_was_done(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as one, open_desk(tmp_path / "b", clock, central, "rep2") as two:
        lead, late = two_on_one_lead(one, two)
        (row,) = two.attention.list()
        assert (row.id, row.kind, row.lead, row.account) == (late, "take", lead, "Yhteinen Oy")
        assert row.reason.key in ("already-taken", "owned-by-other")
        assert two.status().attention == two.views.counts()["attention"] == 1
        assert two.rows([lead])[0].owner == central.users["rep"].id
        with pytest.raises(Refusal):
            two.attention.retry(late)
        assert [one.id for one in two.attention.list()] == [late]
        with pytest.raises(Refusal) as nothing:
            two.attention.retry("no-such-operation")
        assert nothing.value.key == "nothing-to-retry"


def test_it_is_exported_whole(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as one, open_desk(tmp_path / "b", clock, central, "rep2") as two:
        lead, late = two_on_one_lead(one, two)
        path = tmp_path / "kept.jsonl"
        assert two.attention.export(path) == 1
        (told,) = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert (told["operation"]["id"], told["operation"]["act"]["lead"]) == (late, lead) and told["reason"]
        with pytest.raises(BadInput) as refused:
            two.attention.export(tmp_path / "no" / "such" / "folder.jsonl")
        assert refused.value.key == "file-not-usable"


def test_what_is_refused_holds_nothing_and_what_is_let_go_stays_in_the_store(
    tmp_path: Path, central: LiveCentral
) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as one, open_desk(tmp_path / "b", clock, central, "rep2") as two:
        lead, late = two_on_one_lead(one, two)
        note, _ = two.do(Note(lead=lead, text="silti tärkeää"))
        two.sync()
        assert (two.status().waiting, two.status().held, two.status().attention) == (0, 0, 1)
        with pytest.raises(Refusal) as nothing:
            two.attention.dismiss("no-such-operation")
        assert nothing.value.key == "nothing-to-retry"
        two.attention.dismiss(late)
        assert two.attention.list() == [] and two.status().attention == 0
        assert note.op in {row["id"] for row in central.operations() if row["verdict"] == "applied"}
        with two.store._file.read() as connection:
            assert connection.execute("SELECT state FROM outbox WHERE id = ?", (late,)).fetchone() == ("dismissed",)


def test_what_needs_attention_is_meant_by_a_unique_beginning_of_its_id(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as one, open_desk(tmp_path / "b", clock, central, "rep2") as two:
        _, first = two_on_one_lead(one, two)
        _, second = two_on_one_lead(one, two)
        shared = os.path.commonprefix([first, second])
        for act in (two.attention.retry, two.attention.dismiss):
            for none in ("", " "):
                with pytest.raises(Refusal, match="nothing-to-retry"):
                    act(none)
            with pytest.raises(Refusal, match="operation-not-unique") as several:
                act(shared)
        assert several.value.values["count"] == 2 and shared in Words("en").error(several.value)
        two.attention.dismiss(f" {second[: len(shared) + 1].upper()} ")
        assert [row.id for row in two.attention.list()] == [first]


def test_it_is_tried_again_when_it_may_be(tmp_path: Path, central: LiveCentral) -> None:
    """The first taker gives the lead back by undoing; then the second one's retry is a new operation that stands."""
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as one, open_desk(tmp_path / "b", clock, central, "rep2") as two:
        lead, late = two_on_one_lead(one, two)
        one.undo()
        one.sync()
        two.sync()
        clock.step(minutes=1)
        two.attention.retry(late)
        assert two.attention.list() == [] and two.rows([lead])[0].state is LeadState.TAKEN
        result, _ = two.sync()
        assert (result.refused, result.waiting) == (0, 0)
        assert two.rows([lead])[0].owner == central.users["rep2"].id


def test_the_acts_of_the_card_are_those_that_succeed(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        made, _ = desk.new_lead(TypedLead(company="Uusi Oy"))
        acts = {one.key: one for one in desk.card(made.lead).acts}
        assert acts["take"].enabled and acts["call"].enabled and acts["object"].enabled
        desk.do(Take(lead=made.lead))
        desk.do(LogCall(lead=made.lead, outcome=CallOutcome.REACHED))
        acts = {one.key: one for one in desk.card(made.lead).acts}
        assert not acts["take"].enabled and acts["take"].why is not None
        with pytest.raises(Refusal) as refused:
            desk.do(Take(lead=made.lead))
        assert refused.value.key == acts["take"].why.key
        assert acts["accept"].enabled and acts["won"].enabled is False
