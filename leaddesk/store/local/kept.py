"""Small values kept by name, and what is known of everybody: policies and users."""

from leaddesk.domain.defaults import default_policy
from leaddesk.domain.document import read
from leaddesk.domain.policy import Policies
from leaddesk.domain.record import FeedRow, User
from leaddesk.store.form import from_text, to_text
from leaddesk.store.sqlite import Connection

#: How many of the latest numbers of the outbox are kept whatever the central holds: undo looks back over them.
UNDOABLE = 200

#: How many operations are forgotten at the end of one pull.
FORGOTTEN_AT_ONCE = 500


def meta(connection: Connection, name: str) -> str:
    """A kept value, "" where there is none."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else ""


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Keep a value."""
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


def read_policies(connection: Connection) -> Policies:
    """Every version of the policy in the file; the shipped one before the first sync."""
    rows = connection.execute("SELECT version, document FROM policies").fetchall()
    versions = {int(version): read(document) for version, document in rows} or {1: default_policy()}
    return Policies(versions)


def read_users(connection: Connection) -> dict[str, User]:
    """Every user in the file, by id."""
    rows = connection.execute("SELECT body FROM users").fetchall()
    return {one.id: one for one in (from_text(row[0], User) for row in rows)}


def take(connection: Connection, rows: list[FeedRow]) -> None:
    """Write pulled policies and users; whoever holds the old ones in memory reads them again. Note how far the central
    is durable."""
    for row in rows:
        if row.what == "durable" and row.body:
            set_meta(connection, "durable", str(int(row.body["seq"])))
    if all(row.what == "durable" for row in rows):
        return
    policies = [(int(row.id), str(row.body["document"])) for row in rows if row.what == "policy" and row.body]
    users = [(row.id, to_text(row.body)) for row in rows if row.what == "user" and row.body]
    connection.executemany("INSERT OR REPLACE INTO policies (version, document) VALUES (?, ?)", policies)
    connection.executemany("INSERT OR REPLACE INTO users (id, body) VALUES (?, ?)", users)
    _known_anew(connection)


def drop_policies_unseen(connection: Connection) -> None:
    """Versions of the policy that a restore has taken back, and nobody has published again, are not in force here."""
    gone = connection.execute(
        "DELETE FROM policies WHERE CAST(version AS TEXT) NOT IN (SELECT id FROM seen WHERE what = 'policy')"
    )
    if gone.rowcount:
        _known_anew(connection)


def _known_anew(connection: Connection) -> None:
    set_meta(connection, "known", str(int(meta(connection, "known") or 0) + 1))


def forget(connection: Connection) -> None:
    """Forget a part of what is acknowledged and durable at the central: a bounded number at a time, oldest first.

    The latest acts stay, for they may be undone; of an import stays what it was called and how many rows it had. What
    waits, needs attention or was dismissed is never forgotten; nor is an erasure, which no restore may turn back.
    """
    durable = meta(connection, "durable")
    if not durable:
        return
    doomed = [
        n
        for (n,) in connection.execute(
            "SELECT n FROM outbox WHERE state = 'done' AND kind <> 'erase' AND seq BETWEEN 1 AND ? "
            "AND n <= (SELECT max(n) FROM outbox) - ? ORDER BY n LIMIT ?",
            (int(durable), UNDOABLE, FORGOTTEN_AT_ONCE),
        )
    ]
    among = "n IN (SELECT value FROM json_each(?))"
    connection.execute(f"DELETE FROM outbox WHERE kind <> 'import-rows' AND {among}", (to_text(doomed),))
    connection.execute(
        "UPDATE outbox SET state = 'durable', body = json_set(body, '$.act.rows', json('[]'), '$.count', "
        f"json_array_length(body, '$.act.rows')) WHERE {among}",
        (to_text(doomed),),
    )
    if len(doomed) < FORGOTTEN_AT_ONCE:
        set_meta(connection, "durable", "")


class Known:
    """Policies and users in memory. Read again as soon as the file holds others, written by this process or another.

    Not to be asked inside a unit that has written them: what that unit wrote may never come to stand.
    """

    def __init__(self) -> None:
        self._held: tuple[str, Policies, dict[str, User]] | None = None

    def policies(self, connection: Connection) -> Policies:
        """Every version of the policy."""
        return self._read(connection)[1]

    def users(self, connection: Connection) -> dict[str, User]:
        """Users by id."""
        return self._read(connection)[2]

    def _read(self, connection: Connection) -> tuple[str, Policies, dict[str, User]]:
        held, mark = self._held, meta(connection, "known")
        if held is None or held[0] != mark:
            held = self._held = (mark, read_policies(connection), read_users(connection))
        return held
