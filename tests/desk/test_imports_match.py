"""What an imported row means: found by the source's own id, Y-tunnus, e-mail, phone; and over the whole tenant."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import Refusal
from leaddesk.domain.operation import LogCall
from leaddesk.domain.words import CallOutcome
from tests.desk.imported import company, counts, fact, leads, lone_desk, names, person, put, sentences, states
from tests.support import LiveCentral, open_desk

#: Imports a text as a file of a source: how many rows were created, updated, unchanged and failed.
Taker = Callable[..., tuple[int, int, int, int]]

FIRST = (
    "Asiakasnumero;Yritys;Y-tunnus;Henkilö;Sähköposti;Matkapuhelin\n"
    "7;Leros Oy;0104676-4;Åke Mäki;ake@leros.example;040 123 4567\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with lone_desk(tmp_path / "desk") as one:
        yield one


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Taker:
    def run(text: str, source: str = "crm") -> tuple[int, int, int, int]:
        return counts(desk.imports.run(put(tmp_path / source / "lista.csv", text), source_name=source)[0])

    return run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("crm", "Asiakasnumero;Kunta\n7;Tampere\n"),
        ("osto", "Y-tunnus;Kunta\n0104676-4;Tampere\n"),
        ("osto", "Y-tunnus;Kunta\nFI01046764;Tampere\n"),
        ("osto", "Sähköposti;Henkilö;Kunta\nAKE@leros.example;Åke Mäki;Tampere\n"),
        ("osto", "Matkapuhelin;Henkilö;Kunta\n+358 40 1234567;;Tampere\n"),
        ("osto", "Yritys;Sähköposti;Henkilö;Kunta\nLeros;ake@leros.example;Mäki Åke;Tampere\n"),
        ("osto", "Asiakasnumero;Yritys;Sähköposti;Henkilö;Kunta\n99;Leros;ake@leros.example;Åke;Tampere\n"),
    ],
)
def test_a_row_updates_what_it_means(desk: Desk, take: Taker, source: str, text: str) -> None:
    take(FIRST)
    assert take(text, source) == (0, 1, 0, 0)
    (state,) = states(desk).values()
    assert fact(state, "municipality") == "Tampere"
    assert len(state.persons) == len(state.leads) == 1


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("osto", "Asiakasnumero;Yritys\n7;Toinen Oy\n"),
        ("osto", "Y-tunnus;Yritys;Henkilö;Sähköposti\n0100990-4;Toinen Oy;Åke Mäki;ake@leros.example\n"),
        ("crm", "Asiakasnumero;Yritys;Henkilö;Sähköposti\n8;Toinen Oy;Åke Mäki;ake@leros.example\n"),
    ],
    ids=["the id of another source", "another Y-tunnus with the accountant's address", "another id of the same source"],
)
def test_what_a_stronger_key_contradicts_is_another_company(desk: Desk, take: Taker, source: str, text: str) -> None:
    take(FIRST)
    assert take(text, source) == (1, 0, 0, 0)
    assert names(desk) == ["Leros Oy", "Toinen Oy"]
    leros = company(desk, "Leros Oy")
    assert [one.name for one in leros.persons.values()] == ["Åke Mäki"] and len(leros.leads) == 1
    assert take(text, source) == (0, 0, 1, 0)


def test_people_who_share_a_switchboard_or_an_address_stay_apart(desk: Desk, take: Taker) -> None:
    text = (
        "Yritys;Y-tunnus;Henkilö;Matkapuhelin;Sähköposti\n"
        "Leros Oy;0104676-4;Åke Mäki;03 123 4567;\n"
        "Leros Oy;0104676-4;Maija Joki;03 123 4567;\n"
        "Leros Oy;0104676-4;Veli Suo;;myynti@leros.example\n"
        "Leros Oy;0104676-4;Siru Pelto;;myynti@leros.example\n"
    )
    assert take(text) == (1, 3, 0, 0)
    leros = company(desk, "Leros Oy")
    assert {one.name for one in leros.persons.values()} == {"Åke Mäki", "Maija Joki", "Veli Suo", "Siru Pelto"}
    assert len(leros.leads) == 4
    assert take(text) == (0, 0, 4, 0)


def test_a_list_without_any_ids_makes_each_company_and_person_once(desk: Desk, take: Taker) -> None:
    text = (
        "Yritys;Henkilö;Titteli\nLeros Oy;Åke Mäki;Johtaja\nLEROS OY;Maija Joki;Ostaja\nÖljy Oy;Åke Mäki;Myyjä\n☕;;\n"
    )
    assert take(text) == (3, 1, 0, 0)
    assert names(desk) == ["LEROS OY", "Öljy Oy", "☕"]
    assert len(company(desk, "LEROS OY").persons) == 2
    before = states(desk)
    take(text)
    assert sorted(before) == sorted(states(desk)) and len(leads(desk)) == 4


def test_a_file_out_of_its_turn_says_of_each_row_what_is_missing_and_is_taken_later(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "vienti"
    companies = put(folder / "accounts.csv", "account_id,company_name\nacct_1,Leros Oy\n")
    people = put(folder / "contacts.csv", "contact_id,account_id,job_title\ncnt_1,acct_1,CTO\n")
    wanted = put(folder / "leads.csv", "lead_id,contact_id,account_id\nlead_1,cnt_1,acct_1\n")
    calls = put(
        folder / "calls.csv",
        "activity_id,lead_id,activity_timestamp,activity_type,activity_outcome\nact_1,lead_1,2026-03-31,call,no_answer\n",
    )
    reasons = []
    failed = []
    for path in (calls, wanted, people, companies):
        result, _ = desk.imports.run(path)
        reasons += sentences(result)
        failed += [result.failed_file] if result.failed else []
        if result.failed:
            assert [(one.number, one.column) for one in result.failures] in ([(2, "lead_id")], [(2, "account_id")])
    assert reasons == [
        "Row 2: no lead with this reference: lead_1",
        "Row 2: no company with this reference: acct_1",
        "Row 2: no company with this reference: acct_1",
    ]
    for one in reversed(failed):
        assert counts(desk.imports.run(Path(one))[0]) == (0, 1, 0, 0)
    (lead,) = leads(desk)
    assert len(lead.attempts) == 1 and lead.person == next(iter(company(desk, "Leros Oy").persons))


def test_what_one_desk_imports_another_sees_and_its_undo_too(central: LiveCentral, tmp_path: Path) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as a, open_desk(tmp_path / "b", clock, central, "rep2") as b:
        text = "Asiakasnumero;Yritys;Y-tunnus\n1;Leros Oy;0104676-4\n2;Öljy Oy;0100990-4\n"
        result, _ = a.imports.run(put(tmp_path / "crm" / "lista.csv", text))
        a.sync()
        b.sync()
        assert states(b) == states(a) and b.order().ids == a.order().ids and len(states(b)) == 2
        (called,) = company(b, "Öljy Oy").leads
        b.do(LogCall(lead=called, outcome=CallOutcome.REACHED))
        b.sync()
        a.sync()
        undone, _ = a.imports.undo(result.import_id)
        assert undone.notice is not None and dict(undone.notice.values) == {"undone": 1, "kept": 1}
        a.sync()
        b.sync()
        assert names(a) == names(b) == ["Öljy Oy"] and states(a) == states(b)


def test_the_central_matches_what_two_desks_imported_apart(central: LiveCentral, tmp_path: Path) -> None:
    clock = central.clock
    with open_desk(tmp_path / "a", clock, central) as a, open_desk(tmp_path / "b", clock, central, "rep2") as b:
        a.imports.run(put(tmp_path / "crm" / "lista.csv", FIRST))
        b.imports.run(put(tmp_path / "crm" / "lista.csv", FIRST))
        text = "Sähköposti;Henkilö;Kunta\nake@leros.example;Åke Mäki;Tampere\n"
        b.imports.run(put(tmp_path / "osto" / "lista.csv", text))
        assert list(states(a)) != list(states(b)), "both made the company, each with an id of its own"
        a.sync()
        b.sync()
        a.sync()
        assert names(a) == names(b) == ["Leros Oy"] and states(a) == states(b)
        (state,) = states(a).values()
        assert len(state.persons) == len(state.leads) == 1 and fact(state, "municipality") == "Tampere"
        assert person(b, "Åke Mäki").phone == "+358401234567"
        assert len([one for one in central.operations() if one["act"] == "import-rows"]) == 3


def test_an_import_taken_back_before_it_was_sent_leaves_nothing_anywhere(central: LiveCentral, tmp_path: Path) -> None:
    with open_desk(tmp_path / "a", central.clock, central) as a:
        result, _ = a.imports.run(put(tmp_path / "crm" / "lista.csv", FIRST))
        a.imports.undo(result.import_id)
        a.sync()
        assert states(a) == {} and a.status().waiting == 0 and a.status().attention == 0
        with pytest.raises(Refusal, match="nothing-to-undo"):
            a.imports.undo(result.import_id)
