"""A pull from the beginning: whole accounts in the order of their ids, a block at a time, as of one point of the books.

What changes while the blocks are told is told after the last of them, since it has numbers after that point; told twice
it is the same. An account that comes into sight meanwhile is told again there, one that leaves is evicted there.
"""

from dataclasses import replace

import msgspec

from leaddesk.server.cursor import Cursor
from leaddesk.store import block
from leaddesk.store.central.book import Book
from leaddesk.store.central.feed import Key
from leaddesk.wire.message import Block


def begun(book: Book, scopes: frozenset[str] | None, scope: str) -> Cursor:
    """Where a pull from the beginning stands before its first block."""
    feed = book.feed
    return Cursor(feed.epoch(), feed.seq, feed.chain, scope, rows=feed.count(scopes))


def tell(book: Book, scopes: frozenset[str] | None, at: Cursor, limit: int) -> tuple[Block | None, Cursor]:
    """The next block, of about ``limit`` rows, None where there is none left; and the cursor after it."""
    feed = book.feed
    accounts, more = feed.whole(scopes, at.after, limit)
    homes: dict[Key, str] = feed.present(scopes, accounts)
    bodies = book.bodies(homes)
    told = None
    if bodies:
        data = block.pack(bodies, homes)
        told = Block(data=msgspec.Raw(data), sha256=block.digest(data), rows=len(bodies))
    if more:
        return told, replace(at, after=accounts[-1], head=feed.seq, head_chain=feed.chain)
    # From here on it is a pull like any other.
    begun = replace(at, after="", rows=0, head=0, head_chain="")
    return told, begun if at.seq == feed.seq else replace(begun, head=feed.seq, head_chain=feed.chain)
