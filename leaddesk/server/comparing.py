"""Comparing a range of accounts with what a desk says it holds, by content hash: the central's side of the recount."""

from leaddesk.domain.record import COMPARED, FeedRow
from leaddesk.store import content
from leaddesk.store.central.book import Book
from leaddesk.wire.message import Compare, Compared

#: The most accounts told whole in one answer.
_TOLD = 100


def compared(book: Book, scopes: frozenset[str] | None, seq: int, ask: Compare) -> Compared:
    """What differs in the range, as of number ``seq``: accounts with later news are left out."""
    here = book.feed.accounts(scopes, ask.after, ask.upto, COMPARED + 1)
    upto = ask.upto
    if len(here) > COMPARED:
        here, upto = here[:COMPARED], here[COMPARED - 1]
    held = {one: told for one, told in ask.held[: 2 * COMPARED] if ask.after < one and (not upto or one <= upto)}
    apart = book.feed.changed(scopes, seq) | {one for one, told in held.items() if not told}
    states, pasts = book.states(here), book.pasts(here)
    asked = sorted((held.keys() | set(here)) - apart)
    differ = []
    for number, one in enumerate(asked):
        own = (
            content.total([content.of_account(states[one]), content.of_past(pasts[one], one)]) if one in states else ""
        )
        if held.get(one, "") != own:
            differ.append(one)
        if len(differ) == _TOLD and number + 1 < len(asked):
            upto = one
            asked = asked[: number + 1]
            break
    rows: list[FeedRow] = []
    for one in differ:
        if one in states:
            keys = book.feed.rows_of(one)
            bodies = book.bodies(keys)
            rows += [FeedRow(what=key[0], id=key[1], seq=seq, body=bodies[key]) for key in keys if key in bodies]
    return Compared(accounts=tuple(differ), rows=tuple(rows), upto=upto, compared=len(asked))
