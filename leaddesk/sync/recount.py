"""The recount: what a desk holds, compared account by account with the central, and mended where it differs.

No side is taken over whole and neither end believes the other's sum: each hashes its own rows.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from leaddesk.domain.changes import Changes
from leaddesk.store import content
from leaddesk.store.local.store import LocalStore
from leaddesk.sync.cycle import Run
from leaddesk.wire.central import Central
from leaddesk.wire.message import Compare


def recount(
    central: Central, store: LocalStore, run: Run, now: Callable[[], datetime], after: str = ""
) -> tuple[int, int, str, Changes]:
    """Compare the next accounts after one: how many were, how many were mended, where to go on ("" at the end), and
    what changed. Raises what ``Central`` raises, and ``Refusal("pull-removes-much")``."""
    held, upto = run(partial(store.holdings, after))
    ask = Compare(form=content.FORM, cursor=run(store.cursor), after=after, upto=upto, held=held)
    told = central.compare(ask)
    changes = Changes()
    if told.accounts:
        changes = run(partial(store.mend, told.accounts, told.rows, now()))
    return told.compared, len(told.accounts), told.upto, changes
