"""`renewals`: what `/renewals` does, from the terminal: for scripts, and before Slack is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.terminal.actions import add_words, print_rows, the_actor
from storage.renewal import lists as renewal_lists

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import date, datetime

    from handlers.door.actions import Outcome
    from handlers.door.words import Asked
    from handlers.terminal import Terminal
    from storage.account.record import Account
    from storage.base.db import Store, Unit
    from storage.base.person import Person
    from storage.renewal.review_steps import ReviewStep

NAME = "renewals"
PLACE = 67
HELP = "renewals and reviews: list, schedule, ask, held, skip, undo, outlook, renewed, signing, churned, lapsed"
EXAMPLES = (
    "renewals list --format json",
    "renewals schedule Acme 3 Dec 15:00 --as maya@example.com",
    'renewals held Acme 12 Nov --health green --outlook renew --next-step "call the CTO"',
    "renewals skip Acme champion is leaving",
    "renewals undo Acme",
    "renewals outlook Acme at risk sponsor is leaving",
    "renewals renewed Acme 30 Apr 2028",
    "renewals churned Acme competitor they went with Initrode",
    "renewals signing Acme 18 Dec with legal",
    "renewals lapsed --format json",
)
OUTLOOKS = ("renew", "at_risk", "churn")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    add_words(parser, "as typed after /renewals")
    parser.add_argument("--months", type=int, help="which review: so many months before the renewal")
    parser.add_argument("--health", choices=("green", "yellow", "red"), help="of a review held")
    parser.add_argument("--outlook", choices=OUTLOOKS, help="of a review held")
    parser.add_argument("--reason", default="", help="why it churned, or renewed with less: a key of the policy")
    parser.add_argument("--next-step", default="", help="of a review held")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry the words out; a list goes to stdout."""
    from handlers.account.which import account_named
    from handlers.renewal.words import parse
    from storage.base.errors import UserError

    store, now = terminal.store(), terminal.now(args.now)
    actor = the_actor(store, args.actor)
    asked = parse(" ".join(args.words))
    if asked.verb == "forecast":
        raise UserError("Here the forecast is a report.", "python bot.py report --area forecast")
    if asked.verb in ("list", "help", "show", "lapsed"):
        print_rows(_listed(store, asked, now, actor), args.format)
        return 0
    meant = account_named(store.connection(), asked.rest, f"renewals {asked.said}")
    account, rest = meant.account, meant.rest
    with store.write(now, actor=actor, source="terminal") as unit:
        outcome = _carry_out(unit, asked.verb, account, " ".join(word.text for word in rest), args)
    terminal.say(outcome.plain)
    return 0


def _carry_out(unit: Unit, verb: str, account: Account, words: str, args: Namespace) -> Outcome:
    from handlers.door.dates import parse_day, parse_moment
    from handlers.renewal import actions
    from handlers.renewal.which import step_of_months, the_step
    from handlers.renewal.words import read_outlook
    from storage.base.errors import UserError
    from storage.base.moments import zone

    db, policy, today = unit.db, unit.policy, unit.own_today
    formats = policy.date_formats
    if verb == "outlook":
        return actions.set_outlook(unit, account, *read_outlook(words))
    if verb in ("renewed", "churned", "signing"):
        return _end(unit, verb, account, words, args)
    step = None if args.months is None else step_of_months(db, policy, account, args.months)
    if verb == "undo":
        return actions.take_back(unit, account, step) if step else actions.take_back_last(unit, account)
    step = step or the_step(db, policy, account, today, holding=verb == "held")
    match verb:
        case "schedule":
            return actions.schedule(unit, account, step, parse_moment(words, today, zone(unit.own_zone), formats))
        case "held":
            return actions.hold(
                unit,
                account,
                step,
                held_on=parse_day(words, today, formats, past=True) if words else today,
                health=args.health,
                outlook=args.outlook,
                next_step=args.next_step or None,
            )
        case "skip":
            return actions.skip(unit, account, step, words)
        case "ask":
            return actions.ask_team(unit, account, step)
    raise UserError(f"'{verb}' needs Slack.", "There, type it after /renewals.")


def _end(unit: Unit, verb: str, account: Account, words: str, args: Namespace) -> Outcome:
    from handlers.renewal import actions, values
    from storage.base.errors import UserError

    policy, today = unit.policy, unit.own_today
    if verb == "renewed":
        next_on, arr_cents = values.day_and_arr(words, account, policy, today)
        if next_on is None:
            raise UserError("Until when?", f"For example: renewals renewed {account.name} 30 Apr 2028")
        return actions.renew(unit, account, next_on, arr_cents=arr_cents, reason=args.reason or None)
    if verb == "churned":
        said = values.ended(words, policy, today, account.renewal_on)
        return actions.churn(unit, account, said.day, reason=said.reason or args.reason or None, line=said.line)
    said = values.day_and_line(words, policy, today)
    if said.day is None:
        raise UserError("By when will it be signed?", f"For example: renewals signing {account.name} 18 Dec")
    return actions.sign_late(unit, account, said.day, said.line)


def _listed(store: Store, asked: Asked, now: datetime, actor: Person | None) -> list[dict[str, Any]]:
    from handlers.account.which import account_named
    from handlers.renewal.words import VERBS
    from storage.account import lists as books
    from storage.base.moments import civil_day
    from storage.renewal import store as renewals

    db, policy = store.connection(), store.policy
    today = civil_day(now, policy.timezone)
    if asked.verb == "show":
        account = account_named(db, asked.rest, "renewals", verbs=() if asked.said else VERBS).account
        steps = [_row(account, step) for step in renewals.steps(db, account, policy)]
        if account.active and steps:
            return steps
        state = "no renewal date" if account.active else "none to come"
        return [*steps, {"account": account.name, "renewal_on": _day(account.renewal_on), "state": state}]
    whose = books.whose(db, policy, actor, asked.scope) if actor else books.Whose("all")
    if asked.verb == "lapsed":
        found, _ = renewal_lists.undecided(db, policy, whose, today, limit=1_000_000)
        return [{"account": account.name, "renewal_on": _day(account.renewal_on)} for account in found]
    rows, _ = renewal_lists.renewing(db, policy, whose, today, limit=1_000_000)
    return [_row(row.account, step) for row in rows for step in row.steps]


def _row(account: Account, step: ReviewStep) -> dict[str, Any]:
    review = step.review
    return {
        "account": account.name,
        "renewal_on": step.renewal_on.isoformat(),
        "months": step.months,
        "due_on": step.due_on.isoformat(),
        "state": step.state or "to schedule",
        "scheduled_at": review.scheduled_at.isoformat() if review and review.scheduled_at else None,
        "held_on": _day(review.held_on if review else None),
        "outlook": review.outlook if review else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
