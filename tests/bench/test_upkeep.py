"""What goes on beside answers in a large database: a pull of 100,000 rows, a million audit rows dropped, somebody erased.

Beside each of them somebody notes on an account, over and over: how long that takes is how long an answer is held up.
"""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy

from handlers.source.actions import pull
from reminders.outbox.housekeeping import keep_house
from storage.base.moments import instant_text
from tests.bench.figures import ms, note, spread
from tests.bench.test_growth import dispatched

ROOT = Path(__file__).parents[2]
ACCOUNTS, AUDIT, PART = 100_000, 1_000_000, "By the hundred thousand"
SLACK_WAITS = 3.0


def beside(world, what, work):
    """Do something on a thread of its own; how long it took, its processor time, and the answers meanwhile."""
    took = []

    def timed():
        began, used = time.perf_counter(), time.thread_time()
        work()
        took.extend((time.perf_counter() - began, time.thread_time() - used))

    thread = threading.Thread(target=timed)
    thread.start()
    answers = []
    while thread.is_alive():
        number = len(answers)
        fields = {"command": "/account", "text": f"note Globex met {number}", "trigger_id": f"{what}.{number}"}
        answers.append(dispatched(world, fields))
        thread.join(0.02)
    assert took, f"{what} failed"
    p50, p99 = spread(answers)
    words = f"answers meanwhile {p50}, p99 {p99}, {ms(max(answers))} at most"
    note(PART, what, f"{ms(took[0])} ({ms(took[1])} of the processor); {words}")
    print(f"\n{what}: {ms(took[0])}, {ms(took[1])} of the processor; {len(answers)} {words}")
    assert max(answers) < SLACK_WAITS
    return took[1]


@pytest.fixture
def large(make_world, tmp_path):
    """A function that starts the bot, with the scheduler stopped, an account to note on, and keys of the policy."""

    def make(**policy):
        world = make_world(tmp_path / "large.db", **policy)
        world.bot.machine.stop()
        with world.unit() as unit:
            unit.db.execute(
                "INSERT INTO accounts(name, name_key, currency, known_at, renewal_known_at, ebr_known_at, updated_at)"
                " VALUES ('Globex', 'globex', 'USD', ?, ?, ?, ?)",
                (unit.at,) * 4,
            )
        world.allow_messages()
        return world

    return make


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_a_pull_by_sql_costs_what_changed(large, tmp_path):
    address, query = f"sqlite:///{tmp_path / 'warehouse.db'}", tmp_path / "q.sql"
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)

    def do(sql):
        with engine.begin() as connection:
            connection.exec_driver_sql(sql)

    do("CREATE TABLE customers (name TEXT, id TEXT, acv NUMERIC, ends DATE, csm TEXT)")
    do(
        f"INSERT INTO customers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ACCOUNTS})"
        " SELECT 'Customer ' || i, 'C' || i, i, '2027-04-30', 'csm' || (i % 300) || '@example.com' FROM n"
    )
    query.write_text("SELECT name, id AS crm_id, acv AS arr, ends AS renewal_date, csm FROM customers")
    rule = {"name": "dwh", "kind": "sql", "what": "accounts", "url_env": "DWH", "query": str(query), "schedule": ""}
    world = large(sources=[rule])
    counts = []

    def work():
        found = pull(world.store, world.store.policy.sources[0], now=world.now, secret={"DWH": address}.get).outcome
        counts.append({name: count for name, count in found.counts.items() if count})

    costs = [beside(world, f"a first pull by sql of {ACCOUNTS:,} accounts", work)]
    for every, words in ((100, "1%"), (10, "10%"), (None, "none")):
        if every:
            do(f"UPDATE customers SET acv = acv + 1 WHERE CAST(substr(id, 2) AS INTEGER) % {every} = 0")
        costs.append(beside(world, f"the next one, with {words} of them changed", work))
    assert [one.get("changed", 0) for one in counts] == [0, ACCOUNTS // 100, ACCOUNTS // 10, 0]
    first, hundredth, tenth, none = costs
    assert hundredth - none <= 0.1 * (first - none), "it follows what changed"
    assert tenth - none <= 0.5 * (first - none)
    engine.dispose()


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_retention_and_erasure_hold_no_answer_up(large):
    world = large(retention={"audit": 12, "inbox_hours": 48})
    old, young = (instant_text(world.now - timedelta(days=days)) for days in (500, 10))
    with world.unit() as unit:
        unit.db.execute(
            "INSERT INTO people(email, name, deactivated, updated_at) VALUES ('tom@example.com', 'Tom Tailor', 1, ?)",
            (unit.at,),
        )
        (tom,) = unit.db.execute("SELECT id FROM people WHERE email = 'tom@example.com'").fetchone()
        series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        row = "'account.edit', 'account:1', '{\"region\":null}', '{\"region\":\"EMEA\",\"note\":\"met the CTO\"}', 'command'"
        unit.db.execute(
            f"INSERT INTO audit(at, person_id, who, action, subject, before, after, source) {series}"
            f" SELECT CASE WHEN i % 10 < 8 THEN ? ELSE ? END, CASE i % 20 WHEN 0 THEN ? END,"
            f" CASE i % 20 WHEN 0 THEN 'tom@example.com' ELSE 'ann@example.com' END, {row} FROM n",
            (AUDIT, old, young, tom),
        )
        unit.db.execute(
            f"INSERT INTO inbox(key, received_at, answer) {series} SELECT 'old' || i, ?, '' FROM n", (200_000, old)
        )
    beside(
        world, f"retention: {AUDIT * 8 // 10:,} of {AUDIT:,} audit rows", partial(keep_house, world.store, world.now)
    )
    assert world.db.execute("SELECT count(*) FROM audit WHERE at < ?", (young,)).fetchone()[0] == 0
    environment = os.environ | {"CTA_BOT_DB": str(world.store.path), "CTA_BOT_POLICY": ""}
    with world.unit() as unit:
        unit.db.execute(
            f"INSERT INTO audit(at, person_id, who, action, subject, before, after, source) {series}"
            f" SELECT ?, ?, 'tom@example.com', {row} FROM n",
            (AUDIT * 8 // 10, young, tom),
        )

    def erase():
        subprocess.run(
            [sys.executable, "bot.py", "people", "erase", "tom@example.com", "--yes"],
            cwd=ROOT, env=environment, check=True, capture_output=True,
        )  # fmt: skip

    beside(world, f"somebody erased who is in {AUDIT * 8 // 10:,} of {AUDIT:,} audit rows", erase)
    assert world.db.execute("SELECT count(*) FROM audit WHERE who LIKE 'tom@%'").fetchone()[0] == 0
