"""The pair as processes of their own: `python -m sandbox`, and `bot.py` told its address and tokens."""

import json
import re
import signal
import socket
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from storage.base.db import Store
from storage.base.policy import Policy
from storage.base.versions import keep_oldest
from tests.sandbox.processes import answers, ended, order, python


@pytest.fixture(scope="module")
def workspace():
    """The environment of a bot for a sandbox that runs by itself."""
    process = python("-m", "sandbox")
    said = json.loads(process.stdout.readline())
    yield {
        "SLACK_API_URL": said["api_url"],
        "SLACK_BOT_TOKEN": said["bot_token"],
        "SLACK_APP_TOKEN": said["app_token"],
    }
    process.terminate()
    assert ended(process) == (0, "", "")


@pytest.fixture
def bot(workspace, tmp_path):
    """A function that starts `bot.py` in the workspace, with other settings if named."""
    database = {"CTA_BOT_DB": str(tmp_path / "bot.db")}
    return lambda *argv, **other: python("bot.py", *argv, **(workspace | database | other))


def test_doctor_finds_nothing_wrong(bot):
    status, out, err = ended(bot("doctor"))
    assert (status, err) == (0, "")
    assert out.endswith("ok    Socket Mode opens\n")
    assert "FAIL" not in out


def test_the_health_port_answers_while_the_bot_runs(bot):
    process = bot("run", "--health", "0")
    try:
        address = next(re.search(r"http://127[\d.]+:\d+", line)[0] for line in process.stderr if "Health on" in line)
        assert any("Websocket connected" in line for line in process.stderr)
        with urlopen(f"{address}/healthz", timeout=30) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        ended(process)


def test_the_health_port_says_that_the_bot_waits_for_slack_at_its_start(bot):
    """Seen failing while the port was opened after Slack's first answer: nobody answered there."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        process = bot("run", "--health", "0", SLACK_API_URL=f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        try:
            address = next(
                re.search(r"http://127[\d.]+:\d+", line)[0] for line in process.stderr if "Health on" in line
            )
            with urlopen(f"{address}/healthz", timeout=30) as answer:
                assert answer.status == 200
            with pytest.raises(HTTPError) as refused, urlopen(f"{address}/readyz", timeout=30):
                pass
            with refused.value as answer:
                assert answer.status == 503
                assert json.loads(answer.read())["checks"]["start"]["ok"] is False
            with urlopen(f"{address}/metrics", timeout=30) as answer:
                assert b'cta_bot_ready{check="start"} 0.0' in answer.read()
        finally:
            process.terminate()
            ended(process)


def test_a_running_bot_reads_its_policy_anew(bot, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("")
    process = bot("run", CTA_BOT_POLICY=str(policy))
    try:
        assert any("Websocket connected" in line for line in process.stderr)
        policy.write_text('currency = "EUR"')
        while (answer := ended(bot("reload", CTA_BOT_POLICY=str(policy))))[0] == 2:
            assert "No bot runs" in answer[2]  # it has not begun its turn yet
        assert answer[0] == 0
        assert any("read anew" in line for line in process.stderr)
    finally:
        process.terminate()
        ended(process)


def test_doctor_asks_for_no_app_token_where_the_bot_runs_over_http(bot):
    status, out, _ = ended(bot("doctor", SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="of the app"))
    assert (status, "FAIL" in out) == (0, False)
    assert out.endswith("the bot can run with --http PORT\n")
    status, out, _ = ended(bot("doctor", SLACK_APP_TOKEN=""))
    assert status == 1
    assert "SLACK_APP_TOKEN is not set" in out


def test_the_bot_says_where_it_runs_and_that_it_is_connected(bot, workspace, tmp_path):
    process = bot("run")
    try:
        assert (
            process.stderr.readline() == f"CTA Bot on {workspace['SLACK_API_URL']}, database {tmp_path / 'bot.db'}.\n"
        )
        assert json.loads(process.stderr.readline())["event"] == "Websocket connected"
    finally:
        process.terminate()
        status, _, err = ended(process)
    assert status == 0
    assert err.startswith("Stopping.\n")


@pytest.mark.of_a_file
def test_a_second_bot_on_one_file_says_who_delivers_and_a_tick_beside_it_refuses(bot, tmp_path):
    """Seen failing without `_shared` in bot.py, and while `tick` took no turn."""
    first = bot("run")
    second = None
    try:
        while "Websocket connected" not in first.stderr.readline():
            pass
        with closing(Store(tmp_path / "bot.db", policy=Policy())) as store:
            while not store.connection().execute("SELECT 1 FROM leases WHERE holder <> ''").fetchone():
                time.sleep(0.05)
        second = bot("run")
        said = second.stderr.readline()
        assert f"is open already: process {first.pid} on " in said
        assert "This one answers too, and takes over when that one ends." in said
        status, _, err = ended(bot("tick"))
        assert status == 2
        assert f"It is process {first.pid} on " in err
        assert "nothing was done" in err
    finally:
        for process in filter(None, (first, second)):
            process.terminate()
            ended(process)


@pytest.mark.of_a_file
def test_an_older_bot_ends_once_a_newer_one_has_changed_the_database(bot, tmp_path):
    """Seen failing without the question in `_serve`: it ran on, and refused every click."""
    running = bot("run")
    while "Websocket connected" not in running.stderr.readline():
        pass
    with closing(Store(tmp_path / "bot.db", policy=Policy())) as store, store.write(datetime.now(UTC)) as unit:
        keep_oldest(unit.db, 99)
        unit.db.execute("PRAGMA user_version = 99")
    status, _, err = ended(running)
    assert status == 2
    assert "A newer CTA Bot is here (schema 99, this one knows " in err
    assert "Traceback" not in err


INTERRUPTS_ANOTHER_THREAD = """
import signal, sys, threading, time, traceback
import bot

def serves():
    calls = [call.name for call in traceback.extract_stack(sys._current_frames()[threading.main_thread().ident])]
    return "_serve" in calls and calls[-1] == "wait"

def interrupt():
    while not serves():
        time.sleep(0.01)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=interrupt).start()
sys.exit(bot.main(["run"]))
"""


def test_it_stops_whichever_thread_the_signal_interrupts(workspace, tmp_path):
    process = python("-c", INTERRUPTS_ANOTHER_THREAD, CTA_BOT_DB=str(tmp_path / "bot.db"), **workspace)
    try:
        assert process.wait(timeout=100) == 0
    finally:
        process.kill()
        process.communicate()


class OutOfOrder(BaseHTTPRequestHandler):
    """A Slack that answers each call alike; `server.called` counts them."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(503)
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.server.called.release()

    def log_message(self, *_):
        """Nothing."""


def test_while_slack_is_away_the_log_says_so_and_does_not_repeat_it(tmp_path):
    slack = python("-m", "sandbox")
    said = json.loads(slack.stdout.readline())
    tokens = {"SLACK_BOT_TOKEN": said["bot_token"], "SLACK_APP_TOKEN": said["app_token"]}
    process = python("bot.py", "run", SLACK_API_URL=said["api_url"], CTA_BOT_DB=str(tmp_path / "bot.db"), **tokens)
    try:
        assert any("Websocket connected" in line for line in process.stderr)
        slack.kill()
        slack.communicate()
        said_at_once = []
        while "Connection refused" not in "".join(said_at_once):
            said_at_once.append(process.stderr.readline())
            assert said_at_once[-1], said_at_once
        with HTTPServer(("127.0.0.1", urlsplit(said["api_url"]).port), OutOfOrder) as out_of_order:
            out_of_order.called = threading.Semaphore(0)
            serving = threading.Thread(target=out_of_order.serve_forever)
            serving.start()
            for _ in range(20):  # calls: by then it would have repeated itself
                assert out_of_order.called.acquire(timeout=30)
            process.terminate()
            rest = process.stderr.read()
            out_of_order.shutdown()
            serving.join()
    finally:
        process.kill()
        status, _, _ = ended(process)
    said = [*said_at_once, *rest.splitlines(keepends=True)]
    lines = [json.loads(line)["event"] if line.startswith("{") else line for line in said]
    assert status == 0
    assert len([line for line in lines if "Slack refuses a connection" in line]) == 1, lines
    assert len(lines) == len(set(lines)) < 12, lines


def test_a_port_that_is_taken_ends_the_bot_rather_than_leave_it_deaf(bot):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = ended(bot("run", "--http", taken.getsockname()[1], SLACK_SIGNING_SECRET="s"))
    assert status == 2
    assert "can't be had: Address already in use. Give another one with --http." in err


@pytest.mark.parametrize("host", ["203.0.113.9", "no such host"])
def test_an_address_that_is_not_ours_is_said_in_words(bot, host):
    status, _, err = ended(bot("run", "--http", 3999, "--host", host, SLACK_SIGNING_SECRET="s"))
    assert status == 2
    assert err.endswith(f"{host} is no address of this machine. Give another one with --host.\n")


def test_over_http_port_0_is_any_that_is_free_and_no_other_mode(bot):
    process = bot("run", "--http", 0, SLACK_SIGNING_SECRET="s")
    try:
        assert process.stderr.readline().startswith("CTA Bot on ")
        url = re.search(r"http://127[\d.]+:[1-9]\d*/slack/events", process.stderr.readline())[0]
        assert answers(url) == 401
    finally:
        process.terminate()
        ended(process)


def test_over_http_the_bot_answers_on_its_port(bot):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = bot("run", "--http", port, SLACK_SIGNING_SECRET="s")
    try:
        assert process.stderr.readline().startswith("CTA Bot on ")
        assert process.stderr.readline().startswith(f"Listening on http://127.0.0.1:{port}/slack/events;")
        assert answers(f"http://127.0.0.1:{port}/slack/events") == 401  # nobody signed it
    finally:
        process.terminate()
    assert ended(process)[0] == 0


NOBODY = "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    ("setting", "value", "of_run", "of_doctor"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "says invalid_auth.", "SLACK_BOT_TOKEN: Slack says invalid_auth"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "says invalid_auth.", "SLACK_APP_TOKEN: Slack says invalid_auth"),
        ("SLACK_API_URL", "no API", "says Received a response in", "is not Slack's Web API: Received a response in"),
    ],
)
def test_what_slack_has_against_the_start_is_said_in_words(bot, workspace, setting, value, of_run, of_doctor):
    value = workspace["SLACK_API_URL"].removesuffix("api/") if value == "no API" else value
    status, _, err = ended(bot("run", **{setting: value}))
    assert status == 2
    assert of_run in err
    assert err.endswith("`python bot.py doctor` names what to mend.\n")
    assert "Traceback" not in err
    status, out, _ = ended(bot("doctor", **{setting: value}))
    assert status == 1
    assert of_doctor in out


def test_a_bot_that_starts_before_slack_can_be_reached_waits_and_says_so(bot):
    running = bot("run", SLACK_API_URL=NOBODY)
    said = ""
    while "Trying again in 4 s" not in said:
        line = running.stderr.readline()
        assert line, said
        said += line
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130
    assert "Slack did not answer in time. Trying again in 2 s; Ctrl-C stops it." in said
    assert "Traceback" not in said + running.communicate()[1]
    status, out, _ = ended(bot("doctor", SLACK_API_URL=NOBODY))
    assert status == 1
    assert "Slack can't be reached" in out


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("server_error", "auth.test"),
        ("hang", "bots.info"),
        ("hang", "apps.connections.open"),
        ("reset", "apps.connections.open"),
    ],
)
def test_whatever_slack_fails_to_answer_at_a_start_is_asked_again(bot, workspace, method, kind):
    order(workspace, kind=kind, method=method, seconds=6)
    running = bot("run")
    said = []
    try:
        for line in running.stderr:
            said.append(line)
            if "Websocket connected" in line:
                break
    finally:
        running.terminate()
        status, _, err = ended(running)
    assert status == 0, said
    assert any("Trying again in 2 s; Ctrl-C stops it." in line for line in said)
    assert "Traceback" not in "".join(said) + err


def test_a_bot_whose_websocket_is_refused_waits_and_can_be_stopped(bot):
    class Slack(BaseHTTPRequestHandler):
        def do_POST(self):
            said = {
                "ok": True,
                "team_id": "T1",
                "bot_id": "B1",
                "user_id": "U1",
                "bot": {"app_id": "A1"},
                "url": "ws://127.0.0.1:9/",
            }
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slack) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running = bot("run", SLACK_API_URL=f"http://127.0.0.1:{server.server_port}/api/")
        said = ""
        while "Trying again in 4 s" not in said:
            line = running.stderr.readline()
            assert line, said
            said += line
        running.terminate()
        status, _, err = ended(running)
        server.shutdown()
    assert status == 0
    assert "Traceback" not in said + err


@pytest.mark.parametrize(
    ("method", "kind", "words"),
    [
        ("apps.connections.open", "reset", "Socket Mode does not open: Slack can't be reached at"),
        ("apps.connections.open", "oops", "Slack has trouble (oops): try again in a while"),
        ("auth.test", "oops", "Slack has trouble (oops): try again in a while"),
        (
            "apps.connections.open",
            "missing_scope",
            "SLACK_APP_TOKEN: Slack says missing_scope; it needs the scope connections:write",
        ),
    ],
)
def test_doctor_tells_slacks_trouble_from_ours(bot, workspace, method, kind, words):
    order(workspace, method=method, **({"kind": kind} if kind == "reset" else {"kind": "error", "code": kind}))
    status, out, err = ended(bot("doctor"))
    assert (status, "Traceback" in err) == (1, False)
    assert words in out


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--port", None, "Address already in use"),
        ("--manifest", "nowhere.json", "No such file or directory: 'nowhere.json'"),
        ("--now", "2026-11-23T09:00:00", "needs a time zone"),
        ("--keep", "README.md", "README.md holds no workspace"),
        ("--keep", "manifest.json", "manifest.json holds no workspace"),
    ],
)
def test_a_sandbox_that_can_not_start_says_why(option, value, words):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = ended(python("-m", "sandbox", option, value or taken.getsockname()[1]))
    assert status == 2
    assert "Traceback" not in err
    assert words in err.splitlines()[-1]
