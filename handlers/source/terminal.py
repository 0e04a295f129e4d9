"""`pull`: bring what the policy's sources have, now; with a dry run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handlers.importing.terminal import showing_progress, told
from handlers.source import writes
from handlers.terminal import write_utf8
from storage.base.errors import UserError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from handlers.source.actions import Pulled
    from handlers.terminal import Terminal
    from storage.base.db import Store
    from storage.base.outside import Source

NAME = "pull"
PLACE = 76
HELP = "bring what the policy's sources have ([[sources]]), as the bot does by their schedules"
EXAMPLES = ("pull", "pull crm --dry-run", "pull crm --again")
MORE = (writes,)
"""Further commands of the noun."""
_LISTED = 50


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="these sources only")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--again", action="store_true", help="read also what is as it was at the last pull")
    parser.add_argument("--now", metavar="INSTANT", help="pull as of this instant, such as 2026-12-01T09:00Z")


def run(args: Namespace, terminal: Terminal) -> int:
    """Pull from each; 0 only if all of them could be read, and no row was rejected."""
    from reminders.outbox.turn import Turn, held
    from storage.importing.record import PULL

    write_utf8()
    rules = _meant(terminal.policy.sources, args.names)
    store = terminal.store(create=True)
    try:
        if args.dry_run:
            return max(_pull(args, terminal, store, rule) for rule in rules)
        turn = Turn(store, 60, terminal.clock, PULL)
        if turn.take() is None:
            other = held(store.connection(), terminal.clock(), PULL)
            raise UserError(
                f"{other.who if other else 'Another process'} is pulling now, or writing back.",
                "Try again when it has ended.",
            )
        with turn.kept():
            return max(_pull(args, terminal, store, rule) for rule in rules)
    finally:
        store.close()


def _meant(rules: Sequence[Source], names: Sequence[str]) -> list[Source]:
    if not rules:
        raise UserError("The policy names no sources.", "docs/sources.md shows how [[sources]] are written.")
    by_name = {rule.name: rule for rule in rules}
    for name in names:
        if name not in by_name:
            raise UserError(f"There is no source {name}.", f"There are: {', '.join(by_name)}.")
    return [by_name[name] for name in dict.fromkeys(names)] if names else list(rules)


def _pull(args: Namespace, terminal: Terminal, store: Store, rule: Source) -> int:
    from handlers.source.actions import pull

    try:
        with showing_progress(rule.name) as progress:
            pulled = pull(
                store,
                rule,
                now=terminal.now(args.now),
                secret=terminal.secret,
                dry_run=args.dry_run,
                again=args.again,
                progress=progress,
            )
    except UserError as error:
        terminal.say(str(error))
        return 1
    return _say(pulled, dry_run=args.dry_run)


def _say(pulled: Pulled, *, dry_run: bool) -> int:
    out = sys.stdout if dry_run else sys.stderr
    name, outcome = pulled.rule.name, pulled.outcome
    if outcome is None:
        print(f"{name}: nothing is new there since the last pull.", file=out)
        return 0
    for line in told(outcome, dry_run=dry_run, skip_rejected=True):
        print(line, file=out)
    for words, names in (
        ("Would be archived" if dry_run else "Archived", pulled.archived),
        ("Brought back", pulled.back),
    ):
        for one in names[:_LISTED]:
            print(f"{words}: {one}", file=out)
        if len(names) > _LISTED:
            print(f"{words}: {len(names) - _LISTED} more", file=out)
    return 1 if outcome.refused else 0
