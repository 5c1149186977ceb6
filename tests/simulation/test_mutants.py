"""Every planted bug is caught by a schedule that holds without it: the simulator bites."""

import pytest

from tests.simulation.mutants import CAUGHT, MUTANTS, planted
from tests.simulation.play import opened, play


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_caught(name: str) -> None:
    opened()
    assert not play(CAUGHT[name]).failure
    with planted(name):
        # The schedule that is known to catch it; should the product have changed, others near the first.
        assert any(play(seed).failure for seed in (CAUGHT[name], *range(40))), "python -m tests.simulation --mutants"
