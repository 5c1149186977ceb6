"""The command line: the desk without a window for scripts, the window, the central's side, and the demonstration.

Exit codes: 0 done; 1 refused or offline, with the reason on standard error; 2 usage.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from leaddesk import __version__
from leaddesk.config.folders import Profile
from leaddesk.config.log import start_log
from leaddesk.config.port import Ids, SystemClock
from leaddesk.config.settings import LANGUAGES
from leaddesk.domain import operation as op
from leaddesk.domain.bant import QUESTIONS
from leaddesk.domain.errors import BadInput, LeadDeskError
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    CallOutcome,
    Lane,
    LeadKind,
    ObjectionScope,
    RejectReason,
    Role,
    Telephony,
)
from leaddesk.pages.words import Words

# Rooms that cost start time (the store, Qt, the web framework) are imported by the command that needs them.


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    words = Words(arguments.language or "", "", SystemClock().now)
    try:
        return int(arguments.run(Call(arguments, words)))
    except LeadDeskError as trouble:
        _complain(arguments, words, trouble)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 1


def _complain(arguments: argparse.Namespace, words: Words, trouble: LeadDeskError) -> None:
    if getattr(arguments, "json", False):
        told = {"error": trouble.key, "values": trouble.values, "message": words.error(trouble)}
        print(json.dumps(told, ensure_ascii=False, default=_plain), file=sys.stderr)
    else:
        print(words.error(trouble), file=sys.stderr)


class Call:
    """One call of a command: its arguments, its language, and the desk it opens when it needs one."""

    def __init__(self, arguments: argparse.Namespace, words: Words) -> None:
        self.arguments = arguments
        self.words = words

    def desk(self) -> Any:  # Any: Desk is imported only where it is opened
        """The profile's desk."""
        from leaddesk.desk.desk import Desk

        profile = Profile.default()
        start_log(profile)
        ask = (lambda: getpass.getpass(self.words.say("Passphrase: "))) if sys.stdin.isatty() else None
        desk = Desk.open(profile, SystemClock(), Ids(), ask)
        if desk.recovery_code:
            print(
                self.words.say("Recovery code, shown this once; keep it safe: {code}", code=desk.recovery_code),
                file=sys.stderr,
            )
        choices = desk.settings.all()
        self.words = Words(self.arguments.language or choices.language, choices.zone, SystemClock().now, desk.user_name)
        return desk

    def out(self, value: object, text: str) -> None:
        """Print the value as JSON where that was asked for, else the text."""
        print(json.dumps(value, ensure_ascii=False, default=_plain) if self.arguments.json else text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def lane_name(lane: Lane) -> str:
    """A lane as it is written on the command line."""
    return lane.name.lower().replace("_", "-")


def password(words: Words) -> str:
    """A password from a prompt, or the first line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(words.say("Password: "))
    return sys.stdin.readline().rstrip("\r\n")


def moment(text: str) -> datetime:
    """ISO 8601 as an instant; local where it has no offset."""
    try:
        told = datetime.fromisoformat(text)
        return told.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as trouble:
        raise argparse.ArgumentTypeError(f"not an ISO 8601 time: {text!r}") from trouble


# --- the desk's commands ----------------------------------------------------------------------------------------


def _login(call: Call) -> int:
    desk = call.desk()
    status = desk.sign_in(call.arguments.url, call.arguments.user, password(call.words))
    call.out(
        {"user": status.user, "role": status.role, "central": status.central},
        call.words.say("Signed in as {name} at {url}.", name=status.user, url=status.central),
    )
    return 0


def _queue(call: Call) -> int:
    desk = call.desk()
    order = desk.order()
    rows = desk.rows(order.ids[: call.arguments.limit])
    now = SystemClock().now()
    words = call.words
    if call.arguments.json:
        call.out([_row(row, words) for row in rows], "")
        return 0
    lane = None
    for row in rows:
        if row.lane is not lane:
            lane = row.lane
            print(words.label(lane).upper())
        left = words.countdown(row.due, now)
        print(f"  {row.id}  {row.account}" + (f" · {row.person}" if row.person else ""))
        print(f"    {words.phrase(row.reason)} · {row.grade.value} · {row.score}" + (f" · {left}" if left else ""))
    if not rows:
        print(words.say("The queue is empty."))
    return 0


def _row(row: Any, words: Words) -> dict[str, object]:  # Any: QueueRow
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


def _lead(call: Call) -> int:
    desk = call.desk()
    card = desk.card(desk.find(call.arguments.id))
    words = call.words
    if call.arguments.json:
        told = {
            **_row(card.row, words),
            "title": card.title,
            "phone": card.phone,
            "email": card.email,
            "why": [words.phrase(one) for one in card.why_now],
            "facts": [
                {"key": one.key, "value": one.value, "source": words.phrase(one.source), "others": [v for v, _ in one.others]}
                for one in card.facts
            ],
            "points": [{"text": words.phrase(one.text), "points": one.points} for one in card.points],
            "fit": [{"text": words.phrase(one.text), "points": one.points} for one in card.fit],
            "bant": {one.element.value: one.value.value for one in card.bant},
            "mql": card.mql,
            "target": card.target,
            "segment": card.segment,
            "objection": card.objection,
            "attempts": card.attempts,
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
        call.out(told, "")
        return 0
    print(card.row.account + "".join(f" · {one}" for one in (card.row.person, card.title) if one))
    print("  " + " · ".join(one for one in (words.label(card.row.state), card.phone, card.email, card.place) if one))
    for phrase in card.why_now:
        print("  " + words.phrase(phrase))
    for fact in card.facts:
        value = (
            f"{words.fact(fact.key, fact.value)} ({words.phrase(fact.source)})"
            if fact.value
            else words.phrase(fact.source)
        )
        print(f"  {words.term('fact', fact.key)}: {value}")
    for point in card.points:
        print(f"  {point.points:+d}  {words.phrase(point.text)}")
    print(words.say("  = {score} points, grade {grade}", score=card.row.score, grade=card.row.grade.value))
    for line in card.timeline:
        marks = [words.say("undone")] if line.undone else [words.say("waiting to be sent")] if line.pending else []
        told = " · ".join([words.phrase(line.text), *([line.note] if line.note else []), *marks])
        print(f"  {words.when(line.at)}  {told}")
    return 0


def _search(call: Call) -> int:
    desk = call.desk()
    rows = desk.search(call.arguments.text, call.arguments.limit)
    text = "\n".join(f"{row.id}  {row.account}" + (f" · {row.person}" if row.person else "") for row in rows)
    call.out([_row(row, call.words) for row in rows], text or call.words.say("Nothing found."))
    return 0


def _act(make: Callable[[argparse.Namespace, str], op.Act]) -> Callable[[Call], int]:
    """A command that does one act to one lead."""

    def run(call: Call) -> int:
        desk = call.desk()
        lead = desk.find(call.arguments.id)
        done, _ = desk.do(make(call.arguments, lead))
        return _did(call, done)

    return run


def _did(call: Call, done: Any) -> int:  # Any: ActResult
    words = call.words
    text = words.say("Saved on this computer: {operation}", operation=done.op)
    if done.state is not None:
        text += " · " + words.label(done.state)
    call.out({"op": done.op, "lead": done.lead, "state": done.state}, text)
    return 0


def _undo(call: Call) -> int:
    done, _ = call.desk().undo()
    return _did(call, done)


def _new(call: Call) -> int:
    arguments, desk = call.arguments, call.desk()
    from leaddesk.desk.typed import TypedLead

    done, _ = desk.new_lead(
        TypedLead(
            company=arguments.company, business_id=arguments.business_id, person=arguments.person, title=arguments.title,
            phone=arguments.phone, email=arguments.email, kind=LeadKind(arguments.kind), theme=arguments.theme,
            channel=arguments.channel,
        )
    )  # fmt: skip
    return _did(call, done)


def _sync(call: Call) -> int:
    desk = call.desk()
    if call.arguments.accept_removal:
        desk.allow_removal()
    done, _ = desk.sync()
    words = call.words
    call.out(
        {"pushed": done.pushed, "pulled": done.pulled, "refused": done.refused, "waiting": done.waiting},
        words.say(
            "Sent {pushed}, received {pulled}, refused {refused}, waiting {waiting}.",
            pushed=done.pushed, pulled=done.pulled, refused=done.refused, waiting=done.waiting,
        ),
    )  # fmt: skip
    return 0


def _status(call: Call) -> int:
    desk = call.desk()
    told = desk.status()
    words = call.words
    lines = [words.say("Signed in as {name} at {url}.", name=told.user, url=told.central)] if told.signed_in else []
    if not told.signed_in:
        lines.append(words.say("Not signed in."))
    lines.append(words.sync_state(told))
    lines.append(words.say("Profile: {path}", path=told.profile))
    lines.append(words.say("The key of the store is kept by: {keeper}", keeper=words.term("key-keeper", told.key_kept)))
    call.out(
        {
            "signed_in": told.signed_in, "online": told.online, "waiting": told.waiting, "attention": told.attention,
            "last_sync": told.last_sync, "offline_since": told.offline_since, "user": told.user, "role": told.role,
            "central": told.central, "profile": told.profile, "key": told.key_kept, "skew_seconds": told.skew_seconds,
        },
        "\n".join(lines),
    )  # fmt: skip
    return 0


def _attention(call: Call) -> int:
    desk, words, arguments = call.desk(), call.words, call.arguments
    if arguments.retry:
        desk.attention.retry(arguments.retry)
    elif arguments.dismiss:
        desk.attention.dismiss(arguments.dismiss)
    elif arguments.export:
        number = desk.attention.export(Path(arguments.export))
        call.out({"exported": number}, words.plural("{n} operation written.", "{n} operations written.", number))
        return 0
    rows = desk.attention.list()
    told = [
        {"id": one.id, "kind": one.kind, "lead": one.lead, "account": one.account, "at": one.at,
         "reason": words.phrase(one.reason), "text": one.text}
        for one in rows
    ]  # fmt: skip
    text = "\n".join(f"{one['id']}  {one['account']}  {one['kind']}: {one['reason']}" for one in told)
    call.out(told, text or words.say("Nothing needs attention."))
    return 0


def _import(call: Call) -> int:
    arguments, desk, words = call.arguments, call.desk(), call.words
    if arguments.undo:
        done, _ = desk.imports.undo(arguments.undo)
        return _did(call, done)
    if not arguments.file:
        raise BadInput("import-needs-file")
    path = Path(arguments.file)
    mapping = _mapping(arguments.map)
    if arguments.columns:
        preview = desk.imports.preview(path, mapping, source_name=arguments.source)
        told = [{"column": one, "field": field} for one, field in zip(preview.columns, preview.mapping, strict=True)]
        call.out(told, "\n".join(f"{one['column']}  ->  {one['field'] or '-'}" for one in told))
        return 0

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)

    result, _ = desk.imports.run(
        path, mapping, progress=progress, dry_run=arguments.dry_run, source_name=arguments.source,
        failed_path=Path(arguments.failed) if arguments.failed else None,
    )  # fmt: skip
    text = words.say(
        "{rows} rows read: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed.",
        rows=result.rows, created=result.created, updated=result.updated, unchanged=result.unchanged,
        failed=result.failed,
    )  # fmt: skip
    if result.failed_file:
        text += "\n" + words.say("Failed rows with their reasons: {path}", path=result.failed_file)
    if not arguments.dry_run:
        text += "\n" + words.say("To take it back: leaddesk import --undo {id}", id=result.import_id)
    call.out(
        {
            "import": result.import_id, "rows": result.rows, "created": result.created, "updated": result.updated,
            "unchanged": result.unchanged, "failed": result.failed, "failed_file": result.failed_file,
            "dry_run": arguments.dry_run,
        },
        text,
    )  # fmt: skip
    return 0


def _mapping(pairs: Sequence[str]) -> dict[str, str] | None:
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals:
            raise BadInput("mapping-needs-equals", given=pair)
        mapping[column] = field
    return mapping or None


def _set(call: Call) -> int:
    desk = call.desk()
    desk.settings.set(call.arguments.name, call.arguments.value)
    call.out({call.arguments.name: call.arguments.value}, f"{call.arguments.name} = {call.arguments.value}")
    return 0


def _window(call: Call) -> int:
    from leaddesk.ui.app import run

    return run(Profile.default(), call.arguments.language or "")


# --- the central's side -----------------------------------------------------------------------------------------


def _serve(call: Call) -> int:
    from leaddesk.server.run import serve

    arguments, words = call.arguments, call.words

    def ready(url: str) -> None:
        if url.startswith("http:") and arguments.host not in ("127.0.0.1", "localhost", "::1"):
            print(
                words.say("Without a certificate, what goes over the network can be read on the way."), file=sys.stderr
            )
        print(f"listening on {url}", flush=True)

    return serve(arguments.db, arguments.host, arguments.port, arguments.certificate, arguments.private_key, ready)


def _admin_init(call: Call) -> int:
    from leaddesk.server import admin

    arguments, words = call.arguments, call.words
    admin.init(arguments.db, arguments.tenant, arguments.user, password(words))
    call.out(
        {"tenant": arguments.tenant, "user": arguments.user},
        words.say(
            "Central ready. Organisation: {tenant}, administrator: {user}", tenant=arguments.tenant, user=arguments.user
        ),
    )
    return 0


def _admin_user(call: Call) -> int:
    from leaddesk.server import admin

    arguments, words = call.arguments, call.words
    tenant = arguments.tenant or ""
    if arguments.what == "add":
        if not arguments.role:
            raise BadInput("user-needs-role", expected=", ".join(one.value for one in Role))
        admin.add_user(
            arguments.db, arguments.user, Role(arguments.role), password(words), name=arguments.name or "",
            teams=tuple(arguments.team), tenant=tenant,
        )  # fmt: skip
        call.out({"user": arguments.user, "role": arguments.role}, words.say("User added: {user}", user=arguments.user))
    elif arguments.what == "password":
        admin.set_password(arguments.db, arguments.user, password(words))
        call.out({"user": arguments.user}, words.say("Password changed: {user}", user=arguments.user))
    elif arguments.what == "disable":
        admin.disable_user(arguments.db, arguments.user)
        call.out({"user": arguments.user}, words.say("User disabled: {user}", user=arguments.user))
    else:
        number = admin.revoke_devices(arguments.db, arguments.user)
        call.out(
            {"user": arguments.user, "revoked": number},
            words.plural("{n} device signed out.", "{n} devices signed out.", number),
        )
    return 0


def _admin_export(call: Call) -> int:
    from leaddesk.server import admin

    for line in admin.export(call.arguments.db):
        print(json.dumps(line, ensure_ascii=False, default=_plain))
    return 0


def _demo(call: Call) -> int:
    from leaddesk.demo import run

    return run(call.arguments, call.words)


# --- the parser -------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="leaddesk", description="The lead work queue. Without a command: the window.")
    parser.add_argument("--version", action="version", version=f"LeadDesk {__version__}")
    _common(parser)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, run: Callable[[Call], int], help_: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_, description=help_)
        _common(made, top=False)
        made.set_defaults(run=run)
        return made

    def add_lead(name: str, make: Callable[[argparse.Namespace, str], op.Act], help_: str) -> argparse.ArgumentParser:
        made = add(name, _act(make), help_)
        made.add_argument("id", metavar="ID", help="lead id, or a unique beginning or end of one")
        return made

    add("window", _window, "open the desk")
    login = add("login", _login, "sign this computer in to a central; the password from a prompt or standard input")
    login.add_argument("url", metavar="URL")
    login.add_argument("--user", required=True)

    imports = add("import", _import, "import a CSV or XLSX file")
    imports.add_argument("file", nargs="?", metavar="FILE")
    imports.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
    imports.add_argument("--columns", action="store_true", help="show how the columns are read")
    imports.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="read a column as a field ('' leaves it out)"
    )
    imports.add_argument(
        "--source",
        default="",
        help="the name of the source; files that share ids share it (default: the folder's name)",
    )
    imports.add_argument("--failed", default="", metavar="FILE", help="where failed rows are written")
    imports.add_argument("--undo", default="", metavar="IMPORT", help="take an import back")

    queue = add("queue", _queue, "who is next, and why")
    queue.add_argument("--limit", type=int, default=20)
    lead = add("lead", _lead, "the card of one lead")
    lead.add_argument("id", metavar="ID")
    search = add("search", _search, "find leads by company, person, number, place or words of a note")
    search.add_argument("text", metavar="TEXT")
    search.add_argument("--limit", type=int, default=20)

    new = add("new", _new, "type in a lead")
    for name in ("company", "business-id", "person", "title", "phone", "email", "theme", "channel"):
        new.add_argument(f"--{name}", default="")
    new.add_argument("--kind", choices=[one.value for one in LeadKind], default=LeadKind.OUTBOUND.value)

    add_lead("take", lambda a, lead: op.Take(lead=lead), "take a lead into work")
    call = add_lead(
        "call",
        lambda a, lead: op.LogCall(
            lead=lead, outcome=CallOutcome(a.outcome), telephony=Telephony(a.telephony), note=a.note, until=a.until
        ),
        "log a call. Outcomes: " + ", ".join(one.value for one in CallOutcome),
    )
    call.add_argument("--outcome", required=True, choices=[one.value for one in CallOutcome])
    call.add_argument("--telephony", choices=[one.value for one in Telephony], default=Telephony.UNKNOWN.value)
    call.add_argument("--note", default="")
    call.add_argument("--until", type=moment, default=None, metavar="WHEN", help="promised time, or when to return")
    note = add_lead("note", lambda a, lead: op.Note(lead=lead, text=a.text), "write a note")
    note.add_argument("text", metavar="TEXT")
    meeting = add_lead(
        "meeting",
        lambda a, lead: op.BookMeeting(lead=lead, starts=a.at, place=a.place, note=a.note),
        "book a meeting",
    )
    meeting.add_argument("--at", type=moment, required=True, metavar="WHEN")
    meeting.add_argument("--place", default="")
    meeting.add_argument("--note", default="")
    held = add_lead(
        "met", lambda a, lead: op.LogMeeting(lead=lead, held=a.at, took_place=not a.cancelled, note=a.note),
        "log a meeting that was held",
    )  # fmt: skip
    held.add_argument("--at", type=moment, default=SystemClock().now(), metavar="WHEN")
    held.add_argument("--cancelled", action="store_true")
    held.add_argument("--note", default="")
    answer = add_lead(
        "answer",
        lambda a, lead: op.Answer(lead=lead, question=_question(a.question), value=a.value, text=a.text),
        "an answer to a script question or a BANT element (" + ", ".join(QUESTIONS) + ")",
    )
    answer.add_argument("question", metavar="QUESTION")
    answer.add_argument("value", metavar="VALUE")
    answer.add_argument("--text", default="", help="in the customer's words")
    accept = add_lead("accept", lambda a, lead: op.Accept(lead=lead, bant=_bant(a), note=a.note), "accept a lead")
    accept.add_argument("--note", default="")
    for element in BantElement:
        accept.add_argument(f"--{element.value}", choices=[one.value for one in BantValue], default=None)
    reject = add_lead(
        "reject",
        lambda a, lead: op.Reject(lead=lead, reason=RejectReason(a.reason), text=a.text, until=a.until),
        "reject a lead. Reasons: " + ", ".join(one.value for one in RejectReason),
    )
    reject.add_argument("--reason", required=True, choices=[one.value for one in RejectReason])
    reject.add_argument("--text", default="")
    reject.add_argument("--until", type=moment, default=None, metavar="WHEN", help="when timing may be right")
    snooze = add_lead("snooze", lambda a, lead: op.Snooze(lead=lead, until=a.until), "out of the queue until a time")
    snooze.add_argument("--until", type=moment, required=True, metavar="WHEN")
    callback = add_lead("callback", lambda a, lead: op.Callback(lead=lead, at_time=a.at), "promise a call")
    callback.add_argument("--at", type=moment, required=True, metavar="WHEN")
    nurture = add_lead(
        "nurture", lambda a, lead: op.ReturnToNurture(lead=lead, until=a.until, text=a.text), "return to marketing"
    )
    nurture.add_argument("--until", type=moment, default=None, metavar="WHEN")
    nurture.add_argument("--text", default="")
    offer = add_lead("offer", lambda a, lead: op.Offer(lead=lead, owner=a.owner), "offer a lead to sales")
    offer.add_argument("--owner", default="", metavar="USER-ID")
    hand = add_lead(
        "hand-over", lambda a, lead: op.HandOver(lead=lead, to=a.to, text=a.text), "give a lead to a colleague"
    )
    hand.add_argument("--to", required=True, metavar="USER-ID")
    hand.add_argument("--text", default="")
    won = add_lead("won", lambda a, lead: op.Won(lead=lead, value_eur=a.value), "the lead became a sale")
    won.add_argument("--value", type=int, default=None, metavar="EUROS")
    lost = add_lead("lost", lambda a, lead: op.Lost(lead=lead, text=a.text), "the lead did not become a sale")
    lost.add_argument("--text", default="")
    fact = add_lead(
        "fact", lambda a, lead: op.SetFact(lead=lead, key=a.key, value=a.value), "state a fact of the company"
    )
    fact.add_argument("key", metavar="KEY")
    fact.add_argument("value", metavar="VALUE")
    objection = add_lead(
        "object",
        lambda a, lead: op.Objection(lead=lead, scope=ObjectionScope(a.scope), how=a.how),
        "do not contact; wins over everything",
    )
    objection.add_argument(
        "--scope", choices=[one.value for one in ObjectionScope], default=ObjectionScope.PERSON.value
    )
    objection.add_argument("--how", default="")

    add("undo", _undo, "undo this computer's latest act")
    sync = add("sync", _sync, "send what waits, fetch what is new")
    sync.add_argument("--accept-removal", action="store_true", help="let one pull take away many leads")
    add("status", _status, "where this desk stands")
    attention = add("attention", _attention, "operations that need a person")
    for name in ("retry", "dismiss", "export"):
        attention.add_argument(f"--{name}", default="", metavar="FILE" if name == "export" else "OP")
    chosen = add("set", _set, "choose a setting")
    chosen.add_argument("name", metavar="NAME")
    chosen.add_argument("value", metavar="VALUE")

    serve = add("serve", _serve, "run the central")
    serve.add_argument("--db", required=True, metavar="URL")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8440, help="0 takes a free one")
    serve.add_argument("--certificate", default="", metavar="FILE", help="for HTTPS, PEM")
    serve.add_argument("--private-key", default="", metavar="FILE", help="for HTTPS, PEM")
    admin = commands.add_parser("admin", help="the central's administration")
    tasks = admin.add_subparsers(metavar="TASK", required=True)
    init = tasks.add_parser("init", help="make an organisation with its first administrator")
    user = tasks.add_parser("user", help="add a user, change a password, disable a user, sign devices out")
    export = tasks.add_parser("export", help="everything the central holds, as JSON lines")
    for made, run in ((init, _admin_init), (user, _admin_user), (export, _admin_export)):
        _common(made, top=False)
        made.set_defaults(run=run)
        made.add_argument("--db", required=True, metavar="URL")
    init.add_argument("--tenant", required=True)
    init.add_argument("--user", required=True)
    user.add_argument("what", choices=["add", "password", "disable", "revoke"])
    user.add_argument("--user", required=True)
    user.add_argument("--role", choices=[one.value for one in Role])
    user.add_argument("--name", default="")
    user.add_argument("--team", action="append", default=[])
    user.add_argument("--tenant", default="")

    demo = add("demo", _demo, "a demonstration with fictive companies, central and desk on this computer")
    demo.add_argument("--headless", action="store_true", help="as text, with a picture of the window")
    demo.add_argument("--picture", default="leaddesk-demo.png", metavar="PNG")
    demo.add_argument("--leads", type=int, default=240)
    return parser


def _common(parser: argparse.ArgumentParser, top: bool = True) -> None:
    default = {} if top else {"default": argparse.SUPPRESS}
    parser.add_argument("--json", action="store_true", help="print JSON", **default)  # type: ignore[arg-type]
    parser.add_argument("--language", choices=LANGUAGES, help="fi, sv or en", **default)  # type: ignore[arg-type]


def _question(text: str) -> str:
    return f"bant.{text}" if f"bant.{text}" in QUESTIONS else text


def _bant(arguments: argparse.Namespace) -> tuple[tuple[BantElement, BantValue], ...]:
    stated = ((one, getattr(arguments, one.value)) for one in BantElement)
    return tuple((element, BantValue(value)) for element, value in stated if value is not None)


if __name__ == "__main__":
    sys.exit(main())
