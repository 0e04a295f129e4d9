"""Lists of renewals: the accounts that renew soon, with their reviews."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from storage.account import lists as account_lists
from storage.account import store as accounts
from storage.account.sieve import AS_IT_IS, Sieve
from storage.base.db import to_json
from storage.base.dialect import ALL
from storage.renewal import outcomes
from storage.renewal import store as renewals
from storage.renewal.place import in_places, is_burning
from storage.renewal.record import OLD_DAYS
from storage.renewal.review_steps import Renewing, review_steps, step_meant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.record import Signing


def renewing(
    db: Connection,
    policy: Policy,
    whose: Whose,
    today: date,
    *,
    limit: int = 500,
    offset: int = 0,
    which: str = "renewing",
    sieve: Sieve = AS_IT_IS,
) -> tuple[list[Renewing], int]:
    """The accounts that renew within the monthly plan's months, what comes first on top, and how many there are.

    Of `no-review` only those of which no review is scheduled or held; `sieve` narrows them, and may sort otherwise.
    """
    limit = ALL if limit < 0 else limit
    if sieve.sort:
        found, total = account_lists.page(db, policy, whose, which, today, limit=limit, offset=offset, sieve=sieve)
        return with_reviews(db, policy, found, today), total
    _, total = account_lists.page(db, policy, whose, which, today, limit=0, sieve=sieve)
    parts = (account_lists.condition_of(policy, which, today)[:2], sieve.condition(today), whose.condition)
    order = in_places(policy, today, " AND ".join(condition for condition, _ in parts))
    ids = [row[0] for row in db.execute(order, (*chain.from_iterable(values for _, values in parts), limit, offset))]
    return with_reviews(db, policy, accounts.many(db, ids), today), total


def burning(
    db: Connection, policy: Policy, csm_ids: Sequence[int], today: date
) -> list[tuple[Renewing, Signing | None]]:
    """The renewals of these CSMs that come first of all: they stand in each day until they are seen to.

    In signature past its day is among them.
    """
    notices = "SELECT coalesce(max(notice_days), 0) FROM accounts WHERE notice_days IS NOT NULL"
    (notice,) = db.execute(notices).fetchone()
    span = (today - timedelta(days=OLD_DAYS), today + timedelta(days=policy.burning_days + notice))
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {account_lists.ACTIVE} AND (renewal_on BETWEEN ? AND ?"
        " OR EXISTS (SELECT 1 FROM signings WHERE account_id = accounts.id"
        " AND signings.renewal_on = accounts.renewal_on AND sign_by < ?))"
        " AND csm_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (*(day.isoformat() for day in span), today.isoformat(), to_json(list(csm_ids))),
    )
    near = with_reviews(db, policy, [accounts.from_row(row) for row in rows], today)
    signings = outcomes.signings(db, [row.account for row in near])
    found = []
    for row in near:
        signing = signings.get(row.account.id)
        sign_by = signing.sign_by if signing else None
        late = sign_by is not None and sign_by < today
        if late or is_burning(row.account, row.steps, today, policy, sign_by):
            found.append((row, signing))
    return found


def passed(db: Connection, policy: Policy, csm_ids: Sequence[int], today: date) -> list[tuple[str, int]]:
    """How many renewal dates of each of these CSMs passed long ago, or had passed when they became known, by scope."""
    found = []
    for csm_id in csm_ids:
        whose = account_lists.whose_csm(csm_id)
        _, count = undecided(db, policy, whose, today, "old", limit=0)
        found += [(whose.scope, count)] if count else []
    return found


def with_reviews(db: Connection, policy: Policy, found: Sequence[Account], today: date) -> list[Renewing]:
    """These accounts with the reviews before their renewals, in their order."""
    reviews = renewals.of_accounts(db, [a.id for a in found])
    rows = []
    for account in found:
        steps = review_steps(account, reviews[account.id], policy)
        rows.append(Renewing(account, tuple(steps), step_meant(steps, today)))
    return rows


def undecided(
    db: Connection, policy: Policy, whose: Whose, today: date, which: str = "lapsed", *, limit: int, offset: int = 0
) -> tuple[list[Account], int]:
    """A page of the accounts whose renewal day passed undecided (`outcomes.undecided`), and how many there are.

    What passed long ago stands last; by ARR from high to low, the unknown last; then the longest ago.
    """
    of_whom, people = whose.condition
    passed, values = outcomes.undecided(policy, today, which)
    where = f"{passed} AND {of_whom}"
    total: int = db.execute(f"SELECT count(*) FROM accounts WHERE {where}", (*values, *people)).fetchone()[0]
    order, more = outcomes.first_lapsed(policy, today)
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, *people, *more, limit, offset),
    )
    return [accounts.from_row(row) for row in rows], total
