"""Rows of the leads that were handed over, and the steps of escalation; what was done before waits to be followed."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE behind (
        tenant TEXT NOT NULL,
        PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE escalations (
        tenant TEXT NOT NULL,
        lead TEXT NOT NULL,
        offered_at BIGINT NOT NULL,
        clock TEXT NOT NULL,
        n BIGINT NOT NULL,
        step TEXT NOT NULL,
        account TEXT NOT NULL,
        due BIGINT NOT NULL,
        at BIGINT NOT NULL,
        raised_at BIGINT NOT NULL,
        owner TEXT NOT NULL,
        policy BIGINT NOT NULL,
        "to" TEXT NOT NULL,
        deliver_at BIGINT,
        PRIMARY KEY (tenant, lead, offered_at, clock, n, step)
    )
    """,
    """
    CREATE INDEX escalations_at ON escalations (tenant, at)
    """,
    """
    CREATE TABLE handovers (
        tenant TEXT NOT NULL,
        lead TEXT NOT NULL,
        offered_at BIGINT NOT NULL,
        account TEXT NOT NULL,
        policy BIGINT NOT NULL,
        kind TEXT NOT NULL,
        tier TEXT NOT NULL,
        owner TEXT NOT NULL,
        conforms BOOLEAN NOT NULL,
        failed TEXT NOT NULL,
        unknown TEXT NOT NULL,
        take_due BIGINT,
        taken_at BIGINT,
        first_due BIGINT,
        first_at BIGINT,
        decision_due BIGINT,
        decided_at BIGINT,
        ended_at BIGINT,
        attempts BIGINT NOT NULL,
        gaps_late BIGINT NOT NULL,
        reached BOOLEAN NOT NULL,
        decider BOOLEAN NOT NULL,
        met_at BIGINT,
        state TEXT NOT NULL,
        reason TEXT,
        told_late TEXT NOT NULL,
        flagged TEXT NOT NULL,
        next_at BIGINT,
        PRIMARY KEY (tenant, lead, offered_at)
    )
    """,
    """
    CREATE INDEX handovers_account ON handovers (tenant, account)
    """,
    """
    CREATE INDEX handovers_next ON handovers (tenant, next_at)
    """,
    """
    CREATE INDEX handovers_offered ON handovers (tenant, offered_at)
    """,
    """
    INSERT INTO behind (tenant) SELECT id FROM tenants
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in STATEMENTS:
        op.execute(statement)
