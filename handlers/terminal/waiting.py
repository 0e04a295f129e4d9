"""What waits to be told to other systems, as a command lists it and tries it again; nouns say what a row is."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from handlers.terminal import row_number
from storage.base.errors import UserError
from storage.base.plurals import counted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from handlers.terminal import Terminal
    from storage.base.backlog import Backlog, Named

TRIED = ("made_at", "state", "attempts", "next_at", "error")
"""What all rows have."""


def add_list_and_retry(actions: Any, what: str, states: Sequence[str], to: str) -> None:
    """Declare `list` and `retry` of rows that go `to` something by its name."""
    listing = actions.add_parser("list", help=f"{what}, the newest first")
    listing.add_argument("--state", action="append", default=[], choices=states, help="only these states")
    listing.add_argument(f"--{to}", default="", metavar="NAME", help="only of this one")
    listing.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json")
    again = actions.add_parser("retry", help="try again at once: one by its number, or all that were given up")
    again.add_argument("number", nargs="?", type=row_number, metavar="ID", help="without: all that were given up")


def retry(
    terminal: Terminal, backlog: Backlog, named: Sequence[Named], number: int | None, words: tuple[str, str, str]
) -> int:
    """Have one by its number, or all that were given up, tried again; the command, one of them and what counts."""
    command, one, what = words
    with closing(terminal.store()) as store, store.write(terminal.now()) as unit:
        tried, gone = backlog.retry(unit, named, number)
    if gone:
        terminal.say(f"The policy names {', '.join(gone)} no more: what was given up there stays so.")
    if number is not None and gone:
        raise UserError(f"{one} {number} was not tried again.", "Name it in the policy again first.")
    if number is not None and not tried:
        raise UserError(f"{one} {number} neither waits nor was given up.", f"`{command} list` shows all.")
    terminal.say(f"{counted(tried, what)} to be tried at the bot's next look.")
    return 0


def print_waiting(args: Namespace, rows: Sequence[Any], fields: Sequence[str], words: Callable[[Any], str]) -> bool:
    """Print a list as it was asked for: whole records, or a line each of which `words` say what it is; if there is one.

    JSON of nothing is an empty list: nothing more is to be said.
    """
    if args.format == "json":
        found = [{name: getattr(row, name) for name in (*fields, *TRIED)} for row in rows]
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat) + "\n")
        return True
    for row in rows:
        error = f"  {row.error}" if row.error else ""
        print(f"{row.id:>6}  {row.state:<9}{words(row)}{counted(row.attempts, 'try', 'tries')}{error}")
    return bool(rows)
