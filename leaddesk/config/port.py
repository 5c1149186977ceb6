"""The ports to what the domain may not have: a clock and fresh ids."""

import os
import threading
import time
from datetime import UTC, datetime
from typing import Protocol

from leaddesk.domain.ids import uuid7


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)


class Ids:
    """Fresh UUIDv7 ids, each later than the one before within the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._serial = 0

    def new(self) -> str:
        """One fresh id. The twelve bits after the time count ids of one millisecond, so that order is birth order."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._last:
                self._last, self._serial = now, 0
            else:
                self._serial += 1
                if self._serial > 0xFFF:
                    self._last, self._serial = self._last + 1, 0
            random = os.urandom(8)
            return uuid7(self._last, self._serial.to_bytes(2, "big") + random)
