"""Two years of monthly usage of 100,000 accounts, and what is worked out of them, each held against a floor in one run.

The floor of the import is what somebody would write who needs no merge, no undo, no rejects and no dry run: `csv`,
pydantic, `executemany` into the same table. Of figures it is the SQL that somebody would write for this policy by the
same rules (several instances, what is not known), for accounts of which none is merged or back.
"""

import csv
import os
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, Field

from handlers.growth.figures import of_period as grown
from handlers.importing.actions import import_file
from handlers.usage.figures import of_period as used
from storage.base.db import Store
from storage.base.folding import name_key
from storage.base.moments import add_months
from storage.base.policy import policy_from
from tests.bench.figures import ms, note

ROOT = Path(__file__).parents[2]
ACCOUNTS, MONTHS = int(os.environ.get("CTA_BOT_BENCH_ACCOUNTS", "100000")), 24
MOST_TIMES, MOST_MIB, MOST_OF_SQL = 3, 300, 1.5
PART = "By the hundred thousand"
AT = "2026-11-21T09:00:00Z"
NOW, TODAY = datetime(2026, 11, 21, 9, tzinfo=UTC), date(2026, 11, 21)
FIRST = date(2026, 10, 1)
DAYS = [add_months(date(2026, 11, 1), -back) - timedelta(days=1) for back in range(MONTHS)][::-1]
POLICY = policy_from({"usage": {"enabled": True}, "growth": {"enabled": True}})
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=sys.stderr, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
HEADER = ("account", "as_of", "tier", "licences_bought", "licences_activated", "billable_users", "active_users",
          "users SCM", "users CI", "ci_builds")  # fmt: skip
Count = Annotated[int | None, BeforeValidator(lambda value: value or None), Field(ge=0)]


class Bare(BaseModel):
    account: Annotated[str, Field(min_length=1, max_length=255)]
    as_of: date
    tier: Annotated[str | None, BeforeValidator(lambda value: value or None)]
    licences_bought: Count
    licences_activated: Count
    billable_users: Count
    active_users: Count
    scm: Annotated[Count, Field(alias="users SCM")]
    ci: Annotated[Count, Field(alias="users CI")]
    builds: Annotated[float | None, BeforeValidator(lambda value: value or None), Field(ge=0, alias="ci_builds")]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made, rng = tmp_path_factory.mktemp("usage") / "usage.csv", random.Random(7)
    with made.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(ACCOUNTS):
            bought, grows = rng.randrange(50, 2000), rng.random() * 0.04
            for month, day in enumerate(DAYS):
                bought += rng.choice((0, 0, 0, 0, 10, -5))
                activated = int(bought * min(0.1 + grows * month, 1))
                scm, ci = int(activated * 0.8), int(activated * rng.random())
                writer.writerow((f"001A{number:014d}", day, "premium", bought, activated, activated, int(activated * 0.9),
                                 scm, ci, ci * 60))  # fmt: skip
    return made


def empty(database):
    """A database with the accounts alone."""
    store = Store(database, policy=POLICY)
    db = store.connection()
    db.execute("BEGIN IMMEDIATE")
    db.executemany(
        "INSERT INTO accounts(name, name_key, crm_id, segment, arr_cents, currency, renewal_on, customer_since,"
        " purchase_intent, known_at, renewal_known_at, ebr_known_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, 'USD', '2027-06-30', ?, 'CI', ?, ?, ?, ?)",
        ((f"Customer {n}", name_key(f"Customer {n}"), f"001A{n:014d}", "enterprise", n * 100 + 100,
          DAYS[n % 12].isoformat(), AT, AT, AT, AT) for n in range(ACCOUNTS)),
    )  # fmt: skip
    db.execute("COMMIT")
    return store


def load_bare(path, store):
    db = store.connection()
    by_crm = {row[0]: row[1] for row in db.execute("SELECT crm_id, id FROM accounts")}

    def rows():
        with path.open(newline="", encoding="utf-8") as file:
            for cells in csv.DictReader(file):
                row = Bare.model_validate(cells)
                yield (
                    by_crm[row.account], row.as_of.isoformat(), row.tier, row.licences_bought, row.licences_activated,
                    row.billable_users, row.active_users, row.scm, row.ci, row.builds,
                )  # fmt: skip

    db.execute("BEGIN IMMEDIATE")
    db.executemany(
        "INSERT INTO usage_figures(account_id, instance, as_of, environment, tier, licences_bought, licences_activated,"
        " billable_users, active_users, users_1, users_2, measure_1, made_by, changed_by)"
        " VALUES (?, '', ?, 'production', ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)",
        rows(),
    )
    db.execute("COMMIT")


def load_ours(path, store):
    outcome = import_file(store, "usage", path, path.name, now=NOW)
    assert outcome.counts["new"] == ACCOUNTS * MONTHS


def seconds(load, *arguments):
    begun = time.perf_counter()
    found = load(*arguments)
    return time.perf_counter() - begun, found


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_an_import_of_usage_takes_at_most_three_times_a_bare_load(path, tmp_path):
    bare, _ = seconds(load_bare, path, empty(tmp_path / "bare.db"))
    ours, _ = seconds(load_ours, path, empty(tmp_path / "ours.db"))
    times = ours / bare
    sys.stdout.write(
        f"\n{ACCOUNTS * MONTHS:,} rows of usage: {ours:.1f} s, bare load {bare:.1f} s, {times:.2f} times\n"
    )
    note(
        PART,
        f"an import of {ACCOUNTS * MONTHS:,} rows of usage",
        ms(ours),
        ms(bare),
        f"{times:.2f}, at most {MOST_TIMES}",
    )
    assert times <= MOST_TIMES


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_an_import_of_usage_stays_under_the_memory_limit(path, tmp_path):
    empty(tmp_path / "bot.db").close()
    environment = {**os.environ, "CTA_BOT_DB": str(tmp_path / "bot.db"), "CTA_BOT_POLICY": ""}
    command = [sys.executable, ROOT / "bot.py", "import", "usage", path]
    # A process is born with its parent's memory in its figure: hence a small one in between.
    measured = subprocess.run(
        [sys.executable, "-c", _PEAK, *map(str, command)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
    )
    mib = int(measured.stdout) / 1024
    sys.stdout.write(f"\n{ACCOUNTS * MONTHS:,} rows of usage through bot.py: {mib:.0f} MiB at most\n")
    note(PART, "memory of that import", f"{mib:.0f} MiB, at most {MOST_MIB}")
    assert mib < MOST_MIB


# Figures

BEFORE, MONTH = date(2025, 10, 31), date(2026, 10, 31)
# The figure of a day, as the rules say it: the newest row of each instance, summed; not known in one is not known.
_NUMBERS = (
    "licences_bought",
    "licences_activated",
    "billable_users",
    "active_users",
    "users_1",
    "users_2",
    "measure_1",
)
_SUMS = ", ".join(f"CASE WHEN count(f.{one}) = count(*) THEN sum(f.{one}) END AS {one}" for one in _NUMBERS)
_FIGURE = (
    "(SELECT f.account_id AS account_id, max(f.tier) AS tier, "
    + _SUMS
    + " FROM (SELECT kept.account_id, kept.instance,"
    " max(kept.as_of) AS as_of FROM accounts JOIN usage_figures AS kept ON kept.account_id = accounts.id"
    " AND kept.as_of BETWEEN date({0}, '-60 days') AND {0} AND kept.environment = 'production'"
    " WHERE archived_at IS NULL GROUP BY kept.account_id, kept.instance) AS newest"
    " JOIN usage_figures AS f ON f.account_id = newest.account_id AND f.instance = newest.instance"
    " AND f.as_of = newest.as_of GROUP BY f.account_id)"
)
_BAND = "CASE WHEN {0} < {1} THEN 25.0 WHEN {0} < {2} THEN 62.5 WHEN {0} IS NOT NULL THEN 87.5 END"
_CI = _BAND.format("(measure_1 / nullif(billable_users, 0))", 2, 40)
_SCM = _BAND.format("(users_1 * 1.0 / nullif(billable_users, 0))", 0.10, 0.33)
_USED = f"""
WITH judged AS (SELECT f.*, customer_since AS started, licences_activated * 1.0 / nullif(licences_bought, 0) AS share,
    {_CI} AS ci, {_SCM} AS scm
    FROM {_FIGURE.format(":day")} AS f JOIN accounts ON accounts.id = f.account_id
    WHERE churned_on IS NULL OR churned_on > :day)
SELECT count(*), sum(licences_activated), sum(licences_bought), sum(users_1 + users_2), sum(active_users),
    count(*) FILTER (WHERE users_1 > 0), count(*) FILTER (WHERE users_2 > 0), sum(ci), sum(scm),
    count(*) FILTER (WHERE ci >= 75), count(*) FILTER (WHERE scm >= 75),
    count(*) FILTER (WHERE (users_1 > 0) + (users_2 > 0) > 2), count(*) FILTER (WHERE share <= 0.75 AND
        started <= :old), count(*) FILTER (WHERE share > 0.75 AND started <= :old)
FROM judged
"""
_ADOPTED = """
SELECT count(*), count(*) FILTER (WHERE since <= :day), count(*) FILTER (WHERE since BETWEEN :first AND :day) FROM (
    SELECT accounts.id, CASE WHEN count(*) = 2 THEN max(on_day) END AS since FROM accounts
    LEFT JOIN usage_first_days ON account_id = accounts.id AND what IN ('licences', 'use case CI')
    WHERE archived_at IS NULL AND (churned_on IS NULL OR churned_on > :day) AND purchase_intent IS NOT NULL
    GROUP BY accounts.id)
"""
_TIMES = """
SELECT julianday(on_day) - julianday(opened), on_day FROM (
    SELECT account_id, min(opened_on) FILTER (WHERE motion = 'enable') AS opened,
        min(closed_on) FILTER (WHERE motion = 'expand' AND status = 'closed_success') AS won,
        min(closed_on) FILTER (WHERE motion = 'enable' AND status = 'closed_success') AS finished
    FROM ctas WHERE reported = 1 AND status <> 'withdrawn' AND opened_on <= :day AND use_case = 'CI' GROUP BY account_id
) AS course JOIN accounts ON accounts.id = course.account_id AND archived_at IS NULL
LEFT JOIN usage_first_days AS green ON green.account_id = course.account_id AND what = 'use case CI'
WHERE opened IS NOT NULL
"""
_SEATS = f"""
SELECT segment, f.tier, csm_id, count(*), sum(max(f.licences_bought - b.licences_bought, 0)),
    sum(f.licences_bought - b.licences_bought), sum(b.licences_bought)
FROM accounts JOIN {_FIGURE.format(":day")} AS f ON f.account_id = accounts.id
JOIN {_FIGURE.format(":eve")} AS b ON b.account_id = accounts.id GROUP BY segment, f.tier, csm_id
"""
_GROWN = f"""
SELECT count(*), sum(old.arr_cents), sum(new.arr_cents), sum(min(old.arr_cents, new.arr_cents)),
    count(*) FILTER (WHERE old.arr_cents <> new.arr_cents AND b.licences_bought <> f.licences_bought)
FROM accounts JOIN arr_snapshots AS old ON old.account_id = accounts.id AND old.as_of =
    (SELECT max(as_of) FROM arr_snapshots WHERE account_id = accounts.id AND as_of <= :before)
JOIN arr_snapshots AS new ON new.account_id = accounts.id AND new.as_of =
    (SELECT max(as_of) FROM arr_snapshots WHERE account_id = accounts.id AND as_of <= :month)
LEFT JOIN {_FIGURE.format(":before")} AS b ON b.account_id = accounts.id
LEFT JOIN {_FIGURE.format(":month")} AS f ON f.account_id = accounts.id
WHERE archived_at IS NULL AND churned_on IS NULL AND old.arr_cents > 0
"""


def with_work(store):
    """A CTA of each motion for each second account, and the ARR of two years' ends of months."""
    with store.write(NOW) as unit:
        for motion, back in (("expand", 300), ("enable", 200)):
            unit.db.execute(
                "INSERT INTO ctas(account_id, playbook, use_case, motion, reported, status, opened_on, closed_on, known_at)"
                " SELECT id, 'P', 'CI', ?, 1, 'closed_success', date(?, '-' || (id % 90) || ' days'), ?, ? FROM accounts"
                " WHERE id % 2 = 0",
                (
                    motion,
                    (TODAY - timedelta(days=back)).isoformat(),
                    (TODAY - timedelta(days=back - 60)).isoformat(),
                    AT,
                ),
            )
        for place, day in enumerate(DAYS):
            unit.db.execute(
                "INSERT INTO arr_snapshots(account_id, as_of, arr_cents, currency, source, at)"
                " SELECT id, ?, id * 100 + ? * (id % 2), 'USD', 'bot', ? FROM accounts",
                (day.isoformat(), place, AT),
            )
        unit.db.execute("ANALYZE")


def worked(run):
    """Seconds of the processor, which others don't count into, and what came of it."""
    begun = time.process_time()
    found = run()
    return time.process_time() - begun, found


def best(run):
    return min((worked(run) for _ in range(4)), key=lambda one: one[0])


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_growth_and_adoption_take_at_most_half_as_long_again_as_sql(path, tmp_path):
    store = empty(tmp_path / "life.db")
    load_ours(path, store)
    with_work(store)
    db = store.connection()
    days = {"day": TODAY.isoformat(), "eve": (FIRST - timedelta(days=1)).isoformat(), "first": FIRST.isoformat(),
            "before": BEFORE.isoformat(), "month": MONTH.isoformat(), "old": "2026-02-21"}  # fmt: skip

    def by_sql():
        times = db.execute(_TIMES, days).fetchall()
        took = [row[0] for row in times if row[1] and days["first"] <= row[1] <= days["day"] and row[0] >= 0]
        return [*(db.execute(one, days).fetchall() for one in (_USED, _ADOPTED, _SEATS)), took]

    floor, (figures, adopted, seats, took) = best(by_sql)
    ours, found = best(lambda: used(db, POLICY, FIRST, date(2026, 12, 31), TODAY))
    said = {(one.what, one.group, one.name): one for one in found}
    assert said["utilisation", "all", ""].value == figures[0][1] / figures[0][2]
    assert said["score", "use case", "CI"].value == pytest.approx(figures[0][7] / ACCOUNTS)
    assert said["adopted in the period", "all", ""].value == adopted[0][2]
    assert said["seats net", "all", ""].value == sum(row[5] for row in seats)
    assert said.get(("median days", "use case", "CI")) is None or (
        said["median days", "use case", "CI"].value == median(took)
    )
    told("adoption of a quarter", ours, floor)
    growth_floor, sums = best(lambda: db.execute(_GROWN, days).fetchone())
    growth_ours, lines = best(lambda: grown(db, POLICY, FIRST, date(2026, 12, 31), TODAY))
    by = {one.what: one for one in lines}
    assert by["net retention"].value == sums[2] / sums[1]
    assert by["gross retention"].value == sums[3] / sums[1]
    told("net and gross retention of a month", growth_ours, growth_floor)
    assert ours <= MOST_OF_SQL * floor
    assert growth_ours <= MOST_OF_SQL * growth_floor


def told(what, ours, floor):
    ratio = f"{ours / floor:.2f}, at most {MOST_OF_SQL}"
    sys.stdout.write(f"\n{what}: {ours:.2f} s, the best SQL {floor:.2f} s, {ratio}\n")
    note(PART, f"{what} over {ACCOUNTS:,} accounts with usage", ms(ours), ms(floor), ratio)
