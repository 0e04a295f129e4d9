"""Lists of renewals: the accounts that renew soon, with their reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import lists as account_lists
from storage.account import store as accounts
from storage.renewal import outcomes
from storage.renewal import store as renewals
from storage.renewal.review_steps import Renewing, review_steps, step_meant

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
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


def undecided(
    db: Connection, whose: Whose, today: date, which: str = "lapsed", *, limit: int, offset: int = 0
) -> tuple[list[Account], int]:
    """A page of the accounts whose renewal day passed undecided (`outcomes.undecided`), and how many there are.

    By ARR from high to low, the unknown last; then the longest ago; in signature by the day of it.
    """
    of_whom, people = whose.condition
    passed, values = outcomes.undecided(today, which)
    where = f"{passed} AND {of_whom}"
    total: int = db.execute(f"SELECT count(*) FROM accounts WHERE {where}", (*values, *people)).fetchone()[0]
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} ORDER BY arr_cents IS NULL, arr_cents DESC,"
        " accounts.renewal_on, accounts.name_key, accounts.id LIMIT ? OFFSET ?",
        (*values, *people, limit, offset),
    )
    return [accounts.from_row(row) for row in rows], total
