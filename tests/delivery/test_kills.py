"""SIGKILL at each named point of planning and sending, with a Slack that fails in every way: still once.

A second process does the dying (`bot_process.py`); the sandbox's append-only log counts what it had done.
"""

import random

import pytest

from reminders.outbox.context import POINTS
from tests.delivery.killing import (  # noqa: F401 - fixtures among them
    FAULTS,
    calm,
    check,
    disturbed,
    kill_at_random,
    process,
    to_rest,
)

RUNS = [
    *((seed, 3) for seed in range(20)),
    *(pytest.param(1_000_000 + seed, 4, marks=pytest.mark.soak) for seed in range(250)),
]
"""Seeds and kills of each: a few always, a thousand kills by `make soak`."""
ON_THE_WAY_BACK = {"lease.after_commit", "history.before", "history.after", "history.after_commit"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point(process, disturbed, point, fault):  # noqa: F811 - the fixtures
    office, keys = disturbed
    fields = FAULTS[fault]
    if fields:
        fields = dict(fields)
        office.sandbox.faults.add(fields.pop("kind"), "chat.postMessage", times=2, **fields)
    if point in ON_THE_WAY_BACK:
        assert process.run(office, kill_at=["post.after", 0]) or fields
        office.later(seconds=95)
    killed = process.run(office, kill_at=[point, 0])
    for _ in range(3):
        if not killed:
            office.later(seconds=95)
            killed = process.run(office, kill_at=[point, 0])
    assert killed, "the point was never passed"
    to_rest(process, office)
    check(office, keys)


@pytest.mark.parametrize(("seed", "kills"), RUNS)
def test_killed_at_random_moments(process, disturbed, seed, kills):  # noqa: F811 - the fixtures
    office, keys = disturbed
    kill_at_random(process, office, random.Random(seed), kills=kills)
    to_rest(process, office)
    check(office, keys)
