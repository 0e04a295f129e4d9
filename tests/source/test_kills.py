"""A pull that is killed anywhere: the next one leaves what one that was never killed leaves. Nobody waits for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLED = """
import json, os, sys
from datetime import datetime
from pathlib import Path
import handlers.importing.actions as importing
from handlers.source.actions import pull
from storage.base.db import Store
from storage.base.policy import policy_from

order = json.loads(sys.argv[1])
importing.BATCH = 4
left = order["at"]
def points(name):
    global left
    if name == order["point"]:
        left -= 1
        if left == 0:
            os._exit(9)
policy = policy_from(order["policy"])
store = Store(Path(order["db"]), policy=policy)
pull(store, policy.sources[0], now=datetime.fromisoformat(order["now"]), secret={}.get, points=points)
"""
ROWS = [f"Customer {n},{n},1000,csm{n % 3}@example.com" for n in range(10, 30)]
SECOND = [row.replace("1000", "2000") for row in ROWS[2:12]] + ROWS[12:] + ["New one,99,5,csm1@example.com"]
POINTS = [("pull.begun", 1), ("pull.brought", 1)]
POINTS += [("pull.batch", n) for n in (1, 2, 3)] + [("pull.pause", n) for n in (1, 2, 5)]
POINTS += [("pull.imported", 1), ("pull.archived", 1), ("pull.remembered", 1)]


def left_over(filled):
    """All that a pull leaves, but for ids and instants."""
    db = filled.db
    return {
        "accounts": [tuple(row) for row in db.execute("SELECT crm_id, arr_cents, csm_id, archived_at IS NULL FROM accounts ORDER BY crm_id")],
        "bases": [tuple(row) for row in db.execute("SELECT fields FROM import_bases ORDER BY record_id")],
        "audit": [tuple(row) for row in db.execute("SELECT action, subject, before, after FROM audit WHERE action <> 'account.archive' ORDER BY subject, action, id")],
        "archived": db.execute("SELECT count(*) FROM audit WHERE action = 'account.archive'").fetchone()[0],
        "rows": db.execute("SELECT count(*), count(DISTINCT record_id) FROM source_rows").fetchone()[:],
        "changes": sorted(tuple(row) for row in db.execute("SELECT record_id, created, before, after FROM import_changes")),
        "under way": db.execute("SELECT count(*) FROM imports WHERE ended_at IS NULL").fetchone()[0],
    }  # fmt: skip


@pytest.fixture
def story(filled):
    def told(killed_at=None):
        filled.set(missing="archive")
        filled.crm(*ROWS)
        filled.counts()
        filled.crm(*SECOND)
        if killed_at:
            order = {
                "db": str(filled.folder / "bot.db"), "now": filled.now.isoformat(), "point": killed_at[0], "at": killed_at[1],
                "policy": filled.terminal.policy.model_dump(mode="json", exclude_unset=True),
            }  # fmt: skip
            ran = subprocess.run(  # noqa: PLW1510 - it is to be killed
                [sys.executable, "-c", KILLED, json.dumps(order)], cwd=ROOT, capture_output=True, text=True, timeout=60
            )
            assert ran.returncode == 9, ran.stderr
        filled.pull()
        return left_over(filled)

    return told


@pytest.fixture(scope="module")
def unharmed():
    """What the story leaves where nobody is killed; made by the first that asks."""
    return {}


@pytest.mark.parametrize("killed_at", POINTS, ids=str)
def test_killed_at_any_point_nothing_is_lost_and_nothing_doubled(story, unharmed, killed_at, tmp_path_factory, capsys):
    if not unharmed:
        from tests.importing.conftest import Desk
        from tests.source.conftest import Book

        desk = Desk(tmp_path_factory.mktemp("unharmed"), capsys)
        never = Book(desk)
        never.set(missing="archive")
        never.crm(*ROWS)
        never.counts()
        never.crm(*SECOND)
        never.pull()
        unharmed.update(left_over(never))
        desk.store.close()
    assert story(killed_at) == unharmed


def test_between_two_batches_others_write(filled, monkeypatch):
    """An answer in Slack waits for one batch at most, however large the pull is."""
    monkeypatch.setattr("handlers.importing.actions.BATCH", 4)
    filled.crm(*ROWS)
    wrote = []

    def points(name):
        if name == "pull.pause":
            with filled.unit() as unit:
                unit.db.execute("UPDATE meta SET value = value")
                wrote.append(unit.db.execute("SELECT count(*) FROM accounts").fetchone()[0])

    filled.points = points
    filled.counts()
    assert wrote[:5] == [4, 8, 12, 16, 20]


def test_an_import_under_way_is_not_taken_back(filled):
    from handlers.source.actions import LEASE
    from reminders.outbox.turn import Turn
    from storage.importing.record import PULL

    filled.crm(*ROWS)
    said = []

    def points(name):
        if name == "pull.pause" and not said:
            turn = Turn(filled.store, LEASE, lambda: filled.now, PULL)
            turn.take()
            said.append(filled.run("import", "undo"))
            turn.give_back()

    filled.points = points
    filled.counts()
    assert said[0][0] == 2
    assert "still under way" in said[0][2]


def test_what_a_person_changed_while_it_went_on_is_left_by_its_undo(filled, monkeypatch):
    from storage.account import store as accounts

    monkeypatch.setattr("handlers.importing.actions.BATCH", 4)
    filled.crm(*ROWS)
    done = []

    def points(name):
        if name == "pull.pause" and not done:
            done.append(1)
            with filled.unit() as unit:
                accounts.edit(unit, 1, {"region": "EMEA"})

    filled.points = points
    filled.counts()
    status, _, err = filled.run("import", "undo")
    assert status == 1
    assert "19 removed" in err
    assert filled.names() == ["Customer 10"]


def test_two_do_not_pull_at_once(filled):
    from handlers.source.actions import LEASE
    from reminders.outbox.turn import Turn
    from storage.importing.record import PULL

    filled.crm(*ROWS)
    turn = Turn(filled.store, LEASE, lambda: filled.now, PULL)
    turn.take()
    assert "is pulling now" in filled.run("pull")[2]
    filled.look()
    assert filled.names() == []
    turn.give_back()
    assert filled.run("pull")[0] == 0
