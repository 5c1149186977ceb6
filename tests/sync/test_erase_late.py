"""What comes late of somebody erased, by the ways that the simulator has found: refused, and nothing of it is kept."""

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain import erasure
from leaddesk.domain import operation as op
from leaddesk.domain.erasure import Trace
from leaddesk.domain.words import LeadKind, ObjectionScope, Role
from leaddesk.store.central import people
from leaddesk.store.central.book import Book
from leaddesk.store.central.store import Unit
from leaddesk.wire.codec import unpack_operation
from tests.sync.near import World, world

NAME, PHONE = "Marjatta Markkerinen", "+358405557771"
MARKS = (b"Markkerinen", b"405557771", b"MERKKI")


def _boss(here: World) -> Desk:
    """The manager, who is administrator too."""

    def promote(unit: Unit) -> None:
        tenant, _ = people.tenant_named(unit, "")
        user = here.central.users["manager"].id
        people.change_user(unit, tenant, user, role=Role.ADMIN.value)
        book = Book(unit, tenant)
        book.feed.lock()
        book.show_user(user)
        book.feed.close()

    here.central.store.write(promote)
    here.desks["manager"].sync()
    return here.desks["manager"]


def _known(here: World) -> tuple[Desk, Desk, str, str, str]:
    """The administrator and a rep who know of her; her account, person and lead."""
    boss, desk = _boss(here), here.desks["rep"]
    account, lead, person = desk.ids.new(), desk.ids.new(), desk.ids.new()
    _told(desk, account, lead, person)
    desk.sync()
    boss.sync()
    return boss, desk, account, person, lead


def _told(desk: Desk, account: str, lead: str, person: str) -> str:
    company, contact = op.CompanyPart(name="Kuusikon Saha Oy"), op.PersonPart(name=NAME, phone=PHONE)
    act = op.CreateLead(lead=lead, person=person, lead_kind=LeadKind.HAND_RAISER, company=company, contact=contact)
    return desk.perform(act, account).operation.id


def _left(here: World, *desks: Desk) -> list[bytes]:
    """What of her is left at the central and in the outboxes of desks."""
    text = here.central.contents()
    for one in desks:
        with one.store._file.read() as connection:
            text += "\n".join(body for (body,) in connection.execute("SELECT body FROM outbox")).encode()
    return [one for one in MARKS if one in text]


def _verdicts(here: World) -> dict[str, tuple[str, str]]:
    return {str(row["id"]): (str(row["verdict"]), str(row["reason"])) for row in here.central.operations()}


def test_where_it_would_be_refused_for_another_reason() -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        desk.do(op.SetFact(key="phone", person=person, value=PHONE + "1", was=PHONE, lead=lead))
        note = desk.do(op.Note(lead=lead, text="MERKKI junassa"))[0].op
        boss.perform(op.SetFact(key="team", value="north"), account)
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        assert _verdicts(here)[note] == ("refused", "erased")
        assert _left(here, boss, desk) == []


@pytest.mark.parametrize("born", ["before", "after"])
def test_where_only_a_newer_program_could_read_it(born: str) -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        note = desk.do(op.Note(lead=lead, text="MERKKI telepatiaa"))[0].op
        with desk.store._file.write() as connection:
            connection.execute(
                "UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (note,)
            )
        if born == "before":
            desk.sync()
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        assert _verdicts(here)[note][0] == ("quarantined" if born == "before" else "refused")
        assert _left(here, boss, desk) == []
        (kept,) = desk.store.attention()
        assert kept.body["kind"] == "telepathy"


def test_whose_a_lead_was_stays_known_when_it_is_brought_once_more() -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        note = desk.do(op.Note(lead=lead, text="MERKKI telepatiaa"))[0].op
        with desk.store._file.write() as connection:
            connection.execute(
                "UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (note,)
            )
        desk.sync()
        desk.attention.dismiss(note)
        boss.erase(lead, "pyysi")
        boss.sync()
        other = here.desks["rep2"]
        again = _told(other, account, lead, person)
        other.sync()
        assert _verdicts(here)[again] == ("refused", "erased")
        desk.sync()
        assert _left(here, boss, desk, other) == []


def test_where_the_lead_it_is_about_was_refused() -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        again = desk.ids.new()
        refused = desk.perform(op.CreateLead(lead=again, person=person), account).operation.id
        boss.perform(op.SetFact(key="team", value="north"), account)
        boss.sync()
        desk.do(op.Note(lead=again, text="MERKKI ennen"))
        desk.sync()
        assert _verdicts(here)[refused] == ("refused", "account-not-in-sight") and _left(here)
        boss.sync()
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        assert _left(here, boss, desk) == []


@pytest.mark.parametrize("unread", [False, True])
def test_what_was_told_of_a_lead_before_anybody_knew_whose_it_would_be_goes(unread: bool) -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        other, before, again = here.desks["rep2"], here.central.copy(), desk.ids.new()
        made = desk.perform(op.CreateLead(lead=again, person=person), account).operation.id
        desk.sync()
        other.sync()
        note = other.do(op.Note(lead=again, text="MERKKI soitti"))[0].op
        if unread:
            with other.store._file.write() as connection:
                connection.execute(
                    "UPDATE outbox SET body = replace(body, '\"note\"', '\"telepathy\"') WHERE id = ?", (note,)
                )
        here.central.restore(before)
        # She is erased, and her colleague's note comes, before the desk that made the lead says so again.
        boss.erase(lead, "pyysi")
        boss.sync()
        other.sync()
        assert _verdicts(here)[note] == (
            ("quarantined", "unreadable-operation") if unread else ("refused", "no-such-lead")
        )
        desk.sync()
        assert _verdicts(here)[made] == ("refused", "erased")
        other.sync()
        assert _left(here, boss, desk, other) == []


def test_where_the_central_has_lost_whose_the_lead_was() -> None:
    with world() as here:
        boss, before = _boss(here), here.central.copy()
        desk = here.desks["rep"]
        account, lead, person = desk.ids.new(), desk.ids.new(), desk.ids.new()
        other = desk.ids.new()
        first = _told(desk, account, lead, person)
        desk.perform(op.CreateLead(lead=other, person=person), account)
        note = desk.do(op.Note(lead=other, text="MERKKI soitti"))[0].op
        # The central takes none of it and keeps nothing: as after a restore to a day when she was not there.
        desk.sync()
        here.central.restore(before)
        with desk.store._file.write() as connection:
            connection.execute("UPDATE outbox SET state = 'dismissed' WHERE id <> ?", (first,))
        desk.sync()
        boss.sync()
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        with desk.store._file.read() as connection:
            (body,) = connection.execute("SELECT body FROM outbox WHERE id = ?", (note,)).fetchone()
        assert "MERKKI" not in body
        assert _left(here, boss, desk) == []


def test_where_a_desk_had_her_at_another_company() -> None:
    with world() as here:
        boss, desk, other = _boss(here), here.desks["rep"], here.desks["rep2"]
        row = op.Row(
            number=2,
            company=op.CompanyPart(name="Tuotu Oy", external_id="c0"),
            person=op.PersonPart(name=NAME, external_id="p0"),
        )
        for one in (other, desk):
            one.do(op.ImportRows(import_id=one.ids.new(), file="f.csv", source_name="s", rows=(row,)))
        (lead,) = desk.order().ids
        account = desk.store.account_of(lead)
        # Hers by its number, at a company that the central has not.
        note = desk.do(op.Note(lead=lead, text="MERKKI muistio"))[0].op
        other.sync()
        desk.sync()
        assert _verdicts(here)[note] == ("refused", "no-such-lead")
        boss.sync()
        (hers,) = [one.id for one in boss.search(NAME)]
        home = boss.store.account_of(hers)
        assert home != account
        act = op.Erase(person=boss.store.state(home).leads[hers].person, ground="pyysi", leads=(hers, lead))
        boss.perform(act, home)
        boss.sync()
        desk.sync()
        assert b"MERKKI" not in here.central.contents()


def test_an_objection_holds_in_the_batch_of_the_erasure_too() -> None:
    with world() as here:
        boss, _, account, _, lead = _known(here)
        boss.do(op.Objection(lead=lead, scope=ObjectionScope.PERSON))
        boss.erase(lead, "pyysi")
        again = _told(boss, boss.ids.new(), boss.ids.new(), boss.ids.new())
        boss.sync()
        assert _verdicts(here)[again] == ("refused", "erased")
        assert _left(here, boss) == [] and not boss.search("Markkerinen")


def test_a_recount_mends_a_lead_whose_person_is_erased() -> None:
    with world() as here:
        boss, desk, _, _, lead = _known(here)
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        with desk.store._file.write() as connection:
            connection.execute("UPDATE leads SET owner = 'nobody' WHERE id = ?", (lead,))
        assert desk.recount()[0].mended == 1
        assert desk.store.state(desk.store.account_of(lead)) == boss.store.state(boss.store.account_of(lead))
        assert desk.recount()[0].mended == 0


def test_where_a_colleague_has_undone_that_she_was_ever_there() -> None:
    with world() as here:
        boss, desk, _, _, lead = _known(here)
        desk.undo()
        boss.erase(lead, "pyysi")
        desk.sync()
        boss.sync()
        desk.sync()
        assert _left(here, boss, desk) == []
        for one in (boss, desk):
            with one.store._file.read() as connection:
                assert NAME not in str(connection.execute("SELECT body FROM history").fetchall())


def test_what_was_sent_of_her_and_is_out_of_sight_since_is_not_sent_again() -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        fact = desk.do(op.SetFact(key="email", value="merkki@x.fi", person=person, lead=lead))[0].op
        company, contact = op.CompanyPart(name="Muu Oy"), op.PersonPart(name="Muu Mies")
        act = op.CreateLead(lead=desk.ids.new(), person=desk.ids.new(), company=company, contact=contact)
        kept = desk.perform(act, desk.ids.new()).operation.id
        desk.sync()
        boss.sync()
        boss.perform(op.SetFact(key="team", value="north"), account)
        boss.sync()
        desk.sync()
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        with desk.store._file.read() as connection:
            rows = connection.execute("SELECT state, body FROM outbox WHERE id = ?", (fact,)).fetchall()
        assert [state for state, _ in rows] == ["durable"] and "merkki" not in rows[0][1]
        desk.store.begin_afresh(resend=True)
        assert [one["id"] for one in desk.store.outbox()] == [kept]


def test_by_what_stands_in_the_place_of_a_number_nobody_is_known() -> None:
    with world() as here:
        boss, desk, account, person, lead = _known(here)
        boss.erase(lead, "pyysi")
        boss.sync()
        desk.sync()
        # The central comes back without any of it; what is left of both is told again.
        for one in (desk, boss):
            one.store.begin_afresh(resend=True)
        told = [one for desk_ in (desk, boss) for one in desk_.store.outbox()]
        history = [unpack_operation(one) for one in told]
        trace = Trace(frozenset({person, lead}))
        assert "…" in str(told) and erasure.told_keys(history, trace) == set()
