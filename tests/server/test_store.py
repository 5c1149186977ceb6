"""The central's database: what the migrations make is what the program works with, on every database it may run on."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_mock_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.schema import CreateIndex, CreateTable

from leaddesk.config.folders import data_dir
from leaddesk.domain.errors import StoreTrouble
from leaddesk.server import admin
from leaddesk.store.central import sql
from leaddesk.store.central import tables as t
from leaddesk.store.central.store import CentralStore
from tests.support import PASSWORD, LiveCentral

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def test_the_migrations_make_the_tables_the_program_works_with(tmp_path: Path) -> None:
    store = CentralStore.open(f"sqlite:///{tmp_path / 'central.db'}")
    try:
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [one for one in compare_metadata(context, t.metadata) if "alembic_version" not in str(one)]
            assert differences == []
            assert context.get_current_revision() == t.HEAD
            # What a comparison by Alembic does not look at: keys and what may not be missing.
            made = {
                row[0]: row[1]
                for row in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
            }
        for table in t.metadata.sorted_tables:
            wanted = str(CreateTable(table).compile(dialect=DIALECTS["sqlite"]))
            assert _bare(made[table.name]) == _bare(wanted), table.name
    finally:
        store.close()


def test_what_the_central_says_it_has_is_on_the_disk(tmp_path: Path) -> None:
    store = CentralStore.open(f"sqlite:///{tmp_path / 'central.db'}")
    try:
        assert store.write(lambda unit: unit.exec_driver_sql("PRAGMA synchronous").scalar_one()) == 2
    finally:
        store.close()


def _bare(statement: str) -> list[str]:
    """The parts of a statement, in whatever order and spacing they were written."""
    inner = statement[statement.index("(") + 1 : statement.rindex(")")].replace('"', "")
    return sorted(" ".join(part.split()) for part in re.split(r",(?![^(]*\))", inner))


def test_there_is_one_newest_migration_and_the_program_works_with_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(data_dir() / "migrations" / "central"))
    assert ScriptDirectory.from_config(config).get_heads() == [t.HEAD]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_table_can_be_made_on(name: str) -> None:
    for table in t.metadata.sorted_tables:
        told = str(CreateTable(table).compile(dialect=DIALECTS[name]))
        assert "SERIAL" not in told and "IDENTITY" not in told, "numbers come from the counter row alone"
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=DIALECTS[name]))


def test_no_migration_uses_a_word_that_postgresql_keeps_for_itself() -> None:
    folder = data_dir() / "migrations" / "central" / "versions"
    statements: list[str] = []
    for path in sorted(folder.glob("*.py")):
        found: dict[str, object] = {}
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)
        told = found.get("STATEMENTS", ())
        assert isinstance(told, tuple)
        statements += told
    assert statements
    for statement in statements:
        for line in statement.splitlines():
            named = re.match(r"\s*([a-z_]+) (TEXT|BIGINT|INTEGER|BOOLEAN)\b", line)
            assert named is None or named[1] not in RESERVED_WORDS, line


@pytest.mark.parametrize("name", DIALECTS)
def test_an_upsert_is_told_in_each_databases_words(name: str) -> None:
    said: list[str] = []
    engine = create_mock_engine(f"{name}://", lambda statement, *_, **__: said.append(str(statement)))
    sql.upsert(engine, t.policies, [{"tenant": "t", "version": 1, "document": "{}"}])  # type: ignore[arg-type]
    assert "ON CONFLICT (tenant, version) DO UPDATE SET document" in said[0]


def test_every_key_leads_with_the_tenant() -> None:
    for table in t.metadata.sorted_tables:
        if table is not t.tenants:
            assert next(iter(table.primary_key.columns)).name == "tenant", table.name


def test_a_database_of_a_newer_leaddesk_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "central.db"
    admin.init(f"sqlite:///{path}", "Testi Oy", "boss", PASSWORD)
    store = CentralStore.open(f"sqlite:///{path}")
    store.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="store-newer"):
        CentralStore.open(f"sqlite:///{path}")
    assert path.read_bytes() == before and {one.name for one in tmp_path.iterdir()} <= {
        "central.db", "central.db-wal", "central.db-shm",
    }  # fmt: skip


def test_what_is_no_database_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database" * 100)
    with pytest.raises(StoreTrouble):
        CentralStore.open(f"sqlite:///{tmp_path / 'notes.txt'}")
    assert (tmp_path / "notes.txt").read_text() == "not a database" * 100
    foreign = CentralStore.open(f"sqlite:///{tmp_path / 'foreign.db'}")
    foreign.write(lambda connection: connection.execute(text("DROP TABLE alembic_version")))
    foreign.close()
    with pytest.raises(StoreTrouble, match="store-foreign"):
        CentralStore.open(f"sqlite:///{tmp_path / 'foreign.db'}")


@pytest.mark.parametrize("url", ["postgresql+psycopg://127.0.0.1:1/x", "nonsense://x", "mysql://127.0.0.1/x"])
def test_a_database_that_cannot_be_reached_is_told(url: str) -> None:
    with pytest.raises(StoreTrouble, match="database-not-reached"):
        CentralStore.open(url)


def test_the_numbers_have_no_gap_and_each_has_its_link(central: LiveCentral) -> None:
    from tests.server.hands import Device

    rep = Device(central, "rep")
    for _ in range(3):
        rep.lead()
    with central.store.read() as connection:
        head = connection.execute(text("SELECT seq, chain FROM counter")).one()
        links = connection.execute(text("SELECT seq, chain FROM chain ORDER BY seq")).all()
    assert [row.seq for row in links] == list(range(1, head.seq + 1))
    assert links[-1].chain == head.chain and len({row.chain for row in links}) == len(links)
