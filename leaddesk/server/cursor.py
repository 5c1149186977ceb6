"""The cursor of a pull: where a desk stands in one history, in one scope. Opaque to the desk; checked, not trusted."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from leaddesk.domain.errors import BadInput
from leaddesk.wire.codec import from_json, to_json


@dataclass(frozen=True, slots=True)
class Cursor:
    """``seq`` is the last number seen and ``chain`` the history's chain there; ``scope`` names what was in sight.

    ``head`` and ``head_chain``: between two pages, where the feed stood then. Rows have moved from before ``seq`` up to
    there and were left out, so that much of the history must stand too; 0 at the end of a pull, where it is ``seq``.
    ``after``: a first download has told accounts, by id, up to this one, of ``rows`` rows in all; what has changed
    since it began, at ``seq``, is told once it has come to the last.
    """

    epoch: str
    seq: int
    chain: str
    scope: str
    head: int = 0
    head_chain: str = ""
    after: str = ""
    rows: int = 0


def scope_name(scopes: Iterable[str] | None) -> str:
    """A short name for a set of scopes."""
    told = "*" if scopes is None else "\n".join(sorted(scopes))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write(cursor: Cursor) -> str:
    """The cursor as text."""
    return base64.urlsafe_b64encode(to_json(cursor)).decode()


def read(text: str) -> Cursor:
    """The cursor of a text. Raises ``BadInput("cursor-unreadable")``."""
    try:
        cursor = from_json(base64.b64decode(text.encode(), altchars=b"-_", validate=True), Cursor)
    except (ValueError, BadInput) as trouble:
        raise BadInput("cursor-unreadable") from trouble
    if not all(0 <= number < 2**62 for number in (cursor.seq, cursor.head, cursor.rows)):
        raise BadInput("cursor-unreadable")
    return cursor
