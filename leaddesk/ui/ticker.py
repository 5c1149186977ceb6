"""The one clock of the window: a single timer for countdowns, the call, periodic sync and the queue's next change.

It ticks at whole minutes; at whole seconds only while a call is timed or the shown card's deadline is in its last five
minutes. Every tick asks the wall clock anew, so that sleep, daylight saving and clock jumps correct themselves.
"""

from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from leaddesk.config.port import Clock

FINE = timedelta(minutes=5)
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Ticker(QObject):
    """``ticked(now)``: say the times again. ``woke()``: the instant given to ``wake_at`` has come."""

    ticked = Signal(object)
    woke = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._due: datetime | None = None
        self._wake: datetime | None = None
        self._timed = False
        self._shown = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to tick."""
        self._arm()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def watch(self, due: datetime | None) -> None:
        """The deadline of the shown card; its last five minutes go by the second."""
        self._due = due
        self._again()

    def time(self, running: bool) -> None:
        """Whether something on screen runs by the second, as a call's timer does."""
        self._timed = running
        self._again()

    def wake_at(self, instant: datetime | None) -> None:
        """When the queue has to be asked again at the latest."""
        self._wake = instant
        self._again()

    def show(self, shown: bool) -> None:
        """Whether the window can be seen; unseen it ticks by the minute."""
        self._shown = shown
        if shown and self._timer.isActive():
            self.tick()

    def is_fine(self, now: datetime) -> bool:
        """Whether seconds are shown now."""
        close = self._due is not None and timedelta() <= self._due - now <= FINE
        return self._shown and (self._timed or close)

    def until_next(self, now: datetime) -> timedelta:
        """How long from ``now`` to the next tick."""
        step = _SECOND if self.is_fine(now) else _MINUTE
        past = timedelta(seconds=now.second if step is _MINUTE else 0, microseconds=now.microsecond)
        wait = step - past
        for instant in (self._wake, self._due - FINE if self._due is not None else None, self._due):
            if instant is not None and instant > now:
                wait = min(wait, instant - now)
        return wait

    def tick(self) -> None:
        """Tell the time now, and arm for the next one."""
        now = self._clock.now()
        if self._wake is not None and now >= self._wake:
            self._wake = None
            self.woke.emit()
        self.ticked.emit(now)
        self._arm()

    def _again(self) -> None:
        if self._timer.isActive():
            self._arm()

    def _arm(self) -> None:
        # One millisecond more, so that the tick comes after the boundary and not just before it.
        self._timer.start(int(self.until_next(self._clock.now()) / timedelta(milliseconds=1)) + 1)
