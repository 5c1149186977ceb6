"""The command line: the desk without a window for scripts, the window, the central's side, and the demonstration.

Exit codes: 0 done; 1 refused or offline, with the reason on standard error; 2 usage.
"""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Sequence

from leaddesk import __version__
from leaddesk.command import act, central, desk, imports, report, sla
from leaddesk.command.call import Call
from leaddesk.command.parser import Commands, spoken
from leaddesk.config.port import SystemClock
from leaddesk.domain.errors import BadInput, LeadDeskError, StoreTrouble
from leaddesk.pages.words import Words

#: Troubles of the command line itself.
_USAGE = frozenset({"import-needs-file", "mapping-needs-equals", "user-needs-role", "setting-unknown", "not-agreed"})


def collect_seldom() -> None:
    """Look for cycles less often: a page of a pull makes tens of thousands of values at once, none of them in a cycle,
    and looking them all through took a fifth of a first download."""
    gc.set_threshold(20_000, 20, 20)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit code."""
    if argv is None:
        # A process of its own; whoever calls this from theirs decides for themselves.
        collect_seldom()
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


def _parser(words: Words, as_json: bool) -> argparse.ArgumentParser:
    parser = spoken(words, as_json)
    parser.add_argument("--version", action="version", version=f"LeadDesk {__version__}")
    parser.set_defaults(run=desk.window)
    commands = Commands(words, parser, "COMMAND")
    for one in (desk, imports, act, sla, report, central):
        one.add_to(commands)
    say = words.say
    demo = commands.add("demo", _demo, say("a demonstration with fictive companies, central and desk on this computer"))
    demo.add_argument("--headless", action="store_true", help=say("as text, with a picture of the window"))
    demo.add_argument("--picture", default="leaddesk-demo.png", metavar="PNG", help=say("where the picture is written"))
    demo.add_argument(
        "--leads", type=commands.kinds.whole(40, 20_000), default=240, metavar="N", help=say("how many companies")
    )
    return parser


def _demo(call: Call) -> int:
    from leaddesk.demo import run

    return run(call.arguments, call.words)


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


if __name__ == "__main__":
    sys.exit(main())
