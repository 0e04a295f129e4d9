"""A file that an earlier bot wrote, opened by this one: nothing is lost, and it works like a new one."""

import json

import pytest
from sqlite_utils.utils import sqlite3

from storage.base.db import Store
from storage.base.migrations import migrations
from storage.base.policy import Policy
from storage.base.sqlite import migrate

FILLED = """
INSERT INTO accounts(id, name, name_key, currency, last_ebr_on, known_at, renewal_known_at, ebr_known_at, updated_at, look_at)
    VALUES (1, 'Acme', 'acme', 'USD', '2026-06-04', '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z',
            '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z', '2027-01-01T09:00:00Z');
INSERT INTO ctas(id, account_id, playbook, use_case, motion, reported, status, opened_on, known_at)
    VALUES (7, 1, 'Expand: CI', 'CI', 'expand', 1, 'new', '2026-11-02', '2026-11-02T09:00:00Z');
INSERT INTO tasks(cta_id, position, title) VALUES (7, 1, 'Demo');
INSERT INTO ebrs(account_id, state, scheduled_at, scheduled_on, scheduled_known_at, updated_at)
    VALUES (1, 'scheduled', '2026-12-03T15:00:00Z', '2026-12-03', '2026-11-02T09:00:00Z', '2026-11-02T09:00:00Z');
INSERT INTO inbox(key, received_at, answer) VALUES ('click:1', '2026-11-02T09:00:00Z', '{}'), ('click:2', '', NULL);
"""


ASKS_OUTCOMES = 13


def objects(db):
    return {tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master")}


pytestmark = pytest.mark.of_a_file

# Of a table into which its migration had nothing to copy.
NO_COUNT = "DELETE FROM sqlite_sequence WHERE seq = 0"


@pytest.mark.parametrize("version", range(1, len(migrations())))
def test_a_file_of_each_earlier_schema_is_brought_up_to_date_with_what_is_in_it(tmp_path, version):
    old = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    assert migrate(old, version) == version
    old.executescript(FILLED)
    old.execute(NO_COUNT)
    tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    named = {t: [row[1] for row in old.execute(f"PRAGMA table_info({t})")] for t in tables}
    columns = {t: ", ".join(name for name in names if (t, name) not in GONE) for t, names in named.items()}
    before = {table: [tuple(row) for row in old.execute(f"SELECT {columns[table]} FROM {table}")] for table in tables}
    old.close()
    store, new = Store(tmp_path / "bot.db", policy=Policy()), Store(tmp_path / "new.db", policy=Policy())
    db = store.connection()
    assert db.execute("PRAGMA user_version").fetchone()[0] == len(migrations())
    db.execute(NO_COUNT)
    db.execute("DELETE FROM meta WHERE key = 'oldest_schema'")  # who may write is said anew by each migration
    after = {t: [tuple(row) for row in db.execute(f"SELECT {columns[t]} FROM {t}")] for t in tables}
    # From its first look on it asks what became of renewals, unless it did so already.
    assert after == {**before, "meta": [("outcomes_since", "")] if version < ASKS_OUTCOMES else []}
    assert objects(db) == objects(new.connection())
    store.close()
    new.close()


GONE = {("frozen_ctas", "facts")}


def test_what_was_frozen_stands_in_columns(tmp_path):
    old = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    migrate(old, 19)
    facts = {
        "motion": "expand", "use_case": "CI", "opened": 1, "status": "closed_success", "reason": None,
        "closed_on": "2026-11-18", "days": 12,
    }  # fmt: skip
    old.execute("INSERT INTO frozen_quarters VALUES ('2026Q4', '', '{}')")
    old.execute("INSERT INTO frozen_ctas VALUES ('2026Q4', 7, ?)", (json.dumps(facts),))
    old.close()
    store = Store(tmp_path / "bot.db", policy=Policy())
    assert dict(store.connection().execute("SELECT * FROM frozen_ctas").fetchone()) == {
        "quarter": "2026Q4", "cta_id": 7, **facts,
    }  # fmt: skip
    store.close()


def test_a_task_made_has_the_planner_look_at_its_cta_also_in_an_older_file(tmp_path):
    old = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    migrate(old, 1)
    old.executescript(FILLED + "UPDATE ctas SET look_at = '2027-01-01T09:00:00Z';")
    old.close()
    store = Store(tmp_path / "bot.db", policy=Policy())
    db = store.connection()
    db.execute("INSERT INTO tasks(cta_id, position, title) VALUES (7, 2, 'Talk')")
    assert db.execute("SELECT look_at FROM ctas").fetchone()[0] == ""
    db.execute("UPDATE accounts SET last_ebr_on = '2026-12-02'")
    assert db.execute("SELECT count(*) FROM ebrs").fetchone()[0] == 1
    db.execute("UPDATE accounts SET last_ebr_on = '2026-12-03'")
    assert db.execute("SELECT count(*) FROM ebrs").fetchone()[0] == 0
    store.close()


HOSTILE = {
    "accounts": {
        **dict.fromkeys(
            ("renewal_on", "customer_since", "last_ebr_on", "churned_on", "health_on"), ("0001-01-01", "2026-02-30")
        ),
        "health": ("blue",),
        "outlook": ("",),
        "ebr_cadence_months": (0, 61, -3),
    },
    "ctas": {
        "opened_on": ("9999-12-31",),
        **dict.fromkeys(("due_on", "touched_on", "snoozed_until"), ("9999-12-31", "2026-12-01T10:00:00Z", "soon")),
        "priority": ("urgent!!", ""),
        "success_plan": ("secret",),
    },
    "tasks": dict.fromkeys(("due_on", "done_on"), ("2026-13-01", "2200-01-01")),
    "ebrs": dict.fromkeys(("scheduled_on", "held_on"), ("1969-12-31", "")),
    "people": {"away_until": ("1 Dec",)},
}
CASES = [
    (table, column, value)
    for table, columns in HOSTILE.items()
    for column, values in columns.items()
    for value in values
]


def filled(path, version=None):
    db = sqlite3.connect(path, isolation_level=None)
    migrate(db, version)
    db.executescript(FILLED + "INSERT INTO people(id, name, updated_at) VALUES (1, 'Maya', '');")
    return db


def test_the_file_itself_refuses_days_and_choices_that_can_not_be_meant(tmp_path):
    db = filled(tmp_path / "bot.db")
    for table, column, value in CASES:
        with pytest.raises(sqlite3.IntegrityError, match=table):
            db.execute(f"UPDATE {table} SET {column} = ?", (value,))
        found = db.execute(f"SELECT * FROM {table}")
        kept = dict(zip((about[0] for about in found.description), found.fetchone(), strict=True))
        made = {name: was for name, was in kept.items() if name not in ("id", "opened_day", "closed_day")} | {
            column: value
        }
        with pytest.raises(sqlite3.IntegrityError, match=table):
            db.execute(
                f"INSERT INTO {table}({','.join(made)}) VALUES ({','.join('?' * len(made))})", tuple(made.values())
            )
    for day in ("1970-01-01", "2199-12-31", "2028-02-29", None):
        db.execute("UPDATE accounts SET renewal_on = ?", (day,))
    db.close()


@pytest.mark.parametrize(("table", "column", "value"), CASES)
def test_what_an_earlier_bot_wrote_wrong_stays_and_can_be_put_right(tmp_path, table, column, value):
    old = filled(tmp_path / "bot.db", 1)
    old.execute(f"UPDATE {table} SET {column} = ?", (value,))
    old.close()
    store = Store(tmp_path / "bot.db", policy=Policy())
    db = store.connection()
    assert db.execute(f"SELECT {column} FROM {table}").fetchone()[0] == value
    db.execute(f"UPDATE {table} SET {column} = ?", (value,))  # as the form that changes something else writes it
    right = {"priority": "low", "success_plan": "roi", "ebr_cadence_months": 6, "health": "red", "outlook": "renew"}
    db.execute(f"UPDATE {table} SET {column} = ?", (right.get(column, "2026-12-01"),))
    store.close()
