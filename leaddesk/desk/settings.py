"""The user's choices, kept in the store. Each is declared once, in ``config.settings``."""

from contextlib import suppress
from typing import Any

from leaddesk.config.settings import Settings, parse_setting, setting_names
from leaddesk.domain.errors import BadInput
from leaddesk.store.local.store import LocalStore


class Choices:
    """Read and write settings by name. Raises ``BadInput`` for an unknown name or a value that does not fit."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def all(self) -> Settings:
        """Every setting with its value, defaults where nothing was chosen or what was is no longer allowed."""
        kept = self._store.settings()
        chosen: dict[str, Any] = {}  # Any: each value has the type of its field, as ``parse_setting`` makes it
        for name in setting_names():
            if name in kept:
                with suppress(BadInput):
                    chosen[name] = parse_setting(name, kept[name])
        return Settings(**chosen)

    def get(self, name: str) -> object:
        """The value of one setting."""
        parse_setting(name, None)
        return getattr(self.all(), name)

    def set(self, name: str, value: object) -> None:
        """Choose. The text form is kept."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        parse_setting(name, text)
        self._store.set_setting(name, text)
