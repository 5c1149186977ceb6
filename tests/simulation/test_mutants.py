"""Every planted bug is caught by a schedule that holds without it: the simulator bites."""

from functools import cache

import pytest

from tests.simulation.mutants import CAUGHT, MUTANTS, planted
from tests.simulation.play import opened, play


@cache
def holds(seed: int) -> bool:
    """Whether a schedule holds with no bug planted."""
    return not play(seed).failure


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_caught(name: str) -> None:
    opened()
    assert holds(CAUGHT[name])
    with planted(name):
        # The schedule that is known to catch it; should the product have changed, others near the first.
        assert any(play(seed).failure for seed in (CAUGHT[name], *range(40))), "python -m tests.simulation --mutants"
