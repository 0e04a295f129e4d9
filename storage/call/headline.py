"""The calls' line in a report and in Monday's summary: how many were held, and with whom nobody has talked for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import Said
from storage.call import store
from storage.call.settings import CallArea
from storage.success.store import segments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "calls"


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Calls held in the period; while it runs, accounts of which the call is late."""
    of_segments, named = segments(policy.settings(CallArea).segments)
    held = db.execute(
        f"SELECT count(*) FROM calls JOIN accounts ON accounts.id = account_id WHERE held_on BETWEEN ? AND ?"
        f" AND {of_segments} AND {period.where}",
        (*period.days, *named, *period.values),
    ).fetchone()[0]
    yield Said("held", held)
    if period.is_running:
        yield Said("late", store.how_many_late(db, policy, period.where, period.values, period.today))
