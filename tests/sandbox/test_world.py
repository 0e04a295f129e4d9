"""What a workspace is seeded with, the clock, keeping a workspace in a file, and the sandbox as a process of its own."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from handlers.demo.book import WORLD
from sandbox.server import Sandbox
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.kit import section

ROOT = Path(__file__).parents[2]


def test_the_people_are_of_every_kind(slack, sandbox):
    people = sandbox.workspace.people.values()
    assert len({person.tz for person in people if not person.bot_id}) >= 6
    for kind in ("guest", "deleted", "stranger", "admin"):
        assert any(getattr(person, kind) for person in people), kind
    assert sandbox.workspace.channel("globex").shared


def test_a_running_clock_runs_and_jumps():
    with Sandbox(manifest=MANIFEST, seed=WORLD) as running:
        before = running.now()
        assert abs(before - datetime.now(UTC)) < timedelta(minutes=1)
        running.jump(before + timedelta(days=100))
        assert timedelta() < running.now() - before - timedelta(days=100) < timedelta(minutes=1)
        client = WebClient(token=running.bot_token, base_url=running.api_url)
        ts = client.chat_postMessage(channel="#acme", text="later")["ts"]
        assert float(ts) > (before + timedelta(days=100)).timestamp()


def test_a_reset_takes_milliseconds(slack, sandbox, client):
    client.chat_postMessage(channel="#acme", text="gone")
    slack.allow_messages()
    began = datetime.now(UTC)
    for _ in range(10):
        sandbox.reset()
    assert datetime.now(UTC) - began < timedelta(milliseconds=500)
    assert "gone" not in {shown.text for shown in slack.messages("#acme")}


def test_a_workspace_is_kept_in_a_file(tmp_path):
    keep = tmp_path / "deep" / "workspace.json"
    with Sandbox(manifest=MANIFEST, seed=WORLD, keep=keep, now=datetime(2026, 11, 23, 9, tzinfo=UTC)) as first:
        client = WebClient(token=first.bot_token, base_url=first.api_url)
        parent = client.chat_postMessage(channel="#acme", text="kept", blocks=[section("kept")])["ts"]
        client.chat_postMessage(channel="#acme", text="reply", thread_ts=parent)
        client.chat_postEphemeral(channel="C0000ACME", user="U0000MAYA", text="not kept")
        client.views_publish(user_id="U0000MAYA", view={"type": "home", "blocks": [section("Home")]})
        client.files_upload_v2(channel="C0000ACME", content="bytes", filename="a.txt")
        first.jump(datetime(2027, 1, 4, 9, tzinfo=UTC))
    with Sandbox(manifest=MANIFEST, seed=WORLD, keep=keep, now=datetime(2026, 11, 23, 9, tzinfo=UTC)) as second:
        assert second.now() == datetime(2027, 1, 4, 9, tzinfo=UTC)
        client = WebClient(token=second.bot_token, base_url=second.api_url)
        found = [m["text"] for m in client.conversations_history(channel="C0000ACME")["messages"]]
        assert found[:2] == ["", "kept"]
        assert "not kept" not in found
        assert len(client.conversations_replies(channel="C0000ACME", ts=parent)["messages"]) == 2
        assert second.workspace.homes["U0000MAYA"].body["blocks"][0]["text"]["text"] == "Home"
        assert [file.content for file in second.workspace.files.values()] == [b"bytes"]
        assert client.chat_postMessage(channel="#acme", text="new")["ts"] > parent


def test_it_stops_at_once():
    sandbox = Sandbox(manifest=MANIFEST, seed=WORLD)
    sandbox.start()
    began = datetime.now(UTC)
    sandbox.stop()
    assert datetime.now(UTC) - began < timedelta(seconds=1.5)


def test_slack_goes_away_and_comes_back(tmp_path):
    mirror = tmp_path / "log.jsonl"
    sandbox = Sandbox(manifest=MANIFEST, seed=WORLD, log=mirror)
    sandbox.start()
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    client.chat_postMessage(channel="#acme", text="before")
    sandbox.stop()
    with pytest.raises(urllib.error.URLError):
        client.chat_postMessage(channel="#acme", text="nobody hears")
    with sandbox:
        client.chat_postMessage(channel="#acme", text="after")
        history = client.conversations_history(channel="C0000ACME")["messages"]
    assert [message["text"] for message in history[:2]] == ["after", "before"]
    lines = [json.loads(line) for line in mirror.read_text().splitlines()]
    assert [line["text"] for line in lines if line.get("source") == "chat.postMessage"] == ["before", "after"]


def test_it_runs_as_a_process_of_its_own(tmp_path):
    log = tmp_path / "log.jsonl"
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--manifest",
        str(MANIFEST),
        "--seed",
        str(WORLD),
        "--log",
        str(log),
        "--now",
        "2026-11-23T09:00:00+00:00",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            where = json.loads(process.stdout.readline())
            client = WebClient(token=where["bot_token"], base_url=where["api_url"])
            client.chat_postMessage(channel="#acme", text="hello")
            with urllib.request.urlopen(f"{where['url']}/_sandbox/log?kind=posted") as response:
                assert json.load(response)["entries"][0]["text"] == "hello"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=100) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["text"] for line in lines if line["kind"] == "posted" and line["source"] != "seed"] == ["hello"]
