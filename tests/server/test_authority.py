"""Verdicts and news: what is pushed counts once, what is pulled is what one may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leaddesk.domain import operation as op
from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import document
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.operation import Operation
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import PUSH_OPERATIONS
from leaddesk.domain.words import CallOutcome, LeadKind, ObjectionScope, RejectReason, Role, Verdict
from leaddesk.domain.workset import Workset
from leaddesk.server import admin, cursor
from leaddesk.wire.message import Push
from tests.server.hands import IDS, Device, state_of
from tests.support import PASSWORD, TUESDAY, LiveCentral


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


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "from-the-future"},
        {"kind": "import-row"},
        {"act": {"lead": "x", "text": "x", "mood": "good"}},
        {"act": {"lead": "x"}},
        {"act": None},
        {"mood": "good"},
        {"at": "2026-11-24T08:00:00"},
        {"at": "9999-12-31T23:59:59Z"},
        {"n": 2**53},
        {"n": 10**400},
        {"by": "x\x00y"},
        {"account": "x\x00y"},
        {"account": "x" * 201},
        {"act": {"lead": "x", "text": "a\x00b"}},
        {"act": {"lead": "x" * 300, "text": "a"}},
        {"act": {"lead": "x", "text": "a" * 100_001}},
    ],
)
def test_one_that_cannot_be_read_is_kept_apart_and_the_others_go_on(
    central: LiveCentral, rep: Device, change: dict[str, Any]
) -> None:
    lead, account = rep.lead()
    other, elsewhere = rep.lead()
    bad = {**pack_operation(rep.operation(op.Note(lead=lead, text="x"), account)), **change}
    good = rep.operation(op.Note(lead=other, text="good"), elsewhere)
    quarantined, applied = rep.push(bad, good)
    assert (quarantined.id, quarantined.verdict) == (bad["id"], Verdict.QUARANTINED)
    assert quarantined.reason == "unreadable-operation" and applied.verdict is Verdict.APPLIED
    (kept,) = [row for row in central.operations() if row["id"] == bad["id"]]
    assert kept["verdict"] == "quarantined" and kept["body"] == bad and kept["device"] == rep.device
    assert rep.push(bad) == [quarantined]


def test_one_whose_id_is_none_has_a_verdict_and_is_not_kept(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    note = rep.operation(op.Note(lead=lead, text="x"), account)
    before = len(central.operations())
    for name in (7, None, "short", "x" * 65, "with a \n line", {"a": 1}):
        (verdict,) = rep.push({**pack_operation(note), "id": name})
        assert (verdict.verdict, verdict.reason) == (Verdict.QUARANTINED, "unreadable-operation")
    assert len(central.operations()) == before


def test_behind_a_quarantined_one_only_its_own_account_waits(central: LiveCentral, rep: Device) -> None:
    (lead, account), (other, elsewhere) = rep.lead(), rep.lead()
    first = rep.operation(op.Note(lead=lead, text="before"), account)
    bad = {**pack_operation(rep.operation(op.Note(lead=lead, text="x"), account)), "kind": "from-the-future"}
    behind = rep.operation(op.Note(lead=lead, text="behind"), account)
    free = rep.operation(op.Note(lead=other, text="free"), elsewhere)
    objection = rep.operation(op.Objection(lead=lead, scope=ObjectionScope.COMPANY), account)
    sent = (first, bad, behind, free, objection)
    for _ in range(2):
        told = {one.id: one.verdict for one in rep.push(*sent)}
        assert told == {
            first.id: Verdict.APPLIED, bad["id"]: Verdict.QUARANTINED, free.id: Verdict.APPLIED,
            objection.id: Verdict.APPLIED,
        }  # fmt: skip
    assert behind.id not in {row["id"] for row in central.operations()}
    assert rep.push(behind)[0].verdict is Verdict.APPLIED, "once the bad one is let go, it is sent alone"


def test_a_refused_one_holds_nobody_up(rep: Device, rep2: Device) -> None:
    lead, account = rep.lead()
    rep.do(op.Accept(lead=lead), account)
    lost, kept = rep2.push(
        rep2.operation(op.Accept(lead=lead), account), rep2.operation(op.Note(lead=lead, text="mine"), account)
    )
    assert (lost.verdict, kept.verdict) == (Verdict.REFUSED, Verdict.APPLIED)


def test_a_fault_of_the_central_in_one_operation_stops_no_other(rep: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, account = rep.lead()
    run = Workset.run

    def faulty(self: Workset, operation: Operation) -> Any:
        done = run(self, operation)
        if getattr(operation.act, "text", "") == "boom":
            raise ZeroDivisionError
        return done

    monkeypatch.setattr(Workset, "run", faulty)
    other, elsewhere = rep.lead()
    bad = rep.operation(op.Reject(lead=lead, reason=RejectReason.NEED, text="boom"), account)
    good = rep.operation(op.Note(lead=other, text="good"), elsewhere)
    first, second = rep.push(bad, good)
    assert (first.verdict, first.reason, second.verdict) == (Verdict.QUARANTINED, "quarantined", Verdict.APPLIED)
    assert state_of(rep.pull(), lead).reject_reason is None


def test_nothing_new_takes_the_id_of_what_another_account_has(rep: Device, rep2: Device) -> None:
    lead, account = rep.lead()
    company = op.CompanyPart(name="Kaappari Oy")
    for made in (
        op.CreateLead(lead=lead, company=company),
        op.CreateLead(lead=IDS.new(), person=lead, company=company, contact=op.PersonPart(name="Kaappari")),
    ):
        stolen = rep2.do(made, IDS.new())
        assert (stolen.verdict, stolen.reason) == (Verdict.REFUSED, "lead-exists")
    one = IDS.new()
    twice = [rep.operation(op.CreateLead(lead=one, company=company), IDS.new()) for _ in range(2)]
    assert [verdict.verdict for verdict in rep.push(*twice)] == [Verdict.APPLIED, Verdict.REFUSED]
    assert state_of(rep.pull(), lead).account == account


def test_who_is_named_must_be_somebody_who_works_here(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    rep2 = central.users["rep2"].id
    boss = Device(central, "boss")
    for act in (
        op.HandOver(lead=lead, to="nobody"),
        op.BookMeeting(lead=lead, starts=TUESDAY + timedelta(days=1), host="nobody"),
    ):
        verdict = rep.do(act, account)
        assert (verdict.verdict, verdict.reason, verdict.values) == (
            Verdict.REFUSED,
            "user-unknown",
            {"user": "nobody"},
        )
    assert boss.do(op.Assign(lead=lead, owner="nobody"), account).reason == "user-unknown"
    assert boss.do(op.Assign(lead=lead, owner=rep2), account).verdict is Verdict.APPLIED
    admin.disable_user(central.database, "rep2")
    assert boss.do(op.Assign(lead=lead, owner=rep2), account).reason == "user-unknown"
    assert boss.do(op.Assign(lead=lead, owner=""), account).verdict is Verdict.APPLIED


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


def test_what_moves_between_teams_is_evicted_from_one_and_whole_in_the_other(central: LiveCentral) -> None:
    for team in ("north", "south"):
        central.add(team, Role.TELEMARKETER, teams=(team,))
    with team_account(central, "north") as (lead, account):
        north, south, boss = Device(central, "north"), Device(central, "south"), Device(central, "boss")
        assert north.do(op.Note(lead=lead, text="old"), account).verdict is Verdict.APPLIED
        held = {(row.what, row.id) for row in north.pull() if row.what not in ("policy", "user")}
        assert not {row.what for row in south.pull()} - {"policy", "user"}
        boss.pull()
        boss.do(op.SetFact(key="team", value="south", was="north", lead=lead), account)
        left = {(row.what, row.id): row.gone for row in north.pull()}
        assert left.keys() >= held and set(left.values()) == {"evicted"}
        come = [row for row in south.pull() if not row.gone]
        assert {(row.what, row.id) for row in come} >= held
        assert not any(row.gone for row in boss.pull()), "who sees everything loses nothing"
        refused = north.do(op.Note(lead=lead, text="late"), account)
        assert (refused.verdict, refused.reason) == (Verdict.REFUSED, "account-not-in-sight")


def test_who_owns_a_lead_sees_it_whatever_his_team_until_he_hands_it_over(
    central: LiveCentral, rep: Device, rep2: Device
) -> None:
    with team_account(central, "north") as (lead, account):
        boss = Device(central, "boss")
        boss.do(op.Assign(lead=lead, owner=rep.user.id), account)
        assert state_of(rep.pull(), lead).owner == rep.user.id
        assert rep.do(op.Take(lead=lead), account).verdict is Verdict.APPLIED
        assert rep.do(op.HandOver(lead=lead, to=rep2.user.id), account).verdict is Verdict.APPLIED
        gone = {row.id: row.gone for row in rep.pull()}
        assert gone[lead] == gone[account] == "evicted"
        assert state_of(rep2.pull(), lead).owner == rep2.user.id


def test_an_owner_in_the_team_keeps_seeing_what_he_no_longer_owns(central: LiveCentral) -> None:
    central.add("north", Role.REP, teams=("north",))
    with team_account(central, "north") as (lead, account):
        north, boss = Device(central, "north"), Device(central, "boss")
        north.do(op.Take(lead=lead), account)
        north.pull()
        boss.do(op.Assign(lead=lead, owner=boss.user.id), account)
        news = north.pull()
        assert state_of(news, lead).owner == boss.user.id and not any(row.gone for row in news)


def test_what_moves_out_of_everybodys_sight_is_evicted_and_not_deleted(central: LiveCentral, rep: Device) -> None:
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
    central.change_teams("rep", "north")
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
def test_a_cursor_of_another_version_asks_for_a_fresh_pull(rep: Device, text: str) -> None:
    rep.cursor = text
    with pytest.raises(Refusal, match="resync-required"):
        rep.pull()


def test_what_goes_during_a_first_download_is_told_and_what_went_before_is_not(rep: Device) -> None:
    def company(name: str) -> op.Operation:
        row = op.Row(number=2, company=op.CompanyPart(name=name, external_id=name))
        return rep.operation(op.ImportRows(import_id=name, file="f.csv", source_name="s", rows=(row,)))

    rep.push(*(company(f"Yritys {n} Oy") for n in range(6)))
    rep.do(op.UndoImport(import_id="Yritys 0 Oy"))
    first, more = rep.page(12)
    assert more and not any(row.gone for row in first)
    rep.do(op.UndoImport(import_id="Yritys 1 Oy"))
    rest = rep.pull()
    (went,) = [row.id for row in rest if row.what == "account" and row.gone]
    told = {row.id for row in (*first, *rest) if row.what == "account"} - {went}
    assert len(told) == 4 and went not in {row.id for row in rest if row.what == "account" and row.body}


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


def test_an_import_is_undone_only_by_who_made_it_and_while_he_sees_it(
    central: LiveCentral, rep: Device, rep2: Device
) -> None:
    row = op.Row(number=2, company=op.CompanyPart(name="Yritys Oy", external_id="1"))
    rep.do(op.ImportRows(import_id="import-one", file="f.csv", source_name="s", rows=(row,)))
    refused = rep2.do(op.UndoImport(import_id="import-one"))
    assert (refused.verdict, refused.reason) == (Verdict.REFUSED, "not-yours-to-undo")
    (account,) = [row.id for row in rep.pull() if row.what == "account"]
    boss = Device(central, "boss")
    boss.do(op.SetFact(key="team", value="north"), account)
    assert rep.do(op.UndoImport(import_id="import-one")).reason == "account-not-in-sight"
    boss.do(op.SetFact(key="team", value="", was="north"), account)
    assert rep.do(op.UndoImport(import_id="import-one")).verdict is Verdict.APPLIED


def test_an_undone_event_counts_again_when_it_is_imported_again(rep: Device) -> None:
    def rows(import_id: str) -> op.ImportRows:
        company = op.CompanyPart(name="Yritys Oy", external_id="1")
        event = op.EventPart(external_id="e1", event="page-view", at=TUESDAY)
        return op.ImportRows(
            import_id=import_id,
            file="f.csv",
            source_name="s",
            rows=(op.Row(number=2, company=company), op.Row(number=3, company=company, event=event)),
        )

    assert rep.do(rows("import-one")).values["unchanged"] == 0
    assert rep.do(rows("import-two")).values["unchanged"] == 2
    assert rep.do(op.UndoImport(import_id="import-one")).values["undone"] == 2
    again = rep.do(rows("import-three"))
    assert again.values["unchanged"] == 0, again


def test_the_export_tells_what_each_row_is(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead(LeadKind.HAND_RAISER)
    rows = [row for row in admin.export(central.database) if row["id"] in (lead, account)]
    assert [(row["kind"], row.get("lead_kind")) for row in rows] == [("account", None), ("lead", "hand-raiser")]


def test_a_device_signed_out_cannot_push(central: LiveCentral, rep: Device) -> None:
    admin.revoke_devices(central.database, "rep")
    with pytest.raises(Denied, match="device-revoked"):
        rep.lead()
