"""The first tables of the desktop's file."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE accounts (
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
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE drafts (
        lead TEXT NOT NULL,
        text TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (lead)
    )
    """,
    """
    CREATE TABLE history (
        no INTEGER NOT NULL,
        op TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        position BIGINT NOT NULL,
        account TEXT NOT NULL,
        lead TEXT NOT NULL,
        import_id TEXT,
        body TEXT NOT NULL,
        undone_by TEXT NOT NULL,
        PRIMARY KEY (no)
    )
    """,
    """
    CREATE INDEX history_account ON history (account, lead, position)
    """,
    """
    CREATE INDEX history_import ON history (import_id) WHERE import_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX history_op ON history (op, ordinal)
    """,
    """
    CREATE INDEX history_pending ON history (account) WHERE position >= 4611686018427387904
    """,
    """
    CREATE INDEX history_undone ON history (undone_by) WHERE undone_by <> ''
    """,
    """
    CREATE TABLE leads (
        no INTEGER NOT NULL,
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
        lane INTEGER NOT NULL,
        lane_key BIGINT NOT NULL,
        until BIGINT,
        moves BIGINT,
        score INTEGER NOT NULL,
        grade TEXT NOT NULL,
        mql BOOLEAN NOT NULL,
        target BOOLEAN,
        segment TEXT NOT NULL,
        due BIGINT,
        clock TEXT,
        warn_at BIGINT,
        reason TEXT NOT NULL,
        reason_values TEXT NOT NULL,
        PRIMARY KEY (no)
    )
    """,
    """
    CREATE INDEX leads_account ON leads (account)
    """,
    """
    CREATE INDEX leads_callback ON leads (callback_at, owner, id) WHERE callback_at IS NOT NULL
    """,
    """
    CREATE INDEX leads_moves ON leads (moves, account) WHERE moves IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX leads_id ON leads (id)
    """,
    """
    CREATE INDEX leads_meeting ON leads (meeting_at, owner, id) WHERE meeting_at IS NOT NULL
    """,
    """
    CREATE INDEX leads_nurture ON leads (nurture_until, owner, id) WHERE nurture_until IS NOT NULL
    """,
    """
    CREATE INDEX leads_queue ON leads (lane, lane_key, id, owner) WHERE lane > 0
    """,
    """
    CREATE INDEX leads_snoozed ON leads (snoozed_until, owner, id) WHERE snoozed_until IS NOT NULL
    """,
    """
    CREATE INDEX leads_until ON leads (until, account) WHERE until IS NOT NULL
    """,
    """
    CREATE TABLE mappings (
        signature TEXT NOT NULL,
        mapping TEXT NOT NULL,
        PRIMARY KEY (signature)
    )
    """,
    """
    CREATE TABLE match_keys (
        "key" TEXT NOT NULL,
        entity TEXT NOT NULL,
        what TEXT NOT NULL,
        account TEXT NOT NULL,
        PRIMARY KEY ("key", entity)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE meta (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        n INTEGER NOT NULL,
        id TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        at BIGINT NOT NULL,
        body TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        reason_values TEXT NOT NULL,
        seq BIGINT NOT NULL,
        PRIMARY KEY (n)
    )
    """,
    """
    CREATE INDEX outbox_objection ON outbox (n) WHERE kind = 'objection' AND state = 'waiting'
    """,
    """
    CREATE INDEX outbox_state ON outbox (state, n)
    """,
    """
    CREATE TABLE persons (
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
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX persons_account ON persons (account)
    """,
    """
    CREATE TABLE policies (
        version INTEGER NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (version)
    )
    """,
    """
    CREATE TABLE seen (
        what TEXT NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (what, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE settings (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE shadow (
        account TEXT NOT NULL,
        what TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT,
        told INTEGER NOT NULL,
        PRIMARY KEY (account, what, id)
    )
    """,
    """
    CREATE INDEX shadow_told ON shadow (account) WHERE told = 1
    """,
    """
    CREATE TABLE users (
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1, prefix='2 3',
    tokenize='unicode61 remove_diacritics 0')
    """,
    """
    CREATE VIRTUAL TABLE search_notes USING fts5(text, content='', contentless_delete=1, prefix='3',
    tokenize='unicode61 remove_diacritics 0')
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in STATEMENTS:
        op.execute(statement)
