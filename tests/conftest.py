"""The whole bot against the strict sandbox: real HTTP, a real SQLite file, a clock that stands until it is moved."""

import csv
import gc
import io
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pydantic import SecretStr

from bot import Bot, wire
from handlers.demo.book import WORLD
from handlers.terminal import Terminal
from handlers.terminal.settings import Settings
from sandbox.quick_socket import QuickSocket
from sandbox.testing import Slack, sandbox, slack  # noqa: F401 - fixtures
from storage.base.moments import instant_text
from storage.base.policy import policy_from
from tests import engines
from tests.account.books import fill

ROOT = Path(__file__).parents[1]

# A busy machine is no fault of the code; the same examples each time, so that a failure is one for everybody.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_addoption(parser):
    parser.addoption("--engine", choices=("sqlite", "postgres"), help="what stores run on (tests/engines.py)")
    parser.addoption("--rounds", type=int, default=8, help="rounds of kills and stops over two replicas in soak tests")


def pytest_configure(config):
    # A test asks what is written, not whether a disk keeps it: killed processes lose nothing of it there either.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(engines.places()[0]))
    if asked := config.getoption("--engine"):
        os.environ[engines.ENGINE] = asked
    engines.use()


def pytest_collection_modifyitems(config, items):
    """Leave out what is about the file where stores are on a server, and servers where none is installed."""
    if engines.is_postgres():
        marks = ["of_a_file"]
    else:
        marks = ["of_a_server", *([] if engines.program("initdb") else ["postgres"])]
    out = [item for item in items if any(item.get_closest_marker(mark) for mark in marks)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def pytest_collection_finish():
    """As `bot.py` does once it is up: the collector need not look through all that was imported, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)


def pytest_unconfigure():
    engines.stop()


def pytest_report_header():
    return "" if engines.program("initdb") else "PostgreSQL is not installed: what is tested on it is left out"


@pytest.fixture(autouse=True)
def forgotten_databases():
    yield
    engines.forget_all()


@pytest.fixture(scope="session")
def slack_manifest():
    return json.loads((ROOT / "manifest.json").read_text())


@pytest.fixture(scope="session")
def slack_seed():
    return WORLD


@dataclass
class World:
    """A running bot and the workspace that it runs in. What a test asks of `slack` it can ask of the world."""

    slack: Slack
    bot: Bot
    terminal: Terminal
    handler: QuickSocket

    def __getattr__(self, name):
        return getattr(self.slack, name)

    @property
    def store(self):
        return self.bot.services.store

    @property
    def db(self):
        return self.store.connection()

    def unit(self, actor=None, source="terminal"):
        return self.store.write(self.slack.now, actor=actor, source=source)

    def book(self, kind, *rows):
        """Import rows (dicts by plain header) as the terminal does."""
        from handlers.importing.actions import import_file

        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
        outcome = import_file(self.store, kind, text.getvalue().encode(), f"{kind}.csv", now=self.slack.now)
        self.bot.machine.learn()  # as the bot does before its next plan
        return outcome

    def rows(self, sql, *parameters):
        return [dict(row) for row in self.db.execute(sql, parameters)]

    def plan_ahead(self, now):
        """Plan ahead of the bot's clock. Its own machine has stopped by then: it would take that for a clock that stood
        ahead, and plan anew, whenever a minute ends."""
        from reminders.engine.planner import plan

        self.bot.machine.stop()
        return plan(self.store, now)

    def posted(self):
        """Wait until the bot knows that its messages stand: only those are edited."""
        assert self._all_is_sent(30), "something is still being sent"

    def allow_messages(self):
        """Whatever the app posted is fine here, and what is on its way (unless nothing lets it go)."""
        with suppress(AssertionError):
            self.slack.settle(2)
        self.bot.lanes.wait(2)
        self._all_is_sent(4)
        self.slack.allow_messages()

    def _all_is_sent(self, seconds):
        """Whether all went that is due; waits `seconds` from whatever went last, since a channel takes one a second."""
        left, end = None, 0
        while waiting := self.rows(
            "SELECT id FROM outbox WHERE state IN ('pending', 'sending') AND not_before <= ?",
            instant_text(self.slack.now),
        ):
            if waiting != left:
                left, end = waiting, time.monotonic() + seconds
            if time.monotonic() > end or self.bot.machine.stopped:
                return False
            time.sleep(0.02)
        return True

    def after_acks(self):
        """Wait until all is done that the bot does after its acks: what it draws then may be drawn over."""
        self.slack.settle()
        assert self.bot.lanes.wait(30)

    def stop(self):
        self.slack.sandbox.clock.forget_listener(self.bot.machine.wake)
        self.handler.close()
        self.bot.stop()


@pytest.fixture
def make_world(slack, sandbox, tmp_path):  # noqa: F811 - the fixtures
    """A function that starts the bot with policy keys: `make_world(timezone="Europe/Berlin")`."""
    worlds = []

    def make(database=tmp_path / "bot.db", **policy):
        secrets = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(sandbox.bot_token),
            slack_app_token=SecretStr(sandbox.app_token),
            slack_signing_secret=SecretStr(sandbox.signing_secret),
            slack_api_url=sandbox.api_url,
            cta_bot_db=engines.ready(database),
            cta_bot_policy=tmp_path / "none.toml",
        )
        terminal = Terminal(settings=secrets, clock=sandbox.now, secret=os.environ.get, _policy=policy_from(policy))
        bot = wire(terminal, now=sandbox.now)
        handler = QuickSocket(bot.app, sandbox.app_token)
        bot.machine.start()
        sandbox.on_jump(bot.machine.wake)
        world = World(slack, bot, terminal, handler)
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.stop()


@pytest.fixture
def world(make_world):
    """The bot with the default policy, an empty book, and the sandbox's people."""
    return make_world()


@pytest.fixture
def make_book(make_world):
    """A function that starts the bot with the small book (tests/account/books.py), areas on, under keys of the policy."""

    def make(*areas, **policy):
        return fill(make_world(**{area: {"enabled": True} for area in areas} | policy))

    return make


@pytest.fixture
def open_book(make_book):
    """The small book, of people who may be told things at any hour but one; it is 04:00 in New York at first."""
    return make_book(quiet_hours="03:00-04:00")


@pytest.fixture
def book(make_book):
    """The running bot with the small book: `make_book` under the default policy, unless a folder says more."""
    return make_book()
