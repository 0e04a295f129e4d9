"""The health port says the truth: ready while all is well, and which check is not; figures for Prometheus."""

import json
import re
import socket
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from handlers.door import listening, over_http
from handlers.door.readiness import Readiness
from storage.base.watch import LOOK, SLACK
from tests.account.books import fill
from tests.forging import click
from tests.sandbox.wire import over_within


@pytest.fixture
def asking(world):
    """A bot with its health port; what is asked of it."""
    fill(world)
    links = [2]
    bot = world.bot
    ready = Readiness(bot.services, bot.machine.health, lambda: links[0], bot.services.slack.auth_test)
    with listening.for_health(lambda: ready, "1.2.3", "127.0.0.1", 0) as words:
        links.append(int(re.search(r":(\d+)", words.split("//")[1])[1]))
        address = re.search(r"http://[\d.]+:\d+", words)[0]

        def ask(path):
            try:
                answer = urlopen(address + path, timeout=30)
            except HTTPError as error:
                answer = error
            with answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if path != "/metrics" else text

        world.bot.services.watch.seen(LOOK)
        yield ask, links


def not_well(answer):
    status, body = answer
    assert status == 503
    assert body["status"] == "not ready"
    return {name: check["words"] for name, check in body["checks"].items() if not check["ok"]}


def test_a_bot_that_is_well_is_ready(asking):
    ask, _ = asking
    assert ask("/healthz") == (200, {"status": "ok", "version": "1.2.3"})
    status, body = ask("/readyz")
    assert status == 200, body
    assert set(body["checks"]) == {"database", "disk", "slack", "connection", "machine", "outbox", "turn"}


def test_no_way_for_slack_to_the_bot(asking):
    ask, links = asking
    links[0] = 0
    assert not_well(ask("/readyz")) == {"connection": "Slack has no way to the bot"}


def test_slack_that_does_not_answer(asking, world):
    ask, _ = asking
    watch = world.bot.services.watch
    watch._seen.pop(SLACK, None)
    world.bot.services.slack.base_url = "http://127.0.0.1:9/"
    assert not_well(ask("/readyz")) == {"slack": "Slack does not answer: URLError"}
    watch.seen(SLACK)
    assert ask("/readyz")[0] == 200


def test_a_machine_that_has_stopped_looking(asking, world):
    ask, _ = asking
    world.bot.machine.stop()
    world.bot.services.watch._seen[LOOK] -= 61
    assert "machine" in not_well(ask("/readyz"))


@pytest.mark.of_a_file
def test_a_file_that_is_gone(asking, world):
    ask, _ = asking
    world.bot.services.store.path.unlink()
    assert "database" in not_well(ask("/readyz"))
    assert ask("/healthz")[0] == 200


def test_what_waits_for_too_long(asking, world):
    ask, _ = asking
    world.bot.machine.stop()
    with world.bot.services.store.write(world.bot.services.clock()) as unit:
        unit.db.execute(
            "INSERT INTO outbox(dedupe_key, kind, destination, recipient, why, payload, post_at, not_before, created_at,"
            " updated_at) VALUES ('x', 'notice', 'operations', 'operations', '', '{}', '2020-01-01T00:00:00Z',"
            " '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')"
        )
    assert "outbox" in not_well(ask("/readyz"))


def test_what_means_nothing_is_counted_by_no_name_that_somebody_made_up(asking, world):
    """Seen failing: each was a line of its own for ever."""
    for name in ("link.1", "link.2", "ignore.1", "ignore.", "link.forged"):
        click(world, "maya", name, "")
    world.after_acks()
    _, text = asking[0]("/metrics")
    assert set(re.findall(r'cta_bot_asked_total\{kind="action",name="([^"]*)"', text)) == {"link.", "ignore."}


def test_what_people_ask_and_slack_answers_is_counted(asking, world):
    ask, _ = asking
    maya = world.as_("maya")
    maya.command("/cta open Acme expand ci").expect("Opened")
    maya.command("/cta opn Acme expand ci secret words").expect()
    status, text = ask("/metrics")
    assert status == 200
    assert 'cta_bot_asked_total{kind="command",name="/cta open",outcome="ok"} 1.0' in text
    assert 'cta_bot_asked_total{kind="command",name="/cta",outcome="refused"} 1.0' in text
    assert 'cta_bot_ack_seconds_count{kind="command"} 2.0' in text
    assert 'cta_bot_slack_calls_total{code="ok",method="users.info"}' in text
    assert 'cta_bot_ready{check="database"} 1.0' in text
    assert 'cta_bot_build_info{python="3.' in text
    assert "Acme" not in text
    assert "secret" not in text


def test_without_their_package_metrics_say_what_to_install(asking, monkeypatch):
    ask, _ = asking
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client", None)
    status, text = ask("/metrics")
    assert status == 501
    assert ".[metrics]" in text


def test_the_log_has_a_line_for_each_command_and_nothing_that_people_wrote(asking, world, caplog):
    caplog.set_level("INFO", "cta_bot")
    maya = world.as_("maya")
    maya.command("/cta open Acme expand ci note they said no to Globex").expect("Opened")
    world.after_acks()
    [line] = [record.getMessage() for record in caplog.records if "/cta" in record.getMessage()]
    assert re.fullmatch(rf"command /cta open by {maya.id}: ok in \d+ ms", line)
    assert not [record for record in caplog.records if "Acme" in record.getMessage() or "Globex" in record.getMessage()]


def test_who_opens_connections_and_says_nothing_is_hung_up_on(asking, monkeypatch):
    """Seen failing: 1,500 of them kept 1,500 of the files that the process may open, for ever."""
    monkeypatch.setattr(over_http, "MOST_WAITING", 10)
    ask, links = asking
    idle = [socket.create_connection(("127.0.0.1", links[-1]), timeout=30) for _ in range(40)]
    try:
        for wire in idle:
            wire.sendall(b"GET /readyz HTTP/1.1\r\n")
        assert ask("/healthz")[0] == 200
        assert all(over_within(wire) for wire in idle[:20])
    finally:
        for wire in idle:
            wire.close()
