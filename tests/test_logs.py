"""What stands in the log: lines for machines where no terminal is, levels, and never a secret."""

import io
import json
import logging

import pytest

from handlers.terminal import logs
from storage.base.errors import UserError

log = logging.getLogger("cta_bot")
SECRETS = ("xoxb-123456789-abcdef", "xapp-1-A0-987-fedcba", "postgresql://bot:hunter22@db/cta")


@pytest.fixture
def lines():
    """What is logged from now on, as objects."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    stream = io.StringIO()

    def read(level="info"):
        logs.set_up(level, stream)
        return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]

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


def test_what_slacks_libraries_repeat_is_said_once(lines):
    read = lines()
    for _ in range(5):
        logging.getLogger("slack_sdk").warning("Slack can't be reached")
    assert len(read()) == 1
