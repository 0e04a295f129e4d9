"""CTAs that are due by a day, across accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta.lists import titled_in_order

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy


def ctas_due_by(db: Connection, policy: Policy, owner_id: int, until: date, today: date) -> list[tuple[str, date, int]]:
    """The owner's open CTAs that are overdue or due up to a day: `Acme · Expand: CI`, due date and id, in the order."""
    where = (
        "ctas.owner_id = ? AND ctas.due_on <= ? AND ctas.status IN ('new', 'work_in_progress')"
        " AND accounts.archived_at IS NULL AND accounts.churned_on IS NULL"
    )
    found = titled_in_order(db, policy, where, (owner_id, until.isoformat()), today)
    return [(title, due_on, cta_id) for title, due_on, cta_id in found if due_on is not None]
