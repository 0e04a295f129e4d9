"""Two years of monthly usage of 100,000 accounts, and what is worked out of them, each held against a floor in one run.

The floor of the import is what somebody would write who needs no merge, no undo, no rejects and no dry run: `csv`,
pydantic, `executemany` into the same table. Of figures it is the SQL that somebody would write who knows this very data
(one instance, nobody archived, merged or back, the measures of the policy that the file has).
"""

import csv
import os
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, Field

from handlers.importing.actions import import_file
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
