"""Health and metrics say the truth while something is wrong, and again once it is well; docs/operations.md has the table.

Each case plays its fault against the running bot. `not_well` are the checks of `/readyz` that fail then, with their
words; `figure` is what `/metrics` shows of it.
"""

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils.utils import sqlite3

from handlers.door import readiness
from reminders.outbox.turn import Turn
from storage.base import sqlite as sqlite_engine
from storage.base.errors import Damaged
from storage.base.moments import instant_text
from storage.base.watch import LOOK, SLACK
from tests.account.books import fill
from tests.delivery.test_machine import until
from tests.test_health import asking, not_well  # noqa: F401 - the fixture

OPERATIONS = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
NOWHERE = "http://127.0.0.1:9/"


@dataclass
class Case:
    """A fault as the table names it, how it is played, and what is said of it."""

    name: str
    play: object
    not_well: dict[str, str]
    figure: str = ""

    @property
    def row(self):
        said = "; ".join(f"`{check}`: {words}" for check, words in self.not_well.items()) or "well"
        return f"| {self.name} | {said} | `{self.figure}` |"


def clients(world):
    return world.bot.services.slack, world.bot.machine.sender.client


def away(world):
    """Slack can't be reached, for over a minute already."""
    for client in clients(world):
        client.base_url = NOWHERE
    watch = world.bot.services.watch
    watch._seen[SLACK] = watch._seen.get(SLACK, 0.0) - 61


def back(world):
    for client in clients(world):
        client.base_url = world.sandbox.api_url


def slack_away(world, links):
    away(world)


def no_link(world, links):
    links[0] = 0


def revoked(world, links):
    world.allow("token_revoked", "invalid_auth", "account_inactive")
    world.revoke_token()
    note(world)
    world.bot.machine.wake()
    until(lambda: world.bot.machine.health().troubles)


def limited(world, links):
    world.faults.add("rate_limited", "chat.postMessage", retry_after=30, times=3)
    world.allow("ratelimited")
    note(world)
    world.bot.machine.wake()
    until(lambda: counted(world, "chat.postMessage", "ratelimited"))


def lost_channel(world, links):
    world.channel("#acme").archive()
    world.allow("is_archived")
    note(world)
    world.bot.machine.wake()
    until(lambda: world.bot.machine.health().troubles)


def stuck(world, links):
    world.bot.machine.stop()
    world.bot.services.watch._seen[LOOK] -= 61


def elsewhere(world, links):
    """Another process plans and delivers."""
    world.bot.machine.stop()
    Turn(world.store, 600, world.bot.services.clock).take()


def gone(world, links):
    world.store.path.unlink()


def damaged(world, links):
    world.bot.services.alarm(Damaged("The database bot.db is damaged."))


def no_backup(world, links):
    folder = world.store.path.parent / "backups"
    folder.mkdir()
    (folder / f"cta-bot-{(world.now - timedelta(days=2)).date()}.db").touch()
    services = world.bot.services
    backup = services.policy.backup.model_copy(update={"folder": str(folder)})
    services.adopt(services.policy.model_copy(update={"backup": backup}), services.renderer)


def a_bug(world, links):
    services = world.bot.services
    services.adopt(services.policy, SimpleNamespace(render=services.renderer.faults))  # whatever is shown fails
    world.as_("maya").command("/cta list mine")
    world.allow_messages()


def note(world, to="channel:C0000ACME"):
    """Something that is due now."""
    with world.unit() as unit:
        unit.db.execute(
            "INSERT INTO outbox(dedupe_key, kind, destination, recipient, why, payload, post_at, not_before, created_at,"
            " updated_at) VALUES (?3, 'notice', ?1, substr(?1, 9), '',"
            ' \'{"notice": "trouble", "words": "x"}\', ?2, ?2, ?2, ?2)',
            (to, unit.at, f"n:{uuid4()}"),
        )


def counted(world, method, code):
    return world.bot.services.watch.counts().get(("slack_calls", (method, code)), 0)


CASES = [
    Case("Slack is away", slack_away, {"slack": "Slack does not answer"}, 'cta_bot_slack_calls_total{code="URLError"'),
    Case("no link is open", no_link, {"connection": "Slack has no way to the bot"}, 'cta_bot_ready{check="connection"} 0.0'),
    Case("the token is refused", revoked, {"slack": "Slack refuses the bot's token"}, 'cta_bot_ready{check="slack"} 0.0'),
    Case("Slack wants to be left alone", limited, {}, 'cta_bot_slack_calls_total{code="ratelimited"'),
    Case("a channel is lost", lost_channel, {}, 'cta_bot_outbox_rows{state="blocked"}'),
    Case("it no longer looks at what is due", stuck, {"machine": "it looked at what is due", "turn": "nobody plans"}, 'cta_bot_ready{check="machine"} 0.0'),
    Case("another process delivers", elsewhere, {}, 'cta_bot_ready{check="turn"} 1.0'),
    Case("the file is gone", gone, {"database": "nothing is kept any more"}, 'cta_bot_ready{check="database"} 0.0'),
    Case("a damaged page was met", damaged, {"database": "is damaged"}, 'cta_bot_ready{check="database"} 0.0'),
    Case("the night's backup failed twice", no_backup, {"backup": "2 days old"}, 'cta_bot_ready{check="backup"} 0.0'),
    Case("somebody met a bug", a_bug, {}, 'outcome="failed"'),
]  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=pytest.mark.of_a_file) if case.play is gone else case for case in CASES],
    ids=lambda case: case.name,
)
def test_health_and_metrics_say_what_is_wrong(asking, world, case):  # noqa: F811 - the fixture
    ask, links = asking
    assert ask("/readyz")[0] == 200
    case.play(world, links)
    answer = ask("/readyz")
    said = not_well(answer) if case.not_well else {}
    assert answer[0] == (503 if case.not_well else 200), answer
    assert said.keys() == case.not_well.keys()
    assert all(words in said[check] for check, words in case.not_well.items()), said
    text = ask("/metrics")[1]
    assert case.figure in text, text
    assert ask("/healthz")[0] == 200
    world.allow_messages()


def test_the_table_in_operations_is_of_these_cases():
    rows = re.findall(r"^\| .* \| .* \| `.*` \|$", OPERATIONS, re.MULTILINE)
    wanted = [case.row for case in CASES]
    assert rows == wanted, "\n" + "\n".join(wanted)


def test_a_slack_that_comes_and_goes_for_an_hour(asking, world):  # noqa: F811 - the fixture
    """At each turn health is right, nothing is lost or doubled, and no wait grows."""
    ask, _ = asking
    noted = 0
    for _ in range(12):
        away(world)
        note(world)
        noted += 1
        world.jump(world.now + timedelta(minutes=2))
        assert set(not_well(ask("/readyz"))) == {"slack"}
        back(world)
        world.jump(world.now + timedelta(minutes=3))
        status, body = ask("/readyz")
        assert status == 200, body
        until(lambda: is_sent(world))
    assert len(world.log.entries("posted", channel="C0000ACME")) == noted
    assert ask("/readyz")[1]["checks"]["outbox"]["words"].startswith("nothing waits")
    world.allow_messages()


def is_sent(world):
    """Whether all is, while the clock goes on: a hold ends by it."""
    world.jump(world.now + timedelta(seconds=10))
    now = instant_text(world.now)
    return not world.rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending') AND post_at <= ?", now)


def test_slack_that_is_away_at_nine(make_world):
    """What the morning brings waits; health says for how long; it goes out once when Slack is back."""
    from tests.test_health import asking as with_port

    world = make_world()
    ports = with_port.__wrapped__(world)
    ask, _ = next(ports)
    nine = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    world.jump(nine - timedelta(minutes=10))
    world.posted()
    before = len(world.log.entries("posted"))
    away(world)
    note(world)
    world.jump(nine + timedelta(minutes=1))
    assert set(not_well(ask("/readyz"))) == {"slack"}
    world.jump(nine + timedelta(minutes=16))
    said = not_well(ask("/readyz"))
    assert set(said) == {"slack", "outbox"}
    assert "the oldest row waits for" in said["outbox"]
    waits = re.search(r"^cta_bot_outbox_oldest_seconds (\S+)$", ask("/metrics")[1], re.MULTILINE)
    assert float(waits[1]) >= 15 * 60
    back(world)
    world.jump(nine + timedelta(minutes=20))
    until(lambda: is_sent(world))
    assert ask("/readyz")[0] == 200
    keys = [entry.get("metadata", {}).get("event_payload", {}).get("keys") for entry in world.log.entries("posted")]
    late = [key for found in keys[before:] for key in found or ()]
    assert len(late) == len(set(late)) > 0
    world.allow_messages()
    next(ports, None)


@pytest.mark.of_a_file
def test_a_disk_that_fills_slowly(asking, world, monkeypatch):  # noqa: F811 - the fixture
    """It is said while there is room still; once it is full; and that it is well, as soon as something could be kept."""
    ask, _ = asking
    free = [1 << 30]
    monkeypatch.setattr(readiness, "disk_usage", lambda _: SimpleNamespace(free=free[0]))
    assert ask("/readyz")[1]["checks"]["disk"]["words"] == "1024 MiB free beside the database"
    free[0] = 60 << 20
    assert not_well(ask("/readyz")) == {"disk": "60 MiB free beside the database"}
    assert "cta_bot_disk_free_bytes 6.291456e+07" in ask("/metrics")[1]
    maya = world.as_("maya")
    assert "Opened" in maya.command("/cta open Acme expand ci").text  # people go on

    pages = world.db.execute("PRAGMA page_count").fetchone()[0]
    room(world, monkeypatch, pages)
    free[0] = 0
    words = " ".join(["a word that needs its room"] * 100)
    said = [maya.command(f"/cta open Acme expand {case} note {words}").text for case in ("cd", "scm", "monitor")]
    assert any("is full" in text for text in said)
    assert not any("E-" in text for text in said)
    found = not_well(ask("/readyz"))
    assert set(found) == {"database", "disk"}
    assert "is full" in found["database"]

    room(world, monkeypatch, 10**6)
    free[0] = 1 << 30
    assert "Opened" in maya.command("/cta open Hooli expand ci", "dm").text or maya.command("/cta open Acme expand cd")
    assert ask("/readyz")[0] == 200
    world.allow_messages()


def room(world, monkeypatch, pages):
    """So many pages the file may have from now on."""
    monkeypatch.setattr(sqlite_engine, "_PRAGMAS", (*sqlite_engine._PRAGMAS, f"PRAGMA max_page_count={pages}"))
    for connection in world.store._open.values():
        connection.execute(f"PRAGMA max_page_count={pages}")


@pytest.mark.of_a_file
def test_a_file_that_another_keeps_is_busy(asking, world):  # noqa: F811 - the fixture
    ask, _ = asking
    with closing(sqlite3.connect(world.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "busy" in not_well(ask("/readyz"))["database"]
        other.execute("ROLLBACK")
    assert ask("/readyz")[1]["checks"]["database"]["ok"]


def test_there_are_as_many_checks_in_the_table_as_the_port_has(asking, world):  # noqa: F811 - the fixture
    ask, _ = asking
    no_backup(world, None)
    fill(world)
    names = re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.MULTILINE)
    assert set(names) - {"start"} >= set(ask("/readyz")[1]["checks"])
