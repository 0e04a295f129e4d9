"""Business days of a policy. Pure.

Used by the calendar of the reminders and by the days of tasks (`storage/cta/task_days.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.base.policy import Policy

_DAY = timedelta(days=1)
_FRIDAY = 4


class BusinessDays:
    """Monday to Friday without a country's holidays. Make it with `business_days_of`, which keeps it."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._holidays: Any = None
        self._business: dict[date, bool] = {}
        self._next: dict[date, date] = {}

    def includes(self, day: date) -> bool:
        """Monday to Friday, and no holiday of the country (`DE`, `DE-BY`; empty for none)."""
        known = self._business.get(day)
        if known is None:
            known = self._business[day] = day.weekday() <= _FRIDAY and not self._is_holiday(day)
        return known

    def next_from(self, day: date) -> date:
        """`day` itself if it is a business day, else the first one after it."""
        found = self._next.get(day)
        if found is None:
            found = day
            while not self.includes(found):
                found += _DAY
            self._next[day] = found
        return found

    def after(self, day: date, count: int) -> date:
        """The business day that is so many after a day; none after it is the day itself."""
        found = day
        for _ in range(count):
            found = self.next_from(found + _DAY)
        return found

    def first_moved_to(self, day: date) -> date:
        """The earliest day that moves to `day`: Saturday for a Monday; no business day has only itself."""
        found = day
        while self.next_from(found - _DAY) == day:
            found -= _DAY
        return found

    def _is_holiday(self, day: date) -> bool:
        if not self._country:
            return False
        if self._holidays is None:
            from holidays import country_holidays  # noqa: PLC0415 - slow to import, rarely needed

            country, _, subdivision = self._country.partition("-")
            self._holidays = country_holidays(country, subdiv=subdivision or None)
        return day in self._holidays


def business_days_of(policy: Policy) -> BusinessDays:
    """The business days of a policy; the same object for the same country, so that its memory is shared."""
    return _of_country(policy.holidays_country)


@lru_cache(maxsize=8)
def _of_country(country: str) -> BusinessDays:
    return BusinessDays(country)
