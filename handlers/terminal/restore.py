"""`restore`: a backup in the place of the database; what it replaced is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.base.address import Server
from storage.base.backup import restore
from storage.base.errors import UserError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "put a backup in the place of the database, while the bot is stopped"
EXAMPLES = ("restore /backups/cta-bot.db",)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a backup")


def run(args: Namespace, terminal: Terminal) -> int:
    """Restore, and say what was replaced and where it is now."""
    target = terminal.settings.cta_bot_db
    if isinstance(target, Server):
        raise UserError(
            f"{target} is on a server, which is restored by its own means.",
            "Use pg_restore; or restore the file elsewhere and move it: CTA_BOT_DB=FILE python bot.py migrate --to URL",
        )
    kept = restore(args.file, target, terminal.clock())
    terminal.say(f"{target} holds what was in {args.file}.")
    if kept:
        terminal.say(f"What it replaced is kept as {kept}.")
    terminal.say("Start the bot: it reads what Slack shows of the time since, and posts none of it again.")
    return 0
