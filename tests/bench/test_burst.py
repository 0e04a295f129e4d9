"""A burst of commands against the bot as a process of its own, over both ways in: how long until the ack, and how much memory.

Fifty people, reads and writes mixed, 64 under way at once; then one at a time. HTTP comes on kept connections, as
from Slack and from any proxy before the bot. Driver and bot share the machine, so that
the figures are of both; what is held to a limit is Slack's (three seconds), a person's patience, and one way by the other.
Both ways stand at once and take turns: else a machine that is slower for a minute would make one of them slower.
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
from contextlib import contextmanager
from pathlib import Path

import pytest

from handlers.demo.book import WORLD
from sandbox import payloads
from sandbox.server import Sandbox
from tests.bench.figures import ms, note, spread

ROOT = Path(__file__).parents[2]
PEOPLE, COMMANDS, AT_ONCE, ALONE, TURNS = 50, 10_000, 64, 600, 10
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


async def burst(sandbox, staff, texts, at_once, first=0):
    """The seconds until each command was acked, with so many under way; the first has this number."""
    took, left = [], iter(enumerate(texts, first))

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


class Standing:
    """A bot that is reached in one way, and what was measured of it."""

    def __init__(self, sandbox, staff, process):
        self.sandbox, self.staff, self.process = sandbox, staff, process
        self.took, self.singly, self.whole = [], [], 0.0

    def turn(self, first, many):
        """Some of the mixed commands, many under way at once."""
        mixed = [MIXED[n % len(MIXED)] for n in range(first, first + many)]
        before = time.perf_counter()
        self.took += self.sandbox.run(burst(self.sandbox, self.staff, mixed, AT_ONCE, first), 600)
        self.whole += time.perf_counter() - before

    def one_by_one(self, many):
        """Reads, one under way."""
        reads = ["/cta help", "/cta list mine", "/account Customer {n:03}"] * (many // 3)
        self.singly += self.sandbox.run(burst(self.sandbox, self.staff, reads, 1), 120)


@contextmanager
def standing(way, tmp_path):
    tmp_path.mkdir()
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
            opened = ["/cta open Customer {n:03} expand cd"] * 300
            sandbox.run(burst(sandbox, staff, opened, 8), 120)
            yield Standing(sandbox, staff, process)
        finally:
            process.terminate()
            process.wait(timeout=30)
            assert "Traceback" not in said.read_text(), said.read_text()[-3000:]


def figures(one):
    took = sorted(one.took)
    return {
        "p50": took[len(took) // 2],
        "p99": took[int(len(took) * 0.99)],
        "most": took[-1],
        "whole": one.whole,
        "alone": statistics.median(one.singly),
        "singly": one.singly,
        "memory": memory(one.process),
    }


@pytest.mark.bench
@pytest.mark.timeout(1500)
def test_a_burst_over_either_way(tmp_path):
    with standing("socket", tmp_path / "socket") as by_socket, standing("http", tmp_path / "http") as by_http:
        ways = {"socket": by_socket, "http": by_http}
        for turn in range(TURNS):
            for one in ways.values():
                one.turn(turn * COMMANDS // TURNS, COMMANDS // TURNS)
                one.one_by_one(ALONE // TURNS)
        found = {way: figures(one) for way, one in ways.items()}
    for way, one in found.items():
        print(
            f"\n{way}: {COMMANDS / one['whole']:.0f} commands a second; p50 {one['p50'] * 1000:.0f} ms, p99 {one['p99'] * 1000:.0f}"
            f" ms, most {one['most'] * 1000:.0f} ms; alone p50 {one['alone'] * 1000:.2f} ms; {one['memory']:.0f} MiB",
            end="",
        )
        name = {"socket": "Socket Mode", "http": "HTTP"}[way]
        note(
            "Under load",
            f"{name}, {AT_ONCE} in flight, {COMMANDS:,} commands by {PEOPLE} people: until the ack",
            f"{ms(one['p50'])}, p99 {ms(one['p99'])}, most {ms(one['most'])}; {COMMANDS / one['whole']:.0f} a second; {one['memory']:.0f} MiB",
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
