"""What the desk says of itself: counts equal the store's rows, words equal what happened with the central."""

from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.desk.typed import TypedLead
from leaddesk.domain.errors import BadInput, Denied, Refusal, Unreachable
from leaddesk.domain.operation import Accept, Note, Snooze, Take
from leaddesk.domain.words import LeadKind, LeadState
from leaddesk.pages.words import Words
from tests.support import LiveCentral, SteppedClock, open_desk


def rows(desk: Desk, state: str) -> int:
    """How many operations are in a state, by the table itself."""
    with desk.store._file.read() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE state = ?", (state,)).fetchone()
    return int(count)


def test_counts_and_words_follow_what_happens(tmp_path: Path, central: LiveCentral) -> None:
    clock = central.clock
    words = Words("en", "Europe/Helsinki", clock.now)
    with open_desk(tmp_path / "a", clock, central) as desk:
        assert words.sync_state(desk.status()) == "Not yet synced"
        desk.sync()
        assert words.sync_state(desk.status()) == "Up to date 10.00"
        made, _ = desk.new_lead(TypedLead(company="Uusi Oy"))
        desk.do(Take(lead=made.lead))
        status = desk.status()
        assert status.waiting == rows(desk, "waiting") == 2
        assert words.sync_state(status).startswith("Connected · 2 waiting to be sent")
        clock.step(minutes=10)
        central.stop()
        for _ in range(2):
            with pytest.raises(Unreachable):
                desk.sync()
            clock.step(minutes=5)
        status = desk.status()
        assert not status.online and status.trouble is not None and status.trouble.key == "central-not-reached"
        assert words.sync_state(status) == (
            "No connection since 10.10 · 2 waiting to be sent, safe on this computer · data as of 10.00"
        )
        desk.do(Note(lead=made.lead, text="junassa"))
        assert desk.status().waiting == rows(desk, "waiting") == 3
        central.start()
        done, changes = desk.sync()
        assert (done.pushed, done.waiting, changes.sync) == (3, 0, True)
        status = desk.status()
        assert (status.waiting, status.online, status.offline_since, status.trouble) == (0, True, None, None)
        assert words.sync_state(status) == "Up to date 10.20"
        assert rows(desk, "waiting") == 0


def test_signed_out_is_said_and_nothing_is_lost(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        desk.sync()
        made, _ = desk.new_lead(TypedLead(company="Uusi Oy"))
        central.clock.step(days=400)
        with pytest.raises(Denied):
            desk.sync()
        status = desk.status()
        assert status.trouble is not None and status.trouble.key == "token-expired"
        assert (status.waiting, status.offline_since) == (1, None)
        assert desk.card(made.lead).row.account == "Uusi Oy"


def test_the_word_syncing_is_there_while_it_syncs(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        seen = []
        desk.sync(progress=lambda done, total: seen.append(desk.status().syncing))
        assert seen and all(seen)
        assert not desk.status().syncing


def test_two_syncs_of_one_profile(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        with desk.profile.sync_lock(), pytest.raises(Refusal) as told:
            desk.sync()
        assert told.value.key == "sync-runs-already"
        desk.sync()


def test_what_no_central_could_read_is_refused_at_once(tmp_path: Path, central: LiveCentral) -> None:
    clock = SteppedClock()
    with open_desk(tmp_path / "a", clock, central) as desk:
        made, _ = desk.new_lead(TypedLead(company="Uusi Oy"))
        for act, field in (
            (Note(lead=made.lead, text="a\0b"), "note.text"),
            (Note(lead=made.lead, text="\ud83d"), "note.text"),
            (Snooze(lead=made.lead, until=clock.now().replace(year=9999)), "snooze.until"),
            (Accept(lead=made.lead, note="x" * 100_001), "accept.note"),
        ):
            with pytest.raises(BadInput) as told:
                desk.do(act)
            assert (told.value.key, told.value.values["field"]) == ("value-not-kept", field)
            sentence = Words("fi").error(told.value)
            assert sentence.startswith("Tätä ei voi säilyttää") and "range" not in sentence and "NUL" not in sentence
        assert desk.status().waiting == 1
        assert desk.card(made.lead).row.state is LeadState.NEW


def test_a_typed_lead_joins_the_company_of_its_business_id(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        first, _ = desk.new_lead(TypedLead(company="Uusi Oy", business_id="0112038-9"))
        second, _ = desk.new_lead(
            TypedLead(
                business_id="0112038-9", person="Maija Mehiläinen", phone="040 1234567", kind=LeadKind.HAND_RAISER
            )
        )
        one, two = desk.rows([first.lead, second.lead])
        assert (one.account_id, two.person, two.account) == (two.account_id, "Maija Mehiläinen", "Uusi Oy")
        for wrong in (TypedLead(), TypedLead(company="X", business_id="1"), TypedLead(company="X", phone="12")):
            with pytest.raises(BadInput):
                desk.new_lead(wrong)
        assert desk.status().waiting == 2


def test_a_colleague_is_found_by_user_name(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        desk.sync()
        colleague = central.users["rep2"].id
        assert desk.find_user("rep2") == desk.find_user("REP2") == desk.find_user(colleague) == colleague
        with pytest.raises(BadInput) as told:
            desk.find_user("nobody")
        assert told.value.key == "user-unknown"


def test_a_lead_is_found_by_a_unique_beginning_or_end(tmp_path: Path, central: LiveCentral) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as desk:
        ids = [desk.new_lead(TypedLead(company=f"Yritys {number} Oy"))[0].lead for number in range(3)]
        assert desk.find(ids[0]) == desk.find(f" {ids[0][-12:]} ") == ids[0]
        with pytest.raises(Refusal) as several:
            desk.find(ids[0][:8])
        assert (several.value.key, several.value.values["count"]) == ("lead-not-unique", 3)
        for nothing in ("", "%", "zzzz", "ab"):
            with pytest.raises(Refusal) as none:
                desk.find(nothing)
            assert none.value.key == "no-such-lead"
