"""CTAs that are due by a day, across accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import day

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection


def ctas_due_by(db: Connection, owner_id: int, until: date) -> list[tuple[str, date]]:
    """The owner's open CTAs that are overdue or due up to a day: `Acme · Expand: CI` and the due date."""
    rows = db.execute(
        "SELECT accounts.name || ' · ' || ctas.playbook, ctas.due_on FROM ctas"
        " JOIN accounts ON accounts.id = ctas.account_id WHERE ctas.owner_id = ? AND ctas.due_on <= ?"
        " AND ctas.status IN ('new', 'work_in_progress') AND accounts.archived_at IS NULL"
        " ORDER BY ctas.due_on, ctas.id",
        (owner_id, until.isoformat()),
    )
    return [(row[0], day(row[1])) for row in rows]
