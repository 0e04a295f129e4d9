"""`webhooks`: what other systems were told, what waits, what was given up; tried again, or tried out, by hand."""

from __future__ import annotations

from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING

from handlers.terminal import write_utf8
from handlers.terminal.waiting import add_list_and_retry, print_waiting, retry
from storage.base.errors import UserError
from storage.webhook.record import STATES, TEST

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal
    from storage.base.outside import Webhook
    from storage.webhook.record import Call

NAME = "webhooks"
PLACE = 77
HELP = "what other systems are told of ([[webhooks]]): what waits, what was given up"
EXAMPLES = ("webhooks list", "webhooks list --state dead --format json", "webhooks retry 12", "webhooks test warehouse")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|retry|test")
    add_list_and_retry(actions, "calls", STATES, "webhook")
    test = actions.add_parser("test", help="send an event of type webhook.test, now")
    test.add_argument("name", nargs="?", default="", metavar="NAME", help="without: to each")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry out one of the three actions."""
    write_utf8()
    if args.action == "test":
        return _test(args.name, terminal)
    return _list(args, terminal) if args.action == "list" else _retry(args.number, terminal)


def _list(args: Namespace, terminal: Terminal) -> int:
    from storage.webhook import store as calls

    with closing(terminal.reading()) as store:
        found = calls.listed(store.connection(), args.state, args.webhook)

    def words(row: Call) -> str:
        return f"{row.webhook:<16}{row.type:<18}{row.subject:<14}"

    if not print_waiting(args, found, ("id", "webhook", "message_id", "type", "subject"), words):
        terminal.say("No calls: nothing changed since the webhooks are in the policy, or it is over a week ago.")
    return 0


def _retry(number: int | None, terminal: Terminal) -> int:
    from storage.webhook import store as calls

    return retry(terminal, calls.BACKLOG, terminal.policy.webhooks, number, (NAME, "Call", "call"))


def _meant(name: str, terminal: Terminal) -> list[Webhook]:
    webhooks = terminal.policy.webhooks
    if not webhooks:
        raise UserError("The policy names no webhooks.", "docs/webhooks.md shows how [[webhooks]] are written.")
    found = [one for one in webhooks if name in ("", one.name)]
    if not found:
        raise UserError(f"There is no webhook {name}.", f"There are: {', '.join(one.name for one in webhooks)}.")
    return found


def _test(name: str, terminal: Terminal) -> int:
    from reminders.webhook.calling import call_once
    from storage.base.moments import instant_text
    from storage.webhook.store import body_of

    status, now = 0, terminal.clock()
    for webhook in _meant(name, terminal):
        made = blake2b(f"{webhook.name} {now.isoformat()}".encode(), digest_size=16).hexdigest()
        fate = call_once(webhook, terminal.secret, f"msg_{made}", body_of(TEST, instant_text(now), {}), now)
        terminal.say(f"{webhook.name}: {'it arrived' if fate.well else fate.error}.")
        status = status if fate.well else 1
    return status
