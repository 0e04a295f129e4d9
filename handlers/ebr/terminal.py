"""`ebr`: what `/ebr` does, from the terminal: for scripts, and before Slack is connected."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from handlers.terminal.actions import add_words, print_rows, the_actor
from storage.ebr import lists as ebr_lists

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from datetime import date, datetime

    from handlers.door.actions import Outcome
    from handlers.door.words import Asked, Word
    from handlers.terminal import Terminal
    from storage.account.record import Account
    from storage.base.db import Store, Unit
    from storage.base.person import Person
    from storage.ebr.due import EbrDue

NAME = "ebr"
PLACE = 68
HELP = "Executive Business Reviews: list, log, schedule, cancel, cadence, coverage"
EXAMPLES = (
    "ebr list --format json",
    "ebr log Acme 12 Nov --as maya@example.com",
    "ebr schedule Acme 3 Dec 15:00",
    "ebr cancel Acme",
    "ebr cadence Acme 3 agreed Ann, Bo",
    "ebr coverage",
)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    add_words(parser, "as typed after /ebr")
    parser.add_argument("--note", default="", help="of an EBR held")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry the words out; a list goes to stdout."""
    from handlers.account.which import account_named
    from handlers.ebr.words import parse

    store, now = terminal.store(), terminal.now(args.now)
    actor = the_actor(store, args.actor)
    asked = parse(" ".join(args.words))
    if asked.verb in ("list", "help", "show", "coverage"):
        print_rows(_listed(store, asked, now, actor), args.format)
        return 0
    meant = account_named(store.connection(), asked.rest, f"ebr {asked.said}")
    account, rest = meant.account, meant.rest
    with store.write(now, actor=actor, source="terminal") as unit:
        outcome = _carry_out(unit, asked.verb, account, rest, args.note)
    terminal.say(outcome.plain)
    return 0


def _carry_out(unit: Unit, verb: str, account: Account, rest: Sequence[Word], note: str) -> Outcome:
    from handlers.door.dates import parse_day, parse_moment
    from handlers.ebr import actions
    from handlers.ebr.words import parse_cadence
    from storage.base.errors import UserError
    from storage.base.moments import zone

    today, formats = unit.own_today, unit.policy.date_formats
    words = " ".join(word.text for word in rest)
    match verb:
        case "log":
            held_on = parse_day(words, today, formats, past=True) if words else today
            return actions.log(unit, account, held_on, note)
        case "schedule":
            return actions.schedule(unit, account, parse_moment(words, today, zone(unit.own_zone), formats))
        case "undo":
            return actions.take_back_last(unit, account)
        case "cancel":
            return actions.call_off(unit, account)
        case "cadence":
            return actions.set_cadence(unit, account, *parse_cadence(rest))
    raise UserError(f"'{verb}' needs Slack.", "There, type it after /ebr.")


def _listed(store: Store, asked: Asked, now: datetime, actor: Person | None) -> list[dict[str, Any]]:
    from handlers.account.which import account_named
    from handlers.ebr.words import VERBS
    from storage.account import lists as books
    from storage.base.moments import civil_day
    from storage.ebr import store as ebrs
    from storage.ebr.coverage import by_segment

    db, policy = store.connection(), store.policy
    today = civil_day(now, policy.timezone)
    if asked.verb == "show":
        account = account_named(db, asked.rest, "ebr", verbs=() if asked.said else VERBS).account
        known = ebrs.of_accounts(db, [account.id])[account.id]
        due = ebr_lists.ebr_due(account, known, policy)
        shown = [(e.state, e.held_on or e.scheduled_on) for e in known if e.held_on or e is due.scheduled]
        if due.scheduled is None:
            shown.append((_to_come(due, today), due.due_on))
        return [{"account": account.name, "state": state, "on": str(on) if on else None} for state, on in shown]
    whose = books.whose(db, policy, actor, asked.scope) if actor else books.Whose("all")
    if asked.verb == "coverage":
        held, accounts = ebr_lists.coverage(db, policy, whose, today)
        segments = by_segment(db, policy, today, *whose.condition)
        return [{"held": held, "accounts": accounts}, *map(asdict, segments)]
    return [
        {
            "account": due.account.name,
            "due_on": due.due_on.isoformat() if due.due_on else None,
            "last_on": due.last_on.isoformat() if due.last_on else None,
            "scheduled_on": str(due.scheduled.scheduled_on) if due.scheduled else None,
        }
        for due in ebr_lists.ebrs_due(db, policy, whose, today)
    ]


def _to_come(due: EbrDue, today: date) -> str:
    """What is to be said of the next EBR where none is scheduled, in a word; its day, if known, stands beside."""
    if not due.account.active:
        return "none to come"
    if due.due_on is None:
        return "none on record" if due.unrecorded else "no date known"
    return "due" if due.due_on >= today else "overdue"
