"""Somebody is erased: everywhere, for good, and whatever comes late or comes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from leaddesk.desk.desk import Desk
from leaddesk.domain import operation as op
from leaddesk.domain.erasure import hidden
from leaddesk.domain.errors import Denied, Refusal
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    BuyingStage,
    CallOutcome,
    LeadKind,
    ObjectionScope,
    RejectReason,
)
from leaddesk.server.backup import backup, restore
from leaddesk.store import migrate
from leaddesk.store.central import tables as t
from leaddesk.store.local.store import LocalStore
from tests.support import KEY, LiveCentral, open_desk

NAME, MAIL, PHONE = "Marjatta Markkerinen", "marjatta.markkeri@example.fi", "+358405557771"
#: A piece of every text that tells of her, as each stands somewhere.
MARKS = ("Markker", "markkeri", "5557771", "MERKKI")


@pytest.fixture
def boss(tmp_path: Path, central: LiveCentral) -> Iterator[Desk]:
    with open_desk(tmp_path / "boss", central.clock, central, "boss") as desk:
        yield desk


def _row(number: int, **lead: str) -> op.Row:
    return op.Row(
        number=number,
        company=op.CompanyPart(name="Kuusikon Saha Oy", business_id="0112038-9", phone="+35892223334"),
        person=op.PersonPart(external_id="MERKKI-1", name=NAME, title="MERKKI titteli", phone=PHONE, email=MAIL),
        lead=op.LeadPart(external_id="MERKKI-L", theme="katto", **lead) if lead or number else None,
    )


def _import(rows: tuple[op.Row, ...], desk: Desk) -> None:
    desk.do(op.ImportRows(import_id=desk.ids.new(), file="lista.csv", source_name="crm", rows=rows))


def _lived(desk: Desk, named: str = NAME) -> tuple[str, str]:
    """A lead of hers with everything that can be told of it, and a colleague's lead on which she is named."""
    _import((_row(2), _row(3)), desk)
    _import((_row(2),), desk)
    desk.sync()
    (lead,) = [one.id for one in desk.search("Markkerinen")]
    account = desk.store.account_of(lead)
    now = desk.clock.now()
    card = desk.store.state(account)
    person = card.leads[lead].person
    for act in (
        op.Take(lead=lead),
        op.LogCall(lead=lead, outcome=CallOutcome.REACHED, note="MERKKI puhelu"),
        op.Note(lead=lead, text="MERKKI muistio"),
        op.Answer(lead=lead, question="bant.budget", value="yes", text="MERKKI sanoi"),
        op.SetFact(person=person, key="phone", value=PHONE + "9", was=PHONE, lead=lead),
        op.SetFact(person=person, key="title", value="MERKKI johtaja", lead=lead),
        op.BookMeeting(lead=lead, starts=now + timedelta(days=2), place="MERKKI katu", note="MERKKI"),
        op.Callback(lead=lead, at_time=now + timedelta(days=1), text="MERKKI soitto"),
        op.SetStage(lead=lead, stage=BuyingStage.NEED, evidence="MERKKI näyttö"),
        op.Accept(lead=lead, bant=((BantElement.NEED, BantValue.YES),), note="MERKKI"),
        op.Lost(lead=lead, reason="MERKKI syy", text="MERKKI"),
    ):
        desk.do(act)
    other = desk.ids.new()
    desk.perform(
        op.CreateLead(
            lead=other, person=desk.ids.new(), lead_kind=LeadKind.HAND_RAISER,
            contact=op.PersonPart(name="Kaisa Kollega", phone="+358401112223"),
        ),
        account,
    )  # fmt: skip
    desk.do(
        op.Note(
            lead=other, text=f"Kaisa sijaistaa: {named.upper()}, 040 555 7771 tai {MAIL}, kesällä" if named else "-"
        )
    )
    undone = desk.do(op.Note(lead=lead, text="MERKKI perutaan"))[0].op
    assert desk.undo(undone)
    desk.drafts.save(lead, "MERKKI luonnos")
    desk.sync()
    return lead, other


def _tells(data: bytes) -> list[str]:
    text = data.decode("utf-8", "replace").casefold()
    return [one for one in MARKS if one.casefold() in text]


def _dump(desk: Desk) -> bytes:
    """All that a desk's file holds, its indexes of words too."""
    return _dump_of(desk.store)


def _dump_of(store: LocalStore) -> bytes:
    with store._file.read() as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in names if not name.startswith("search") or name.endswith("_data")
                for row in connection.execute(f"SELECT * FROM {name}").fetchall()]  # fmt: skip
    return b"\n".join(one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row)


def _upgraded(desk: Desk) -> Path:
    """A copy of the desk's file, as an upgrade keeps one beside it."""
    migrate._copy(desk.store._file._engine, desk.profile.store_path, "0001")
    (copy,) = migrate.copies(desk.profile.store_path)
    return copy


def _files(desk: Desk) -> bytes:
    """All that the files of a desk's folder hold, whatever they are called, keyed or not."""
    told = []
    for path in sorted(desk.profile.path.rglob("*")):
        if path.is_dir() or path.name.endswith(("-wal", "-shm")):
            continue
        if path.suffix != desk.profile.store_path.suffix:
            told.append(path.read_bytes())
            continue
        store = LocalStore.open(path, KEY)
        told.append(_dump_of(store))
        store.close()
    return b"\n".join(told)


def _typed_anew(desk: Desk) -> None:
    act = op.CreateLead(
        lead=desk.ids.new(), person=desk.ids.new(), company=op.CompanyPart(name="Neljäs Oy"),
        contact=op.PersonPart(name="Markkerinen M.", phone=PHONE),
    )  # fmt: skip
    desk.perform(act, desk.ids.new())


def _same(desk: Desk, central: LiveCentral) -> None:
    assert desk.recount()[0].mended == 0


@contextmanager
def _desk(tmp_path: Path, central: LiveCentral, login: str) -> Iterator[Desk]:
    with open_desk(tmp_path / login, central.clock, central, login) as desk:
        yield desk


def test_nothing_of_her_is_left_at_the_central_and_at_any_desk(
    tmp_path: Path, central: LiveCentral, desk: Desk, boss: Desk
) -> None:
    lead, other = _lived(desk)
    boss.sync()
    assert set(_tells(central.contents())) == set(MARKS) and set(_tells(_dump(desk))) == set(MARKS)
    assert boss.search("Markkerinen") and boss.search("MERKKI")
    copies = [_upgraded(one) for one in (boss, desk)]
    assert set(_tells(_files(desk))) == set(MARKS)
    before = boss.store.state(boss.store.account_of(lead))
    assert boss.erase(lead, "Pyysi itse 26.11.")[0].notice is not None
    for one in (boss, desk, boss):
        one.sync()
    assert _tells(central.contents()) == []
    for one in (boss, desk):
        assert _tells(_dump(one)) == _tells(_files(one)) == [], one
        assert not one.search("Markkerinen") and not one.search("muistio") and not one.drafts.load(lead)
        _same(one, central)
        after = one.store.state(one.store.account_of(lead))
        assert [one.name for one in after.persons.values()] == ["Kaisa Kollega"]
        # What was done, and when, is still told.
        was, now = before.leads[lead], after.leads[lead]
        assert (now.state, now.owner, now.attempts) == (was.state, was.owner, was.attempts) and now.erased_at
        assert after.account == before.account and now.tally == was.tally
        assert "… tai …, kesällä" in " ".join(line.note for line in one.card(other).timeline)
        assert other in one.order().ids or one.rows([other])
        assert lead not in one.order().ids
    assert not any(one.exists() for one in copies)
    with _desk(tmp_path, central, "rep2") as fresh:
        fresh.sync()
        assert _tells(_dump(fresh)) == [] and fresh.rows([lead]) and fresh.rows([other])
        _same(fresh, central)


def test_only_an_administrator_erases_and_nobody_works_the_lead_after(
    central: LiveCentral, desk: Desk, boss: Desk
) -> None:
    lead, _ = _lived(desk)
    boss.sync()
    with pytest.raises(Denied, match="act-not-permitted"):
        desk.erase(lead, "pyysi")
    with pytest.raises(Refusal, match="erase-needs-ground"):
        boss.erase(lead, "  ")
    done = boss.erase(lead, "pyysi")[0]
    with pytest.raises(Refusal, match="cannot-be-undone"):
        boss.undo(done.op)
    with pytest.raises(Refusal, match="erased"):
        boss.erase(lead, "pyysi")
    card = boss.card(lead)
    assert not any(one.enabled for one in card.acts)
    assert card.say is None and [one.key for one in card.why_now] == ["out-erased"]
    for act in (op.Note(lead=lead, text="x"), op.Objection(lead=lead), op.Take(lead=lead)):
        with pytest.raises(Refusal, match="erased"):
            boss.do(act)


def test_what_was_typed_offline_about_her_is_refused_and_let_go(
    tmp_path: Path, central: LiveCentral, desk: Desk, boss: Desk
) -> None:
    lead, other = _lived(desk)
    boss.sync()
    boss.erase(lead, "pyysi")
    account = desk.store.account_of(lead)
    person = desk.store.state(account).leads[lead].person
    note = desk.do(op.Note(lead=lead, text="MERKKI junassa"))[0].op
    mine = desk.ids.new()
    new = desk.perform(op.CreateLead(lead=mine, person=person, theme="MERKKI aihe"), account).operation.id
    after = desk.do(op.Note(lead=mine, text="MERKKI lisää"))[0].op
    twin = desk.ids.new()
    contact = op.PersonPart(name="Markkerinen M.", phone=PHONE)
    company = op.CompanyPart(name="Toinen Oy")
    made = desk.perform(
        op.CreateLead(lead=twin, person=desk.ids.new(), company=company, contact=contact), desk.ids.new()
    ).operation.id
    kept = desk.do(op.Note(lead=other, text="jää"))[0].op
    _import((_row(2), op.Row(number=3, company=op.CompanyPart(name="Kolmas Oy"))), desk)
    central.clock.step(minutes=5)
    boss.sync()
    central.clock.step(minutes=5)
    desk.sync()
    desk.sync()
    told = {row["id"]: (row["verdict"], row["reason"]) for row in central.operations()}
    assert [told[one] for one in (note, new, after, made)] == [("refused", "erased")] * 4
    assert told[kept][0] == "applied"
    assert _tells(central.contents()) == [] and _tells(_dump(desk)) == []
    tray = {one.id: one for one in desk.attention.list()}
    assert set(tray) == {note, new, after, made} and not any(one.text for one in tray.values())
    with pytest.raises(Refusal, match="erased"):
        desk.attention.retry(note)
    assert desk.search("Kolmas") and not desk.search("Toinen")
    _same(desk, central)
    boss.sync()
    assert _tells(_dump(boss)) == []


def test_who_objected_never_comes_back_and_others_may_come_anew(central: LiveCentral, desk: Desk, boss: Desk) -> None:
    lead, _ = _lived(desk)
    boss.sync()
    boss.do(op.Objection(lead=lead, scope=ObjectionScope.PERSON, how="MERKKI"))
    boss.erase(lead, "pyysi")
    boss.sync()
    desk.sync()
    central.clock.step(days=1)
    _import((_row(2), op.Row(number=3, company=op.CompanyPart(name="Kolmas Oy"))), desk)
    desk.sync()
    boss.sync()
    last = [row for row in central.operations() if row["act"] == "import-rows"][-1]
    assert last["values"]["failed"] == 1 and last["values"]["created"] == 1
    assert not boss.search("Markkerinen") and boss.search("Kolmas")
    assert "Markker" not in json.dumps(last["body"])
    # The desk had heard of the erasure before: what it was refused now is gone from it all the same.
    assert _tells(_dump(desk)) == [] and desk.search("Kolmas")
    with pytest.raises(Refusal, match="erased"):
        _typed_anew(desk)
        desk.sync()
        desk.attention.retry(desk.attention.list()[0].id)
    assert _tells(_dump(desk)) == [] == _tells(central.contents())


def test_who_gave_no_objection_may_write_in_again(central: LiveCentral, desk: Desk, boss: Desk) -> None:
    lead, _ = _lived(desk)
    boss.sync()
    boss.erase(lead, "säilytysaika päättyi")
    boss.sync()
    desk.sync()
    central.clock.step(days=1)
    _import((_row(2),), desk)
    desk.sync()
    boss.sync()
    (again,) = boss.search("Markkerinen")
    assert again.id != lead and boss.store.state(boss.store.account_of(again.id)).leads[lead].erased_at


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "silent"])
def test_no_restore_brings_her_back(
    tmp_path: Path, central: LiveCentral, desk: Desk, boss: Desk, declared: bool
) -> None:
    lead, other = _lived(desk)
    boss.sync()
    path = tmp_path / "central.leaddesk-backup"
    backup(central.database, path)
    copy = central.copy()
    boss.erase(lead, "pyysi")
    desk.do(op.Note(lead=other, text="jälkeen"))
    for one in (boss, desk, boss):
        one.sync()
    if declared:
        restore(central.database, path, central.clock.now())
        assert _tells(central.contents()) == []
    else:
        central.restore(copy)
    for _ in range(2):
        for one in (boss, desk):
            one.sync()
    assert _tells(central.contents()) == []
    for one in (boss, desk):
        assert _tells(_dump(one)) == []
        assert "jälkeen" in " ".join(line.note for line in one.card(other).timeline)
        _same(one, central)


def test_a_restore_that_has_never_known_her_still_refuses_who_never_heard(
    tmp_path: Path, central: LiveCentral, desk: Desk, boss: Desk
) -> None:
    copy = central.copy()
    # In the words of others nobody knows her any more: none are looked for where she was never told of.
    lead, _ = _lived(desk, named="")
    boss.sync()
    boss.erase(lead, "pyysi")
    boss.sync()
    central.restore(copy)
    # The desk that made her has heard of nothing, and hands everything in again; the erasure comes first, or last.
    boss.sync()
    for _ in range(2):
        desk.sync()
        boss.sync()
    assert _tells(_dump(boss)) == []
    assert not boss.search("Markkerinen")
    desk.sync()
    assert _tells(_dump(desk)) == [] and _tells(central.contents()) == []
    _same(desk, central)


def test_a_colleague_keeps_a_number_that_both_have(central: LiveCentral, desk: Desk, boss: Desk) -> None:
    shared = "+358501234567"
    account, lead, other = desk.ids.new(), desk.ids.new(), desk.ids.new()
    for one, name in ((lead, NAME), (other, "Kaisa Kollega")):
        contact = op.PersonPart(name=name, phone=shared)
        company = op.CompanyPart(name="Kuusikon Saha Oy")
        desk.perform(op.CreateLead(lead=one, person=desk.ids.new(), company=company, contact=contact), account)
    desk.do(op.Objection(lead=lead, scope=ObjectionScope.NUMBER))
    desk.sync()
    boss.sync()
    boss.erase(lead, "pyysi")
    boss.sync()
    desk.sync()
    state = desk.store.state(account)
    assert [one.phone for one in state.persons.values()] == [shared]
    # The number was objected to, and she who has it is protected still.
    assert desk.card(other).objection
    assert _tells(central.contents()) == []


def test_an_undo_does_not_reach_behind_an_erasure(central: LiveCentral, desk: Desk, boss: Desk) -> None:
    lead, other = _lived(desk)
    reject = desk.do(op.Reject(lead=other, reason=RejectReason.NEED))[0].op
    hers = desk.do(op.Note(lead=lead, text="MERKKI viimeinen"))[0].op
    desk.sync()
    boss.sync()
    boss.erase(lead, "pyysi")
    boss.sync()
    desk.sync()
    before = desk.store.state(desk.store.account_of(lead))
    with pytest.raises(Refusal, match="undo-depends"):
        desk.undo(hers)
    assert desk.store.state(desk.store.account_of(lead)) == before
    # What is about others is undone as ever.
    desk.perform(op.Undo(operation=reject), desk.store.account_of(other))
    desk.sync()
    boss.sync()
    assert boss.store.state(boss.store.account_of(other)).leads[other].reject_reason is None
    _same(boss, central)


def _aside(desk: Desk) -> op.Row:
    """A row about a colleague that names her."""
    return op.Row(
        number=4,
        company=op.CompanyPart(business_id="0112038-9"),
        person=op.PersonPart(name="Kaisa Kollega", phone="+358401112223"),
        activity=op.ActivityPart(
            external_id="A-1", activity="call", at=desk.clock.now(), text=f"Kaisa: {NAME} on sen päättänyt"
        ),
    )


def test_who_may_not_see_her_learns_nothing_and_keeps_nothing_of_her(
    tmp_path: Path, central: LiveCentral, desk: Desk, boss: Desk
) -> None:
    lead, other = _lived(desk)
    with _desk(tmp_path, central, "rep2") as away:
        away.sync()
        # Hers twice, the second changes nothing and has no line; one is a colleague's and names her.
        _import((_row(2), _aside(desk)), away)
        _import((_row(2),), away)
        away.sync()
        desk.sync()
        account = desk.store.account_of(lead)
        desk.perform(op.SetFact(key="team", value="pohjoinen"), account)
        desk.sync()
        away.sync()
        assert not away.search("Markkerinen") and desk.search("Markkerinen")
        boss.sync()
        boss.erase(lead, "pyysi")
        for one in (boss, away, desk):
            one.sync()
        with central.store.read() as unit:
            kept = [str(key) for key in unit.execute(select(t.suppressed.c.key)).scalars()]
            (secret,) = unit.execute(select(t.tenants.c.secret)).scalars()
        assert hidden(f"tel:{PHONE}", secret) in kept and len(kept) >= 4
        told = _dump(away).decode("utf-8", "replace")
        assert not [one for one in (*kept, secret) if one in told]
        # In whose sight her company is has the act with the keys, and nothing to try numbers on them with.
        assert not any(secret in _dump(one).decode("utf-8", "replace") for one in (boss, desk))
        assert hidden(f"tel:{PHONE}", "Testi Oy").encode() not in central.contents() + _dump(desk)
        assert _tells(_dump(desk)) == _tells(central.contents()) == []
        assert _tells(_dump(away)) == []


def test_an_import_names_her_no_more_where_a_colleague_s_row_did(central: LiveCentral, desk: Desk, boss: Desk) -> None:
    lead, _ = _lived(desk)
    _import((_aside(desk),), desk)
    desk.sync()
    boss.sync()
    boss.erase(lead, "pyysi")
    boss.sync()
    desk.sync()
    assert _tells(_dump(desk)) == _tells(central.contents()) == []
    assert b"on sen p" in _dump(desk)
    _same(desk, central)


def test_an_erasure_waits_until_the_central_knows_her(central: LiveCentral, boss: Desk) -> None:
    _import((_row(2),), boss)
    (lead,) = [one.id for one in boss.search("Markkerinen")]
    with pytest.raises(Refusal, match="erase-after-sync"):
        boss.erase(lead, "pyysi")
    boss.sync()
    boss.erase(lead, "pyysi")
    boss.sync()
    boss.sync()
    assert _tells(_dump(boss)) == [] and _tells(central.contents()) == []


def test_a_copy_that_cannot_be_deleted_yet_goes_with_the_next_news(
    central: LiveCentral, desk: Desk, boss: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, other = _lived(desk)
    boss.sync()
    copy = _upgraded(desk)
    boss.erase(lead, "pyysi")
    boss.sync()

    def held(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(f"somebody reads {path}")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        desk.sync()
    assert copy.exists() and not desk.search("Markkerinen")
    boss.do(op.Note(lead=other, text="uutta"))
    boss.sync()
    desk.sync()
    assert not copy.exists() and _tells(_files(desk)) == []
