"""The user's choices, kept in the store. Each is declared once, in ``config.settings``."""

from leaddesk.config.settings import Settings, parse_setting, setting_names
from leaddesk.store.local.store import LocalStore


class Choices:
    """Read and write settings by name. Raises ``BadInput`` for an unknown name or a value that does not fit."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def all(self) -> Settings:
        """Every setting with its value, defaults where nothing was chosen."""
        kept = self._store.settings()
        return Settings(**{name: parse_setting(name, kept[name]) for name in setting_names() if name in kept})

    def get(self, name: str) -> object:
        """The value of one setting."""
        parse_setting(name, None)
        return getattr(self.all(), name)

    def set(self, name: str, value: object) -> None:
        """Choose. The text form is kept."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        parse_setting(name, text)
        self._store.set_setting(name, text)
