"""A thin slice of the simulator over the real app, real HTTP and files that wait for the disk: the same schedules take
the same course, byte for byte."""

import pytest

from tests.simulation.over_http import play_over_http
from tests.simulation.play import play


@pytest.mark.parametrize("seed", [3, 10_002])
def test_a_schedule_takes_the_same_course_over_http_and_on_the_disk(seed: int) -> None:
    served = play_over_http(seed)
    assert not served.failure, served.failure
    assert served.trace == play(seed).trace
