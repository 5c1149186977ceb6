"""Run by Alembic for the central; the connection is handed over by the store."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
context.run_migrations()

if connection.dialect.name == "postgresql":
    # Text is ordered by its bytes, as on SQLite, whatever the database's language: orders are part of what is computed.
    spoken = connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        )
    ).all()
    changes: dict[str, list[str]] = {}
    for table, column in spoken:
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE TEXT COLLATE "C"')
    for table, changed in changes.items():
        connection.execute(text(f'ALTER TABLE "{table}" {", ".join(changed)}'))
