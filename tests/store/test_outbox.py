"""What waits to be sent: in order, in bounded batches, never behind itself, never lost."""

import pytest

from leaddesk.domain.operation import Note, Objection, RevokeObjection, Take
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.store.local.store import LocalStore
from tests.store.hands import NOW, Central, Hands


def _ids(store: LocalStore, **limits: int) -> list[str]:
    return [one["id"] for one in store.outbox(**limits)]


def _verdict(operation: str, verdict: Verdict = Verdict.REFUSED) -> VerdictRow:
    return VerdictRow(id=operation, verdict=verdict, reason="no")


def test_oldest_first_and_objections_before_all(store: LocalStore, hands: Hands, central: Central) -> None:
    made = hands.lead()
    store.record_verdicts(central.push(store), NOW)
    store.record_pull(central.news(), "1", True, NOW)
    notes = [hands.do(Note(lead=made.lead, text=str(number))).operation.id for number in range(3)]
    objection = hands.do(Objection(lead=made.lead)).operation.id
    last = hands.do(Note(lead=made.lead, text="3")).operation.id
    assert _ids(store) == [objection, *notes, last]
    assert store.status().waiting == 5


def test_an_objection_waits_for_what_makes_its_company(store: LocalStore, hands: Hands, central: Central) -> None:
    made = hands.lead()
    objection = hands.do(Objection(lead=made.lead)).operation.id
    assert _ids(store)[1:] == [objection]
    told = {one.id: one.verdict for one in central.push(store)}
    assert told[objection] is Verdict.APPLIED


def test_a_batch_is_bounded_by_number_and_by_size(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    for number in range(9):
        hands.do(Note(lead=made.lead, text=f"{number}" * 1_000))
    everything = _ids(store)
    assert len(everything) == 10
    assert _ids(store, most=4) == everything[:4]
    assert _ids(store, most_bytes=4_500) == everything[:4]
    # One that is larger than the limit goes alone, never not at all.
    assert _ids(store, most_bytes=10) == everything[:1]


def test_a_refused_operation_holds_nothing(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    for one in _ids(store):
        store.record_verdicts([_verdict(one, Verdict.APPLIED)], NOW)
    refused = hands.do(Note(lead=made.lead, text="a")).operation.id
    behind = hands.do(Note(lead=made.lead, text="b")).operation.id
    store.record_verdicts([_verdict(refused)], NOW)
    assert _ids(store) == [behind]
    assert (store.status().waiting, store.status().attention, store.status().held) == (1, 1, 0)


def test_nothing_is_sent_behind_what_could_not_be_judged_of_its_account(store: LocalStore, hands: Hands) -> None:
    held, free = hands.lead("Odottaa Oy"), hands.lead("Vapaa Oy")
    for one in _ids(store):
        store.record_verdicts([_verdict(one, Verdict.APPLIED)], NOW)
    refused = hands.do(Note(lead=held.lead, text="a")).operation.id
    behind = hands.do(Note(lead=held.lead, text="b")).operation.id
    other = hands.do(Note(lead=free.lead, text="c")).operation.id
    store.record_verdicts([_verdict(refused, Verdict.QUARANTINED)], NOW)
    assert _ids(store) == [other]
    assert (store.status().waiting, store.status().attention, store.status().held) == (2, 1, 1)
    assert [one.held for one in store.attention()] == [1]
    objection = hands.do(Objection(lead=held.lead)).operation.id
    assert _ids(store) == [objection, other]
    store.dismiss(refused)
    assert _ids(store) == [objection, behind, other]
    assert (store.status().attention, store.status().held) == (0, 0)


def test_a_quarantined_operation_stands_in_attention_with_its_data(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    done = hands.do(Take(lead=made.lead))
    store.record_verdicts(
        [VerdictRow(id=done.operation.id, verdict=Verdict.QUARANTINED, reason="unreadable", values={"field": "act"})],
        NOW,
    )
    (kept,) = store.attention()
    assert (kept.id, kept.account, kept.at, kept.reason) == (
        done.operation.id, made.account, done.operation.at, "unreadable",
    )  # fmt: skip
    assert kept.values == {"field": "act"}
    assert kept.body["act"] == {"lead": made.lead}
    assert store.state(made.account).leads[made.lead].taken_at is None


def test_what_was_let_go_stays_in_the_file(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    done = hands.do(Note(lead=made.lead, text="x"))
    store.dismiss(done.operation.id)
    assert len(_ids(store)) == 2, "what waits is not let go by mistake"
    store.record_verdicts([_verdict(done.operation.id)], NOW)
    store.dismiss(done.operation.id)
    assert store.attention() == []
    with store._file.read() as connection:
        found = connection.execute("SELECT state, verdict FROM outbox WHERE id = ?", (done.operation.id,)).fetchone()
    assert found == ("dismissed", "refused")


@pytest.mark.parametrize("verdict", [Verdict.APPLIED, Verdict.MERGED, Verdict.KEPT_BOTH])
def test_what_was_taken_is_not_sent_again(store: LocalStore, hands: Hands, verdict: Verdict) -> None:
    hands.lead()
    (one,) = _ids(store)
    store.record_verdicts([_verdict(one, verdict)], NOW)
    assert _ids(store) == []
    assert (store.status().waiting, store.status().attention) == (0, 0)


def test_own_latest_leaves_out_what_does_not_stand(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    first = hands.do(Note(lead=made.lead, text="a"))
    refused = hands.do(Note(lead=made.lead, text="b"))
    store.record_verdicts([_verdict(refused.operation.id)], NOW)
    latest = store.own_latest(9)
    assert [(one.id, account) for one, account in latest][0] == (first.operation.id, made.account)
    assert latest[0][0] == first.operation
    assert len(store.own_latest(1)) == 1


def test_a_lifted_objection_is_not_an_objection(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    objection = hands.do(Objection(lead=made.lead))
    lifted = hands.do(RevokeObjection(objection=objection.operation.id, reason="erehdys"), made.account)
    assert _ids(store)[1:] == [objection.operation.id, lifted.operation.id]
    assert store.rows([made.lead])[0].lane
