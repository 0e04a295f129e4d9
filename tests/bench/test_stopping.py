"""The whole bot stops within seconds: those who stop it (systemd, Docker) kill it after ten."""

import time

import pytest

from tests.bench.figures import ms, note
from tests.delivery.test_machine import started, stopped

pytestmark = pytest.mark.bench


def test_the_whole_bot_stops_within_four_seconds(tmp_path):
    bot = started(tmp_path)
    time.sleep(1)  # the socket client has settled down to wait for Slack's next word
    began = time.monotonic()
    assert stopped(bot) == 0
    took = time.monotonic() - began
    note("Coming and going", "a stop of the whole bot", f"{ms(took)}, at most 4 s")
    assert took < 4
