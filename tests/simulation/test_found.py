"""Bugs that the simulator has found, in their smallest form."""

from dataclasses import replace

import msgspec
import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import document
from leaddesk.domain.errors import Unreachable
from leaddesk.domain.words import BuyingStage
from leaddesk.server import cursor
from leaddesk.wire.central import Central
from leaddesk.wire.message import Pull, Pulled, Push, Pushed
from tests.simulation.play import opened, play
from tests.sync.acts import typed
from tests.sync.near import World, world
from tests.sync.strangers import Lossy


def notes(desk: Desk, lead: str) -> list[str]:
    card = desk.store.card(lead)
    assert card is not None
    return [one.operation.act.text for one in reversed(card.entries) if isinstance(one.operation.act, op.Note)]


def at_the_central(here: World) -> set[str]:
    return {str(row["id"]) for row in here.central.operations()}


def no_pull(central: Central) -> Lossy:
    return Lossy(central, lambda what: "lost" if what == "pull" else "")


def test_a_restore_while_a_pull_begins_afresh_is_found_out() -> None:
    with world() as here:
        desk = here.desks["rep"]
        lead = typed(desk)
        desk.sync()
        copy = here.central.copy()
        note = desk.do(op.Note(lead=lead, text="after the copy"))[0].op
        here.central.change_teams("rep", "north")
        good, first = desk._central, True

        def once(what: str) -> str:
            nonlocal first
            if what == "pull" and not first:
                return "lost"
            first = first and what != "pull"
            return ""

        desk._central = lambda url, token: Lossy(good(url, token), once)
        try:
            # The first pull is told to begin afresh; the next does not come through.
            desk.sync()
            raise AssertionError("the second pull came through")
        except Unreachable:
            pass
        assert desk.store.cursor() == "" and note in at_the_central(here)
        here.central.restore(copy)
        desk._central = good
        desk.sync()
        assert note in at_the_central(here) and notes(desk, lead) == ["after the copy"]


def test_a_policy_that_a_restore_has_taken_back_is_in_force_nowhere_until_it_comes_again() -> None:
    with world() as here:
        desk, boss = here.desks["rep"], here.desks["manager"]
        boss.sync()
        copy = here.central.copy()
        boss.perform(op.PublishPolicy(version=2, document=document(default_policy())), "")
        boss.sync()
        desk.sync()
        assert sorted(desk.store.policies().versions) == [1, 2]
        here.central.restore(copy)
        desk.sync()
        assert sorted(desk.store.policies().versions) == [1]
        boss.sync()
        desk.sync()
        assert sorted(desk.store.policies().versions) == [1, 2]


def test_a_restore_to_between_two_pages_is_found_out() -> None:
    with world() as here:
        desk, other = here.desks["rep"], here.desks["rep2"]
        other.sync()
        lead = typed(desk)
        typed(desk, "Pohjolan Paja Oy")
        desk.sync()
        copy, end = here.central.copy(), cursor.read(desk.store.cursor()).seq
        # The lead's row moves behind what the copy holds.
        desk.do(op.SetStage(lead=lead, stage=BuyingStage.DECIDING))
        desk.sync()
        good = other._central

        class Narrow(Lossy):
            def pull(self, ask: Pull) -> Pulled:
                return super().pull(replace(ask, limit=1))

        def until_the_end_of_the_copy(what: str) -> str:
            at = other.store.cursor()
            return "lost" if at and cursor.read(at).seq == end else ""

        other._central = lambda url, token: Narrow(good(url, token), until_the_end_of_the_copy)
        with pytest.raises(Unreachable):
            other.sync()
        assert not other.store.account_of(lead)
        here.central.restore(copy)
        other._central = good
        other.sync()
        assert other.store.account_of(lead)


def test_what_cannot_be_judged_holds_nothing_that_was_acknowledged_before_it() -> None:
    with world() as here:
        desk = here.desks["rep"]
        copy = here.central.copy()
        lead = typed(desk)
        first = desk.do(op.Note(lead=lead, text="first"))[0].op
        bad = desk.do(op.Note(lead=lead, text="x"))[0].op
        with desk.store._file.write() as connection:
            connection.execute(
                "UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (bad,)
            )
        desk.sync()
        assert [one.id for one in desk.store.attention()] == [bad]
        here.central.restore(copy)
        behind = desk.do(op.Note(lead=lead, text="behind"))[0].op
        desk.sync()
        assert first in at_the_central(here) and behind not in at_the_central(here)
        assert desk.status().waiting == desk.status().held == 1


def test_what_is_held_and_was_told_of_before_a_restore_is_shown_as_waiting_again() -> None:
    with world() as here:
        desk = here.desks["rep"]
        lead = typed(desk)
        desk.sync()
        copy = here.central.copy()
        bad = desk.do(op.Note(lead=lead, text="x"))[0].op
        behind = desk.do(op.Note(lead=lead, text="behind"))[0].op
        with desk.store._file.write() as connection:
            (body,) = connection.execute("SELECT body FROM outbox WHERE id = ?", (behind,)).fetchone()
            connection.execute(
                "UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (bad,)
            )
        desk.sync()
        assert desk.status().held == 1 and behind not in at_the_central(here)
        # A request of this desk that was under way comes to the central after all.
        good = desk._central

        class Late(Lossy):
            def push(self, batch: Push) -> Pushed:
                return super().push(replace(batch, operations=(msgspec.json.decode(body),)))

        desk._central = lambda url, token: Late(good(url, token), lambda what: "lost" if what == "pull" else "")
        desk.do(op.Note(lead=typed(desk, "Pohjolan Paja Oy"), text="y"))
        with pytest.raises(Unreachable):
            desk.sync()
        desk._central = good
        desk.sync()
        assert behind in at_the_central(here)
        here.central.restore(copy)
        desk.sync()
        assert behind not in at_the_central(here) and desk.status().held == 1
        assert notes(desk, lead)[-1] == "behind"


def test_a_line_undone_before_it_was_told_stays_in_the_history() -> None:
    with world() as here:
        desk = here.desks["rep"]
        lead, other = typed(desk), typed(desk, "Pohjolan Paja Oy")
        desk.sync()
        # Goes out of sight with the same push, so that the central does not say what it agrees on.
        desk.do(op.SetFact(lead=other, key="team", value="north"))
        desk.do(op.Note(lead=lead, text="not so"))
        good = desk._central
        desk._central = lambda url, token: no_pull(good(url, token))
        try:
            desk.sync()
        except Unreachable:
            pass
        desk._central = good
        desk.undo()
        desk.sync()
        card = desk.store.card(lead)
        assert card is not None
        undone = [one for one in card.entries if isinstance(one.operation.act, op.Note)]
        assert [bool(one.undone_by) for one in undone] == [True]


@pytest.mark.parametrize("apart", [False, True])
def test_what_an_import_means_does_not_depend_on_how_operations_are_cut_into_batches(apart: bool) -> None:
    with world() as here:
        desk = here.desks["rep"]
        row = op.Row(
            number=2,
            company=op.CompanyPart(name="Tuotu Oy", external_id="c0"),
            person=op.PersonPart(name="Eero", external_id="p0"),
        )

        def bring() -> None:
            desk.do(op.ImportRows(import_id=desk.ids.new(), file="f.csv", source_name="s", rows=(row,)))
            if apart:
                desk.sync()

        bring()
        desk.undo()
        bring()
        (lead,) = desk.order().ids
        note = desk.do(op.Note(lead=lead, text="typed at once"))[0].op
        desk.sync()
        verdicts = {str(row["id"]): row["verdict"] for row in here.central.operations()}
        assert verdicts[note] == "applied" and notes(desk, lead) == ["typed at once"]


def test_a_row_that_an_undone_import_must_leave_stands_at_the_desk_too() -> None:
    with world() as here:
        desk, other = here.desks["rep"], here.desks["rep2"]
        row = op.Row(
            number=2,
            company=op.CompanyPart(name="Tuotu Oy", external_id="c0"),
            person=op.PersonPart(name="Eero", external_id="p0"),
        )
        imported = desk.ids.new()
        desk.do(op.ImportRows(import_id=imported, file="f.csv", source_name="s", rows=(row,)))
        desk.sync()
        other.sync()
        (lead,) = other.order().ids
        other.do(op.Note(lead=lead, text="built upon it"))
        other.sync()
        desk.undo_import(imported)
        desk.sync()
        card = desk.store.card(lead)
        assert card is not None
        assert [one.undone_by for one in card.entries] == ["", ""]


def _row() -> op.Row:
    return op.Row(
        number=2,
        company=op.CompanyPart(name="Tuotu Oy", external_id="c0"),
        person=op.PersonPart(name="Eero", external_id="p0"),
    )


def _bring(desk: Desk, row: op.Row) -> str:
    """Import one row; its account."""
    desk.do(op.ImportRows(import_id=desk.ids.new(), file="f.csv", source_name="s", rows=(row,)))
    return desk.store.account_of(desk.order().ids[0])


def test_what_was_made_here_and_is_elsewhere_at_the_central_leaves_though_something_was_typed_on_it_meanwhile() -> None:
    with world() as here:
        desk, other = here.desks["rep"], here.desks["rep2"]
        theirs = _bring(other, _row())
        other.sync()
        own = _bring(desk, _row())
        (lead,) = desk.order().ids
        good, fates = desk._central, iter([lambda: desk.do(op.Note(lead=lead, text="while it came"))])

        def typing(what: str) -> str:
            if what == "pull":
                next(fates, lambda: None)()
            return ""

        desk._central = lambda url, token: Lossy(good(url, token), typing)
        desk.sync()
        assert desk.store.state(own).account is None
        account = desk.store.state(theirs).account
        assert account is not None and account.name == "Tuotu Oy"
        desk.sync()
        assert [one.reason for one in desk.store.attention()] == ["no-such-lead"]


@pytest.mark.parametrize("seed", [2055, 2799, 3241, 3442, 3848, 4262, 4345])
def test_a_schedule_that_once_failed_holds(seed: int) -> None:
    opened()
    assert not play(seed).failure
