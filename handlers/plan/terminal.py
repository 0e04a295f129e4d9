"""`plan`: an account's success plan on a page of Markdown, to be handed over; while the area is off as well."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from handlers.terminal import write_utf8
from storage.plan.record import INTERNAL, ROI

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal

NAME = "plan"
PLACE = 69
HELP = "an account's success plan on a page of Markdown"
EXAMPLES = ("plan Acme > plan.txt", "plan Acme --internal")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("words", nargs="+", help="the account, by name or CRM id")
    parser.add_argument("--internal", action="store_true", help="the plan that is shared with nobody")
    parser.add_argument("--now", help="as of this instant, such as 2026-12-01T09:00Z")


def run(args: Namespace, terminal: Terminal) -> int:
    """Print the page."""
    from handlers.account.which import account_named
    from handlers.door.words import split_words
    from handlers.plan.pages import page_to_hand_over
    from storage.base.errors import UserError
    from storage.base.moments import civil_day

    write_utf8()
    with closing(terminal.reading()) as store:
        db, policy = store.connection(), store.policy
        meant = account_named(db, split_words(" ".join(args.words)), "plan")
        if meant.rest:
            raise UserError(f"No account is called {' '.join(args.words)!r}.", "For example: python bot.py plan Acme")
        today = civil_day(terminal.now(args.now), policy.timezone)
        kind = INTERNAL if args.internal else ROI
        print(page_to_hand_over(db, policy, meant.account, kind, today), end="")
    return 0
