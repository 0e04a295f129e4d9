"""On which days the tasks of a CTA fall, as it is opened and as its due date moves (docs/domain.md, "CTAs"). Pure.

Used by what opens CTAs (`life.py`) and moves their due dates (`work.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.base.business_days import BusinessDays


def opening_days(
    due_days: Sequence[int], today: date, due_on: date | None, business: BusinessDays, begins: date = date.min
) -> list[date]:
    """The days of a playbook's tasks from an opening today; squeezed where the CTA is due before its last task.

    It `begins` on a later day where the day is further on already: nothing is late as it is opened.
    """
    floor = max(today, min(begins, due_on or begins))
    last = max(due_days, default=0)
    span = (due_on - today).days if due_on is not None else last
    if span < last:
        due_days = [days * span // last for days in due_days]
    return [_settled(today + timedelta(days=days), floor, due_on, business) for days in due_days]


def moved_day(day: date, by: timedelta, today: date, due_on: date, business: BusinessDays) -> date:
    """The day of an open task whose CTA's due date moved by so much, to `due_on`.

    What was overdue already stays when the due date moves forward; a due date before today moves nothing.
    """
    stays = due_on < today or (day < today and by > timedelta())
    return day if stays else _settled(day + by, today, due_on, business)


def _settled(day: date, today: date, due_on: date | None, business: BusinessDays) -> date:
    found = business.next_from(day)
    return max(found if due_on is None else min(found, due_on), today)
