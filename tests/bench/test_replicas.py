"""Two replicas: how soon the other one takes over, how soon a click at one goes out by the other, and commands at both."""

import json
import statistics
import time
from contextlib import closing

import pytest

from handlers.demo.book import WORLD
from sandbox.server import Sandbox
from storage.base.db import Store
from storage.base.policy import Policy
from tests.bench.figures import note, spread
from tests.bench.test_burst import PEOPLE, ROOT, book, burst, python, ready
from tests.delivery.killing import calm, disturbed, process  # noqa: F401 - fixtures among them
from tests.delivery.replicas import SPANS, team_of
from tests.delivery.test_machine import arrives, until

pytestmark = pytest.mark.bench
TURN = SPANS[2]


@pytest.fixture
def team(process, disturbed):  # noqa: F811 - the fixtures
    office, _ = disturbed
    with team_of(process, office) as team:
        for name in "ab":
            team.start(name)
        until(lambda: team.holder)
        team.comes_to_rest()
        live_a_while(2 * TURN)  # until each knows of the other
        yield team


def live_a_while(seconds):
    time.sleep(seconds)


def taken_over(team, end):
    """Seconds from the end of the holder until the next message arrives."""
    name = team.holder
    end(team.at[name])
    began = time.monotonic()
    (key,) = team.feed(1)
    assert arrives(team.office, key)
    took = time.monotonic() - began
    del team.at[name]
    team.start(name)
    live_a_while(2 * TURN)
    return took


def test_the_other_one_takes_over(team):
    killed = [taken_over(team, lambda one: one.kill()) for _ in range(5)]
    ended = [taken_over(team, lambda one: one.end()) for _ in range(5)]
    note(
        "Under load",
        "replicas: the next message after kill -9 of the one that delivers",
        f"{max(killed):.2f} s at most",
    )
    note("Under load", "replicas: the next message after SIGTERM", f"{max(ended):.2f} s at most")
    print(f"\nkilled (turn of {TURN} s): {max(killed):.2f} s at most; ended: {max(ended):.2f} s at most")
    assert max(killed) < TURN + 2
    assert max(ended) < 1


def test_what_is_written_elsewhere_goes_out_at_once(team):
    took = []
    for _ in range(40):
        live_a_while(0.1)
        began = time.monotonic()
        (key,) = team.feed(1)
        assert arrives(team.office, key)
        took.append(time.monotonic() - began)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"\nfrom the commit to Slack: median {statistics.median(took) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")


def test_200_commands_at_two_bots_are_each_carried_out_once(tmp_path):
    with Sandbox(manifest=json.loads((ROOT / "manifest.json").read_text()), seed=WORLD) as sandbox:
        staff = [sandbox.workspace.hire(f"csm{n}", email=f"csm{n}@example.com") for n in range(PEOPLE)]
        environment = {
            "SLACK_API_URL": sandbox.api_url, "SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret, "CTA_BOT_DB": str(tmp_path / "bot.db"),
        }  # fmt: skip
        python(
            "bot.py", "import", "accounts", book(tmp_path, staff), environment=environment, said=tmp_path / "i"
        ).wait()
        bots = []
        try:
            for name in "ab":
                bots.append(python("bot.py", "run", environment=environment, said=tmp_path / name))
                ready(bots[-1], tmp_path / name, "Websocket connected")
            took = sandbox.run(burst(sandbox, staff, ["/cta open Customer {n:03} expand cd"] * 200, 4), 120)
        finally:
            for bot in bots:
                bot.terminate()
                bot.wait(timeout=60)
    with closing(Store(tmp_path / "bot.db", policy=Policy())) as store:
        opened = [row[0] for row in store.connection().execute("SELECT account_id FROM ctas")]
    p99 = statistics.quantiles(took, n=100)[-1]
    note("Under load", "replicas: 200 commands at two bots, time to ack", "{}, p99 {}".format(*spread(took)))
    print(f"\n200 commands at two bots: median {statistics.median(took) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    assert sorted(opened) == sorted(set(opened))
    assert len(opened) == 200
    assert p99 < 0.1
