"""The sales side's line in a report and in Monday's summary: meetings of account teams, and checklists of renewals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import Said
from storage.sales import record, store
from storage.sales.settings import SalesArea

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = record.AREA


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Meetings held and checklists done in the period; while it runs, meetings that are late."""
    (held,) = db.execute(
        "SELECT count(*) FROM team_meetings WHERE held_on BETWEEN ? AND ? AND undone_at IS NULL AND EXISTS"
        " (SELECT 1 FROM accounts WHERE accounts.csm_id = team_meetings.csm_id"
        f" AND accounts.ae_id = team_meetings.ae_id AND {period.where})",
        (*period.days, *period.values),
    ).fetchone()
    yield Said("meetings held", held)
    (done,) = db.execute(
        "SELECT count(*) FROM ctas JOIN accounts ON accounts.id = account_id WHERE ctas.area = 'sales'"
        f" AND ctas.status = 'closed_success' AND ctas.closed_on BETWEEN ? AND ? AND {period.where}",
        (*period.days, *period.values),
    ).fetchone()
    yield Said("renewal checklists done", done)
    if period.is_running:
        weeks = policy.settings(SalesArea).meeting_weeks
        some = store.pairs(db, policy, period.today, f"{period.where} AND {store.HAS_MET}", period.values)
        yield Said("meetings late", sum(one.is_late(period.today, weeks) for one in some))
