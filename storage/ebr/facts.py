"""What reminders of EBRs hang on beside the account.

Read in bulk by the walk (reminders/engine/walk.py).
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from storage.base.moments import instant_text, maybe_day
from storage.base.planning import AMONG, known
from storage.base.reminder import EbrFacts, Meeting
from storage.renewal.facts import upgraded_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection


def ebr_facts(
    db: Connection, account_ids: Sequence[int], now: datetime, *, known_by: datetime | None = None
) -> dict[int, EbrFacts]:
    """The EBRs of these accounts that are recorded here; those of which nothing is to be said are left out."""
    latest = None if known_by is None else instant_text(known_by)
    among = (json.dumps(account_ids),)
    held = dict(
        db.execute(
            f"SELECT account_id, max(held_on) FROM ebrs WHERE state = 'held' AND account_id {AMONG}"
            " GROUP BY account_id",
            among,
        ).fetchall()
    )
    scheduled = {
        row[0]: Meeting(date.fromisoformat(row[1]), known(row[2], latest))
        for row in db.execute(
            "SELECT account_id, scheduled_on, coalesce(scheduled_known_at, updated_at) FROM ebrs"
            f" WHERE state = 'scheduled' AND scheduled_on IS NOT NULL AND account_id {AMONG}",
            among,
        )
    }
    since = upgraded_at(db, now)
    return {
        account_id: EbrFacts(maybe_day(held.get(account_id)), scheduled.get(account_id), since)
        for account_id in (account_ids if since else held.keys() | scheduled.keys())
    }
