"""What ``Words`` takes of the rooms above it, by its shape alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class PhraseLike(Protocol):
    """A sentence to be: ``desk.rows.Phrase``, or an error of ``domain.errors``."""

    @property
    def key(self) -> str:
        """The key of a message in ``messages``."""

    @property
    def values(self) -> Mapping[str, object]:
        """What fills its places."""


class StatusLike(Protocol):
    """Where a desk stands with the central: ``desk.rows.Status``."""

    @property
    def signed_in(self) -> bool:
        """Whether a user is."""

    @property
    def online(self) -> bool:
        """Whether the last sync reached the central."""

    @property
    def syncing(self) -> bool:
        """Whether one runs."""

    @property
    def waiting(self) -> int:
        """Operations not sent yet."""

    @property
    def held(self) -> int:
        """Those of them that stand behind one that the central could not judge."""

    @property
    def attention(self) -> int:
        """Operations that need a person."""

    @property
    def last_sync(self) -> datetime | None:
        """When the last sync ended well."""

    @property
    def offline_since(self) -> datetime | None:
        """Since when the central has not been reached."""

    @property
    def skew_seconds(self) -> float:
        """The central's clock minus this computer's at the last sync."""

    @property
    def trouble(self) -> PhraseLike | None:
        """What the last sync failed of."""
