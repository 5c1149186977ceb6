"""A sample of the schedules over PostgreSQL: each takes the course that it takes over SQLite, byte for byte."""

import pytest

from tests.simulation.on_postgres import play_on_postgres
from tests.simulation.play import LATER, play


@pytest.mark.postgres
@pytest.mark.parametrize("seed", [1, 12, *range(LATER, LATER + 6)])
def test_a_schedule_takes_the_same_course_over_postgresql(seed: int) -> None:
    told = play_on_postgres(seed)
    assert not told.failure, told.failure
    assert told.trace == play(seed).trace
