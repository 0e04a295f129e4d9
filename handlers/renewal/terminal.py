"""`renewals`: what `/renewals` does, from the terminal: for scripts, and before Slack is connected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from handlers.terminal import write_utf8
from storage.renewal import lists as renewal_lists

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import date, datetime

    from handlers.door.words import Asked
    from handlers.terminal import Terminal
    from storage.account.record import Account
    from storage.base.db import Store, Unit
    from storage.base.person import Person
    from storage.renewal.review_steps import ReviewStep

NAME = "renewals"
HELP = "renewals and their reviews: list, schedule, ask, held, skip, undo, renewed, churned"
EXAMPLES = (
    "renewals list --format json",
    "renewals schedule Acme 3 Dec 15:00 --as maya@example.com",
    'renewals held Acme 12 Nov --health green --outlook renew --next-step "call the CTO"',
    "renewals skip Acme champion is leaving",
    "renewals undo Acme",
    "renewals renewed Acme 30 Apr 2028",
    "renewals churned Acme",
)
OUTLOOKS = ("renew", "at_risk", "churn")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    add_words(parser, "as typed after /renewals")
    parser.add_argument("--months", type=int, help="which review: so many months before the renewal")
    parser.add_argument("--health", choices=("green", "yellow", "red"), help="of a review held")
    parser.add_argument("--outlook", choices=OUTLOOKS, help="of a review held")
    parser.add_argument("--next-step", default="", help="of a review held")


def add_words(parser: ArgumentParser, what: str) -> None:
    """The options that `renewals` and `ebr` share."""
    parser.add_argument("words", nargs="*", help=what)
    parser.add_argument("--as", dest="actor", metavar="EMAIL", help="who does it; their time zone holds")
    parser.add_argument("--now", help="do it as of this instant, such as 2026-12-01T09:00Z")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="of a list")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry the words out; a list goes to stdout."""
    from handlers.account.which import account_named
    from handlers.renewal.words import parse

    store, now = terminal.store(), terminal.now(args.now)
    actor = the_actor(store, args.actor)
    asked = parse(" ".join(args.words))
    if asked.verb in ("list", "help", "show"):
        print_rows(_listed(store, asked, now, actor), args.format)
        return 0
    meant = account_named(store.connection(), asked.rest, f"renewals {asked.said}")
    account, rest = meant.account, meant.rest
    with store.write(now, actor=actor, source="terminal") as unit:
        said = _carry_out(unit, asked.verb, account, " ".join(word.text for word in rest), args)
    terminal.say(said)
    return 0


def the_actor(store: Store, email: str | None) -> Person | None:
    """The person of `--as`; raises UserError for an address that nobody has."""
    from storage.base import people
    from storage.base.errors import UserError

    if email is None:
        return None
    found = people.by_email(store.connection(), email)
    if found is None:
        raise UserError(f"Nobody here has the address {email}.", "Import people first, or leave --as out.")
    return found


def zone_of(unit: Unit) -> str:
    """The time zone of who does it, else the policy's."""
    return (unit.actor.zone if unit.actor else None) or unit.policy.timezone


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """A list as JSON, or as lines of `name: value` for people."""
    write_utf8()
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        print("Nothing to list.")
    for row in rows:
        print(" · ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, "")))


def _carry_out(unit: Unit, verb: str, account: Account, words: str, args: Namespace) -> str:
    from handlers.door.dates import parse_day, parse_moment
    from handlers.renewal.pages import done_step, step_of
    from storage.base.errors import UserError
    from storage.base.moments import civil_day, zone
    from storage.renewal import notices
    from storage.renewal import store as renewals

    policy, zone_name = unit.policy, zone_of(unit)
    today = civil_day(unit.now, zone_name)
    formats = policy.date_formats
    if verb == "renewed":
        after = renewals.renew(unit, account.id, parse_day(words, today, formats))
        return f"{account.name} renewed until {after.renewal_on}."
    if verb == "churned":
        renewals.churn(unit, account.id, parse_day(words, today, formats, past=True) if words else None)
        return f"{account.name} recorded as churned."
    step = _wanted(unit, account, args.months)
    if verb == "undo":
        step = step or done_step(unit.db, policy, account)
        was = renewals.take_back(unit, account.id, step.renewal_on, step.months)
        notices.review_taken_back(unit, account, step, was.state)
        return f"{account.name}: {step.months}-month review not {was.state} after all."
    step = step or step_of(unit.db, policy, account, today, holding=verb == "held")
    review = f"{account.name}: {step.months}-month review"
    match verb:
        case "schedule":
            at = parse_moment(words, today, zone(zone_name), formats)
            renewals.schedule_review(unit, account.id, step.renewal_on, step.months, at, civil_day(at, zone_name))
            notices.invite(unit, account, step, at)
            return f"{review} scheduled for {at.isoformat()}."
        case "held":
            held_on = parse_day(words, today, formats, past=True) if words else today
            renewals.hold_review(
                unit,
                account.id,
                step.renewal_on,
                step.months,
                held_on=held_on,
                health=args.health,
                outlook=args.outlook,
                next_step=args.next_step or None,
            )
            notices.review_held(unit, account, step)
            return f"{review} held on {held_on}."
        case "skip":
            renewals.skip_review(unit, account.id, step.renewal_on, step.months, words)
            notices.review_skipped(unit, account, step)
            return f"{review} skipped."
        case "ask":
            told = " and ".join(person.name for person in notices.ask_for_time(unit, account, step))
            return f"{review}: asked {told} for a time."
    raise UserError(f"'{verb}' needs Slack.", "There, type it after /renewals.")


def _wanted(unit: Unit, account: Account, months: int | None) -> ReviewStep | None:
    from storage.base.errors import UserError
    from storage.renewal import store as renewals

    if months is None:
        return None
    steps = renewals.steps(unit.db, account, unit.policy)
    found = next((step for step in steps if step.months == months), None)
    if found is None:
        known = ", ".join(str(step.months) for step in steps) or "none: it has no renewal date"
        raise UserError(f"{account.name} has no {months}-month review.", f"It has: {known}.")
    return found


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
        return [_row(account, step) for step in renewals.steps(db, account, policy)]
    whose = books.whose(db, policy, actor, asked.scope) if actor else books.Whose("all")
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
