"""The tables of the central. Every key leads with the tenant; numbers come from a counter row, never from the database.

Private to this drawer; ``migrations/central`` makes them, a test compares the two.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

from leaddesk.domain.escalation import Escalation
from leaddesk.domain.handover import Handover
from leaddesk.store.columns import ACCOUNT, LEAD, PERSON, Shape

#: The revision of ``migrations/central`` this program works with.
HEAD = "0003"

metadata = MetaData()

HANDOVER, ESCALATION = Shape(Handover), Shape(Escalation)


def _tenant() -> Column[str]:
    return Column("tenant", Text, primary_key=True)


#: ``backed_up``: the number up to which the latest checked backup holds the books; ``durable``: the one before it does,
#: so that two hold them. 0 before the first. ``secret`` keys what is kept of persons who are erased; it is told nobody.
tenants = Table(
    "tenants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("epoch", Text, nullable=False),
    Column("backed_up", BigInteger, nullable=False),
    Column("durable", BigInteger, nullable=False),
    Column("secret", Text, nullable=False),
)
users = Table(
    "users",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
devices = Table(
    "devices",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
)
counter = Table(
    "counter", metadata, _tenant(), Column("seq", BigInteger, nullable=False), Column("chain", Text, nullable=False)
)
operations = Table(
    "operations",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_values", Text, nullable=False),
    Column("at", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index("operations_seq", "tenant", "seq"),
    Index("operations_number", "tenant", "device", "n"),
)
accounts = Table("accounts", metadata, _tenant(), *ACCOUNT.columns("id"))
persons = Table("persons", metadata, _tenant(), *PERSON.columns("id"), Index("persons_account", "tenant", "account"))
leads = Table(
    "leads",
    metadata,
    _tenant(),
    *LEAD.columns("id"),
    Index("leads_account", "tenant", "account"),
    Index("leads_owner", "tenant", "owner", "state"),
)
history = Table(
    "history",
    metadata,
    _tenant(),
    Column("op", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("import_id", Text),
    Column("body", Text, nullable=False),
    Column("undone_by", Text, nullable=False),
    Index("history_account", "tenant", "account", "position"),
    Index("history_import", "tenant", "import_id"),
)
match_keys = Table(
    "match_keys",
    metadata,
    _tenant(),
    Column("key", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("account", Text, nullable=False),
    Index("match_keys_entity", "tenant", "entity"),
)
#: The latest number of every row in every scope; ``gone`` "" while it is there, "deleted" or "evicted".
feed = Table(
    "feed",
    metadata,
    _tenant(),
    Column("scope", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("gone", Text, nullable=False),
    Index("feed_seq", "tenant", "seq"),
    Index("feed_scope", "tenant", "scope", "seq"),
    Index("feed_account", "tenant", "account"),
)
#: The chain at every number: what tells a restored history from the one a desk has seen.
chain = Table(
    "chain",
    metadata,
    _tenant(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("chain", Text, nullable=False),
)
#: Persons and leads that are erased, and lines and rows of imports ("operation:ordinal") that told of them: the person,
#: where there was one, and the operation that did it.
erasures = Table(
    "erasures",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("op", Text, nullable=False),
)
#: Match keys of persons that are erased, as keyed hashes; ``upto`` the instant up to which they are not taken, None
#: for ever.
suppressed = Table(
    "suppressed",
    metadata,
    _tenant(),
    Column("key", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("upto", BigInteger),
)
#: What became of every lead that was offered, an offer a row; ``next_at``: when its next step of escalation is reached.
handovers = Table(
    "handovers",
    metadata,
    _tenant(),
    *HANDOVER.columns("lead", "offered_at"),
    Column("next_at", BigInteger),
    Index("handovers_next", "tenant", "next_at"),
    Index("handovers_account", "tenant", "account"),
    Index("handovers_offered", "tenant", "offered_at"),
)
#: Organisations whose ``handovers`` do not hold yet what was done before there was such a table.
behind = Table("behind", metadata, _tenant())
escalations = Table(
    "escalations",
    metadata,
    _tenant(),
    *ESCALATION.columns("lead", "offered_at", "clock", "n", "step"),
    Index("escalations_at", "tenant", "at"),
)
#: When each user last got a lead by turns.
turns = Table(
    "turns",
    metadata,
    _tenant(),
    Column("user", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
#: Local days, as ISO dates, on which somebody works no leads.
absences = Table(
    "absences",
    metadata,
    _tenant(),
    Column("user", Text, primary_key=True),
    Column("first_day", Text, primary_key=True),
    Column("last_day", Text, nullable=False),
)
policies = Table(
    "policies",
    metadata,
    _tenant(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
