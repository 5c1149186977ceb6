"""Errors are vocabulary: five families, each telling a person what happened and what to do next.

::

    LeadDeskError
    |-- BadInput      what was given cannot be taken: which field or row, what was expected, what was kept
    |-- Refusal       a rule of the business says no; nothing changed
    |-- Unreachable   the central does not answer as itself; offline is a state, work goes on
    |-- Denied        signed out, revoked, or not allowed for this role
    `-- StoreTrouble  the local or central file cannot be used as it is; it is left untouched

An error carries a message ``key`` with ``values``; the room ``pages`` makes the sentence in the reader's language.
Anything that is not a LeadDeskError is a bug and is shown as one.
"""

from collections.abc import Mapping


class LeadDeskError(Exception):
    """Something a person can understand and act on. ``key`` names the sentence, ``values`` fill it."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key} ({details})" if details else self.key


class BadInput(LeadDeskError):
    """What a person or a file gave cannot be taken; nothing was changed by the part that failed."""


class Refusal(LeadDeskError):
    """A rule of the business refused the operation; the lead is as it was."""


class Unreachable(LeadDeskError):
    """The central could not be reached, or what answered was not the central."""


class Denied(LeadDeskError):
    """Not signed in, the device was revoked, or the role may not do this."""


class StoreTrouble(LeadDeskError):
    """A file cannot be used: wrong key, newer version, damaged, full disk, read-only folder. It is never replaced."""
