"""Leads as the commands print them: plain values for JSON, lines for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from leaddesk.domain.words import BantElement, BantValue, Lane
from leaddesk.pages.words import Words

#: ``desk.rows.QueueRow`` and ``desk.rows.Card``, which stand above this room.
Row: TypeAlias = Any
Card: TypeAlias = Any


#: How a criterion is marked: met, not met, not known.
MARKS = {True: "✓", False: "✗", None: "○"}


def lane_name(lane: Lane) -> str:
    """A lane as it is written on the command line."""
    return lane.name.lower().replace("_", "-")


def headline(row: Row) -> str:
    """A lead on one line, its id first."""
    return f"{row.id}  {row.account}" + (f" · {row.person}" if row.person else "")


def plain_row(row: Row, words: Words) -> dict[str, object]:
    """A lead of the queue as plain values."""
    return {
        "id": row.id,
        "account": row.account,
        "person": row.person,
        "lane": lane_name(row.lane),
        "reason": words.phrase(row.reason),
        "reason_key": row.reason.key,
        "due": row.due,
        "clock": row.clock,
        "score": row.score,
        "grade": row.grade,
        "kind": row.kind,
        "state": row.state,
        "owner": row.owner_name,
        "pending": row.pending,
    }


def queue_lines(rows: Sequence[Row], words: Words, now: datetime) -> Iterator[str]:
    """A page of the queue: lanes, and under each its leads with reason, grade, score and countdown."""
    lane = None
    if not rows:
        yield words.say("The queue is empty.")
    for row in rows:
        if row.lane is not lane:
            lane = row.lane
            yield words.label(row.lane).upper()
        told = [words.phrase(row.reason), row.grade.value, words.number(row.score), words.countdown(row.due, now)]
        yield "  " + headline(row)
        yield "    " + " · ".join(one for one in told if one)


def plain_card(card: Card, words: Words) -> dict[str, object]:
    """A card as plain values."""
    return {
        **plain_row(card.row, words),
        "title": card.title,
        "phone": card.phone,
        "email": card.email,
        "why": [words.phrase(one) for one in card.why_now],
        "facts": [
            {
                "key": one.key,
                "value": one.value,
                "source": words.phrase(one.source),
                "others": [value for value, _ in one.others],
            }
            for one in card.facts
        ],
        "points": [{"text": words.phrase(one.text), "points": one.points} for one in card.points],
        "fit": [{"text": words.phrase(one.text), "points": one.points} for one in card.fit],
        "bant": {one.element.value: one.value.value for one in card.bant},
        "criteria": {one.name: {"met": one.met, "why": words.phrase(one.why)} for one in card.criteria},
        "policy": card.policy,
        "mql": card.mql,
        "target": card.target,
        "segment": card.segment,
        "objection": card.objection,
        "attempts": card.attempts,
        "next_attempt": card.next_attempt,
        "callback_at": card.callback_at,
        "meeting_at": card.meeting_at,
        "snoozed_until": card.snoozed_until,
        "timeline": [
            {
                "at": one.at, "kind": one.kind, "text": words.phrase(one.text), "note": one.note, "by": one.by,
                "op": one.operation, "undone": one.undone, "pending": one.pending,
            }
            for one in card.timeline
        ],
    }  # fmt: skip


def card_lines(card: Card, words: Words) -> Iterator[str]:
    """A card line by line: who, whose it is, why now, facts, BANT, points, timeline."""
    state, owner = words.label(card.row.state), card.row.owner_name
    yield card.row.account + "".join(f" · {one}" for one in (card.row.person, card.title) if one)
    owned = words.say("Owner: {owner}", owner=owner) if owner else ""
    yield "  " + " · ".join(one for one in (state, owned, card.phone, card.email, card.place) if one)
    for phrase in card.why_now:
        if (why := words.phrase(phrase)) != state:
            yield "  " + why
    if card.next_attempt is not None:
        yield "  " + words.say("Next attempt: {at}", at=card.next_attempt)
    for fact in card.facts:
        source = words.phrase(fact.source)
        value = f"{words.fact(fact.key, fact.value)} ({source})" if fact.value else source
        yield f"  {words.term('fact', fact.key)}: {value}"
    known = {one.element: one.value for one in card.bant}
    bant = [f"{words.label(one)}: {words.label(known.get(one, BantValue.UNKNOWN))}" for one in BantElement]
    yield "  BANT · " + " · ".join(bant)
    marks = [f"{MARKS[one.met]} {words.term('criterion', one.name)}" for one in card.criteria]
    yield "  " + words.say("Definition") + " · " + " · ".join(marks)
    for point in card.points:
        yield f"  {point.points:+d}  {words.phrase(point.text)}"
    yield words.plural(
        "  = {n} point, grade {grade}", "  = {n} points, grade {grade}", card.row.score, grade=card.row.grade.value
    )
    for line in card.timeline:
        marks = [words.say("undone")] if line.undone else [words.say("waiting to be sent")] if line.pending else []
        told = " · ".join(one for one in (words.phrase(line.text), line.note, line.by, *marks) if one)
        yield f"  {words.when(line.at)}  {told}"
