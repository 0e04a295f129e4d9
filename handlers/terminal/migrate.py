"""`migrate`: bring the database to the newest schema, and say from which to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.backup import schema_version

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

HELP = "bring the database to the newest schema (every start does that by itself)"
EXAMPLES = ("migrate",)


def configure(parser: ArgumentParser) -> None:
    """No options."""


def run(args: Namespace, terminal: Terminal) -> int:  # noqa: ARG001 - every command has the same shape
    """Migrate, and tell the versions."""
    path = terminal.settings.cta_bot_db
    before = schema_version(path)
    terminal.store(create=True).close()
    after = schema_version(path)
    change = f"from schema {before} to {after}" if before != after else f"at schema {after} already"
    terminal.say(f"{path} is {'new, ' if before == 0 else ''}{change}.")
    return 0
