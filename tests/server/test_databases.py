"""What databases do differently, and the central must not: orders, long texts, odd characters, who waits for whom."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

import leaddesk
from leaddesk.config.folders import data_dir
from leaddesk.domain import operation as op
from leaddesk.domain.errors import BadInput, Denied, Refusal, StoreTrouble
from leaddesk.domain.words import Role, Verdict
from leaddesk.server import admin
from leaddesk.server.access import ROUTES
from leaddesk.store import engine
from leaddesk.store.central import store as stores
from leaddesk.store.central import tables as t
from leaddesk.store.central.store import TRIES, CentralStore, Unit
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import SignIn
from tests import postgres
from tests.server.hands import IDS, Device
from tests.support import PASSWORD, LiveCentral

#: Longer than any index takes, and not to be pressed into less.
LONG = "".join(chr(0x400 + n * 7919 % 997) for n in range(5_000))

#: In the order of their bytes, and in no language's.
WORDS = ["B", "Z", "_", "a", "a-b", "aB", "a_c", "b", "z", "ä", "ö"]


# --- what is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_every_text_is_ordered_by_its_bytes_in_a_database_of_any_language() -> None:
    with postgres.database() as url, closing(CentralStore.open(url)) as store, store.read() as unit:
        spoken = unit.execute(
            text("SELECT datcollate, daticulocale FROM pg_database WHERE datname = current_database()")
        )
        assert spoken.one() == ("C", "fi-FI"), "the tests' server orders text as people do"
        columns = text(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = 'text'"
        )
        rows = unit.execute(columns).all()
        assert len(rows) > 50 and [tuple(row) for row in rows if row.collation_name != "C"] == []


#: What is found without knowing the tenant: who signs in, with which device, at which organisation; and Alembic's own.
GLOBAL = {"alembic_version", "tenants", "users(login)", "devices(token)"}

_KEYS = """
SELECT c.relname, string_agg(a.attname, ',' ORDER BY k.ord) AS named
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
GROUP BY c.relname, i.indexrelid
"""
_KEYLESS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
WHERE c.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
"""
_NUMBERED = """
SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = 'public'
UNION SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'public' AND is_identity = 'YES'
"""


def _against_many_tenants(unit: Unit) -> list[str]:
    """What of a database would stand in the way of many tenants on many machines: keys that do not begin with the
    tenant, tables without a key, numbers that the database gives."""
    keys = [(table, named) for table, named in unit.execute(text(_KEYS)).all()]
    led = [f"{table}({named})" for table, named in keys if named.split(",")[0] != "tenant" and table not in GLOBAL]
    bare = [table for (table,) in unit.execute(text(_KEYLESS)).all()]
    numbered = [one for (one,) in unit.execute(text(_NUMBERED)).all()]
    return sorted({*led, *bare, *numbered} - GLOBAL)


@pytest.mark.postgres
def test_every_key_begins_with_the_tenant_and_no_number_comes_from_the_database() -> None:
    with postgres.database() as url, closing(CentralStore.open(url)) as store:
        with store.read() as unit:
            assert len(unit.execute(text(_KEYS)).all()) > len(t.metadata.tables)
            assert _against_many_tenants(unit) == []
        with store.engine.begin() as unit:
            unit.execute(text("CREATE TABLE astray (no BIGSERIAL PRIMARY KEY, tenant TEXT)"))
            unit.execute(text("CREATE TABLE keyless (tenant TEXT, no BIGINT GENERATED ALWAYS AS IDENTITY)"))
            unit.execute(text("CREATE INDEX late ON leads (owner, tenant)"))
        with store.read() as unit:
            found = ["astray(no)", "astray_no_seq", "keyless", "keyless.no", "leads(owner,tenant)"]
            assert _against_many_tenants(unit) == found


def test_no_code_takes_locks_that_only_one_database_knows() -> None:
    files = [*(data_dir() / "migrations").rglob("*.py"), *Path(leaddesk.__file__).parent.rglob("*.py")]
    assert len(files) > 100
    told = [(one.name, word) for one in files for word in ("advisory", "nextval", "LISTEN ") if word in one.read_text()]
    assert told == []


def test_text_comes_in_the_order_of_its_bytes(central: LiveCentral) -> None:
    def fill(unit: Unit) -> list[str]:
        rows = [{"tenant": "other", "version": n, "document": word} for n, word in enumerate(reversed(WORDS))]
        unit.execute(t.policies.insert(), rows)
        found = unit.execute(t.policies.select().where(t.policies.c.tenant == "other").order_by(t.policies.c.document))
        return [row.document for row in found]

    assert central.store.write(fill) == WORDS


def test_texts_of_any_length_and_kind_are_kept_and_found(central: LiveCentral, rep: Device) -> None:
    boss = Device(central, "boss")
    company = op.CompanyPart(name="Ä\u2028\U0001f600\x01", external_id=LONG)
    person = op.PersonPart(name="\x7f", email=f"{LONG}@x", external_id=LONG)
    rows = (op.Row(number=2, company=company, person=person),)
    for turn in ("first", "second"):
        act = op.ImportRows(import_id=IDS.new(), file=turn, source_name=LONG, rows=rows)
        assert boss.do(act).verdict is Verdict.APPLIED
    (account,) = [row for row in boss.pull() if row.what == "account"]
    assert account.body is not None and account.body["name"] == company.name
    lead = next(row for row in Device(central, "boss", "device-boss-2").pull() if row.what == "lead")
    assert boss.do(op.SetFact(key="team", value=LONG, lead=lead.id), account.id).verdict is Verdict.APPLIED
    assert [row.id for row in boss.pull() if row.what == "account"] == [account.id]
    assert [row for row in rep.pull() if row.what == "account"] == []


@pytest.mark.parametrize("odd", ["a\x00b", "a\nb", "", "x" * 101])
def test_what_is_no_name_is_refused_before_the_database(central: LiveCentral, odd: str) -> None:
    session = HttpCentral(central.url).sign_in(SignIn(user="boss", password=PASSWORD, device="device-1234"))
    head = {"Authorization": f"Bearer {session.token}"}
    new = {"user": "uusi", "password": PASSWORD, "role": "rep"}
    for change in ({"user": odd}, {"teams": [odd]}, *([{"name": odd}] if odd else [])):
        answer = requests.post(central.url + "/v1/users", json={**new, **change}, headers=head, timeout=20)
        assert (answer.status_code, answer.json()["error"]) == (422, "name-not-usable"), change
    with pytest.raises(Denied, match="wrong-password"):
        HttpCentral(central.url).sign_in(SignIn(user=odd, password=PASSWORD, device="device-1234"))
    with pytest.raises(BadInput, match="user-unknown"):
        admin.disable_user(central.database, odd)
    if odd:
        answer = requests.post(f"{central.url}/v1/devices/{requests.utils.quote(odd)}/revoke", headers=head, timeout=20)
        assert (answer.status_code, answer.json()["error"]) == (409, "no-such-device")


def test_a_read_unit_is_one_moment(central: LiveCentral) -> None:
    """Whatever others commit meanwhile: a row that its number does not yet tell of is not told."""
    count = text("SELECT count(*) FROM operations")
    rep = Device(central, "rep")
    with central.store.read() as unit:
        before = unit.execute(count).scalar_one()
        rep.lead()
        assert unit.execute(count).scalar_one() == before
    with central.store.read() as unit:
        assert unit.execute(count).scalar_one() == before + 1


# --- a write unit is run again --------------------------------------------------------------------------------------


@contextmanager
def refused_commits(store: CentralStore, times: int) -> Iterator[list[int]]:
    """The first commits of write units fail as they do where another was in the way; each adds to what is given."""
    failed: list[int] = []

    def fail(connection: Any) -> None:
        if connection.get_execution_options().get("writes") and len(failed) < times:
            failed.append(1)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
            trouble = engine.driver.OperationalError("database is locked")
            trouble.sqlite_errorname = "SQLITE_BUSY"
            raise trouble

    event.listen(store.engine, "commit", fail)
    try:
        yield failed
    finally:
        event.remove(store.engine, "commit", fail)


def test_a_push_that_was_in_anothers_way_is_decided_once(central: LiveCentral, rep: Device) -> None:
    lead, account = rep.lead()
    calls = [rep.operation(op.Note(lead=lead, text=str(n)), account) for n in range(3)]
    with refused_commits(central.store, 2) as failed:
        verdicts = rep.push(*calls)
    assert len(failed) == 2 and {one.verdict for one in verdicts} == {Verdict.APPLIED}
    assert rep.push(*calls) == verdicts
    assert len([row for row in rep.pull() if row.what == "entry"]) == 4
    _check_links(central)


def _check_links(central: LiveCentral) -> None:
    with central.store.read() as unit:
        head = unit.execute(text("SELECT seq FROM counter")).scalar_one()
        assert [row.seq for row in unit.execute(text("SELECT seq FROM chain ORDER BY seq"))] == list(range(1, head + 1))


def _bearer(central: LiveCentral, login: str, device: str) -> dict[str, str]:
    session = HttpCentral(central.url).sign_in(SignIn(user=login, password=PASSWORD, device=device))
    return {"Authorization": f"Bearer {session.token}"}


#: Every request that writes: its path, what is sent, who asks.
WRITES: dict[str, tuple[str, dict[str, Any], str]] = {
    "sign in": ("/v1/sign-in", {"user": "rep", "password": PASSWORD, "device": "device-new1"}, ""),
    "sign out": ("/v1/sign-out", {}, "rep"),
    "push": ("/v1/push", {"device": "device-boss", "operations": []}, "boss"),
    "revoke": ("/v1/devices/device-rep/revoke", {}, "boss"),
    "new user": ("/v1/users", {"user": "uusi", "password": PASSWORD, "role": "rep"}, "boss"),
}


def test_every_request_that_writes_is_among_them() -> None:
    asked = {path for method, path in ROUTES if method == "POST"} - {"/v1/compare"}
    assert asked == {path.replace("device-rep", "{device}") for path, _, _ in WRITES.values()}


@pytest.mark.parametrize(("path", "sent", "login"), WRITES.values(), ids=WRITES)
def test_every_request_that_writes_is_run_again(
    central: LiveCentral, path: str, sent: dict[str, Any], login: str
) -> None:
    heads = {one: _bearer(central, one, f"device-{one}") for one in ("rep", "boss")}
    with refused_commits(central.store, 3) as failed:
        answer = requests.post(central.url + path, json=sent, headers=heads.get(login, {}), timeout=20)
    assert len(failed) == 3 and answer.status_code == 200, answer.text
    told = answer.json()
    assert told.get("done", 1) == 1
    if path == "/v1/users":
        assert [one.login for one in admin.users(central.store, _tenant(central))].count("uusi") == 1
    _check_links(central)


def _tenant(central: LiveCentral) -> str:
    with central.store.read() as unit:
        return str(unit.execute(text("SELECT id FROM tenants")).scalar_one())


#: Every task of the administrator that writes.
TASKS: dict[str, Callable[[str], object]] = {
    "init": lambda url: admin.init(url, "Toinen Oy", "toinen", PASSWORD),
    "add": lambda url: admin.add_user(url, "uusi", Role.REP, PASSWORD, tenant="Testi Oy"),
    "password": lambda url: admin.set_password(url, "rep", PASSWORD + "2"),
    "disable": lambda url: admin.disable_user(url, "rep"),
    "revoke": lambda url: admin.revoke_devices(url, "rep"),
}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_task_that_writes_is_run_again(
    central: LiveCentral, monkeypatch: pytest.MonkeyPatch, task: Callable[[str], object]
) -> None:
    Device(central, "rep")
    before = sorted(str(row["id"]) for row in admin.export(central.database) if row["kind"] == "user")
    made: list[CentralStore] = []
    opened = CentralStore.open
    failed: list[int] = []

    def opening(url: str) -> CentralStore:
        store = opened(url)
        made.append(store)
        guard = refused_commits(store, 2)
        failed_here = guard.__enter__()
        close = store.close

        def closing_() -> None:
            failed.extend(failed_here)
            guard.__exit__(None, None, None)
            close()

        store.close = closing_  # type: ignore[method-assign]
        return store

    with monkeypatch.context() as patched:
        patched.setattr(CentralStore, "open", opening)
        told = task(central.database)
    assert len(failed) == 2 and len(made) == 1
    assert told in (None, 1) or getattr(told, "login", "") == "uusi"
    after = sorted(str(row["id"]) for row in admin.export(central.database) if row["kind"] == "user")
    assert len(after) - len(before) == (1 if task in (TASKS["init"], TASKS["add"]) else 0)


def test_a_unit_is_not_run_for_ever_and_leaves_nothing(
    central: LiveCentral, rep: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_PAUSE", 0)
    lead, account = rep.lead()
    note = rep.operation(op.Note(lead=lead, text="x"), account)
    held = len(central.operations())
    with refused_commits(central.store, 10_000) as failed:
        with pytest.raises(StoreTrouble, match="store-busy"):
            rep.push(note)
        assert len(failed) == TRIES
    assert len(central.operations()) == held
    assert rep.push(note)[0].verdict is Verdict.APPLIED


def test_what_is_wrong_for_another_reason_is_not_run_again(central: LiveCentral) -> None:
    runs: list[int] = []

    def broken(unit: Unit) -> None:
        runs.append(1)
        raise Refusal("user-exists")

    with pytest.raises(Refusal):
        central.store.write(broken)
    assert len(runs) == 1


def test_a_key_that_another_has_made_meanwhile_is_found_by_the_next_run(central: LiveCentral) -> None:
    """Of many who make the same user at once, one does; the others are told so, in words."""

    def add(_: int) -> str:
        try:
            admin.add_user(central.database, "uusi", Role.REP, PASSWORD)
        except Refusal as trouble:
            return trouble.key
        return "made"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(add, range(4)))
    assert told == ["made", "user-exists", "user-exists", "user-exists"]
    _check_links(central)


def test_a_key_that_is_there_for_good_is_told_as_the_fault_it_is(
    central: LiveCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_PAUSE", 0)
    with pytest.raises(IntegrityError):
        central.store.write(
            lambda unit: unit.execute(t.counter.insert().values(tenant=_tenant(central), seq=0, chain=""))
        )


#: A process that opens a database when it is told to.
OPENER = """
import sys
import alembic.command
from leaddesk.store.central.store import CentralStore
print("ready", flush=True)
CentralStore.open(sys.stdin.readline().strip()).close()
"""


def test_processes_that_open_an_empty_database_at_once_make_it_once(kind: str, tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path / 'central.db'}"
        else:
            url = stack.enter_context(postgres.database())
        children = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", OPENER], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
            )
            for _ in range(3)
        ]
        for child in children:
            assert child.stdout is not None and child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write(url + "\n")
            child.stdin.flush()
        for child in children:
            assert child.communicate(timeout=60) == ("", "") and child.returncode == 0
        admin.init(url, "Testi Oy", "boss", PASSWORD)
        assert [row["kind"] for row in admin.export(url)].count("user") == 1


# --- what PostgreSQL says -------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_two_who_stand_in_each_others_way_both_get_through() -> None:
    """A real deadlock: each holds what the other asks for; the database ends one, which is run again."""
    with postgres.database() as url, closing(CentralStore.open(url)) as store:
        store.write(
            lambda unit: unit.execute(
                t.policies.insert(), [{"tenant": "t", "version": n, "document": "0"} for n in (1, 2)]
            )
        )
        both = threading.Barrier(2)
        runs: list[int] = []

        def cross(order: tuple[int, int]) -> None:
            def work(unit: Unit) -> None:
                runs.append(1)
                for at, version in enumerate(order):
                    if at and len(runs) <= 2:
                        both.wait()
                    add = text("UPDATE policies SET document = document || 'x' WHERE version = :version")
                    unit.execute(add, {"version": version})

            store.write(work)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(cross, [(1, 2), (2, 1)]))
        assert len(runs) == 3
        with store.read() as unit:
            assert unit.execute(text("SELECT document FROM policies")).scalars().all() == ["0xx", "0xx"]


@pytest.mark.postgres
def test_who_is_cut_off_is_told_and_takes_another_connection() -> None:
    with postgres.database() as url, closing(CentralStore.open(url)) as store:
        away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
        for _ in range(2):
            # In the middle of a unit, whose end nobody knows: it is not run again here, the desk sends it again.
            runs: list[int] = []

            def work(unit: Unit, runs: list[int] = runs) -> None:
                runs.append(1)
                postgres.server().run(away)
                unit.execute(text("SELECT 1"))

            with pytest.raises(StoreTrouble, match="database-not-reached"):
                store.write(work)
            assert len(runs) == 1
            with store.read() as unit:
                assert unit.execute(text("SELECT count(*) FROM tenants")).scalar_one() == 0
            # Between units: nobody notices.
            postgres.server().run(away)
            with store.read() as unit:
                assert unit.execute(text("SELECT count(*) FROM tenants")).scalar_one() == 0


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("53100", "disk-full"),
        ("25006", "store-read-only"),
        ("53300", "database-not-reached"),
        ("58030", "disk-trouble"),
    ],
)
def test_what_the_server_cannot_do_is_told_in_words(state: str, key: str) -> None:
    with postgres.database() as url, closing(CentralStore.open(url)) as store:
        raised = text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")
        with pytest.raises(StoreTrouble) as caught:
            store.write(lambda unit: unit.execute(raised))
        assert caught.value.key == key


@pytest.mark.postgres
def test_a_writer_waits_for_another_only_so_long() -> None:
    with postgres.database() as url, closing(CentralStore.open(url)) as store, store.read() as unit:
        assert unit.execute(text("SHOW lock_timeout")).scalar_one() == "15s"
        assert unit.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"


@pytest.mark.postgres
def test_a_database_that_keeps_no_utf_8_is_refused() -> None:
    with postgres.database("ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc") as url:
        with pytest.raises(StoreTrouble, match="LATIN1"):
            CentralStore.open(url)
