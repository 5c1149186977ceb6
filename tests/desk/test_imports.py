"""Import at the desk: mapped, rehearsed, run, cancelled, undone, mended; every portion an operation of the store."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leaddesk.desk.desk import Desk
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.operation import ImportRows, LogCall
from leaddesk.domain.words import CallOutcome, LeadKind, LeadState, Role, Source
from leaddesk.intake.reason import FAILED_COLUMNS
from leaddesk.pages.words import Words
from tests.desk.imported import (
    company,
    counts,
    fact,
    leads,
    lone_desk,
    names,
    person,
    put,
    sentences,
    states,
    waiting,
)  # fmt: skip
from tests.support import SteppedClock, open_desk

LIST = (
    "Yritys;Y-tunnus;Yhteyshenkilö;Puhelin;Sähköposti;Toimiala\n"
    "Leros Oy;0104676-4;Mäki, Åke;040 123 4567;Ake.Maki@Leros.example;46160 Agentuurit\n"
    "Öljy Oy;0100990-4;;;;62010\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with lone_desk(tmp_path / "desk") as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vienti"


def many(count: int) -> str:
    """A list of so many companies, each with an id of the list's own."""
    return "Asiakasnumero;Yritys\n" + "".join(f"{number};Yhtiö {number}\n" for number in range(count))


def test_rows_become_companies_persons_and_leads_with_purchased_facts(desk: Desk, folder: Path) -> None:
    result, changes = desk.imports.run(put(folder / "lista.csv", LIST))
    assert counts(result) == (2, 0, 0, 0) and result.rows == 2 and result.failed_file == ""
    assert len(changes.accounts) == 2 and changes.queue and changes.sync
    leros = company(desk, "Leros Oy")
    assert leros.account is not None and leros.account.business_id == "0104676-4"
    assert {(one.source, one.vendor) for one in leros.account.facts} == {(Source.PURCHASED, "lista.csv")}
    assert fact(leros, "industry") == "46160"
    (ake,) = leros.persons.values()
    assert (ake.name, ake.phone, ake.email) == ("Mäki, Åke", "+358401234567", "ake.maki@leros.example")
    (lead,) = leros.leads.values()
    assert (lead.person, lead.kind, lead.state) == (ake.id, LeadKind.OUTBOUND, LeadState.NEW)
    (unnamed,) = company(desk, "Öljy Oy").leads.values()
    assert unnamed.person == ""
    assert set(desk.order().ids) == {lead.id, unnamed.id}
    assert desk.search("åke") and waiting(desk) == 1


def test_the_same_file_twice_changes_nothing(desk: Desk, folder: Path) -> None:
    path = put(folder / "lista.csv", LIST)
    desk.imports.run(path)
    before = states(desk)
    result, changes = desk.imports.run(path)
    assert counts(result) == (0, 0, 2, 0)
    assert states(desk) == before and not changes.leads and not changes.accounts


def test_a_dry_run_tells_what_the_run_does_and_writes_nothing(desk: Desk, folder: Path) -> None:
    path = put(folder / "lista.csv", LIST + "Väärä Oy;0104676-5;;;;\n")
    rehearsed, _ = desk.imports.run(path, dry_run=True)
    assert states(desk) == {} and waiting(desk) == 0
    assert [one.name for one in folder.iterdir()] == ["lista.csv"]
    done, _ = desk.imports.run(path)
    assert counts(rehearsed) == counts(done) == (2, 0, 0, 1)
    assert [one.reason for one in rehearsed.failures] == [one.reason for one in done.failures]


def test_the_mapping_is_guessed_shown_changed_and_kept(desk: Desk, folder: Path) -> None:
    path = put(folder / "lista.csv", "Yritys;Y-tunnus;Oma sarake\nLeros Oy;0104676-4;punainen\n")
    shown = desk.imports.preview(path)
    assert dict(zip(shown.columns, shown.mapping, strict=True)) == {
        "Yritys": "company_name", "Y-tunnus": "business_id", "Oma sarake": "",
    }  # fmt: skip
    assert (shown.good, shown.failures, shown.delimiter) == (1, 0, ";")
    desk.imports.run(path, {"Oma sarake": "fact:colour"})
    assert fact(company(desk, "Leros Oy"), "colour") == "punainen"
    assert desk.imports.look(path).mapping == ("company_name", "business_id", "fact:colour")
    other = put(folder / "toinen.csv", "YRITYS;y-tunnus;oma sarake\nÖljy Oy;0100990-4;sininen\n")
    desk.imports.run(other)
    assert fact(company(desk, "Öljy Oy"), "colour") == "sininen"


def test_a_mapping_of_a_column_that_is_not_there_names_those_that_are(desk: Desk, folder: Path) -> None:
    with pytest.raises(BadInput) as trouble:
        desk.imports.run(put(folder / "lista.csv", LIST), {"Väri": "fact:colour"})
    assert trouble.value.key == "mapping-unknown-column" and "Yritys" in str(trouble.value.values["expected"])


def test_nobody_imports_before_signing_in_nor_in_a_role_that_may_not(tmp_path: Path) -> None:
    path = put(tmp_path / "lista.csv", LIST)
    with open_desk(tmp_path / "new", SteppedClock()) as desk, pytest.raises(Denied, match="not-signed-in"):
        desk.imports.run(path)
    with lone_desk(tmp_path / "phone", Role.TELEMARKETER) as desk:
        with pytest.raises(Denied, match="act-not-permitted"):
            desk.imports.run(path)
        assert states(desk) == {}


def test_progress_is_told_and_a_cancel_keeps_whole_portions(desk: Desk, folder: Path) -> None:
    path = put(folder / "lista.csv", many(1200).replace("\n700;", "\nx;y;z\n700;") + ";\n1;\n")
    told: list[tuple[int, int]] = []
    result, _ = desk.imports.run(path, progress=lambda *at: told.append(at), cancelled=lambda: bool(told))
    assert result.cancelled and counts(result) == (500, 0, 0, 0) and told == [(500, 1202)]
    assert len(states(desk)) == 500 and waiting(desk) == 1 and result.failed_file == ""
    result, _ = desk.imports.run(path, progress=lambda *at: told.append(at))
    assert not result.cancelled and counts(result) == (700, 0, 501, 1)
    assert len(states(desk)) == 1200
    assert told[1:] == sorted(told[1:]) and told[-1] == (1202, 1202)


def test_an_import_is_undone_as_one_act(desk: Desk, folder: Path) -> None:
    desk.imports.run(put(folder / "muut.csv", "Asiakasnumero;Yritys;Toimiala\n7;Yhtiö VII;62010\n"))
    before = states(desk)
    result, _ = desk.imports.run(put(folder / "lista.csv", many(600)))
    assert counts(result) == (599, 1, 0, 0)
    undone, changes = desk.imports.undo(result.import_id)
    assert undone.notice is not None and dict(undone.notice.values) == {"undone": 600, "kept": 0}
    assert states(desk) == before and len(changes.leads) == 599
    assert desk.search("Yhtiö") == desk.rows(desk.order().ids)
    with pytest.raises(Refusal):
        desk.imports.undo(result.import_id)
    result, _ = desk.imports.run(folder / "lista.csv")
    assert counts(result) == (599, 1, 0, 0)


def test_what_somebody_built_upon_stays_when_an_import_is_undone_and_is_counted(desk: Desk, folder: Path) -> None:
    result, _ = desk.imports.run(put(folder / "lista.csv", many(3)))
    (called,) = company(desk, "Yhtiö 1").leads
    desk.do(LogCall(lead=called, outcome=CallOutcome.REACHED, note="Soita keväällä."))
    undone, _ = desk.imports.undo(result.import_id)
    assert undone.notice is not None and dict(undone.notice.values) == {"undone": 2, "kept": 1}
    assert names(desk) == ["Yhtiö 1"] and desk.search("keväällä")


def test_the_latest_act_that_undo_takes_back_may_be_an_import(desk: Desk, folder: Path) -> None:
    desk.imports.run(put(folder / "lista.csv", many(3)))
    desk.undo()
    assert states(desk) == {}


def test_failed_rows_come_with_their_reason_and_are_taken_when_mended(desk: Desk, folder: Path) -> None:
    path = put(
        folder / "lista.csv",
        "Asiakasnumero;Yritys;Y-tunnus;Puhelin;Sähköposti;Oma\n"
        "1;Leros Oy;0104676-4;040 123 4567;a@leros.example;x\n"
        "2;Öljy Oy;0100990-5;;;=1+1\n"
        "3;Kolmas Oy;;12;;\n"
        "4;Neljäs Oy;;;ei osoite;\n",
    )
    result, _ = desk.imports.run(path, {"Oma": "fact:own"})
    assert counts(result) == (1, 0, 0, 3)
    assert [(one.number, one.column) for one in result.failures] == [(3, "Y-tunnus"), (4, "Puhelin"), (5, "Sähköposti")]
    assert all("Expected" in one for one in sentences(result)), sentences(result)
    failed = Path(result.failed_file)
    with failed.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file, delimiter=";"))
    assert written[1][:3] == ["2", "Öljy Oy", "0100990-5"] and "'=1+1" in written[1]
    assert [row[6:8] for row in written[1:]] == [["3", "Y-tunnus"], ["4", "Puhelin"], ["5", "Sähköposti"]]
    assert all(row[8] for row in written)
    text = failed.read_text("utf-8-sig").replace("0100990-5", "0100990-4").replace(";12;", ";03 123 4567;")
    failed.write_text(text.replace("ei osoite", "b@neljas.example"), "utf-8-sig")
    again, _ = desk.imports.run(failed)
    assert counts(again) == (3, 0, 0, 0)
    assert fact(company(desk, "Öljy Oy"), "own") == "=1+1"
    whole, _ = desk.imports.run(path, {"Oma": "fact:own"})
    assert counts(whole) == (0, 0, 1, 3), "the mended rows are the source's own: they are known by its ids"


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_failed_rows_are_written_in_the_callers_language_and_read_back_from_it(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    path = put(tmp_path / "vienti" / "lista.csv", "Yritys;Y-tunnus\nÖljy Oy;0100990-5\n")
    failed = Path(desk.imports.run(path, words=words)[0].failed_file)
    head, row = failed.read_text("utf-8-sig").splitlines()
    assert head.split(";")[2:] == [words.sentence(key, {}) for key in FAILED_COLUMNS]
    values = {"value": "0100990-5", "expected": "1234567-1"}
    assert row.endswith(";" + words.sentence("business-id-not-valid", values))
    failed.write_text(failed.read_text("utf-8-sig").replace("Oy;0100990-5", "Oy;0100990-4"), "utf-8-sig")
    with lone_desk(tmp_path / "another") as another:
        for one in (desk, another):
            assert counts(one.imports.run(failed, words=Words("en"))[0]) == (1, 0, 0, 0)
            assert names(one) == ["Öljy Oy"]


def test_mended_rows_keep_their_source_wherever_they_were_written(desk: Desk, tmp_path: Path) -> None:
    desk.imports.run(put(tmp_path / "downloads" / "yritykset.csv", many(2)), source_name="crm")
    path = put(
        tmp_path / "downloads" / "henkilöt.csv", "Asiakasnumero;Henkilö;Titteli;Puhelin\n1;Åke Mäki;Johtaja;12\n"
    )
    (tmp_path / "muualla").mkdir()
    result, _ = desk.imports.run(path, source_name="crm", failed_path=tmp_path / "muualla" / "korjattavat.csv")
    assert Path(result.failed_file) == tmp_path / "muualla" / "korjattavat.csv"
    failed = put(Path(result.failed_file), Path(result.failed_file).read_bytes().replace(b";12;", b";040 1234567;"))
    assert desk.imports.look(failed).source_name == "crm"
    again, _ = desk.imports.run(failed)
    assert counts(again) == (0, 1, 0, 0)
    assert person(desk, "Åke Mäki").account == next(iter(company(desk, "Yhtiö 1").leads.values())).account


@pytest.mark.parametrize("place", ["on", "ei/ole.csv"], ids=["a folder", "no folder"])
def test_a_place_that_takes_no_failed_rows_is_refused_before_anything_is_imported(
    desk: Desk, folder: Path, place: str
) -> None:
    path = put(folder / "lista.csv", "Yritys;Y-tunnus\nHyvä Oy;0100990-4\nÖljy Oy;0100990-5\n")
    (folder / "on").mkdir()
    with pytest.raises(BadInput) as refused:
        desk.imports.run(path, failed_path=folder / place)
    assert refused.value.key == "failed-file-not-written" and names(desk) == [] and waiting(desk) == 0


def test_a_row_with_several_faults_names_them_all(desk: Desk, folder: Path) -> None:
    path = put(
        folder / "lista.csv",
        "Yritys;Y-tunnus;Puhelin;Henkilö;Matkapuhelin\nÖljy Oy;0100990-5;12;Åke Mäki;abc\nHyvä Oy;;;;\n",
    )
    shown = desk.imports.preview(path)
    assert (shown.failures, [(one.number, one.column) for one in shown.failed]) == (
        1, [(2, "Y-tunnus"), (2, "Puhelin"), (2, "Matkapuhelin")]
    )  # fmt: skip
    result, _ = desk.imports.run(path)
    assert counts(result) == (1, 0, 0, 1)
    last = Path(result.failed_file).read_text("utf-8-sig").splitlines()[-1]
    assert "Y-tunnus, Puhelin, Matkapuhelin" in last
    assert all(one in last for one in sentences(result)) and len(sentences(result)) == 3


@pytest.mark.parametrize("text", ["Yritys;Y-tunnus\n", "Yritys;Y-tunnus\n;\n  ;\n"])
def test_a_file_of_headings_alone_is_told(desk: Desk, folder: Path, text: str) -> None:
    path = put(folder / "lista.csv", text)
    for read in (desk.imports.look, desk.imports.preview, desk.imports.run):
        with pytest.raises(BadInput) as told:
            read(path)
        assert told.value.key == "file-without-rows"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01T00:00"])
def test_a_free_attribute_that_is_an_impossible_day_costs_its_row(desk: Desk, folder: Path, day: str) -> None:
    path = put(folder / "lista.csv", f"Yritys;created_at\nÖljy Oy;{day}\nHyvä Oy;2024-02-03\nYkkönen Oy;0001-2345\n")
    result, _ = desk.imports.run(path, {"created_at": "fact:created_at"})
    assert [(one.number, one.reason.key) for one in result.failures] == [(2, "date-out-of-range")]
    assert names(desk) == ["Hyvä Oy", "Ykkönen Oy"] and fact(company(desk, "Hyvä Oy"), "created_at") == "2024-02-03"


def test_a_file_of_failed_rows_that_is_being_mended_is_not_written_over(desk: Desk, folder: Path) -> None:
    path = put(folder / "lista.csv", "Yritys;Y-tunnus\nÖljy Oy;0100990-5\n")
    first = Path(desk.imports.run(path)[0].failed_file)
    put(first, "korjattu")
    second = Path(desk.imports.run(path)[0].failed_file)
    assert first != second and first.read_text() == "korjattu" and "0100990-5" in second.read_text("utf-8-sig")


def test_events_without_ids_count_once_and_two_alike_are_two(desk: Desk, folder: Path) -> None:
    desk.imports.run(put(folder / "yritykset.csv", many(1)))
    path = put(
        folder / "tapahtumat.csv",
        "Asiakasnumero;Tapahtuma;Tapahtuma-aika\n"
        "0;sivustokäynti;2026-11-20\n0;sivustokäynti;2026-11-20\n0;opas;2026-11-20\n",
    )
    assert counts(desk.imports.run(path)[0]) == (0, 3, 0, 0)
    (lead,) = leads(desk)
    assert {(one.event, one.count) for one in lead.tally} == {("site-visit", 2), ("guide-download", 1)}
    assert counts(desk.imports.run(path)[0]) == (0, 0, 3, 0)
    assert leads(desk) == [lead]


def test_a_date_without_a_clock_counts_on_its_own_local_day(desk: Desk, folder: Path) -> None:
    desk.imports.run(put(folder / "yritykset.csv", many(1)))
    desk.imports.run(put(folder / "a.csv", "Asiakasnumero;Aktiviteetti;Aktiviteettiaika\n0;sähköposti;31.3.2026\n"))
    desk.imports.run(put(folder / "b.csv", "Asiakasnumero;Tapahtuma;Tapahtuma-aika\n0;opas;1.1.2026\n"))
    desk.imports.run(
        put(folder / "c.csv", "Asiakasnumero;Aktiviteetti;Aktiviteettiaika;Tulos\n0;soitto;1.7.2026;ei vastausta\n")
    )
    (lead,) = leads(desk)
    days = {one.event: one.day for one in lead.tally}
    assert days["sales-email"] == datetime(2026, 3, 31).toordinal()
    assert days["guide-download"] == datetime(2026, 1, 1).toordinal()
    assert [one.at for one in lead.attempts] == [datetime(2026, 7, 1, 9, tzinfo=UTC)]


def test_the_order_of_dates_is_settled_by_the_whole_file_and_told(desk: Desk, folder: Path) -> None:
    rows = "".join(f"{day};Yhtiö {day};{day:02}-03-17\n" for day in range(1, 29))
    path = put(folder / "lista.csv", "Asiakasnumero;Yritys;Perustettu\n" + rows)
    (remark,) = desk.imports.look(path).warnings
    assert desk.imports.preview(path).warnings == (remark,)
    assert remark.key == "file-date-order" and dict(remark.values) == {"value": "01-03-17", "expected": "2017-03-01"}
    assert desk.imports.run(path)[0].failed == 0
    assert fact(company(desk, "Yhtiö 5"), "registered") == "2017-03-05"
    few = put(folder / "muut.csv", "Asiakasnumero;Yritys;Perustettu\n90;Yhtiö 90;03-04-05\n")
    result, _ = desk.imports.run(few)
    assert [one.reason.key for one in result.failures] == ["date-ambiguous"] and result.failures[0].column


def test_every_portion_is_one_operation_with_the_rows_it_read(desk: Desk, folder: Path) -> None:
    result, _ = desk.imports.run(put(folder / "lista.csv", many(1100)))
    acts = [one.act for one, _ in desk.store.own_latest(10)][::-1]
    assert [len(act.rows) for act in acts if isinstance(act, ImportRows)] == [500, 500, 100]
    assert {act.import_id for act in acts if isinstance(act, ImportRows)} == {result.import_id}
