"""The sandbox by itself: it names nothing of the bot, and serves whatever Bolt app it is given a manifest of."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.quick_socket import QuickSocket
from tests.sandbox.kit import Page, frame

ROOT = Path(__file__).parents[2]
OURS = re.compile(
    r"accounts?|ctas?|renewals?|ebrs?|csms?|playbooks?|use.cases?|objections?|churn\w*|handovers?|arr|acme|globex|cta.bot",
    re.IGNORECASE,
)
FILES = [
    p
    for p in (ROOT / "sandbox").rglob("*")
    if p.is_file() and p.suffix in {".py", ".toml", ".js", ".json", ".css", ".html", ".j2"}
]
MANIFEST = {
    "display_information": {"name": "Lunch"},
    "features": {
        "bot_user": {"display_name": "lunch", "always_online": True},
        "slash_commands": [{"command": "/lunch", "description": "Say what you eat", "should_escape": False}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
    "settings": {"interactivity": {"is_enabled": True}, "socket_mode_enabled": True},
}
SEED = """
[[people]]
id = "U000000JO"
name = "jo"
real_name = "Jo"

[[channels]]
id = "C0KITCHEN"
name = "kitchen"
members = ["jo", "bot"]
"""


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_sandbox_names_nothing_of_the_bot(path):
    words = re.findall(r"[A-Za-z]+(?:[ _][A-Za-z]+)?", path.read_text(encoding="utf-8"))
    parts = {part for word in words for part in (word, *re.split(r"[ _]", word))}
    assert sorted(part for part in parts if OURS.fullmatch(part)) == []


def make_app(said):
    """An app of one command and one button, as its own authors would write it."""
    app = App(client=WebClient(token=said["bot_token"], base_url=said["api_url"]), signing_secret="unused")

    @app.command("/lunch")
    def say(ack, client, command):
        ack()
        eat = {"type": "button", "action_id": "lunch.join", "text": {"type": "plain_text", "text": "I come"}}
        text = f"{command['text']}?"
        section = {"type": "section", "block_id": "row", "text": {"type": "mrkdwn", "text": text}, "accessory": eat}
        client.chat_postMessage(channel=command["channel_id"], text=text, blocks=[section])

    @app.action("lunch.join")
    def join(ack, client, body):
        ack()
        client.chat_postMessage(channel=body["channel"]["id"], text=f"<@{body['user']['id']}> comes")

    return app


@pytest.mark.parametrize("seed", [None, SEED], ids=["its own seed", "a seed of the app's"])
def test_it_serves_any_bolt_app(tmp_path, seed):
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    command = [sys.executable, "-m", "sandbox", "--manifest", str(tmp_path / "manifest.json")]
    if seed:
        (tmp_path / "world.toml").write_text(seed)
        command += ["--seed", str(tmp_path / "world.toml")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = json.loads(process.stdout.readline())
            socket = QuickSocket(make_app(said), said["app_token"])
            page = Page(said["url"], "U000000JO" if seed else "U00000BEN")
            state = page.get("state")
            assert [one["command"] for one in state["commands"]] == ["/lunch"]
            channel = next(one["id"] for one in state["channels"] if one["name"] == ("kitchen" if seed else "plans"))
            with page.live() as live:
                assert page.do("send", channel=channel, text="/lunch soup")["ok"]
                card = frame(live, "message")["message"]
                assert card["text"] == "soup?"
                where = {"channel": channel, "ts": card["ts"]}
                assert page.do("act", source=where, block_id="row", action_id="lunch.join", value=None)["ok"]
                assert frame(live, "message")["message"]["text"] == f"<@{page.who}> comes"
            socket.close()
        finally:
            process.terminate()
            assert process.wait(timeout=100) == 0
