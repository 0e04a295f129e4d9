"""The bot's links to Slack: never deaf, whatever happens to them."""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_sdk.errors import SlackApiError

from handlers.door.over_socket import LINKS, PING_EVERY, PONG_WITHIN, OverSocket
from tests.sandbox.conftest import TestApp


@pytest.fixture
def linked(slack, sandbox):
    """A function that connects an app whose `/try` answers at once."""
    made = []

    def make(**options):
        app = TestApp(sandbox)
        app.bolt.command("/try")(lambda ack: ack("here"))
        app.over_socket = OverSocket(app.bolt, sandbox.app_token, **options)
        made.append(app.over_socket)
        app.over_socket.connect()
        until(slack, sandbox, LINKS)
        has_all(app)
        return app

    yield make
    for links in made:
        links.close()
    slack.log.wait_for(lambda: sandbox.sockets.connected == 0 or None, 30)


def until(slack, sandbox, number):
    assert slack.log.wait_for(lambda: sandbox.sockets.connected == number or None, 30)


def has_all(app):
    """Slack knows of a link a moment before we do."""
    while len(app.over_socket._links) < LINKS:
        time.sleep(0.01)


def opened(slack):
    return len(slack.log.entries("socket", state="opened"))


def test_a_silent_link_is_given_up_within_20_seconds():
    assert PING_EVERY + PONG_WITHIN <= 20


def test_links_that_swallow_every_byte_are_noticed_and_replaced(linked, slack, sandbox):
    linked(ping_every=0.1, pong_within=2)
    seen = opened(slack)
    sandbox.run(sandbox.sockets.fall_silent())
    assert slack.log.wait_for(lambda: opened(slack) >= seen + LINKS or None, 30)
    until(slack, sandbox, LINKS)  # the old ones are gone, too
    assert slack.as_("maya").command("/try", "#acme").text == "here"


def test_the_sandbox_notices_an_app_that_swallows_every_byte(sandbox):
    assert sandbox._server.config.ws_ping_interval + sandbox._server.config.ws_ping_timeout <= 20


def test_a_link_that_is_well_stays(linked, slack):
    app = linked(ping_every=0.02, pong_within=30)
    seen = opened(slack)
    links = list(app.over_socket._links)
    for _ in range(3):  # pings go to and fro, each with a latency of its own
        before = [link.latency for link in links]
        while any(link.latency == was for link, was in zip(links, before, strict=True)):
            time.sleep(0.01)
    assert opened(slack) == seen
    assert slack.as_("maya").command("/try", "#acme").text == "here"


def test_while_one_link_is_lost_the_other_hears(linked, slack, sandbox):
    app = linked()
    dial, away = app.over_socket._dial, threading.Event()
    app.over_socket._dial = lambda: dial() if away.wait(30) else None
    sandbox.run(sandbox.sockets.hang_up(sandbox.sockets._connections[:1]))
    until(slack, sandbox, LINKS - 1)
    for _ in range(4):
        assert slack.as_("maya").command("/try", "#acme").text == "here"
    away.set()
    until(slack, sandbox, LINKS)


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
def test_a_link_is_replaced_before_it_is_closed_and_what_is_under_way_is_acked(linked, slack, sandbox, reason):
    app = linked()
    began, go_on = threading.Event(), threading.Event()

    def slow(ack):
        began.set()
        assert go_on.wait(30)
        ack("late, but here")

    app.bolt.command("/plain")(slow)
    seen = opened(slack)
    with ThreadPoolExecutor() as pool:
        doing = pool.submit(slack.as_("maya").command, "/plain", "#acme")
        assert began.wait(30)
        leaving = sandbox.run(sandbox.sockets.ask_to_leave(reason))
        assert slack.log.wait_for(lambda: opened(slack) == seen + LINKS or None, 30)
        go_on.set()
        assert doing.result().text == "late, but here"
        assert slack.as_("maya").command("/try", "#acme").text == "here"
        sandbox.run(sandbox.sockets.hang_up(leaving))
    assert slack.as_("maya").command("/try", "#acme").text == "here"


@pytest.mark.parametrize("storm", ["abort", "1009", "refresh"])
def test_after_each_gust_of_a_storm_there_is_a_link_at_once(linked, slack, sandbox, storm):
    slack.allow("frame_too_large", "unacked")
    app = linked()
    for _ in range(8):
        seen = opened(slack)
        if storm == "refresh":
            sandbox.run(sandbox.sockets.refresh(grace=0.05))
        elif storm == "abort":
            sandbox.run(sandbox.sockets.hang_up())
        else:
            has_all(app)
            for link in list(app.over_socket._links):
                link.send(json.dumps({"envelope_id": "x" * 21_000}))
        assert slack.log.wait_for(lambda seen=seen: opened(slack) >= seen + LINKS or None, 30)
        assert slack.as_("maya").command("/try", "#acme").text == "here"


def test_while_slack_is_away_it_says_so_once_and_tries_again(linked, slack, sandbox, caplog):
    caplog.set_level(logging.INFO)
    linked()
    caplog.clear()
    for _ in range(3 * LINKS):
        slack.faults.add("reset", "apps.connections.open")
    sandbox.run(sandbox.sockets.hang_up())
    assert slack.log.wait_for(lambda: (sandbox.sockets.connected == LINKS and not slack.faults.waiting()) or None, 30)
    assert slack.as_("maya").command("/try", "#acme").text == "here"
    said = [record.getMessage() for record in caplog.records if record.name.startswith("cta_bot")]
    assert len([words for words in said if "can't be reached" in words]) <= 3
    assert said[-1] == "Websocket connected"
    assert "Traceback" not in caplog.text


def test_too_fast_reconnecting_waits_as_slack_says(linked, slack, sandbox):
    linked()
    slack.faults.add("rate_limited", "apps.connections.open", retry_after=1)
    seen = opened(slack)
    sandbox.run(sandbox.sockets.hang_up())
    assert slack.log.wait_for(lambda: opened(slack) == seen + LINKS or None, 30)
    assert len(slack.log.entries("asked", method="apps.connections.open", outcome="fault: rate_limited")) == 1


def test_a_token_that_slack_refuses_is_raised_at_the_start(slack, sandbox):
    slack.allow("invalid_auth")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        OverSocket(TestApp(sandbox).bolt, "xapp-wrong").connect()


def test_it_hangs_up_though_nobody_answers_and_waits_for_a_second_at_most(linked, slack, sandbox):
    app = linked()
    assert [link.close_timeout for link in app.over_socket._links] == [1] * LINKS
    sandbox.run(sandbox.sockets.fall_silent())
    app.over_socket.close()
