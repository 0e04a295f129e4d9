"""`bot.py tick`: one pass by hand or by cron, all spans measured in `--now`."""

import io
import threading
from datetime import timedelta

import pytest
from pydantic import SecretStr

import bot
from handlers.terminal import Terminal, arguments
from handlers.terminal.settings import Settings
from reminders.outbox import turn as turns
from reminders.outbox.slack_client import SlackSender
from reminders.outbox.turn import Turn
from storage.base.errors import UserError

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


@pytest.mark.parametrize("token", [True, False])
def test_it_does_nothing_while_another_process_has_the_turn_and_names_it(office, tick, token):
    """Seen failing while `tick` took no turn: it posted beside the bot that ran, and planned without a token."""
    office.account("Acme", csm="maya", renewal_date="2027-04-23")
    office.note("notice:1", to=ACME)
    settings = Settings(_env_file=None, cta_bot_db=office.database)
    plans_only = Terminal(settings=settings, clock=lambda: office.now, _policy=office.policy)
    other = Turn(office.store, 15, lambda: office.now)
    other.take()
    with pytest.raises(UserError, match=r"plans and delivers on .*: nothing was done"):
        tick() if token else bot.tick(plans_only, office.now)
    assert (office.keys(), office.states()) == ([], {"notice:1": "pending"})
    other.give_back()
    assert (tick() if token else bot.tick(plans_only, office.now)) == 0


def test_it_keeps_its_turn_as_long_as_it_lasts_and_gives_it_back(office, tick, monkeypatch):
    """Seen failing without `Turn.kept`: it was neither taken again nor given back."""
    renewed = threading.Event()
    take = Turn.take

    def taken(turn):
        term = take(turn)
        if threading.current_thread().name == "turn":
            renewed.set()
        return term

    monkeypatch.setattr(Turn, "take", taken)
    monkeypatch.setattr(Turn, "renew_seconds", 0.01)
    post = SlackSender.post

    def lasts(*args, **kwargs):
        assert renewed.wait(30)
        return post(*args, **kwargs)

    monkeypatch.setattr(SlackSender, "post", lasts)
    office.note("notice:1", to=ACME)
    assert tick() == 0
    assert renewed.is_set()
    assert turns.held(office.db, office.now) is None


def test_what_is_left_when_another_process_has_taken_over_is_left_to_that_one(office, tick, monkeypatch):
    """Seen failing with the plain store instead of `Turn.fenced`: it planned and claimed on."""
    monkeypatch.setattr(Turn, "take", lambda turn: 1)
    office.note("notice:1", to=ACME)
    with pytest.raises(UserError, match="Another process has taken over"):
        tick()
    assert office.states() == {"notice:1": "pending"}


def test_its_status_tells_that_something_could_not_be_sent(office, tick):
    office.note("notice:1", to=ACME)
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    assert tick() == 1
    assert office.state("notice:1") == "unknown"
    assert tick(seconds=10) == 0
    assert tick(seconds=31) == 0
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


@pytest.mark.parametrize(
    ("api_url", "token", "said", "argv", "done"),
    [
        ("https://slack.com/api/", "xoxb-1", None, (), False),  # nobody there to ask
        ("https://slack.com/api/", "xoxb-1", None, ("--yes",), True),
        ("https://slack.com/api/", "xoxb-1", "n", (), False),
        ("https://slack.com/api/", "xoxb-1", "y", (), True),
        ("https://slack.com/api/", "", None, (), True),  # it only plans
        ("http://127.0.0.1:8123/api/", "xoxb-1", None, (), True),  # the sandbox
    ],
)
def test_ahead_of_the_clock_it_tells_people_nothing_unasked(monkeypatch, office, api_url, token, said, argv, done):
    """Seen failing while it asked at a terminal alone, and went on wherever nobody could answer."""
    settings = Settings(_env_file=None, slack_bot_token=SecretStr(token), slack_api_url=api_url)
    ticked = []
    terminal = Terminal(settings=settings, clock=lambda: office.now, tick=lambda _, now: ticked.append(now) or 0)
    monkeypatch.setattr("sys.stdin", io.StringIO(said or ""))
    monkeypatch.setattr("sys.stdin.isatty", lambda: said is not None, raising=False)
    args = arguments(["tick", "--now", f"{office.now + timedelta(days=9):%Y-%m-%dT%H:%MZ}", *argv])
    if done:
        assert args.command(args, terminal) == 0
    else:
        with pytest.raises(UserError, match="Nothing was done"):
            args.command(args, terminal)
    assert bool(ticked) is done


def test_without_a_token_it_plans_only(office, tick):
    office.note("notice:1", to=ACME)
    terminal = Terminal(
        settings=Settings(_env_file=None, cta_bot_db=office.database), clock=lambda: office.now, _policy=office.policy
    )
    assert bot.tick(terminal, office.now) == 0
    assert office.state("notice:1") == "pending"


def test_the_list_of_rows_names_channels_as_people_do(office, capsys):
    office.note("notice:1", to=ACME)
    office.note("notice:2")
    office.deliver()
    terminal = Terminal(
        settings=Settings(_env_file=None, cta_bot_db=office.database), clock=lambda: office.now, _policy=office.policy
    )
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
