"""`tick`: one pass of planning and delivering; without a bot token it plans only.

Ahead of the clock it would tell people what is not due yet: then it asks first, or wants `--yes`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handlers.terminal.actions import confirm

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "plan what is due and deliver it, once; without Slack tokens: plan only"
_AHEAD = timedelta(minutes=2)
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
EXAMPLES = ("tick", "tick --now 2026-12-01T09:00Z")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--now", metavar="INSTANT", help="act as if it were then (default: now)")
    parser.add_argument("--yes", action="store_true", help="don't ask before acting ahead of the clock")


def run(args: Namespace, terminal: Terminal) -> int:
    """Plan and deliver; what there is to tell goes to stderr. 1 if something due could not be sent."""
    if terminal.tick is None:
        raise RuntimeError("bot.py hands every terminal its tick")
    now = terminal.now(args.now)
    if now > terminal.clock() + _AHEAD and _reaches_people(terminal) and not args.yes:
        confirm(terminal, f"{args.now} is ahead of the clock: what falls due until then is sent to people now.")
    return terminal.tick(terminal, now if args.now else None)


def _reaches_people(terminal: Terminal) -> bool:
    """Whether what is sent is read by somebody: without a token nothing is sent, and a sandbox is on this machine."""
    host = urlsplit(terminal.settings.slack_api_url).hostname
    return bool(terminal.settings.slack_bot_token.get_secret_value()) and host not in _THIS_MACHINE
