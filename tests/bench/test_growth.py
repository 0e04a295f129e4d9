"""What people ask for, over a book of 1,000, 10,000 and 100,000 accounts: one CSM has fifty of them, whatever there are.

So an answer may hardly grow with the book; starting, and the first look at everything after an import, grow with it.
"""

import csv
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltRequest

from reminders.engine.planner import plan
from reminders.outbox.my_day import my_day
from storage.account import store as accounts
from storage.base import outbox
from tests.bench.figures import ms, note, spread
from tests.bench.test_planning import query, timed
from tests.sandbox.processes import python

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 100_000)
EACH, ROUNDS, PART = 50, 100, "As it grows"
OF_ALL = "`/renewals` (of everybody: it orders all of the next months)"
MOST_OF_ALL = 0.3
COMMANDS = {
    "`/cta list mine`": "/cta list mine",
    "`/account Customer 7`": "/account Customer 7",
    OF_ALL: "/renewals all",
    "`/cta note 5 …`": "/cta note 5 met the new CTO {round}",
}

SHOWN = (*COMMANDS, "Home, drawn and shown", "My day, of all that is due", "a typeahead")


def book(path, size, today):
    """A file of so many accounts: maya has fifty of them, others the rest."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "csm", "arr", "renewal_date", "crm_id", "customer_since"])
        for n in range(size):
            owner = "maya" if n < EACH else f"csm{n // EACH}"
            renewal = today + timedelta(days=n * 7 % 700)
            rows.writerow(
                [f"Customer {n}", f"{owner}@example.com", 1000 + n, renewal, f"C{n}", today - timedelta(days=400)]
            )
    return path


def opened(world, size):
    """Two open CTAs an account, one of each of maya's due soon."""
    with world.unit() as unit:
        unit.db.executemany(
            "INSERT INTO ctas(account_id, playbook, use_case, motion, reported, owner_id, status, opened_on, due_on, known_at)"
            " SELECT id, 'Expand: CI', ?1, 'expand', 1, csm_id, 'work_in_progress', ?2, date(?2, '+' || (id % 90) || ' days'),"
            " ?3 FROM accounts",
            [(case, unit.today.isoformat(), unit.at) for case in ("CI", "CD")],
        )  # fmt: skip


def dispatched(world, fields):
    """How long the app takes for a payload until its ack is ready."""
    body = urlencode({"team_id": world.bot.services.team_id, "user_id": world.person_id("maya"), "channel_id": "C00CSTEAM",
                      "response_url": "http://127.0.0.1:1/", **fields})  # fmt: skip
    request = BoltRequest(
        body=body, mode="socket_mode", headers={"content-type": ["application/x-www-form-urlencoded"]}
    )
    begin = time.perf_counter()
    answer = world.bot.app.dispatch(request)
    took = time.perf_counter() - begin
    assert answer.status == 200
    assert "E-" not in answer.body
    return took


def home(world):
    maya = world.as_("maya")
    begin = time.perf_counter()
    maya.open_home()
    return time.perf_counter() - begin


def rendered(world):
    """The morning's message of maya, with all that was planned for her."""
    services = world.bot.services
    rows = [row for row in outbox.listed(world.db) if row.recipient == "maya@example.com" and row.state == "pending"]
    assert rows
    begin = time.perf_counter()
    my_day(world.db, services.renderer, services.policy, rows, world.now)
    return time.perf_counter() - begin


def started(world):
    """Seconds until the bot as a process of its own is connected, and the memory that it takes then."""
    environment = {
        "SLACK_API_URL": world.sandbox.api_url, "SLACK_BOT_TOKEN": world.sandbox.bot_token,
        "SLACK_APP_TOKEN": world.sandbox.app_token, "CTA_BOT_DB": str(world.store.path),
    }  # fmt: skip
    begin = time.perf_counter()
    process = python("bot.py", "run", **environment)
    assert any("Websocket connected" in line for line in process.stderr)
    took = time.perf_counter() - begin
    held = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1024
    process.terminate()
    process.communicate(timeout=30)
    return took, held


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_answers_hardly_grow_with_the_book(make_world, tmp_path, slack):
    found = {}
    for size in SIZES:
        world = make_world(tmp_path / f"{size}.db")
        world.bot.machine.stop()
        path = book(tmp_path / "book.csv", size, world.now.date())
        environment = os.environ | {"CTA_BOT_DB": str(world.store.path), "CTA_BOT_POLICY": ""}
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "bot.py", "import", "accounts", path],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        row = {"import": time.perf_counter() - begin}
        opened(world, size)
        world.db.execute("ANALYZE")
        row["floor"] = min(timed(partial(query, world.store, world.now))[0] for _ in range(2))
        row["first look"], _ = timed(partial(plan, world.store, world.now))
        for what, line in COMMANDS.items():
            name, _, text = line.partition(" ")
            took = []
            for number in range(ROUNDS + 3):
                fields = {
                    "command": name,
                    "text": text.format(round=number),
                    "trigger_id": f"{size}.{number}.{name}{what[:8]}",
                }
                took.append(dispatched(world, fields))
            row[what] = took[3:]
        row["Home, drawn and shown"] = [home(world) for _ in range(10)]
        row["My day, of all that is due"] = [rendered(world) for _ in range(ROUNDS)]
        row["a typeahead"] = []
        for typed in ("c", "cust", "customer 9", "9999", "custmer") * 10:
            begin = time.perf_counter()
            accounts.search(world.db, typed)
            row["a typeahead"].append(time.perf_counter() - begin)
        row["start"], row["memory"] = started(world)
        found[size] = row
        world.allow_messages()
    report(found)
    for what in set(SHOWN) - {OF_ALL}:
        small, large = (sorted(found[size][what])[len(found[size][what]) // 2] for size in (SIZES[0], SIZES[-1]))
        assert large <= 5 * small + 0.1, what
    assert found[SIZES[-1]]["first look"] <= 4 * found[SIZES[-1]]["floor"]
    assert sorted(found[SIZES[-1]][OF_ALL])[ROUNDS // 2] < MOST_OF_ALL


def report(found):
    """Note and print it all: a row a thing, a figure a size."""
    sizes = ", ".join(f"{size:,}" for size in found)
    for what in SHOWN:
        spans = [spread(row[what]) for row in found.values()]
        note(PART, f"{what}, over {sizes} accounts", "; ".join(f"{p50}, p99 {p99}" for p50, p99 in spans))
        print(what, spans)
    for what, unit in (("import", ms), ("first look", ms), ("start", ms), ("memory", "{:.0f} MiB".format)):
        said = "; ".join(unit(row[what]) for row in found.values())
        floor = "; ".join(ms(row["floor"]) for row in found.values()) if what == "first look" else ""
        times = (
            "; ".join(f"{row[what] / row['floor']:.1f}" for row in found.values()) + ", at most 4"
            if what == "first look"
            else ""
        )
        words = {"import": "an import through bot.py", "first look": "the first look at everything after it, beside the query of the same facts",
                 "start": "a start until it is connected", "memory": "memory then"}[what]  # fmt: skip
        note(PART, f"{words}, over {sizes} accounts", said, floor, times)
        print(what, said, floor, times)
