"""Commands of the service level agreement: what a calendar makes of a target."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from leaddesk.command.call import Call
from leaddesk.command.parser import YEARS, Commands
from leaddesk.domain.clock import HORIZON_YEARS, Due, NoSla, Paused, deadline, zone_of
from leaddesk.domain.errors import BadInput
from leaddesk.domain.state import Pause
from leaddesk.intake import calendar, target


def add_to(commands: Commands) -> None:
    """Add them."""
    say = commands.words.say
    tasks = commands.group("sla", say("the service level agreement"))
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
