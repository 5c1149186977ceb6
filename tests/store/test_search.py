"""Search as people type: beginnings of words, accents or not, numbers as they are written, and nothing that breaks
it."""

import pytest

from leaddesk.domain.operation import LogCall, Note, SetFact, Undo
from leaddesk.domain.words import CallOutcome
from leaddesk.store.local.search import fold, match_query
from leaddesk.store.local.store import LocalStore
from tests.store.hands import Hands, Made


@pytest.fixture
def made(hands: Hands) -> Made:
    """A lead with everything people search by, and another that is like nothing."""
    hands.lead("Zzz Oy", "Qqq Www", phone="+358509999999")
    return hands.lead(
        "Åbo Sähkötyö Ab",
        "José Öhman",
        business_id="0100990-4",
        phone="+358401234567",
        email="jose.ohman@abo-sahko.example",
    )


@pytest.mark.parametrize(
    "text",
    [
        "åbo", "ÅBO", "Åbo S", "sähkö", "SÄHKÖTYÖ", "öhman", "jose", "josé", "JOSÉ", "jos ö", "öhman åbo", "0100990-4",
        "0100990", "0401234567", "040 1234567", "040-123 4567", "040-1234567", "+358401234567", "+358 40 123 45",
        "00358 40 1234567", "04012345", "jose.ohman", "jose.ohman@abo-sahko.example", "abo-sahko",
    ],
)  # fmt: skip
def test_it_is_found(store: LocalStore, made: Made, text: str) -> None:
    assert store.search(text, 9) == [made.lead]


@pytest.mark.parametrize(
    "text", ["a bo", "oohman", "sahkotyo", "bo", "0401234568", "0100990-5", "", " ", "-", "...", "\u200b"]
)
def test_it_is_not_found(store: LocalStore, made: Made, text: str) -> None:
    assert made.lead not in store.search(text, 9)


@pytest.mark.parametrize(
    "text",
    [
        '"', '""', '" OR * NEAR(', "åbo OR zzz", "NOT åbo", "åbo AND", "text:åbo", "åbo*", "^åbo", "{text} : x",
        "'; DROP --", "NEAR(åbo zzz, 5)", "(", ")", "\x00", "åbo\x00zzz", "\ud800", "+", "-åbo", "a" * 10_000,
        "å " * 500,
        "١٢٣٤٥", "²²²²²", "𝟎𝟏𝟐𝟑𝟒", "🦊", "ﷺ", "\u0301\u0301",
    ],
)  # fmt: skip
def test_no_text_breaks_it(store: LocalStore, made: Made, text: str) -> None:
    assert isinstance(store.search(text, 9), list)


def test_words_of_an_operator_are_words(store: LocalStore, hands: Hands) -> None:
    made = hands.lead("Near and Or Oy")
    assert store.search("near AND or", 9) == [made.lead]


def test_words_of_notes_are_found_until_the_note_is_undone(store: LocalStore, hands: Hands, made: Made) -> None:
    note = hands.do(Note(lead=made.lead, text="Puhuttiin trukeista ja hyllyistä"))
    hands.do(LogCall(lead=made.lead, outcome=CallOutcome.REACHED, note="Lähetetään esite"))
    assert store.search("truke hyll", 9) == [made.lead]
    assert store.search("esite", 9) == [made.lead]
    hands.do(Undo(operation=note.operation.id), made.account)
    assert store.search("truke", 9) == []
    assert store.search("esite", 9) == [made.lead]


def test_a_lead_is_found_once_however_much_speaks_of_it(store: LocalStore, hands: Hands, made: Made) -> None:
    other = hands.lead("Toinen Oy")
    for _ in range(20):
        hands.do(Note(lead=made.lead, text="åbo ja åbo"))
    hands.do(Note(lead=other.lead, text="kuten åbo"))
    assert store.search("åbo", 2) == [made.lead, other.lead]
    assert store.search("åbo", 1) == [made.lead]


def test_what_changes_is_found_by_its_new_words_only(store: LocalStore, hands: Hands, made: Made) -> None:
    hands.do(SetFact(key="name", value="Uudenmaan Varasto Oy"), made.account)
    assert store.search("uudenm", 9) == [made.lead]
    assert store.search("sähkötyö", 9) == []
    hands.do(SetFact(key="phone", value="+358447654321", person=made.person), made.account)
    assert store.search("044 765 4321", 9) == [made.lead]
    assert store.search("0401234567", 9) == []


def test_folding_is_the_same_in_and_out() -> None:
    assert fold("É") == fold("é") == fold("e\u0301") == "e"
    assert fold("A\u030a") == fold("Å") == "å"
    assert [fold(one) for one in "åäö"] == ["å", "ä", "ö"]
    assert fold("Straße") == "strasse"
    assert match_query("Åbo 12") == '"åbo"* "12"*'
    assert match_query(" ".join(str(number) for number in range(99))).split() == [
        f'"{number}"*' for number in range(12)
    ]
