"""The monthly plan: one message a CSM and month, if any account renews within six months (DOMAIN.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.calendar import add_months, start_of
from reminders.rules.items import Item, in_words, posting

if TYPE_CHECKING:
    from datetime import date, datetime

    from reminders.rules.items import AsOf
    from storage.model.policy import Policy
    from storage.model.reminder import Recipient


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return add_months(day.replace(day=1), 1)


def plan_key(csm: Recipient, month: date) -> str:
    """The dedupe key of a CSM's plan of the month that a day lies in."""
    return f"monthly_plan:{csm.address}:{month:%Y-%m}"


def monthly_plan(csm: Recipient, month: date, known_at: datetime, as_of: AsOf) -> Item | None:
    """The plan of a month (any of its days), known since the CSM's first account; None once it is too late.

    Due on the first business day. Whether there is anything to say is judged on the posting day: `renews_by`.
    """
    due_on = as_of.calendar.next_business_day(month.replace(day=1))
    when = posting(as_of, csm, due_on, known_at=known_at)
    if when.day >= next_month(month):
        return None
    return Item(
        key=plan_key(csm, month),
        kind="monthly_plan",
        owner=csm,
        posting=when,
        due_on=due_on,
        step=None,
        reason=lambda: f"accounts renew within {in_words(as_of.policy.monthly_plan_months)} months",
        expires_at=start_of(next_month(month), when.recipient.zone),
    )


def renews_by(posting_day: date, policy: Policy) -> date:
    """There is a plan if an account renews between its posting day and this day, both included."""
    return add_months(posting_day, policy.monthly_plan_months)
