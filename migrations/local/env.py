"""Run by Alembic for the desktop's file; the connection is handed over by the store."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
context.run_migrations()
