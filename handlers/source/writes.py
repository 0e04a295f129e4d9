"""`writes`: what goes back to CRMs, what waits, what was given up; tried again, or sent now, by hand."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from handlers.terminal import write_utf8
from handlers.terminal.waiting import add_list_and_retry, print_waiting, retry
from storage.base.errors import UserError
from storage.source.record import WRITE_STATES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal
    from storage.base.db import Store
    from storage.base.outside import Source
    from storage.source.record import Write

NAME = "writes"
PLACE = 78
HELP = "what goes back to CRMs (`write` of [[sources]]): what waits, what was given up"
EXAMPLES = ("writes list", "writes list --state dead --format json", "writes retry 12", "writes send --dry-run")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|retry|send")
    add_list_and_retry(actions, "fields of accounts", WRITE_STATES, "source")
    send = actions.add_parser("send", help="write what is due now, as the bot does by itself")
    send.add_argument("--dry-run", action="store_true", help="read there, say what would become of each, write nothing")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry out one of the three actions."""
    write_utf8()
    if args.action == "list":
        return _list(args, terminal)
    return _retry(args.number, terminal) if args.action == "retry" else _send(terminal, dry_run=args.dry_run)


def _list(args: Namespace, terminal: Terminal) -> int:
    from storage.source import writes

    with closing(terminal.reading()) as store:
        found = writes.listed(store.connection(), args.state, args.source)

    def words(row: Write) -> str:
        return f"{row.source:<16}{row.field:<16}{row.account[:30]:<31}"

    if not print_waiting(args, found, ("id", "source", "account", "field"), words):
        terminal.say("Nothing: nothing changed since a source has `write` in the policy, or it is over a week ago.")
    return 0


def _retry(number: int | None, terminal: Terminal) -> int:
    from handlers.source.writing import written_to
    from storage.source import writes

    return retry(terminal, writes.BACKLOG, written_to(terminal.policy), number, (NAME, "Write", "field"))


def _send(terminal: Terminal, *, dry_run: bool) -> int:
    from handlers.source.writing import Writes, written_to
    from reminders.outbox.turn import Turn, held
    from storage.importing.record import PULL
    from storage.source import writes

    rules = written_to(terminal.policy)
    if not rules:
        raise UserError("No source of the policy has `write`.", "docs/sources.md shows how it is written.")
    with closing(terminal.store()) as store:
        if dry_run:
            Writes(store, terminal.clock, terminal.secret).take()
            return max(_look(terminal, store, rule) for rule in rules)
        turn = Turn(store, 60, terminal.clock, PULL)
        if turn.take() is None:
            other = held(store.connection(), terminal.clock(), PULL)
            who = other.who if other else "Another process"
            raise UserError(f"{who} is pulling now, or writing back.", "Try again when it has ended.")
        with turn.kept():
            Writes(store, terminal.clock, terminal.secret).work()
        failing = [row for rule in rules for row in writes.failing(store.connection(), rule.name)]
    for row in failing:
        terminal.say(f"{row.source}: {row.account}, {row.field}: {row.error}")
    return 1 if failing else 0


def _look(terminal: Terminal, store: Store, rule: Source) -> int:
    """What would be written, field by field; nothing is, here or there."""
    from handlers.source.brought import NotTaken
    from handlers.source.writing import an_id, records_of, weigh
    from storage.account import store as accounts
    from storage.source import writes

    status, now, db, records = 0, terminal.clock(), store.connection(), None
    for account_id in writes.due_accounts(db, rule, now):
        rows, account = writes.waiting(db, rule, account_id, now), accounts.get(db, account_id)
        try:
            records = records or records_of(rule, terminal.secret)
            there, _ = records.read(an_id(str(account.crm_id)), [rule.write[row.field] for row in rows])
        except NotTaken as error:
            print(f"{rule.name}: {account.name}: {error}")
            status = 1
            continue
        except UserError as error:
            terminal.say(str(error))
            return 1
        for one in weigh(store, rule, rows, there):
            print(f"{rule.name}: {account.name}: {one.write.field}: {_WORDS[one.verdict].format(*one[1:3])}")
    return status


_WORDS = {
    "pending": "would become {0} (is {1} there)",
    "same": "is {1} there already",
    "sent": "is {1} there already",
    "conflict": "is {0} here and {1} there: to be decided",
    "lacks": "there is no such field there",
}
