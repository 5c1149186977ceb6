"""A desk that imports without a central, files for it, and what lies in its store afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leaddesk.desk.desk import Desk
from leaddesk.desk.rows import ImportResult
from leaddesk.domain.record import Session, User
from leaddesk.domain.state import Lead, Person, State
from leaddesk.domain.words import Role
from leaddesk.pages.words import Words
from tests.support import SteppedClock, open_desk


@contextmanager
def lone_desk(folder: Path, role: Role = Role.REP) -> Iterator[Desk]:
    """A desk over a keyed store whose user has signed in once; its central is never asked."""
    with open_desk(folder, SteppedClock()) as desk:
        user = User(id="01900000-0000-7000-8000-000000000001", login="rep", name="Rea Rep", role=role)
        device = "01900000-0000-7000-8000-000000000002"
        desk.store.set_me(Session(token="", device=device, user=user, tenant="t"))
        yield desk


def put(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    """A file, with the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    """Rows created, updated, unchanged and failed."""
    return result.created, result.updated, result.unchanged, result.failed


def states(desk: Desk) -> dict[str, State]:
    """Every account with its persons and leads, by account id."""
    with desk.store._file.read() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM accounts ORDER BY id").fetchall()]
    return {one: desk.store.state(one) for one in ids}


def names(desk: Desk) -> list[str]:
    """The companies' names, in order of the alphabet."""
    return sorted(state.account.name for state in states(desk).values() if state.account is not None)


def company(desk: Desk, name: str) -> State:
    """The one company of that name."""
    (found,) = [one for one in states(desk).values() if one.account is not None and one.account.name == name]
    return found


def person(desk: Desk, name: str) -> Person:
    """The one person of that name."""
    (found,) = [one for state in states(desk).values() for one in state.persons.values() if one.name == name]
    return found


def leads(desk: Desk) -> list[Lead]:
    """Every lead."""
    return [lead for state in states(desk).values() for lead in state.leads.values()]


def fact(state: State, key: str) -> str:
    """What the company's latest fact of that key says."""
    assert state.account is not None
    return [one.value for one in state.account.facts if one.key == key][-1]


def waiting(desk: Desk) -> int:
    """Operations that wait for the central."""
    return desk.store.status().waiting


def sentences(result: ImportResult) -> list[str]:
    """Why rows were not taken, in English."""
    words = Words("en")
    return [words.sentence(one.reason.key, one.reason.values) for one in result.failures]
