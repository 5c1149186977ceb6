"""The tables of the local file. Private to this drawer; ``migrations/local`` makes them, a test compares the two."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, text

from leaddesk.store.columns import ACCOUNT, LEAD, PERSON

#: The revision of ``migrations/local`` this program works with.
HEAD = "0001"

#: Entries that have not come back from the central stand after all that have.
PENDING = 1 << 62

metadata = MetaData()

accounts = Table("accounts", metadata, *ACCOUNT.columns("id"))
persons = Table("persons", metadata, *PERSON.columns("id"), Index("persons_account", "account"))

#: What is derived of a lead at an instant (``domain.standing``), beside the lead itself.
STANDING = (
    "lane", "lane_key", "until", "score", "grade", "mql", "target", "segment", "due", "clock", "warn_at", "reason",
    "reason_values",
)  # fmt: skip

leads = Table(
    "leads",
    metadata,
    Column("no", Integer, primary_key=True),
    *LEAD.columns(),
    Column("lane", Integer, nullable=False),
    Column("lane_key", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("score", Integer, nullable=False),
    Column("grade", Text, nullable=False),
    Column("mql", Boolean, nullable=False),
    Column("target", Boolean),
    Column("segment", Text, nullable=False),
    Column("due", BigInteger),
    Column("clock", Text),
    Column("warn_at", BigInteger),
    Column("reason", Text, nullable=False),
    Column("reason_values", Text, nullable=False),
    Index("leads_id", "id", unique=True),
    Index("leads_account", "account"),
    Index("leads_queue", "lane", "lane_key", "id", "owner", sqlite_where=text("lane > 0")),
    Index("leads_until", "until", sqlite_where=text("until IS NOT NULL")),
    Index("leads_callback", "callback_at", sqlite_where=text("callback_at IS NOT NULL")),
    Index("leads_snoozed", "snoozed_until", sqlite_where=text("snoozed_until IS NOT NULL")),
    Index("leads_nurture", "nurture_until", sqlite_where=text("nurture_until IS NOT NULL")),
    Index("leads_meeting", "meeting_at", sqlite_where=text("meeting_at IS NOT NULL")),
)

#: One line of an account's history: an operation, or one row of an import.
history = Table(
    "history",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("op", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("import_id", Text),
    Column("body", Text, nullable=False),
    Column("undone_by", Text, nullable=False),
    Index("history_op", "op", "ordinal", unique=True),
    Index("history_account", "account", "position"),
    Index("history_import", "import_id", sqlite_where=text("import_id IS NOT NULL")),
    Index("history_undone", "undone_by", sqlite_where=text("undone_by <> ''")),
    Index("history_pending", "position", sqlite_where=text(f"position >= {PENDING}")),
)

#: Operations born here. ``state``: waiting, sent (has its verdict, its rows not yet come), done, attention, dismissed.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_values", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index("outbox_open", "n", sqlite_where=text("state IN ('waiting', 'sent', 'attention')")),
    Index("outbox_born", "n"),
)

#: The last server row (or that there was none) of every row a pending operation has touched. ``told``: the server has said
#: something new since the view was laid.
shadow = Table(
    "shadow",
    metadata,
    Column("what", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("body", Text),
    Column("told", Integer, nullable=False),
    Index("shadow_account", "account"),
    Index("shadow_told", "account", sqlite_where=text("told = 1")),
)

match_keys = Table(
    "match_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("account", Text, nullable=False),
    Index("match_keys_entity", "entity"),
)

users = Table("users", metadata, Column("id", Text, primary_key=True), Column("body", Text, nullable=False))
policies = Table(
    "policies", metadata, Column("version", Integer, primary_key=True), Column("document", Text, nullable=False)
)
meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
settings = Table("settings", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
drafts = Table(
    "drafts",
    metadata,
    Column("lead", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
mappings = Table(
    "mappings", metadata, Column("signature", Text, primary_key=True), Column("mapping", Text, nullable=False)
)
#: Rows seen during a pull from the beginning; what has not been seen at its end is no longer ours to hold.
seen = Table("seen", metadata, Column("what", Text, primary_key=True), Column("id", Text, primary_key=True))

#: Search, by words with their beginnings. Made by plain SQL: SQLAlchemy has no words for it.
SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(text, content='', contentless_delete=1, prefix='2 3', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE search_notes USING fts5(text, content='', contentless_delete=1, prefix='3', "
    "tokenize='unicode61 remove_diacritics 0')",
)
