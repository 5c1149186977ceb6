"""The device's token. It lives in the keyed store, so that it is exactly as safe as what it gives access to."""

from typing import Protocol


class Keep(Protocol):
    """Where small values of the profile are kept: the keyed store."""

    def meta(self, name: str) -> str:
        """A kept value, "" where there is none."""
        ...

    def set_meta(self, name: str, value: str) -> None:
        """Keep a value."""
        ...


class Credentials:
    """The token of the signed-in device."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    def token(self) -> str:
        """The token, or ""."""
        return self._keep.meta("token")

    def keep(self, token: str) -> None:
        """Keep the token, on disk before this returns."""
        self._keep.set_meta("token", token)
