"""The kills with a planted bug, to see that it is noticed: a desk that takes an upload that failed for one that came.

python -m tests.crash.forgetful
"""

import sys
from datetime import UTC, datetime

from leaddesk.domain.errors import Unreachable
from leaddesk.domain.record import VerdictRow
from leaddesk.domain.words import Verdict
from leaddesk.sync.http import HttpCentral
from leaddesk.wire.message import Push, Pushed
from tests.crash import kills, typist


class Forgetful(HttpCentral):
    """Completes what failed, as clients of sync engines have been seen to do."""

    def push(self, batch: Push) -> Pushed:
        """Operations for verdicts, whatever the central says."""
        try:
            return super().push(batch)
        except Unreachable:
            taken = tuple(VerdictRow(id=str(one["id"]), verdict=Verdict.APPLIED) for one in batch.operations)
            return Pushed(verdicts=taken, now=datetime.now(UTC))


if __name__ == "__main__":
    typist.HttpCentral = Forgetful  # type: ignore[misc]
    sys.exit(kills.main(["--kills", "1"]))
