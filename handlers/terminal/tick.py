"""`tick`: one pass of planning and delivering; without a bot token it plans only."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.errors import UserError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "plan what is due and deliver it, once; without Slack tokens: plan only"
_AHEAD = timedelta(minutes=2)
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
    if now > terminal.clock() + _AHEAD and sys.stdin.isatty() and not args.yes:
        terminal.say(f"{args.now} is ahead of the clock: what falls due until then is sent to people now.")
        if input("Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
            raise UserError("Nothing was done.")
    return terminal.tick(terminal, now)
