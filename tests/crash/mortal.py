"""A process that dies at a numbered point."""

import os
import signal
import sys
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.pool import Pool

#: Changes of a folder that count as points.
_NAMES = frozenset({"os.link", "os.rename", "os.remove"})


class Points:
    """Counts what is done in this process and kills it just before point ``at`` (0: never)."""

    def __init__(self, at: int) -> None:
        self.done = 0
        self._at = at

    def one(self, *_: object) -> None:
        """One more point is reached."""
        self.done += 1
        if self.done == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count from now on, for as long as this process lives: every statement, begin and commit of any engine, the
        closing of its connections, every link, rename and removal of a file."""
        event.listen(Pool, "checkout", lambda connection, *_: connection.set_trace_callback(self.one))
        event.listen(Pool, "close", self.one)
        sys.addaudithook(lambda name, _: self.one() if name in _NAMES else None)


def until(at: int, work: Callable[[], None]) -> int | None:
    """Do the work in a process that dies at a point. How many points there were, None where it died."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            points = Points(at)
            points.watch()
            work()
            os.write(writes, str(points.done).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writes)
    with os.fdopen(reads, "rb") as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the work failed without being killed")
    return int(answer)
