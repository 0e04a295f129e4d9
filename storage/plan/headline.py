"""The plans' line in a report and in Monday's summary: the share that is qualified, and how many wait for a manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import SHARE, Said
from storage.plan import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = store.AREA


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """The share at the period's end; while it runs, what waits."""
    share, n = store.share(db, policy, period.last, period.today, period.where, period.values)
    yield Said("qualified", share, n, SHARE)
    if period.is_running:
        waits = db.execute(
            "SELECT count(*) FROM plans JOIN accounts ON accounts.id = account_id WHERE submitted_on IS NOT NULL"
            f" AND archived_at IS NULL AND churned_on IS NULL AND {period.where}",
            period.values,
        ).fetchone()[0]
        yield Said("to qualify", waits)
