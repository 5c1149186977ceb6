"""Sentences of what could not be read: cells, rows and files given to an import. Row and column stand beside them."""

from collections.abc import Mapping

from leaddesk.pages.marks import N_, Plural

_ROWS: Mapping[str, tuple[str | Plural, ...]] = {
    "activity-unknown": (N_("Not an activity LeadDesk knows: {value}. Expected: {expected:plain}."),),
    "amount-negative": (N_("The number cannot be negative: {value}. Expected for example: {expected:plain}."),),
    "amount-not-whole": (N_("Not a whole number: {value}. Expected for example: {expected:plain}."),),
    "amount-unreadable": (N_("Not a number: {value}. Expected for example: {expected:plain}."),),
    "business-id-not-valid": (N_("Not a valid business ID: {value}. Expected for example: {expected:plain}."),),
    "cell-too-long": (N_("The cell is too long. Largest allowed: {expected:plain}."), N_("The cell is too long.")),
    "date-ambiguous": (N_("The date can be read in two ways: {value}. Write it like this: {expected:plain}."),),
    "date-missing": (N_("The date is missing."),),
    "date-out-of-range": (N_("The date is out of range: {value}. Allowed years: {expected:plain}."),),
    "date-unreadable": (N_("Not a date: {value}. Expected for example: {expected:plain}."),),
    "email-not-valid": (N_("Not an e-mail address: {value}. Expected for example: {expected:plain}."),),
    "event-unknown": (N_("Not an event LeadDesk knows: {value}. Expected: {expected:plain}."),),
    "kind-unknown": (N_("Not a kind of lead: {value}. Expected: {expected:plain}."),),
    "outcome-unknown": (N_("Not an outcome LeadDesk knows: {value}. Expected: {expected:plain}."),),
    "phone-not-a-number": (N_("Not a phone number: {value}. Expected for example: {expected:plain}."),),
    "phone-too-long": (N_("The phone number is too long: {value}. Expected for example: {expected:plain}."),),
    "phone-too-short": (N_("The phone number is too short: {value}. Expected for example: {expected:plain}."),),
    "phone-unknown-country": (
        N_("The country of the phone number is not known: {value}. Expected for example: {expected:plain}."),
    ),
    "row-cut": (N_("The row ends in the middle."),),
    "row-not-in-encoding": (N_("The row holds characters that do not fit the file's encoding: {value}"),),
    "row-quote": (N_("The row has a quotation mark in a wrong place."),),
    "row-too-long": (N_("The row is too long. Largest allowed: {expected:plain}."), N_("The row is too long.")),
    "row-too-many-cells": (
        N_("The row has more cells than the file has columns. Expected: {expected:plain}."),
        N_("The row has more cells than the file has columns."),
    ),
    "row-without-company": (N_("The row does not say which company it is about."),),
    "tier-unknown": (N_("Not a customer class: {value}. Expected: {expected:plain}."),),
}

_FILES: Mapping[str, tuple[str | Plural, ...]] = {
    "failed-file-not-written": (N_("The failed rows could not be written to the file: {file} ({why})"),),
    "file-damaged": (N_("The file is damaged or not what its name says: {file}"),),
    "file-empty": (N_("The file is empty: {file}"),),
    "file-headings-missing": (
        N_(
            "No heading was recognised: {file}. The first row must hold headings, such as Yritys or "
            "Y-tunnus; or say what a column is: leaddesk import FILE --map COLUMN=FIELD"
        ),
    ),
    "file-not-found": (N_("There is no such file: {file}"),),
    "file-not-readable": (N_("The file cannot be read: {file} ({why})"), N_("The file cannot be read: {file}")),
    "file-not-sheet": (N_("The file is not a spreadsheet, though its name says so: {file}"),),
    "file-not-text": (N_("The file is not a table of text or a spreadsheet: {file}"),),
    "file-protected": (N_("The file has a password: {file}. Save a copy without one and import that."),),
    "file-too-large": (N_("The file is too large: {file}. Largest allowed: {expected:plain}."),),
    "file-too-many-columns": (N_("The file has too many columns: {found}. Most allowed: {expected:plain}."),),
    "file-without-rows": (N_("The file has headings but no rows under them: {file}"),),
    "sheet-not-found": (N_("There is no such sheet: {sheet}. There are: {expected:plain}."),),
    "mapping-length": (N_("The mapping has {found:plain} columns, the file {expected:plain}."),),
    "mapping-twice": (N_("Two columns are mapped to the same field: {field:plain} ({expected:plain})."),),
    "mapping-unknown-field": (N_("There is no such field: {field:plain}. There are: {expected:plain}."),),
    "mapping-unknown-column": (N_("There is no such column: {column:plain}. There are: {expected:plain}."),),
    "mapping-without-company": (N_("No column says which company the row is about. Map one: {expected:plain}."),),
    "file-date-order": (N_("Dates are read like this: {value} is {expected:plain}."),),
    "file-encoding-guessed": (N_("The file does not tell its encoding; it was read as {encoding:plain}."),),
    "file-formulas-uncomputed": (
        N_(
            "The file has formulas whose values were never saved; their cells are empty here. Save it in a spreadsheet."
        ),
    ),
    "file-looks-recoded": (N_("Letters of the file look broken already, for example: {value}"),),
    "file-header-on-line": (N_("The headings were found on row {row}."),),
    "file-without-header": (N_("The file has no headings; the columns were guessed by their content."),),
    "file-other-sheets": (N_("Only this sheet was read: {sheet}. Others: {expected:plain}."),),
}

_HEADINGS: Mapping[str, tuple[str | Plural, ...]] = {
    "failed-line": (N_("Row in the file"),),
    "failed-column": (N_("Column at fault"),),
    "failed-reason": (N_("Why not taken"),),
}

READINGS: Mapping[str, tuple[str | Plural, ...]] = {**_ROWS, **_FILES, **_HEADINGS}
