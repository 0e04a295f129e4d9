"""Growth's line in a report and in Monday's summary: net and gross retention at a month's end, in no circle's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.headlines import RATIO, Said
from storage.growth.record import month_end
from storage.growth.settings import GrowthArea
from storage.growth.tally import growth, month_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "growth"
_WEEKS = 28
_TOLD = ("net retention", "gross retention")


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Both, currency by currency: of a week the month that closed in it, else the last month of the period."""
    month = _month(policy, period)
    if month is None or not period.whole:
        return
    for one in growth(db, policy, month.replace(day=1), month, period.today):
        if one.what in _TOLD:
            yield Said(f"{one.what} {one.currency}".strip(), one.value, one.n, RATIO)


def _month(policy: Policy, period: Period) -> date | None:
    if (period.last - period.first).days >= _WEEKS:
        month = month_of(period.last, period.today)
        return month if month and month >= period.first else None
    days = policy.settings(GrowthArea).provisional_until_day
    ended = period.last.replace(day=1) - timedelta(days=1)
    return next(
        (
            month
            for month in (ended, month_end(period.last))
            if period.first <= month + timedelta(days=days) <= period.last
        ),
        None,
    )
