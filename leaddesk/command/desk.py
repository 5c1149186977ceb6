"""Commands of the desk that are no act on a lead: sign in, look, sync, settings, the window."""

import os
from datetime import datetime
from pathlib import Path

from leaddesk.command.act import told
from leaddesk.command.call import Call, password
from leaddesk.command.parser import Commands
from leaddesk.config.folders import Profile
from leaddesk.config.port import SystemClock
from leaddesk.config.screen import has_display
from leaddesk.config.settings import setting_names
from leaddesk.desk.rows import AttentionRow, QueueRow
from leaddesk.domain.errors import BadInput, Denied
from leaddesk.domain.words import LeadKind
from leaddesk.pages.listing import card_lines, headline, plain_card, plain_row, queue_lines
from leaddesk.pages.words import Words


def add_to(commands: Commands) -> None:
    """Add them."""
    say, kinds = commands.words.say, commands.kinds
    commands.add("window", window, say("open the desk"))
    login = commands.add(
        "login", _login, say("sign this computer in to a central; the password from a prompt or standard input")
    )
    login.add_argument("url", metavar="URL", help=say("the central's address"))
    login.add_argument("--user", required=True, metavar="USER", help=say("your user name"))

    queue = commands.add("queue", _queue, say("who is next, and why"))
    queue.add_argument(
        "--limit", type=kinds.whole(1, 1_000_000), default=20, metavar="N", help=say("at most so many leads")
    )
    commands.add("late", _late, say("promises that are late, or soon, as the central has told you"))
    commands.add(
        "between", _between, say("leads without owner, next step or segment, and stalled ones; ends with 1 if any")
    )
    lead = commands.add("lead", _lead, say("the card of one lead"))
    lead.add_argument("id", metavar="ID", help=say("lead id, or a unique beginning or end of one"))
    search = commands.add("search", _search, say("find leads by company, person, number, place or words of a note"))
    search.add_argument("text", metavar="TEXT", help=say("words that must all be found"))
    search.add_argument(
        "--limit", type=kinds.whole(1, 1_000_000), default=20, metavar="N", help=say("at most so many leads")
    )

    new = commands.add("new", _new, say("type in a lead"))
    commands.text(new, "company", "business-id", "person", "title", "phone", "email", "theme", "channel")
    commands.choose(new, "kind", LeadKind, LeadKind.OUTBOUND, help_=say("what kind of lead it is"))

    commands.add("undo", _undo, say("undo this computer's latest act"))
    sync = commands.add("sync", _sync, say("send what waits, fetch what is new"))
    sync.add_argument("--accept-removal", action="store_true", help=say("let one pull take away many leads"))
    check = commands.add("check", _check, say("compare this desk with the central and mend what differs"))
    check.add_argument("--accept-removal", action="store_true", help=say("let it take away many leads"))
    commands.add("status", _status, say("where this desk stands"))
    attention = commands.add("attention", _attention, say("operations that need a person"))
    for name, help_ in (
        ("retry", say("do it again, on the lead as it is now")),
        ("dismiss", say("let it go; it stays in the store")),
        ("export", say("write the list as JSON lines")),
    ):
        attention.add_argument(f"--{name}", default="", metavar="FILE" if name == "export" else "OP", help=help_)
    chosen = commands.add("set", _set, say("choose a setting"))
    chosen.add_argument(
        "name", metavar="NAME", help=say("one of: {expected:plain}", expected=", ".join(setting_names()))
    )
    chosen.add_argument("value", metavar="VALUE", help=say("what it shall be"))


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
    if not desk.status().signed_in:
        raise Denied("not-signed-in")
    rows = desk.rows(desk.order().ids[: call.arguments.limit])
    call.out([plain_row(row, call.words) for row in rows], queue_lines(rows, call.words, SystemClock().now()))
    return 0


def _late(call: Call) -> int:
    rows = call.desk().escalations.rows()
    now = SystemClock().now()
    text = [f"{headline(row)}\n    {_told_late(row, call.words, now)}" for row in rows]
    call.out([plain_row(row, call.words) for row in rows], text or call.words.say("Every promise is kept."))
    return 0


def _between(call: Call) -> int:
    rows = call.desk().views.between()
    text = [f"{headline(row)}\n    {call.words.phrase(row.reason)}" for row in rows]
    call.out([plain_row(row, call.words) for row in rows], text or call.words.say("Nothing falls between."))
    return 1 if rows else 0


def _told_late(row: QueueRow, words: Words, now: datetime) -> str:
    return " · ".join(one for one in (words.phrase(row.reason), words.countdown(row.due, now)) if one)


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


def _undo(call: Call) -> int:
    done, _ = call.desk().undo()
    return told(call, done)


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
    return told(call, done)


def _sync(call: Call) -> int:
    desk = call.desk()
    if call.arguments.accept_removal:
        desk.allow_removal()
    done, _ = desk.sync()
    words = call.words
    call.out(
        {
            "pushed": done.pushed, "pulled": done.pulled, "refused": done.refused, "waiting": done.waiting,
            "held": done.held,
        },
        words.say(
            "Sent {pushed}, received {pulled}, refused {refused}, waiting {waiting}.",
            pushed=done.pushed, pulled=done.pulled, refused=done.refused, waiting=done.waiting,
        ),
    )  # fmt: skip
    skew = words.skew(desk.status().skew_seconds)
    if skew and not call.arguments.json:
        call.warn(skew[0].upper() + skew[1:] + ".")
    troubled = bool(done.refused or done.held)
    if troubled and not call.arguments.json:
        for line in _attention_lines(desk.attention.list(), words):
            call.warn(line)
    return 1 if troubled else 0


def _check(call: Call) -> int:
    desk, words = call.desk(), call.words
    desk.store.check()
    if call.arguments.accept_removal:
        desk.allow_removal()
    done, _ = desk.recount()
    call.out(
        {"compared": done.compared, "mended": done.mended},
        words.plural(
            "{n} company compared with the central, {mended} mended.",
            "{n} companies compared with the central, {mended} mended.",
            done.compared, mended=done.mended,
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
    keeper = words.term("key-keeper", told.key_kept)
    lines.append(words.say("The key of the store is kept by: {keeper}", keeper=keeper))
    call.out(
        {
            "signed_in": told.signed_in, "online": told.online, "waiting": told.waiting, "attention": told.attention,
            "held": told.held, "last_sync": told.last_sync, "offline_since": told.offline_since,
            "user": told.user, "role": told.role,
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
         "reason": words.phrase(one.reason), "text": one.text, "held": one.held}
        for one in rows
    ]  # fmt: skip
    call.out(told, _attention_lines(rows, words) or words.say("Nothing needs attention."))
    return 0


def _attention_lines(rows: list[AttentionRow], words: Words) -> list[str]:
    lines = []
    for one in rows:
        lines.append(f"{one.id}  {one.account} · {words.term('act', one.kind)}: {words.phrase(one.reason)}")
        if one.held:
            lines.append("  " + words.plural("{n} later act is held back.", "{n} later acts are held back.", one.held))
    if any(one.held for one in rows):
        lines.append(words.say("leaddesk attention --retry OP or --dismiss OP lets what is held back go."))
    return lines


def _set(call: Call) -> int:
    call.desk().settings.set(call.arguments.name, call.arguments.value)
    call.out({call.arguments.name: call.arguments.value}, f"{call.arguments.name} = {call.arguments.value}")
    return 0


def window(call: Call) -> int:
    """Open the window, or say that there is no screen for it."""
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise BadInput("no-display")
    from leaddesk.ui.app import run

    return run(Profile.default(), call.arguments.language or "")
