"""Lists of renewals: the accounts that renew soon, with their reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import lists as account_lists
from storage.renewal import store as renewals
from storage.renewal.review_steps import Renewing, review_steps, step_meant

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.base.policy import Policy


def renewing(
    db: Connection,
    policy: Policy,
    whose: Whose,
    today: date,
    *,
    limit: int = 500,
    offset: int = 0,
    which: str = "renewing",
) -> tuple[list[Renewing], int]:
    """The accounts that renew within the monthly plan's months with their reviews, soonest first, and how many.

    Of `no-review` only those of which no review is scheduled or held.
    """
    found, total = account_lists.page(db, policy, whose, which, today, limit=limit, offset=offset)
    reviews = renewals.of_accounts(db, [a.id for a in found])
    rows = []
    for account in found:
        steps = review_steps(account, reviews[account.id], policy)
        rows.append(Renewing(account, tuple(steps), step_meant(steps, today)))
    return rows, total
