"""Whose turn it is to get a lead, who is away, and a way to leads by their owners."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE absences (
        tenant TEXT NOT NULL,
        "user" TEXT NOT NULL,
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL,
        PRIMARY KEY (tenant, "user", first_day)
    )
    """,
    """
    CREATE TABLE turns (
        tenant TEXT NOT NULL,
        "user" TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (tenant, "user")
    )
    """,
    """
    CREATE INDEX leads_owner ON leads (tenant, owner, state)
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in STATEMENTS:
        op.execute(statement)
