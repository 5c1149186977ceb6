"""The rules of sync, as ``sync/__init__`` numbers them, against the real authority and mostly over real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leaddesk.desk.desk import Desk, directly
from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, Denied, Refusal, Unreachable
from leaddesk.domain.record import PUSH_OPERATIONS
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, ObjectionScope, RejectReason, Role, Verdict
from leaddesk.server import admin, authority
from leaddesk.sync.cycle import cycle
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Pull, Push
from tests.server.hands import Device
from tests.support import LiveCentral, open_desk
from tests.sync.acts import typed
from tests.sync.near import view
from tests.sync.strangers import Lossy


def state(desk: Desk, lead: str) -> LeadState:
    return desk.store.state(desk.store.account_of(lead)).leads[lead].state


def history(desk: Desk, lead: str) -> list[op.Operation]:
    """What stands in the history of the lead's account, in its order."""
    card = desk.store.card(lead)
    assert card is not None
    return [one.operation for one in reversed(card.entries)]


def notes(desk: Desk, lead: str) -> list[str]:
    return [one.act.text for one in history(desk, lead) if isinstance(one.act, op.Note)]


def counts(central: LiveCentral) -> dict[str, int]:
    """How often the central holds each operation."""
    found: dict[str, int] = {}
    for row in central.operations():
        found[str(row["id"])] = found.get(str(row["id"]), 0) + 1
    return found


@contextmanager
def bad_line(desk: Desk, fate: Callable[[str], str]) -> Iterator[None]:
    """The desk's central at the end of a bad line."""
    before = desk._central
    desk._central = lambda url, token: Lossy(before(url, token), fate)
    try:
        yield
    finally:
        desk._central = before


# --- 1: on disk before it is sent, and sending twice is harmless ----------------------------------------------------


def test_an_answer_lost_after_the_commit_makes_nothing_twice(central: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="Hei"))
    with bad_line(desk, lambda what: "answered in vain"):
        with pytest.raises(Unreachable):
            desk.sync()
    assert desk.status().waiting == 2 and len(central.operations()) == 2
    desk.sync()
    assert desk.status().waiting == 0 and set(counts(central).values()) == {1}
    assert len(desk.store.state(desk.store.account_of(lead)).leads[lead].attempts) == 1


def test_a_request_that_comes_twice_is_one(central: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED))
    with bad_line(desk, lambda what: "twice"):
        result, _ = desk.sync()
    assert result.pushed == 2 and set(counts(central).values()) == {1}
    assert len(desk.store.state(desk.store.account_of(lead)).leads[lead].attempts) == 1


# --- 2: oldest first within an account, in batches ------------------------------------------------------------------


def test_the_outbox_goes_in_batches_and_in_order(
    central: LiveCentral, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = typed(desk)
    for number in range(PUSH_OPERATIONS + 20):
        desk.do(op.Note(lead=lead, text=str(number)))
    batches: list[int] = []
    push = HttpCentral.push

    def counted(self: HttpCentral, batch: Push) -> Any:
        batches.append(len(batch.operations))
        return push(self, batch)

    monkeypatch.setattr(HttpCentral, "push", counted)
    heard: list[tuple[int, int]] = []
    result, _ = desk.sync(lambda done, known: heard.append((done, known)))
    assert batches == [PUSH_OPERATIONS, 21] and result.pushed == PUSH_OPERATIONS + 21
    newest = [str(number) for number in range(PUSH_OPERATIONS + 20)][-200:]
    assert notes(desk, lead)[-200:] == newest
    assert heard[0] == (PUSH_OPERATIONS, PUSH_OPERATIONS + 21) and heard[1] == (PUSH_OPERATIONS + 21,) * 2
    assert all(done <= known for done, known in heard) and heard[-1][0] == heard[-1][1]


def test_what_is_more_than_the_central_takes_is_halved_and_one_alone_is_set_aside(desk: Desk) -> None:
    leads = [typed(desk, f"Yritys {number} Oy") for number in range(6)]
    desk.do(op.Note(lead=leads[0], text="much too much"))
    central = desk._central(desk.store.meta("central"), desk.store.meta("token"))

    class Narrow(Lossy):
        def push(self, batch: Push) -> Any:
            if len(batch.operations) > 2 or "too much" in str(batch.operations):
                raise BadInput("body-too-large", expected=10)
            return super().push(batch)

    result = cycle(Narrow(central, lambda what: ""), desk.store, directly, desk.clock.now)
    assert (result.pushed, result.refused) == (7, 1)
    (kept,) = desk.store.attention()
    assert kept.reason == "body-too-large" and kept.body["act"]["text"] == "much too much"
    assert desk.status().waiting == 0


# --- 3 and 4: one verdict each; a bad one holds only later ones of its account --------------------------------------


def test_of_two_who_take_one_lead_offline_the_second_is_told_and_keeps_his_call(
    central: LiveCentral, desk: Desk, other: Desk
) -> None:
    lead = typed(desk)
    desk.sync()
    other.sync()
    central.stop()
    desk.do(op.Accept(lead=lead))
    other.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="Minäkin soitin"))
    other.do(op.Accept(lead=lead))
    for one in (desk, other):
        with pytest.raises(Unreachable):
            one.sync()
        assert one.status().offline_since is not None
    central.start()
    desk.sync()
    result, _ = other.sync()
    assert (result.pushed, result.refused) == (2, 1)
    (told,) = other.attention.list()
    assert told.reason.key in ("already-accepted", "owned-by-other")
    desk.sync()
    for one in (desk, other):
        held = one.store.state(one.store.account_of(lead)).leads[lead]
        assert held.owner == central.users["rep"].id and held.state is LeadState.ACCEPTED
        assert [attempt.by for attempt in held.attempts] == [central.users["rep2"].id]
    assert desk.store.state(desk.store.account_of(lead)) == other.store.state(other.store.account_of(lead))


def test_behind_what_the_central_cannot_read_only_its_account_waits(central: LiveCentral, desk: Desk) -> None:
    held, free = typed(desk, "Odottaa Oy"), typed(desk, "Vapaa Oy")
    desk.sync()
    bad = desk.do(op.Note(lead=held, text="x"))[0].op
    desk.do(op.Note(lead=held, text="behind"))
    desk.do(op.Note(lead=free, text="free"))
    with desk.store._file.write() as connection:
        connection.execute("UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (bad,))
    result, _ = desk.sync()
    assert (result.pushed, result.refused, result.waiting) == (2, 1, 1)
    (kept,) = desk.store.attention()
    assert (kept.id, kept.reason) == (bad, "unreadable-operation")
    assert notes(desk, free) == ["free"] and notes(desk, held) == ["behind"]
    desk.attention.dismiss(bad)
    desk.sync()
    assert desk.status().waiting == 0 and counts(central)[bad] == 1
    verdicts = {row["id"]: row["verdict"] for row in central.operations()}
    assert verdicts.pop(bad) == "quarantined" and set(verdicts.values()) == {"applied"}


def test_a_central_that_passes_no_verdict_is_not_asked_for_ever(desk: Desk) -> None:
    typed(desk)
    central = desk._central(desk.store.meta("central"), desk.store.meta("token"))

    class Silent(Lossy):
        asked = 0

        def push(self, batch: Push) -> Any:
            self.asked += 1
            return replace(super().push(batch), verdicts=())

    silent = Silent(central, lambda what: "")
    result = cycle(silent, desk.store, directly, desk.clock.now)
    assert (silent.asked, result.pushed) == (1, 0) and desk.status().waiting == 1


# --- 5: rows and cursor together, the last server row with what is pending on top -----------------------------------


def test_a_newer_row_of_the_central_goes_beneath_what_is_pending(desk: Desk, other: Desk) -> None:
    lead = typed(desk)
    desk.do(op.Take(lead=lead))
    desk.sync()
    other.sync()
    desk.do(op.Note(lead=lead, text="mine"))
    desk.do(op.Snooze(lead=lead, until=desk.clock.now() + timedelta(days=1)))
    other.do(op.LogCall(lead=lead, outcome=CallOutcome.NO_ANSWER))
    other.sync()
    with bad_line(desk, lambda what: "lost" if what == "push" else ""):
        with pytest.raises(Unreachable):
            desk.sync()
    central = desk._central(desk.store.meta("central"), desk.store.meta("token"))
    news = central.pull(Pull(cursor=desk.store.cursor()))
    desk.store.record_pull(news.rows, news.cursor, not news.more, desk.clock.now())
    held = desk.store.state(desk.store.account_of(lead)).leads[lead]
    assert len(held.attempts) == 1 and held.snoozed_until is not None and notes(desk, lead) == ["mine"]
    desk.sync()
    other.sync()
    assert desk.store.state(desk.store.account_of(lead)) == other.store.state(other.store.account_of(lead))


def test_offline_in_the_middle_goes_on_where_it_stopped(
    central: LiveCentral, desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority, "BLOCK_PAGES", 1)
    boss = Device(central, "boss")
    rows = tuple(
        op.Row(number=n, company=op.CompanyPart(name=f"Yritys {n} Oy", external_id=str(n))) for n in range(450)
    )
    boss.do(op.ImportRows(import_id="import-one", file="f.csv", source_name="s", rows=rows))
    fates = iter(["", "lost"])
    with bad_line(other, lambda what: next(fates)):
        with pytest.raises(Unreachable):
            other.sync()
    middle = other.store.cursor()
    assert middle and 0 < len(other.order().ids) < 450
    result, _ = other.sync()
    assert 0 < result.pulled < 1350 and other.store.cursor() != middle
    assert [one.kind for one in history(other, other.search("Yritys 449")[0].id)] == ["import-row"]
    desk.sync()
    assert other.order().ids == desk.order().ids and len(desk.order().ids) == 450


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_a_lead_told_on_a_page_before_its_account_is_there_at_the_end(desk: Desk, other: Desk, limit: int) -> None:
    lead = typed(desk)
    account = desk.store.account_of(lead)
    desk.do(op.SetFact(key="phone", value="+358401234567", lead=lead))
    desk.sync()
    central = other._central(other.store.meta("central"), other.store.meta("token"))

    class Narrow(Lossy):
        def pull(self, ask: Pull) -> Any:
            return super().pull(replace(ask, limit=limit))

    cycle(Narrow(central, lambda what: ""), other.store, directly, other.clock.now)
    assert other.store.state(account) == desk.store.state(account) and other.order().ids == (lead,)
    assert history(other, lead) == history(desk, lead)


def test_a_lead_told_on_a_page_before_its_person_is_not_there_before(desk: Desk, other: Desk) -> None:
    other.sync()
    lead, person = desk.ids.new(), desk.ids.new()
    company, contact = op.CompanyPart(name="Kuusikon Saha Oy"), op.PersonPart(name="Aino")
    desk.perform(op.CreateLead(lead=lead, person=person, company=company, contact=contact), desk.ids.new())
    desk.sync()
    # From now on the person's row comes after the lead's.
    desk.do(op.SetFact(key="title", value="Ostaja", lead=lead, person=person))
    desk.sync()
    central = other._central(other.store.meta("central"), other.store.meta("token"))
    seen: list[bool] = []

    class Narrow(Lossy):
        def pull(self, ask: Pull) -> Any:
            state = other.store.state(desk.store.account_of(lead))
            seen.append(not state.leads or person in state.persons)
            return super().pull(replace(ask, limit=1))

    cycle(Narrow(central, lambda what: ""), other.store, directly, other.clock.now)
    assert len(seen) > 3 and all(seen)
    assert other.store.state(desk.store.account_of(lead)) == desk.store.state(desk.store.account_of(lead))


def test_what_an_import_made_here_and_the_central_put_elsewhere_is_there_once(desk: Desk, other: Desk) -> None:
    company = op.CompanyPart(name="Kuusikon Saha Oy", business_id="0100990-4")
    desk.perform(op.CreateLead(lead=desk.ids.new(), company=company), desk.ids.new())
    desk.sync()
    for number, person in enumerate(("Aino", "Eino")):
        row = op.Row(
            number=2, company=company, person=op.PersonPart(name=person), lead=op.LeadPart(external_id=f"l{number}")
        )
        act = op.ImportRows(import_id=f"import-{number}", file="f.csv", source_name="s", rows=(row,))
        other.perform(act, "")
    assert len(other.order().ids) > 0
    other.sync()
    desk.sync()
    account = desk.store.account_of(desk.order().ids[0])
    assert other.store.state(account) == desk.store.state(account)
    assert len(desk.store.state(account).leads) > 1


def test_a_page_that_cannot_be_recorded_moves_no_cursor(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = typed(desk)
    desk.sync()
    before = other.store.cursor()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("leaddesk.store.local.pulling._settle", full)
        with pytest.raises(Exception, match="disk-full"):
            other.sync()
    assert other.store.cursor() == before and not other.store.account_of(lead)
    other.sync()
    assert other.store.account_of(lead)


# --- 6: pull afresh, keep the outbox; absence is never a deletion ---------------------------------------------------


@pytest.mark.parametrize("declared", [True, False], ids=["new epoch", "found out by the chain"])
def test_after_a_restore_nothing_acknowledged_and_nothing_waiting_is_lost(
    central: LiveCentral, desk: Desk, other: Desk, declared: bool
) -> None:
    old = typed(desk, "Vanha Oy")
    desk.sync()
    other.sync()
    backup = central.copy()
    new = typed(desk, "Uusi Oy")
    desk.do(op.LogCall(lead=old, outcome=CallOutcome.REACHED, note="after the backup"))
    other.do(op.Note(lead=old, text="also after"))
    desk.sync()
    other.sync()
    desk.sync()
    waiting = desk.do(op.Note(lead=new, text="still waiting"))[0].op
    central.restore(backup)
    if declared:
        central.begin_epoch()
    desk.sync()
    assert waiting in counts(central)
    other.sync()
    desk.sync()
    assert set(counts(central).values()) == {1} and len(central.operations()) == 5
    assert {row["verdict"] for row in central.operations()} == {"applied"}
    for lead in (old, new):
        assert desk.store.card(lead) == other.store.card(lead)
    assert notes(desk, old) == ["also after"] and notes(desk, new) == ["still waiting"]
    assert len(desk.store.state(desk.store.account_of(old)).leads[old].attempts) == 1
    assert desk.status().waiting == desk.status().attention == 0


def test_a_change_of_teams_fetches_afresh_and_keeps_what_waits(central: LiveCentral, desk: Desk) -> None:
    north = typed(desk, "Pohjoinen Oy")
    common = typed(desk, "Yhteinen Oy")
    desk.sync()
    boss = Device(central, "boss")
    boss.do(op.SetFact(key="team", value="north", lead=north), desk.store.account_of(north))
    desk.sync()
    assert not desk.store.account_of(north)
    desk.do(op.Note(lead=common, text="waits"))
    central.change_teams("rep", "north")
    desk.sync()
    assert desk.store.account_of(north) and notes(desk, common) == ["waits"]
    assert desk.status().waiting == 0


def test_work_on_what_left_the_scope_is_refused_and_kept(central: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    desk.sync()
    account = desk.store.account_of(lead)
    note = desk.do(op.Note(lead=lead, text="Tärkeä havainto"))[0].op
    Device(central, "boss").do(op.SetFact(key="team", value="north", lead=lead), account)
    result, _ = desk.sync()
    assert (result.pushed, result.refused) == (1, 1)
    (kept,) = desk.store.attention()
    assert (kept.id, kept.reason, kept.body["act"]["text"]) == (note, "account-not-in-sight", "Tärkeä havainto")
    assert not desk.store.account_of(lead)


def test_a_pull_that_takes_much_away_asks_first(central: LiveCentral, desk: Desk) -> None:
    rows = tuple(op.Row(number=n, company=op.CompanyPart(name=f"Yritys {n} Oy", external_id=str(n))) for n in range(80))
    boss = Device(central, "boss")
    boss.do(op.ImportRows(import_id="import-one", file="f.csv", source_name="s", rows=rows))
    desk.sync()
    assert len(desk.order().ids) == 80
    boss.do(op.UndoImport(import_id="import-one"))
    for _ in range(2):
        with pytest.raises(Refusal, match="pull-removes-much"):
            desk.sync()
        assert len(desk.order().ids) == 80
        trouble = desk.status().trouble
        assert trouble is not None and trouble.key == "pull-removes-much"
    desk.allow_removal()
    desk.sync()
    assert desk.order().ids == () and desk.status().trouble is None


def test_a_central_that_always_asks_for_a_fresh_pull_is_given_up(desk: Desk) -> None:
    typed(desk)
    desk.sync()
    central = desk._central(desk.store.meta("central"), desk.store.meta("token"))

    class Forgetful(Lossy):
        asked = 0

        def pull(self, ask: Pull) -> Any:
            self.asked += 1
            raise Refusal("resync-required")

    forgetful = Forgetful(central, lambda what: "")
    with pytest.raises(Refusal, match="resync-required"):
        cycle(forgetful, desk.store, directly, desk.clock.now)
    assert forgetful.asked == 3


# --- 7: offline is a state ------------------------------------------------------------------------------------------


def test_offline_is_noted_once_and_over_when_the_central_answers(central: LiveCentral, desk: Desk) -> None:
    desk.sync()
    assert desk.status().online
    central.stop()
    central.clock.step(minutes=1)
    since = desk.clock.now()
    for _ in range(2):
        with pytest.raises(Unreachable, match="central-not-reached"):
            desk.sync()
        central.clock.step(minutes=5)
    status = desk.status()
    assert (status.offline_since, status.online) == (since, False)
    assert status.trouble is not None and status.trouble.key == "central-not-reached"
    central.start()
    desk.sync()
    status = desk.status()
    assert status.online and status.offline_since is None and status.trouble is None
    assert status.last_sync == desk.clock.now()


@pytest.mark.parametrize("end", ["expired", "revoked", "disabled"])
def test_a_token_that_opens_no_more_takes_nothing_with_it(central: LiveCentral, desk: Desk, end: str) -> None:
    lead = typed(desk)
    desk.sync()
    desk.do(op.Reject(lead=lead, reason=RejectReason.BUDGET))
    if end == "expired":
        central.clock.step(days=91)
    elif end == "revoked":
        admin.revoke_devices(central.database, "rep")
    else:
        admin.disable_user(central.database, "rep")
    with pytest.raises(Denied):
        desk.sync()
    status = desk.status()
    assert status.waiting == 1 and status.trouble is not None and status.offline_since is None
    assert state(desk, lead) is LeadState.REJECTED
    desk.do(op.Note(lead=lead, text="works on"))
    assert desk.status().waiting == 2
    if end == "disabled":
        return
    desk.sign_in(central.url, "rep", "correct horse")
    assert desk.status().trouble is None
    result, _ = desk.sync()
    assert (result.pushed, result.refused) == (2, 0) and set(counts(central).values()) == {1}


def test_cancelled_on_the_way_it_goes_on_next_time(central: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    for number in range(PUSH_OPERATIONS):
        desk.do(op.Note(lead=lead, text=str(number)))
    heard: list[int] = []
    result, _ = desk.sync(lambda done, known: heard.append(done), lambda: bool(heard))
    assert (result.pushed, result.waiting) == (PUSH_OPERATIONS, 1) and desk.status().last_sync is None
    result, _ = desk.sync()
    assert (result.pushed, result.waiting) == (1, 0) and desk.status().last_sync is not None
    assert set(counts(central).values()) == {1}


def test_one_sync_at_a_time_per_profile(tmp_path: Path, central: LiveCentral, desk: Desk) -> None:
    second: list[str] = []

    def meanwhile(what: str) -> str:
        with pytest.raises(Refusal, match="sync-runs-already"):
            desk.sync()
        with open_desk(tmp_path / "desk", central.clock) as headless:
            with pytest.raises(Refusal, match="sync-runs-already"):
                headless.sync()
        second.append(what)
        return ""

    typed(desk)
    with bad_line(desk, meanwhile):
        desk.sync()
    assert second == ["push", "pull"]
    desk.sync()


# --- 8: the central's order is the truth, clocks are data -----------------------------------------------------------


@pytest.mark.parametrize("days", [-3, 3])
def test_a_clock_three_days_off_is_told_and_nothing_is_refused(
    tmp_path: Path, central: LiveCentral, other: Desk, days: int
) -> None:
    clock = type(central.clock)(central.clock.now() + timedelta(days=days))
    with open_desk(tmp_path / "off", clock, central) as desk:
        lead = typed(desk)
        desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="Hei"))
        desk.do(op.Accept(lead=lead))
        result, _ = desk.sync()
        assert (result.pushed, result.refused) == (3, 0)
        assert desk.status().skew_seconds == pytest.approx(-days * 86_400, abs=60)
        for row in central.operations():
            assert (row["event_time"], row["receipt_time"]) == (clock.now(), central.clock.now())
        other.sync()
        other.do(op.Note(lead=lead, text="later"))
        other.sync()
        desk.sync()
        kinds = [one.kind for one in history(desk, lead)]
        assert kinds == ["create-lead", "log-call", "accept", "note"], "in the central's order, not by any clock"


def test_a_telemarketer_may_not_accept_and_is_told(
    tmp_path: Path, central: LiveCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desk(tmp_path / "phone", central.clock, central, "phone") as desk:
        lead = typed(desk)
        with pytest.raises(Denied) as told:
            desk.do(op.Accept(lead=lead))
        assert told.value.key == "act-not-permitted" and desk.status().waiting == 1
        # A desk that knows no better: the central asks the same table.
        with monkeypatch.context() as patched:
            patched.setattr("leaddesk.desk.desk.forbidden", lambda *_: None)
            desk.do(op.Accept(lead=lead))
        result, _ = desk.sync()
        assert (result.pushed, result.refused) == (2, 1)
        (kept,) = desk.store.attention()
        assert kept.reason == "act-not-permitted" and kept.values["role"] == Role.TELEMARKETER.value
        assert state(desk, lead) is LeadState.OFFERED
        assert [row["verdict"] for row in central.operations()] == [Verdict.APPLIED, Verdict.REFUSED]


# --- 9: no echo, no blind trust -------------------------------------------------------------------------------------


def _work(desk: Desk, lead: str) -> None:
    """Notes, a call, a decision, an undo, and an import that meets the lead's company."""
    desk.do(op.Note(lead=lead, text="oma"))
    desk.undo()
    desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="Hei"))
    desk.do(op.Accept(lead=lead))
    rows = tuple(op.Row(number=n, company=op.CompanyPart(name=f"Tuotu {n}", external_id=str(n))) for n in range(3))
    desk.perform(op.ImportRows(import_id="import-own", file="f.csv", source_name="s", rows=rows), "")


def test_a_desk_is_not_told_what_it_did_itself(central: LiveCentral, desk: Desk, other: Desk) -> None:
    lead = typed(desk)
    desk.sync()
    _work(desk, lead)
    result, _ = desk.sync()
    assert (result.pushed, result.pulled, result.waiting) == (5, 0, 0)
    other.sync()
    # What others do to the same rows afterwards is told.
    other.do(op.Note(lead=lead, text="toisen"))
    other.do(op.SetFact(lead=lead, key="phone", value="+358401234567"))
    other.sync()
    result, _ = desk.sync()
    assert result.pulled > 0
    assert view(desk) == view(other)
    assert [one.kind for one in history(desk, lead)][-2:] == ["note", "set-fact"]


def test_what_others_did_meanwhile_is_told_and_what_one_did_oneself_is_not(
    central: LiveCentral, desk: Desk, other: Desk
) -> None:
    lead, busy = typed(desk, "Oma Oy"), typed(desk, "Yhteinen Oy")
    desk.sync()
    other.sync()
    other.do(op.Note(lead=busy, text="toisen"))
    other.sync()
    _work(desk, lead)
    result, _ = desk.sync()
    assert (result.pushed, result.pulled) == (5, 1)
    other.sync()
    assert view(desk) == view(other)


def test_where_the_hashes_differ_everything_is_told(central: LiveCentral, desk: Desk, other: Desk) -> None:
    lead = typed(desk)
    desk.sync()
    with desk.store._file.write() as connection:
        connection.execute("UPDATE leads SET theme = 'something else'")
    desk.do(op.LogCall(lead=lead, outcome=CallOutcome.REACHED))
    result, _ = desk.sync()
    assert result.pulled > 0
    other.sync()
    assert view(desk) == view(other)
    assert desk.status().waiting == 0


def test_what_leaves_ones_sight_by_ones_own_act_leaves(central: LiveCentral, desk: Desk) -> None:
    lead = typed(desk)
    desk.sync()
    desk.do(op.SetFact(lead=lead, key="team", value="south"))
    result, _ = desk.sync()
    assert result.pulled > 0 and desk.rows([lead]) == []


# --- 2: objections first, both ways ---------------------------------------------------------------------------------


class Narrow(Lossy):
    """A line that brings four rows at a time, and breaks after so many messages."""

    left = 1_000

    def push(self, batch: Push) -> Any:
        self._one_less()
        return super().push(batch)

    def pull(self, ask: Pull) -> Any:
        self._one_less()
        return super().pull(replace(ask, limit=4))

    def _one_less(self) -> None:
        if not self.left:
            raise Unreachable("central-not-reached")
        self.left -= 1


def _narrow(desk: Desk, left: int) -> None:
    good = HttpCentral(desk.store.meta("central"), desk.store.meta("token"))

    def line(url: str, token: str) -> Narrow:
        made = Narrow(good, lambda what: "")
        made.left = left
        return made

    desk._central = line


@pytest.mark.parametrize("scope", [ObjectionScope.PERSON, ObjectionScope.COMPANY, ObjectionScope.NUMBER])
@pytest.mark.parametrize("long_outbox", [False, True])
def test_whom_nobody_may_contact_is_told_first_even_where_the_rest_fails(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch, scope: ObjectionScope, long_outbox: bool
) -> None:
    lead, person = desk.ids.new(), desk.ids.new()
    contact = op.PersonPart(name="Aino", phone="+358401234567")
    company = op.CompanyPart(name="Kuusikon Saha Oy")
    kind = LeadKind.HAND_RAISER
    act = op.CreateLead(lead=lead, person=person, lead_kind=kind, company=company, contact=contact)
    desk.perform(act, desk.ids.new())
    desk.sync()
    other.sync()
    assert lead in other.order().ids
    for number in range(8):
        typed(desk, f"Yritys {number} Oy")
    desk.do(op.Objection(lead=lead, person=person, scope=scope))
    desk.sync()
    if long_outbox:
        monkeypatch.setattr("leaddesk.sync.cycle.PUSH_OPERATIONS", 2)
        for number in range(6):
            typed(other, f"Muu {number} Oy")
    _narrow(other, 2 if long_outbox else 1)
    with pytest.raises(Unreachable):
        other.sync()
    assert lead not in other.order().ids and other.card(lead).objection
    assert other.search("Yritys 7") == []
    _narrow(other, 1_000)
    other.sync()
    desk.sync()
    assert other.order().ids == desk.order().ids
    assert other.recount()[0].mended == 0


def test_a_program_too_old_for_the_news_sends_all_of_a_long_outbox(
    central: LiveCentral, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaddesk.sync.cycle.PUSH_OPERATIONS", 2)
    monkeypatch.setattr("leaddesk.server.app.OLDEST_PROTOCOL", 2)
    for number in range(5):
        typed(desk, f"Yritys {number} Oy")
    with pytest.raises(Refusal, match="program-too-old"):
        desk.sync()
    assert len(central.operations()) == 5 and desk.status().waiting == 0
