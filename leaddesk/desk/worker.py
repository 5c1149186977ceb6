"""The desk's two workers: one thread for the database, one for the network. Only frozen values cross.

The network worker may wait for the database worker, never the reverse.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


class DeskWorkers:
    """Two single-thread executors. Results come back as futures; what becomes of them is the caller's business."""

    def __init__(self) -> None:
        self._database = ThreadPoolExecutor(1, "desk-database")
        self._network = ThreadPoolExecutor(1, "desk-network")

    def database(self, work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Future[Result]:
        """Do ``work`` on the database thread, in the order asked."""
        return self._database.submit(work, *args, **named)

    def network(self, work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Future[Result]:
        """Do ``work`` on the network thread."""
        return self._network.submit(work, *args, **named)

    def lane(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` on the database thread and wait for it; directly where that is the present thread."""
        if threading.current_thread().name.startswith("desk-database"):
            return work()
        return self._database.submit(work).result()

    def close(self) -> None:
        """Let running work end, drop what has not begun."""
        self._network.shutdown(wait=True, cancel_futures=True)
        self._database.shutdown(wait=True, cancel_futures=True)
