"""The monthly plan: one message a CSM and month, if any account renews within six months (docs/domain.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.calendar import start_of
from reminders.engine.items import Item, posting
from storage.base.keys import Key
from storage.base.moments import add_months
from storage.base.plurals import spelt_months
from storage.renewal import facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading
    from storage.base.reminder import Recipient

MONTHLY_PLAN = "monthly_plan"


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return add_months(day.replace(day=1), 1)


def monthly_plans(csm: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
    """The plans from this month on, without end; None for a month whose plan is too late."""
    month = as_of.today_in(csm.zone).replace(day=1)
    while True:
        yield monthly_plan(csm, month, known_at, as_of)
        month = next_month(month)


def plan_holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    """Whether an account of theirs renews between the posting day and `monthly_plan_months` later, both included."""
    until = add_months(day, reading.as_of.policy.monthly_plan_months)
    return facts.renews_between(reading.db, csm_id, day, until)


def monthly_plan(csm: Recipient, month: date, known_at: datetime, as_of: AsOf) -> Item | None:
    """The plan of a month (any of its days), known since the CSM's first account; None once it is too late.

    Due on the first business day. Whether there is anything to say is judged on the posting day: `plan_holds`.
    """
    due_on = as_of.calendar.next_business_day(month.replace(day=1))
    when = posting(as_of, csm, due_on, known_at=known_at)
    if when.day >= next_month(month):
        return None
    return Item(
        key=str(Key(MONTHLY_PLAN, (csm.address, f"{month:%Y-%m}"))),
        kind=MONTHLY_PLAN,
        owner=csm,
        posting=when,
        due_on=due_on,
        step=None,
        reason=lambda: f"accounts renew within {spelt_months(as_of.policy.monthly_plan_months)}",
        expires_at=start_of(next_month(month), when.recipient.zone),
    )
