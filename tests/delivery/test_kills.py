"""SIGKILL at each named point of planning and sending, with a Slack that fails in every way: still once.

A second process does the dying (`bot_process.py`); the sandbox's append-only log counts what it had done.
"""

import random
import shutil

import pytest

from reminders.desk import POINTS
from tests.delivery.conftest import Office
from tests.delivery.killing import POLICY, Process, all_in_utc, check, morning, to_rest

FAULTS = {
    "well": None,
    "reset before": {"kind": "reset", "takes_effect": False},
    "reset after": {"kind": "reset", "takes_effect": True},
    "hangs": {"kind": "hang", "takes_effect": False, "seconds": 0.3},
    "hangs after": {"kind": "hang", "takes_effect": True, "seconds": 0.3},
    "half a body": {"kind": "half_body"},
    "500 before": {"kind": "server_error", "takes_effect": False},
    "500 after": {"kind": "server_error", "takes_effect": True},
}
ON_THE_WAY_BACK = {"lease.after_commit", "history.before", "history.after", "history.after_commit"}


@pytest.fixture(scope="module")
def process():
    process = Process()
    yield process
    process.close()


@pytest.fixture(scope="module")
def calm(sandbox, process, tmp_path_factory):
    """The morning's database before anything ran, and the keys that an undisturbed bot sends."""
    sandbox.reset()
    folder = tmp_path_factory.mktemp("calm")
    morning(sandbox, folder / "before.db")
    shutil.copy(folder / "before.db", folder / "calm.db")
    office = Office(sandbox, folder / "calm.db", **POLICY)
    process.run(office)
    to_rest(process, office)
    keys = set(office.keys())
    kinds = {key.partition(":")[0] for key in keys}
    assert {"renewal_review", "ebr_nudge", "weekly_summary", "card"} <= kinds
    check(office, keys)
    return folder / "before.db", keys


@pytest.fixture
def disturbed(sandbox, calm, tmp_path):
    """The same morning, before anything ran."""
    sandbox.reset()
    all_in_utc(sandbox)
    before, keys = calm
    shutil.copy(before, tmp_path / "bot.db")
    office = Office(sandbox, tmp_path / "bot.db", **POLICY)
    office.store.close()
    yield office, keys
    office.store.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point(process, disturbed, point, fault):
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


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_random_moments(process, disturbed, seed):
    office, keys = disturbed
    rng = random.Random(seed)
    for _ in range(3):
        fields = dict(rng.choice([fields for fields in FAULTS.values() if fields]))
        if rng.random() < 0.7:
            office.sandbox.faults.add(fields.pop("kind"), "chat.postMessage", **fields)
        process.run(office, mode="machine", seconds=1, at_least=0.3, kill_after=rng.uniform(0.01, 0.25))
        office.later(seconds=rng.choice([5, 40, 95]))
    to_rest(process, office)
    check(office, keys)
