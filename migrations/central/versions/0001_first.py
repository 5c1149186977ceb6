"""The first tables of the central."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE accounts (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        business_id TEXT NOT NULL,
        tier TEXT NOT NULL,
        team TEXT NOT NULL,
        phone TEXT NOT NULL,
        email TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        told TEXT NOT NULL,
        refs TEXT NOT NULL,
        objections TEXT NOT NULL,
        PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE chain (
        tenant TEXT NOT NULL,
        seq BIGINT NOT NULL,
        chain TEXT NOT NULL,
        PRIMARY KEY (tenant, seq)
    )
    """,
    """
    CREATE TABLE counter (
        tenant TEXT NOT NULL,
        seq BIGINT NOT NULL,
        chain TEXT NOT NULL,
        PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE devices (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        "user" TEXT NOT NULL,
        name TEXT NOT NULL,
        token TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        revoked BOOLEAN NOT NULL,
        PRIMARY KEY (tenant, id),
        UNIQUE (token)
    )
    """,
    """
    CREATE TABLE erasures (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        person TEXT NOT NULL,
        op TEXT NOT NULL,
        PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE feed (
        tenant TEXT NOT NULL,
        scope TEXT NOT NULL,
        what TEXT NOT NULL,
        id TEXT NOT NULL,
        seq BIGINT NOT NULL,
        account TEXT NOT NULL,
        gone TEXT NOT NULL,
        PRIMARY KEY (tenant, scope, what, id)
    )
    """,
    """
    CREATE INDEX feed_account ON feed (tenant, account)
    """,
    """
    CREATE INDEX feed_scope ON feed (tenant, scope, seq)
    """,
    """
    CREATE INDEX feed_seq ON feed (tenant, seq)
    """,
    """
    CREATE TABLE history (
        tenant TEXT NOT NULL,
        op TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        position BIGINT NOT NULL,
        account TEXT NOT NULL,
        import_id TEXT,
        body TEXT NOT NULL,
        undone_by TEXT NOT NULL,
        PRIMARY KEY (tenant, op, ordinal)
    )
    """,
    """
    CREATE INDEX history_account ON history (tenant, account, position)
    """,
    """
    CREATE INDEX history_import ON history (tenant, import_id)
    """,
    """
    CREATE TABLE leads (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        account TEXT NOT NULL,
        person TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        theme TEXT NOT NULL,
        channel TEXT NOT NULL,
        stage TEXT,
        owner TEXT NOT NULL,
        policy BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        created_by TEXT NOT NULL,
        offered_at BIGINT,
        taken_at BIGINT,
        decided_at BIGINT,
        closed_at BIGINT,
        reject_reason TEXT,
        reject_text TEXT NOT NULL,
        callback_at BIGINT,
        snoozed_until BIGINT,
        nurture_until BIGINT,
        programme TEXT NOT NULL,
        meeting_at BIGINT,
        met_at BIGINT,
        value_eur BIGINT,
        last_event TEXT NOT NULL,
        last_event_at BIGINT,
        last_event_text TEXT NOT NULL,
        attempts TEXT NOT NULL,
        bant TEXT NOT NULL,
        answers TEXT NOT NULL,
        pauses TEXT NOT NULL,
        tally TEXT NOT NULL,
        refs TEXT NOT NULL,
        erased_at BIGINT,
        PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE INDEX leads_account ON leads (tenant, account)
    """,
    """
    CREATE TABLE match_keys (
        tenant TEXT NOT NULL,
        "key" TEXT NOT NULL,
        entity TEXT NOT NULL,
        what TEXT NOT NULL,
        account TEXT NOT NULL,
        PRIMARY KEY (tenant, "key", entity)
    )
    """,
    """
    CREATE INDEX match_keys_entity ON match_keys (tenant, entity)
    """,
    """
    CREATE TABLE operations (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        device TEXT NOT NULL,
        n BIGINT NOT NULL,
        kind TEXT NOT NULL,
        account TEXT NOT NULL,
        lead TEXT NOT NULL,
        "by" TEXT NOT NULL,
        body TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        reason_values TEXT NOT NULL,
        at BIGINT,
        received_at BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE INDEX operations_number ON operations (tenant, device, n)
    """,
    """
    CREATE INDEX operations_seq ON operations (tenant, seq)
    """,
    """
    CREATE TABLE persons (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        role TEXT NOT NULL,
        phone TEXT NOT NULL,
        email TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        told TEXT NOT NULL,
        refs TEXT NOT NULL,
        objections TEXT NOT NULL,
        PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE INDEX persons_account ON persons (tenant, account)
    """,
    """
    CREATE TABLE policies (
        tenant TEXT NOT NULL,
        version INTEGER NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (tenant, version)
    )
    """,
    """
    CREATE TABLE suppressed (
        tenant TEXT NOT NULL,
        "key" TEXT NOT NULL,
        person TEXT NOT NULL,
        upto BIGINT,
        PRIMARY KEY (tenant, "key", person)
    )
    """,
    """
    CREATE TABLE tenants (
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        epoch TEXT NOT NULL,
        backed_up BIGINT NOT NULL,
        durable BIGINT NOT NULL,
        secret TEXT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
    """,
    """
    CREATE TABLE users (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        login TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        teams TEXT NOT NULL,
        password TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        PRIMARY KEY (tenant, id),
        UNIQUE (login)
    )
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in STATEMENTS:
        op.execute(statement)
