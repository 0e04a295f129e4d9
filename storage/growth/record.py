"""Ends of months: which one is kept on a day, and how long it is open (docs/domain.md, "Growth"). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from storage.base.moments import add_months


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def kept_on(day: date, provisional_until_day: int) -> tuple[date, bool] | None:
    """The month's end that is kept on a day, and whether anew: None for none.

    On the last day itself, again and again until it is over. A bot that was away then keeps it once when it is back,
    while that month is open.
    """
    if day == month_end(day):
        return day, True
    if day.day <= provisional_until_day:
        return day.replace(day=1) - timedelta(days=1), False
    return None


def is_open(as_of: date, today: date, provisional_until_day: int) -> bool:
    """Whether the figures of a month's end may still be put right."""
    return today <= month_end(as_of) + timedelta(days=provisional_until_day)
