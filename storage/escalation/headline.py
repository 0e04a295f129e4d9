"""The escalations' line in a report and in Monday's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import Said
from storage.escalation import store
from storage.escalation.day import with_days
from storage.escalation.settings import EscalationArea
from storage.success.store import segments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "escalations"


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Those that began and ended in the period; while it runs, those that are open, and whose update is late."""
    of_segments, named = segments(policy.settings(EscalationArea).segments)
    where, values = f"{of_segments} AND {period.where}", (*named, *period.values)
    began, ended = db.execute(
        "SELECT count(*) FILTER (WHERE opened_on BETWEEN ? AND ?), count(*) FILTER (WHERE closed_on BETWEEN ? AND ?)"
        f" FROM escalations JOIN accounts ON accounts.id = account_id WHERE {where}",
        (*period.days, *period.days, *values),
    ).fetchone()
    yield Said("opened", began)
    yield Said("closed", ended)
    if period.is_running:
        some = with_days(db, policy, store.open_where(db, where, values))
        yield Said("open", len(some))
        yield Said("update late", sum(one.due_on < period.today for one in some))
