"""Commands of the central's side: serve it, and its administration over the database."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

from leaddesk.command.call import Call, password, plain
from leaddesk.command.parser import Commands
from leaddesk.config.port import SystemClock
from leaddesk.domain.between import NEVER
from leaddesk.domain.errors import BadInput
from leaddesk.domain.report import PERIODS, WHOLE
from leaddesk.domain.words import Role
from leaddesk.pages.words import Words


def add_to(commands: Commands) -> None:
    """Add them."""
    say = commands.words.say
    serve = commands.add("serve", _serve, say("run the central"))
    database = say("the database: a file's name, or any SQLAlchemy URL")
    serve.add_argument("--db", required=True, metavar="URL", help=database)
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help=say("the address to listen at; by default this computer alone"),
    )
    serve.add_argument(
        "--port", type=commands.kinds.whole(0, 65_535), default=8440, metavar="PORT", help=say("0 takes a free one")
    )
    for name in ("certificate", "private-key"):
        serve.add_argument(f"--{name}", default="", metavar="FILE", help=say("for HTTPS, PEM"))
    tasks = commands.group("admin", say("the central's administration"))
    for name, run, told in (
        ("init", _admin_init, say("make an organisation with its first administrator")),
        ("user", _admin_user, say("add a user, change a password, disable a user, sign devices out")),
        ("export", _admin_export, say("everything the central holds, as JSON lines")),
        ("backup", _admin_backup, say("everything the central holds into a file, read again before it counts")),
        ("restore", _admin_restore, say("put a backup in the place of what the central holds")),
        (
            "between",
            _admin_between,
            say("whether every lead has an owner, a next step and a segment; ends with 1 if not"),
        ),
        ("report", _admin_report, say("the page for both sides as one HTML file, for those without a desk")),
    ):
        made = tasks.add(name, run, told)
        made.add_argument("--db", required=True, metavar="URL", help=database)
        if name == "init":
            made.add_argument("--tenant", required=True, metavar="NAME", help=say("the organisation's name"))
            made.add_argument("--user", required=True, metavar="USER", help=say("the administrator's user name"))
        elif name == "between":
            made.add_argument(
                "--tenant", default="", metavar="NAME", help=say("the organisation, where there are several")
            )
        elif name == "report":
            made.add_argument("file", metavar="FILE", help=say("the page, HTML"))
            made.add_argument(
                "--back", type=commands.kinds.whole(WHOLE, PERIODS - 1), default=0, metavar="N",
                help=say("so many periods ago; -1 is the last twelve together"),
            )  # fmt: skip
            made.add_argument(
                "--tenant", default="", metavar="NAME", help=say("the organisation, where there are several")
            )
        elif name in ("backup", "restore"):
            made.add_argument("file", metavar="FILE", help=say("the backup"))
        elif name == "user":
            made.add_argument(
                "what",
                choices=["add", "password", "disable", "revoke", "away", "back"],
                help=say("what to do: add, change the password, disable, sign devices out, away, back"),
            )
            for one, told in (
                ("first", say("away: the first day, YYYY-MM-DD; by default today")),
                ("last", say("away: the last day, YYYY-MM-DD; by default the first")),
            ):
                made.add_argument(f"--{one}", type=commands.kinds.day, default=None, metavar="DAY", help=told)
            made.add_argument("--user", required=True, metavar="USER", help=say("the user name"))
            commands.choose(made, "role", Role, help_=say("what a new user may do"))
            made.add_argument("--name", default="", metavar="NAME", help=say("a new user's name for people"))
            made.add_argument(
                "--team",
                action="append",
                default=[],
                metavar="TEAM",
                help=say("a team of a new user; may be said again"),
            )
            made.add_argument(
                "--tenant", default="", metavar="NAME", help=say("the organisation, where there are several")
            )


def _serve(call: Call) -> int:
    from leaddesk.server import admin
    from leaddesk.server.run import serve

    arguments, words = call.arguments, call.words

    def ready(url: str) -> None:
        if url.startswith("http:") and arguments.host not in ("127.0.0.1", "localhost", "::1"):
            call.warn(words.say("Without a certificate, what goes over the network can be read on the way."))
        print(f"listening on {url}", flush=True)
        if not admin.has_organisation(arguments.db):
            call.warn(
                words.say(
                    "Nobody can sign in yet: this database has no organisation. Make one: {command:plain}",
                    command=f"leaddesk admin init --db {arguments.db} --tenant NAME --user USER",
                )
            )

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
    elif arguments.what == "away":
        first = arguments.first or SystemClock().now().astimezone().date()
        last = arguments.last or first
        admin.set_away(arguments.db, arguments.user, first, last)
        call.out(
            {"user": arguments.user, "first": str(first), "last": str(last)},
            words.say("Away: {user}, {first:date} – {last:date}", user=arguments.user, first=first, last=last),
        )
    elif arguments.what == "back":
        ended = admin.set_back(arguments.db, arguments.user, SystemClock().now().astimezone().date())
        call.out({"user": arguments.user, "ended": ended}, words.say("Back: {user}", user=arguments.user))
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
        print(json.dumps(line, ensure_ascii=False, default=plain))
    return 0


def _admin_backup(call: Call) -> int:
    from leaddesk.server.backup import backup

    path = Path(call.arguments.file)
    number = backup(call.arguments.db, path)
    call.out(
        {"file": str(path), "rows": number},
        call.words.plural("{n} row written and read again: {path}", "{n} rows written and read again: {path}", number,
                          path=str(path)),
    )  # fmt: skip
    return 0


def _admin_report(call: Call) -> int:
    from leaddesk.server.reporting import page

    words, path = call.words, Path(call.arguments.file)
    clock = SystemClock()

    def spoken(names: Callable[[str], str]) -> Words:
        return Words(words.language, "", clock.now, names)

    text = page(call.arguments.db, call.arguments.tenant, clock.now(), call.arguments.back, spoken)
    path.write_text(text, encoding="utf-8")
    call.out({"file": str(path)}, words.say("The page is in {path}.", path=str(path)))
    return 0


def _admin_between(call: Call) -> int:
    from leaddesk.server.checking import between

    words = call.words
    found, seen = between(call.arguments.db, call.arguments.tenant, SystemClock().now())
    text = [" ".join((one.lead, words.sentence(f"gap-{one.gap}", {"at": one.moved_at}))) for one in found]
    wrong = [one for one in found if one.gap in NEVER]
    text.append(
        words.say(
            "{n:number} leads looked at: {wrong:number} without owner, next step or segment, {stalled:number} stalled.",
            n=seen, wrong=len(wrong), stalled=len(found) - len(wrong),
        )
    )  # fmt: skip
    told = [{"lead": one.lead, "gap": one.gap, "moved_at": one.moved_at} for one in found]
    call.out({"leads": seen, "wrong": len(wrong), "found": told}, text)
    return 1 if wrong else 0


def _admin_restore(call: Call) -> int:
    from leaddesk.server.backup import restore

    words = call.words
    done = restore(call.arguments.db, Path(call.arguments.file), SystemClock().now())
    text = [words.plural("{n} row restored.", "{n} rows restored.", done.rows)]
    text.append(words.say("Every desk sends again what it has done since; each act counts once."))
    if done.lacking:
        call.warn(
            words.say(
                "Two later backups were made after this one. What was done in between may be missing: desks no longer "
                "keep it. Restore a later backup, or what was there before."
            )
        )
    if done.kept is not None:
        text.append(words.say("What was there before: {path}", path=str(done.kept)))
    before = str(done.kept) if done.kept is not None else None
    call.out({"rows": done.rows, "before": before, "lacking": done.lacking}, text)
    return 0
