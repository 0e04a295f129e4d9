"""`migrate`: bring the database to the newest schema, or move all of it to another one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from storage.base.address import address, file_of
from storage.base.backup import schema_version
from storage.base.moving import move
from storage.base.plurals import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "bring the database to the newest schema (every start does that by itself), or move it to another one"
EXAMPLES = ("migrate", "migrate --to postgresql://bot@db.example.com/cta_bot", "migrate --to cta-bot.db")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--to", metavar="URL", help="copy everything to this empty database (a URL or a file), compared row by row"
    )


def run(args: Namespace, terminal: Terminal) -> int:
    """Migrate, and tell the versions; or move, and tell what."""
    database = terminal.settings.cta_bot_db
    if args.to:
        target = address(args.to)
        moved = move(database, target, terminal.policy, terminal.clock())
        terminal.say(
            f"{target} holds {counted(sum(moved.rows.values()), 'row')}, all that {database} has, each compared."
        )
        terminal.say(f"Digest of both: {moved.digest}. {database} stays as it was, marked as moved.")
        terminal.say(f"Set CTA_BOT_DB to {target}, then start the bot.")
        return 0
    file = file_of(database)
    before = schema_version(file) if file else None
    with closing(terminal.store(create=True)) as store:
        after = store.version()
    changed = f"from schema {before} to {after}" if before is not None and before != after else f"at schema {after}"
    already = " already" if before == after else ""
    terminal.say(f"{database} is {'new, ' if before == 0 else ''}{changed}{already}.")
    return 0
