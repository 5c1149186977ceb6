"""Every planted bug is caught by a schedule that holds without it: the simulator bites."""

from functools import cache

import pytest

from tests.simulation.mutants import CAUGHT, LATE, MUTANTS, planted
from tests.simulation.play import LATER, opened, play


@cache
def holds(seed: int) -> bool:
    """Whether a schedule holds with no bug planted."""
    return not play(seed).failure


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_caught(name: str) -> None:
    first = LATER if name in LATE else 0
    opened(first >= LATER)
    assert holds(CAUGHT[name])
    with planted(name):
        # The schedule that is known to catch it; should the product have changed, others near the first.
        near = (CAUGHT[name], *range(first, first + 40))
        assert any(play(seed).failure for seed in near), "python -m tests.simulation --mutants"
