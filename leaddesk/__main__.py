"""The command line: the desk without a window for scripts, the window, the central's side, and the demonstration.

Exit codes: 0 done; 1 refused or offline, with the reason on standard error; 2 usage.
"""

import argparse
import errno
import getpass
import json
import os
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from leaddesk import __version__
from leaddesk.config.folders import Profile
from leaddesk.config.log import start_log
from leaddesk.config.port import Ids, SystemClock
from leaddesk.config.screen import has_display
from leaddesk.config.settings import LANGUAGES
from leaddesk.domain import operation as op
from leaddesk.domain.bant import QUESTIONS
from leaddesk.domain.errors import BadInput, LeadDeskError, StoreTrouble
from leaddesk.domain.words import (
    BantElement,
    BantValue,
    CallOutcome,
    LeadKind,
    ObjectionScope,
    RejectReason,
    Role,
    Telephony,
)
from leaddesk.pages.listing import card_lines, headline, plain_card, plain_row, queue_lines
from leaddesk.pages.words import Words

# Rooms that cost start time (the store, Qt, the web framework) are imported by the command that needs them.

Member = TypeVar("Member", bound=Enum)

#: Years an operation may speak of; the wire takes no others.
_YEARS = range(1900, 9999)

#: Control characters that a terminal would obey. What is printed is text, whoever wrote it.
_OBEYED = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    _make_streams_safe("--json" in given)
    call = Call(argparse.Namespace(json="--json" in given), Words(_wish(given), "", SystemClock().now))
    try:
        parser = _parser(call.words, call.arguments.json)
        if any("\0" in one or any("\ud800" <= letter <= "\udfff" for letter in one) for one in given):
            parser.error(call.words.say("An argument holds what is no text; the terminal and LeadDesk speak UTF-8."))
        call.arguments = parser.parse_args(given)
        code = int(call.arguments.run(call))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except LeadDeskError as trouble:
        call.complain(trouble)
        return 2 if trouble.key in _USAGE else 1
    except BrokenPipeError:
        # Whoever read has read enough. What is left in the buffer goes nowhere, without a second complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as trouble:
        call.complain(_told(trouble))
        return 1
    except EOFError:
        call.complain(BadInput("password-not-given"))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        call.close()


#: Troubles of the command line itself.
_USAGE = frozenset({"import-needs-file", "mapping-needs-equals", "user-needs-role", "setting-unknown"})


def _told(trouble: OSError) -> LeadDeskError:
    """An error of the system that no room has translated, for people."""
    if trouble.errno == errno.ENOSPC:
        return StoreTrouble("disk-full")
    return BadInput("file-not-usable", file=str(trouble.filename or ""), why=trouble.strerror or str(trouble))


def _make_streams_safe(as_json: bool) -> None:
    """No character can stop a command: JSON is UTF-8, text keeps the terminal's encoding and escapes the rest."""
    for stream, chosen in ((sys.stdin, {}), (sys.stdout, {"encoding": "utf-8"}), (sys.stderr, {"encoding": "utf-8"})):
        if hasattr(stream, "reconfigure"):
            errors = "surrogateescape" if stream is sys.stdin else "backslashreplace"
            stream.reconfigure(errors=errors, **(chosen if as_json else {}))


def _wish(given: Sequence[str]) -> str:
    """The language asked for, looked at before anything is parsed: usage is said in it too."""
    for one, following in zip(given, (*given[1:], ""), strict=True):
        if one == "--language":
            return following
        if one.startswith("--language="):
            return one.partition("=")[2]
    return ""


class Call:
    """One call of a command: its arguments, its language, and the desk it opens when it needs one."""

    def __init__(self, arguments: argparse.Namespace, words: Words) -> None:
        self.arguments = arguments
        self.words = words
        self._desk: Any = None  # Any: Desk is imported only where it is opened

    def desk(self) -> Any:  # Any: as above
        """The profile's desk."""
        from leaddesk.desk.desk import Desk

        profile = Profile.default()
        start_log(profile)
        ask = (lambda: getpass.getpass(self.words.say("Passphrase: "))) if _asks_a_person() else None
        desk = self._desk = Desk.open(profile, SystemClock(), Ids(), ask)
        if desk.recovery_code:
            self.warn(self.words.say("Recovery code, shown this once; keep it safe: {code}", code=desk.recovery_code))
        choices = desk.settings.all()
        language = getattr(self.arguments, "language", "") or choices.language
        self.words = Words(language, choices.zone, SystemClock().now, desk.user_name)
        return desk

    def close(self) -> None:
        """Close the desk, where one was opened."""
        if self._desk is not None:
            self._desk.close()

    def out(self, value: object, text: str | Iterable[str]) -> None:
        """Print the value as JSON where that was asked for, else the text or its lines."""
        if self.arguments.json:
            print(json.dumps(value, ensure_ascii=False, default=_plain))
            return
        for line in (text,) if isinstance(text, str) else text:
            print(line.translate(_OBEYED))

    def warn(self, text: str) -> None:
        """Say something beside the answer."""
        print(text.translate(_OBEYED), file=sys.stderr)

    def complain(self, trouble: LeadDeskError) -> None:
        """Say why it was not done, and what is safe or what to do next."""
        if self.arguments.json:
            told = {"error": trouble.key, "values": trouble.values, "message": self.words.error(trouble)}
            print(json.dumps(told, ensure_ascii=False, default=_plain), file=sys.stderr)
        else:
            self.warn(f"{self.words.error(trouble)}\n{self.words.advice(trouble)}")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def _asks_a_person() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def password(words: Words) -> str:
    """A password from a prompt, or the first line of standard input. Raises ``BadInput``."""
    if _asks_a_person():
        given = getpass.getpass(words.say("Password: "))
    else:
        given = sys.stdin.readline().rstrip("\r\n").removeprefix("\ufeff") if sys.stdin is not None else ""
    if not given:
        raise BadInput("password-not-given")
    if any("\ud800" <= letter <= "\udfff" for letter in given):
        raise BadInput("password-not-text")
    return given


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
    rows = desk.rows(desk.order().ids[: call.arguments.limit])
    call.out([plain_row(row, call.words) for row in rows], queue_lines(rows, call.words, SystemClock().now()))
    return 0


def _lead(call: Call) -> int:
    desk = call.desk()
    card = desk.card(desk.find(call.arguments.id))
    call.out(plain_card(card, call.words), card_lines(card, call.words))
    return 0


def _search(call: Call) -> int:
    rows = call.desk().search(call.arguments.text, call.arguments.limit)
    text = [headline(row) for row in rows] or call.words.say("Nothing found.")
    call.out([plain_row(row, call.words) for row in rows], text)
    return 0


def _act(make: Callable[[argparse.Namespace, str], op.Act]) -> Callable[[Call], int]:
    """A command that does one act to one lead."""

    def run(call: Call) -> int:
        desk = call.desk()
        lead = desk.find(call.arguments.id)
        for name, value in vars(call.arguments).items():
            if isinstance(value, datetime):
                setattr(call.arguments, name, call.words.instant(value))
            elif name in ("owner", "to") and value:
                setattr(call.arguments, name, desk.find_user(value))
        done, _ = desk.do(make(call.arguments, lead))
        return _did(call, done)

    return run


def _did(call: Call, done: Any) -> int:  # Any: ActResult
    words = call.words
    told = [words.say("Saved on this computer: {operation}", operation=done.op)]
    if done.notice is not None:
        told.append(words.phrase(done.notice))
    if done.state is not None:
        told.append(words.label(done.state))
    call.out({"op": done.op, "lead": done.lead, "state": done.state}, " · ".join(told))
    return 0


def _undo(call: Call) -> int:
    done, _ = call.desk().undo()
    return _did(call, done)


def _new(call: Call) -> int:
    arguments, desk = call.arguments, call.desk()
    from leaddesk.desk.typed import TypedLead

    done, _ = desk.new_lead(
        TypedLead(
            company=arguments.company, business_id=arguments.business_id, person=arguments.person,
            title=arguments.title, phone=arguments.phone, email=arguments.email, kind=arguments.kind,
            theme=arguments.theme, channel=arguments.channel,
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
    if done.refused and not call.arguments.json:
        for one in desk.attention.list():
            call.warn(f"{words.term('act', one.kind)} · {one.account}: {words.phrase(one.reason)}")
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
    keeper = words.term("key-keeper", told.key_kept)
    lines.append(words.say("The key of the store is kept by: {keeper}", keeper=keeper))
    call.out(
        {
            "signed_in": told.signed_in, "online": told.online, "waiting": told.waiting, "attention": told.attention,
            "last_sync": told.last_sync, "offline_since": told.offline_since, "user": told.user, "role": told.role,
            "central": told.central, "profile": told.profile, "key": told.key_kept, "skew_seconds": told.skew_seconds,
            "trouble": told.trouble.key if told.trouble is not None else None, "state": words.sync_state(told),
        },
        lines,
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
    text = [f"{one.id}  {one.account} · {words.term('act', one.kind)}: {words.phrase(one.reason)}" for one in rows]
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
        fields = [{"column": one, "field": field} for one, field in zip(preview.columns, preview.mapping, strict=True)]
        call.out(fields, [f"{one['column']}  ->  {one['field'] or '-'}" for one in fields])
        return 0

    def progress(done: int, total: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            print(f"\r{done}/{total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    with _stopped_by_hand() as stopped:
        result, _ = desk.imports.run(
            path, mapping, progress=progress, cancelled=stopped, dry_run=arguments.dry_run,
            source_name=arguments.source, failed_path=Path(arguments.failed) if arguments.failed else None,
        )  # fmt: skip
    text = [
        words.say(
            "{rows} rows read: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed.",
            rows=result.rows, created=result.created, updated=result.updated, unchanged=result.unchanged,
            failed=result.failed,
        )
    ]  # fmt: skip
    if result.cancelled:
        text.append(words.say("Stopped. What was finished stays; the rest was left out."))
    if result.failed_file:
        text.append(words.say("Failed rows with their reasons: {path}", path=result.failed_file))
    taken = result.created + result.updated + result.unchanged
    if taken and not arguments.dry_run:
        text.append(words.say("To take it back: leaddesk import --undo {id}", id=result.import_id))
    call.out(
        {
            "import": result.import_id, "rows": result.rows, "created": result.created, "updated": result.updated,
            "unchanged": result.unchanged, "failed": result.failed, "failed_file": result.failed_file,
            "dry_run": arguments.dry_run, "cancelled": result.cancelled,
        },
        text,
    )  # fmt: skip
    return 1 if result.cancelled or (result.failed and not taken) else 0


@contextmanager
def _stopped_by_hand() -> Iterator[Callable[[], bool]]:
    """Ctrl-C once: stop after the portion at hand. Twice: at once, as everywhere."""
    pressed = threading.Event()

    def press(_number: int, _frame: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _mapping(pairs: Sequence[str]) -> dict[str, str] | None:
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals:
            raise BadInput("mapping-needs-equals", given=pair)
        mapping[column] = field
    return mapping or None


def _set(call: Call) -> int:
    call.desk().settings.set(call.arguments.name, call.arguments.value)
    call.out({call.arguments.name: call.arguments.value}, f"{call.arguments.name} = {call.arguments.value}")
    return 0


def _window(call: Call) -> int:
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise BadInput("no-display")
    from leaddesk.ui.app import run

    return run(Profile.default(), call.arguments.language or "")


# --- the central's side -----------------------------------------------------------------------------------------


def _serve(call: Call) -> int:
    from leaddesk.server.run import serve

    arguments, words = call.arguments, call.words

    def ready(url: str) -> None:
        if url.startswith("http:") and arguments.host not in ("127.0.0.1", "localhost", "::1"):
            call.warn(words.say("Without a certificate, what goes over the network can be read on the way."))
        print(f"listening on {url}", flush=True)

    # A service manager's stop is a clean end, as Ctrl-C is: uvicorn finishes what it answers and raises it again.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return serve(arguments.db, arguments.host, arguments.port, arguments.certificate, arguments.private_key, ready)
    except KeyboardInterrupt:
        return 0


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
            arguments.db, arguments.user, arguments.role, password(words), name=arguments.name or "",
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


class _Help(argparse.HelpFormatter):
    """Never breaks a word of the vocabularies in two: what help lists can be copied and searched."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in self._split_lines(text, width))


class _Parser(argparse.ArgumentParser):
    """Tells usage in the reader's language where it is ours, and as JSON where that was asked for."""

    def __init__(self, words: Words, as_json: bool, **rest: Any) -> None:  # Any: what argparse takes
        super().__init__(**rest, allow_abbrev=False, formatter_class=_Help)
        self._words = words
        self._as_json = as_json

    def error(self, message: str) -> NoReturn:
        if self._as_json:
            print(json.dumps({"error": "usage", "values": {}, "message": message}, ensure_ascii=False), file=sys.stderr)
        else:
            self.print_usage(sys.stderr)
            print(f"{self.prog}: {message}".translate(_OBEYED), file=sys.stderr)
            print(self._words.say("Help: {command:plain} --help", command=self.prog), file=sys.stderr)
        raise SystemExit(2)


class _Kinds:
    """What the texts of arguments are read as. Each raises ``ArgumentTypeError`` with a sentence."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def moment(self, text: str) -> datetime:
        """ISO 8601; without an offset it is meant where the reader is, which only the profile's settings tell."""
        try:
            told = datetime.fromisoformat(text)
            if told.year in _YEARS and told.astimezone(UTC).year in _YEARS:
                return told
        except (ValueError, OverflowError, OSError):
            pass
        raise argparse.ArgumentTypeError(
            self._words.say(
                "not a time as ISO 8601 writes it: “{given:plain}”. For example: 2027-03-31T14:30", given=text[:60]
            )
        )

    def whole(self, least: int, most: int) -> Callable[[str], int]:
        """A whole number between two."""

        def read(text: str) -> int:
            try:
                number = int(text)
            except ValueError:
                number = least - 1
            if least <= number <= most:
                return number
            raise argparse.ArgumentTypeError(
                self._words.say(
                    "not a whole number between {least:plain} and {most:plain}: “{given:plain}”",
                    least=least, most=most, given=text[:60],
                )
            )  # fmt: skip

        return read

    def one_of(self, kind: type[Member]) -> Callable[[str], Member]:
        """A value of a closed vocabulary."""

        def read(text: str) -> Member:
            try:
                return kind(text)
            except ValueError:
                raise argparse.ArgumentTypeError(
                    self._words.say(
                        "not known: “{given:plain}”. Choose one of: {expected:plain}",
                        given=text[:60],
                        expected=_all(kind),
                    )
                ) from None

        return read


def _all(kind: type[Enum]) -> str:
    return ", ".join(str(one.value) for one in kind)


def _parser(words: Words, as_json: bool) -> argparse.ArgumentParser:
    say, kinds = words.say, _Kinds(words)

    class Spoken(_Parser):
        def __init__(self, **rest: Any) -> None:  # Any: what argparse takes
            super().__init__(words, as_json, **rest)

    parser = Spoken(prog="leaddesk", description=say("The lead work queue. Without a command: the window."))
    parser.add_argument("--version", action="version", version=f"LeadDesk {__version__}")
    _common(parser, words)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Spoken)

    def add(name: str, run: Callable[[Call], int], help_: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_, description=help_)
        _common(made, words, top=False)
        made.set_defaults(run=run)
        return made

    def add_lead(name: str, make: Callable[[argparse.Namespace, str], op.Act], help_: str) -> argparse.ArgumentParser:
        made = add(name, _act(make), help_)
        made.add_argument("id", metavar="ID", help=say("lead id, or a unique beginning or end of one"))
        return made

    def choose(made: argparse.ArgumentParser, name: str, kind: type[Enum], default: Enum | None = None) -> None:
        made.add_argument(
            f"--{name}", type=kinds.one_of(kind), default=default, metavar=name.upper(),
            help=say("one of: {expected:plain}", expected=_all(kind)),
        )  # fmt: skip

    def need(made: argparse.ArgumentParser, name: str, kind: type[Enum]) -> None:
        made.add_argument(
            f"--{name}", type=kinds.one_of(kind), required=True, metavar=name.upper(),
            help=say("one of: {expected:plain}", expected=_all(kind)),
        )  # fmt: skip

    def when(made: argparse.ArgumentParser, name: str, required: bool = True, help_: str = "") -> None:
        told = say("ISO 8601; local time where it has no offset")
        made.add_argument(
            f"--{name}", type=kinds.moment, required=required, default=None, metavar="WHEN",
            help=f"{help_}; {told}" if help_ else told,
        )  # fmt: skip

    def text(made: argparse.ArgumentParser, *names: str) -> None:
        for name in names:
            made.add_argument(f"--{name}", default="", metavar="TEXT")

    add("window", _window, say("open the desk"))
    login = add(
        "login", _login, say("sign this computer in to a central; the password from a prompt or standard input")
    )
    login.add_argument("url", metavar="URL")
    login.add_argument("--user", required=True)

    imports = add("import", _import, say("import a CSV or XLSX file"))
    imports.add_argument("file", nargs="?", metavar="FILE")
    imports.add_argument("--dry-run", action="store_true", help=say("read and check, write nothing"))
    imports.add_argument("--columns", action="store_true", help=say("show how the columns are read"))
    imports.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD",
        help=say("read a column as a field; an empty field leaves it out"),
    )  # fmt: skip
    imports.add_argument(
        "--source", default="",
        help=say("the name of the source; files that share ids share it (default: the folder's name)"),
    )  # fmt: skip
    imports.add_argument("--failed", default="", metavar="FILE", help=say("where failed rows are written"))
    imports.add_argument("--undo", default="", metavar="IMPORT", help=say("take an import back"))

    queue = add("queue", _queue, say("who is next, and why"))
    queue.add_argument("--limit", type=kinds.whole(1, 1_000_000), default=20, metavar="N")
    lead = add("lead", _lead, say("the card of one lead"))
    lead.add_argument("id", metavar="ID")
    search = add("search", _search, say("find leads by company, person, number, place or words of a note"))
    search.add_argument("text", metavar="TEXT")
    search.add_argument("--limit", type=kinds.whole(1, 1_000_000), default=20, metavar="N")

    new = add("new", _new, say("type in a lead"))
    text(new, "company", "business-id", "person", "title", "phone", "email", "theme", "channel")
    choose(new, "kind", LeadKind, LeadKind.OUTBOUND)

    add_lead("take", lambda a, lead: op.Take(lead=lead), say("take a lead into work"))
    call = add_lead(
        "call",
        lambda a, lead: op.LogCall(lead=lead, outcome=a.outcome, telephony=a.telephony, note=a.note, until=a.until),
        say("log a call. Outcomes: {expected:plain}", expected=_all(CallOutcome)),
    )
    need(call, "outcome", CallOutcome)
    choose(call, "telephony", Telephony, Telephony.UNKNOWN)
    text(call, "note")
    when(call, "until", False, say("promised time, or when to return"))
    note = add_lead("note", lambda a, lead: op.Note(lead=lead, text=a.text), say("write a note"))
    note.add_argument("text", metavar="TEXT")
    meeting = add_lead(
        "meeting",
        lambda a, lead: op.BookMeeting(lead=lead, starts=a.at, place=a.place, note=a.note),
        say("book a meeting"),
    )
    when(meeting, "at")
    text(meeting, "place", "note")
    held = add_lead(
        "met",
        lambda a, lead: op.LogMeeting(
            lead=lead, held=a.at or SystemClock().now(), took_place=not a.cancelled, note=a.note
        ),
        say("log a meeting that was held"),
    )
    when(held, "at", False)
    held.add_argument("--cancelled", action="store_true", help=say("it did not take place"))
    text(held, "note")
    answer = add_lead(
        "answer",
        lambda a, lead: op.Answer(lead=lead, question=_question(a.question), value=a.value, text=a.text),
        say("an answer to a script question or a BANT element ({expected:plain})", expected=", ".join(QUESTIONS)),
    )
    answer.add_argument("question", metavar="QUESTION")
    answer.add_argument("value", metavar="VALUE")
    answer.add_argument("--text", default="", metavar="TEXT", help=say("in the customer's words"))
    accept = add_lead("accept", lambda a, lead: op.Accept(lead=lead, bant=_bant(a), note=a.note), say("accept a lead"))
    text(accept, "note")
    for element in BantElement:
        choose(accept, element.value, BantValue)
    reject = add_lead(
        "reject",
        lambda a, lead: op.Reject(lead=lead, reason=a.reason, text=a.text, until=a.until),
        say("reject a lead. Reasons: {expected:plain}", expected=_all(RejectReason)),
    )
    need(reject, "reason", RejectReason)
    text(reject, "text")
    when(reject, "until", False, say("when timing may be right"))
    snooze = add_lead(
        "snooze", lambda a, lead: op.Snooze(lead=lead, until=a.until), say("out of the queue until a time")
    )
    when(snooze, "until")
    callback = add_lead("callback", lambda a, lead: op.Callback(lead=lead, at_time=a.at), say("promise a call"))
    when(callback, "at")
    nurture = add_lead(
        "nurture", lambda a, lead: op.ReturnToNurture(lead=lead, until=a.until, text=a.text), say("return to marketing")
    )
    when(nurture, "until", False)
    text(nurture, "text")
    offer = add_lead("offer", lambda a, lead: op.Offer(lead=lead, owner=a.owner), say("offer a lead to sales"))
    offer.add_argument("--owner", default="", metavar="USER")
    hand = add_lead(
        "hand-over", lambda a, lead: op.HandOver(lead=lead, to=a.to, text=a.text), say("give a lead to a colleague")
    )
    hand.add_argument("--to", required=True, metavar="USER")
    text(hand, "text")
    won = add_lead("won", lambda a, lead: op.Won(lead=lead, value_eur=a.value), say("the lead became a sale"))
    won.add_argument("--value", type=kinds.whole(0, 10**12), default=None, metavar="EUROS")
    lost = add_lead("lost", lambda a, lead: op.Lost(lead=lead, text=a.text), say("the lead did not become a sale"))
    text(lost, "text")
    fact = add_lead(
        "fact", lambda a, lead: op.SetFact(lead=lead, key=a.key, value=a.value), say("state a fact of the company")
    )
    fact.add_argument("key", metavar="KEY")
    fact.add_argument("value", metavar="VALUE")
    objection = add_lead(
        "object",
        lambda a, lead: op.Objection(lead=lead, scope=a.scope, how=a.how),
        say("do not contact; wins over everything"),
    )
    choose(objection, "scope", ObjectionScope, ObjectionScope.PERSON)
    text(objection, "how")

    add("undo", _undo, say("undo this computer's latest act"))
    sync = add("sync", _sync, say("send what waits, fetch what is new"))
    sync.add_argument("--accept-removal", action="store_true", help=say("let one pull take away many leads"))
    add("status", _status, say("where this desk stands"))
    attention = add("attention", _attention, say("operations that need a person"))
    for name, told in (
        ("retry", say("do it again, on the lead as it is now")),
        ("dismiss", say("let it go; it stays in the store")),
        ("export", say("write the list as JSON lines")),
    ):
        attention.add_argument(f"--{name}", default="", metavar="FILE" if name == "export" else "OP", help=told)
    chosen = add("set", _set, say("choose a setting"))
    chosen.add_argument("name", metavar="NAME")
    chosen.add_argument("value", metavar="VALUE")

    serve = add("serve", _serve, say("run the central"))
    serve.add_argument("--db", required=True, metavar="URL")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--port", type=kinds.whole(0, 65_535), default=8440, metavar="PORT", help=say("0 takes a free one")
    )
    for name in ("certificate", "private-key"):
        serve.add_argument(f"--{name}", default="", metavar="FILE", help=say("for HTTPS, PEM"))
    admin = commands.add_parser("admin", help=say("the central's administration"))
    tasks = admin.add_subparsers(metavar="TASK", required=True, parser_class=Spoken)
    for name, run, told in (
        ("init", _admin_init, say("make an organisation with its first administrator")),
        ("user", _admin_user, say("add a user, change a password, disable a user, sign devices out")),
        ("export", _admin_export, say("everything the central holds, as JSON lines")),
    ):
        made = tasks.add_parser(name, help=told, description=told)
        _common(made, words, top=False)
        made.set_defaults(run=run)
        made.add_argument("--db", required=True, metavar="URL")
        if name == "init":
            made.add_argument("--tenant", required=True)
            made.add_argument("--user", required=True)
        elif name == "user":
            made.add_argument("what", choices=["add", "password", "disable", "revoke"])
            made.add_argument("--user", required=True)
            choose(made, "role", Role)
            made.add_argument("--name", default="")
            made.add_argument("--team", action="append", default=[])
            made.add_argument("--tenant", default="")

    demo = add("demo", _demo, say("a demonstration with fictive companies, central and desk on this computer"))
    demo.add_argument("--headless", action="store_true", help=say("as text, with a picture of the window"))
    demo.add_argument("--picture", default="leaddesk-demo.png", metavar="PNG")
    demo.add_argument("--leads", type=kinds.whole(40, 20_000), default=240, metavar="N")
    return parser


def _common(parser: argparse.ArgumentParser, words: Words, top: bool = True) -> None:
    default: dict[str, Any] = {} if top else {"default": argparse.SUPPRESS}  # Any: argparse marks "none" by a string
    parser.add_argument("--json", action="store_true", help=words.say("print JSON"), **default)
    parser.add_argument("--language", choices=LANGUAGES, help=words.say("fi, sv or en"), **default)


def _question(text: str) -> str:
    return f"bant.{text}" if f"bant.{text}" in QUESTIONS else text


def _bant(arguments: argparse.Namespace) -> tuple[tuple[BantElement, BantValue], ...]:
    stated = ((one, getattr(arguments, one.value)) for one in BantElement)
    return tuple((element, value) for element, value in stated if value is not None)


if __name__ == "__main__":
    sys.exit(main())
