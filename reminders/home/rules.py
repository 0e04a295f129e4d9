"""A manager's week: Monday's message about their CSMs, if there is anything in it. Pure but for its question."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.engine.calendar import start_of
from reminders.engine.items import Item, posting
from storage.base import people
from storage.base.keys import Key
from storage.home import team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading
    from storage.base.reminder import Recipient

MANAGER_WEEK = "manager_week"
WEEK = timedelta(days=7)


def weeks(manager: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
    """The weeks from this one on, without end; None for one that is too late."""
    today = as_of.today_in(manager.zone)
    monday = today - timedelta(days=today.weekday())
    while True:
        yield _week(manager, monday, known_at, as_of)
        monday += WEEK


def week_holds(reading: Reading, manager_id: int | None, day: date) -> bool:
    """Whether any of their CSMs has anything to look at."""
    if manager_id is None:
        return False
    policy = reading.as_of.policy
    led = team.led_by(reading.db, policy, people.get(reading.db, manager_id))
    return not team.week(reading.db, policy, led, day).is_empty


def _week(manager: Recipient, monday: date, known_at: datetime, as_of: AsOf) -> Item | None:
    when = posting(as_of, manager, monday, known_at=known_at)
    if when.day >= monday + WEEK:
        return None
    year, number, _ = monday.isocalendar()
    return Item(
        key=str(Key(MANAGER_WEEK, (manager.address, f"{year}-W{number:02}"))),
        kind=MANAGER_WEEK,
        owner=manager,
        posting=when,
        due_on=monday,
        step=None,
        reason=lambda: "Monday's look at your team",
        expires_at=start_of(monday + WEEK, when.recipient.zone),
    )
