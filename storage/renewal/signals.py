"""What of renewals does not go well with a green health (storage/health/store.py)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base.signals import Signal
from storage.renewal.record import AT_RISK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from storage.base.policy import Policy

AREA = None
NEAR_DAYS = 90
"""A renewal this near without a review that was held is a signal."""


def signals(db: Connection, _policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, list[Signal]]:
    """An outlook at risk or churn; a renewal near of which no review was held."""
    found: dict[int, list[Signal]] = {}
    rows = db.execute(
        "SELECT id, outlook, renewal_on, EXISTS (SELECT 1 FROM reviews WHERE account_id = accounts.id"
        " AND reviews.renewal_on = accounts.renewal_on AND state = 'held') FROM accounts"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(account_ids)),),
    )
    until = (today + timedelta(days=NEAR_DAYS)).isoformat()
    for account_id, outlook, renewal_on, held in rows:
        some = [Signal("outlook", outlook)] if outlook in AT_RISK else []
        if renewal_on and today.isoformat() <= renewal_on <= until and not held:
            days = (date.fromisoformat(renewal_on) - today).days
            some.append(Signal("renewal_unreviewed", str(days)))
        if some:
            found[account_id] = some
    return found
