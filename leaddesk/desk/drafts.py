"""Drafts: text typed but not yet saved as an operation. On disk at every pause in typing, so that a kill loses seconds
at most."""

from leaddesk.config.port import Clock
from leaddesk.store.local.store import LocalStore


class Drafts:
    """One draft a lead."""

    def __init__(self, store: LocalStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def save(self, lead: str, text: str) -> None:
        """Keep the text; an empty one clears."""
        if text:
            self._store.save_draft(lead, text, self._clock.now())
        else:
            self._store.clear_draft(lead)

    def load(self, lead: str) -> str:
        """The draft kept for a lead, or ""."""
        return self._store.draft(lead)

    def clear(self, lead: str) -> None:
        """Forget the draft: its text has become an operation, or was thrown away by its writer."""
        self._store.clear_draft(lead)
