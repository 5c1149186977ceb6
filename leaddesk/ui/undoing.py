"""What an undo would take back: read before it is done, to be named, and asked about where it reaches far."""

from dataclasses import dataclass
from datetime import datetime

from leaddesk.desk.desk import Desk
from leaddesk.domain.apply import NOT_UNDOABLE
from leaddesk.domain.operation import ImportRows
from leaddesk.pages.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """This computer's latest act that stands: its operation, when it was (UTC), and what it was about.

    ``company`` and ``lead`` are "" where it was about none; ``file`` and ``rows`` (of all its parts) are an import's.
    """

    operation: str
    kind: str
    at: datetime
    lead: str = ""
    company: str = ""
    import_id: str = ""
    file: str = ""
    rows: int = 0

    def must_be_asked(self, words: Words, now: datetime) -> bool:
        """Whether it is more than the last key press: a whole import, or an act of an earlier day of the reader's."""
        return bool(self.import_id) or words.local(self.at).date() < words.local(now).date()


def undoable(desk: Desk, whole: bool = True) -> Undoable | None:
    """What an undo takes back now; None where there is nothing, or where the latest act has no undo.

    ``whole``: with company and number of rows. Reads the store: on the database worker.
    """
    found = desk.latest()
    if found is None or found[0].kind in NOT_UNDOABLE:
        return None
    one = found[0]
    if isinstance(one.act, ImportRows):
        parts = desk.imports.all() if whole else []
        rows = next((part.rows for part in parts if part.id == one.act.import_id), 0)
        return Undoable(
            operation=one.id, kind=one.kind, at=one.at, import_id=one.act.import_id, file=one.act.file, rows=rows
        )
    lead = str(getattr(one.act, "lead", "") or "")
    shown = desk.rows([lead]) if lead and whole else []
    company = shown[0].account if shown else ""
    return Undoable(operation=one.id, kind=one.kind, at=one.at, lead=lead, company=company)


def undone_text(words: Words, found: Undoable) -> str:
    """What was taken back, in words."""
    what = words.term("act", found.kind)
    if not found.company:
        return words.say("{what} undone", what=what)
    return words.say("{what} undone: {company}", what=what, company=found.company)
