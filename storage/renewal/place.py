"""Where a renewal stands among all that is due (storage/base/order.py). Pure.

Asked by lists, Home, messages, packets and reports, of whatever they know of a renewal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.dialect import days_before
from storage.base.moments import civil_day
from storage.base.order import BURNING, PASSED, REST, REVIEWS, UNDER_WAY, Place, days_left
from storage.renewal.record import HELD, OLD_DAYS, SCHEDULED, SKIPPED
from storage.renewal.review_steps import due_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.review_steps import Renewing, ReviewStep


def is_burning(
    account: Account, steps: Sequence[ReviewStep], today: date, policy: Policy, sign_by: date | None = None
) -> bool:
    """Whether a renewal is among what comes first of all.

    It has lapsed: its day has passed, and nobody has said whether it renewed, or by when it will be signed (`sign_by`).
    Or its decision day is within `burning_days` with no review held or scheduled. What lapsed over 60 days ago, or had
    passed when it became known, is not.
    """
    last = account.decision_on
    if not account.active or account.renewal_on is None or last is None:
        return False
    if account.renewal_on < today:
        lately = account.renewal_on >= today - timedelta(days=OLD_DAYS)
        known_in_time = civil_day(account.renewal_known_at, policy.timezone) <= account.renewal_on
        return sign_by is None and lately and known_in_time
    reviewed = any(step.state in (HELD, SCHEDULED) for step in steps)
    return not reviewed and last <= today + timedelta(days=policy.burning_days)


def place_of(row: Renewing, today: date, policy: Policy, sign_by: date | None = None) -> Place:
    """The place of a row of a list of renewals."""
    return renewal_place(row.account, row.steps, row.next_step, today, policy, sign_by)


def renewal_place(
    account: Account,
    steps: Sequence[ReviewStep],
    step: ReviewStep | None,
    today: date,
    policy: Policy,
    sign_by: date | None = None,
) -> Place:
    """The place of a renewal, or of the review that is due of it or next; in signature past its day is under way."""
    days, review = days_left(account.decision_on, today), step.review if step else None
    planned = review.scheduled_on if review and step and step.state == SCHEDULED else None
    if is_burning(account, steps, today, policy, sign_by):
        group = BURNING
    elif sign_by is not None and sign_by < today:
        group, days = UNDER_WAY, days_left(sign_by, today)
    elif planned is not None and planned <= today:
        group, days = UNDER_WAY, days_left(planned, today)
    elif account.renewal_on is not None and account.renewal_on < today:
        group = PASSED
    else:
        due = step is not None and not step.done and planned is None and step.due_on <= today
        group = REVIEWS if due else REST
    return Place(group, days, account.arr_cents, account.name, account.id)


def in_places(policy: Policy, today: date, where: str) -> str:
    """SQL of the ids of accounts of a condition whose renewal has not passed, at the same places; a page to be cut."""
    months = policy.renewal_review_months[::-1]  # the last one first: of those that are due it is meant
    columns = "".join(
        f", coalesce(review_{each}.state, '') AS state_{each}, review_{each}.scheduled_on AS on_{each}"
        for each in months
    )
    joined = "".join(
        f" LEFT JOIN reviews AS review_{each} ON review_{each}.account_id = accounts.id"
        f" AND review_{each}.renewal_on = accounts.renewal_on AND review_{each}.offset_months = {each}"
        for each in months
    )
    decided = days_before("accounts.renewal_on", "coalesce(accounts.notice_days, 0)")
    reviewed = "".join(f" OR state_{each} IN ('{HELD}', '{SCHEDULED}')" for each in months)
    planned, due = " WHEN 1 = 0 THEN NULL", " WHEN 1 = 0 THEN 1 = 0"
    for number, each in enumerate(months):
        due_by = f" WHEN decided_on <= '{due_until(today, each)}' THEN"
        next_on = " ".join(f"WHEN {_to_do(one)} THEN on_{one}" for one in months[number::-1])
        planned += f"{due_by} CASE {next_on} END" if each != months[-1] else f" ELSE CASE {next_on} END"
        due += f"{due_by} {_to_do(each)} AND on_{each} IS NULL"
    return f"""WITH near AS MATERIALIZED (
    SELECT accounts.id, arr_cents, lower(name) AS name, name_key, accounts.renewal_on, {decided} AS decided_on{columns}
    FROM accounts{joined} WHERE {where}),
planned AS (SELECT near.*, CASE{planned} END AS planned_on FROM near),
placed AS MATERIALIZED (SELECT planned.*, CASE
    WHEN NOT (1 = 0{reviewed}) AND decided_on <= '{today + timedelta(days=policy.burning_days)}' THEN {BURNING}
    WHEN planned_on <= '{today}' THEN {UNDER_WAY}
    WHEN CASE{due} END AND planned_on IS NULL THEN {REVIEWS}
    ELSE {REST} END AS place FROM planned)
SELECT id FROM placed ORDER BY place,
    CASE place WHEN {BURNING} THEN '' WHEN {UNDER_WAY} THEN planned_on ELSE decided_on END,
    arr_cents IS NULL, arr_cents DESC, CASE place WHEN {BURNING} THEN decided_on END, name, renewal_on, name_key, id
    LIMIT ? OFFSET ?"""


def _to_do(months: int) -> str:
    return f"state_{months} NOT IN ('{HELD}', '{SKIPPED}')"
