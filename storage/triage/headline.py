"""The triages' part of health's line in a report and in Monday's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import Said
from storage.base.moments import civil_day, instant
from storage.health.settings import HealthArea
from storage.success.store import segments
from storage.triage import store
from storage.triage.record import WON_BACK, update_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "health"


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Triages that began and ended in the period, and how many of those were won back; while it runs, updates late."""
    area = policy.settings(HealthArea)
    of_segments, named = segments(area.segments)
    rows = db.execute(
        "SELECT opened_on, ended_at, triages.outcome FROM triages JOIN accounts ON accounts.id = account_id"
        f" WHERE (opened_on BETWEEN ? AND ? OR ended_at >= ?) AND {of_segments} AND {period.where}",
        (*period.days, period.first.isoformat(), *named, *period.values),
    ).fetchall()
    first, last = period.days
    ended = [
        outcome
        for _, at, outcome in rows
        if at and period.first <= civil_day(instant(at), policy.timezone) <= period.last
    ]
    yield Said("triages begun", sum(first <= opened_on <= last for opened_on, _, _ in rows))
    yield Said("ended", len(ended))
    yield Said("won back", ended.count(WON_BACK))
    if period.is_running:
        some = store.open_where(db, policy, period.where, period.values)
        dues = [due for one in some if (due := update_due(one, area))]
        yield Said("update late", sum(due < period.today for due in dues))
