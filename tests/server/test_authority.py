"""Verdicts and news: what is pushed counts once, what is pulled is what one may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leaddesk.config.port import Ids
from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy, document
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import PUSH_OPERATIONS, FeedRow, VerdictRow
from leaddesk.domain.words import CallOutcome, LeadKind, RejectReason, Role, Verdict
from leaddesk.server import admin, cursor
from leaddesk.server.authority import Authority
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.central import people
from leaddesk.store.form import row_from
from leaddesk.wire.message import Pull, Push, SignIn
from tests.support import PASSWORD, TUESDAY, LiveCentral

IDS = Ids()


class Device:
    """One signed-in device talking to the authority without HTTP."""

    def __init__(self, central: LiveCentral, login: str, name: str = "") -> None:
        door = Doorkeeper(central.store, central.clock.now, IDS)
        session = door.sign_in(SignIn(user=login, password=PASSWORD, device=name or f"device-{login}"), "here")
        self.user, self.device = session.user, session.device
        self._door, self._token, self._central = door, session.token, central
        self._n = 0
        self.cursor = ""

    @property
    def authority(self) -> Authority:
        return Authority(self._central.store, self._door.device(self._token), self._central.clock.now)

    def operation(self, act: op.Act, account: str = "") -> op.Operation:
        self._n += 1
        return op.Operation(
            id=IDS.new(), act=act, account=account, at=self._central.clock.now(), by=self.user.id, device=self.device,
            n=self._n, policy=1,
        )  # fmt: skip

    def push(self, *operations: op.Operation | dict[str, Any]) -> list[VerdictRow]:
        told = [pack_operation(one) if isinstance(one, op.Operation) else one for one in operations]
        return list(self.authority.push(Push(device=self.device, operations=tuple(told))).verdicts)

    def do(self, act: op.Act, account: str = "") -> VerdictRow:
        return self.push(self.operation(act, account))[0]

    def pull(self, limit: int = 1000) -> list[FeedRow]:
        rows: list[FeedRow] = []
        while True:
            news = self.authority.pull(Pull(cursor=self.cursor, limit=limit))
            rows += news.rows
            self.cursor = news.cursor
            if not news.more:
                return rows

    def lead(self, kind: LeadKind = LeadKind.HAND_RAISER) -> tuple[str, str]:
        """A new lead: (lead, account)."""
        lead, account = IDS.new(), IDS.new()
        act = op.CreateLead(lead=lead, lead_kind=kind, company=op.CompanyPart(name="Testi Oy"))
        assert self.do(act, account).verdict is Verdict.APPLIED
        return lead, account


@pytest.fixture
def rep(central: LiveCentral) -> Device:
    return Device(central, "rep")


@pytest.fixture
def rep2(central: LiveCentral) -> Device:
    return Device(central, "rep2")


def state_of(rows: list[FeedRow], lead: str) -> Any:
    return next(row_from("lead", row.body) for row in rows if row.id == lead and row.body is not None)


def test_an_operation_sent_twice_counts_once_and_gets_the_same_verdict(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    call = rep.operation(op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="Hei"), account)
    first, within = rep.push(call, call)
    again = rep.push(call)[0]
    assert first == within == again and first.verdict is Verdict.APPLIED and first.seq > 0
    assert len(state_of(rep.pull(), lead).attempts) == 1
    assert [row["id"] for row in central.operations()].count(call.id) == 1


def test_the_same_id_with_other_contents_does_not_change_what_stands(rep: Device) -> None:
    lead, account = rep.lead()
    note = rep.operation(op.Note(lead=lead, text="first"), account)
    rep.push(note)
    assert rep.push(replace(note, act=op.Note(lead=lead, text="second")))[0].verdict is Verdict.APPLIED
    texts = [row.body["operation"]["act"].get("text") for row in rep.pull() if row.what == "entry" and row.body]
    assert "first" in texts and "second" not in texts


def test_of_two_who_accept_one_lead_the_second_is_told_who_was_first(rep: Device, rep2: Device) -> None:
    lead, account = rep.lead()
    one, two = rep.operation(op.Accept(lead=lead), account), rep2.operation(op.Accept(lead=lead), account)
    assert rep.push(one)[0].verdict is Verdict.APPLIED
    lost = rep2.push(two)[0]
    assert (lost.verdict, lost.reason) == (Verdict.REFUSED, "already-accepted") and lost.values["owner"] == rep.user.id
    assert rep2.push(two)[0] == lost
    assert state_of(rep2.pull(), lead).owner == rep.user.id


def test_one_that_cannot_be_read_is_kept_apart_and_the_others_go_on(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    good = rep.operation(op.Note(lead=lead, text="good"), account)
    bad = {**pack_operation(good), "id": "bad-operation-1", "kind": "from-the-future"}
    nameless = {**pack_operation(good), "id": 7}
    verdicts = rep.push(bad, nameless, good)
    assert [one.verdict for one in verdicts] == [Verdict.QUARANTINED, Verdict.QUARANTINED, Verdict.APPLIED]
    kept = next(row for row in central.operations() if row["id"] == "bad-operation-1")
    assert kept["verdict"] == "quarantined" and kept["body"] == bad
    assert rep.push(bad)[0].verdict is Verdict.QUARANTINED


def test_nobody_speaks_for_another_user_or_device(rep: Device, rep2: Device) -> None:
    lead, account = rep.lead()
    note = rep.operation(op.Note(lead=lead, text="x"), account)
    assert rep.push(replace(note, by=rep2.user.id))[0].reason == "operation-of-another-user"
    assert rep.push(replace(note, id=IDS.new(), device="device-other"))[0].reason == "operation-of-another-user"
    with pytest.raises(Refusal, match="operation-of-another-device"):
        rep.authority.push(Push(device="device-other", operations=()))
    assert rep.push(replace(note, id=IDS.new()))[0].verdict is Verdict.APPLIED
    stolen = rep2.push(replace(note, id=note.id))[0]
    assert (stolen.verdict, stolen.reason) == (Verdict.REFUSED, "operation-of-another-device")


def test_a_role_may_do_only_what_the_table_says(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    marketer = Device(central, "marketer")
    verdict = marketer.do(op.Accept(lead=lead), account)
    assert (verdict.verdict, verdict.reason) == (Verdict.REFUSED, "act-not-permitted")
    assert rep.do(op.PublishPolicy(version=2, document=document(default_policy()))).reason == "act-not-permitted"


def test_too_many_at_once_are_refused_whole(rep: Device) -> None:
    lead, account = rep.lead()
    many = [rep.operation(op.Note(lead=lead, text=str(n)), account) for n in range(PUSH_OPERATIONS + 1)]
    with pytest.raises(BadInput, match="push-too-large"):
        rep.push(*many)
    assert not any(row.what == "entry" and "note" in str(row.body) for row in rep.pull())


def test_an_operation_on_a_lead_that_is_nowhere_is_refused(rep: Device) -> None:
    verdict = rep.do(op.Note(lead=IDS.new(), text="x"), IDS.new())
    assert verdict.verdict is Verdict.REFUSED and verdict.reason == "no-such-lead"


def test_a_pull_is_the_latest_of_each_row_and_then_nothing(rep: Device) -> None:
    lead, account = rep.lead()
    for n in range(5):
        rep.do(op.Note(lead=lead, text=str(n)), account)
    rows = rep.pull(limit=3)
    assert len({(row.what, row.id) for row in rows}) == len(rows)
    assert {"account", "lead", "entry", "policy", "user"} == {row.what for row in rows}
    assert rep.pull() == []
    rep.do(op.Note(lead=lead, text="new"), account)
    assert [row.what for row in rep.pull()] == ["entry"] or {row.what for row in rep.pull()} <= {"entry", "lead"}


def test_the_order_of_numbers_is_the_order_of_history(rep: Device) -> None:
    lead, account = rep.lead()
    for n in range(4):
        rep.do(op.Note(lead=lead, text=str(n)), account)
    entries = sorted(
        (row.body["position"], row.body["operation"]["act"]) for row in rep.pull() if row.what == "entry" and row.body
    )
    assert [act.get("text", "") for _, act in entries] == ["", "0", "1", "2", "3"]


@contextmanager
def team_account(central: LiveCentral, team: str) -> Iterator[tuple[str, str]]:
    boss = Device(central, "boss")
    lead, account = boss.lead()
    assert boss.do(op.SetFact(key="team", value=team, lead=lead), account).verdict is Verdict.APPLIED
    yield lead, account


def test_what_belongs_to_a_team_is_for_that_team(central: LiveCentral, rep: Device) -> None:
    central.add("north", Role.REP, teams=("north",))
    with team_account(central, "north") as (lead, account):
        north = Device(central, "north")
        assert any(row.id == lead for row in north.pull())
        assert not any(row.id in (lead, account) for row in rep.pull() if not row.gone)
        refused = rep.do(op.Note(lead=lead, text="x"), account)
        assert (refused.verdict, refused.reason) == (Verdict.REFUSED, "account-not-in-sight")
        assert north.do(op.Note(lead=lead, text="x"), account).verdict is Verdict.APPLIED


def test_what_moves_out_of_sight_is_evicted_and_not_deleted(central: LiveCentral, rep: Device) -> None:
    boss = Device(central, "boss")
    lead, account = boss.lead()
    assert any(row.id == lead and not row.gone for row in rep.pull())
    boss.do(op.SetFact(key="team", value="north", lead=lead), account)
    left = {row.id: row.gone for row in rep.pull() if row.gone}
    assert left[lead] == left[account] == "evicted"
    assert any(row.id == lead and not row.gone for row in boss.pull())


def test_rows_of_an_import_never_touch_what_is_out_of_sight(central: LiveCentral, rep: Device) -> None:
    with team_account(central, "north") as (_, account):
        boss = Device(central, "boss")
        boss.do(op.SetFact(key="business_id", value="0100990-4", lead=_), account)
        row = op.Row(number=2, company=op.CompanyPart(name="Hijack Oy", business_id="0100990-4"))
        assert (
            rep.do(op.ImportRows(import_id=IDS.new(), file="f.csv", source_name="s", rows=(row,))).verdict
            is Verdict.APPLIED
        )
        names = {r.id: r.body.get("name") for r in boss.pull() if r.what == "account" and r.body}
        assert names[account] == "Testi Oy" and "Hijack Oy" in names.values()


def test_a_change_of_teams_asks_for_a_fresh_pull(central: LiveCentral, rep: Device) -> None:
    rep.pull()
    with central.store.write() as connection:
        tenant, _ = people.tenant_named(connection, "")
        people.change_user(connection, tenant, rep.user.id, teams='["north"]')
    with pytest.raises(Refusal, match="resync-required"):
        rep.pull()


@pytest.mark.parametrize("change", [{"epoch": "another"}, {"seq": 1}, {"seq": 10_000}, {"chain": "0" * 32}])
def test_a_cursor_of_another_history_is_found_out(rep: Device, change: dict[str, Any]) -> None:
    rep.lead()
    rep.pull()
    rep.cursor = cursor.write(replace(cursor.read(rep.cursor), **change))
    with pytest.raises(Refusal, match="history-changed"):
        rep.pull()


@pytest.mark.parametrize("text", ["x", "é", "e30=", "bnVsbA==", "A" * 5000])
def test_what_is_no_cursor_is_refused_in_words(rep: Device, text: str) -> None:
    rep.cursor = text
    with pytest.raises(BadInput, match="cursor-unreadable"):
        rep.pull()


def test_a_published_policy_reaches_everybody_and_its_versions_go_up_by_one(central: LiveCentral, rep: Device) -> None:
    manager = Device(central, "manager")
    text = document(default_policy())
    assert manager.do(op.PublishPolicy(version=3, document=text)).reason == "policy-version"
    assert manager.do(op.PublishPolicy(version=2, document=text, note="Q1")).verdict is Verdict.APPLIED
    assert {row.id for row in rep.pull() if row.what == "policy"} == {"1", "2"}
    assert manager.do(op.PublishPolicy(version=3, document="{}")).verdict is Verdict.REFUSED


def test_the_export_tells_both_times_and_whose_it_was(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    act = rep.operation(op.Reject(lead=lead, reason=RejectReason.BUDGET, text="Ei rahaa"), account)
    central.clock.step(days=3)
    rep.push(act)
    row = next(row for row in central.operations() if row["id"] == act.id)
    assert row["event_time"] == TUESDAY and row["receipt_time"] == TUESDAY + timedelta(days=3)
    assert (row["device"], row["counter"], row["by"], row["verdict"], row["act"], row["lead"]) == (
        rep.device, act.n, rep.user.id, "applied", "reject", lead,
    )  # fmt: skip


def test_organisations_do_not_see_each_other(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    admin.init(central.database, "Toinen Oy", "boss2", PASSWORD)
    with pytest.raises(BadInput, match="tenant-not-named"):
        admin.add_user(central.database, "someone", Role.REP, PASSWORD)
    admin.add_user(central.database, "someone", Role.REP, PASSWORD, tenant="Toinen Oy")
    stranger = Device(central, "someone")
    assert {row.what for row in stranger.pull()} == {"policy", "user"}
    assert stranger.do(op.Note(lead=lead, text="x"), account).reason == "no-such-lead"
    with pytest.raises(Refusal, match="user-exists"):
        admin.add_user(central.database, "someone", Role.REP, PASSWORD, tenant="Testi Oy")


def test_an_import_is_undone_on_the_central_row_by_row(central: LiveCentral, rep: Device) -> None:
    import_id = IDS.new()
    rows = tuple(
        op.Row(number=n, company=op.CompanyPart(name=f"Yritys {n} Oy", external_id=str(n))) for n in range(2, 12)
    )
    done = rep.do(op.ImportRows(import_id=import_id, file="f.csv", source_name="s", rows=rows))
    assert done.values["created"] == 10
    before = rep.pull()
    leads = [row for row in before if row.what == "lead" and row.body]
    rep.do(op.Note(lead=leads[0].id, text="built upon"), str(leads[0].body["account"]))  # type: ignore[index]
    undone = rep.do(op.UndoImport(import_id=import_id))
    assert (undone.values["undone"], undone.values["kept"]) == (9, 1)
    gone = {row.id for row in rep.pull() if row.what == "account" and row.gone}
    assert len(gone) == 9


def test_a_device_signed_out_cannot_push(central: LiveCentral, rep: Device) -> None:
    admin.revoke_devices(central.database, "rep")
    with pytest.raises(Denied, match="device-revoked"):
        rep.lead()
