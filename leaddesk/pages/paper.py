"""The page for both sides on paper, or for those without a desk: one HTML file that needs nothing beside it. Numbers
open to their leads; printed, they stand open or shut as they were."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from leaddesk.domain.report import Report
from leaddesk.pages.report import Cell, Section, as_of, figure_name, sections, title_of
from leaddesk.pages.words import Words

_STYLE = """
:root { --bg: #fff; --text: #1b1f24; --muted: #5b6470; --line: #d0d4d9; --ok: #1c7a45; --late: #b3261e; --soon: #8a5200;
  --accent: #0b6e6e; --open: #d0d4d9; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { @media screen { :root { --bg: #15181b; --text: #e8eaed; --muted: #a3adb8;
  --line: #3d454d; --ok: #6fcf97; --late: #ff8a80; --soon: #f0b45a; --accent: #5cc4bd; --open: #3d454d; } } }
body { background: var(--bg); color: var(--text); font: 14px/1.5 Inter, system-ui, sans-serif; margin: 32px auto;
  max-width: 760px; padding: 0 16px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 4px; } p { margin: 4px 0 12px; }
.muted { color: var(--muted); } .ok { color: var(--ok); } .late { color: var(--late); } .soon { color: var(--soon); }
table { border-collapse: collapse; width: 100%; margin: 8px 0 16px; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; font-size: 12px; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; padding-left: 12px; }
td.n a { color: inherit; font-weight: 600; } svg { max-width: 100%; height: auto; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; } summary { cursor: pointer; }
section { break-inside: avoid; } @media print { body { margin: 0; max-width: none; } }
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A lead that a number opens to."""

    account: str
    person: str
    owner: str
    offered_at: datetime


def paper(
    report: Report,
    words: Words,
    name_of: Callable[[str], str],
    organisation: str,
    leads: Mapping[str, Sequence[Opened]] | None = None,
) -> str:
    """The whole page. ``leads`` of each figure, as many as are to be told of it."""
    leads = leads or {}
    heading = words.say("Leads: what was promised, and kept")
    told = sections(report, words, name_of)
    used = [cell.figure for one in told for _, cells in one.rows for cell in cells if cell.figure in leads]
    body = [
        f"<h1>{escape(heading)}</h1>",
        f"<p>{escape(organisation)} · {escape(title_of(report, words))}</p>",
        f'<p class="muted">{escape(as_of(report, words))}</p>',
        *(_section(one, leads) for one in told),
    ]
    if used:
        body.append(f"<h2>{escape(words.say('The leads behind the numbers'))}</h2>")
        body += [_leads(one, leads[one], report.of(one), words, name_of) for one in dict.fromkeys(used)]
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)} · {escape(organisation)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}{_OPENING}</body></html>\n"
    )


#: A number leads to its leads, which then stand open.
_OPENING = (
    "<script>addEventListener('hashchange', open_); function open_() { const one = "
    "document.getElementById(decodeURIComponent(location.hash.slice(1))); if (one) one.open = true; } open_();</script>"
)


def _section(one: Section, leads: Mapping[str, Sequence[Opened]]) -> str:
    made = [f"<section><h2>{escape(one.title)}</h2>"]
    if one.about:
        made.append(f"<p>{escape(one.about)}</p>")
    made.append(one.chart)
    if one.rows:
        heads = "".join(f'<th class="n" scope="col">{escape(head)}</th>' for head in one.columns)
        made.append("<table>" + (f"<tr><th></th>{heads}</tr>" if heads else ""))
        for label, cells in one.rows:
            made.append(f"<tr><td>{escape(label)}</td>{''.join(_cell(cell, leads) for cell in cells)}</tr>")
        made.append("</table>")
    return "".join(made) + "</section>"


def _cell(cell: Cell, leads: Mapping[str, Sequence[Opened]]) -> str:
    text = escape(cell.text)
    if cell.figure in leads:
        text = f'<a href="#{escape(cell.figure)}">{text}</a>'
    return f'<td class="n {cell.tone}">{text}</td>'


def _leads(figure: str, leads: Sequence[Opened], number: int, words: Words, name_of: Callable[[str], str]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.account)}</td><td>{escape(one.person)}</td><td>{escape(name_of(one.owner))}</td>"
        f'<td class="n">{escape(words.when(one.offered_at, dated=True))}</td></tr>'
        for one in leads
    )
    heads = "".join(
        f"<th>{escape(one)}</th>" for one in (words.say("Company"), words.say("Person"), words.say("Owner"))
    )
    more = number - len(leads)
    rest = f'<p class="muted">{escape(words.plural("{n} more", "{n} more", more))}</p>' if more > 0 else ""
    name = escape(figure_name(figure, words, name_of))
    return (
        f'<details id="{escape(figure)}"><summary>{name} · {escape(words.number(number))}</summary><table>'
        f'<tr>{heads}<th class="n">{escape(words.say("Offered"))}</th></tr>{rows}</table>{rest}</details>'
    )
