"""Which review of an account is meant: the one that is due or next, the last one done, or the one that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import account_to_change, number
from handlers.door.today import reader_today
from storage.base.errors import Stale, UserError
from storage.renewal import store as renewals
from storage.renewal.review_steps import step_meant
from templates.blocks.mrkdwn import day_words

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.review_steps import ReviewStep


def the_step(db: Connection, policy: Policy, account: Account, today: date, *, holding: bool = False) -> ReviewStep:
    """The review of the account that is meant; raises UserError where there is none to be meant."""
    account.refuse_gone(renewals.NONE_TO_REVIEW)
    if account.renewal_on is None:
        raise UserError(f"{account.name} has no renewal date.", f"Set it with /account edit {account.name}.")
    found = step_meant(renewals.steps(db, account, policy), today, holding=holding)
    if found is None:
        raise Stale(
            f"{account.name}'s reviews before {day_words(account.renewal_on, today)} are held or skipped already.",
            f"/renewals renewed {account.name} 30 Apr {account.renewal_on.year + 1} sets the next renewal.",
        )
    return found


def step_of_months(db: Connection, policy: Policy, account: Account, months: int) -> ReviewStep:
    """The review so many months before the account's renewal; raises UserError, which names those that it has."""
    account.refuse_gone(renewals.NONE_TO_REVIEW)
    steps = renewals.steps(db, account, policy)
    found = next((step for step in steps if step.months == months), None)
    if found is None:
        known = ", ".join(str(step.months) for step in steps) or "none: it has no renewal date"
        raise UserError(f"{account.name} has no {months}-month review.", f"It has: {known}.")
    return found


def reviewed(request: Request, services: Services, value: str, *, holding: bool = False) -> tuple[Account, ReviewStep]:
    """The account and review that a value names, read again; raises Refused, Stale or NotFound.

    A review of another renewal is Stale, and of an account that is gone: nothing about it is to be done any more. One
    whose date moved is the same; of one that the policy has no more it is said which there are.
    """
    parts = value.split(":")
    account = account_to_change(request, services, number(parts[0]))
    account.refuse_gone(renewals.NONE_TO_REVIEW)
    db, today = services.store.connection(), reader_today(request, services)
    if len(parts) < 3:  # noqa: PLR2004 - account, date, months
        return account, the_step(db, services.policy, account, today, holding=holding)
    if parts[1] in {day.isoformat() for day in renewals.dates_of(db, account)}:
        return account, step_of_months(db, services.policy, account, number(parts[2]))
    now = f"renews {day_words(account.renewal_on, today)} now" if account.renewal_on else "has no renewal date"
    raise Stale(f"{account.name} {now}.", "That message was about an earlier date; nothing was changed.")
