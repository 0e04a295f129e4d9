"""The monthly plan: one message a CSM and month, if any account renews within six months (docs/domain.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.rounds import MONTH, each
from storage.base.moments import add_months
from storage.base.plurals import spelt_months
from storage.renewal import facts

if TYPE_CHECKING:
    from datetime import date

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading

MONTHLY_PLAN = "monthly_plan"


def _why(as_of: AsOf) -> str:
    return f"accounts renew within {spelt_months(as_of.policy.monthly_plan_months)}"


monthly_plans = each(MONTH, MONTHLY_PLAN, _why)


def plan_holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    """Whether an account of theirs renews between the posting day and `monthly_plan_months` later, both included."""
    until = add_months(day, reading.as_of.policy.monthly_plan_months)
    return facts.renews_between(reading.db, csm_id, day, until)
