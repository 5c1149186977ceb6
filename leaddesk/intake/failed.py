"""The rows that were not taken, as a file a person opens in Excel, mends and imports again.

The cells stand as they were, with line, column and reason behind them. A cell that a spreadsheet would compute gets an
apostrophe before it (``text.FORMULA``); importing takes it away again.
"""

import contextlib
import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from leaddesk.domain.errors import BadInput
from leaddesk.intake.reason import FAILED_COLUMNS
from leaddesk.intake.rows import Failure, column_name
from leaddesk.intake.text import FORMULA, bare, legible

#: Turns a message key with values into a sentence of the reader's language.
Say = Callable[[str, Mapping[str, object]], str]


def write_failed(path: Path, columns: Sequence[str], failures: Iterable[Failure], say: Say) -> int:
    """Writes the failed rows (UTF-8 with byte order mark, semicolons) and returns how many; whole or not at all.

    Raises ``BadInput("failed-file-not-written")``.
    """
    count = 0
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
            head = [column_name(columns, place) for place in range(len(columns))]
            writer.writerow([neutral(cell) for cell in head] + [say(key, {}) for key in FAILED_COLUMNS])
            for failure in failures:
                # A row with too many cells keeps them all: the last column takes what is beyond.
                cells = list(failure.cells)
                width = len(columns)
                if len(cells) > width > 0:
                    cells[width - 1 :] = [";".join(cells[width - 1 :])]
                cells += [""] * (width - len(cells))
                faults = (failure, *failure.more)
                columns_at_fault = ", ".join(dict.fromkeys(one.column for one in faults if one.column))
                reason = " ".join(say(one.reason, one.values) for one in faults)
                writer.writerow([neutral(cell) for cell in (*cells, str(failure.line), columns_at_fault, reason)])
                count += 1
        os.replace(partial, path)
    except OSError as trouble:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise BadInput("failed-file-not-written", file=str(path), why=trouble.strerror or str(trouble)) from trouble
    return count


def neutral(cell: str) -> str:
    """The cell as text for a spreadsheet: an apostrophe before what it would take for a formula."""
    cell = legible(cell)
    return f"'{cell}" if bare(cell)[:1] in FORMULA else cell
