"""Onboarding's line in a report and in Monday's summary: targets that fell due, and what is late."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.headlines import SHARE, Said
from storage.onboarding import store
from storage.onboarding.record import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = store.AREA


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Who was on time, of the milestones whose target day lay in the period; while it runs, accounts that are late."""
    longest = max((policy.target_days(s, name) or 0 for s in policy.segments for name in TARGETS.values()), default=0)
    starts = (period.first - timedelta(days=longest)).isoformat(), period.last.isoformat()
    where = f"{store.STARTED} BETWEEN ? AND ? AND {period.where}"
    due = [
        one.reached_on is not None and one.reached_on <= one.target_on
        for _, standing in store.all_standings(db, policy, period.today, where, (*starts, *period.values))
        for one in standing.values()
        if one.target_on and period.first <= one.target_on <= period.last and one.target_on < period.today
    ]
    yield Said("on time", sum(due) / len(due) if due else None, len(due), SHARE)
    if period.is_running:
        some = store.in_onboarding(db, policy, period.today, period.where, period.values)
        standing = store.of_accounts(db, policy, some, period.today)
        late = sum(any(one.late(period.today) for one in found.values()) for found in standing.values())
        yield Said("in onboarding", len(some))
        yield Said("late", late)
