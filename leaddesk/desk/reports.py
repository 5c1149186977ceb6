"""The page for both sides at the desk: asked of the central, kept as it was last told; its numbers open to leads."""

from functools import partial
from typing import TYPE_CHECKING

from leaddesk.desk.rows import QueueRow
from leaddesk.domain.report import Report
from leaddesk.store.form import from_text, to_text
from leaddesk.wire.message import AskReport

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk


class Reports:
    """What the central counts. Asking runs on the network's side; what was told is kept for when there is none."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def ask(self, back: int = 0) -> Report:
        """The page of a period so many ago, -1 for all of them, as of now. Raises ``Unreachable``, ``Denied``."""
        found = self._desk.signed_in_central().report(AskReport(back=back)).report
        self._desk.lane(partial(self._desk.store.set_metas, **{f"report:{back}": to_text(found)}))
        return found

    def kept(self, back: int = 0) -> Report | None:
        """The page as it was last told, or None."""
        text = self._desk.store.meta(f"report:{back}")
        return from_text(text, Report) if text else None

    def leads(self, back: int, figure: str) -> list[str]:
        """The leads that a figure of a page counts now, the latest offered first. Raises as ``ask``."""
        return list(self._desk.signed_in_central().report(AskReport(back=back, figure=figure)).leads)

    def rows(self, leads: list[str]) -> list[QueueRow]:
        """Those of the leads that are here, as a list shows them."""
        return self._desk.rows(leads)
