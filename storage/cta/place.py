"""Where a CTA stands among all that is due (storage/base/order.py). Pure, but for the day that a list asks SQL by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.business_days import business_days_of
from storage.base.order import DUE, REST, Place, days_left

if TYPE_CHECKING:
    from datetime import date

    from storage.base.policy import Policy

HIGH = "high"


def tasks_due_from(policy: Policy, today: date) -> date:
    """The earliest day of a task that is due today: one of a Saturday is due on Monday."""
    return business_days_of(policy).first_moved_to(today)


def cta_place(
    due_on: date | None,
    priority: str,
    today: date,
    policy: Policy,
    *,
    task_due: bool,
    arr_cents: int | None = None,
    name: str = "",
    account_id: int | None = None,
) -> Place:
    """The place of an open CTA; `task_due`: a task of it is due today."""
    days = days_left(due_on, today)
    overdue = days is not None and days < 0
    soon = days is not None and 0 <= days <= policy.cta_due_soon_days
    group = DUE if soon or task_due or (overdue and priority == HIGH) else REST
    if task_due:
        days = min(days, 0) if days is not None else 0
    return Place(group, days, arr_cents, name, account_id)
