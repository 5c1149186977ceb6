"""``Central``: the one contract with two faces, ``HttpCentral`` at the desk and ``Authority`` in the server."""

from typing import Protocol

from leaddesk.domain.record import Session
from leaddesk.wire.message import AskReport, Compare, Compared, Hello, Pull, Pulled, Push, Pushed, Reported, SignIn


class Central(Protocol):
    """The central as a desk sees it. Every method may raise ``Unreachable`` or ``Denied``.

    The desk's face carries the session's token; the server's face is bound to an authenticated device.
    """

    def hello(self) -> Hello:
        """Who answers, which protocols, what time it is there."""
        ...

    def sign_in(self, ask: SignIn) -> Session:
        """A token for this device. Raises ``Denied("wrong-password")``."""
        ...

    def push(self, batch: Push) -> Pushed:
        """Hand over operations; one verdict each, stored with them. Sending twice is harmless. Raises
        ``Refusal("history-changed")`` before anything is decided."""
        ...

    def pull(self, ask: Pull) -> Pulled:
        """News after the cursor. Raises ``Refusal("history-changed")`` or ``Refusal("resync-required")``; the outbox
        stays."""
        ...

    def compare(self, ask: Compare) -> Compared:
        """What differs between a range of accounts at the desk and here. Raises as ``pull``."""
        ...

    def report(self, ask: AskReport) -> Reported:
        """The page for both sides, as of now. Raises ``BadInput("period-unknown")``."""
        ...
