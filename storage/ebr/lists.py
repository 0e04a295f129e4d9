"""Lists of EBRs: overdue, due soon and scheduled, page by page; and how many accounts had one lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from storage.account import lists as account_lists
from storage.account import store as accounts
from storage.base.moments import day
from storage.ebr import store as ebrs
from storage.renewal.record import SCHEDULED
from storage.renewal.review_steps import EbrDue, ebr_due_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.record import Ebr


def coverage(db: Connection, policy: Policy, whose: Whose, today: date) -> tuple[int, int]:
    """How many active accounts had an EBR in the last twelve months, and how many active accounts there are."""
    total = account_lists.count(db, whose)
    return total - account_lists.how_many(db, policy, whose, "no-ebr", today), total


@dataclass(frozen=True, slots=True)
class EbrPage:
    """A page of EBRs to look at, and how many there are in all: overdue (not scheduled), and with no date known."""

    rows: tuple[EbrDue, ...]
    every: int
    overdue: int
    dateless: int


def ebrs_due(db: Connection, policy: Policy, whose: Whose, today: date) -> list[EbrDue]:
    """EBRs overdue or due within the first nudge's days, or scheduled, soonest first; then those without a date."""
    return list(ebrs_page(db, policy, whose, today, limit=1_000_000).rows)


def ebrs_page(
    db: Connection, policy: Policy, whose: Whose, today: date, *, limit: int, offset: int = 0, which: str = ""
) -> EbrPage:
    """A page of `ebrs_due`; only its own accounts are read whole, so that it is quick over 100,000.

    `which` narrows it: `overdue`, or `dateless`.
    """
    every = _agenda(db, policy, whose, today)
    parts = {
        "overdue": [row for row in every if not row[3] and "" < row[0] < today.isoformat()],
        "dateless": [row for row in every if not row[0]],
    }
    agenda = parts.get(which, every)
    ids = [account_id for _, _, account_id, _ in agenda[offset : offset + limit]]
    meetings = ebrs.of_accounts(db, ids)
    rows = tuple(ebr_due(account, meetings[account.id], policy) for account in accounts.many(db, ids))
    return EbrPage(rows, len(every), len(parts["overdue"]), len(parts["dateless"]))


def _agenda(db: Connection, policy: Policy, whose: Whose, today: date) -> list[tuple[str, str, int, bool]]:
    """Due day (ISO, empty for none known), name key, id and whether one is scheduled: in the order of the list."""
    condition, values = whose.condition
    rows = db.execute(
        "SELECT accounts.id, accounts.name_key, accounts.segment, accounts.ebr_cadence_months,"
        " max(coalesce(accounts.last_ebr_on, ''), coalesce(held.on_day, '')), accounts.customer_since,"
        " planned.id IS NOT NULL FROM accounts"
        " LEFT JOIN (SELECT account_id, max(held_on) AS on_day FROM ebrs WHERE state = 'held' GROUP BY account_id)"
        " AS held ON held.account_id = accounts.id"
        " LEFT JOIN ebrs AS planned ON planned.account_id = accounts.id AND planned.state = 'scheduled'"
        f" WHERE {account_lists.ACTIVE} AND {condition}",
        values,
    )
    horizon = (today + relativedelta(days=max(policy.ebr_steps_days))).isoformat()
    due_days: dict[tuple[str, int], str] = {}  # many accounts share a day and a cadence
    found = []
    for account_id, name_key, segment, own, last, since, planned in rows:
        start, months = last or since or "", policy.cadence_months(segment, own)
        if start and (start, months) not in due_days:
            due_days[start, months] = (day(start) + relativedelta(months=months)).isoformat()
        due_on = due_days[start, months] if start else ""
        if planned or due_on <= horizon:
            found.append((due_on, name_key, account_id, bool(planned)))
    return sorted(found, key=lambda row: (not row[0], row))


def ebr_due(account: Account, known: Sequence[Ebr], policy: Policy) -> EbrDue:
    """When an account's next EBR is due, from its own facts and the EBRs known of it."""
    held = [e.held_on for e in known if e.held_on]
    last = max([d for d in (account.last_ebr_on, *held) if d], default=None)
    planned = next((e for e in known if e.state == SCHEDULED), None)
    return EbrDue(account, ebr_due_on(account, last, policy), last, planned)
