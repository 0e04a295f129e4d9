"""`bot.py manifest`: the app manifest to paste at Slack; held to the code by a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.door.nouns import grammars

if TYPE_CHECKING:
    import argparse

    from handlers.terminal import Terminal

HELP = "print the app manifest that Slack wants"
EXAMPLES = ("manifest", "manifest --card-replies", "manifest --request-url https://bot.example.com/slack/events")
REPLY_EVENTS = ("message.channels", "message.groups")
FILE = Path(__file__).parents[2] / "manifest.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument(
        "--card-replies", action="store_true", help="with the events that the policy's card_replies = true needs"
    )
    parser.add_argument("--request-url", help="for HTTP mode: where Slack reaches the bot")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print it to stdout; without commands of which the policy has switched nothing on."""
    manifest = json.loads(FILE.read_text(encoding="utf-8"))
    seen = grammars(terminal.policy)
    features = manifest["features"]
    features["slash_commands"] = [command for command in features["slash_commands"] if command["command"] in seen]
    if args.card_replies:
        events = manifest["settings"]["event_subscriptions"]
        events["bot_events"] = sorted({*events["bot_events"], *REPLY_EVENTS})
    if args.request_url:
        manifest["settings"]["socket_mode_enabled"] = False
        manifest["settings"]["interactivity"]["request_url"] = args.request_url
        manifest["settings"]["interactivity"]["message_menu_options_url"] = args.request_url
        manifest["settings"]["event_subscriptions"]["request_url"] = args.request_url
        for command in manifest["features"]["slash_commands"]:
            command["url"] = args.request_url
    print(json.dumps(manifest, indent=2))
    return 0
