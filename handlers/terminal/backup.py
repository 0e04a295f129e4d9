"""`backup`: a copy of the database, taken while the bot runs, and checked before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.base.address import Server
from storage.base.backup import back_up
from storage.base.errors import UserError

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
    database = terminal.settings.cta_bot_db
    if isinstance(database, Server):
        raise UserError(
            f"{database} is on a server, whose backups are its own.",
            "Use pg_dump, or copy everything into a file: python bot.py migrate --to FILE",
        )
    size = back_up(database, args.file, overwrite=args.force)
    terminal.say(f"{args.file} holds a checked copy of {database} ({size:,} bytes).")
    return 0
