"""A burst of commands against the bot as a process of its own, over both ways in: how long until the ack, and how much memory.

Fifty people, reads and writes mixed, 64 under way at once; then one at a time. HTTP comes on kept connections, as
from Slack and from any proxy before the bot. Driver and bot share the machine, so that
the figures are of both; what is held to a limit is Slack's (three seconds), a person's patience, and one way by the other.
"""

import asyncio
import csv
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handlers.demo.book import WORLD
from sandbox import payloads
from sandbox.server import Sandbox
from tests.bench.figures import ms, note, spread

ROOT = Path(__file__).parents[2]
PEOPLE, COMMANDS, AT_ONCE, ALONE = 50, 10_000, 64, 400
MIXED = (
    "/cta note {cta} met the new CTO", "/account Customer {n:03}", "/cta list mine", "/cta open Customer {n:03} expand ci",
    "/renewals", "/cta", "/cta due {cta} +2w", "/cta history {cta}", "/cta help", "/cta close {cta} no-success lack_of_budget until May",
)  # fmt: skip


def python(*argv, environment, said):
    """A process of the bot that says what it says into a file: a pipe that nobody empties would hold it up at 64 KiB."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "CTA_BOT_"))}
    with said.open("w") as log:
        return subprocess.Popen([sys.executable, *map(str, argv)], cwd=ROOT, env=kept | environment, stderr=log)


def ready(process, said, words):
    while words not in said.read_text():
        assert process.poll() is None, said.read_text()[-3000:]
        time.sleep(0.02)


def memory(process):
    """The most that the process has had resident, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def book(tmp_path, staff):
    with (tmp_path / "accounts.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "csm", "arr", "renewal_date", "crm_id"])
        rows.writerows(
            [f"Customer {n:03}", staff[n % PEOPLE].email, 1000 * n, f"2027-{n % 12 + 1:02}-15", f"C{n}"]
            for n in range(300)
        )
    return tmp_path / "accounts.csv"


async def burst(sandbox, staff, texts, at_once):
    """The seconds until each command was acked, with so many under way."""
    took, left = [], iter(enumerate(texts))

    async def somebody():
        for number, text in left:
            who = staff[number % PEOPLE]
            name, _, rest = text.format(cta=number // len(MIXED) % 300 + 1, n=number % 300).partition(" ")
            payload = payloads.command(
                sandbox.workspace, who, sandbox.workspace.dm(who.id), name, rest,
                url=f"{sandbox.url}/respond/none", trigger=f"{time.perf_counter_ns()}.{number}.x",
            )  # fmt: skip
            begin = time.perf_counter()
            answer = await sandbox.delivery.deliver("slash_commands", payload, about=name, accepts_payload=True)
            took.append(time.perf_counter() - begin)
            assert "E-" not in json.dumps(answer.get("text", "")), answer["text"]

    await asyncio.gather(*(somebody() for _ in range(at_once)))
    return took


def measured(way, tmp_path):
    with Sandbox(manifest=json.loads((ROOT / "manifest.json").read_text()), seed=WORLD) as sandbox:
        staff = [sandbox.workspace.hire(f"csm{n}", email=f"csm{n}@example.com") for n in range(PEOPLE)]
        environment = {
            "SLACK_API_URL": sandbox.api_url, "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret, "CTA_BOT_DB": str(tmp_path / "bot.db"),
        }  # fmt: skip
        said = tmp_path / "said.log"
        python("bot.py", "import", "accounts", book(tmp_path, staff), environment=environment, said=said).wait()
        if way == "http":
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            process = python("bot.py", "run", "--http", port, environment=environment, said=said)
            ready(process, said, "Listening on")
            sandbox.delivery.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            process = python("bot.py", "run", environment=environment, said=said)
            ready(process, said, "Websocket connected")
        try:
            mixed = [MIXED[n % len(MIXED)] for n in range(COMMANDS)]
            opened = ["/cta open Customer {n:03} expand cd"] * 300
            sandbox.run(burst(sandbox, staff, opened, 8), 120)
            before = time.perf_counter()
            took = sandbox.run(burst(sandbox, staff, mixed, AT_ONCE), 600)
            whole = time.perf_counter() - before
            alone = sandbox.run(
                burst(sandbox, staff, ["/cta help", "/cta list mine", "/account Customer {n:03}"] * (ALONE // 3), 1),
                120,
            )
            return {
                "took": sorted(took),
                "whole": whole,
                "alone": statistics.median(alone),
                "singly": alone,
                "memory": memory(process),
            }
        finally:
            process.terminate()
            process.wait(timeout=30)
            assert "Traceback" not in said.read_text(), said.read_text()[-3000:]


@pytest.mark.bench
@pytest.mark.timeout(1500)
def test_a_burst_over_either_way(tmp_path):
    found = {}
    for way in ("socket", "http"):
        (tmp_path / way).mkdir()
        found[way] = one = measured(way, tmp_path / way)
        p50, p99, most = (one["took"][int(len(one["took"]) * part)] for part in (0.5, 0.99, 0.999999))
        print(
            f"\n{way}: {COMMANDS / one['whole']:.0f} commands a second; p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms,"
            f" most {most * 1000:.0f} ms; alone p50 {one['alone'] * 1000:.2f} ms; {one['memory']:.0f} MiB",
            end="",
        )
        one["p99"], one["most"] = p99, most
        name = {"socket": "Socket Mode", "http": "HTTP"}[way]
        note(
            "Under load",
            f"{name}, {AT_ONCE} in flight, {COMMANDS:,} commands by {PEOPLE} people: until the ack",
            f"{ms(p50)}, p99 {ms(p99)}, most {ms(most)}; {COMMANDS / one['whole']:.0f} a second; {one['memory']:.0f} MiB",
        )
        note("One at a time", f"{name}, one in flight: until the ack", "{}, p99 {}".format(*spread(one["singly"])))
    apart = max(found["socket"]["whole"], found["http"]["whole"]) / min(
        found["socket"]["whole"], found["http"]["whole"]
    )
    alone = found["http"]["alone"] / found["socket"]["alone"]
    print(f"\none way takes {apart:.2f} times as long as the other; alone HTTP takes {alone:.2f} times as long")
    note(
        "Under load",
        "one way beside the other: all of it; one at a time",
        "",
        "",
        f"{apart:.2f}, at most 1.3; {alone:.2f}, at most 2",
    )
    assert max(one["p99"] for one in found.values()) < 1
    assert max(one["most"] for one in found.values()) < 3
    assert max(one["memory"] for one in found.values()) < 110
    assert apart <= 1.3
    assert alone <= 2
