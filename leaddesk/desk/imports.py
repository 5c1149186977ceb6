"""Imports: a file of other people's making into operations of at most 500 rows, previewed, rehearsed, run, undone."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leaddesk.desk.rows import ActResult, FailedRow, ImportPreview, ImportResult, Phrase
from leaddesk.domain.changes import Changes, Done, changes_of
from leaddesk.domain.errors import BadInput, Denied, Refusal
from leaddesk.domain.operation import Act, ImportRows, Operation, Row
from leaddesk.domain.role import may
from leaddesk.domain.words import Source
from leaddesk.intake import mapping as columns
from leaddesk.intake.batch import batches
from leaddesk.intake.failed import write_failed
from leaddesk.intake.file import Remark, Table, open_table, source_name
from leaddesk.intake.order import date_order
from leaddesk.intake.reason import FAILED_COLUMNS
from leaddesk.intake.rows import Defaults, Failure, column_name, read_rows
from leaddesk.pages.words import Words
from leaddesk.store.local.rows import KeptImport

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk

#: How a caller says which column is read as what: a field per column, or only the columns to change by header.
Mapped = Sequence[str] | Mapping[str, str] | None

#: The most failed rows a preview carries.
_SHOWN = 200


class Imports:
    """The door for files. Each method reads the file anew, so what is shown is what is there."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def look(self, path: Path) -> ImportPreview:
        """The columns with what they are likely to mean and some cells, no row read yet: for somebody who maps them.

        The mapping is not checked. Raises ``BadInput`` where the file is none that can be read.
        """
        table = _opened(path)
        kept = self._desk.store.mapping(columns.signature(table.columns))
        fields = kept or columns.guess(table.columns, table.samples())
        return _previewed(table, fields, self._source(path), self._defaults(table, fields)[1])

    def preview(self, path: Path, mapping: Mapped = None, source_name: str = "") -> ImportPreview:
        """The file as it would be read, nothing written. Raises ``BadInput`` where no row of it could ever be."""
        table = _opened(path)
        fields = self._fields(table, mapping)
        defaults, remark = self._defaults(table, fields)
        good, failed = 0, []
        for row in read_rows(table, fields, defaults):
            if isinstance(row, Failure):
                failed.append(row)
            else:
                good += 1
        return _previewed(table, fields, source_name or self._source(path), remark, good, failed)

    def run(
        self,
        path: Path,
        mapping: Mapped = None,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        dry_run: bool = False,
        source_name: str = "",
        failed_path: Path | None = None,
        begun: Callable[[str], None] | None = None,
        words: Words | None = None,
    ) -> tuple[ImportResult, Changes]:
        """Import the file, or with ``dry_run`` find out what it would do. What was finished before a cancel stays.

        ``begun`` is told the import's id as soon as rows of it were taken, so that one who is cut off can take it back;
        ``progress`` is told (rows done, rows in all). Good rows are taken whatever becomes of the others; failed ones
        are written with their reasons to ``failed_path``, by default beside the file; where that takes no file, to the
        profile's folder; in the language of ``words``, by default the profile's. The mapping is kept for files with
        the same columns. Works from any thread but the database worker's own: each portion is a unit of its own,
        so that the desk stays usable meanwhile. Raises ``BadInput``, ``Denied``.
        """
        desk = self._desk
        me = desk.store.me()
        if me is None:
            raise Denied("not-signed-in")
        if not may(me.user.role, ImportRows.kind):
            raise Denied("act-not-permitted", act=ImportRows.kind, role=me.user.role.value)
        if failed_path is not None:
            _check_folder(failed_path)
        table = _opened(path)
        fields = self._fields(table, mapping)
        import_id = desk.ids.new()
        failures: list[Failure] = []
        tally = _Tally(import_id)
        name = source_name or self._source(path)
        portions = self._portions(table, fields, import_id, name, failures)
        if dry_run:
            # Only reads, so not on the database worker: whoever works the queue meanwhile need not wait.
            for one in self._rehearse(list(portions)):
                tally.count(one, failures)
        else:
            desk.lane(lambda: desk.store.save_mapping(columns.signature(table.columns), fields))
            for act in portions:
                if cancelled is not None and cancelled():
                    # What was read but not taken is no failure: the next import of the file finds it again.
                    tally.cancelled = True
                    failures = [one for one in failures if one.line < act.rows[0].number]
                    break
                before = tally.rows
                tally.count(desk.lane(lambda act=act: desk.perform(act, "")), failures)  # type: ignore[misc]
                if begun is not None and tally.rows and not before:
                    begun(import_id)
                if progress:
                    progress(tally.rows + len(failures), table.total)
        failures = _with_cells(table, fields, failures)
        result = tally.result(len(failures))
        if failures and not dry_run:
            failed_file = self._write_failed(path, failed_path, table, failures, words or self._words())
            desk.lane(lambda: self._keep_failed(failed_file, fields, name))
            result = replace(result, failed_file=str(failed_file))
        read = tuple(zip(_names(table), fields, strict=True))
        return replace(result, failures=_failed_rows(failures), columns=read), tally.changes

    def all(self) -> list[KeptImport]:
        """The imports of this desk, newest first."""
        return self._desk.store.imports()

    def undo(self, import_id: str = "") -> tuple[ActResult, Changes]:
        """Take a whole import back, by default this desk's latest. Rows that somebody has built upon stay and are
        counted. Raises ``Refusal``."""
        import_id = import_id or next((one.id for one in self.all() if one.stands), "")
        if not import_id:
            raise Refusal("nothing-to-undo", operation="")
        done = self._desk.undo_import(import_id)
        notice = Phrase(done.reason, done.values) if done.reason else None
        return ActResult(op=done.operation.id, lead="", state=None, notice=notice), changes_of(done)

    # --- how --------------------------------------------------------------------------------------------------------

    def _fields(self, table: Table, mapping: Mapped) -> tuple[str, ...]:
        """The field per column: as told, else as kept for these columns, else guessed. Raises ``BadInput``."""
        if mapping is not None and not isinstance(mapping, Mapping):
            fields = tuple(mapping)
        else:
            kept = self._desk.store.mapping(columns.signature(table.columns))
            if not kept and not mapping and columns.is_unheaded(table.columns, table.samples()):
                raise BadInput("file-headings-missing", file=table.file)
            guessed = kept or columns.guess(table.columns, table.samples())
            fields = _changed(table, guessed, mapping or {})
        columns.check(table.columns, fields)
        return fields

    def _defaults(self, table: Table, fields: Sequence[str]) -> tuple[Defaults, Remark | None]:
        zone = str(self._desk.settings.get("zone"))
        order, remark = date_order(table, fields)
        in_force = self._desk.store.policies().in_force(self._desk.clock.now())
        return Defaults(zone=zone or in_force.calendar.zone, order=order), remark

    def _source(self, path: Path) -> str:
        """The source a file is kept under: for rows that failed, that of the file they come from."""
        return self._desk.store.meta(_failed_key(path)) or source_name(path)

    def _portions(
        self, table: Table, fields: Sequence[str], import_id: str, name: str, failures: list[Failure]
    ) -> Iterator[ImportRows]:
        defaults, _ = self._defaults(table, fields)

        def good() -> Iterator[Row]:
            for row in read_rows(table, fields, defaults):
                if isinstance(row, Failure):
                    failures.append(row)
                else:
                    yield row

        for rows in batches(good()):
            yield ImportRows(import_id=import_id, file=table.file, source_name=name, source=Source.PURCHASED, rows=rows)

    def _rehearse(self, acts: Sequence[Act]) -> list[Done]:
        desk = self._desk
        me = desk.store.me()
        if me is None:
            raise Denied("not-signed-in")
        now = desk.clock.now()
        policy = desk.store.policies().in_force(now).version
        return desk.store.rehearse(
            [
                Operation(
                    id=desk.ids.new(), act=act, account="", at=now, by=me.user.id, device=me.device, n=0, policy=policy
                )
                for act in acts
            ]
        )

    def _words(self) -> Words:
        choices = self._desk.settings.all()
        return Words(choices.language, choices.zone, self._desk.clock.now)

    def _write_failed(
        self, path: Path, chosen: Path | None, table: Table, failures: Sequence[Failure], words: Words
    ) -> Path:
        name = f"{path.stem}-{words.say('failed rows')}.csv".replace(" ", "-")
        beside = [_free(folder / name) for folder in (path.absolute().parent, self._desk.profile.path)]
        places = [*([chosen] if chosen is not None else []), *beside]
        for place in places:
            try:
                write_failed(place, table.columns, failures, words.sentence)
            except BadInput:
                if place is places[-1]:
                    raise
            else:
                return place
        raise AssertionError("the last place either took the rows or said why not")

    def _keep_failed(self, failed_file: Path, fields: Sequence[str], name: str) -> None:
        """Keep how a file of failed rows is read when it comes back mended: its columns, and whose ids they hold."""
        store = self._desk.store
        store.save_mapping(columns.signature(open_table(failed_file).columns), (*fields, *("",) * len(FAILED_COLUMNS)))
        store.set_meta(_failed_key(failed_file), name)


class _Tally:
    """What an import has done so far."""

    def __init__(self, import_id: str) -> None:
        self._import = import_id
        self.rows = 0
        self.created = self.updated = self.unchanged = 0
        self.changes = Changes(sync=True)
        self.cancelled = False

    def count(self, one: Done, failures: list[Failure]) -> None:
        """Add what an operation did; rows a rule refused become failures."""
        self.created += int(str(one.values.get("created", 0)))
        self.updated += int(str(one.values.get("updated", 0)))
        self.unchanged += int(str(one.values.get("unchanged", 0)))
        self.changes |= changes_of(one)
        for operation, refused in one.refused:
            number = getattr(getattr(operation.act, "row", None), "number", 0)
            values = {"row": number, "field": "", "value": "", "expected": "", **refused.values}
            failures.append(Failure(line=number, column="", reason=refused.reason, values=values))
        self.rows = self.created + self.updated + self.unchanged

    def result(self, failed: int) -> ImportResult:
        """The counts as one value."""
        return ImportResult(
            import_id=self._import,
            rows=self.rows + failed,
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            failed=failed,
            cancelled=self.cancelled,
        )


def _previewed(
    table: Table,
    fields: Sequence[str],
    name: str,
    remark: Remark | None,
    good: int = 0,
    failed: Sequence[Failure] = (),
) -> ImportPreview:
    return ImportPreview(
        file=table.file,
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=_names(table),
        mapping=tuple(fields),
        samples=table.samples(),
        rows=good + len(failed) or table.total,
        good=good,
        failed=_failed_rows(failed),
        failures=len(failed),
        warnings=tuple(Phrase(one.key, one.values) for one in (*table.warnings, remark) if one is not None),
        source_name=name,
    )


def _opened(path: Path) -> Table:
    """The file as a table that has rows. Raises ``BadInput``."""
    table = open_table(path)
    if not table.total:
        raise BadInput("file-without-rows", file=table.file)
    return table


def _names(table: Table) -> tuple[str, ...]:
    """The columns by heading, those without one by letter."""
    return tuple(column_name(table.columns, place) for place in range(len(table.columns)))


def _check_folder(path: Path) -> None:
    """Whether a file can be made there. Raises ``BadInput("failed-file-not-written")``."""
    if not path.parent.is_dir():
        raise BadInput("failed-file-not-written", file=str(path), why=os.strerror(errno.ENOENT))
    if path.is_dir():
        raise BadInput("failed-file-not-written", file=str(path), why=os.strerror(errno.EISDIR))
    if not os.access(path.parent, os.W_OK):
        raise BadInput("failed-file-not-written", file=str(path), why=os.strerror(errno.EACCES))


def _failed_key(path: Path) -> str:
    return f"failed-rows:{path.absolute()}"


def _free(path: Path) -> Path:
    """The path, or with a number where a file stands there already: somebody may be mending it."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _changed(table: Table, fields: Sequence[str], changes: Mapping[str, str]) -> tuple[str, ...]:
    """The fields with some columns told by header (or letter), and what they now hold taken from where it was."""
    names = {one: place for place, one in enumerate(_names(table))}
    made = list(fields)
    for column, key in changes.items():
        if column not in names:
            raise BadInput("mapping-unknown-column", column=column, expected=", ".join(names))
        made = ["" if one == key else one for one in made]
        made[names[column]] = key
    return tuple(made)


def _with_cells(table: Table, fields: Sequence[str], failures: Sequence[Failure]) -> list[Failure]:
    """Failures by line, those of a rule with the cells of their row and the column that holds the reference."""
    wanted = {one.line for one in failures if not one.cells}
    cells = {line: row for line, row, _ in table.rows() if line in wanted} if wanted else {}
    filled = []
    for one in failures:
        if not one.cells:
            row = cells.get(one.line, ())
            reference = one.values.get("reference", "")
            column = next(
                (
                    column_name(table.columns, at)
                    for at, cell in enumerate(row)
                    if fields[at] and cell and cell.strip() == reference
                ),
                "",
            )
            one = replace(one, cells=row, column=column, values={**one.values, "field": column, "value": reference})
        filled.append(one)
    return sorted(filled, key=lambda one: one.line)


def _failed_rows(failures: Sequence[Failure]) -> tuple[FailedRow, ...]:
    """Faults as they are shown, the first ``_SHOWN`` rows with all of theirs."""
    return tuple(
        FailedRow(number=one.line, column=one.column, reason=Phrase(one.reason, one.values), cells=one.cells)
        for row in failures[:_SHOWN]
        for one in (row, *row.more)
    )
