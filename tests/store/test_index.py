"""Every question that a desk asks all day walks an index: none reads a long table through."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from leaddesk.domain.operation import Accept, Callback, LogCall, Note, Objection, Snooze, Undo
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import CallOutcome, Verdict
from leaddesk.store.engine import plain_unit
from leaddesk.store.local import file as local_file
from leaddesk.store.local.store import LocalStore
from tests.store.hands import NOW, Central, Hands, Made, only_connection

#: Tables that grow with leads, their past, and what was ever done here.
LONG = ("accounts", "persons", "leads", "history", "outbox", "match_keys", "l", "a", "p", "h", "o")


class Watched:
    """A connection that keeps how each statement was answered."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.scans: list[str] = []

    def execute(self, sql: str, values: Any = ()) -> Any:
        self._explain(sql, values)
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, values: Any) -> Any:
        held = list(values)
        if held:
            self._explain(sql, held[0])
        return self._connection.executemany(sql, held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def _explain(self, sql: str, values: Any) -> None:
        if sql.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            return
        for row in self._connection.execute("EXPLAIN QUERY PLAN " + sql, values):
            found = re.fullmatch(r"SCAN (\w+)(.*)", row[3])
            # That index holds objections that wait and nothing else.
            if found and found[1] in LONG and "outbox_objection" not in found[2]:
                self.scans.append(f"{row[3]}: {sql}")


@pytest.fixture
def watched(store: LocalStore, made: Made, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The store's only connection, watched from here on."""
    one = Watched(only_connection(store))

    @contextmanager
    def watching(*arguments: Any, **named: Any) -> Iterator[Watched]:
        with plain_unit(*arguments, **named):
            yield one

    monkeypatch.setattr(local_file, "plain_unit", watching)
    return one


@pytest.fixture
def made(hands: Hands) -> Made:
    """A lead among some."""
    for number in range(5):
        hands.lead(f"Yritys {number} Oy", f"Henkilö {number}", phone=f"+35840123456{number}")
    return hands.lead()


Ask = Callable[[LocalStore, Hands, Made], object]

QUESTIONS: dict[str, Ask] = {
    "refresh": lambda store, hands, made: store.refresh(NOW.replace(year=2030)),
    "order": lambda store, hands, made: store.order("me", (), NOW),
    "rows": lambda store, hands, made: store.rows([made.lead] * 2),
    "one row": lambda store, hands, made: store.rows([made.lead]),
    "card": lambda store, hands, made: store.card(made.lead),
    "state": lambda store, hands, made: store.state(made.account),
    "search": lambda store, hands, made: store.search("kuusikon", 9),
    "account_of": lambda store, hands, made: store.account_of(made.lead),
    "account_with": lambda store, hands, made: store.account_with("0100990-4"),
    "dated": lambda store, hands, made: store.dated("me", "snoozed_until", "nurture_until"),
    "count_dated": lambda store, hands, made: store.count_dated("me", "snoozed_until", "nurture_until"),
    "callbacks": lambda store, hands, made: store.count_dated("me", "callback_at"),
    "meetings": lambda store, hands, made: store.count_dated("me", "meeting_at"),
    "status": lambda store, hands, made: store.status(),
    "attention": lambda store, hands, made: store.attention(),
    "a note": lambda store, hands, made: hands.do(Note(lead=made.lead, text="x")),
    "a call": lambda store, hands, made: hands.do(LogCall(lead=made.lead, outcome=CallOutcome.NO_ANSWER, note="x")),
    "an objection": lambda store, hands, made: hands.do(Objection(lead=made.lead)),
    "an undo": lambda store, hands, made: hands.do(
        Undo(operation=hands.do(Accept(lead=made.lead)).operation.id), made.account
    ),
    "snooze": lambda store, hands, made: hands.do(Snooze(lead=made.lead, until=NOW.replace(year=2027))),
    "callback": lambda store, hands, made: hands.do(Callback(lead=made.lead, at_time=NOW.replace(year=2027))),
    "outbox": lambda store, hands, made: store.outbox(),
    "verdicts": lambda store, hands, made: store.record_verdicts(
        [
            VerdictRow(id=one["id"], verdict=Verdict.APPLIED if number else Verdict.REFUSED, reason="x")
            for number, one in enumerate(store.outbox())
        ],
        NOW,
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_long_table_through(
    store: LocalStore, hands: Hands, made: Made, watched: Watched, question: str
) -> None:
    QUESTIONS[question](store, hands, made)
    assert not watched.scans


def test_nor_does_a_pull(store: LocalStore, hands: Hands, made: Made, watched: Watched, central: Central) -> None:
    store.record_verdicts(central.push(store), NOW)
    store.record_pull(central.news(), "1", True, NOW)
    hands.do(Note(lead=made.lead, text="odottaa"))
    central.forget("lead", made.lead)
    store.record_pull(central.news(1), "2", True, NOW)
    # Only the count of leads, which tells whether a pull takes much away, goes through an index.
    assert [one for one in watched.scans if "count(*) FROM leads" not in one or "COVERING INDEX" not in one] == []


def test_what_undoes_the_latest_act_reads_from_the_end(store: LocalStore, watched: Watched) -> None:
    """It goes back through the outbox by number, and stops as soon as it has what was asked for."""
    store.own_latest(1)
    assert [scan.split(":")[0] for scan in watched.scans] == ["SCAN o"]
    assert not re.search("TEMP B-TREE", " ".join(watched.scans))
