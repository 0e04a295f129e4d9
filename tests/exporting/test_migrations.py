"""A file that an earlier bot wrote, opened by this one: nothing is lost, and it works like a new one."""

import pytest
from sqlite_utils.utils import sqlite3

from storage.db import Store, migrate
from storage.migrations import MIGRATIONS
from storage.model.policy import Policy

FILLED = """
INSERT INTO accounts(id, name, name_key, currency, last_ebr_on, known_at, renewal_known_at, ebr_known_at, updated_at, look_at)
    VALUES (1, 'Acme', 'acme', 'USD', '2026-06-04', '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z',
            '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z', '2027-01-01T09:00:00Z');
INSERT INTO ctas(id, account_id, playbook, use_case, motion, reported, status, opened_on, known_at)
    VALUES (7, 1, 'Expand: CI', 'CI', 'expand', 1, 'new', '2026-11-02', '2026-11-02T09:00:00Z');
INSERT INTO tasks(cta_id, position, title) VALUES (7, 1, 'Demo');
INSERT INTO ebrs(account_id, state, scheduled_at, scheduled_on, scheduled_known_at, updated_at)
    VALUES (1, 'scheduled', '2026-12-03T15:00:00Z', '2026-12-03', '2026-11-02T09:00:00Z', '2026-11-02T09:00:00Z');
"""


def objects(db):
    return {tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master")}


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_file_of_each_earlier_schema_is_brought_up_to_date_with_what_is_in_it(tmp_path, version):
    old = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    assert migrate(old, version) == version
    old.executescript(FILLED)
    tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    before = {table: [tuple(row) for row in old.execute(f"SELECT * FROM {table}")] for table in tables}
    old.close()
    store, new = Store(tmp_path / "bot.db", policy=Policy()), Store(tmp_path / "new.db", policy=Policy())
    db = store.connection()
    assert db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert {table: [tuple(row) for row in db.execute(f"SELECT * FROM {table}")] for table in tables} == before
    assert objects(db) == objects(new.connection())
    store.close()
    new.close()


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
