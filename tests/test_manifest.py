"""The manifest at Slack and the code agree: every command, shortcut and event stands in both."""

import json
from pathlib import Path

from handlers import table

MANIFEST = json.loads((Path(__file__).parents[1] / "manifest.json").read_text())


def test_every_command_is_in_the_manifest_and_handled():
    assert {c["command"] for c in MANIFEST["features"]["slash_commands"]} == set(table("COMMANDS"))


def test_every_shortcut_is_in_the_manifest_and_handled():
    assert {s["callback_id"] for s in MANIFEST["features"]["shortcuts"]} == set(table("SHORTCUTS"))


def test_every_event_is_subscribed_and_handled():
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed == set(table("EVENTS"))


def test_usage_hints_are_commands_that_the_help_shows():
    for command in MANIFEST["features"]["slash_commands"]:
        assert "help" in command["usage_hint"]
