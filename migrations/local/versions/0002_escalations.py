"""Escalations that are for the desk's user, as the central tells them."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE escalations (
        id TEXT NOT NULL,
        lead TEXT NOT NULL,
        deliver_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        told INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX escalations_lead ON escalations (lead)
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in STATEMENTS:
        op.execute(statement)
