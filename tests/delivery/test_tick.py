"""`bot.py tick`: one pass by hand or by cron, all spans measured in `--now`."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

import bot
from handlers.cli import Terminal, arguments
from handlers.cli.settings import Settings

ACME = "C0000ACME"


@pytest.fixture
def tick(office):
    """A function that ticks so much later than the office's instant; the exit status."""
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr(office.sandbox.bot_token),
        slack_api_url=office.sandbox.api_url,
        cta_bot_db=office.database,
    )
    terminal = Terminal(settings=settings, clock=lambda: office.now, _policy=office.policy)
    return lambda **later: bot.tick(terminal, office.now + timedelta(**later))


def test_it_delivers_what_is_due(office, tick, capsys):
    office.note("notice:1", to=ACME)
    assert tick() == 0
    assert office.keys() == ["notice:1"]
    assert "1 sent" in capsys.readouterr().err
    assert tick() == 0
    assert office.keys() == ["notice:1"]


def test_its_status_tells_that_something_could_not_be_sent(office, tick):
    office.note("notice:1", to=ACME)
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    assert tick() == 1
    assert office.state("notice:1") == "unknown"
    assert tick(seconds=10) == 0
    assert tick(seconds=31) == 0
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


def test_without_a_token_it_plans_only(office, tick):
    office.note("notice:1", to=ACME)
    terminal = Terminal(settings=Settings(_env_file=None, cta_bot_db=office.database), clock=lambda: office.now, _policy=office.policy)
    assert bot.tick(terminal, office.now) == 0
    assert office.state("notice:1") == "pending"


def test_the_list_of_rows_names_channels_as_people_do(office, capsys):
    office.note("notice:1", to=ACME)
    office.note("notice:2")
    office.deliver()
    terminal = Terminal(settings=Settings(_env_file=None, cta_bot_db=office.database), clock=lambda: office.now, _policy=office.policy)
    args = arguments(["outbox", "list"])
    assert args.command(args, terminal) == 0
    rows = [line.split()[2:] for line in capsys.readouterr().out.splitlines()]
    assert rows == [["sent", "#acme", "notice:1"], ["sent", "maya@example.com", "notice:2"], []]


def test_a_token_that_was_mended_is_tried_by_the_next_tick_at_once(office, tick):
    office.sandbox.workspace.bot_revoked = True
    office.note("notice:1", to=ACME)
    assert tick() == 1
    office.sandbox.workspace.bot_revoked = False
    assert tick() == 0
    assert office.state("notice:1") == "sent"
