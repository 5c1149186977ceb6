"""The messages of the wire as frozen values. One dataclass per message; times are UTC instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from leaddesk.domain.record import FeedRow, VerdictRow
from leaddesk.domain.report import Report
from leaddesk.domain.words import Role

#: The protocol this program speaks, and the oldest in which it still tells news; operations it takes in any older one.
#: A message only ever gains fields that have defaults, which an older program lets be.
#: 1: push with verdicts, pull by feed rows.
PROTOCOL = 1
OLDEST_PROTOCOL = max(1, PROTOCOL - 2)

#: The most rows that one pull is answered with, and of how many such pages a block is.
PULL_ROWS = 1_000
BLOCK_PAGES = 2


#: The header that tells the central's time where an answer has no message.
NOW = "X-LeadDesk-Now"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A user name and password for a token of this device."""

    user: str
    password: str
    device: str
    device_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who answers: the sign of the central (a captive portal cannot say this), its protocols and its clock."""

    product: str
    protocol: int
    oldest: int
    epoch: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """At most 500 operations or 1 MB, oldest first within an account.

    ``operations`` travel as plain mappings so that one that cannot be read is quarantined and not the batch.
    ``history``: see ``Pushed``; nothing is decided by a history that the desk does not share. ``form``: how the desk
    makes content hashes. ``clock``: what the device's clock says as this is sent.
    """

    protocol: int = PROTOCOL
    device: str
    history: str = ""
    form: str = ""
    clock: datetime | None = None
    operations: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One verdict for each operation pushed, in the same order; none for what stands behind one that was quarantined.

    ``history`` names the point that the central's books have reached. The desk says it again with what it asks next,
    until a pull has brought it there: so a central that was restored to before this answer is found out.

    ``own`` sums the content hashes of every account that the new operations touched and of their lines of history,
    ``wrote`` are the numbers (after, up to) their rows have in the feed. A desk whose own sum is the same holds those
    rows already and need not be told. "" where the desk is to be told all the same.

    ``copied``: the central has other operations under numbers of this device, which is to take a new id.
    """

    verdicts: tuple[VerdictRow, ...]
    now: datetime
    history: str = ""
    own: str = ""
    wrote: tuple[int, int] = (0, 0)
    copied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """Ask for what is new after ``cursor`` ("" from the beginning). ``history``: see ``Pushed``. ``holds``: numbers
    (after, up to) of the feed whose rows the desk holds already, by its own hash. ``blocks``: whether the desk reads
    blocks; to one that does not, their rows are told one by one."""

    protocol: int = PROTOCOL
    cursor: str = ""
    history: str = ""
    holds: tuple[tuple[int, int], ...] = ()
    limit: int = PULL_ROWS
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Whole accounts, in the order of their ids: ``data`` is JSON as ``store.block`` reads it, ``sha256`` its digest,
    ``rows`` how many rows it holds."""

    data: msgspec.Raw
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """News in feed order; from the beginning, first whole accounts in blocks, then what has changed since the first of
    them. ``cursor`` is to be stored with the rows in one transaction; ``more`` while there is more at once; ``head`` is
    how many rows are known of."""

    rows: tuple[FeedRow, ...]
    cursor: str
    more: bool
    now: datetime
    head: int = 0
    block: Block | None = None


def nothing(ask: Pull, news: Pulled) -> bool:
    """Whether a pull has brought nothing, so that the desk stays where it is."""
    return not news.rows and news.block is None and not news.more and news.cursor == ask.cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """What a desk holds of a range of accounts, in the order of their ids: after ``after``, up to ``upto`` ("" to the
    end). ``held`` are (id, content hash of rows and lines), "" for one that is not to be compared now. ``cursor`` tells
    how far the desk has pulled.
    """

    protocol: int = PROTOCOL
    form: str
    cursor: str
    after: str = ""
    upto: str = ""
    held: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs at the central: every row of those ``accounts``, none where an account is not the desk's to hold.

    What has changed since the desk's cursor is not compared. ``upto``: how far this went, "" to the end; ``compared``:
    how many accounts.
    """

    accounts: tuple[str, ...]
    rows: tuple[FeedRow, ...]
    upto: str
    compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReport:
    """Ask for the page for both sides: of the period so many ``back``, -1 for all of them; ``figure``: also the leads
    that one of its figures counts."""

    protocol: int = PROTOCOL
    back: int = 0
    figure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The page as of now, and the leads of the figure asked for, the latest offered first, not all where they are
    many."""

    report: Report
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A device that has signed in."""

    id: str
    user: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody to be let in."""

    user: str
    password: str
    role: Role
    name: str = ""
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many were done."""

    done: int
