"""What is killed: an act over a prepared folder, and how to see what a folder then holds."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy

from leaddesk.config.port import Ids
from leaddesk.domain import operation as op
from leaddesk.domain.operation import CompanyPart, CreateLead, ImportRows, LeadPart, LogCall, Note, PersonPart, Row
from leaddesk.domain.plain import pack_operation
from leaddesk.domain.record import FeedRow, VerdictRow
from leaddesk.domain.words import CallOutcome, Role, Verdict
from leaddesk.server import admin
from leaddesk.server.authority import Authority
from leaddesk.server.backup import backup, restore
from leaddesk.server.doorkeeper import Doorkeeper
from leaddesk.store.block import pack
from leaddesk.store.central.store import CentralStore
from leaddesk.store.local.store import LocalStore
from leaddesk.wire.message import Push, SignIn
from tests.store.hands import NOW, Central, Hands
from tests.support import KEY, PASSWORD

#: What a folder holds: every row of every table, by its name.
Held = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """``run`` does it to a folder like ``folder``; ``again``: done a second time it changes nothing more."""

    name: str
    folder: Path
    run: Callable[[Path], None]
    held: Callable[[Path], Held]
    again: bool


# --- a desk ---------------------------------------------------------------------------------------------------------


def desk_held(folder: Path) -> Held:
    """What a desk's file holds, whole and sound; nothing where there is none."""
    path = folder / "desk.db"
    if not path.exists():
        return {}
    with closing(LocalStore.open(path, KEY)) as store, store._file.read() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(("search", "sqlite_"))
        ]
        held = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}
        for name in ("search", "search_notes"):
            held[name] = connection.execute(f"SELECT rowid FROM {name} ORDER BY rowid").fetchall()
    return held


def _on_desk(work: Callable[[LocalStore], object]) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        with closing(LocalStore.open(folder / "desk.db", KEY)) as store:
            work(store)

    return run


def _make(folder: Path) -> None:
    LocalStore.open(folder / "desk.db", KEY).close()


def rows(many: int, first: int = 0) -> tuple[Row, ...]:
    """Rows of a list: a company, a person and a lead each."""
    return tuple(
        Row(
            number=one + 2,
            company=CompanyPart(external_id=f"c{one}", name=f"Yritys {one} Oy", facts=(("employees", str(one)),)),
            person=PersonPart(external_id=f"p{one}", name=f"Henkilö {one}", email=f"h{one}@example.invalid"),
            lead=LeadPart(external_id=f"l{one}"),
        )
        for one in range(first, first + many)
    )


def desk_acts(base: Path) -> list[Act]:
    """What a desk's store does in one unit each, over files made in a folder."""
    empty, fresh, lived = base / "empty", base / "fresh", base / "lived"
    for one in (empty, fresh, lived):
        one.mkdir()
    central = Central()
    with closing(LocalStore.open(lived / "desk.db", KEY)) as store:
        hands = Hands(store)
        made = hands.lead()
        hands.do(ImportRows(import_id="i", file="f.csv", source_name="s", rows=rows(3)))
        store.record_verdicts(central.push(store), NOW)
        store.record_pull(central.news(), "1", True, NOW)
        hands.do(Note(lead=made.lead, text="Odottaa vuoroaan"))
        refused = hands.do(LogCall(lead=made.lead, outcome=CallOutcome.NO_ANSWER)).operation
    central.push(store := LocalStore.open(lived / "desk.db", KEY))
    news = central.news(1)
    store.close()
    block = _block(central.news())
    LocalStore.open(fresh / "desk.db", KEY).close()
    bad = VerdictRow(id=refused.id, verdict=Verdict.REFUSED, reason="no-such-lead")

    def fixed(store: LocalStore) -> Hands:
        ids = iter(f"fixed-{number:03}" for number in range(99))
        hands = Hands(store)
        hands.ids.new = lambda: next(ids)  # type: ignore[method-assign]
        return hands

    call = LogCall(lead=made.lead, outcome=CallOutcome.REACHED, note="Kiinnostunut, soitetaan maaliskuussa")
    list_ = ImportRows(import_id="j", file="g.csv", source_name="s", rows=rows(4, 2))
    works: list[tuple[str, Callable[[LocalStore], object], bool]] = [
        ("a call is kept", lambda store: fixed(store).do(call), False),
        ("an import is kept", lambda store: fixed(store).do(list_), False),
        ("a refusal is recorded", lambda store: store.record_verdicts([bad], NOW, "h"), True),
        ("news are recorded", lambda store: store.record_pull(news, "2", True, NOW), True),
        ("everything is to be sent again", lambda store: store.begin_afresh(resend=True), True),
        ("a draft is saved", lambda store: store.save_draft(made.lead, "kesken", NOW), True),
    ]
    acts = [Act(name, lived, _on_desk(work), desk_held, again) for name, work, again in works]
    acts += [
        Act(name, fresh, _on_desk(partial(_first, block, last)), desk_held, True)
        for name, last in (("a block of a first download is recorded", False), ("its last block is recorded", True))
    ]
    return [Act("a file is made", empty, _make, desk_held, True), *acts]


def _block(rows: Sequence[FeedRow]) -> bytes:
    """What the central tells of accounts, as a block."""
    bodies = {(row.what, row.id): row.body for row in rows if row.body and row.what in ("account", "person", "lead")}
    return pack(bodies, {key: body.get("account", key[1]) for key, body in bodies.items()})


def _first(block: bytes, last: bool, store: LocalStore) -> None:
    store.record_pull((), "1", last, NOW, block)


# --- a central ------------------------------------------------------------------------------------------------------


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'central.db'}"


def central_held(folder: Path) -> Held:
    """What a central's database holds, whole and sound, and whether the backup beside it has its name."""
    if not (folder / "central.db").exists():
        return {}
    with closing(CentralStore.open(_url(folder))) as store, store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = sorted(sqlalchemy.inspect(connection).get_table_names())
        held = {
            name: sorted((tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
            for name in names
        }
    # Another epoch after each restore is its purpose.
    held["tenants"] = [row[:2] for row in held["tenants"]]
    return held


def central_acts(base: Path) -> list[Act]:
    """What a central does in one unit each, over databases made in a folder."""
    empty, lived = base / "nothing", base / "books"
    empty.mkdir()
    lived.mkdir()
    CentralStore.open(_url(lived)).close()
    admin.init(_url(lived), "Testi Oy", "admin", PASSWORD)
    admin.add_user(_url(lived), "rep", Role.REP, PASSWORD)
    with closing(CentralStore.open(_url(lived))) as store:
        session = Doorkeeper(store, lambda: NOW, Ids()).sign_in(
            SignIn(user="rep", password=PASSWORD, device="device-0001"), "here"
        )
    hands: list[dict[str, Any]] = []

    def born(act: op.Act, account: str) -> None:
        number = len(hands) + 1
        one = op.Operation(
            id=f"operation-{number:03}", act=act, account=account, at=NOW, by=session.user.id,
            device=session.device, n=number,
        )  # fmt: skip
        hands.append(pack_operation(one))

    born(CreateLead(lead="lead-1", company=CompanyPart(name="Kuusikon Saha Oy")), "account-1")
    born(LogCall(lead="lead-1", outcome=CallOutcome.REACHED, note="Soitettu"), "account-1")
    born(Note(lead="no-such", text="Hylätään"), "account-1")
    born(ImportRows(import_id="i", file="f.csv", source_name="s", rows=rows(3)), "")

    def pushed(folder: Path) -> None:
        with closing(CentralStore.open(_url(folder))) as store:
            device = Doorkeeper(store, lambda: NOW, Ids()).device(session.token)
            batch = Push(device=session.device, operations=tuple(hands))
            verdicts = Authority(store, device, lambda: NOW).push(batch).verdicts
            found = [one.verdict for one in verdicts]
            assert found == [Verdict.APPLIED, Verdict.APPLIED, Verdict.REFUSED, Verdict.APPLIED], found

    def made(folder: Path) -> None:
        CentralStore.open(_url(folder)).close()

    full = base / "full"
    shutil.copytree(lived, full)
    backup(_url(full), full / "kept.gz")
    pushed(full)

    def restored(folder: Path) -> None:
        # Whoever tries again does so a second later.
        tried = len(list(folder.glob("before-restore-*")))
        restore(_url(folder), folder / "kept.gz", NOW + timedelta(seconds=tried))

    return [
        Act("a database is made", empty, made, central_held, True),
        Act("a batch is decided", lived, pushed, central_held, True),
        Act("a backup is put back", full, restored, central_held, False),
    ]
