"""*Needs attention*: operations the central refused or could not read, each with its data intact and a way on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaddesk.desk.rows import AttentionRow, Phrase
from leaddesk.domain.changes import Changes, changes_of
from leaddesk.domain.errors import BadInput, Refusal
from leaddesk.store.local.rows import KeptOperation
from leaddesk.wire.codec import unpack_operation

if TYPE_CHECKING:
    from leaddesk.desk.desk import Desk


class Attention:
    """The tray. Nothing leaves it but by its owner's act."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def list(self) -> list[AttentionRow]:
        """Every operation in the tray, oldest first."""
        rows = []
        for one in self._desk.store.attention():
            act = one.body.get("act", {})
            lead = str(act.get("lead", ""))
            rows.append(
                AttentionRow(
                    id=one.id,
                    kind=str(one.body.get("kind", "")),
                    lead=lead,
                    account=self._desk.store.account_name(one.account) or _company(act) or one.account,
                    at=one.at,
                    reason=Phrase(one.reason or "quarantined", one.values),
                    text=str(act.get("note") or act.get("text") or act.get("value") or ""),
                    held=one.held,
                )
            )
        return rows

    def retry(self, operation: str) -> Changes:
        """Do the same again, as a new operation on the lead as it is now: the one meant by an id or a unique beginning
        of one. Raises ``Refusal`` where it still may not be."""
        kept = self._meant(operation)
        if kept.reason == "erased":
            raise Refusal(kept.reason)
        again = unpack_operation(kept.body)
        done = self._desk.perform(again.act, again.account)
        return changes_of(done) | self._desk.store.dismiss(kept.id)

    def dismiss(self, operation: str) -> Changes:
        """The owner has read it and lets it go: it leaves the tray and stays in the store. What it held goes out.

        It is meant by its id or a unique beginning of it. Raises ``Refusal``: nothing-to-retry where there is no such
        operation in the tray, operation-not-unique.
        """
        return self._desk.store.dismiss(self._meant(operation).id)

    def _meant(self, reference: str) -> KeptOperation:
        given = reference.strip().lower()
        found = [one for one in self._desk.store.attention() if given and one.id.startswith(given)]
        if not found:
            raise Refusal("nothing-to-retry", operation=reference)
        if len(found) > 1:
            raise Refusal("operation-not-unique", operation=reference, count=len(found))
        return found[0]

    def export(self, path: Path) -> int:
        """Write the tray as JSON lines; how many were written. Raises ``BadInput("file-not-usable")``."""
        rows = self._desk.store.attention()
        try:
            with path.open("w", encoding="utf-8") as out:
                for one in rows:
                    line = {"operation": one.body, "reason": one.reason, "values": dict(one.values)}
                    out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        except OSError as trouble:
            raise BadInput("file-not-usable", file=str(path), why=trouble.strerror or "") from trouble
        return len(rows)


def _company(act: Mapping[str, Any]) -> str:
    """The name of a company that an act itself tells: the company may have left this desk, or never have come."""
    company = act.get("company")
    return str(company.get("name") or "") if isinstance(company, Mapping) else ""
