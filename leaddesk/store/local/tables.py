"""The tables of the local file, which ``migrations/local`` makes. Private to this drawer.

* ``accounts``, ``persons``, ``leads``: the view, the last server rows with pending operations on top. A lead has beside
  its own columns what is derived of it at an instant (``STANDING``).
* ``history``: one line of an account's history, an operation or one row of an import, at its ``position`` in the
  central's order. Lines that have not come back from the central stand after all that have, from ``PENDING`` on.
* ``outbox``: operations born here. ``state``: waiting, sent (has its verdict, its rows not yet come), done, attention,
  dismissed, durable (an import without its rows). What is done is forgotten some time after the central has declared it
  durable.
* ``shadow``: the last server row (or that there was none) of every row a pending operation has touched. ``told``: the
  server has said something new since the view was laid.
* ``match_keys``: what finds an account, person, lead or imported event (``domain.match``).
* ``seen``: rows seen during a pull from the beginning; what has not been seen at its end is no longer ours to hold.
* ``escalations``: what the central told this user of promises about to be broken, or broken; ``told``: shown.
* ``search``, ``search_notes``: words with their beginnings, by the row numbers of ``leads`` and ``history``.
* ``users``, ``policies``, ``meta``, ``settings``, ``drafts``, ``mappings``: kept beside.
"""

#: The revision of ``migrations/local`` this program works with.
HEAD = "0002"

#: Entries that have not come back from the central stand after all that have.
PENDING = 1 << 62

#: The lines of an account that have not come back; "= ACCOUNT" follows. Left to itself SQLite reads all its lines.
PENDING_OF = f"history h INDEXED BY history_pending WHERE h.position >= {PENDING} AND h.account"

#: What is derived of a lead at an instant (``domain.standing``).
STANDING = (
    "lane", "lane_key", "until", "moves", "score", "grade", "mql", "target", "segment", "due", "clock", "warn_at",
    "reason", "reason_values",
)  # fmt: skip
