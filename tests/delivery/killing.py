"""A morning on which the bot is killed again and again, and the count of what Slack got of it."""

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from storage.account import store as accounts
from storage.base import outbox
from tests import engines
from tests.delivery.conftest import Office

ROOT = Path(__file__).parents[2]
POLICY = {
    "summaries": [{"name": "weekly", "channel": "C00CSTEAM", "day": "monday", "time": "09:00"}],
    "monthly_plan_months": 1,
}


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
"""How Slack may fail; each is ordered for posts."""


class Process:
    """The process that forks bots, each of which may be killed."""

    def __init__(self):
        if engines.is_postgres():
            engines.socket()  # before it starts: else it would start a server of its own
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.bot_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, office, **order):
        """Run a bot on the office's database; True if it was killed."""
        return self.order(office, **order)["killed"]

    def order(self, office, **order):
        """Have it done, and wait for the answer."""
        order = {
            "mode": "tick",
            "database": getattr(office.database, "url", str(office.database)),
            "token": office.sandbox.bot_token,
            "api_url": office.sandbox.api_url,
            "policy": office.policy.model_dump(mode="json", exclude_unset=True),
            "now": office.now.isoformat(),
            **order,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not answer["failed"]
        return answer

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=100)
        self._process.stdout.close()


def morning(sandbox, database, people=3):
    """Monday 09:00: renewal reviews, EBR nudges, a summary, a card and its edit, all due at once."""
    all_in_utc(sandbox)
    office = Office(sandbox, database, **POLICY)
    csms = ["maya", "tom", "lena", "kenji", "priya"][:people]
    rows = [
        {
            "name": f"Acme {csm}",
            "csm": f"{csm}@example.com",
            "renewal_date": "2027-04-23",
            "customer_since": "",
            "channel": "C0000ACME" if csm == "maya" else "",
        }
        for csm in csms
    ] + [
        {
            "name": f"Globex {csm}",
            "csm": f"{csm}@example.com",
            "renewal_date": "",
            "customer_since": "2026-06-23",
            "channel": "",
        }
        for csm in csms
    ]
    # Known the day before, so that all of it falls due at nine.
    started = sandbox.clock.now()
    sandbox.clock.restart(started - timedelta(days=3))
    office.book("accounts", *rows)
    sandbox.clock.restart(started)
    office.open_cta(accounts.named(office.db, "Acme maya")[0])
    office.store.close()
    return office


def all_in_utc(sandbox):
    """So that all of the morning falls due at once, whatever Slack tells of people meanwhile."""
    for person in sandbox.workspace.people.values():
        person.tz = "UTC"


def to_rest(process, office, passes=12):
    """Run undisturbed bots, a while apart, until nothing is under way and nothing more falls due this hour."""
    for _ in range(passes):
        office.later(seconds=95)
        process.run(office)
        soon = office.now + timedelta(hours=1)
        restless = [
            row
            for row in outbox.listed(office.db)
            if row.state in ("sending", "unknown") or (row.state == "pending" and row.not_before < soon)
        ]
        office.store.close()
        if not restless:
            return
    raise AssertionError(f"it never came to rest: {restless}")


def check(office, expected):
    """No key missing, none doubled, by the sandbox's append-only log."""
    counts = Counter(office.keys())
    office.store.close()
    assert {key: n for key, n in counts.items() if n > 1} == {}, "doubled"
    assert sorted(expected - counts.keys()) == [], "missing"
    assert sorted(counts.keys() - expected) == [], "unexpected"


def kill_at_random(process, office, rng, kills):
    """Start the whole machine again and again, with a Slack that fails now and then, and kill it soon after."""
    for _ in range(kills):
        fields = dict(rng.choice([fields for fields in FAULTS.values() if fields]))
        if rng.random() < 0.7:
            office.sandbox.faults.add(fields.pop("kind"), "chat.postMessage", **fields)
        assert process.run(office, mode="machine", seconds=1, at_least=0.3, kill_after=rng.uniform(0.01, 0.25))
        office.later(seconds=rng.choice([5, 40, 95]))


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
    engines.copy(folder / "before.db", folder / "calm.db")
    office = Office(sandbox, folder / "calm.db", **POLICY)
    process.run(office)
    to_rest(process, office)
    keys = set(office.keys())
    kinds = {key.partition(":")[0] for key in keys}
    assert {"renewal_review", "ebr_nudge", "weekly_summary", "card"} <= kinds
    check(office, keys)
    engines.keep(folder / "before.db")
    return folder / "before.db", keys


@pytest.fixture
def disturbed(sandbox, calm, tmp_path):
    """The same morning, before anything ran."""
    sandbox.reset()
    all_in_utc(sandbox)
    before, keys = calm
    engines.copy(before, tmp_path / "bot.db")
    office = Office(sandbox, tmp_path / "bot.db", **POLICY)
    office.store.close()
    yield office, keys
    office.store.close()
