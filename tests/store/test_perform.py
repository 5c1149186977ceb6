"""One operation: applied, in the history and in the outbox, all in one durable transaction or not at all."""

import json
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.operation import Accept, LogCall, Note, Operation, Take, Undo
from leaddesk.domain.words import CallOutcome, LeadState, Verdict
from leaddesk.store.local.store import LocalStore
from leaddesk.store.local.tables import PENDING
from leaddesk.wire.codec import unpack_operation
from tests.store.hands import KEY, NOW, Central, Hands, only_connection, view_of

ROOT = Path(__file__).resolve().parents[2]


def _everything(store: LocalStore) -> dict[str, list[tuple[object, ...]]]:
    tables = ("accounts", "persons", "leads", "history", "outbox", "shadow", "match_keys", "meta")
    with store._file.read() as connection:
        return {one: connection.execute(f"SELECT * FROM {one} ORDER BY 1, 2").fetchall() for one in tables}


def _numbers(store: LocalStore) -> list[int]:
    with store._file.read() as connection:
        return [row[0] for row in connection.execute("SELECT n FROM outbox ORDER BY n")]


def test_an_operation_is_in_view_history_and_outbox(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    done = hands.do(LogCall(lead=made.lead, outcome=CallOutcome.REACHED, note="tapasimme"))
    state = store.state(made.account)
    assert [one.op for one in state.leads[made.lead].attempts] == [done.operation.id]
    card = store.card(made.lead)
    assert card is not None
    assert card.entries[0].operation == done.operation
    assert card.entries[0].position == PENDING + done.operation.n
    assert done.operation.id in card.pending
    assert unpack_operation(store.outbox()[-1]) == done.operation
    assert store.rows([made.lead])[0].pending


def test_a_note_alone_makes_a_lead_pending(store: LocalStore, hands: Hands, central: Central) -> None:
    made = hands.lead()
    store.record_verdicts(central.push(store), NOW)
    store.record_pull(central.news(), "1", True, NOW)
    assert not store.rows([made.lead])[0].pending
    hands.do(Note(lead=made.lead, text="vain muistiinpano"))
    assert store.rows([made.lead])[0].pending


def test_an_operation_is_waited_for_on_the_disk(store: LocalStore, hands: Hands) -> None:
    hands.lead()
    with store._file.write(lasting=False) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    # FULL: SQLite waits for the disk at every commit.
    with store._file.write() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_refused_operation_writes_nothing_and_uses_no_number(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    hands.do(Accept(lead=made.lead))
    before = _everything(store)
    for act in (Accept(lead=made.lead), Note(lead=made.lead, text="  "), Take(lead=made.lead)):
        assert hands.do(act).verdict is Verdict.REFUSED
    assert hands.do(Note(lead="no-such", text="x"), made.account).verdict is Verdict.REFUSED
    assert _everything(store) == before
    hands.do(Note(lead=made.lead, text="x"))
    assert _numbers(store) == [1, 2, 3]


def test_whatever_goes_wrong_while_an_operation_is_made_nothing_is_written(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    before = _everything(store)

    def broken(n: int) -> Operation:
        raise RuntimeError("no operation today")

    with pytest.raises(RuntimeError):
        store.perform(broken, NOW)
    assert _everything(store) == before
    # The transaction was ended: the next one begins.
    assert hands.do(Note(lead=made.lead, text="x")).verdict is Verdict.APPLIED


def test_an_operation_known_already_is_not_taken_twice(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    done = hands.do(Note(lead=made.lead, text="kerran"))
    before = _everything(store)
    with pytest.raises(Exception, match="UNIQUE"):
        store.perform(lambda n: done.operation, NOW)
    assert _everything(store) == before


def test_an_undo_restores_exactly_and_stays_in_the_history(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    before = view_of(store)
    accepted = hands.do(Accept(lead=made.lead))
    undo = hands.do(Undo(operation=accepted.operation.id), made.account)
    after = view_of(store)
    assert (after["leads"], after["accounts"], after["match_keys"]) == (
        before["leads"], before["accounts"], before["match_keys"],
    )  # fmt: skip
    card = store.card(made.lead)
    assert card is not None
    undone = {one.operation.id: one.undone_by for one in card.entries}
    assert undone[accepted.operation.id] == undo.operation.id
    assert [one.id for one, _ in store.own_latest(9)][0] == undo.operation.id
    assert accepted.operation.id not in [one.id for one, _ in store.own_latest(9)]


def test_rehearsing_writes_nothing(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    before = _everything(store)
    one = Operation(id="r", act=Take(lead=made.lead), account=made.account, at=NOW, by="me", device="d")
    (done,) = store.rehearse([one])
    assert done.applied[0][1].state.leads[made.lead].state is LeadState.TAKEN
    assert _everything(store) == before


def test_threads_take_turns(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            mine = Hands(store, device=f"thread-{number}")
            for _ in range(10):
                assert mine.do(Note(lead=made.lead, text="x")).verdict is Verdict.APPLIED
                assert store.rows([made.lead])
        except BaseException as trouble:
            problems.append(trouble)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not problems
    assert _numbers(store) == list(range(1, 42))


# --- other processes ------------------------------------------------------------------------------------------------

_CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from leaddesk.domain.operation import LogCall, Note
from leaddesk.domain.words import CallOutcome
from leaddesk.store.local.store import LocalStore
from tests.store.hands import Hands
store = LocalStore.open(Path(sys.argv[1]), sys.argv[2])
hands = Hands(store)
lead, many = sys.argv[3], int(sys.argv[4])
if not lead:
    lead = hands.lead().lead
for number in range(many):
    act = Note(lead=lead, text=f"note {{number}}") if number % 2 else LogCall(lead=lead, outcome=CallOutcome.NO_ANSWER)
    print(hands.do(act).operation.id, flush=True)
store.close()
"""


def _child(path: Path, lead: str, many: int) -> "subprocess.Popen[str]":
    line = [sys.executable, "-c", _CHILD.format(root=str(ROOT)), str(path), KEY, lead, str(many)]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_nothing_acknowledged_is_lost_whenever_the_process_is_killed(
    path: Path, store: LocalStore, hands: Hands
) -> None:
    made = hands.lead()
    store.close()
    chance = random.Random(20261124)
    acknowledged: set[str] = set()
    for _ in range(8):
        child = _child(path, made.lead, 100_000)
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 60)):
            acknowledged.add(child.stdout.readline().strip())
        child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        # What it had said before it died counts too.
        acknowledged.update(child.stdout.read().split("\n")[:-1])
        child.stdout.close()
        child.wait()
        store = LocalStore.open(path, KEY)
        store.check()
        with store._file.read() as connection:
            sent = {row[0] for row in connection.execute("SELECT id FROM outbox")}
            told = {row[0] for row in connection.execute("SELECT op FROM history")}
            calls = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'log-call'").fetchone()[0]
        assert acknowledged <= sent
        assert sent == told
        assert len(store.state(made.account).leads[made.lead].attempts) == calls
        assert _numbers(store) == list(range(1, len(sent) + 1))
        store.close()


def test_two_processes_share_a_profile(path: Path) -> None:
    """Also the making of the file: all of them come to an empty folder."""
    children = [_child(path, "", 25) for _ in range(3)]
    said = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    store = LocalStore.open(path, KEY)
    assert _numbers(store) == list(range(1, 3 * 26 + 1))
    assert {one for each in said for one in each} <= {one["id"] for one in store.outbox()}
    assert len(store.order("me", (), NOW)[0]) == 3
    store.close()


_FULL = """
import json, resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from leaddesk.domain.errors import StoreTrouble
from leaddesk.domain.operation import Note
from leaddesk.store.local.store import LocalStore
from tests.store.hands import Hands
store = LocalStore.open(Path(sys.argv[1]), sys.argv[2])
hands = Hands(store)
lead = hands.lead().lead
saved, keys = [], []
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for extra in (0, 5_000, 60_000, 300_000):
    size = max(one.stat().st_size for one in Path(sys.argv[1]).parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + extra, hard))
    try:
        for number in range(5_000):
            saved.append(hands.do(Note(lead=lead, text="x" * 2_000)).operation.id)
    except StoreTrouble as trouble:
        keys.append(trouble.key)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    saved.append(hands.do(Note(lead=lead, text="room again")).operation.id)
store.check()
print(json.dumps([saved, keys]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_disk_without_room_loses_nothing_and_the_store_goes_on(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL.format(root=str(ROOT)), str(path), KEY], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    saved, keys = json.loads(done.stdout)
    assert len(keys) == 4 and set(keys) <= {"disk-full", "disk-trouble"}
    store = LocalStore.open(path, KEY)
    with store._file.read() as connection:
        notes = {row[0] for row in connection.execute("SELECT id FROM outbox WHERE kind = 'note'")}
        told = {row[0] for row in connection.execute("SELECT op FROM history")}
    assert notes == set(saved)
    assert notes < told
    assert _numbers(store) == list(range(1, len(saved) + 2))
    store.close()


def test_a_full_file_is_said_by_its_key(store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    before = _everything(store)
    connection = only_connection(store)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreTrouble) as caught:
        hands.do(Note(lead=made.lead, text="x" * 50_000))
    assert caught.value.key == "disk-full"
    assert _everything(store) == before
    connection.execute("PRAGMA max_page_count=4294967294")
    assert hands.do(Note(lead=made.lead, text="x" * 50_000)).verdict is Verdict.APPLIED


def test_a_store_held_by_another_for_long_is_busy(path: Path, store: LocalStore, hands: Hands) -> None:
    made = hands.lead()
    second = LocalStore.open(path, KEY)
    connection = only_connection(second)
    connection.execute("PRAGMA busy_timeout=20")
    with store._file.write():
        with pytest.raises(StoreTrouble) as caught:
            Hands(second).do(Note(lead=made.lead, text="x"))
    assert caught.value.key == "store-busy"
    assert Hands(second).do(Note(lead=made.lead, text="x")).verdict is Verdict.APPLIED
    second.close()
