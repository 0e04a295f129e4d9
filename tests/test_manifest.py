"""The manifest at Slack and the code agree: every command, shortcut and event stands in both."""

import copy
import json
from pathlib import Path

import pytest

from handlers.door import spoken
from handlers.door.nouns import table
from sandbox.manifest import BadManifest, faults_of, read_manifest

MANIFEST = json.loads((Path(__file__).parents[1] / "manifest.json").read_text())


def test_every_command_is_in_the_manifest_and_handled():
    assert {c["command"] for c in MANIFEST["features"]["slash_commands"]} == set(table("COMMANDS"))


def test_every_shortcut_is_in_the_manifest_and_handled():
    assert {s["callback_id"] for s in MANIFEST["features"]["shortcuts"]} == set(table("SHORTCUTS"))


def test_every_event_is_subscribed_and_handled():
    subscribed = {name.partition(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == {*table("EVENTS"), *spoken.EVENTS}


def test_usage_hints_are_commands_that_the_help_shows():
    for command in MANIFEST["features"]["slash_commands"]:
        assert "help" in command["usage_hint"]


def test_slack_would_take_it():
    assert list(faults_of(MANIFEST)) == []


def changed(path, value):
    """The manifest with another value in one place; `None` takes it away."""
    manifest = copy.deepcopy(MANIFEST)
    *way, last = path
    place = manifest
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return manifest


SHORTCUT = ("features", "shortcuts", 1)
COMMAND = ("features", "slash_commands", 0)
BOT_SCOPES = ("oauth_config", "scopes", "bot")
BOT_EVENTS = ("settings", "event_subscriptions", "bot_events")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*SHORTCUT, "name"), "Open a CTA from this message"),
        ((*SHORTCUT, "name"), ""),
        ((*SHORTCUT, "description"), "x" * 151),
        ((*SHORTCUT, "description"), None),
        ((*SHORTCUT, "callback_id"), "cta.open_shortcut"),
        ((*SHORTCUT, "type"), "messages"),
        (("features", "shortcuts"), []),
        ((*COMMAND, "command"), "cta"),
        ((*COMMAND, "command"), "/" + "x" * 32),
        ((*COMMAND, "command"), "/account"),
        ((*COMMAND, "description"), "x" * 2001),
        ((*COMMAND, "usage_hint"), "x" * 1001),
        ((*COMMAND, "hint"), "x"),
        (("display_information", "name"), "x" * 36),
        (("display_information", "description"), "x" * 141),
        (("display_information", "long_description"), "x" * 174),
        (("display_information", "background_color"), "teal"),
        (("features", "bot_user", "display_name"), "x" * 81),
        (("features", "tab"), True),
        (BOT_SCOPES, ["commands", "commands"]),
        (BOT_SCOPES, ["commands"]),
        (BOT_EVENTS, ["x" * 51]),
        (("settings", "interactivity"), {}),
        (("display_information",), None),
    ],
)
def test_what_slack_refuses_the_sandbox_refuses_too(path, value):
    with pytest.raises(BadManifest, match="Slack would refuse the manifest"):
        read_manifest(changed(path, value))


def test_no_scope_is_asked_for_that_nothing_uses():
    root = Path(__file__).parents[1]
    code = "\n".join(file.read_text() for room in ("handlers", "reminders") for file in (root / room).rglob("*.py"))
    calls_behind = {
        "channels:history": "conversations_history",
        "groups:history": "conversations_history",
        "channels:join": "conversations_join",
        "channels:read": "conversations_list",
        "groups:read": "conversations_list",
        "chat:write": "chat_postMessage",
        "files:read": "url_private",
        "files:write": "files_upload_v2",
        "im:write": "conversations_open",
        "users:read": "users_list",
        "users:read.email": "email",
        "im:history": "conversations_history",
        "app_mentions:read": "app_mention",
        "commands": "command",
        "usergroups:read": "usergroups_list",
    }
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert calls_behind[scope] in code, scope
