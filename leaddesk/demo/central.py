"""The demonstration's central: a process of its own, taken down and brought back as a real one would be."""

import subprocess
import sys

from leaddesk.domain.errors import StoreTrouble


class CentralChild:
    """The central as a process of its own, on a port that stays the same when it comes back."""

    def __init__(self, url: str) -> None:
        self._database = url
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.url = ""

    def launch(self) -> None:
        """Begin to start it; whoever needs it waits."""
        command = [*_program(), "serve", "--db", self._database, "--port", str(self._port)]
        # The command is this program's own.
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")  # noqa: S603

    def wait(self) -> None:
        """Wait until it listens. Raises ``StoreTrouble`` where it does not come up."""
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if "http://" not in line:
            self.stop()
            raise StoreTrouble("central-does-not-start", why=line.strip())
        self.url = line.strip().rpartition(" ")[2]
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """End it and wait until it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None


def _program() -> list[str]:
    """How this program is started again as a child."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "leaddesk"]
