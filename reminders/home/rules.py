"""A manager's week: Monday's message about their CSMs, if there is anything in it. Pure but for its question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.rounds import WEEK, each
from storage.base import people
from storage.home import team

if TYPE_CHECKING:
    from datetime import date

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading

MANAGER_WEEK = "manager_week"


def _why(_as_of: AsOf) -> str:
    return "Monday's look at your team"


weeks = each(WEEK, MANAGER_WEEK, _why)


def week_holds(reading: Reading, manager_id: int | None, day: date) -> bool:
    """Whether any of their CSMs has anything to look at."""
    if manager_id is None:
        return False
    policy = reading.as_of.policy
    led = team.led_by(reading.db, policy, people.get(reading.db, manager_id))
    return not team.week(reading.db, policy, led, day).is_empty
