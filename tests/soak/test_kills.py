"""A thousand kills at random moments, with a Slack that resets, hangs, answers half, or fails: still once."""

import random

import pytest

from tests.delivery.killing import (  # noqa: F401 - fixtures among them
    calm,
    check,
    disturbed,
    kill_at_random,
    process,
    to_rest,
)

KILLS, EACH = 1000, 4


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(KILLS // EACH))
def test_killed_a_thousand_times(process, disturbed, seed):  # noqa: F811 - the fixtures
    office, keys = disturbed
    kill_at_random(process, office, random.Random(1_000_000 + seed), kills=EACH)
    to_rest(process, office)
    check(office, keys)
