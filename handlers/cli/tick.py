"""`tick`: one pass of planning and delivering; without Slack tokens it plans only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.planner import plan

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.cli import Terminal

HELP = "plan what is due and deliver it, once; without Slack tokens: plan only"
EXAMPLES = ("tick", "tick --now 2026-12-01T09:00Z")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--now", metavar="INSTANT", help="act as if it were then (default: now)")


def run(args: Namespace, terminal: Terminal) -> int:
    """Plan; what there is to tell goes to stderr."""
    now = terminal.now(args.now)
    store = terminal.store()
    try:
        result = plan(store, now)
    finally:
        store.close()
    wake = f"next at {result.next_at:%Y-%m-%d %H:%MZ}" if result.next_at else "nothing further in sight"
    terminal.say(f"{result.planned} planned; {wake}.")
    return 0
