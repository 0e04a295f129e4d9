"""`backup`: a copy of the database, taken while the bot runs, and checked before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.base.backup import back_up

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "copy the database to a file, while the bot runs"
EXAMPLES = ("backup /backups/cta-bot.db", "backup latest.db --force")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where the copy goes")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")


def run(args: Namespace, terminal: Terminal) -> int:
    """Copy, check, and say how large it is."""
    size = back_up(terminal.settings.cta_bot_db, args.file, overwrite=args.force)
    terminal.say(f"{args.file} holds a checked copy of {terminal.settings.cta_bot_db} ({size:,} bytes).")
    return 0
