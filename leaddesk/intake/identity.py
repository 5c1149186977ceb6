"""Ids for what happened, where the file gives none: made of all the row says, so that a file read again counts once."""

import hashlib
from collections import Counter
from dataclasses import astuple, replace

from leaddesk.domain.operation import Row


class Identities:
    """The ids of one reading of a file. Rows that say the very same are told apart by their order: two visits on one
    day are two, and stay two when the file comes again.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def identified(self, row: Row) -> Row:
        """The row, its event or activity with an id."""
        happened = row.event or row.activity
        if happened is None or happened.external_id:
            return row
        said = [repr(astuple(part)) for part in (row.company, row.person, row.lead, happened) if part is not None]
        digest = hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()[:24]
        self._seen[digest] += 1
        own = f"row:{digest}:{self._seen[digest]}"
        if row.event is not None:
            row = replace(row, event=replace(row.event, external_id=own))
        if row.activity is not None:
            row = replace(row, activity=replace(row.activity, external_id=own))
        return row
