"""Lists of EBRs: overdue, due soon and scheduled, page by page; and how many accounts had one lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import lists as account_lists
from storage.account import store as accounts
from storage.base.moments import add_months, day, instant, maybe_day
from storage.base.order import in_order
from storage.ebr import store as ebrs
from storage.ebr.due import EbrDue, ebr_due_on, ebr_steps, first_ebr_on
from storage.ebr.place import ebr_place
from storage.renewal.record import SCHEDULED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.ebr.record import Ebr


def coverage(db: Connection, policy: Policy, whose: Whose, today: date) -> tuple[int, int]:
    """How many active accounts had an EBR in the last twelve months, and how many active accounts there are."""
    total = account_lists.count(db, whose)
    return total - account_lists.how_many(db, policy, whose, "no-ebr", today), total


@dataclass(frozen=True, slots=True)
class EbrPage:
    """A page of EBRs to look at, and how many there are in all and in each part of them, by its name (all: '').

    `overdue`: and not scheduled. `dateless`: nothing is known to reckon from. `unrecorded`: those held are not known.
    """

    rows: tuple[EbrDue, ...]
    totals: Mapping[str, int]


def ebrs_due(db: Connection, policy: Policy, whose: Whose, today: date) -> list[EbrDue]:
    """EBRs overdue or due within the first nudge's days, or scheduled, what comes first on top, dateless ones last."""
    return list(ebrs_page(db, policy, whose, today, limit=1_000_000).rows)


def ebrs_page(
    db: Connection, policy: Policy, whose: Whose, today: date, *, limit: int, offset: int = 0, which: str = ""
) -> EbrPage:
    """A page of `ebrs_due`; only its own accounts are read whole, so that it is quick over 100,000.

    `which` narrows it to one of its parts.
    """
    every = _agenda(db, policy, whose, today)
    parts = {
        "": every,
        "overdue": [row for row in every if not row[3] and "" < row[0] < today.isoformat()],
        "dateless": [row for row in every if not row[0] and not row[4]],
        "unrecorded": [row for row in every if row[4]],
    }
    ids = [row[2] for row in parts[which][offset : offset + limit]]
    meetings = ebrs.of_accounts(db, ids)
    rows = tuple(ebr_due(account, meetings[account.id], policy) for account in accounts.many(db, ids))
    return EbrPage(rows, {name: len(part) for name, part in parts.items()})


def _agenda(db: Connection, policy: Policy, whose: Whose, today: date) -> list[tuple[str, str, int, bool, bool]]:
    """Due day (ISO, empty for none known), name, id, whether one is scheduled, and whether its history is missing.

    In the order of the list.
    """
    condition, values = whose.condition
    rows = db.execute(
        "SELECT accounts.id, accounts.name, accounts.arr_cents, accounts.segment, accounts.ebr_cadence_months,"
        " coalesce(accounts.last_ebr_on, ''), coalesce(held.on_day, ''), accounts.customer_since,"
        " accounts.known_at, planned.scheduled_on FROM accounts"
        " LEFT JOIN (SELECT account_id, max(held_on) AS on_day FROM ebrs WHERE state = 'held' GROUP BY account_id)"
        " AS held ON held.account_id = accounts.id"
        " LEFT JOIN ebrs AS planned ON planned.account_id = accounts.id AND planned.state = 'scheduled'"
        f" WHERE {account_lists.ACTIVE} AND {condition}",
        values,
    )
    horizons: dict[int, str] = {}
    due_days: dict[tuple[str, str, str, int], str] = {}  # many accounts share days and a cadence
    found = []
    for account_id, name, arr, segment, own, told_on, held_on, since, known_at, planned in rows:
        last = max(told_on, held_on)
        months = policy.cadence_months(segment, own)
        if months not in horizons:
            first = max(ebr_steps(months, policy), default=0)
            horizons[months] = (today + timedelta(days=first)).isoformat()
        known = last, "" if last else since or "", "" if last else known_at, months
        if known not in due_days:
            due_days[known] = _due_day(*known, policy)
        due_on = due_days[known]
        if planned or due_on <= horizons[months]:
            place = ebr_place(maybe_day(due_on or None), maybe_day(planned), today, arr_cents=arr, name=name)
            found.append((place, (due_on, name, account_id, planned is not None, bool(since) and not due_on)))
    agenda = [row for _, row in in_order(found, lambda placed: placed[0])]
    return sorted(agenda, key=lambda row: row[4])  # those of which only the history is missing come last


def _due_day(last: str, since: str, known_at: str, months: int, policy: Policy) -> str:
    if last:
        return add_months(day(last), months).isoformat()
    due_on = first_ebr_on(day(since), instant(known_at), months, policy) if since else None
    return due_on.isoformat() if due_on else ""


def ebr_due(account: Account, known: Sequence[Ebr], policy: Policy) -> EbrDue:
    """When an account's next EBR is due, from its own facts and the EBRs known of it; of one that is gone none is."""
    held = [e.held_on for e in known if e.held_on]
    last = max([d for d in (account.last_ebr_on, *held) if d], default=None)
    planned = next((e for e in known if e.state == SCHEDULED), None) if account.active else None
    return EbrDue(account, ebr_due_on(account, last, policy), last, planned)
