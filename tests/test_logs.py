"""What stands in the log: lines for machines where no terminal is, levels, and never a secret."""

import io
import json
import logging
from contextlib import suppress

import pytest
from slack_sdk import WebClient

from handlers.terminal import logs
from storage.base.errors import UserError

log = logging.getLogger("cta_bot")
SECRETS = (
    "xoxb-123456789-abcdef",
    "xapp-1-A0-987-fedcba",
    "postgresql://bot:hunter22@db/cta",
    "postgresql://bot:a/hunter22#b@c@db/cta",
    "https://hooks.slack.com/commands/T0/1/hunter22",
    "wss://wss-primary.slack.com/link/?ticket=hunter22&app_id=A0",
)


class Stream(io.StringIO):
    """What is written to, as if it were a terminal or not."""

    terminal = False

    def isatty(self):
        return self.terminal


@pytest.fixture
def lines():
    """What is logged from now on, as objects."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    stream = Stream()

    def read(level="info", *, terminal=False):
        stream.terminal = terminal
        logs.set_up(level, stream)
        found = lambda: [json.loads(line) for line in stream.getvalue().splitlines()]  # noqa: E731
        found.text = stream.getvalue
        return found

    yield read
    root.handlers[:] = kept
    root.setLevel(level)


def test_a_line_is_an_object_where_no_terminal_is(lines):
    read = lines()
    log.info("command %s by %s: ok in %d ms", "/cta open", "U1", 12)
    [line] = read()
    assert line["event"] == "command /cta open by U1: ok in 12 ms"
    assert line["level"] == "info"
    assert line["logger"] == "cta_bot"
    assert line["timestamp"].endswith("Z")


def test_levels_are_kept(lines):
    read = lines("warning")
    log.info("not this")
    log.warning("this")
    assert [line["event"] for line in read()] == ["this"]


def test_a_level_that_there_is_not_is_said():
    with pytest.raises(UserError, match="LOG_LEVEL is 'loud'"):
        logs.set_up("loud")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_down(lines, secret):
    read = lines()
    log.warning("refused: %s", secret)
    try:
        int(f"with {secret} in it")
    except ValueError:
        log.exception("a bug")
    said = json.dumps(read())
    assert "a bug" in said
    assert "ValueError" in said
    assert "hunter22" not in said
    assert "123456789" not in said
    assert "fedcba" not in said


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_down_on_a_terminal_either(lines, secret):
    read = lines(terminal=True)
    try:
        int(f"with {secret} in it")
    except ValueError:
        log.exception("a bug with %s", secret)
    said = read.text()
    assert "ValueError" in said
    assert not any(part in said for part in ("hunter22", "123456789", "fedcba"))


def test_at_no_level_stands_what_people_wrote_or_slack_answered(lines):
    read = lines("debug")
    web = WebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/")
    with suppress(OSError):
        web.chat_postMessage(channel="D1", text="geheim")
    logging.getLogger("slack_sdk.web.base_client").debug(
        "Received the following response - status: 200, headers: {}, body: geheim"
    )
    said = read.text()
    assert "chat.postMessage" in said
    assert "status: 200" in said
    assert "geheim" not in said


def test_what_slacks_libraries_repeat_is_said_once(lines):
    read = lines()
    for _ in range(5):
        logging.getLogger("slack_sdk").warning("Slack can't be reached")
    assert len(read()) == 1
