"""`tick`: one pass of planning and delivering; without a bot token it plans only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.cli import Terminal

HELP = "plan what is due and deliver it, once; without Slack tokens: plan only"
EXAMPLES = ("tick", "tick --now 2026-12-01T09:00Z")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--now", metavar="INSTANT", help="act as if it were then (default: now)")


def run(args: Namespace, terminal: Terminal) -> int:
    """Plan and deliver; what there is to tell goes to stderr. 1 if something due could not be sent."""
    if terminal.tick is None:
        raise RuntimeError("bot.py hands every terminal its tick")
    return terminal.tick(terminal, terminal.now(args.now))
