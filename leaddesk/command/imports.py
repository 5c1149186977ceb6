"""The command that imports a file, and takes an import back."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leaddesk.command.act import told
from leaddesk.command.call import Call
from leaddesk.command.parser import Commands
from leaddesk.domain.errors import BadInput
from leaddesk.pages.words import Words


def add_to(commands: Commands) -> None:
    """Add it."""
    say = commands.words.say
    imports = commands.add("import", _import, say("import a CSV or XLSX file"))
    imports.add_argument("file", nargs="?", metavar="FILE", help=say("a CSV or XLSX file"))
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
    imports.add_argument(
        "--undo", nargs="?", const="", default=None, metavar="IMPORT",
        help=say("take an import back, by default the latest of this computer"),
    )  # fmt: skip
    imports.add_argument("--list", action="store_true", help=say("the imports of this computer"))


def _import(call: Call) -> int:
    arguments, desk = call.arguments, call.desk()
    words = call.words
    if arguments.list:
        return _list(call, desk)
    if arguments.undo is not None:
        done, _ = desk.imports.undo(arguments.undo)
        return told(call, done)
    if not arguments.file:
        raise BadInput("import-needs-file")
    path = Path(arguments.file)
    mapping = _mapping(arguments.map)
    if arguments.columns:
        preview = desk.imports.preview(path, mapping, source_name=arguments.source)
        read = tuple(zip(preview.columns, preview.mapping, strict=True))
        call.out(_plain_columns(read), _column_lines(read, words))
        return 0

    def progress(done: int, total: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            print(f"\r{done}/{total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    def begun(import_id: str) -> None:
        if not arguments.json:
            call.warn(words.say("To take it back: leaddesk import --undo {id}", id=import_id))

    with _stopped_by_hand() as stopped:
        result, _ = desk.imports.run(
            path, mapping, progress=progress, cancelled=stopped, dry_run=arguments.dry_run,
            source_name=arguments.source, failed_path=Path(arguments.failed) if arguments.failed else None, begun=begun,
            words=words,
        )  # fmt: skip
    text = [
        *_column_lines(result.columns, words),
        words.plural(
            "{n} row read: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed.",
            "{n} rows read: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed.",
            result.rows, created=result.created, updated=result.updated, unchanged=result.unchanged,
            failed=result.failed,
        ),
    ]  # fmt: skip
    if result.cancelled:
        text.append(words.say("Stopped. What was finished stays; the rest was left out."))
    if result.failed_file:
        text.append(words.say("Failed rows with their reasons: {path}", path=result.failed_file))
    taken = result.created + result.updated + result.unchanged
    call.out(
        {
            "import": result.import_id, "rows": result.rows, "created": result.created, "updated": result.updated,
            "unchanged": result.unchanged, "failed": result.failed, "failed_file": result.failed_file,
            "dry_run": arguments.dry_run, "cancelled": result.cancelled,
            "columns": _plain_columns(result.columns),
        },
        text,
    )  # fmt: skip
    return 1 if result.cancelled or (result.failed and not taken) else 0


def _plain_columns(columns: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"column": column, "field": field} for column, field in columns]


def _column_lines(columns: Sequence[tuple[str, str]], words: Words) -> list[str]:
    """How each column is read, and which are left out."""
    lines = [f"{column}  ->  {field}" for column, field in columns if field]
    left_out = ", ".join(column for column, field in columns if not field)
    return [*lines, words.say("Not read: {columns:plain}", columns=left_out)] if left_out else lines


def _list(call: Call, desk: Any) -> int:  # Any: Desk is imported only where it is opened
    """The imports of this computer, newest first."""
    rows, words = desk.imports.all(), call.words
    told, text = [], []
    for one in rows:
        told.append({"import": one.id, "file": one.file, "at": one.at, "rows": one.rows, "undone": not one.stands})
        parts = [one.file, words.plural("{n} row", "{n} rows", one.rows)]
        parts += [] if one.stands else [words.say("undone")]
        text.append(f"{one.id}  {words.when(one.at)}  " + " · ".join(parts))
    call.out(told, text or words.say("Nothing was imported on this computer."))
    return 0


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
