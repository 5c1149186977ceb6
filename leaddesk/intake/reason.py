"""Every message key with which this room says that something could not be taken, or was taken with a remark.

The sentences are in ``pages``. All keys of ``ROW_REASONS`` are filled by ``row`` (line for people), ``field`` (the
column's header), ``value`` (the cell, shortened) and ``expected``; the others by what stands beside them.
"""

from typing import Final

#: Why one row was not taken. The other rows are; the failed one is kept with its cells.
ROW_REASONS: Final = frozenset(
    {
        "activity-unknown",
        "amount-negative",
        "amount-not-whole",
        "amount-unreadable",
        "business-id-not-valid",
        "cell-too-long",
        "date-ambiguous",
        "date-missing",
        "date-out-of-range",
        "date-unreadable",
        "email-not-valid",
        "event-unknown",
        "kind-unknown",
        "outcome-unknown",
        "phone-not-a-number",
        "phone-too-long",
        "phone-too-short",
        "phone-unknown-country",
        "row-cut",
        "row-not-in-encoding",
        "row-quote",
        "row-too-long",
        "row-too-many-cells",
        "row-without-company",
        "tier-unknown",
    }
)

#: Why a file as a whole was not taken: ``BadInput`` with these. Nothing of it was imported.
FILE_REASONS: Final = frozenset(
    {
        "failed-file-not-written",  # file, why
        "file-damaged",  # file, format
        "file-empty",  # file
        "file-headings-missing",  # file
        "file-not-found",  # file
        "file-not-readable",  # file, why
        "file-not-sheet",  # file
        "file-not-text",  # file
        "file-protected",  # file
        "file-too-large",  # file, expected (the limit)
        "file-too-many-columns",  # file, found, expected (the limit)
        "file-without-rows",  # file: said by whoever wanted rows, a table of none is one
        "sheet-not-found",  # file, sheet, expected (the names there are)
        "mapping-length",  # found, expected (numbers of columns)
        "mapping-twice",  # field (target), expected (the two columns)
        "mapping-unknown-field",  # field (target), expected
        "mapping-without-company",  # expected
    }
)

#: What a reader should know of a file that was taken.
WARNINGS: Final = frozenset(
    {
        "file-date-order",  # value (a date as it stands), expected (as it is read)
        "file-encoding-guessed",  # encoding
        "file-formulas-uncomputed",
        "file-looks-recoded",  # value (an example)
        "file-header-on-line",  # row
        "file-without-header",
        "file-other-sheets",  # sheet, expected (names of the others)
    }
)

#: Headers of the columns that are added to a file of failed rows.
FAILED_COLUMNS: Final = ("failed-line", "failed-column", "failed-reason")
