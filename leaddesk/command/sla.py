"""Commands of the service level agreement: what was promised, drafts and signatures, and what a calendar makes of a
target."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leaddesk.command.call import Call
from leaddesk.command.parser import YEARS, Commands
from leaddesk.desk.agreements import Version
from leaddesk.desk.rows import Phrase
from leaddesk.domain.clock import HORIZON_YEARS, Due, NoSla, Paused, deadline, zone_of
from leaddesk.domain.document import promises
from leaddesk.domain.errors import BadInput
from leaddesk.domain.state import Pause
from leaddesk.intake import calendar, target
from leaddesk.pages.agreement import change_lines, headline, promise_lines, signature_lines
from leaddesk.pages.words import Words


def add_to(commands: Commands) -> None:
    """Add them."""
    say = commands.words.say
    tasks = commands.group("sla", say("the service level agreement"))
    show = tasks.add("show", _show, say("what sales and marketing have promised each other"))
    number = commands.kinds.whole(1, 1_000_000)
    show.add_argument("version", nargs="?", type=number, default=0, help=say("a version; else the one in force"))
    tasks.add("versions", _versions, say("every version of the agreement, and who has signed it"))
    draft = tasks.add("draft", _draft, say("put a draft before both parties"))
    draft.add_argument("file", metavar="FILE", help=say("what it changes, TOML"))
    draft.add_argument("--try", dest="tried", action="store_true", help=say("only show what it would change"))
    sign = tasks.add("sign", _sign, say("sign for your party: a manager for sales, a marketer for marketing"))
    sign.add_argument("version", nargs="?", type=number, default=0, help=say("a version; else the newest"))
    due = tasks.add("due", _due, say("when a target is due by a calendar of working hours"))
    # A target such as -2h is refused in words of ours, not taken for an option.
    due._negative_number_matcher = re.compile(r"-\d")
    due.add_argument("--calendar", required=True, metavar="FILE", help=say("working hours and holidays, TOML"))
    due.add_argument(
        "--start", type=commands.kinds.moment, required=True, metavar="WHEN",
        help=say("ISO 8601; in the calendar's zone where it has no offset"),
    )  # fmt: skip
    due.add_argument("--target", required=True, metavar="TARGET", help=say("business time: 90m, 2h; 0 is none"))
    due.add_argument(
        "--pause", action="append", default=[], metavar="FROM/TO",
        help=say("when the clock rests, two instants; TO left out: it still rests; may be said again"),
    )  # fmt: skip


def _due(call: Call) -> int:
    arguments = call.arguments
    minutes = target.read(arguments.target)
    spans = [_span(one) for one in arguments.pause]
    said = [arguments.start, *(at for span in spans for at in span if at is not None)]
    held = calendar.read_file(Path(arguments.calendar), _years(said))
    zone = zone_of(held.zone)
    pauses = tuple(_pause(start, end, zone) for start, end in spans)
    found = deadline(_placed(arguments.start, zone), minutes, held, pauses)
    if isinstance(found, Due):
        at = found.at.astimezone(zone).isoformat()
        call.out({"due": at}, at)
    elif isinstance(found, NoSla):
        call.out({"due": None, "why": "no-sla"}, "no SLA")
    elif isinstance(found, Paused):
        call.out({"due": None, "why": "paused"}, "paused")
    else:
        raise BadInput("calendar-no-hours")
    return 0


def _span(text: str) -> tuple[datetime, datetime | None]:
    """The instants of a pause as told."""
    start, mark, end = text.partition("/")
    try:
        span = datetime.fromisoformat(start.strip()), datetime.fromisoformat(end.strip()) if end.strip() else None
    except ValueError as trouble:
        raise BadInput("pause-unreadable", given=text[:80]) from trouble
    if not mark or any(one is not None and one.year not in YEARS for one in span):
        raise BadInput("pause-unreadable", given=text[:80])
    return span


def _pause(start: datetime, end: datetime | None, zone: ZoneInfo) -> Pause:
    made = Pause(start=_placed(start, zone), until=_placed(end, zone) if end is not None else None)
    if made.until is not None and made.until < made.start:
        raise BadInput("pause-reversed", given=f"{start.isoformat()}/{end.isoformat() if end is not None else ''}")
    return made


def _placed(at: datetime, zone: ZoneInfo) -> datetime:
    """An instant, UTC; without an offset it is meant in the calendar's zone."""
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _years(instants: list[datetime]) -> set[int]:
    """The years in which a deadline after one of these instants may fall: of each those up to the horizon."""
    return {one.year + more for one in instants for more in range(-1, HORIZON_YEARS + 2)}


# --- the agreement ----------------------------------------------------------------------------------------------------


def _show(call: Call) -> int:
    desk = call.desk()
    found = desk.agreements.version(call.arguments.version)
    lines = [headline(found, call.words), *_signatures(found, call.words)]
    lines += [f"  {name}: {value}" for name, value in promise_lines(promises(found.policy), call.words)]
    call.out({**_plain(found), "terms": dict(promises(found.policy))}, lines)
    return 0


def _versions(call: Call) -> int:
    desk = call.desk()
    found = desk.agreements.versions()
    lines = []
    for one in found:
        lines += [headline(one, call.words), *_signatures(one, call.words), *_changes(one.changes, call.words)]
    call.out([_plain(one) for one in found], lines)
    return 0


def _draft(call: Call) -> int:
    desk = call.desk()
    draft = desk.agreements.read(Path(call.arguments.file))
    changes = desk.agreements.changes(draft)
    if call.arguments.tried:
        lines = list(_changes(changes, call.words)) or [call.words.say("Nothing would change.")]
        call.out({"changes": changes}, lines)
        return 0
    number, _ = desk.agreements.publish(draft)
    told = call.words.say("Version {version:plain} is a draft until both parties have signed it.", version=number)
    call.out({"version": number, "changes": changes}, [told, *_changes(changes, call.words), _unsent(call)])
    return 0


def _sign(call: Call) -> int:
    desk = call.desk()
    number, since, _ = desk.agreements.sign(call.arguments.version)
    party = desk.agreements.party()
    phrase = Phrase("agreement-signed-now", {"version": number, "party": party.value, "at": since})
    call.out({"version": number, "party": party.value, "in_force": since}, [call.words.phrase(phrase), _unsent(call)])
    return 0


def _unsent(call: Call) -> str:
    return call.words.say("Others see it once this desk has synced.")


def _signatures(one: Version, words: Words) -> Iterator[str]:
    return (f"  {line}" for line in signature_lines(one, words))


def _changes(changes: Iterable[tuple[str, Any, Any]], words: Words) -> Iterator[str]:  # Any: JSON values
    for name, was, now in change_lines(changes, words):
        yield f"  {name}: {was} → {now}"


def _plain(one: Version) -> dict[str, Any]:  # Any: JSON values
    return {
        "version": one.policy.version,
        "in_force": one.in_force,
        "draft": one.draft,
        "since": one.since,
        "note": one.policy.note,
        "signed": [{"party": mark.party, "by": one.names[mark.party], "at": mark.at} for mark in one.signed],
        "changes": one.changes,
    }
