"""The command of the page for both sides: its figures, and the leads that one of them counts."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

from leaddesk.command.call import Call
from leaddesk.command.parser import Commands
from leaddesk.domain.errors import Unreachable
from leaddesk.domain.report import PERIODS, WHOLE, Report
from leaddesk.pages.listing import headline, plain_row
from leaddesk.pages.report import as_of, figure_name, sections, title_of
from leaddesk.pages.words import Words


def add_to(commands: Commands) -> None:
    """Add it."""
    say = commands.words.say
    report = commands.add("report", _report, say("how the promises of the agreement were kept, for both sides"))
    back = commands.kinds.whole(WHOLE, PERIODS - 1)
    report.add_argument(
        "--back", type=back, default=0, metavar="N", help=say("so many periods ago; -1 is the last twelve together")
    )
    report.add_argument("--figure", default="", metavar="NAME", help=say("the leads that a figure counts, by its name"))


def _report(call: Call) -> int:
    desk, arguments = call.desk(), call.arguments
    words = call.words
    if arguments.figure:
        rows = desk.reports.rows(desk.reports.leads(arguments.back, arguments.figure))
        title = figure_name(arguments.figure, words, desk.user_name)
        text = [title, *(headline(row) for row in rows)] if rows else words.say("Nothing found.")
        call.out([plain_row(row, words) for row in rows], text)
        return 0
    try:
        found = desk.reports.ask(arguments.back)
    except Unreachable as trouble:
        kept = desk.reports.kept(arguments.back)
        if kept is None:
            raise
        call.warn(words.error(trouble))
        found = kept
    call.out(asdict(found), _lines(found, words, desk.user_name))
    return 0


def _lines(found: Report, words: Words, names: Callable[[str], str]) -> Iterator[str]:
    """The page line by line; a figure that stands alone with the name that it opens by."""
    yield f"{title_of(found, words)}  {as_of(found, words)}"
    for one in sections(found, words, names):
        yield ""
        yield one.title
        if one.about:
            yield f"  {one.about}"
        for label, cells in one.rows:
            heads = one.columns or ("",)
            told = ", ".join(
                " ".join(part for part in (head, cell.text) if part) for head, cell in zip(heads, cells, strict=False)
            )
            names_ = " ".join(cell.figure for cell in cells if cell.figure) if len(cells) == 1 else ""
            yield f"  {label}: {told}" + (f"  [{names_}]" if names_ else "")
