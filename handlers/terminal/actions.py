"""What commands of the terminal have in common: options, who does it, the question before what can't be taken back."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from handlers.terminal import write_utf8
from handlers.terminal.tables import table
from storage.base.errors import UserError
from templates.blocks.figures import cell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from handlers.terminal import Terminal
    from storage.base.db import Store
    from storage.base.person import Person


def add_words(parser: ArgumentParser, what: str) -> None:
    """The options that they share."""
    parser.add_argument("words", nargs="*", help=what)
    parser.add_argument("--as", dest="actor", metavar="EMAIL", help="who does it; their time zone holds")
    parser.add_argument("--now", help="do it as of this instant, such as 2026-12-01T09:00Z")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="of a list")


def the_actor(store: Store, email: str | None) -> Person | None:
    """The person of `--as`; raises UserError for an address that nobody has."""
    from storage.base import people

    if email is None:
        return None
    found = people.by_email(store.connection(), email)
    if found is None:
        raise UserError(f"Nobody here has the address {email}.", "Import people first, or leave --as out.")
    return found


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """A list as JSON, or as a table for people."""
    write_utf8()
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    every = dict.fromkeys(name for row in rows for name in row)
    names = [name for name in every if any(row.get(name) not in (None, "") for row in rows)]
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    headings = [name.replace("_", " ").capitalize() for name in names]
    print("\n".join(table(headings, cells, words=len(names))) if rows else "Nothing to list.")


def confirm(terminal: Terminal, what: str) -> None:
    """Ask at a terminal; elsewhere nobody can answer, so that it is refused. Raises UserError for a no."""
    if not sys.stdin.isatty():
        raise UserError(f"{what} Nothing was done.", "`--yes` does it without a question.")
    terminal.say(what)
    if input("Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
        raise UserError("Nothing was done.")
