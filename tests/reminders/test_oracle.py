"""The rules against a second, independently written opinion, for random books.

The preview must say what a bot that looks at everything every half hour says; so must the rows that the planner
puts in, tick by tick, when every one of them is sent.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.engine import planner
from reminders.engine.planner import plan
from reminders.engine.rehearsal import rehearse
from storage.cta import facts as cta_facts
from tests.reminders.edits import Editor
from tests.reminders.factory import Book, at
from tests.reminders.factory import policy as policy_of
from tests.reminders.oracle import Oracle, Said, half_hours
from tests.reminders.sending import deliver
from tests.reminders.worlds import World, random_world


def by_oracle(world: World, until: datetime) -> set[Said]:
    oracle = Oracle(world)
    for now in half_hours(world.start, until):
        oracle.look(now)
    return set(oracle.said)


def by_preview(stored: Book, start: datetime, until: datetime) -> set[Said]:
    with stored.store.read() as db:
        lines = rehearse(db, stored.policy, start, until - timedelta(seconds=1))
    return {
        Said(x.dedupe_key, x.recipient, x.post_at.astimezone(UTC), x.due_on, x.late, x.step, x.account) for x in lines
    }


def sent(stored: Book, world: World) -> set[Said]:
    names = {account.id: account.name for account in world.accounts}
    return {
        Said(
            row["dedupe_key"],
            row["recipient"],
            at(row["post_at"].removesuffix("Z")),
            date.fromisoformat(row["due_on"]),
            bool(row["late"]),
            row["step"],
            names.get(row["account_id"]),
        )
        for row in stored.rows("state = 'sent'")
    }


def differences(expected: set[Said], got: set[Said]) -> list[tuple[str, Said]]:
    """What only one of them says, in order of time."""
    only = [("only the oracle", x) for x in expected - got] + [("only the bot", x) for x in got - expected]
    return sorted(only, key=lambda pair: pair[1].post_at)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_preview_says_what_the_oracle_says(tmp_path_factory, seed):
    world = random_world(seed)
    stored = Book(tmp_path_factory.mktemp("book"), policy_of(**world.rules))
    world.store_in(stored)
    until = world.start + timedelta(days=250)
    expected = by_oracle(world, until)
    assert expected
    assert differences(expected, by_preview(stored, world.start, until)) == []
    stored.close()


@pytest.mark.parametrize("seed", range(500, 508))
def test_what_the_planner_puts_in_is_what_the_preview_said(make_stored, seed, monkeypatch):
    if seed % 2:  # a few records are many then: those of which nothing is near are put off unread
        monkeypatch.setattr(planner, "_BATCH", 3)
    world = random_world(seed)
    stored = make_stored(**world.rules)
    world.store_in(stored)
    until = world.start + timedelta(days=75)
    previewed = by_preview(stored, world.start, until)
    for now in half_hours(world.start, until):
        plan(stored.store, now)
        assert plan(stored.store, now).planned == 0
        deliver(stored, now)
    assert differences(by_oracle(world, until), sent(stored, world)) == []
    assert differences(previewed, sent(stored, world)) == []


def make_alike(records, names, rng):
    """All are as one of the first five, but for one fact that they have of another."""
    some = [{name: deepcopy(getattr(one, name)) if name == "tasks" else getattr(one, name) for name in names.split()}
            for one in records]  # fmt: skip
    for one in records:
        own = rng.choice(names.split())
        for name, fact in (rng.choice(some[:5]) | {own: rng.choice(some)[own]}).items():
            setattr(one, name, deepcopy(fact) if name == "tasks" else fact)


class Forgetful(dict):
    """A memory of what is due later that never has anything."""

    def __contains__(self, _):
        return False


@pytest.mark.parametrize("seed", range(600, 606))
def test_what_is_worked_out_for_one_of_many_that_are_alike_holds_for_each(make_stored, seed, monkeypatch, tmp_path):
    """Marks and rows are those of a bot that looks at each by itself, also where but one fact of theirs differs."""
    monkeypatch.setattr(planner, "_BATCH", 10)
    monkeypatch.setattr(cta_facts, "put_off", lambda *_: False)
    world, rng = random_world(seed, accounts=150), Random(seed)
    make_alike(world.accounts, "csm ae renewal_on known_at renewal_known_at ebr_known_at last_ebr_on customer_since cadence"
               " segment notice signing active", rng)  # fmt: skip
    make_alike(world.ctas, "owner due_on touched_on known_at snoozed_until status revisit_on tasks", rng)
    for cta in world.ctas:  # such as are news at once have no later
        cta.touched_on = max(cta.touched_on, world.start.date() - timedelta(days=9))
    for number, task in enumerate(task for cta in world.ctas for task in cta.tasks):
        task.id = number + 1
    (tmp_path / "one by one").mkdir()
    together, by_one = make_stored(**world.rules), Book(tmp_path / "one by one", policy_of(**world.rules))
    for stored in (together, by_one):
        world.store_in(stored)
        stored.update("people", 2, away_until=world.start.date() + timedelta(days=9), backup_id=3)
    used = set()
    first = planner._Pass.__init__

    def forgetful(self, *args, **more):
        first(self, *args, **more)
        self._later = Forgetful()

    def looks(stored):
        return [tuple(row) for table in ("accounts", "ctas") for row in stored.db.execute(
            f"SELECT '{table}', id, look_at FROM {table} ORDER BY id")]  # fmt: skip

    now = world.start
    for _ in range(12):
        with monkeypatch.context() as patched:
            patched.setattr(planner._Pass, "__init__", forgetful)
            plan(by_one.store, now)
        following = plan(together.store, now).next_at
        assert looks(together) == looks(by_one)
        rows = [[dict(row) for row in stored.rows()] for stored in (together, by_one)]
        assert rows[0] == rows[1]
        used |= {row["kind"] for row in rows[0]}
        deliver(together, now)
        deliver(by_one, now)
        now = following
    assert {"renewal_review", "ebr_nudge", "cta_morning"} <= used
    by_one.close()


def live_through(stored: Book, world: World, days: int, edits_per_look: float, seed: int) -> tuple[Oracle, Editor]:
    """Run the bot and the oracle side by side, with people editing the book all the time."""
    rng = Random(seed)
    world.store_in(stored)
    editor, oracle = Editor(world, stored, rng, []), Oracle(world)
    for now in half_hours(world.start, world.start + timedelta(days=days)):
        edited = now > world.start and rng.random() < edits_per_look
        if edited:
            editor.edit(now - timedelta(minutes=rng.randrange(30)))
        oracle.look(now, thorough=edited)
        plan(stored.store, now)
        deliver(stored, now)
    return oracle, editor


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_edits_across_both_clock_changes(make_stored, seed):
    """New York, London, Sydney and Santiago (and Kolkata, which has none) change their clocks in it, twice each."""
    world = random_world(seed, start=datetime(2026, 2, 1, tzinfo=UTC))
    stored = make_stored(**world.rules)
    oracle, editor = live_through(stored, world, 365, 0.015, seed)
    assert differences(set(oracle.said), sent(stored, world)) == []
    assert len(oracle.said) == len({x.key for x in oracle.said}) > 150
    kinds = {line.split()[-1] for line in editor.log}
    assert kinds >= {
        "move_renewal", "move_renewal_back", "hold_review", "skip_review", "schedule_review", "churn", "hand_over",
        "log_ebr_late", "change_cadence", "schedule_ebr", "renew", "move_renewal_a_little", "change_notice",
    }  # fmt: skip
    assert {x.key.partition(":")[0] for x in oracle.said} >= {"renewal_outcome", "manager_week", "monthly_plan"}
    never_silent = {row["state"] for row in stored.rows("op = 'post'")}
    assert never_silent <= {"sent", "cancelled", "expired"}


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_five_years_with_500_accounts(make_stored):
    world = random_world(77, accounts=500, start=datetime(2026, 2, 1, tzinfo=UTC))
    stored = make_stored(**world.rules)
    oracle, _ = live_through(stored, world, 5 * 365, 0.02, 77)
    assert differences(set(oracle.said), sent(stored, world)) == []
