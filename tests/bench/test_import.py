"""100,000 accounts from a file, beside a bare validated bulk load of the same file into the same table, in one run.

The bare load is what somebody would write who needs no merge, no undo, no audit and no dry run: `csv`, pydantic,
`executemany`. It has the same table with its indexes and the full-text index of the names.
"""

import csv
import os
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, Field

from handlers.importing.actions import import_file
from storage.base.db import Store
from storage.base.folding import name_key
from storage.base.policy import Policy
from tests.bench.figures import ms, note

ROOT = Path(__file__).parents[2]
ACCOUNTS = 100_000
MOST_TIMES, MOST_MIB = 3, 250
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=sys.stderr, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
AT = "2026-11-21T09:00:00Z"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HEADER = "name crm_id segment arr renewal_date csm ae sa channel customer_since last_ebr region health currency crm_url"
COLUMNS = (
    "name, name_key, crm_id, segment, arr_cents, currency, renewal_on, csm_id, ae_id, sa_id, channel_id,"
    " customer_since, last_ebr_on, region, health, crm_url, known_at, renewal_known_at, ebr_known_at, updated_at"
)

blank = BeforeValidator(lambda value: value or None)


class Bare(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    crm_id: Annotated[str | None, blank]
    segment: Annotated[str | None, blank]
    arr: Annotated[Decimal | None, blank, Field(ge=0)]
    renewal_date: Annotated[date | None, blank]
    csm: Annotated[str | None, blank]
    ae: Annotated[str | None, blank]
    sa: Annotated[str | None, blank]
    channel: Annotated[str | None, blank]
    customer_since: Annotated[date | None, blank]
    last_ebr: Annotated[date | None, blank]
    region: Annotated[str | None, blank]
    health: Annotated[str | None, blank]
    currency: str
    crm_url: Annotated[str | None, blank]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("import") / "crm.csv"
    rng = random.Random(5)
    words = ("Acme", "Globex", "Hooli", "Initech", "Umbrella", "Stark", "Wayne", "Soylent")
    with made.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split())
        for i in range(ACCOUNTS):
            writer.writerow(
                (
                    f"{rng.choice(words)} {rng.choice(('Labs', 'GmbH', 'Group', 'Asia'))} {i}",
                    f"001A{i:014d}",
                    rng.choice(("Strategic", "Enterprise", "Commercial")),
                    f"{rng.randrange(900_000)}.{rng.randrange(100):02d}",
                    date.fromordinal(rng.randrange(739_900, 740_700)),
                    *(f"{role}{rng.randrange(300)}@example.com" for role in ("csm", "ae", "sa")),
                    f"#acct-{i}",
                    date.fromordinal(rng.randrange(735_000, 739_000)),
                    date.fromordinal(rng.randrange(739_000, 739_500)) if rng.random() < 0.7 else "",
                    rng.choice(("EMEA", "AMER")),
                    rng.choice(("green", "yellow", "red", "")),
                    "USD",
                    f"https://crm.example.com/{i}",
                )
            )
    return made


def load_bare(path, database):
    db = Store(database, policy=Policy()).connection()
    people = {}

    def person(email):
        if email and email not in people:
            people[email] = db.execute(
                "INSERT INTO people(email, name, updated_at) VALUES (?, ?, ?) RETURNING id", (email, email, AT)
            ).fetchone()[0]
        return people.get(email)

    def rows():
        with path.open(newline="", encoding="utf-8") as file:
            for cells in csv.DictReader(file):
                row = Bare.model_validate(cells)
                days = (row.renewal_date, row.customer_since, row.last_ebr)
                renewal, since, ebr = (day and day.isoformat() for day in days)
                cents = None if row.arr is None else int(row.arr * 100)
                team = (person(row.csm), person(row.ae), person(row.sa))
                yield (
                    row.name, name_key(row.name), row.crm_id, row.segment, cents, row.currency, renewal, *team,
                    row.channel, since, ebr, row.region, row.health, row.crm_url, AT, AT, AT, AT,
                )  # fmt: skip

    db.execute("BEGIN IMMEDIATE")
    db.executemany(f"INSERT INTO accounts({COLUMNS}) VALUES ({', '.join('?' * 20)})", rows())
    db.execute("COMMIT")


def load_ours(path, database):
    outcome = import_file(Store(database, policy=Policy()), "accounts", path, path.name, now=NOW)
    assert outcome.counts["new"] == ACCOUNTS


def seconds(load, *arguments):
    begun = time.perf_counter()
    load(*arguments)
    return time.perf_counter() - begun


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_an_import_takes_at_most_three_times_a_bare_load(path, tmp_path):
    bare, ours = [], []
    for turn in range(2):
        bare.append(seconds(load_bare, path, tmp_path / f"bare{turn}.db"))
        ours.append(seconds(load_ours, path, tmp_path / f"ours{turn}.db"))
    store = Store(tmp_path / "ours0.db", policy=Policy())
    again = seconds(lambda: import_file(store, "accounts", path, path.name, now=NOW))
    times = min(ours) / min(bare)
    sys.stdout.write(
        f"\n{ACCOUNTS:,} accounts: {min(ours):.2f} s, bare load {min(bare):.2f} s, {times:.2f} times;"
        f" the same file again {again:.2f} s\n"
    )
    note(
        "By the hundred thousand",
        f"an import of {ACCOUNTS:,} accounts",
        ms(min(ours)),
        ms(min(bare)),
        f"{times:.2f}, at most {MOST_TIMES}",
    )
    note("By the hundred thousand", "the same file again", ms(again))
    assert times <= MOST_TIMES


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_an_import_stays_under_the_memory_limit(path, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.touch()
    environment = {**os.environ, "CTA_BOT_DB": str(tmp_path / "bot.db"), "CTA_BOT_POLICY": str(policy)}
    command = [sys.executable, ROOT / "bot.py", "import", "accounts", path]
    # A process is born with its parent's memory in its figure: hence a small one in between.
    measured = subprocess.run(
        [sys.executable, "-c", _PEAK, *map(str, command)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    mib = int(measured.stdout) / 1024
    sys.stdout.write(f"\n{ACCOUNTS:,} accounts through bot.py: {mib:.0f} MiB at most\n")
    note("By the hundred thousand", "memory of that import", f"{mib:.0f} MiB, at most {MOST_MIB}")
    assert mib < MOST_MIB
